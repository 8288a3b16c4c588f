#include "demo/records.hpp"

namespace masthead::demo {

namespace {

std::uint64_t number(const Json& record, std::string_view name) { return static_cast<std::uint64_t>(record[name].asInt()); }

Json optionalTime(const std::optional<std::int64_t>& value) { return value ? Json(*value) : Json(); }

std::optional<std::int64_t> optionalTime(const Json& value) {
    if (!value.isInt()) return std::nullopt;
    return value.asInt();
}

}  // namespace

Json textList(const std::vector<std::string>& items) {
    Json::Array out;
    out.reserve(items.size());
    for (const auto& item : items) out.emplace_back(item);
    return Json(std::move(out));
}

std::vector<std::string> textList(const Json& items) {
    std::vector<std::string> out;
    out.reserve(items.items().size());
    for (const auto& item : items.items()) out.push_back(item.asString());
    return out;
}

Json toRecord(const User& user) {
    return Json::object({{"id", user.id}, {"name", user.name}, {"display", user.display_name}, {"email", user.email},
                         {"provider_id", user.provider_id}, {"provider", user.provider}, {"picture", user.picture_url},
                         {"created", user.created_ms}});
}

User userFromRecord(const Json& record) {
    User user;
    user.id = number(record, "id");
    user.name = record.text("name");
    user.display_name = record.text("display");
    user.email = record.text("email");
    user.provider_id = record.text("provider_id");
    user.provider = record.text("provider");
    user.picture_url = record.text("picture");
    user.created_ms = record["created"].asInt();
    return user;
}

Json toRecord(const PreAuthKey& key) {
    return Json::object({{"id", key.id}, {"user", key.user}, {"prefix", key.prefix}, {"hash", key.secret_hash},
                         {"reusable", key.reusable}, {"ephemeral", key.ephemeral}, {"used", key.used},
                         {"expiration", key.expiration_ms}, {"created", key.created_ms}, {"tags", textList(key.tags)}});
}

PreAuthKey preAuthKeyFromRecord(const Json& record) {
    PreAuthKey key;
    key.id = number(record, "id");
    key.user = number(record, "user");
    key.prefix = record.text("prefix");
    key.secret_hash = record.text("hash");
    key.reusable = record["reusable"].asBool();
    key.ephemeral = record["ephemeral"].asBool();
    key.used = record["used"].asBool();
    key.expiration_ms = record["expiration"].asInt(kGoZeroTimeMs);
    key.created_ms = record["created"].asInt();
    key.tags = textList(record["tags"]);
    return key;
}

Json toRecord(const ApiKey& key) {
    return Json::object({{"id", key.id}, {"prefix", key.prefix}, {"hash", key.secret_hash}, {"expiration", key.expiration_ms},
                         {"created", key.created_ms}});
}

ApiKey apiKeyFromRecord(const Json& record) {
    ApiKey key;
    key.id = number(record, "id");
    key.prefix = record.text("prefix");
    key.secret_hash = record.text("hash");
    key.expiration_ms = record["expiration"].asInt(kGoZeroTimeMs);
    key.created_ms = record["created"].asInt();
    return key;
}

Json toRecord(const Node& node) {
    return Json::object({{"id", node.id}, {"machine", node.machine_key}, {"node", node.node_key}, {"disco", node.disco_key},
                         {"addresses", textList(node.addresses)}, {"name", node.name}, {"given", node.given_name},
                         {"user", node.user}, {"last_seen", optionalTime(node.last_seen_ms)},
                         {"expiry", optionalTime(node.expiry_ms)}, {"key", node.key_id}, {"created", node.created_ms},
                         {"method", node.register_method}, {"online", node.online},
                         {"approved", textList(node.approved_routes)}, {"available", textList(node.available_routes)},
                         {"tags", textList(node.tags)}, {"os", node.os}, {"os_version", node.os_version},
                         {"client", node.client_version}, {"endpoints", textList(node.endpoints)}});
}

Node nodeFromRecord(const Json& record) {
    Node node;
    node.id = number(record, "id");
    node.machine_key = record.text("machine");
    node.node_key = record.text("node");
    node.disco_key = record.text("disco");
    node.addresses = textList(record["addresses"]);
    node.name = record.text("name");
    node.given_name = record.text("given");
    node.user = number(record, "user");
    node.last_seen_ms = optionalTime(record["last_seen"]);
    node.expiry_ms = optionalTime(record["expiry"]);
    node.key_id = number(record, "key");
    node.created_ms = record["created"].asInt();
    node.register_method = record.text("method");
    node.online = record["online"].asBool();
    node.approved_routes = textList(record["approved"]);
    node.available_routes = textList(record["available"]);
    node.tags = textList(record["tags"]);
    node.os = record.text("os");
    node.os_version = record.text("os_version");
    node.client_version = record.text("client");
    node.endpoints = textList(record["endpoints"]);
    return node;
}

Json toRecord(const StoredPolicy& policy) {
    return Json::object({{"text", policy.text}, {"updated", policy.updated_ms}});
}

StoredPolicy policyFromRecord(const Json& record) { return {record.text("text"), record["updated"].asInt()}; }

}  // namespace masthead::demo
