// Invented names and facts. Pure tables and functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace masthead::demo {

struct InventedSystem {
    const char* os;
    const char* version;
    const char* kind;  // part of a hostname
};

const std::vector<const char*>& firstNames();
const std::vector<const char*>& lastNames();
const std::vector<const char*>& places();
const std::vector<InventedSystem>& systems();
const std::vector<const char*>& clientVersions();
/// Names that a careless page would mishandle: markup, bidirectional marks, emoji, 255 bytes, empty, lookalikes.
const std::vector<std::string>& hostileNames();
/// An address and port from a documentation range, from eight hex digits.
std::string inventedEndpoint(const std::string& hex);

}  // namespace masthead::demo
