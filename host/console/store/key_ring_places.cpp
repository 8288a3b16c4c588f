#include "host/console/store/key_ring_places.hpp"

#include "host/base/encoding.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

std::vector<SealedValue> listPluginValues(Connection& connection, const Row& after, std::int64_t limit) {
    std::vector<SealedValue> out;
    for (const Row& row :
         connection.query("SELECT plugin, path, value FROM plugin_values "
                          "WHERE sealed = 1 AND (plugin > $1 OR (plugin = $2 AND path > $3)) ORDER BY plugin, path LIMIT $4",
                          {after[0], after[0], after[1], limit})) {
        out.push_back({{row[0], row[1]}, row[0].text() + "/" + row[1].text(), row[2].bytes()});
    }
    return out;
}

// The revision stays: for the plugin nothing changed.
void putPluginValue(Transaction& transaction, const SealedValue& value, const std::string& sealed) {
    transaction.execute("UPDATE plugin_values SET value = $1 WHERE plugin = $2 AND path = $3",
                        {Bytes{sealed}, value.key[0], value.key[1]});
    const auto grown = static_cast<std::int64_t>(sealed.size()) - static_cast<std::int64_t>(value.sealed.size());
    transaction.execute("UPDATE plugin_usage SET bytes = bytes + $1 WHERE plugin = $2", {grown, value.key[0]});
}

std::vector<SealedValue> listChannels(Connection& connection, const Row& after, std::int64_t limit) {
    std::vector<SealedValue> out;
    for (const Row& row :
         connection.query("SELECT id, secrets FROM notify_channels WHERE id > $1 AND secrets IS NOT NULL ORDER BY id LIMIT $2",
                          {after[0], limit})) {
        out.push_back({{row[0]}, "notify/channel/" + row[0].text(), row[1].bytes()});
    }
    return out;
}

void putChannel(Transaction& transaction, const SealedValue& value, const std::string& sealed) {
    transaction.execute("UPDATE notify_channels SET secrets = $1 WHERE id = $2", {Bytes{sealed}, value.key[0]});
}

std::vector<SealedValue> listSeeds(Connection& connection, const Row& after, std::int64_t limit) {
    std::vector<SealedValue> out;
    for (const Row& row : connection.query(
             "SELECT account_id, seed FROM totp_factors WHERE account_id > $1 ORDER BY account_id LIMIT $2", {after[0], limit})) {
        out.push_back({{row[0]}, "totp/" + row[0].text(), row[1].bytes()});
    }
    return out;
}

void putSeed(Transaction& transaction, const SealedValue& value, const std::string& sealed) {
    transaction.execute("UPDATE totp_factors SET seed = $1 WHERE account_id = $2", {Bytes{sealed}, value.key[0]});
}

std::vector<SealedValue> listEnrolments(Connection& connection, const Row& after, std::int64_t limit) {
    std::vector<SealedValue> out;
    for (const Row& row :
         connection.query("SELECT account_id, seed FROM totp_enrolments WHERE account_id > $1 ORDER BY account_id LIMIT $2",
                          {after[0], limit})) {
        out.push_back({{row[0]}, "totp-enrolment/" + row[0].text(), row[1].bytes()});
    }
    return out;
}

void putEnrolment(Transaction& transaction, const SealedValue& value, const std::string& sealed) {
    transaction.execute("UPDATE totp_enrolments SET seed = $1 WHERE account_id = $2", {Bytes{sealed}, value.key[0]});
}

std::vector<SealedValue> listProviders(Connection& connection, const Row& after, std::int64_t limit) {
    std::vector<SealedValue> out;
    for (const Row& row :
         connection.query("SELECT id, secret FROM sso_providers WHERE id > $1 AND secret IS NOT NULL ORDER BY id LIMIT $2",
                          {after[0], limit})) {
        out.push_back({{row[0]}, "sso/provider/" + row[0].text(), row[1].bytes()});
    }
    return out;
}

void putProvider(Transaction& transaction, const SealedValue& value, const std::string& sealed) {
    transaction.execute("UPDATE sso_providers SET secret = $1 WHERE id = $2", {Bytes{sealed}, value.key[0]});
}

