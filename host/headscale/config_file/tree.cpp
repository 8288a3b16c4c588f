#include "host/headscale/config_file/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <sstream>

#include "host/base/text.hpp"

namespace masthead::headscale::config_file {
namespace {

constexpr std::size_t kMaxDepth = 48;
constexpr std::size_t kMaxNodes = 100'000;

struct TooLarge {};

/// Collects yaml-cpp's events; keys and values of a map arrive alternately.
class Builder final : public YAML::EventHandler {
public:
    Node root;
    bool done = false;

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override { done = true; }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(make(Node::Kind::Null, mark, anchor, "?")); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        Node node = make(Node::Kind::Alias, mark, 0, "?");
        node.text = std::to_string(anchor);
        add(std::move(node));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
        Node node = make(Node::Kind::Scalar, mark, anchor, tag);
        node.plain = tag == "?";
        node.text = value;
        add(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override {
        open(Node::Kind::Sequence, mark, tag, anchor, style);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override {
        open(Node::Kind::Map, mark, tag, anchor, style);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

private:
    Node make(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
        if (++count_ > kMaxNodes) throw TooLarge();
        Node node;
        node.kind = kind;
        node.anchored = anchor != 0;
        if (tag != "?" && tag != "!" && !tag.empty()) node.tag = tag;
        node.start = static_cast<std::size_t>(mark.pos < 0 ? 0 : mark.pos);
        node.line = mark.line + 1;
        node.column = static_cast<std::size_t>(mark.column < 0 ? 0 : mark.column);
        return node;
    }
    void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              YAML::EmitterStyle::value style) {
        if (stack_.size() >= kMaxDepth) throw TooLarge();
        Node node = make(kind, mark, anchor, tag);
        node.flow = style == YAML::EmitterStyle::Flow;
        stack_.push_back({std::move(node), {}, false});
    }
    void close() {
        Node node = std::move(stack_.back().node);
        stack_.pop_back();
        add(std::move(node));
    }
    void add(Node node) {
        if (stack_.empty()) {
            root = std::move(node);
            return;
        }
        Open& top = stack_.back();
        if (top.node.kind == Node::Kind::Sequence) {
            top.node.items.push_back(std::move(node));
        } else if (!top.has_key) {
            top.key = std::move(node);
            top.has_key = true;
        } else {
            top.node.members.push_back({std::move(top.key), std::move(node)});
            top.key = Node();
            top.has_key = false;
        }
    }

    struct Open {
        Node node;
        Node key;
        bool has_key;
    };
    std::vector<Open> stack_;
    std::size_t count_ = 0;
};

Json plainScalar(const std::string& text) {
    if (text == "true" || text == "True" || text == "TRUE") return Json(true);
    if (text == "false" || text == "False" || text == "FALSE") return Json(false);
    const char* end = text.data() + text.size();
    std::int64_t integer = 0;
    if (const auto r = std::from_chars(text.data(), end, integer); r.ec == std::errc() && r.ptr == end)
        return Json(static_cast<long long>(integer));
    double number = 0;
    const bool numeric = text.find_first_not_of("0123456789+-.eE") == std::string::npos;
    if (const auto r = std::from_chars(text.data(), end, number); numeric && r.ec == std::errc() && r.ptr == end)
        return Json(number);
    return Json(text);
}

Error yamlError(const YAML::Mark& mark, const std::string& message) {
    const std::string where = mark.is_null() ? "" : "line " + std::to_string(mark.line + 1) + ": ";
    return Error{Code::InvalidArgument, where + message};
}

}  // namespace

const Node::Member* Node::find(std::string_view name) const {
    const Member* loose = nullptr;
    for (const auto& member : members) {
        if (member.first.kind != Kind::Scalar) continue;
        if (member.first.text == name) return &member;
        if (!loose && equalsIgnoreCase(member.first.text, name)) loose = &member;
    }
    return loose;
}

Result<Node> parseTree(std::string_view text) {
    if (text.size() > kMaxConfigBytes) return Error{Code::ResourceExhausted, "larger than 1 MiB"};
    if (text.find('\0') != std::string_view::npos) return Error{Code::InvalidArgument, "contains a zero byte"};
    const bool marked = text.substr(0, 3) == "\xEF\xBB\xBF";
    const auto first = static_cast<unsigned char>(text.empty() ? 'a' : text[0]);
    if (first >= 0xFE) return Error{Code::InvalidArgument, "is not UTF-8"};
    if (marked) return Error{Code::InvalidArgument, "starts with a byte order mark; save it without one"};
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        Builder builder;
        if (!parser.HandleNextDocument(builder)) return Node();
        Builder second;
        if (parser.HandleNextDocument(second)) return Error{Code::InvalidArgument, "holds more than one YAML document"};
        return std::move(builder.root);
    } catch (const YAML::Exception& error) {
        return yamlError(error.mark, error.msg);
    } catch (const TooLarge&) {
        return Error{Code::ResourceExhausted, "is nested too deeply or has too many values"};
    }
}

bool sameTree(const Node& a, const Node& b) {
    if (a.kind != b.kind || a.text != b.text || a.tag != b.tag || a.plain != b.plain || a.anchored != b.anchored) return false;
    if (a.items.size() != b.items.size() || a.members.size() != b.members.size()) return false;
    for (std::size_t i = 0; i < a.items.size(); ++i) {
        if (!sameTree(a.items[i], b.items[i])) return false;
    }
    for (std::size_t i = 0; i < a.members.size(); ++i) {
        if (!sameTree(a.members[i].first, b.members[i].first) || !sameTree(a.members[i].second, b.members[i].second))
            return false;
    }
    return true;
}

Result<Json> treeToJson(const Node& node) {
    switch (node.kind) {
        case Node::Kind::Null: return Json();
        case Node::Kind::Alias:
            return Error{Code::FailedPrecondition, "line " + std::to_string(node.line) + " uses a YAML alias"};
        case Node::Kind::Scalar: return node.plain ? plainScalar(node.text) : Json(node.text);
        case Node::Kind::Sequence: {
            Json out = Json::array();
            for (const auto& item : node.items) {
                auto value = treeToJson(item);
                if (!value) return value;
                out.push(std::move(*value));
            }
            return out;
        }
        case Node::Kind::Map: break;
    }
    Json out = Json::object();
    for (const auto& [key, member] : node.members) {
        auto value = treeToJson(member);
        if (!value) return value;
        out.set(key.text, std::move(*value));
    }
    return out;
}

}  // namespace masthead::headscale::config_file
