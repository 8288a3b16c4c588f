#include "host/cli/host_commands.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "host/base/text.hpp"
#include "host/config/load.hpp"
#include "host/config/paths.hpp"
#include "host/supervisor/control_client.hpp"
#include "host/supervisor/status_text.hpp"

namespace masthead::cli {
namespace {

constexpr const char* kGroup = "Running";

int serve(const Arguments& arguments) {
    std::string program = config::siblingExecutable("masthead-supervisor");
    if (program.empty()) return fail("masthead-supervisor lies neither beside this program nor in ../lib/masthead");
    std::string option = "--config";
    std::string file = arguments.config;
    std::array<char*, 4> list{program.data(), option.data(), file.data(), nullptr};
    ::execv(program.c_str(), list.data());
    return fail("starting " + program + ": " + std::strerror(errno));
}

Result<Json> ask(const Arguments& arguments, const Json& request, std::int64_t timeout_ms = 5000) {
    const auto config = config::loadConfig(arguments.config);
    if (!config) return Error{config.error().code, config.error().message};
    auto answer = supervisor::controlRequest(config::Paths(*config).supervisorSocket(), request, timeout_ms);
    if (!answer && answer.error().code == Code::Unavailable)
        return Error{Code::Unavailable, "no host is running on " + config->data_dir + " (`masthead serve` starts one)"};
    return answer;
}

int status(const Arguments& arguments) {
    const auto answer = ask(arguments, Json::object({{"cmd", "status"}}));
    if (!answer) return fail(answer.error().message);
    std::fputs(arguments.has("--json") ? (answer->pretty() + "\n").c_str() : supervisor::statusText(*answer).c_str(), stdout);
    return 0;
}

int restart(const Arguments& arguments) {
    if (arguments.rest.size() != 1) return misused("say which: masthead restart headscale | console | edge");
    const auto answer = ask(arguments, Json::object({{"cmd", "restart"}, {"child", arguments.rest[0]}}), 30000);
    if (!answer) return fail(answer.error().message);
    std::printf("%s restarts; `masthead status` shows when it is ready\n", arguments.rest[0].c_str());
    return 0;
}

int logs(const Arguments& arguments) {
    if (arguments.rest.size() != 1) return misused("say which: masthead logs headscale | console | edge | prepare");
    const std::string asked = arguments.option("--lines");
    const auto lines = asked.empty() ? std::optional<std::uint32_t>(200) : parseUnsigned<std::uint32_t>(asked);
    if (!lines || *lines == 0) return misused("--lines takes a number from 1 on");
    const auto answer = ask(arguments, Json::object({{"cmd", "logs"}, {"child", arguments.rest[0]}, {"lines", *lines}}));
    if (!answer) return fail(answer.error().message);
    for (const auto& line : (*answer)["lines"].items()) std::printf("%s\n", line.asString().c_str());
    return 0;
}

}  // namespace

std::vector<Command> hostCommands() {
    return {
        {"serve", "", "run headscale, the console and the public listener in the foreground", kGroup, {}, serve},
        {"status", "[--json]", "what runs: state, pid, uptime, restarts, last exit", kGroup, {{}, {"--json"}}, status},
        {"restart", "headscale|console|edge", "restart one of them alone", kGroup, {}, restart},
        {"logs", "headscale|console|edge|prepare", "its last lines (--lines N, default 200)", kGroup, {{"--lines"}, {}}, logs},
    };
}

}  // namespace masthead::cli
