#include "host/cli/keys_command.hpp"

#include <cstdio>

#include "host/base/log.hpp"
#include "host/cli/admin_backend.hpp"
#include "host/config/load.hpp"

namespace masthead::cli {
namespace {

std::string stateOf(const Json& key) {
    return key["retired_at"].isNull() ? "in use"
                                      : "retired " + key.text("retired_at") + ", goes with the next start or within ten minutes";
}

void print(const Json& shown) {
    const Json& master = shown["master"];
    std::printf("master key  %s  %s, used since %s\n", master.text("id").c_str(),
                master.text("origin") == "credential" ? "from the service's credential" : "from the key file",
                master.text("used_since").c_str());
    for (const auto& key : shown["keys"].items()) {
        std::printf("data key %-4s  %lld values, made %s, %s\n", key.text("id").c_str(),
                    static_cast<long long>(key["values"].asInt()), key.text("created_at").c_str(), stateOf(key).c_str());
    }
    if (const auto lost = shown["unreadable"].asInt(); lost > 0) {
        std::printf("%lld values cannot be read: they were changed, or their key is gone\n", static_cast<long long>(lost));
    }
}

int run(const Arguments& arguments) {
    const std::string verb = arguments.rest.empty() ? "" : arguments.rest[0];
    if ((verb != "show" && verb != "rotate") || arguments.rest.size() != 1)
        return misused("say what: masthead keys show | rotate [--master] [--data]");
    const auto config = config::loadConfig(arguments.config);
    if (!config) return fail(config.error().message);
    log::Settings quiet;
    quiet.level = log::Level::Warning;
    log::configure(quiet);
    auto backend = AdminBackend::open(*config);
    if (!backend) return fail(backend.error().message);
    Json body = Json::object();
    if (arguments.has("--master") || arguments.has("--data")) {
        Json what = Json::array();
        if (arguments.has("--master")) what.push("master");
        if (arguments.has("--data")) what.push("data");
        body.set("what", std::move(what));
    }
    const auto answer = verb == "show" ? (*backend)->call("GET", "/admin/api/v1/keys")
                                       : (*backend)->call("POST", "/admin/api/v1/keys/rotate", body);
    if (!answer) return fail(answer.error().message);
    print(*answer);
    return 0;
}

}  // namespace

Command keysCommand() {
    return {"keys",
            "show | rotate [--master] [--data]",
            "the keys that secrets at rest stand under; rotate changes both unless one is named",
            "Keys",
            {{}, {"--master", "--data"}},
            run};
}

}  // namespace masthead::cli
