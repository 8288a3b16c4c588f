#include "host/console/audit/canonical.hpp"

#include "host/base/encoding.hpp"
#include "host/base/json.hpp"
#include "host/console/store/audit_store.hpp"

namespace masthead::console::audit {
namespace {

/// Written by hand: a verifier goes through hundreds of thousands of records.
class Members {
public:
    explicit Members(std::size_t size) { text_.reserve(size); }
    void number(const char* name, std::int64_t value) {
        begin(name);
        text_ += std::to_string(value);
    }
    void text(const char* name, const std::string& value) {
        begin(name);
        Json::quote(text_, value);
    }
    std::string done() && { return std::move(text_) + "}"; }

private:
    void begin(const char* name) {
        text_ += text_.empty() ? "{\"" : ",\"";
        text_ += name;
        text_ += "\":";
    }
    std::string text_;
};

}  // namespace

std::string canonical(const store::AuditRow& row) {
    Members out(512 + row.detail.size() + row.before.size() + row.after.size());
    const bool first_form = row.version == 1;
    if (!first_form) out.number("v", row.version);
    out.number("seq", row.seq);
    out.number("at", row.at);
    out.text("principal", row.principal);
    out.text("principal_id", row.principal_id);
    out.text("action", row.action);
    out.text("object", row.object);
    out.text("outcome", row.outcome);
    out.text("detail", row.detail);
    if (!first_form) {
        out.text("before", row.before);
        out.text("after", row.after);
    }
    out.text("request_id", row.request_id);
    out.text("client", row.client);
    if (!first_form) out.text("auth", row.auth);
    out.number("intent", row.intent);
    return std::move(out).done();
}

std::string chainHash(const std::string& previous, const store::AuditRow& row) { return sha256Hex(previous + canonical(row)); }

}  // namespace masthead::console::audit
