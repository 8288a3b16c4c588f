#include "demo/api.hpp"

#include "host/base/file.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

Api::Api(Tailnet& tailnet, ApiSettings settings) : tailnet_(tailnet), settings_(std::move(settings)) {}

Reply Api::call(const Operation& operation, const Json& request) {
    std::unique_lock lock(tailnet_.mutex());
    const std::uint64_t before = tailnet_.lastChange();
    Reply reply = (this->*operation.run)(request);
    const std::uint64_t after = tailnet_.lastChange();
    lock.unlock();
    if (after != before) tailnet_.waitDurable(after);
    return reply;
}

std::uint64_t Api::id(const Json& request, std::string_view name) const {
    return parseUnsigned<std::uint64_t>(request.text(name)).value_or(0);
}

std::int64_t Api::timeOrZero(const Json& value) const { return parseTimestamp(value.asString()).value_or(kGoZeroTimeMs); }

const User* Api::userById(std::uint64_t id) const {
    const auto user = tailnet_.users().find(id);
    return user == tailnet_.users().end() ? nullptr : &user->second;
}

Result<const User*> Api::userByName(const std::string& name) const {
    const User* found = nullptr;
    int matches = 0;
    for (const auto& [id, user] : tailnet_.users()) {
        if (user.name != name) continue;
        found = &user;
        ++matches;
    }
    if (matches == 1) return found;
    if (matches == 0) return Error{Code::NotFound, "user not found"};
    return Error{Code::Conflict, "expected exactly one user, found " + std::to_string(matches)};
}

bool Api::localNameTaken(const std::string& name, std::uint64_t except) const {
    for (const auto& [id, user] : tailnet_.users()) {
        if (id != except && user.provider_id.empty() && user.name == name) return true;
    }
    return false;
}

Reply Api::nodeReply(std::uint64_t id, NodeView view) const {
    return Json::object({{"node", nodeForm(tailnet_, tailnet_.nodes().at(id), view, settings_.dialect)}});
}

Reply Api::health(const Json&) { return Json::object({{"databaseConnectivity", true}}); }

}  // namespace masthead::demo
