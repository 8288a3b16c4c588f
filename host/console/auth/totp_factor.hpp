// TOTP as a second factor: enrolling (seed, QR code, first code), checking codes without replays, removing. The seed is sealed at
// rest and leaves the host only in the answer that begins an enrolment (TO-08).
//
// Thread-safe; everything works inside the caller's transaction, so of two submits of one code one wins (TO-06). usable() says
// "enrolled" even when a hundred wrong codes switched it off: otherwise guessing would turn the second factor off for the
// guesser.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/auth/totp.hpp"

namespace masthead::console::store {
class Sealer;
}

namespace masthead::console::auth {

struct TotpEnrolment {
    std::string secret;  // base32, for typing
    std::string uri;
    std::string qr_svg;
};

class TotpFactor final : public SecondFactor {
public:
    /// `issuer` is what authenticator apps show beside the account.
    TotpFactor(store::Sealer& sealer, Clock& clock, std::string issuer)
        : sealer_(sealer), clock_(clock), issuer_(std::move(issuer)) {}

    /// A new seed that counts only after confirm(); what was enrolled before goes on until then.
    TotpEnrolment begin(store::Transaction& transaction, std::int64_t account, const std::string& email,
                        const std::string& session);
    /// What confirm() would say, without doing it.
    Status checkFirst(store::Connection& connection, std::int64_t account, const std::string& session, const std::string& typed);
    /// The first code, from the session that began at most ten minutes ago. FailedPrecondition: begin again. InvalidArgument:
    /// wrong.
    Status confirm(store::Transaction& transaction, std::int64_t account, const std::string& session, const std::string& typed);
    /// Uses the code up when it is accepted.
    Result<TotpMatch> match(store::Transaction& transaction, std::int64_t account, const std::string& typed);
    bool remove(store::Transaction& transaction, std::int64_t account);

    std::string method() const override { return "totp"; }
    bool usable(store::Connection& connection, std::int64_t account) override;
    void describe(store::Connection& connection, std::int64_t account, Json& into) override;
    void summarize(store::Connection& connection, std::int64_t account, Json& into) override;
    bool removeAll(store::Transaction& transaction, std::int64_t account) override { return remove(transaction, account); }
    Result<bool> checkCode(store::Transaction& transaction, std::int64_t account, const std::string& code) override;

    static constexpr std::int64_t kEnrolmentMs = 10 * 60 * 1000;

private:
    struct First {
        std::string seed;
        std::int64_t step = 0;
    };
    Result<First> first(store::Connection& connection, std::int64_t account, const std::string& session,
                        const std::string& typed);
    std::int64_t seconds() const { return clock_.wallMs() / 1000; }

    store::Sealer& sealer_;
    Clock& clock_;
    std::string issuer_;
};

}  // namespace masthead::console::auth
