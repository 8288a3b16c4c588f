// Case AL-17 and the reading times: fills an audit log and prints JSON with what each thing took, in milliseconds.
// usage: bench_audit [records]
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/console/audit/audit_check.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/audit/audit_reader.hpp"
#include "host/console/audit/exporter.hpp"
#include "host/console/audit/head_file.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/sealer.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace masthead;
using namespace masthead::console;

[[noreturn]] void fail(const Error& error) {
    std::fprintf(stderr, "bench_audit: %s %s\n", error.message.c_str(), error.internal.c_str());
    std::exit(1);
}
template <typename T>
T must(Result<T> result) {
    if (!result) fail(result.error());
    return std::move(*result);
}
void must(const Status& status) {
    if (!status) fail(status.error());
}

double timed(const std::function<void()>& body) {
    const auto from = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - from).count();
}

double rounded(double value) { return static_cast<double>(static_cast<long>(value * 100)) / 100; }

}  // namespace

int main(int argc, char** argv) {
    const long records = argc > 1 ? std::atol(argv[1]) : 100000;
    const testing::TempDir dir;
    const SystemClock system;
    SystemClock clock;
    auto database = must(store::Database::open(dir.file("masthead.db")));
    const auto sealer = must(store::Sealer::open(*database, clock, dir.file("master.key")));
    audit::AuditLog log(*database, clock);
    must(log.startSealing(sealer));
    Json out = Json::object({{"records", records}});
    const auto note = [&](const char* name, const std::function<void()>& body) { out.set(name, rounded(timed(body))); };

    note("append_ms", [&] {
        for (long done = 0; done < records;) {
            must(database->write([&](store::Transaction& transaction) -> Status {
                for (int i = 0; i < 1000 && done < records; ++i, ++done) {
                    audit::Entry entry;
                    entry.principal = "admin" + std::to_string(done % 40) + "@example.org";
                    entry.principal_id = "account:" + std::to_string(done % 40);
                    entry.action = "area" + std::to_string(done % 12) + ".action" + std::to_string(done % 7);
                    entry.object = "node/" + std::to_string(done % 5000);
                    entry.outcome = done % 97 == 0 ? "denied" : "success";
                    entry.detail = Json::object({{"request", Json::object({{"name", "host-" + std::to_string(done)}})}, {"status", 200}});
                    if (done % 4 == 0) entry.before = Json::object({{"name", "a"}}), entry.after = Json::object({{"name", "b"}});
                    entry.request_id = "request-" + std::to_string(done);
                    entry.client = "192.0.2.7";
                    entry.auth = "password session:0123456789abcdef";
                    must(log.record(transaction, entry));
                }
                return {};
            }));
        }
    });
    must(log.checkpoint());
    audit::Verdict verdict;
    must(audit::writeHead(dir.file("head.json"), {std::string(32, '0'), 0, "", 0, 0}));
    must(audit::verifyStore(*database, ""));  // warms the cache, so that the next line measures the work
    ::unlink(dir.file("head.json").c_str());
    note("verify_ms", [&] { verdict = must(audit::verifyStore(*database, dir.file("head.json"))); });
    if (verdict.bad || verdict.records != records) fail({Code::Internal, verdict.bad ? verdict.bad->reason : "records are missing"});
    std::size_t bytes = 0;
    note("export_ms", [&] {
        must(audit::exportLog(*database, {}, audit::ExportForm::JsonLines, 0, [&](std::string_view text) {
            bytes += text.size();
            return true;
        }));
    });
    out.set("export_bytes", bytes);

    audit::AuditReader reader(*database, clock);
    const auto page = [&](const char* name, const store::AuditFilter& filter, std::int64_t before = 0) {
        note(name, [&] { must(reader.page(filter, 60, before)); });
    };
    page("page_newest_ms", {});
    page("page_middle_ms", {}, records / 2);
    store::AuditFilter filter;
    filter.principal = "admin7@example.org";
    page("page_principal_ms", filter);
    filter = {};
    filter.action = "area3.*";
    page("page_action_group_ms", filter);
    filter = {};
    filter.object = "node/77";
    page("page_object_ms", filter);
    filter = {};
    filter.outcome = "denied";
    page("page_outcome_ms", filter);
    filter = {};
    filter.text = "host-9999";
    page("page_text_ms", filter);
    filter.text = "stands nowhere";
    page("page_text_nothing_ms", filter);
    filter = {};
    filter.from = clock.wallMs() - 3600 * 1000;
    page("page_time_ms", filter);
    note("facets_ms", [&] { must(reader.facets()); });
    note("summary_ms", [&] { must(reader.summary()); });
    std::puts(out.pretty().c_str());
    return 0;
}
