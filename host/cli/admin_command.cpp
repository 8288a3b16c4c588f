#include "host/cli/admin_command.hpp"

#include <cstdio>
#include <set>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/cli/admin_backend.hpp"
#include "host/cli/admin_password.hpp"
#include "host/config/load.hpp"

namespace masthead::cli {
namespace {

constexpr const char* kBase = "/admin/api/v1/admins";
constexpr const char* kUsage = "list | create EMAIL [--name NAME] [--role ROLE] | invite EMAIL [--name NAME] [--role ROLE] | reset-password EMAIL | disable EMAIL | enable EMAIL";

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

Result<Json> accountOf(AdminBackend& backend, const std::string& email) {
    const auto accounts = backend.call("GET", kBase);
    if (!accounts) return accounts.error();
    for (const auto& account : (*accounts)["admins"].items()) {
        if (equalsIgnoreCase(account.text("email"), email)) return account;
    }
    return Error{Code::NotFound, "there is no account " + lowerAscii(email) + "; `masthead admin list` shows them"};
}

/// Prints the link: it is the only copy.
int printLink(const Json& issued, const std::string& what) {
    std::printf("%s; it works once, until %s:\n%s\n", what.c_str(), issued.text("expires_at").c_str(), issued.text("link").c_str());
    return 0;
}

/// A new account, or a new invitation for one that nobody used yet.
int invite(AdminBackend& backend, const Arguments& arguments) {
    const std::string& email = arguments.rest[1];
    if (const auto known = accountOf(backend, email)) {
        const auto answer = backend.call("POST", std::string(kBase) + "/" + known->text("id") + "/invite");
        if (!answer) return fail(answer.error().message);
        return printLink((*answer)["invite"], "a new invitation for " + known->text("email"));
    }
    Json roles = Json::array();
    roles.push(arguments.has("--role") ? arguments.option("--role") : "admin");
    const std::string name = arguments.has("--name") ? arguments.option("--name") : email.substr(0, email.find('@'));
    const auto answer = backend.call("POST", kBase, Json::object({{"email", email}, {"name", name}, {"roles", std::move(roles)}}));
    if (!answer) return fail(answer.error().message);
    return printLink((*answer)["invite"], "an invitation for " + (*answer)["admin"].text("email"));
}

int setDisabled(AdminBackend& backend, const Arguments& arguments, bool disabled) {
    const auto account = accountOf(backend, arguments.rest[1]);
    if (!account) return fail(account.error().message);
    const auto answer = backend.call("PATCH", std::string(kBase) + "/" + account->text("id"), Json::object({{"disabled", disabled}}));
    if (!answer) return fail(answer.error().message);
    std::printf("%s is %s\n", account->text("email").c_str(), disabled ? "disabled; its sessions have ended" : "enabled");
    return 0;
}

int resetPassword(AdminBackend& backend, const Arguments& arguments) {
    const auto account = accountOf(backend, arguments.rest[1]);
    if (!account) return fail(account.error().message);
    const std::string email = account->text("email");
    const auto password = readNewPassword(email);
    if (!password) return fail(password.error().message);
    const auto answer = backend.call("POST", std::string(kBase) + "/" + account->text("id") + "/password", Json::object({{"password", *password}}));
    if (!answer) return fail(answer.error().message);
    std::printf("%s has a new password; its sessions have ended\n", email.c_str());
    return 0;
}

int run(const Arguments& arguments) {
    const std::string verb = arguments.rest.empty() ? "" : arguments.rest[0];
    const std::size_t expected = verb == "list" ? 1 : 2;
    static const std::set<std::string> kVerbs{"list", "create", "invite", "reset-password", "disable", "enable"};
    if (kVerbs.count(verb) == 0 || arguments.rest.size() != expected) return misused(std::string("say what: masthead admin ") + kUsage);
    const auto config = config::loadConfig(arguments.config);
    if (!config) return fail(config.error().message);
    log::Settings quiet;
    quiet.level = log::Level::Warning;
    log::configure(quiet);
    auto backend = AdminBackend::open(*config);
    if (!backend) return fail(backend.error().message);
    if (verb == "list") return list(**backend);
    if (verb == "invite") return invite(**backend, arguments);
    if (verb == "disable" || verb == "enable") return setDisabled(**backend, arguments, verb == "disable");
    return verb == "create" ? create(**backend, arguments) : resetPassword(**backend, arguments);
}

}  // namespace

Command adminCommand() {
    return {"admin", kUsage,
            "manage accounts; a password is read from the terminal or standard input", "Accounts", {{"--name", "--role"}, {}}, run};
}

}  // namespace masthead::cli
