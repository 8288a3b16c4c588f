#include "host/console/auth/totp_factor.hpp"

#include "host/base/random.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/auth/qr.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/factor_store.hpp"
#include "host/console/store/sealer.hpp"
#include "host/console/store/secret_bytes.hpp"

namespace masthead::console::auth {
namespace {

std::string seedContext(std::int64_t account) { return "totp/" + std::to_string(account); }
std::string enrolmentContext(std::int64_t account) { return "totp-enrolment/" + std::to_string(account); }

}  // namespace

TotpEnrolment TotpFactor::begin(store::Transaction& transaction, std::int64_t account, const std::string& email,
                                const std::string& session) {
    std::string seed = randomBytes(kTotpSeedBytes);
    store::FactorStore::removeOldEnrolments(transaction, clock_.wallMs() - kEnrolmentMs);
    store::FactorStore::putEnrolment(transaction, account,
                                     {sealer_.seal(seed, enrolmentContext(account)), session, clock_.wallMs()});
    TotpEnrolment out{totpSecretText(seed), totpUri(seed, issuer_, email), {}};
    out.qr_svg = qrSvg(out.uri);
    store::wipe(seed);
    return out;
}

Result<TotpFactor::First> TotpFactor::first(store::Connection& connection, std::int64_t account, const std::string& session,
                                            const std::string& typed) {
    const auto pending = store::FactorStore::enrolment(connection, account);
    if (!pending || pending->session != session || clock_.wallMs() - pending->created_at > kEnrolmentMs) {
        return Error{Code::FailedPrecondition,
                     "There is no enrolment to confirm, or it took longer than ten minutes. Begin again."};
    }
    auto seed = sealer_.unseal(pending->seed, enrolmentContext(account));
    if (!seed) return std::move(seed).error().within("the seed of the enrolment");
    const auto code = tidyTotp(typed);
    const TotpMatch match = code ? matchTotp(*seed, *code, seconds(), 0) : TotpMatch();
    if (match.kind == TotpMatch::Kind::Accepted) return First{std::move(*seed), match.step};
    store::wipe(*seed);
    return Error{Code::InvalidArgument,
                 match.kind == TotpMatch::Kind::ClockOff
                     ? "This code belongs to another time: the clock of your device or that of the server is off."
                     : "That is not the code. Type the six digits that the app shows now."};
}

Status TotpFactor::checkFirst(store::Connection& connection, std::int64_t account, const std::string& session,
                              const std::string& typed) {
    auto found = first(connection, account, session, typed);
    if (!found) return std::move(found).error();
    store::wipe(found->seed);
    return {};
}

Status TotpFactor::confirm(store::Transaction& transaction, std::int64_t account, const std::string& session,
                           const std::string& typed) {
    auto found = first(transaction, account, session, typed);
    if (!found) return std::move(found).error();
    store::FactorStore::putTotp(transaction, account,
                                {sealer_.seal(found->seed, seedContext(account)), found->step, clock_.wallMs()});
    store::FactorStore::removeEnrolment(transaction, account);
    store::wipe(found->seed);
    return {};
}

Result<TotpMatch> TotpFactor::match(store::Transaction& transaction, std::int64_t account, const std::string& typed) {
    const auto row = store::FactorStore::totp(transaction, account);
    const auto code = tidyTotp(typed);
    if (!row || !code) return TotpMatch();
    auto seed = sealer_.unseal(row->seed, seedContext(account));
    if (!seed) return std::move(seed).error().within("the seed of the authenticator app");
    const TotpMatch found = matchTotp(*seed, *code, seconds(), row->last_step);
    store::wipe(*seed);
    if (found.kind == TotpMatch::Kind::Accepted) store::FactorStore::setLastStep(transaction, account, found.step);
    return found;
}

bool TotpFactor::remove(store::Transaction& transaction, std::int64_t account) {
    store::FactorStore::removeEnrolment(transaction, account);
    return store::FactorStore::removeTotp(transaction, account);
}

bool TotpFactor::usable(store::Connection& connection, std::int64_t account) {
    return store::FactorStore::totp(connection, account).has_value();
}

void TotpFactor::describe(store::Connection& connection, std::int64_t account, Json& into) {
    const auto row = store::FactorStore::totp(connection, account);
    into.set("totp", row ? Json::object({{"created_at", formatTimestamp(row->created_at)}}) : Json());
}

void TotpFactor::summarize(store::Connection& connection, std::int64_t account, Json& into) {
    into.set("totp", usable(connection, account));
}

Result<bool> TotpFactor::checkCode(store::Transaction& transaction, std::int64_t account, const std::string& code) {
    auto found = match(transaction, account, code);
    if (!found) return std::move(found).error();
    return found->kind == TotpMatch::Kind::Accepted;
}

}  // namespace masthead::console::auth
