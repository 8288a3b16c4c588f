// JsonReader: reads members of an object with their JSON path, keeps the first error, refuses unknown members at the end.
// Not thread-safe; lives on the stack of one parse function.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::plugins {

class JsonReader {
public:
    /// Errors of nested readers arrive in `error`, which must outlive all of them.
    JsonReader(const Json& object, std::string path, std::string& error);

    std::string text(const char* name, bool required = true);
    std::int64_t integer(const char* name, std::int64_t fallback, std::int64_t least, std::int64_t most);
    bool boolean(const char* name, bool fallback = false);
    std::vector<std::string> texts(const char* name);
    /// Calls `each` for every object of an array that may be missing.
    void objects(const char* name, const std::function<void(JsonReader&)>& each);
    /// The raw member, null when missing.
    const Json& raw(const char* name);
    /// "30s", "5m", "2h", "250ms" as milliseconds.
    std::int64_t duration(const char* name, std::int64_t fallback);
    /// "64KiB", "1MiB" or a plain number of bytes.
    std::size_t size(const char* name, std::size_t fallback);

    void fail(const std::string& member, const std::string& message);
    bool failed() const { return !error_.empty(); }
    const std::string& path() const { return path_; }
    /// Fails when the object has a member nobody asked for.
    void finish();

private:
    const Json& take(const char* name);

    const Json& object_;
    std::string path_;
    std::string& error_;
    std::set<std::string, std::less<>> seen_;
};

/// How a value is named in an error: its text or its kind.
std::string describe(const Json& value);

}  // namespace masthead::console::plugins
