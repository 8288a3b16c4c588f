#include "host/cli/plugin_command.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdio>

#include "host/base/log.hpp"
#include "host/base/unique_fd.hpp"
#include "host/cli/admin_backend.hpp"
#include "host/config/load.hpp"
#include "host/config/paths.hpp"
#include "host/console/plugins/offline.hpp"

namespace masthead::cli {
namespace {

/// Does a console listen? A socket file alone may be left over.
bool hostRuns(const config::Config& config) {
    const std::string path = config::Paths(config).cliSocket();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    path.copy(address.sun_path, path.size());
    const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return fd && connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Result<Json> allPlugins(const config::Config& config) {
    if (!hostRuns(config)) return console::plugins::listOffline(config.plugins);
    auto backend = AdminBackend::open(config);
    if (!backend) return std::move(backend).error();
    return (*backend)->call("GET", "/admin/api/v1/plugins");
}

std::string orDash(const Json& value) { return value.asString().empty() ? "-" : value.asString(); }

int list(const Json& plugins) {
    if (plugins.items().empty()) std::puts("no plugin is enabled: name some under plugins.enabled");
    for (const auto& plugin : plugins.items()) {
        std::printf("%-16s %-10s %-12s %-9s %s\n", plugin.text("id").c_str(), orDash(plugin["version"]).c_str(),
                    plugin.text("state").c_str(), plugin.text("origin").c_str(), plugin["reason"].asString().c_str());
    }
    return 0;
}

int info(const Json& plugins, const std::string& id) {
    for (const auto& plugin : plugins.items()) {
        if (plugin.text("id") != id) continue;
        std::puts(plugin.pretty().c_str());
        return 0;
    }
    return fail("the plugin " + id + " is not enabled; `masthead plugin list` shows those that are");
}

int release(const config::Config& config, const std::string& id) {
    if (!hostRuns(config)) return fail("no host is running; a quarantine is lifted by the running console");
    auto backend = AdminBackend::open(config);
    if (!backend) return fail(backend.error().message);
    const auto answer = (*backend)->call("POST", "/admin/api/v1/plugins/" + id + "/release");
    if (!answer) return fail(answer.error().message);
    std::printf("%s is released\n", id.c_str());
    return 0;
}

int run(const Arguments& arguments) {
    const std::string verb = arguments.rest.empty() ? "" : arguments.rest[0];
    const bool known =
        verb == "list" ? arguments.rest.size() == 1 : (verb == "info" || verb == "release") && arguments.rest.size() == 2;
    if (!known) {
        return misused("say what: masthead plugin list | info ID | release ID");
    }
    const auto config = config::loadConfig(arguments.config);
    if (!config) return fail(config.error().message);
    log::Settings quiet;
    quiet.level = log::Level::Error;
    log::configure(quiet);
    if (verb == "release") return release(*config, arguments.rest[1]);
    const auto answer = allPlugins(*config);
    if (!answer) return fail(answer.error().message);
    return verb == "list" ? list((*answer)["plugins"]) : info((*answer)["plugins"], arguments.rest[1]);
}

}  // namespace

Command pluginCommand() {
    return {"plugin",
            "list | info ID | release ID",
            "show the enabled plugins and why one is not running; lift a quarantine",
            "Plugins",
            {},
            run};
}

}  // namespace masthead::cli
