// ETag and If-Match for objects that people edit at the same time: the tag is the object's revision number, quoted.
//
// A change reads the header into an IfMatch, and compares it with the stored revision inside its own transaction, so that of
// two racing changes exactly one fits. Then: missing() -> 428, stale() -> 412 with the current tag, both by problem().
// Not thread-safe; one per request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console {

/// "\"7\""
std::string etagOf(std::int64_t revision);

class IfMatch {
public:
    explicit IfMatch(const Request& request) : header_(request.header("if-match")) {}

    bool missing() const { return header_.empty(); }
    /// True when the caller has seen this revision (or sent `*`). Remembers a revision that does not fit.
    bool fits(std::int64_t revision);
    bool stale() const { return current_.has_value(); }
    /// 428 without a header, 412 with the ETag of the revision that did not fit.
    Response problem(const std::string& request_id) const;

private:
    std::string header_;
    std::optional<std::int64_t> current_;
};

/// True when If-None-Match names this tag: the answer is 304 without a body.
bool noneMatchFits(const Request& request, std::string_view etag);

}  // namespace masthead::console
