// A YAML text as a tree that knows where each value starts: what the editor plans on and what it compares afterwards.
//
// Scalars keep their text and whether they stood plain, so that 600 and "600" differ. One document; size, depth and
// node count are limited. Values are plain data. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::headscale::config_file {

inline constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;

struct Node {
    enum class Kind { Null, Scalar, Sequence, Map, Alias };
    Kind kind = Kind::Null;
    std::string text;         // Scalar: the value; Alias: the anchor's number
    std::string tag;          // empty for ordinary values
    bool plain = false;       // Scalar written without quotes
    bool flow = false;        // collection written with brackets
    bool anchored = false;    // carries an anchor
    std::size_t start = 0;    // byte offset of the first byte (of an anchor or tag, if there is one)
    int line = 0;             // from 1
    std::size_t column = 0;   // from 0
    std::vector<Node> items;  // Sequence
    struct Member;
    std::vector<Member> members;  // Map

    /// The member `name`: exact, else ignoring case, since headscale's keys ignore it; nullptr when absent.
    const Member* find(std::string_view name) const;
};

struct Node::Member {
    Node first;   // the key
    Node second;  // the value
};

/// InvalidArgument with line and reason when the text is no single YAML document within the limits.
Result<Node> parseTree(std::string_view text);

/// Same meaning: kinds, texts, tags, plainness and order; places are ignored.
bool sameTree(const Node& a, const Node& b);

/// Plain scalars become numbers, booleans or null; aliases are refused.
Result<Json> treeToJson(const Node& node);

}  // namespace masthead::headscale::config_file
