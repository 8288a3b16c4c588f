#include "host/console/auth/second_factors.hpp"

#include <algorithm>

namespace masthead::console::auth {

void SecondFactor::summarize(store::Connection&, std::int64_t, Json&) {}

Result<bool> SecondFactor::checkCode(store::Transaction&, std::int64_t, const std::string&) {
    return Error{Code::Unimplemented, "The second factor '" + method() + "' takes no code."};
}

bool SecondFactors::any(store::Connection& connection, std::int64_t account) const {
    return std::any_of(factors_.begin(), factors_.end(), [&](auto* factor) { return factor->standsAlone() && factor->usable(connection, account); });
}

std::vector<std::string> SecondFactors::methods(store::Connection& connection, std::int64_t account) const {
    std::vector<std::string> out;
    if (!any(connection, account)) return out;
    for (auto* factor : factors_) {
        if (factor->usable(connection, account)) out.push_back(factor->method());
    }
    return out;
}

std::vector<std::string> SecondFactors::stepUpMethods(store::Connection& connection, std::int64_t account) const {
    std::vector<std::string> out;
    for (auto* factor : factors_) {
        if (factor->stepsUp() && factor->usable(connection, account)) out.push_back(factor->method());
    }
    return out;
}

SecondFactor* SecondFactors::find(const std::string& method) const {
    const auto found = std::find_if(factors_.begin(), factors_.end(), [&](auto* factor) { return factor->method() == method; });
    return found == factors_.end() ? nullptr : *found;
}

Json SecondFactors::describe(store::Connection& connection, std::int64_t account) const {
    Json out = Json::object({{"totp", Json()}, {"recovery_left", Json()}, {"passkeys", Json::array()}});
    for (auto* factor : factors_) factor->describe(connection, account, out);
    return out;
}

Json SecondFactors::summarize(store::Connection& connection, std::int64_t account) const {
    Json out = Json::object({{"totp", false}, {"passkeys", 0}});
    for (auto* factor : factors_) factor->summarize(connection, account, out);
    return out;
}

std::vector<std::string> SecondFactors::removeAll(store::Transaction& transaction, std::int64_t account) const {
    std::vector<std::string> out;
    for (auto* factor : factors_) {
        if (factor->removeAll(transaction, account)) out.push_back(factor->method());
    }
    return out;
}

}  // namespace masthead::console::auth
