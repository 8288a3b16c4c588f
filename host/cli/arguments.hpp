// The command line after `masthead <command>`: named options and the rest in order. Pure function.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::cli {

struct Arguments {
    std::string config;                          // --config, else $MASTHEAD_CONFIG, else /etc/masthead/masthead.yaml
    std::map<std::string, std::string> options;  // "--version" -> "0.29.2"; a flag's value is "yes"
    std::vector<std::string> rest;

    bool has(const std::string& option) const { return options.count(option) > 0; }
    std::string option(const std::string& name) const {
        const auto found = options.find(name);
        return found == options.end() ? std::string() : found->second;
    }
};

struct OptionNames {
    std::vector<std::string> with_value;
    std::vector<std::string> flags;
};

/// InvalidArgument on an unknown option or a missing value. `--config` is always known.
Result<Arguments> parseArguments(const std::vector<std::string>& words, const OptionNames& names);

}  // namespace masthead::cli
