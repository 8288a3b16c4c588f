#include "host/console/http/audit_detail.hpp"

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace masthead::console {
namespace {

bool secretName(std::string_view name) {
    static constexpr std::string_view kWords[] = {"secret", "token", "key", "password", "passphrase", "seed", "hash", "credential", "cookie", "code"};
    const std::string lower = lowerAscii(name);
    for (const auto word : kWords) {
        if (lower.find(word) != std::string::npos) return true;
    }
    return false;
}

Json shown(const Json& value, int depth) {
    constexpr std::size_t kMaxText = 256;
    constexpr std::size_t kMaxItems = 64;
    if (value.isString()) {
        if (value.asString().size() > kMaxText) return "[" + std::to_string(value.asString().size()) + " bytes]";
        return log::redact(value.asString());
    }
    if (value.isArray()) {
        Json out = Json::array();
        for (const auto& item : value.items()) {
            if (out.items().size() >= kMaxItems) break;
            out.push(depth > 0 ? shown(item, depth - 1) : Json("[...]"));
        }
        return out;
    }
    if (value.isObject()) {
        Json out = Json::object();
        for (const auto& [name, item] : value.members()) {
            if (out.members().size() >= kMaxItems) break;
            out.append(name, secretName(name) ? Json("[hidden]") : depth > 0 ? shown(item, depth - 1) : Json("[...]"));
        }
        return out;
    }
    return value;
}

}  // namespace

Json auditDetail(const Request& request) {
    Json detail = Json::object();
    if (request.body.empty()) return detail;
    auto body = parseJson(request.body);
    if (body && body->isObject()) detail.set("request", shown(*body, 2));
    return detail;
}

}  // namespace masthead::console
