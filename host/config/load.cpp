#include "host/config/load.hpp"

#include <yaml-cpp/yaml.h>

#include <climits>
#include <cstdlib>
#include <map>
#include <set>

#include "host/base/file.hpp"
#include "host/base/text.hpp"
#include "host/config/schema.hpp"
#include "host/config/validate.hpp"
#include "host/config/values.hpp"
#include "host/config/yaml_json.hpp"

namespace masthead::config {
namespace {

constexpr std::size_t kMaxProblems = 20;

class Reader {
public:
    explicit Reader(std::string file) : file_(std::move(file)), base_(parentPath(file_)) {}

    Result<Config> read(std::string_view text) {
        config_.file = file_;
        try {
            const YAML::Node root = YAML::Load(std::string(text));
            if (root.IsMap()) {
                readSection(root, "");
            } else if (!root.IsNull()) {
                report(root.Mark(), "expected keys and values at the top of the file");
            }
        } catch (const YAML::Exception& error) {
            report(error.mark, error.msg);
        }
        config_.headscale.version_given = marks_.count("headscale.version") > 0;
        if (problems_.empty()) {
            for (const auto& problem : validate(config_)) {
                const auto at = marks_.find(problem.key);
                report(at == marks_.end() ? YAML::Mark::null_mark() : at->second, problem.key + " " + problem.message);
            }
        }
        if (!problems_.empty()) return Error{Code::InvalidArgument, problems_};
        return std::move(config_);
    }

private:
    void report(const YAML::Mark& mark, const std::string& message) {
        if (++count_ > kMaxProblems) return;
        if (!problems_.empty()) problems_ += '\n';
        problems_ += file_;
        if (!mark.is_null()) problems_ += ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
        problems_ += ": " + message;
    }

    void readSection(const YAML::Node& node, const std::string& section) {
        std::set<std::string> seen;
        for (const auto& entry : node) {
            const YAML::Node& name_node = entry.first;
            if (!name_node.IsScalar()) {
                report(name_node.Mark(), "expected a plain key");
                continue;
            }
            const std::string name = name_node.Scalar();
            const std::string path = section.empty() ? name : section + "." + name;
            if (!seen.insert(name).second) {
                report(name_node.Mark(), path + " stands here a second time");
            } else if (const Key* key = findKey(path)) {
                marks_[path] = name_node.Mark();
                readValue(*key, entry.second);
            } else if (isSection(path)) {
                if (entry.second.IsMap()) {
                    readSection(entry.second, path);
                } else if (!entry.second.IsNull()) {
                    report(entry.second.Mark(), path + " is a section: expected keys below it");
                }
            } else {
                unknownKey(name_node, path, section);
            }
        }
    }

    void unknownKey(const YAML::Node& node, const std::string& path, const std::string& section) {
        std::string message = "unknown key " + path;
        const auto names = namesBelow(section);
        const std::string close = didYouMean(node.Scalar(), names);
        if (!close.empty()) {
            message += "; did you mean " + (section.empty() ? close : section + "." + close) + "?";
        } else {
            message += "; known here:";
            for (const auto& name : names) message += " " + name;
        }
        report(node.Mark(), message);
    }

    void readValue(const Key& key, const YAML::Node& node) {
        const std::string path = key.path;
        const Target target = key.field(config_);
        switch (key.kind) {
            case Kind::TextList: return readTexts(path, node, *std::get<std::vector<std::string>*>(target));
            case Kind::ListenList: return readListens(path, node, *std::get<std::vector<Listen>*>(target));
            case Kind::PluginList: return readPlugins(path, node, *std::get<Plugins*>(target));
            case Kind::Free: return readFree(path, node, *std::get<Json*>(target), false);
            case Kind::FreeList: return readFree(path, node, *std::get<Json*>(target), true);
            default: break;
        }
        if (!node.IsScalar()) return report(node.Mark(), path + ": expected " + expected(key));
        const std::string& text = node.Scalar();
        switch (key.kind) {
            case Kind::Text: *std::get<std::string*>(target) = text; break;
            case Kind::Url: *std::get<std::string*>(target) = text; break;
            case Kind::Path:
                *std::get<std::string*>(target) = text.empty() || text.front() == '/' ? text : joinPath(base_, text);
                break;
            case Kind::Choice:
                for (const char* choice : key.choices) {
                    if (text == choice) {
                        *std::get<std::string*>(target) = text;
                        return;
                    }
                }
                wrong(key, node);
                break;
            case Kind::Boolean:
                if (text != "true" && text != "false") return wrong(key, node);
                *std::get<bool*>(target) = text == "true";
                break;
            default: readNumber(key, node, *std::get<std::uint32_t*>(target)); break;
        }
    }

