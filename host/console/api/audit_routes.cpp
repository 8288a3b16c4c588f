// The audit log, newest first, page by page.
#include "host/base/text.hpp"
#include "host/console/api/context.hpp"
#include "host/console/audit/audit_log.hpp"

namespace masthead::console::api {
namespace {

constexpr std::uint32_t kDefaultLimit = 100;
constexpr std::uint32_t kMaxLimit = 500;

Response getAudit(Context& context, const Request& request) {
    std::uint32_t limit = kDefaultLimit;
    std::int64_t before = 0;
    if (const auto text = request.queryValue("limit"); !text.empty()) {
        const auto parsed = parseUnsigned<std::uint32_t>(text);
        if (!parsed || *parsed == 0 || *parsed > kMaxLimit) return fieldProblem({{"limit", "limit is a number from 1 to 500."}}, request.id);
        limit = *parsed;
    }
    if (const auto text = request.queryValue("before"); !text.empty()) {
        const auto parsed = parseUnsigned<std::uint64_t>(text);
        if (!parsed || *parsed > static_cast<std::uint64_t>(INT64_MAX)) return fieldProblem({{"before", "before is the id of a record."}}, request.id);
        before = static_cast<std::int64_t>(*parsed);
    }
    auto page = context.audit.list(limit, before);
    if (!page) return problem(page.error(), request.id);
    return Response::json(*page);
}

}  // namespace

std::vector<Route> auditRoutes(Context& context) {
    return {{"GET", "/admin/api/v1/audit", Permission::named("core.audit.read"), "Who did what, newest first",
             [&](const Request& r) { return getAudit(context, r); }}};
}

}  // namespace masthead::console::api