std::vector<SealedValue> listSignIns(Connection& connection, const Row& after, std::int64_t limit) {
    std::vector<SealedValue> out;
    for (const Row& row :
         connection.query("SELECT state_hash, sealed FROM sso_transactions WHERE state_hash > $1 ORDER BY state_hash LIMIT $2",
                          {after[0], limit})) {
        out.push_back({{row[0]}, "sso/transaction/" + row[0].text(), row[1].bytes()});
    }
    return out;
}

void putSignIn(Transaction& transaction, const SealedValue& value, const std::string& sealed) {
    transaction.execute("UPDATE sso_transactions SET sealed = $1 WHERE state_hash = $2", {Bytes{sealed}, value.key[0]});
}

std::vector<SealedValue> listIdTokens(Connection& connection, const Row& after, std::int64_t limit) {
    std::vector<SealedValue> out;
    for (const Row& row : connection.query("SELECT handle, sso_provider, sso_subject, sso_id_token FROM sessions "
                                           "WHERE handle > $1 AND sso_id_token <> '' ORDER BY handle LIMIT $2",
                                           {after[0], limit})) {
        out.push_back(
            {{row[0]}, "sso/id-token/" + row[1].text() + "/" + row[2].text(), base64UrlDecode(row[3].text()).value_or("")});
    }
    return out;
}

void putIdToken(Transaction& transaction, const SealedValue& value, const std::string& sealed) {
    transaction.execute("UPDATE sessions SET sso_id_token = $1 WHERE handle = $2", {base64UrlEncode(sealed), value.key[0]});
}

std::vector<SealedValue> listAnswers(Connection& connection, const Row& after, std::int64_t limit) {
    std::vector<SealedValue> out;
    for (const Row& row : connection.query(
             "SELECT principal, route, key_hash, answer FROM idempotency WHERE answer IS NOT NULL AND (principal > $1 OR "
             "(principal = $2 AND (route > $3 OR (route = $4 AND key_hash > $5)))) ORDER BY principal, route, key_hash LIMIT $6",
             {after[0], after[0], after[1], after[1], after[2], limit})) {
        out.push_back({{row[0], row[1], row[2]},
                       "idempotency/" + row[0].text() + "/" + row[1].text() + "/" + row[2].text(),
                       row[3].bytes()});
    }
    return out;
}

void putAnswer(Transaction& transaction, const SealedValue& value, const std::string& sealed) {
    transaction.execute("UPDATE idempotency SET answer = $1 WHERE principal = $2 AND route = $3 AND key_hash = $4",
                        {Bytes{sealed}, value.key[0], value.key[1], value.key[2]});
}

// One row; its context names the epoch that is in force.
std::vector<SealedValue> listSigningKey(Connection& connection, const Row& after, std::int64_t limit) {
    std::vector<SealedValue> out;
    for (const Row& row : connection.query("SELECT name, value, (SELECT max(number) FROM audit_seals WHERE kind = 'epoch') FROM audit_values "
                                           "WHERE name = 'signing-key' AND name > $1 LIMIT $2",
                                           {after[0], limit})) {
        out.push_back({{row[0]}, "audit/epoch/" + row[2].text(), row[1].bytes()});
    }
    return out;
}

// A key that was replaced by the next epoch's meanwhile is sealed with the new key already, and must not come back.
void putSigningKey(Transaction& transaction, const SealedValue& value, const std::string& sealed) {
    transaction.execute("UPDATE audit_values SET value = $1 WHERE name = $2 AND value = $3", {Bytes{sealed}, value.key[0], Bytes{value.sealed}});
}

}  // namespace

const std::vector<SealedPlace>& sealedPlaces() {
    static const std::vector<SealedPlace> kAll = {
        {"plugin_values", {"", ""}, listPluginValues, putPluginValue},
        {"notify_channels", {0}, listChannels, putChannel},
        {"totp_factors", {0}, listSeeds, putSeed},
        {"totp_enrolments", {0}, listEnrolments, putEnrolment},
        {"sso_providers", {""}, listProviders, putProvider},
        {"sso_transactions", {""}, listSignIns, putSignIn},
        {"sessions", {""}, listIdTokens, putIdToken},
        {"idempotency", {"", "", ""}, listAnswers, putAnswer},
        {"audit_values", {""}, listSigningKey, putSigningKey},
    };
    return kAll;
}

}  // namespace masthead::console::store
