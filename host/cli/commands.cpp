#include "host/cli/commands.hpp"

#include <algorithm>
#include <cstdio>

#include "host/cli/check_config_command.hpp"
#include "host/cli/doctor_command.hpp"
#include "host/cli/headscale_command.hpp"
#include "host/cli/help.hpp"
#include "host/cli/host_commands.hpp"
#include "host/cli/prepare/prepare.hpp"
#include "host/config/schema.hpp"
#ifdef MH_HAVE_ADMIN_COMMAND
#include "host/cli/admin_command.hpp"
#endif
#ifdef MH_HAVE_KEYS_COMMAND
#include "host/cli/keys_command.hpp"
#endif
#ifdef MH_HAVE_AUDIT_COMMAND
#include "host/cli/audit_command.hpp"
#endif
#ifdef MH_HAVE_PLUGIN_COMMAND
#include "host/cli/plugin_command.hpp"
#endif

namespace masthead::cli {
namespace {

std::vector<Command> makeCommands() {
    std::vector<Command> out;
    const auto add = [&](std::vector<Command> some) { out.insert(out.end(), some.begin(), some.end()); };
    add(hostCommands());
    add({checkConfigCommand(), doctorCommand()});
    add({headscaleCommand()});
#ifdef MH_HAVE_ADMIN_COMMAND
    add({adminCommand()});
#endif
#ifdef MH_HAVE_KEYS_COMMAND
    add({keysCommand()});
#endif
#ifdef MH_HAVE_AUDIT_COMMAND
    add({auditCommand()});
#endif
#ifdef MH_HAVE_PLUGIN_COMMAND
    add({pluginCommand()});
#endif
    out.push_back({"prepare",
                   "",
                   "write the run files for headscale, edge and console; serve does it by itself",
                   "Inside",
                   {},
                   [](const Arguments& a) { return runPrepare(a.config); }});
    return out;
}

int wrongUsage(const Command& command, const std::string& message) {
    std::fprintf(stderr, "masthead %s: %s\nusage: masthead %s %s\n", command.name.c_str(), message.c_str(), command.name.c_str(),
                 command.usage.c_str());
    return 2;
}

}  // namespace

const std::vector<Command>& commands() {
    static const std::vector<Command> list = makeCommands();
    return list;
}

int fail(const std::string& message) {
    std::fprintf(stderr, "masthead: %s\n", message.c_str());
    return 1;
}

int misused(const std::string& message) {
    fail(message);
    return 2;
}

int dispatch(const std::vector<std::string>& words) {
    if (words.empty()) {
        std::fputs(helpText().c_str(), stderr);
        return 2;
    }
    const std::string& name = words.front();
    if (name == "help" || name == "--help" || name == "-h") {
        std::fputs(words.size() > 1 ? helpText(words[1]).c_str() : helpText().c_str(), stdout);
        return 0;
    }
    if (name == "version" || name == "--version") {
        std::printf("masthead %s\n", MASTHEAD_VERSION);
        return 0;
    }
    const auto& all = commands();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Command& c) { return c.name == name; });
    if (found == all.end()) {
        std::vector<std::string> names;
        for (const auto& command : all) names.push_back(command.name);
        const std::string close = config::didYouMean(name, names);
        std::fprintf(stderr, "masthead: there is no command %s%s; `masthead help` lists them\n", name.c_str(),
                     close.empty() ? "" : ("; did you mean " + close + "?").c_str());
        return 2;
    }
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (std::find(rest.begin(), rest.end(), "--help") != rest.end()) {
        std::fputs(helpText(name).c_str(), stdout);
        return 0;
    }
    const auto arguments = parseArguments(rest, found->options);
    if (!arguments) return wrongUsage(*found, arguments.error().message);
    return found->run(*arguments);
}

}  // namespace masthead::cli
