#include "host/console/notify/texts.hpp"

#include <algorithm>
#include <cstdint>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/console/notify/rules.hpp"

namespace masthead::console::notify {
namespace {

constexpr std::size_t kMaxLink = 1000;
constexpr std::size_t kMaxData = 16 * 1024;

Json cleanedData(const Json& value, int depth) {
    if (depth > 8) return Json();
    if (value.isString()) return log::redact(plainText(value.asString(), kMaxText));
    if (value.isArray()) {
        Json out = Json::array();
        for (const auto& item : value.items()) out.push(cleanedData(item, depth + 1));
        return out;
    }
    if (value.isObject()) {
        Json out = Json::object();
        for (const auto& [name, item] : value.members()) out.set(oneLine(name, 100), cleanedData(item, depth + 1));
        return out;
    }
    return value;
}

}  // namespace

bool validLink(std::string_view link) {
    if (link.size() > kMaxLink || link.size() < 2 || link[0] != '/' || link[1] == '/' || link[1] == '\\') return false;
    return std::all_of(link.begin(), link.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' && c != '`' && c != '^' && c != '{' &&
               c != '}' && c != '|' && c != '#';
    });
}

Status clean(Note& note) {
    Severity severity{};
    if (!parseSeverity(note.severity, severity))
        return Error{Code::InvalidArgument, "severity is none of info, warning, critical"};
    if (!note.link.empty() && !validLink(note.link))
        return Error{Code::InvalidArgument, "link is no path of the console such as /admin/p/nodes/nodes"};
    if (note.link != log::redact(note.link))
        return Error{Code::InvalidArgument, "link carries a key or token, which must not leave the console"};
    note.title = log::redact(oneLine(note.title, kMaxTitle));
    if (note.title.empty()) return Error{Code::InvalidArgument, "title is empty"};
    note.text = log::redact(plainText(note.text, kMaxText));
    note.data = cleanedData(note.data.isObject() ? note.data : Json::object(), 0);
    if (note.data.dump().size() > kMaxData) return Error{Code::InvalidArgument, "data is larger than 16 KiB"};
    return {};
}

}  // namespace masthead::console::notify
