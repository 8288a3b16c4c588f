#include "host/console/audit/sink/message.hpp"

#include "host/base/json.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/audit/export_format.hpp"

namespace masthead::console::audit {
namespace {

constexpr int kFacility = 13;
constexpr int kInfo = 6;
constexpr int kWarning = 4;

/// A name as RFC 5424 allows it: 1 to 255 visible ASCII characters.
std::string nameOf(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c > 0x20 && c < 0x7f && out.size() < 255) out += c;
    }
    return out.empty() ? "-" : out;
}

}  // namespace

SinkMessage messageOf(const LogItem& item) {
    SinkMessage out;
    out.line = lineOf(item);
    out.line.pop_back();
    if (const auto* row = std::get_if<store::AuditRow>(&item)) {
        out.at = row->at;
        out.warning = row->outcome != "success" && row->outcome != "intent";
    } else {
        out.at = std::get<store::AuditSeal>(item).at;
    }
    return out;
}

std::string syslogText(const SinkMessage& message, const std::string& host_name) {
    return "<" + std::to_string(kFacility * 8 + (message.warning ? kWarning : kInfo)) + ">1 " + formatTimestamp(message.at) + " " + nameOf(host_name) +
           " masthead - audit - " + message.line;
}

std::string syslogDatagram(const SinkMessage& message, const std::string& host_name) {
    std::string text = syslogText(message, host_name);
    if (text.size() <= kMaxDatagram) return text;
    auto json = parseJson(message.line, kLocalJson);
    if (!json) return text.substr(0, kMaxDatagram);
    for (const char* name : {"detail", "before", "after"}) {
        if (json->has(name)) json->set(name, "");
    }
    json->set("cut", true);
    SinkMessage shorter = message;
    shorter.line = json->dump();
    return syslogText(shorter, host_name);
}

}  // namespace masthead::console::audit
