#include "host/console/audit/export_format.hpp"

#include <set>

#include "host/base/json.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/audit/canonical.hpp"

namespace masthead::console::audit {
namespace {

constexpr const char* kFormat = "masthead-audit/1";

/// Reads members with their types; remembers the first that does not fit and whether all were asked for.
class Reader {
public:
    explicit Reader(const Json& json) : json_(json) {}
    std::string text(const char* name) {
        if (!json_[name].isString()) fail(name);
        seen_.insert(name);
        return json_.text(name);
    }
    /// Hexadecimal digits, or nothing where that is allowed.
    std::string hex(const char* name, std::size_t size, bool may_be_empty = false) {
        std::string value = text(name);
        const bool fits = (value.size() == size || (may_be_empty && value.empty())) && value.find_first_not_of("0123456789abcdef") == std::string::npos;
        if (!fits) fail(name);
        return value;
    }
    std::int64_t number(const char* name) {
        if (!json_[name].isInt() || json_[name].asInt() < 0) fail(name);
        seen_.insert(name);
        return json_[name].asInt();
    }
    bool flag(const char* name) {
        if (!json_[name].isBool()) fail(name);
        seen_.insert(name);
        return json_[name].asBool();
    }
    /// A member that nobody asked for would be believed by people and checked by nobody.
    Status done() {
        for (const auto& [name, value] : json_.members()) {
            if (wrong_.empty() && seen_.count(name) == 0) wrong_ = name;
        }
        if (wrong_.empty()) return {};
        return Error{Code::InvalidArgument, "the member \"" + wrong_ + "\" is missing, of the wrong kind or unknown"};
    }

private:
    void fail(const char* name) {
        if (wrong_.empty()) wrong_ = name;
    }
    const Json& json_;
    std::string wrong_;
    std::set<std::string> seen_;
};

store::AuditRow rowOf(Reader& in, std::int64_t version) {
    store::AuditRow row;
    row.version = version;
    row.seq = in.number("seq");
    row.at = in.number("at");
    row.principal = in.text("principal");
    row.principal_id = in.text("principal_id");
    row.action = in.text("action");
    row.object = in.text("object");
    row.outcome = in.text("outcome");
    row.detail = in.text("detail");
    if (version != 1) {
        row.before = in.text("before");
        row.after = in.text("after");
        row.auth = in.text("auth");
    }
    row.request_id = in.text("request_id");
    row.client = in.text("client");
    row.intent = in.number("intent");
    row.previous = in.hex("previous", 64);
    row.hash = in.hex("hash", 64);
    return row;
}

std::string cell(std::string_view text) {
    std::string out = "\"";
    if (!text.empty() && std::string_view("=+-@\t\r\n|%").find(text.front()) != std::string_view::npos) out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

}  // namespace

std::string headerLine(const ExportHeader& header) {
    return Json::object({{"type", "header"},
                         {"format", kFormat},
                         {"host", header.host},
                         {"complete", header.complete},
                         {"part", header.part},
                         {"anchor_seq", header.anchor.seq},
                         {"anchor_hash", header.anchor.hash}})
               .dump() +
           "\n";
}

std::string recordLine(const store::AuditRow& row) {
    // The canonical text as it was hashed, between the type and the hashes.
    std::string text = canonical(row);
    text.pop_back();
    return "{\"type\":\"record\"," + text.substr(1) + ",\"previous\":\"" + row.previous + "\",\"hash\":\"" + row.hash + "\"}\n";
}

std::string sealLine(const store::AuditSeal& seal) {
    return Json::object({{"type", "seal"},
                         {"kind", seal.kind},
                         {"number", seal.number},
                         {"host", seal.host},
                         {"seq", seal.seq},
                         {"at", seal.at},
                         {"epoch", seal.epoch},
                         {"hash", seal.hash},
                         {"extra", seal.extra},
                         {"signature", seal.signature}})
               .dump() +
           "\n";
}

std::string lineOf(const LogItem& item) {
    if (const auto* row = std::get_if<store::AuditRow>(&item)) return recordLine(*row);
    return sealLine(std::get<store::AuditSeal>(item));
}

Result<ExportLine> parseLine(std::string_view line) {
    if (line.size() > kMaxLine) return Error{Code::InvalidArgument, "a line is longer than 1 MiB"};
    auto parsed = parseJson(line, {4, kMaxLine});
    if (!parsed) return Error{Code::InvalidArgument, parsed.error().message};
    if (!parsed->isObject()) return Error{Code::InvalidArgument, "a line is not an object"};
    Reader in(*parsed);
    const std::string type = in.text("type");
    std::optional<ExportLine> out;
    if (type == "header") {
        if (in.text("format") != kFormat) return Error{Code::InvalidArgument, "this is not an export of the audit log"};
        ExportHeader header;
        header.host = in.hex("host", 32, true);
        header.complete = in.flag("complete");
        header.part = in.flag("part");
        header.anchor.seq = in.number("anchor_seq");
        header.anchor.hash = in.hex("anchor_hash", 64, true);
        out = std::move(header);
    } else if (type == "record") {
        const bool versioned = parsed->has("v");
        const std::int64_t version = versioned ? in.number("v") : 1;
        if (version != kForm && (versioned || version != 1)) return Error{Code::InvalidArgument, "a record of form " + std::to_string(version) + " is not known here"};
        out = rowOf(in, version);
    } else if (type == "seal") {
        store::AuditSeal seal;
        seal.kind = in.text("kind");
        seal.number = in.number("number");
        seal.host = in.hex("host", 32);
        seal.seq = in.number("seq");
        seal.at = in.number("at");
        seal.epoch = in.number("epoch");
        seal.hash = in.hex("hash", 64);
        seal.extra = in.text("extra");
        seal.signature = in.hex("signature", 128);
        out = std::move(seal);
    } else {
        return Error{Code::InvalidArgument, "a line is neither header, record nor seal"};
    }
    if (Status fits = in.done(); !fits) return std::move(fits).error();
    return std::move(*out);
}

std::string csvHead() { return "id,at,principal,principal_id,action,object,outcome,detail,before,after,request_id,client,auth,intent,hash\r\n"; }

std::string csvLine(const store::AuditRow& row) {
    std::string out = std::to_string(row.seq) + "," + formatTimestamp(row.at);
    for (const std::string* text : {&row.principal, &row.principal_id, &row.action, &row.object, &row.outcome, &row.detail, &row.before, &row.after,
                                    &row.request_id, &row.client, &row.auth}) {
        out += "," + cell(*text);
    }
    return out + "," + std::to_string(row.intent) + "," + row.hash + "\r\n";
}

}  // namespace masthead::console::audit
