// One request as handlers see it: already bounded, authenticated and authorised by the funnel. Read-only, one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::console {

/// How far a sign-in has come. Half: the password was right, the second factor is missing. Enrol: everything was right, but
/// the policy wants a second factor that the account does not have yet.
enum class SessionStage { Half = 0, Enrol = 1, Full = 2 };

/// How long an authentication counts as fresh.
inline constexpr std::int64_t kStepUpMs = 5 * 60 * 1000;

/// Who acts. Anonymous (empty id) on public routes without a session.
struct Principal {
    std::string id;            // "account:<n>", "local:cli", "trial", "" = anonymous
    std::int64_t account_id = 0;  // of the account; 0 for principals that are none
    std::string name;
    std::string email;
    std::vector<std::string> roles;
    std::set<std::string> permissions;
    std::string method;        // password[+totp|+passkey|+recovery], passkey, sso, token, local, trial
    std::string session_id;    // public handle of the session, never the cookie
    std::string token_id;      // of the API token, when method is "token"
    SessionStage stage = SessionStage::Full;
    std::int64_t authenticated_at = 0;  // wall ms of the last fresh authentication

    bool anonymous() const { return id.empty(); }
    bool can(std::string_view permission) const { return permissions.count(std::string(permission)) > 0; }
};

struct Request {
    std::string id;
    std::string method;
    std::string path;
    std::map<std::string, std::string> captures;               // {name} segments of the route
    std::multimap<std::string, std::string> query;             // decoded once
    std::map<std::string, std::string> headers;                // lower-case names
    std::string body;
    std::string client;                                        // address as edge saw it
    std::string host, scheme;                                  // as the browser used them
    Principal principal;
    std::int64_t deadline_steady_ms = 0;

    std::string_view header(const std::string& lower_name) const {
        const auto found = headers.find(lower_name);
        return found == headers.end() ? std::string_view() : std::string_view(found->second);
    }
    std::string_view queryValue(const std::string& name) const {
        const auto found = query.find(name);
        return found == query.end() ? std::string_view() : std::string_view(found->second);
    }
    std::string_view capture(const std::string& name) const {
        const auto found = captures.find(name);
        return found == captures.end() ? std::string_view() : std::string_view(found->second);
    }
};

}  // namespace masthead::console
