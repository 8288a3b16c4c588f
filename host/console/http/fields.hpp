// Fields: reads the members of one JSON object from outside and collects what is wrong with each, named by its path
// ("quiet_hours/from"). Unknown members are wrong. Lives on the stack; not thread-safe.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console {

class Fields {
public:
    /// `wrong` outlives this; `path` is "" or ends in "/".
    Fields(const Json& object, std::string path, std::vector<FieldError>& wrong);

    std::string text(const char* name, std::size_t most, bool required = false);
    bool boolean(const char* name, bool fallback);
    std::int64_t integer(const char* name, std::int64_t fallback, std::int64_t least, std::int64_t most);
    std::vector<std::string> texts(const char* name, std::size_t most_items, std::size_t most_bytes);
    const Json& raw(const char* name);
    void fail(const std::string& name, const std::string& reason);
    /// Refuses members nobody asked for.
    void finish();

private:
    const Json& object_;
    std::string path_;
    std::vector<FieldError>& wrong_;
    std::set<std::string> known_;
};

}  // namespace masthead::console
