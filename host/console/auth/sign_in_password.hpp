// PasswordSignIn: one try of e-mail address and password, with every limit that stands before it and every counter after it.
//
//   source bucket (429) -> hashes per second (429) -> account or known-device lane (429, or locked) -> Argon2id -> SignIn
//
// A browser that signed in to the account before (KnownDevices) has a lane of its own and skips the first two, so strangers
// cannot keep the owner out. Unknown, disabled and locked accounts cost the same work and get the same words as a wrong
// password. At a hundred failures in a row the password is locked for browsers that never signed in, until the person changes
// it or an admin's reset link is used; the same hundred on a known device makes that device unknown.
//
// Thread-safe. Errors: Unauthenticated (wrong, whatever the reason), ResourceExhausted (SignIn::retryAfterMs), the store's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/result.hpp"
#include "host/console/auth/sign_in.hpp"
#include "host/console/http/request.hpp"
#include "host/console/store/account_store.hpp"

namespace masthead::console::auth {

class KnownDevices;
class PasswordHasher;
class Throttle;

class PasswordSignIn {
public:
    struct Parts {
        store::Database& database;
        audit::AuditLog& audit;
        PasswordHasher& hasher;
        Throttle& throttle;
        KnownDevices& devices;
        SignIn& sign_in;
        std::string address_key;  // for the lanes of addresses that no account has
    };
    explicit PasswordSignIn(Parts parts) : parts_(std::move(parts)) {}

    /// `device` is the value of the known-device cookie, or empty.
    Result<SignedIn> attempt(const Request& request, const std::string& email, const std::string& password, const std::string& device);
    /// Lifts the lock and the waits of the account's password: it was changed by its owner.
    static void forgive(store::Transaction& transaction, std::int64_t account);
    static bool locked(store::Connection& connection, std::int64_t account);

    static constexpr const char* kAuthenticator = "password";

private:
    struct Target;
    Result<Target> aim(const std::string& email, const std::string& device);
    Status takeTry(Target& target);
    Result<SignedIn> wrong(const Request& request, const Target& target);

    Parts parts_;
};

}  // namespace masthead::console::auth
