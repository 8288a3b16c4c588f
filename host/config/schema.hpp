// The one table of configuration keys: it drives reading, checking, unknown-key hints and the generated reference.
// Plain data, built once; thread-safe to read. A key's default is the value of its field in a fresh Config.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/config/config.hpp"

namespace masthead::config {

enum class Kind { Text, Path, Url, Choice, Boolean, Number, Duration, TextList, ListenList, PluginList, Free, FreeList };

using Target =
    std::variant<std::string*, bool*, std::uint32_t*, std::vector<std::string>*, std::vector<Listen>*, Plugins*, Json*>;

struct Key {
    const char* path;
    Kind kind;
    Target (*field)(Config&);
    const char* description;
    std::uint32_t min = 0;  // Number, Duration (ms)
    std::uint32_t max = UINT32_MAX;
    std::vector<const char*> choices = {};
};

const std::vector<Key>& schema();
const Key* findKey(std::string_view path);
/// Whether `path` is a section such as "server.tls".
bool isSection(std::string_view path);
/// The names allowed directly below `section` ("" = the top), in schema order.
std::vector<std::string> namesBelow(std::string_view section);
/// The closest of `names` within two edits, or an empty text.
std::string didYouMean(std::string_view name, const std::vector<std::string>& names);

/// docs/operations.md: the reference of all keys as markdown.
std::string referenceMarkdown();

}  // namespace masthead::config