    void readNumber(const Key& key, const YAML::Node& node, std::uint32_t& target) {
        const auto value =
            key.kind == Kind::Duration ? parseDuration(node.Scalar()) : parseUnsigned<std::uint32_t>(node.Scalar());
        if (!value || *value < key.min || *value > key.max) return wrong(key, node);
        target = *value;
    }

    static std::string expected(const Key& key) {
        if (key.kind == Kind::Boolean) return "true or false";
        if (key.kind == Kind::Duration)
            return "a duration such as 250ms, 30s, 5m or 12h, from " + formatDuration(key.min) + " to " + formatDuration(key.max);
        if (key.kind == Kind::Number) return "a number from " + std::to_string(key.min) + " to " + std::to_string(key.max);
        if (key.kind != Kind::Choice) return "text";
        std::string list = "one of";
        for (const char* choice : key.choices) list += std::string(" ") + choice;
        return list;
    }

    void wrong(const Key& key, const YAML::Node& node) {
        report(node.Mark(), std::string(key.path) + ": expected " + expected(key) + ", found \"" + node.Scalar() + "\"");
    }

    void readTexts(const std::string& path, const YAML::Node& node, std::vector<std::string>& target) {
        if (!node.IsSequence()) return report(node.Mark(), path + ": expected a list");
        target.clear();
        for (const auto& item : node) {
            if (!item.IsScalar()) return report(item.Mark(), path + ": expected a list of texts");
            target.push_back(item.Scalar());
        }
    }

    void readListens(const std::string& path, const YAML::Node& node, std::vector<Listen>& target) {
        std::vector<std::string> texts;
        readTexts(path, node, texts);
        target.clear();
        for (const auto& text : texts) {
            auto listen = parseListen(text);
            if (!listen) return report(node.Mark(), path + ": " + listen.error().message);
            target.push_back(*listen);
        }
    }

    void readPlugins(const std::string& path, const YAML::Node& node, Plugins& target) {
        if (!node.IsSequence()) return report(node.Mark(), path + ": expected a list of plugin ids");
        for (const auto& item : node) {
            if (item.IsScalar()) {
                target.enabled.push_back(item.Scalar());
                continue;
            }
            const bool shaped = item.IsMap() && item.size() == 2 && item["id"] && item["sha256"] && item["id"].IsScalar() &&
                                item["sha256"].IsScalar();
            if (!shaped) return report(item.Mark(), path + ": expected a plugin id or {id: <id>, sha256: <hex>}");
            target.enabled.push_back(item["id"].Scalar());
            target.pinned[item["id"].Scalar()] = lowerAscii(item["sha256"].Scalar());
        }
    }

    void readFree(const std::string& path, const YAML::Node& node, Json& target, bool list) {
        if (list ? !node.IsSequence() : !node.IsMap())
            return report(node.Mark(), path + (list ? ": expected a list" : ": expected keys and values"));
        auto value = yamlToJson(node);
        if (!value) return report(node.Mark(), path + ": " + value.error().message);
        target = std::move(*value);
    }

    std::string file_;
    std::string base_;
    std::string problems_;
    std::size_t count_ = 0;
    std::map<std::string, YAML::Mark> marks_;
    Config config_;
};

std::string absolutePath(const std::string& path) {
    char resolved[PATH_MAX];
    return ::realpath(path.c_str(), resolved) ? std::string(resolved) : path;
}

}  // namespace

Result<Config> loadConfig(const std::string& path) {
    auto text = readFile(path, kMaxConfigBytes);
    if (!text) return std::move(text).error().within("reading the configuration");
    return parseConfig(*text, absolutePath(path));
}

Result<Config> parseConfig(std::string_view text, const std::string& path) { return Reader(path).read(text); }

}  // namespace masthead::config
