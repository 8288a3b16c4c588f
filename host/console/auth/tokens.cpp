#include "host/console/auth/tokens.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/base/plain_text.hpp"
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/tokens_networks.hpp"
#include "host/console/auth/tokens_text.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::auth {
namespace {

constexpr std::int64_t kTouchMs = 60000;
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kShownAfterEndMs = 30 * kDayMs;
constexpr std::size_t kMaxNetworks = 32;

Error unknownToken() { return {Code::Unauthenticated, "The API token is not known, has expired or was revoked."}; }
Error noToken(const std::string& id) { return {Code::NotFound, "There is no API token '" + id + "'."}; }

Json texts(const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const auto& item : list) out.push(item);
    return out;
}

void sortUnique(std::vector<std::string>& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

std::vector<FieldError> check(NewToken& token, const rbac::Catalogue& catalogue) {
    std::vector<FieldError> wrong;
    const bool printable = std::none_of(token.name.begin(), token.name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (trim(token.name).empty() || token.name.size() > 80 || !printable) {
        wrong.push_back({"name", "A name of 1 to 80 bytes without control characters is needed."});
    }
    if (token.scopes.empty()) wrong.push_back({"scopes", "A token needs at least one scope."});
    for (const auto& scope : token.scopes) {
        if (!catalogue.known(scope)) wrong.push_back({"scopes", "There is no permission '" + scope + "'."});
    }
    if (token.days < 1 || token.days > Tokens::kMostDays) wrong.push_back({"expires_in_days", "A token lasts 1 to 365 days."});
    if (token.cidrs.size() > kMaxNetworks) wrong.push_back({"cidrs", "At most 32 networks."});
    for (auto& cidr : token.cidrs) {
        if (auto canonical = canonicalNetwork(cidr)) {
            cidr = std::move(*canonical);
        } else {
            wrong.push_back({"cidrs", "'" + oneLine(cidr, 64) + "' is no network such as 192.0.2.0/24."});
        }
    }
    sortUnique(token.scopes);
    sortUnique(token.cidrs);
    return wrong;
}

}  // namespace

Result<Principal> Tokens::principalOf(const std::string& id, const std::string* hash, const std::string& client, bool touch) {
    Result<Principal> out = unknownToken();
    bool stale = false;
    const std::int64_t now = clock_.wallMs();
    Status status = database_.read([&](store::Connection& connection) -> Status {
        const auto token = store::TokenStore::find(connection, id);
        if (hash != nullptr) {
            // Compared even when there is no such id, so that both take the same time.
            static const std::string kNone(64, '0');
            if (!equalConstantTime(token ? token->hash : kNone, *hash)) return {};
        }
        if (!token || token->expires_at <= now) return {};
        const auto account = store::AccountStore::find(connection, token->account_id);
        if (!account || account->disabled) return {};
        if (!token->cidrs.empty() && !inNetworks(client, token->cidrs)) {
            out = Error{Code::PermissionDenied, "This API token may not be used from " + client + "."};
            return {};
        }
        Principal principal;
        principal.id = "account:" + std::to_string(account->id);
        principal.account_id = account->id;
        principal.name = account->name;
        principal.email = account->email;
        principal.roles = account->roles;
        const auto held = catalogue_.permissionsOf(account->roles);
        std::copy_if(token->scopes.begin(), token->scopes.end(), std::inserter(principal.permissions, principal.permissions.end()),
                     [&](const std::string& scope) { return held.count(scope) > 0; });
        principal.method = "token";
        principal.token_id = token->id;
        stale = touch && now - token->last_used >= kTouchMs;
        out = std::move(principal);
        return {};
    });
    if (!status) return std::move(status).error();
    if (stale) {
        Status touched = database_.write([&](store::Transaction& transaction) -> Status {
            store::TokenStore::touch(transaction, id, now, client);
            return {};
        });
        if (!touched) log::warning("the use of an API token could not be noted", {{"token_id", id}, {"cause", touched.error().message}});
    }
    return out;
}

Result<Principal> Tokens::authenticate(std::string_view text, const std::string& client) {
    const auto id = tokenIdIn(text);
    if (!id) return unknownToken();
    const std::string hash = sha256Hex(text);
    return principalOf(*id, &hash, client, true);
}

Result<Principal> Tokens::look(const std::string& id, const std::string& client) { return principalOf(id, nullptr, client, false); }

Result<Tokens::Made> Tokens::create(const Request& request, NewToken token, std::vector<FieldError>& wrong) {
    wrong = check(token, catalogue_);
    if (!wrong.empty()) return Error{Code::InvalidArgument, "The token does not fit."};
    const std::int64_t account = request.principal.account_id;
    if (account == 0) return Error{Code::FailedPrecondition, "Only accounts have API tokens."};
    for (const auto& scope : token.scopes) {
        if (!request.principal.can(scope)) return Error{Code::PermissionDenied, "You cannot grant what you do not have yourself: " + scope + "."};
    }
    Made made;
    made.secret = makeTokenText();
    const std::int64_t now = clock_.wallMs();
    store::TokenRow& row = made.token.row;
    row = {*tokenIdIn(made.secret), account, token.name, sha256Hex(made.secret), token.scopes, token.cidrs, now, now + token.days * kDayMs, 0, ""};
    made.token.owner = request.principal.email;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        const auto own = store::TokenStore::list(transaction, account);
        if (own.size() >= kPerAccount) {
            return Error{Code::FailedPrecondition, "You have " + std::to_string(own.size()) + " API tokens; revoke one that is not needed any more."};
        }
        store::TokenStore::create(transaction, row);
        auto entry = audit::Entry::of(request, "token.create", "token/" + row.id);
        entry.detail = Json::object({{"name", row.name}, {"scopes", texts(row.scopes)}, {"cidrs", texts(row.cidrs)}, {"expires_at", formatTimestamp(row.expires_at)}});
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) return std::move(status).error();
    row.hash.clear();
    return made;
}

Result<std::vector<TokenView>> Tokens::list(const Request& request, bool everybody) {
    std::vector<TokenView> out;
    const std::int64_t account = request.principal.account_id;
    if (account == 0 && !everybody) return out;
    Status status = database_.read([&](store::Connection& connection) -> Status {
        for (auto& row : store::TokenStore::list(connection, everybody ? 0 : account)) {
            const auto owner = store::AccountStore::find(connection, row.account_id);
            row.hash.clear();
            out.push_back({std::move(row), owner ? owner->email : ""});
        }
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Status Tokens::remove(const Request& request, const std::string& id) {
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        const auto token = store::TokenStore::find(transaction, id);
        if (!token || (token->account_id != request.principal.account_id && !request.principal.can("core.tokens.manage"))) return noToken(id);
        store::TokenStore::remove(transaction, id);
        auto entry = audit::Entry::of(request, "token.revoke", "token/" + id);
        entry.detail = Json::object({{"name", token->name}, {"owner", "account/" + std::to_string(token->account_id)}});
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (status) version_.fetch_add(1);
    return status;
}

void Tokens::removeExpired() {
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        store::TokenStore::removeExpiredBefore(transaction, clock_.wallMs() - kShownAfterEndMs);
        return {};
    });
    if (!status) log::warning("API tokens that ended long ago could not be removed", {{"cause", status.error().message}});
}

}  // namespace masthead::console::auth
