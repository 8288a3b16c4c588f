#include "host/headscale/grpc/convert.hpp"

#include "host/base/timestamp.hpp"

namespace masthead::headscale {

namespace pb = ::headscale::v1;

namespace {

std::vector<std::string> strings(const google::protobuf::RepeatedPtrField<std::string>& list) {
    return {list.begin(), list.end()};
}

RegisterMethod fromProto(pb::RegisterMethod method) {
    switch (method) {
        case pb::REGISTER_METHOD_AUTH_KEY: return RegisterMethod::AuthKey;
        case pb::REGISTER_METHOD_CLI: return RegisterMethod::Cli;
        case pb::REGISTER_METHOD_OIDC: return RegisterMethod::Oidc;
        default: return RegisterMethod::Unspecified;
    }
}

}  // namespace

Time fromProto(const google::protobuf::Timestamp& stamp) {
    // Years 1 to 9999, what a proto timestamp may hold; anything else is no time.
    constexpr std::int64_t kLastSecond = 253402300799;
    if (stamp.seconds() <= kGoZeroTimeMs / 1000 || stamp.seconds() > kLastSecond) return std::nullopt;
    return stamp.seconds() * 1000 + stamp.nanos() / 1'000'000;
}

void toProto(std::int64_t ms, google::protobuf::Timestamp& out) {
    std::int64_t seconds = ms / 1000;
    std::int64_t rest = ms % 1000;
    if (rest < 0) {
        rest += 1000;
        --seconds;
    }
    out.set_seconds(seconds);
    out.set_nanos(static_cast<std::int32_t>(rest * 1'000'000));
}

User fromProto(const pb::User& user) {
    User out;
    out.id = user.id();
    out.name = user.name();
    out.display_name = user.display_name();
    out.email = user.email();
    out.provider_id = user.provider_id();
    out.provider = user.provider();
    out.picture_url = user.profile_pic_url();
    if (user.has_created_at()) out.created_at = fromProto(user.created_at());
    return out;
}

PreAuthKey fromProto(const pb::PreAuthKey& key) {
    PreAuthKey out;
    out.id = key.id();
    out.key = key.key();
    if (key.has_user()) out.user = fromProto(key.user());
    out.reusable = key.reusable();
    out.ephemeral = key.ephemeral();
    out.used = key.used();
    if (key.has_expiration()) out.expiration = fromProto(key.expiration());
    if (key.has_created_at()) out.created_at = fromProto(key.created_at());
    out.tags = strings(key.acl_tags());
    return out;
}

Node fromProto(const pb::Node& node) {
    Node out;
    out.id = node.id();
    out.machine_key = node.machine_key();
    out.node_key = node.node_key();
    out.disco_key = node.disco_key();
    out.addresses = strings(node.ip_addresses());
    out.name = node.name();
    out.given_name = node.given_name();
    if (node.has_user()) out.user = fromProto(node.user());
    if (node.has_last_seen()) out.last_seen = fromProto(node.last_seen());
    if (node.has_expiry()) out.expiry = fromProto(node.expiry());
    if (node.has_created_at()) out.created_at = fromProto(node.created_at());
    if (node.has_pre_auth_key()) out.pre_auth_key = fromProto(node.pre_auth_key());
    out.register_method = fromProto(node.register_method());
    out.online = node.online();
    out.approved_routes = strings(node.approved_routes());
    out.available_routes = strings(node.available_routes());
    out.serving_routes = strings(node.subnet_routes());
    out.tags = strings(node.tags());
    return out;
}

ApiKey fromProto(const pb::ApiKey& key) {
    ApiKey out;
    out.id = key.id();
    out.prefix = key.prefix();
    if (key.has_expiration()) out.expiration = fromProto(key.expiration());
    if (key.has_created_at()) out.created_at = fromProto(key.created_at());
    if (key.has_last_seen()) out.last_seen = fromProto(key.last_seen());
    return out;
}

}  // namespace masthead::headscale
