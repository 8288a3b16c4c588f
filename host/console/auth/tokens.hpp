// API tokens: made once, shown once, kept as SHA-256, narrower than their owner, dead with their owner.
//
// Thread-safe. The principal is read from the database on every call: what a token may do is its scopes as far as the owner
// holds them at that moment. Use is noted at most once a minute. version() grows when a token is revoked, so that open
// event streams look again. Errors: Unauthenticated (the same for unknown, expired and revoked ones), PermissionDenied
// (another network, scopes one lacks), InvalidArgument with `wrong`, FailedPrecondition (no account, too many), the store's.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"
#include "host/console/store/token_store.hpp"

namespace masthead::console {
namespace audit { class AuditLog; }
namespace rbac { class Catalogue; }
namespace store { class Database; }
}  // namespace masthead::console

namespace masthead::console::auth {

struct NewToken {
    std::string name;
    std::vector<std::string> scopes;
    std::vector<std::string> cidrs;
    std::int64_t days = 90;
};

struct TokenView {
    store::TokenRow row;  // without the hash
    std::string owner;    // e-mail address
};

class Tokens {
public:
    Tokens(store::Database& database, audit::AuditLog& audit, rbac::Catalogue& catalogue, Clock& clock)
        : database_(database), audit_(audit), catalogue_(catalogue), clock_(clock) {}

    /// By the text after "Bearer "; marks the token as used.
    Result<Principal> authenticate(std::string_view text, const std::string& client);
    /// By the id kept from an earlier authenticate(); does not mark it as used.
    Result<Principal> look(const std::string& id, const std::string& client);

    struct Made {
        TokenView token;
        std::string secret;
    };
    Result<Made> create(const Request& request, NewToken token, std::vector<FieldError>& wrong);
    /// Of the request's own account, or everybody's.
    Result<std::vector<TokenView>> list(const Request& request, bool everybody);
    /// One's own, or anybody's with core.tokens.manage; NotFound for all others.
    Status remove(const Request& request, const std::string& id);
    void removeExpired();

    std::uint64_t version() const { return version_.load(); }

    static constexpr std::int64_t kDefaultDays = 90;
    static constexpr std::int64_t kMostDays = 365;
    static constexpr std::size_t kPerAccount = 50;

private:
    Result<Principal> principalOf(const std::string& id, const std::string* hash, const std::string& client, bool touch);

    store::Database& database_;
    audit::AuditLog& audit_;
    rbac::Catalogue& catalogue_;
    Clock& clock_;
    std::atomic<std::uint64_t> version_{1};
};

}  // namespace masthead::console::auth
