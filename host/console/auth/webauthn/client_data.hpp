// Client data: what the browser says it was asked for, as JSON text that the authenticator signs the hash of.
// Pure functions. Errors are InvalidArgument and say which member does not fit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::console::auth::webauthn {

struct ExpectedClientData {
    std::string type;                  // "webauthn.create" or "webauthn.get"
    std::string challenge;             // raw bytes
    std::vector<std::string> origins;  // compared byte by byte
};

/// Type, challenge and origin fit, and the page was not embedded in one of another origin. Members that are not known
/// here pass: browsers add some.
Status checkClientData(std::string_view json, const ExpectedClientData& expected);

}  // namespace masthead::console::auth::webauthn
