// Parsed HTTP/1.1 heads as plain data: what the strict parsers hand out and the serializer takes.
//
// Field names keep their spelling; look-ups ignore case. Values carry no surrounding white space and no control bytes.
// Not thread-safe while written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace masthead::edge::http1 {

struct Field {
    std::string name;
    std::string value;
};

class Fields {
public:
    void add(std::string name, std::string value) { list_.push_back({std::move(name), std::move(value)}); }
    std::size_t count(std::string_view name) const;
    /// The first value; nullopt when absent.
    std::optional<std::string_view> get(std::string_view name) const;
    /// All values of a list field joined by ", ".
    std::string joined(std::string_view name, std::string_view separator = ", ") const;
    /// True when a comma-separated token of any such field equals `token`, ignoring case.
    bool hasToken(std::string_view name, std::string_view token) const;
    const std::vector<Field>& all() const { return list_; }

private:
    std::vector<Field> list_;
};

/// The request target taken apart. `authority` is set for absolute-form only.
struct Target {
    std::string path;
    std::string query;  // without '?'
    bool has_query = false;
    std::optional<std::string> authority;
};

struct Framing {
    enum class Kind { None, Length, Chunked, UntilClose };
    Kind kind = Kind::None;
    std::uint64_t length = 0;  // for Length
};

struct RequestHead {
    std::string method;
    Target target;
    std::string authority;  // of the target if absolute-form, else the Host field; lower case
    Fields fields;
    Framing framing;
};

struct ResponseHead {
    int status = 0;
    int minor_version = 1;
    std::string reason;
    Fields fields;
};

/// Why a message is not acceptable: the status to answer with. The reason is for the log and never sent.
struct Refusal {
    int status = 400;
    const char* reason = "";
};

/// Either the parsed head or the refusal.
template <typename Head>
struct Parsed {
    std::optional<Head> head;
    Refusal refusal;

    Parsed(Head value) : head(std::move(value)) {}
    Parsed(Refusal why) : refusal(why) {}
    bool ok() const { return head.has_value(); }
};

struct HeadLimits {
    std::size_t bytes = 32 * 1024;
    std::size_t fields = 100;
    std::size_t line = 8192;
    std::size_t path = 8192;
    std::size_t query = 4096;
    std::size_t method = 32;
};

}  // namespace masthead::edge::http1
