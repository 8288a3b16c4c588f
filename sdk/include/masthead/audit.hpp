// Audit: records beyond those the host writes itself. Durable when OK. Thread-safe. No secrets in any member.
#pragma once

#include <masthead/ext/audit.h>

#include <cstddef>
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

    /// With the changed part as it was and as it became. A host that does not know of them yet keeps the record without.
    Status recordChange(const Call* call, std::string_view action, std::string_view object, std::string_view outcome,
                        const Json& before, const Json& after, const Json& details = Json()) const {
        if (table_->struct_size < offsetof(mh_audit, record_change) + sizeof(table_->record_change) ||
            table_->record_change == nullptr) {
            return record(call, action, object, outcome, details);
        }
        const auto text = [](const Json& value) { return value.isNull() ? std::string() : value.dump(); };
        const std::string detail_text = text(details), before_text = text(before), after_text = text(after);
        const auto status = table_->record_change(host_.handle(), call == nullptr ? nullptr : call->handle(), detail::toAbi(action),
                                                  detail::toAbi(object), detail::toAbi(outcome), detail::toAbi(detail_text),
                                                  detail::toAbi(before_text), detail::toAbi(after_text));
        if (status != MH_OK) return detail::toError(status, {}, "writing the audit record " + std::string(action));
        return {};
    }

private:
    Audit(Host host, const mh_audit* table) : host_(host), table_(table) {}
    Host host_;
    const mh_audit* table_;
};

}  // namespace masthead
