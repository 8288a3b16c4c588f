#include "host/console/audit/canonical.hpp"

#include "host/base/encoding.hpp"
#include "host/base/json.hpp"
#include "host/console/store/audit_store.hpp"

namespace masthead::console::audit {

std::string canonical(const store::AuditRow& row) {
    Json out = Json::object();
    out.append("seq", row.seq);
    out.append("at", row.at);
    out.append("principal", row.principal);
    out.append("principal_id", row.principal_id);
    out.append("action", row.action);
    out.append("object", row.object);
    out.append("outcome", row.outcome);
    out.append("detail", row.detail);
    out.append("request_id", row.request_id);
    out.append("client", row.client);
    out.append("intent", row.intent);
    return out.dump();
}

std::string chainHash(const std::string& previous, const store::AuditRow& row) { return sha256Hex(previous + canonical(row)); }

}  // namespace masthead::console::audit
