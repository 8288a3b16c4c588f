#include "host/config/yaml_json.hpp"

#include <yaml-cpp/yaml.h>

#include <charconv>

namespace masthead::config {
namespace {

constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxItems = 20'000;  // in all, counted after aliases are expanded

Json scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return Json(text);  // yaml-cpp's mark of a quoted scalar
    if (text == "true" || text == "false") return Json(text == "true");
    std::int64_t integer = 0;
    const char* end = text.data() + text.size();
    if (const auto r = std::from_chars(text.data(), end, integer); r.ec == std::errc() && r.ptr == end)
        return Json(static_cast<long long>(integer));
    double number = 0;
    const bool numeric = text.find_first_not_of("0123456789+-.eE") == std::string::npos;
    if (const auto r = std::from_chars(text.data(), end, number); numeric && r.ec == std::errc() && r.ptr == end)
        return Json(number);
    return Json(text);
}

Result<Json> convert(const YAML::Node& node, int depth, std::size_t& items) {
    if (depth > kMaxDepth) return Error{Code::InvalidArgument, "nested too deeply"};
    if (++items > kMaxItems) return Error{Code::InvalidArgument, "too many items"};
    if (node.IsScalar()) return scalar(node);
    if (node.IsSequence()) {
        Json out = Json::array();
        for (const auto& item : node) {
            auto value = convert(item, depth + 1, items);
            if (!value) return value;
            out.push(std::move(*value));
        }
        return out;
    }
    if (!node.IsMap()) return Json();
    Json out = Json::object();
    for (const auto& entry : node) {
        if (!entry.first.IsScalar()) return Error{Code::InvalidArgument, "expected plain keys"};
        if (out.has(entry.first.Scalar()))
            return Error{Code::InvalidArgument, "the key " + entry.first.Scalar() + " stands twice"};
        auto value = convert(entry.second, depth + 1, items);
        if (!value) return value;
        out.set(entry.first.Scalar(), std::move(*value));
    }
    return out;
}

}  // namespace

Result<Json> yamlToJson(const YAML::Node& node) {
    std::size_t items = 0;
    return convert(node, 0, items);
}

}  // namespace masthead::config
