#include "host/cli/arguments.hpp"

#include <algorithm>
#include <cstdlib>

namespace masthead::cli {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

Result<Arguments> parseArguments(const std::vector<std::string>& words, const OptionNames& names) {
    Arguments out;
    const char* from_environment = std::getenv("MASTHEAD_CONFIG");
    out.config = from_environment && *from_environment ? from_environment : "/etc/masthead/masthead.yaml";
    bool options_end = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string word = words[i];
        if (options_end || word.size() < 2 || word[0] != '-') {
            out.rest.push_back(word);
            continue;
        }
        if (word == "--") {
            options_end = true;
            continue;
        }
        if (word == "-c") word = "--config";
        std::string value;
        const auto equals = word.find('=');
        if (equals != std::string::npos) {
            value = word.substr(equals + 1);
            word.resize(equals);
        }
        if (contains(names.flags, word)) {
            if (equals != std::string::npos) return Error{Code::InvalidArgument, word + " takes no value"};
            out.options[word] = "yes";
            continue;
        }
        if (word != "--config" && !contains(names.with_value, word))
            return Error{Code::InvalidArgument, "unknown option " + word};
        if (equals == std::string::npos) {
            if (i + 1 == words.size()) return Error{Code::InvalidArgument, word + " needs a value"};
            value = words[++i];
        }
        if (word == "--config") {
            out.config = value;
        } else {
            out.options[word] = value;
        }
    }
    return out;
}

}  // namespace masthead::cli
