// Where a value ends in the text: the half of a splice that yaml-cpp does not tell. Pure functions on a parsed tree.
#pragma once

#include <optional>
#include <string_view>

#include "host/headscale/config_file/tree.hpp"

namespace masthead::headscale::config_file {

/// One past the last byte of `node`; `parent_column` is the column of the key it belongs to (-1 at the top) and `in_flow`
/// tells whether it lies between brackets. nullopt when the text does not have the shape the tree promises.
std::optional<std::size_t> endOf(std::string_view text, const Node& node, int parent_column, bool in_flow);

/// One past the colon that follows the key.
std::optional<std::size_t> afterColon(std::string_view text, const Node& key, bool in_flow);

/// One past the line's content, before its line end.
std::size_t lineEnd(std::string_view text, std::size_t from);
std::size_t lineStart(std::string_view text, std::size_t at);

}  // namespace masthead::headscale::config_file
