// Verifying an exported file (JSON lines) without the host it came from. One pass, bounded memory.
#pragma once

#include <istream>
#include <string>

#include "host/console/audit/audit_check.hpp"

namespace masthead::console::audit {

struct ExportVerdict {
    Verdict verdict;
    bool complete = true;       // false: the export was filtered; only that each record is whole has been checked
    bool part = false;          // the log went on when the file was written
    Anchor anchor;              // what the file continues; a part before it must end there
    std::int64_t line = 0;      // where the trouble is, from 1; 0 = none
};

/// `host` is the id that the file must carry, as `masthead audit status` prints it; empty: not compared.
ExportVerdict verifyExport(std::istream& in, const std::string& host);

}  // namespace masthead::console::audit
