// masthead-edge: the only process that reads bytes from strangers. Started by the supervisor; see docs/architecture.md.
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/config/load.hpp"
#include "host/edge/server/edge.hpp"
#include "host/edge/server/inherited.hpp"

namespace {

using namespace masthead;

void configureLog(const config::Log& chosen) {
    log::Settings settings;
    settings.process = "edge";
    settings.format = chosen.format == "json" ? log::Format::JsonLines : log::Format::Text;
    settings.level = chosen.level == "debug"     ? log::Level::Debug
                     : chosen.level == "warning" ? log::Level::Warning
                     : chosen.level == "error"   ? log::Level::Error
                                                 : log::Level::Info;
    log::configure(settings);
}

void raiseDescriptorLimit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

int serve(const char* file) {
    const auto config = config::loadConfig(file);
    if (!config) {
        log::error("configuration not usable", {{"reason", config.error().message}});
        return 1;
    }
    configureLog(config->log);
    const char* control = std::getenv("MASTHEAD_CONTROL_FD");
    const auto fd = control ? parseUnsigned<int>(control) : std::nullopt;
    if (!fd) {
        log::error("MASTHEAD_CONTROL_FD is not set: masthead-edge is started by masthead serve");
        return 1;
    }
    auto listeners = edge::server::inheritedListeners();
    if (!listeners) {
        log::error("no listening socket", {{"reason", listeners.error().message}});
        return 1;
    }
    edge::server::Edge edge(edge::server::settingsFrom(*config), *fd, std::move(*listeners));
    const int code = edge.run();
    // Coroutines of open connections refer to each other's owners: they end with the process instead of being taken apart.
    std::fflush(nullptr);
    std::_Exit(code);
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);
    std::signal(SIGINT, SIG_IGN);
    log::configure({log::Level::Info, log::Format::Text, "edge"});
    if (argc != 3 || std::strcmp(argv[1], "--config") != 0) {
        std::fprintf(stderr, "usage: masthead-edge --config FILE\n");
        return 2;
    }
    raiseDescriptorLimit();
    try {
        return serve(argv[2]);
    } catch (const std::exception& error) {
        log::error("edge failed", {{"what", error.what()}});
        return 1;
    }
}
