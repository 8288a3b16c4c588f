// Audit: records beyond those the host writes itself. Durable when OK. Thread-safe. No secrets in any member.
#pragma once

#include <masthead/ext/audit.h>

#include <masthead/host.hpp>

namespace masthead {

class Audit {
public:
    static Result<Audit> open(Host host) {
        auto table = host.service<mh_audit>(MH_SERVICE_AUDIT);
        if (!table) return std::move(table).error();
        return Audit(host, *table);
    }
    /// `action` begins with "<plugin id>."; `outcome` is success, failure or denied.
    Status record(const Call* call, std::string_view action, std::string_view object, std::string_view outcome,
                  const Json& details = Json()) const {
        const std::string text = details.isNull() ? std::string() : details.dump();
        const auto status = table_->record(host_.handle(), call == nullptr ? nullptr : call->handle(), detail::toAbi(action),
                                           detail::toAbi(object), detail::toAbi(outcome), detail::toAbi(text));
        if (status != MH_OK) return detail::toError(status, {}, "writing the audit record " + std::string(action));
        return {};
    }

private:
    Audit(Host host, const mh_audit* table) : host_(host), table_(table) {}
    Host host_;
    const mh_audit* table_;
};

}  // namespace masthead
