// What retention removes, kept as a file: JSON lines that verify by themselves and continue the file before.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/result.hpp"

namespace masthead::console::store {
class Database;
}

namespace masthead::console::audit {

/// Writes <directory>/audit-<from>-<to>.jsonl (0600), durable when ok. A file of that name is replaced.
Status archiveLog(store::Database& database, const std::string& directory, std::int64_t from, std::int64_t to);

}  // namespace masthead::console::audit
