#include "host/console/http/audit_detail.hpp"

#include "host/console/audit/text_rules.hpp"

namespace masthead::console {

Json auditDetail(const Request& request) {
    Json detail = Json::object();
    if (request.body.empty()) return detail;
    auto body = parseJson(request.body);
    if (body && body->isObject()) detail.set("request", audit::withoutSecrets(*body, 2));
    return detail;
}

}  // namespace masthead::console
