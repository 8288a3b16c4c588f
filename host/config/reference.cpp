#include "host/base/text.hpp"
#include "host/config/schema.hpp"
#include "host/config/values.hpp"

namespace masthead::config {
namespace {

std::string typeText(const Key& key) {
    switch (key.kind) {
        case Kind::Text: return "text";
        case Kind::Path: return "path";
        case Kind::Url: return "URL";
        case Kind::Boolean: return "true or false";
        case Kind::TextList: return "list of texts";
        case Kind::ListenList: return "list of `address:port`";
        case Kind::PluginList: return "list of plugins";
        case Kind::Free: return "keys and values";
        case Kind::FreeList: return "list";
        case Kind::Number: return "number, " + std::to_string(key.min) + " to " + std::to_string(key.max);
        case Kind::Duration: return "duration, " + formatDuration(key.min) + " to " + formatDuration(key.max);
        case Kind::Choice: break;
    }
    std::string out;
    for (const char* choice : key.choices) out += (out.empty() ? "`" : ", `") + std::string(choice) + "`";
    return out;
}

struct DefaultText {
    const Key& key;

    std::string operator()(const std::string* value) const { return value->empty() ? "" : "`" + *value + "`"; }
    std::string operator()(const bool* value) const { return *value ? "`true`" : "`false`"; }
    std::string operator()(const std::uint32_t* value) const {
        return "`" + (key.kind == Kind::Duration ? formatDuration(*value) : std::to_string(*value)) + "`";
    }
    std::string operator()(const std::vector<std::string>* value) const {
        std::string out;
        for (const auto& item : *value) out += (out.empty() ? "" : ", ") + item;
        return "`[" + out + "]`";
    }
    std::string operator()(const std::vector<Listen>* value) const {
        std::string out;
        for (const auto& item : *value) out += (out.empty() ? "\"" : ", \"") + formatListen(item) + "\"";
        return "`[" + out + "]`";
    }
    std::string operator()(const Plugins*) const { return "`[]`"; }
    std::string operator()(const Json* value) const { return "`" + value->dump() + "`"; }
};

}  // namespace

std::string referenceMarkdown() {
    Config defaults;
    std::string out = "| key | type | default | meaning |\n|---|---|---|---|\n";
    for (const auto& key : schema()) {
        const std::string fallback = std::visit(DefaultText{key}, key.field(defaults));
        out += "| `" + std::string(key.path) + "` | " + typeText(key) + " | " + fallback + " | " + key.description + " |\n";
    }
    return out;
}

}  // namespace masthead::config
