// Between protobuf messages and the JSON forms of the admin interface, by reflection: lowerCamel names, 64-bit numbers as
// text, timestamps as RFC 3339, enums by name. Stateless.
#pragma once

#include <google/protobuf/message.h>

#include "host/base/json.hpp"

namespace masthead::demo {

/// Default values are left out, as absent members are.
Json fromMessage(const google::protobuf::Message& message);
/// Members without a field are skipped.
void toMessage(const Json& form, google::protobuf::Message& message);

}  // namespace masthead::demo
