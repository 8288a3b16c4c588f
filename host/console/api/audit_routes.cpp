// The audit log: pages by filter, values to filter by, exports, state and verification.
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/api/context.hpp"
#include "host/console/audit/audit_desk.hpp"
#include "host/console/audit/audit_reader.hpp"
#include "host/console/audit/exporter.hpp"

namespace masthead::console::api {
namespace {

constexpr std::uint32_t kDefaultLimit = 100;
constexpr std::uint32_t kMaxLimit = 500;
constexpr std::size_t kMaxFilter = 200;
constexpr std::int64_t kVerifyMs = 10 * 60 * 1000;

/// RFC 3339, or a day: its first or its last moment.
std::int64_t readTime(const Request& request, const char* name, bool end, std::vector<FieldError>& wrong) {
    const std::string text(request.queryValue(name));
    if (text.empty()) return 0;
    const bool day = text.size() == 10;
    const auto parsed = parseTimestamp(day ? text + "T00:00:00Z" : text);
    if (!parsed || *parsed < 0) {
        wrong.push_back({name, std::string(name) + " is a time such as 2026-07-01T12:00:00Z, or a day such as 2026-07-01."});
        return 0;
    }
    return day && end ? *parsed + 24 * 60 * 60 * 1000 - 1 : *parsed;
}

store::AuditFilter readFilter(const Request& request, std::vector<FieldError>& wrong) {
    const auto text = [&](const char* name) {
        std::string value(request.queryValue(name));
        if (value.size() > kMaxFilter) wrong.push_back({name, std::string(name) + " has at most 200 bytes."});
        return value;
    };
    store::AuditFilter filter;
    filter.text = text("q");
    filter.principal = text("principal");
    filter.action = text("action");
    filter.object = text("object");
    filter.outcome = text("outcome");
    filter.from = readTime(request, "from", false, wrong);
    filter.to = readTime(request, "to", true, wrong);
    return filter;
}

Response getAudit(Context& context, const Request& request) {
    std::vector<FieldError> wrong;
    const auto filter = readFilter(request, wrong);
    std::uint32_t limit = kDefaultLimit;
    if (const auto text = request.queryValue("limit"); !text.empty()) {
        const auto parsed = parseUnsigned<std::uint32_t>(text);
        if (!parsed || *parsed == 0 || *parsed > kMaxLimit) wrong.push_back({"limit", "limit is a number from 1 to 500."});
        limit = parsed.value_or(kDefaultLimit);
    }
    std::int64_t before = 0;
    const char* const cursor = request.queryValue("cursor").empty() ? "before" : "cursor";
    if (const auto text = request.queryValue(cursor); !text.empty()) {
        const auto parsed = parseUnsigned<std::uint64_t>(text);
        if (!parsed || *parsed == 0 || *parsed > static_cast<std::uint64_t>(INT64_MAX)) wrong.push_back({cursor, "cursor is what \"next\" of the page before said."});
        else before = static_cast<std::int64_t>(*parsed);
    }
    if (!wrong.empty()) return fieldProblem(wrong, request.id);
    auto page = context.audit_desk->reader().page(filter, limit, before);
    if (!page) return problem(page.error(), request.id);
    return Response::json(*page);
}

Response getExport(Context& context, const Request& request) {
    std::vector<FieldError> wrong;
    const auto filter = readFilter(request, wrong);
    const auto format = request.queryValue("format");
    if (format != "csv" && format != "jsonl") wrong.push_back({"format", "format is csv or jsonl."});
    if (!wrong.empty()) return fieldProblem(wrong, request.id);
    const bool csv = format == "csv";
    Response response{200, csv ? "text/csv; charset=utf-8" : "application/x-ndjson", "", {}, {}};
    response.stream = [&context, filter, csv, id = request.id](StreamSink& sink) {
        const auto form = csv ? audit::ExportForm::Csv : audit::ExportForm::JsonLines;
        Status done = context.audit_desk->exportTo(filter, form, [&](std::string_view text) { return sink.write(text); });
        // The head is sent, so a reader learns of it only by the missing end; JSON lines say so themselves when verified.
        if (!done) static_cast<void>(problem(Error{Code::Internal, "an export of the audit log broke off", done.error().message}, id));
    };
    const std::string name = "audit-" + formatTimestamp(context.clock.wallMs()).substr(0, 10) + (csv ? ".csv" : ".jsonl");
    return std::move(response).with("Content-Disposition", "attachment; filename=\"" + name + "\"").with("Cache-Control", "no-store");
}

Response answer(Result<Json> result, const Request& request) {
    if (!result) return problem(result.error(), request.id);
    return Response::json(*result);
}

}  // namespace

std::vector<Route> auditRoutes(Context& context) {
    const auto reading = Permission::named("core.audit.read");
    std::vector<Route> routes = {
        {"GET", "/admin/api/v1/audit", reading, "Who did what, newest first", [&](const Request& r) { return getAudit(context, r); }},
        {"GET", "/admin/api/v1/audit/facets", reading, "The values to filter the audit log by",
         [&](const Request& r) { return answer(context.audit_desk->reader().facets(), r); }},
        {"GET", "/admin/api/v1/audit/status", reading, "How long the audit log is, its seals and its second place",
         [&](const Request& r) { return answer(context.audit_desk->status(), r); }},
        {"GET", "/admin/api/v1/audit/export", reading, "The audit log as a file", [&](const Request& r) { return getExport(context, r); }, "audit.export"},
        {"POST", "/admin/api/v1/audit/verify", reading, "Check the whole audit log", [&](const Request& r) { return answer(context.audit_desk->verify(), r); }},
    };
    routes.back().deadline_ms = kVerifyMs;
    return routes;
}

}  // namespace masthead::console::api
