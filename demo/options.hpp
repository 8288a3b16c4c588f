// The command line: headscale's `version`, `serve`, `configtest`, and the stand-in's own flags after them.
// Pure function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "demo/json_forms.hpp"

namespace masthead::demo {

struct Options {
    std::string command;  // version | serve | configtest | help
    std::string config;
    std::string output;  // "json" for version -o json
    Dialect dialect = Dialect::V029;
    std::uint32_t nodes = 60;
    std::uint32_t users = 12;
    std::uint64_t seed = 1;
    std::int64_t churn_ms = 15000;  // 0: nobody comes or goes
    std::string faults;
};

Result<Options> parseOptions(const std::vector<std::string>& arguments);
/// "250ms", "15s", "2m", "1h", "0"; nullopt for anything else.
std::optional<std::int64_t> parseDuration(std::string_view text);
std::string usageText();
std::string versionName(Dialect dialect);
/// The body of `version -o json` and of GET /version.
Json versionForm(Dialect dialect);

}  // namespace masthead::demo
