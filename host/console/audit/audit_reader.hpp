// Reading the log for people: pages by filter, the values to filter by, exports. Thread-safe.
//
// A page costs a bounded time however long the log is: when a filter matches little, a page may hold fewer records than
// asked for (even none) and still name a `next`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/store/audit_store.hpp"

namespace masthead::console::store {
class Database;
}

namespace masthead::console::audit {

class AuditReader {
public:
    AuditReader(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    /// {"records":[...newest first...],"next":"<id>"|null}: records older than `before` (0 = from the newest).
    Result<Json> page(const store::AuditFilter& filter, std::uint32_t limit, std::int64_t before);
    /// {"principals":[],"actions":[],"outcomes":[]}
    Result<Json> facets();
    /// {"records","first","last_checkpoint","host"}
    Result<Json> summary();

private:
    static constexpr std::int64_t kStep = 20'000;     // records looked at in one statement
    static constexpr std::int64_t kBudgetMs = 250;

    store::Database& database_;
    const Clock& clock_;
};

/// One record as the API shows it.
Json shown(const store::AuditRow& row);

}  // namespace masthead::console::audit
