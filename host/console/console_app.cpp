#include "host/console/console_app.hpp"

#include <Poco/ErrorHandler.h>
#include <Poco/Util/ServerApplication.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/base/log.hpp"
#include "host/config/load.hpp"
#include "host/config/paths.hpp"
#include "host/console/plugins/crash_markers.hpp"
#include "host/console/server/console.hpp"
#include "host/console/server/control_channel.hpp"

namespace masthead::console {
namespace {

constexpr auto kTick = std::chrono::seconds(2);
constexpr auto kHousekeeping = std::chrono::seconds(30);
/// A stop that hangs (a plugin, a lost disk) must not hold up the supervisor.
constexpr unsigned kHardLimitSeconds = 10;

/// Poco's default handler says nothing in release builds.
class LoggingErrorHandler final : public Poco::ErrorHandler {
public:
    void exception(const Poco::Exception& exception) override { log::debug("a connection's thread ended", {{"cause", exception.displayText()}}); }
    void exception(const std::exception& exception) override { log::warning("a thread failed", {{"cause", exception.what()}}); }
    void exception() override { log::warning("a thread failed"); }
};

void blockSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGPIPE}) sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

/// Ticks every two seconds while the database's writer answers, and keeps house; ends when destroyed.
class Pulse {
public:
    Pulse(server::Console& console, server::ControlChannel& control) : thread_([this, &console, &control] { run(console, control); }) {}
    Pulse(const Pulse&) = delete;
    Pulse& operator=(const Pulse&) = delete;
    ~Pulse() {
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

private:
    void run(server::Console& console, server::ControlChannel& control) {
        auto cleaned = std::chrono::steady_clock::now();
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, kTick, [this] { return ended_; })) {
            if (console.alive()) control.send(Json::object({{"type", "tick"}}));
            if (std::chrono::steady_clock::now() - cleaned < kHousekeeping) continue;
            cleaned = std::chrono::steady_clock::now();
            console.housekeeping();
        }
    }

    std::mutex mutex_;  // guards ended_
    std::condition_variable changed_;
    bool ended_ = false;
    std::thread thread_;
};

class ConsoleApp final : public Poco::Util::ServerApplication {
public:
    explicit ConsoleApp(std::string config_file) : config_file_(std::move(config_file)) {}

protected:
    int main(const std::vector<std::string>&) override {
        auto config = config::loadConfig(config_file_);
        if (!config) return failed(config.error());
        configureLog(*config);
        // Read before the plugins start a new page.
        const bool plugin_crash = plugins::CrashMarkers::readLast(config::Paths(*config).crashDir()).faulted;
        auto console = server::Console::open(std::move(*config));
        if (!console) return failed(console.error());
        server::Console& running = **console;

        server::ControlChannel control(
            server::ControlChannel::fromEnvironment(), [&](const Json& line) { onLine(running, line); }, [] { leave("the supervisor is gone"); });
        control.start();
        if (Status started = running.start(); !started) return failed(started.error());
        if (plugin_crash) control.send(Json::object({{"type", "plugin_crash"}}));
        control.send(Json::object({{"type", "ready"}}));
        log::info("console is ready");
        {
            const Pulse pulse(running, control);
            waitForTerminationRequest();
        }
        log::info("console is stopping");
        ::alarm(kHardLimitSeconds);  // SIGALRM ends the process if a step below hangs
        running.stop();
        return EXIT_OK;
    }

private:
    static int failed(const Error& error) {
        log::error(error.message, {{"cause", error.internal}});
        return EXIT_SOFTWARE;
    }

    static void leave(const char* why) {
        log::info("leaving", {{"why", why}});
        terminate();
    }

    static void onLine(server::Console& console, const Json& line) {
        const std::string& type = line.text("type");
        if (type == "drain") {
            leave("asked to drain");
        } else if (type == "reload") {
            // Certificates are edge's; everything else in the file needs a new process, which costs a second.
            log::info("reload: changes of masthead.yaml act after `masthead restart console`");
        } else {
            console.onControlLine(line);
        }
    }

    static void configureLog(const config::Config& config) {
        log::Settings settings;
        settings.process = "console";
        settings.format = config.log.format == "json" ? log::Format::JsonLines : log::Format::Text;
        settings.level = config.log.level == "debug"     ? log::Level::Debug
                         : config.log.level == "warning" ? log::Level::Warning
                         : config.log.level == "error"   ? log::Level::Error
                                                         : log::Level::Info;
        log::configure(settings);
    }

    std::string config_file_;
};

std::optional<std::string> configArgument(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        if (std::strncmp(argv[i], "--config=", 9) == 0) return std::string(argv[i] + 9);
        if ((std::strcmp(argv[i], "--config") == 0 || std::strcmp(argv[i], "-c") == 0) && i + 1 < argc) return std::string(argv[i + 1]);
    }
    return std::nullopt;
}

}  // namespace

int run(int argc, char** argv) {
    blockSignals();
    ::umask(0077);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    // Keys lie in this memory: no dump, and no other process of the same user looks into it.
    ::prctl(PR_SET_DUMPABLE, 0);
    static LoggingErrorHandler error_handler;
    Poco::ErrorHandler::set(&error_handler);
    ConsoleApp app(configArgument(argc, argv).value_or("/etc/masthead/masthead.yaml"));
    // Poco's own options (--daemon and others) are not offered: it sees no arguments.
    char* only_name[] = {argv[0], nullptr};
    return app.run(1, only_name);
}

}  // namespace masthead::console
