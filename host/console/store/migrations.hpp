// The forward-only history of the schema, in the order of the numbers. A number is never reused and a published migration
// never changes. A database lacking a number below its highest gets it at the next start, so areas may land in any order.
#pragma once

#include <cstdint>
#include <vector>

namespace masthead::console::store {

struct Migration {
    std::int64_t number;
    const char* name;
    const char* script;  // several statements, run in one transaction
};

const std::vector<Migration>& migrations();

}  // namespace masthead::console::store
