#include "host/cli/help.hpp"

#include <algorithm>

#include "host/cli/commands.hpp"

namespace masthead::cli {
namespace {

std::string row(const std::string& left, const std::string& right) {
    constexpr std::size_t kColumn = 36;
    std::string out = "  " + left;
    if (out.size() + 2 > kColumn) {
        out += "\n" + std::string(kColumn, ' ');
    } else {
        out.append(kColumn - out.size(), ' ');
    }
    return out + right + "\n";
}

std::string callOf(const Command& command) { return command.usage.empty() ? command.name : command.name + " " + command.usage; }

}  // namespace

std::string helpText() {
    std::string out =
        "masthead runs headscale behind one TLS port and lets admins run the tailnet from a browser.\n\nusage: masthead "
        "<command> [--config FILE]\n";
    std::vector<std::string> groups;
    for (const auto& command : commands()) {
        if (std::find(groups.begin(), groups.end(), command.group) == groups.end()) groups.push_back(command.group);
    }
    for (const auto& group : groups) {
        out += "\n" + group + "\n";
        for (const auto& command : commands()) {
            if (command.group == group) out += row(callOf(command), command.summary);
        }
    }
    out += "\n" + row("help [COMMAND]", "this text, or more about one command");
    out += row("version", "the version of masthead");
    return out +
           "\nThe configuration is $MASTHEAD_CONFIG, else /etc/masthead/masthead.yaml, unless --config names another file.\n";
}

std::string helpText(const std::string& name) {
    for (const auto& command : commands()) {
        if (command.name == name) return "usage: masthead " + callOf(command) + " [--config FILE]\n\n" + command.summary + "\n";
    }
    return "There is no command " + name + ".\n\n" + helpText();
}

}  // namespace masthead::cli
