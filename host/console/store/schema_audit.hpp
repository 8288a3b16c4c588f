// SQL of the audit log's second half: columns of the newer record format, seals, retention, indexes for reading.
#pragma once

namespace masthead::console::store {

extern const char* const kAuditSchema;

}  // namespace masthead::console::store
