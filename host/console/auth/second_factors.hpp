// SecondFactors: which second factors an account has. Each kind (TOTP, passkeys, recovery codes) is a SecondFactor made and
// owned by its own files and registered here once at start with add(); nothing else in auth/ knows the kinds.
//
// add() before the first request, from one thread; everything else is thread-safe when the factors are. Factors work inside
// the caller's connection or transaction and throw what the store throws; they must outlive this object.
//
// To add a kind: derive from SecondFactor, keep the object in Console::Impl, call second_factors.add(it) in its constructor's
// body. Signing in with it then goes through SignIn::second() (see sign_in.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::store {
class Connection;
class Transaction;
}  // namespace masthead::console::store

namespace masthead::console::auth {

class SecondFactor {
public:
    virtual ~SecondFactor() = default;
    /// As in `methods` of the API: "totp", "passkey", "recovery".
    virtual std::string method() const = 0;
    /// Whether the account can complete a sign-in with it now.
    virtual bool usable(store::Connection& connection, std::int64_t account) = 0;
    /// Whether having it satisfies auth.require_second_factor, and makes a sign-in stop at Half. Recovery codes: no, they only
    /// stand in for another factor.
    virtual bool standsAlone() const { return true; }
    /// Whether it may step up. Recovery codes: no.
    virtual bool stepsUp() const { return standsAlone(); }
    /// Its members of "factors" in GET /me/account, set on `into`: {"totp": {...}|null}, {"passkeys": [...]}.
    virtual void describe(store::Connection& connection, std::int64_t account, Json& into) = 0;
    /// Its members of "factors" in GET /admins: {"totp": true}, {"passkeys": 2}. Nothing by default.
    virtual void summarize(store::Connection& connection, std::int64_t account, Json& into);
    /// An admin resets the account's second factors: remove all of this kind. True when there were any.
    virtual bool removeAll(store::Transaction& transaction, std::int64_t account) = 0;
    /// For POST /me/step-up {code}: whether the code is right now (and uses it up). Unimplemented for kinds without codes.
    virtual Result<bool> checkCode(store::Transaction& transaction, std::int64_t account, const std::string& code);
};

class SecondFactors {
public:
    void add(SecondFactor& factor) { factors_.push_back(&factor); }

    /// True when a factor that stands alone is usable.
    bool any(store::Connection& connection, std::int64_t account) const;
    /// The usable methods, when any() holds; else empty.
    std::vector<std::string> methods(store::Connection& connection, std::int64_t account) const;
    /// The usable methods that may step up.
    std::vector<std::string> stepUpMethods(store::Connection& connection, std::int64_t account) const;
    /// The factor of that method; null when it is not built in.
    SecondFactor* find(const std::string& method) const;
    /// {"totp":…,"passkeys":…,"recovery_left":…}
    Json describe(store::Connection& connection, std::int64_t account) const;
    Json summarize(store::Connection& connection, std::int64_t account) const;
    /// The methods that were removed.
    std::vector<std::string> removeAll(store::Transaction& transaction, std::int64_t account) const;

private:
    std::vector<SecondFactor*> factors_;
};

}  // namespace masthead::console::auth
