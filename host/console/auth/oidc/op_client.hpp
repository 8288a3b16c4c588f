// OpClient: one provider as the host talks to it: discovery, keys, token endpoint, user info.
//
// Thread-safe; never follows a redirect. What it fetched is kept for an hour; keys are fetched again at most once a minute when a
// token names one that is not there. A provider that just failed is not asked again for a few seconds. No lock is held while the
// provider is spoken to. Errors: Unavailable, Deadline (the provider), FailedPrecondition (its answers), Unauthenticated (its no).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/config/sso.hpp"
#include "host/console/auth/oidc/jwt.hpp"
#include "host/console/auth/oidc/metadata.hpp"
#include "host/console/net/fetch.hpp"

namespace masthead::console::oidc {

using Fetcher = std::function<Result<net::Fetched>(const net::Fetch&, const std::stop_token&)>;

struct Tokens {
    std::string id_token, access_token;
};

/// What the last conversation came to.
struct OpState {
    std::optional<bool> reachable;
    std::int64_t checked_at = 0;  // wall ms
    std::string error;
};

class OpClient {
public:
    OpClient(config::SsoProvider settings, Clock& clock, Fetcher fetcher, std::stop_token stop)
        : settings_(std::move(settings)), clock_(clock), fetcher_(std::move(fetcher)), stop_(std::move(stop)) {}

    /// `until` is on the steady clock, as in every call here.
    Result<Metadata> metadata(std::int64_t until);
    Result<Tokens> exchange(const std::string& code, const std::string& verifier, const std::string& redirect_uri, std::int64_t until);
    /// The token taken apart, its signature checked against the provider's keys.
    Result<Jwt> verified(const std::string& token, std::int64_t until);
    /// The claims of the user info endpoint, which must be about `subject`; an empty object when the provider has none.
    Result<Json> userinfo(const std::string& access_token, const std::string& subject, std::int64_t until);
    /// Discovery and keys, fetched anew: {"issuer", "keys", "keys_left_out", ...}.
    Result<Json> probe(std::int64_t until);
    OpState state() const;

    static constexpr std::int64_t kKeepMs = 60 * 60 * 1000;
    static constexpr std::int64_t kUnknownKidMs = 60 * 1000;
    static constexpr std::int64_t kAfterFailureMs = 5 * 1000;

private:
    Result<net::Fetched> ask(net::Fetch request, const std::string& address, std::int64_t until);
    Result<Metadata> fetchMetadata(std::int64_t until);
    Result<std::shared_ptr<const JwkSet>> keys(std::int64_t until);
    Result<std::shared_ptr<const JwkSet>> fetchKeys(std::int64_t until);
    void note(const Status& status);

    const config::SsoProvider settings_;
    Clock& clock_;
    const Fetcher fetcher_;
    const std::stop_token stop_;

    mutable std::mutex mutex_;  // guards all below
    std::optional<Metadata> metadata_;
    std::int64_t metadata_at_ = 0;
    std::shared_ptr<const JwkSet> keys_;
    std::int64_t keys_at_ = 0;
    std::optional<std::int64_t> unknown_kid_at_;  // the last fetch that an unknown kid caused
    std::optional<Error> failure_;
    std::int64_t failure_at_ = 0;
    OpState state_;
};

/// application/x-www-form-urlencoded, one value.
std::string formEncode(std::string_view text);

}  // namespace masthead::console::oidc
