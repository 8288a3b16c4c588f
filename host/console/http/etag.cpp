#include "host/console/http/etag.hpp"

#include <algorithm>

#include "host/base/text.hpp"

namespace masthead::console {
namespace {

/// Tags hold digits or hex of ours only, so a comma never stands inside of one.
bool lists(std::string_view header, std::string_view etag, bool weak_counts) {
    const auto parts = split(header, ',');
    return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
        part = trim(part);
        if (part == "*") return true;
        if (weak_counts && part.substr(0, 2) == "W/") part.remove_prefix(2);
        return part == etag;
    });
}

}  // namespace

std::string etagOf(std::int64_t revision) { return "\"" + std::to_string(revision) + "\""; }

bool IfMatch::fits(std::int64_t revision) {
    if (!missing() && lists(header_, etagOf(revision), false)) return true;
    current_ = revision;
    return false;
}

Response IfMatch::problem(const std::string& request_id) const {
    if (missing()) {
        return console::problem(428, "precondition_required", "Say which version you change",
                                "Read the object first and send its ETag as If-Match, so that nobody's change is lost.", request_id);
    }
    return console::problem(412, "precondition_failed", "Changed meanwhile", "Somebody else changed this meanwhile. Read it again and repeat your change.",
                            request_id)
        .with("ETag", etagOf(current_.value_or(0)));
}

bool noneMatchFits(const Request& request, std::string_view etag) {
    const auto header = request.header("if-none-match");
    return !header.empty() && lists(header, etag, true);
}

}  // namespace masthead::console
