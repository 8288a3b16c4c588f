// One provider of single sign-on as masthead.yaml (auth.sso) and the console write it down: read and checked in one place.
// Plain values, pure functions. The client secret is read as text: a reference in the file, the secret itself from the console.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/config/validate.hpp"

namespace masthead::config {

struct SsoMapping {
    std::string group, role;
};

struct SsoProvider {
    std::string id;      // stands in addresses
    std::string title;   // on the button
    std::string issuer;  // to the letter
    std::string client_id;
    std::string client_secret;  // may be empty: a public client, protected by PKCE alone
    std::vector<std::string> scopes{"openid", "profile", "email"};
    std::string group_claim = "groups";
    std::vector<SsoMapping> mappings;
    std::string ca_file;         // PEM; empty = the system's
    bool allow_private = false;  // the issuer's public name leads to a private address, and that is meant
    bool enabled = true;
};

/// [a-z][a-z0-9-]{0,31}, but none of the words that addresses need
bool isProviderId(const std::string& id);
/// What does not fit goes to `problems` with the member's name as key ("mappings/0/role"). Unknown members do not fit.
SsoProvider readSsoProvider(const Json& value, std::vector<Problem>& problems);
/// auth.sso as a whole; keys are "auth.sso", messages name the provider.
std::vector<SsoProvider> readSsoProviders(const Json& list, std::vector<Problem>& problems);

}  // namespace masthead::config
