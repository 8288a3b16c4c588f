// Between headscale's protobuf messages and our own types. Pure functions; Go's zero time and unset times become nullopt.
#pragma once

#include "headscale.pb.h"
#include "host/headscale/types.hpp"

namespace masthead::headscale {

Time fromProto(const google::protobuf::Timestamp& stamp);
void toProto(std::int64_t ms, google::protobuf::Timestamp& out);

User fromProto(const ::headscale::v1::User& user);
PreAuthKey fromProto(const ::headscale::v1::PreAuthKey& key);
Node fromProto(const ::headscale::v1::Node& node);
ApiKey fromProto(const ::headscale::v1::ApiKey& key);

}  // namespace masthead::headscale
