#include "host/cli/admin_command.hpp"

#include <cstdio>
#include <optional>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/cli/admin_backend.hpp"
#include "host/cli/admin_password.hpp"
#include "host/config/load.hpp"

namespace masthead::cli {
namespace {

constexpr const char* kBase = "/admin/api/v1/admins";

std::string rolesOf(const Json& account) {
    std::string out;
    for (const auto& role : account["roles"].items()) out += (out.empty() ? "" : ",") + role.asString();
    return out;
}

int list(AdminBackend& backend) {
    const auto answer = backend.call("GET", kBase);
    if (!answer) return fail(answer.error().message);
    for (const auto& account : (*answer)["admins"].items()) {
        std::printf("%-4s %-32s %-10s %s%s\n", account.text("id").c_str(), account.text("email").c_str(), rolesOf(account).c_str(),
                    account.text("name").c_str(), account["disabled"].asBool() ? " (disabled)" : "");
    }
    if ((*answer)["admins"].items().empty()) std::puts("no accounts yet");
    return 0;
}

int create(AdminBackend& backend, const Arguments& arguments) {
    const std::string& email = arguments.rest[1];
    const std::string role = arguments.has("--role") ? arguments.option("--role") : "admin";
    const std::string name = arguments.has("--name") ? arguments.option("--name") : email.substr(0, email.find('@'));
    const auto password = readNewPassword(email);
    if (!password) return fail(password.error().message);
    Json roles = Json::array();
    roles.push(role);
    const auto answer = backend.call("POST", kBase, Json::object({{"email", email}, {"name", name}, {"password", *password}, {"roles", std::move(roles)}}));
    if (!answer) return fail(answer.error().message);
    std::printf("created %s (%s)\n", (*answer)["admin"].text("email").c_str(), rolesOf((*answer)["admin"]).c_str());
    return 0;
}

int resetPassword(AdminBackend& backend, const Arguments& arguments) {
    const std::string email = lowerAscii(arguments.rest[1]);  // as addresses are kept
    const auto accounts = backend.call("GET", kBase);
    if (!accounts) return fail(accounts.error().message);
    std::optional<std::string> id;
    for (const auto& account : (*accounts)["admins"].items()) {
        if (equalsIgnoreCase(account.text("email"), email)) id = account.text("id");
    }
    if (!id) return fail("there is no account " + email + "; `masthead admin list` shows them");
    const auto password = readNewPassword(email);
    if (!password) return fail(password.error().message);
    const auto answer = backend.call("POST", std::string(kBase) + "/" + *id + "/password", Json::object({{"password", *password}}));
    if (!answer) return fail(answer.error().message);
    std::printf("%s has a new password; its sessions have ended\n", email.c_str());
    return 0;
}

int run(const Arguments& arguments) {
    const std::string verb = arguments.rest.empty() ? "" : arguments.rest[0];
    const std::size_t expected = verb == "list" ? 1 : 2;
    if ((verb != "list" && verb != "create" && verb != "reset-password") || arguments.rest.size() != expected) {
        return misused("say what: masthead admin list | create EMAIL [--name NAME] [--role admin|operator] | reset-password EMAIL");
    }
    const auto config = config::loadConfig(arguments.config);
    if (!config) return fail(config.error().message);
    log::Settings quiet;
    quiet.level = log::Level::Warning;
    log::configure(quiet);
    auto backend = AdminBackend::open(*config);
    if (!backend) return fail(backend.error().message);
    if (verb == "list") return list(**backend);
    return verb == "create" ? create(**backend, arguments) : resetPassword(**backend, arguments);
}

}  // namespace

Command adminCommand() {
    return {"admin", "list | create EMAIL [--name NAME] [--role admin|operator] | reset-password EMAIL",
            "manage accounts; a password is read from the terminal or standard input", "Accounts", {{"--name", "--role"}, {}}, run};
}

}  // namespace masthead::cli
