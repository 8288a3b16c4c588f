// The log as one sequence: records, each followed by the seals that stand at it. What exports and the second sink send.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/audit_store.hpp"

namespace masthead::console::audit {

struct Cursor {
    std::int64_t seq = 0;   // the last record handed out
    std::int64_t seal = 0;  // id of the last seal handed out
};

using LogItem = std::variant<store::AuditRow, store::AuditSeal>;

/// What follows the cursor, which moves along; at most `records` records, none beyond `newest`. Empty at the end.
std::vector<LogItem> nextItems(store::Connection& connection, Cursor& cursor, std::int64_t newest, std::int64_t records);

}  // namespace masthead::console::audit
