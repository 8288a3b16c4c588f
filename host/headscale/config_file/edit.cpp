#include "host/headscale/config_file/edit.hpp"

#include <algorithm>

#include "host/base/text.hpp"
#include "host/headscale/config_file/emit.hpp"
#include "host/headscale/config_file/span.hpp"

namespace masthead::headscale::config_file {
namespace {

std::string dotted(const KeyPath& path, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += (i ? "." : "") + path[i];
    return out;
}

Json nested(const KeyPath& path, std::size_t from, const Json& value) {
    Json out = value;
    for (std::size_t i = path.size(); i > from; --i) out = Json::object({{path[i - 1], out}});
    return out;
}

bool onlyBlank(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

class Editor {
public:
    Editor(std::string_view text, const KeyPath& path, const Json& value) : text_(text), path_(path), value_(value) {
        const auto newline = text.find('\n');
        newline_ = newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r' ? "\r\n" : "\n";
    }

    Result<std::string> run(const Node& root) {
        if (root.kind == Node::Kind::Null) return appendToEmpty();
        if (root.kind != Node::Kind::Map) return refuse(root, "the file is not a mapping of keys and values");
        const Node* map = &root;
        bool in_flow = root.flow;
        for (std::size_t i = 0;; ++i) {
            if (auto plain = checkPlain(*map, i); !plain) return std::move(plain).error();
            const auto* member = map->find(path_[i]);
            if (!member) return insertInto(*map, i);
            if (auto single = checkSingle(*map, i); !single) return std::move(single).error();
            const Node& key = member->first;
            const Node& next = member->second;
            const int column = static_cast<int>(map->column);
            if (auto plain = checkPlain(next, i + 1); !plain) return std::move(plain).error();
            if (i + 1 == path_.size()) return replace(key, next, column, in_flow);
            if (next.kind == Node::Kind::Null) return insertBelow(key, next, i + 1, in_flow);
            if (next.kind != Node::Kind::Map) return refuse(next, dotted(path_, i + 1) + " is not a section");
            map = &next;
            in_flow = in_flow || map->flow;
        }
    }

private:
    static Error refuse(const Node& node, const std::string& why) {
        return Error{Code::FailedPrecondition, "line " + std::to_string(node.line) + ": " + why};
    }
    Error shape(const Node& node) const {
        return refuse(node, dotted(path_, path_.size()) +
                                " is written in a way that cannot be changed in place; write it as plain `key: value` lines");
    }

    Status checkPlain(const Node& node, std::size_t depth) const {
        const std::string name = depth == 0 ? "the file" : dotted(path_, depth);
        if (node.anchored || node.kind == Node::Kind::Alias)
            return refuse(
                node,
                name + " uses a YAML anchor or alias, so a change here would also change other places; write the value out");
        if (!node.tag.empty()) return refuse(node, name + " carries a YAML tag; write the value without it");
        return {};
    }
    Status checkSingle(const Node& map, std::size_t i) const {
        const auto count = std::count_if(map.members.begin(), map.members.end(),
                                         [&](const auto& m) { return equalsIgnoreCase(m.first.text, path_[i]); });
        if (count > 1) return refuse(map, dotted(path_, i + 1) + " stands there more than once");
        return {};
    }

    std::string splice(std::size_t from, std::size_t to, std::string_view piece) const {
        std::string out(text_.substr(0, from));
        out.append(piece).append(text_.substr(to));
        return out;
    }

    /// No value stands between the colon and whatever comes next.
    bool standsEmpty(const Node& key, const Node& value, std::size_t colon) const {
        if (value.kind != Node::Kind::Null) return false;
        const auto rest = text_.substr(colon, lineEnd(text_, colon) - colon);
        const auto first = rest.find_first_not_of(" \t");
        return first == std::string_view::npos || rest[first] == '#' || rest[first] == ',' || rest[first] == '}' ||
               value.start < colon || value.line != key.line;
    }

    Result<std::string> replace(const Node& key, const Node& old, int column, bool in_flow) const {
        const auto colon = afterColon(text_, key, in_flow);
        if (!colon) return shape(key);
        if (standsEmpty(key, old, *colon)) return splice(*colon, *colon, " " + emitFlow(value_));
        const auto end = endOf(text_, old, column, in_flow);
        if (!end) return shape(old);
        const bool block = !old.flow && (old.kind == Node::Kind::Sequence || old.kind == Node::Kind::Map);
        if (!block) {
            const char first = text_[old.start];
            const auto quotes = old.plain       ? Quotes::Auto
                                : first == '\'' ? Quotes::Single
                                : first == '"'  ? Quotes::Double
                                                : Quotes::Auto;
            return splice(old.start, *end, emitFlow(value_, quotes));
        }
        if (old.kind == Node::Kind::Sequence && value_.isArray() && !value_.items().empty()) return replaceItems(old, *end);
        const std::size_t line = lineStart(text_, old.start);
        if (line <= *colon) return shape(old);
        std::size_t cut = line - 1;
        if (cut > 0 && text_[cut - 1] == '\r') --cut;
        std::string out(text_.substr(0, *colon));
        return out.append(" ").append(emitFlow(value_)).append(text_.substr(*colon, cut - *colon)).append(text_.substr(*end));
    }

    /// A block list keeps its leading and trailing items, with their comments, as far as they stay the same.
    Result<std::string> replaceItems(const Node& old, std::size_t end) const {
        const auto& items = value_.items();
        const auto same = [&](std::size_t was, std::size_t is) {
            const auto json = treeToJson(old.items[was]);
            return json.ok() && *json == items[is];
        };
        std::size_t head = 0;
        while (head < old.items.size() && head < items.size() && same(head, head)) ++head;
        std::size_t tail = 0;
        while (tail < old.items.size() - head && tail < items.size() - head &&
               same(old.items.size() - 1 - tail, items.size() - 1 - tail))
            ++tail;

        const std::string pad(old.column, ' ');
        std::string lines;
        for (std::size_t i = head; i < items.size() - tail; ++i) lines += pad + "- " + emitFlow(items[i]) + newline_;
        std::size_t from = lineStart(text_, old.start);
        if (head > 0) {
            const auto head_end = endOf(text_, old.items[head - 1], static_cast<int>(old.column), false);
            if (!head_end) return shape(old);
            from = pastLine(*head_end);
        } else if (!onlyBlank(text_.substr(from, old.start - from))) {
            return shape(old);
        }
        std::size_t to = from;
        if (head < old.items.size() - tail) {
            const std::size_t last = old.items.size() - tail - 1;
            const auto last_end = last + 1 == old.items.size()
                                      ? std::optional<std::size_t>(end)
                                      : endOf(text_, old.items[last], static_cast<int>(old.column), false);
            if (!last_end) return shape(old);
            to = pastLine(*last_end);
        } else if (tail > 0) {
            to = from = lineStart(text_, old.items[old.items.size() - tail].start);
        }
        if (from > 0 && text_[from - 1] != '\n') lines.insert(0, newline_);
        if (to == text_.size() && !text_.empty() && text_.back() != '\n')
            lines.resize(lines.size() - std::min(lines.size(), newline_.size()));
        return splice(from, to, lines);
    }

    std::size_t pastLine(std::size_t at) const {
        const auto newline = text_.find('\n', at);
        return newline == std::string_view::npos ? text_.size() : newline + 1;
    }

    std::string blockLines(std::size_t from, std::size_t column) const {
        std::string out;
        for (std::size_t i = from; i < path_.size(); ++i) {
            out += newline_ + std::string(column + 2 * (i - from), ' ') + emitText(path_[i]) + ":";
        }
        return out + " " + emitFlow(value_);
    }

    Result<std::string> insertInto(const Node& map, std::size_t i) const {
        if (map.find("<<"))
            return refuse(map, "this section uses a YAML merge key (<<); write " + dotted(path_, path_.size()) + " out by hand");
        if (map.flow) {
            std::string piece = emitText(path_[i]) + ": " + emitFlow(nested(path_, i + 1, value_));
            if (!map.members.empty()) piece += ", ";
            return splice(map.start + 1, map.start + 1, piece);
        }
        const auto end = endOf(text_, map, -1, false);
        if (!end) return shape(map);
        const std::size_t at = lineEnd(text_, *end);
        return splice(at, at, blockLines(i, map.column));
    }

    Result<std::string> insertBelow(const Node& key, const Node& value, std::size_t i, bool in_flow) const {
        const auto colon = afterColon(text_, key, in_flow);
        if (!colon) return shape(key);
        if (!standsEmpty(key, value, *colon)) {
            const auto end = endOf(text_, value, static_cast<int>(key.column), in_flow);
            if (!end) return shape(value);
            return splice(value.start, *end, emitFlow(nested(path_, i, value_)));
        }
        if (in_flow) return splice(*colon, *colon, " " + emitFlow(nested(path_, i, value_)));
        const std::size_t at = lineEnd(text_, *colon);
        return splice(at, at, blockLines(i, key.column + 2));
    }

    Result<std::string> appendToEmpty() const {
        for (const auto line : split(text_, '\n')) {
            const auto content = trim(line);
            if (!content.empty() && content.front() != '#' && content != "---")
                return Error{Code::FailedPrecondition, "the file is not a mapping of keys and values"};
        }
        std::string lines = blockLines(0, 0).substr(newline_.size());
        std::string out(text_);
        if (!out.empty() && out.back() != '\n') out += newline_;
        return out + lines + newline_;
    }

    std::string_view text_;
    const KeyPath& path_;
    const Json& value_;
    std::string newline_;
};

/// The new tree is the old one but for `path`, which now has `value`.
bool onlyThisChanged(const Node& before, const Node& after, const KeyPath& path, std::size_t i, const Json& value) {
    if (i == path.size()) {
        const auto json = treeToJson(after);
        return json.ok() && *json == value;
    }
    if (before.kind != Node::Kind::Map) {
        const auto json = treeToJson(after);
        return before.kind == Node::Kind::Null && json.ok() && *json == nested(path, i, value);
    }
    if (after.kind != Node::Kind::Map) return false;
    const auto* changed = after.find(path[i]);
    const auto* was = before.find(path[i]);
    if (!changed || after.members.size() != before.members.size() + (was ? 0 : 1)) return false;
    auto a = after.members.begin();
    for (const auto& b : before.members) {
        if (!was && &*a == changed) ++a;
        if (a == after.members.end() || !sameTree(b.first, a->first)) return false;
        if (&b != was && !sameTree(b.second, a->second)) return false;
        ++a;
    }
    static const Node kNothing;
    return onlyThisChanged(was ? was->second : kNothing, changed->second, path, i + 1, value);
}

}  // namespace

KeyPath keyPath(std::string_view text) {
    KeyPath out;
    for (const auto part : split(text, '.')) out.emplace_back(part);
    return out;
}

Result<std::string> setValue(std::string_view text, const KeyPath& path, const Json& value) {
    if (path.empty() || std::any_of(path.begin(), path.end(), [](const auto& name) { return name.empty(); })) {
        return Error{Code::InvalidArgument, "an empty key cannot be set"};
    }
    auto before = parseTree(text);
    if (!before) return std::move(before).error();
    auto out = Editor(text, path, value).run(*before);
    if (!out) return out;
    const auto after = parseTree(*out);
    if (!after || !onlyThisChanged(*before, *after, path, 0, value)) {
        return Error{Code::FailedPrecondition,
                     "setting " + dotted(path, path.size()) + " in place would change more than this value; change it by hand"};
    }
    return out;
}

Result<std::optional<Json>> getValue(std::string_view text, const KeyPath& path) {
    auto root = parseTree(text);
    if (!root) return std::move(root).error();
    const Node* node = &*root;
    for (const auto& name : path) {
        const auto* member = node->find(name);
        if (!member) return std::optional<Json>();
        node = &member->second;
    }
    auto json = treeToJson(*node);
    if (!json) return std::move(json).error();
    return std::optional<Json>(std::move(*json));
}

}  // namespace masthead::headscale::config_file
