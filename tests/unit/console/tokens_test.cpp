// Suite TK where no socket is needed: shape and checksum, what a token may do, who ends it.
#include "host/console/auth/tokens.hpp"

#include "host/base/encoding.hpp"
#include "host/console/auth/tokens_networks.hpp"
#include "host/console/auth/tokens_text.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::auth {

class TokensTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokensTest);
    CPPUNIT_TEST(tk01TheShapeIsRecognisable);
    CPPUNIT_TEST(tk02AWrongChecksumNeverReachesTheDatabase);
    CPPUNIT_TEST(scopesAreNarrowedByTheOwnersRoles);
    CPPUNIT_TEST(nobodyGrantsWhatTheyLack);
    CPPUNIT_TEST(wrongTokensAreNamedByField);
    CPPUNIT_TEST(tokensExpireAndAreForgotten);
    CPPUNIT_TEST(tk07RevokedMeansDead);
    CPPUNIT_TEST(tk08UseIsNotedOnceAMinute);
    CPPUNIT_TEST(tk10ADeletedOwnerTakesTheTokensAlong);
    CPPUNIT_TEST(tk11TheSecretIsNowhereButInTheAnswer);
    CPPUNIT_TEST(networksAreHeldTo);
    CPPUNIT_TEST(networkTextsAreCanonical);
    CPPUNIT_TEST(foreignTokensAreNotThere);
    CPPUNIT_TEST(anAccountHasAtMostFifty);
    CPPUNIT_TEST_SUITE_END();

    World world;
    Tokens tokens{*world.database, world.audit, world.catalogue, world.clock};

    Request by(std::int64_t account, const std::vector<std::string>& held = {"admin"}) {
        Request request = world.request();
        request.principal.id = "account:" + std::to_string(account);
        request.principal.account_id = account;
        request.principal.email = "owner@example.org";
        request.principal.permissions = world.catalogue.permissionsOf(held);
        return request;
    }
    Tokens::Made make(std::int64_t account, std::vector<std::string> scopes = {"core.status.read"}, std::vector<std::string> cidrs = {}, std::int64_t days = 90) {
        std::vector<FieldError> wrong;
        return must(tokens.create(by(account), {"ci", std::move(scopes), std::move(cidrs), days}, wrong));
    }
    Code refusal(const std::string& text, const std::string& client = "192.0.2.7") { return tokens.authenticate(text, client).error().code; }

    void tk01TheShapeIsRecognisable() {
        const std::string text = makeTokenText();
        CPPUNIT_ASSERT_EQUAL(kTokenSize, text.size());
        CPPUNIT_ASSERT_EQUAL(std::string("masthead_"), text.substr(0, 9));
        CPPUNIT_ASSERT_EQUAL(text.substr(9, 8), tokenIdIn(text).value_or(""));
        CPPUNIT_ASSERT(makeTokenText() != text);
        CPPUNIT_ASSERT_EQUAL(std::string("masthead_[redacted]"), log::redact(text));
        // The checksum is the CRC-32 that anybody computes: of "123456789" it is cbf43926.
        CPPUNIT_ASSERT_EQUAL(std::string("3jZRME"), tokenChecksum("123456789"));
    }
    void tk02AWrongChecksumNeverReachesTheDatabase() {
        const auto made = make(world.account("a@example.org"));
        for (std::size_t i = 9; i < made.secret.size(); ++i) {
            std::string changed = made.secret;
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            CPPUNIT_ASSERT(!tokenIdIn(changed));
        }
        for (const std::string& text : {std::string(), std::string("masthead_"), made.secret + "0", made.secret.substr(1), std::string(kTokenSize, 'A')}) {
            CPPUNIT_ASSERT(!tokenIdIn(text));
            CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, refusal(text));
        }
        // A right checksum over an invented secret is refused by the stored hash.
        std::string invented = made.secret.substr(0, 17) + std::string(43, 'A');
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, refusal(invented + tokenChecksum(invented)));
    }
    void scopesAreNarrowedByTheOwnersRoles() {
        must(world.catalogue.setPlugin("nodes", {{"nodes.read", "See", "", "low", "", {"operator"}}}));
        const auto admin = world.account("a@example.org"), op = world.account("o@example.org", {"operator"});
        const auto strong = make(admin, {"nodes.read", "core.audit.read"});
        const auto who = must(tokens.authenticate(strong.secret, "192.0.2.7"));
        CPPUNIT_ASSERT(who.permissions == std::set<std::string>({"core.audit.read", "nodes.read"}));
        CPPUNIT_ASSERT_EQUAL(std::string("token"), who.method);
        CPPUNIT_ASSERT_EQUAL(strong.token.row.id, who.token_id);
        // Made when the owner held more than now.
        const auto weak = make(op, {"nodes.read", "core.audit.read"});
        CPPUNIT_ASSERT(must(tokens.authenticate(weak.secret, "192.0.2.7")).permissions == std::set<std::string>{"nodes.read"});
        must(world.catalogue.setPlugin("nodes", {}));
        CPPUNIT_ASSERT(must(tokens.authenticate(weak.secret, "192.0.2.7")).permissions.empty());
    }
    void nobodyGrantsWhatTheyLack() {
        const auto op = world.account("o@example.org", {"operator"});
        std::vector<FieldError> wrong;
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, tokens.create(by(op, {"operator"}), {"x", {"core.audit.read"}, {}, 1}, wrong).error().code);
        Request nobody = world.request();
        nobody.principal = {};
        nobody.principal.id = "local:cli";
        nobody.principal.permissions = {"core.audit.read"};
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, tokens.create(nobody, {"x", {"core.audit.read"}, {}, 1}, wrong).error().code);
    }
    void wrongTokensAreNamedByField() {
        const auto owner = world.account("a@example.org");
        struct Case {
            NewToken token;
            const char* field;
        };
        const std::vector<std::string> fine{"core.status.read"};
        const Case cases[] = {{{"", fine, {}, 1}, "name"},          {{"a\tb", fine, {}, 1}, "name"},    {{std::string(81, 'a'), fine, {}, 1}, "name"},
                              {{"a", {}, {}, 1}, "scopes"},         {{"a", {"x.y"}, {}, 1}, "scopes"},  {{"a", {"masthead:public"}, {}, 1}, "scopes"},
                              {{"a", fine, {}, 0}, "expires_in_days"}, {{"a", fine, {}, 366}, "expires_in_days"}, {{"a", fine, {}, -1}, "expires_in_days"},
                              {{"a", fine, {"10.0.0.1/8"}, 1}, "cidrs"}, {{"a", fine, {"here"}, 1}, "cidrs"}, {{"a", fine, std::vector<std::string>(33, "10.0.0.0/8"), 1}, "cidrs"}};
        for (const auto& item : cases) {
            std::vector<FieldError> wrong;
            CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, tokens.create(by(owner), item.token, wrong).error().code);
            CPPUNIT_ASSERT_EQUAL(std::string(item.field), wrong.at(0).path);
        }
        CPPUNIT_ASSERT(must(tokens.list(by(owner), false)).empty());
    }
    void tokensExpireAndAreForgotten() {
        const auto made = make(world.account("a@example.org"), {"core.status.read"}, {}, 1);
        world.clock.advance(24LL * 3600 * 1000 - 1);
        must(tokens.authenticate(made.secret, "192.0.2.7"));
        world.clock.advance(1);
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, refusal(made.secret));
        tokens.removeExpired();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, must(tokens.list(by(1), false)).size());
        world.clock.advance(31LL * 24 * 3600 * 1000);
        tokens.removeExpired();
        CPPUNIT_ASSERT(must(tokens.list(by(1), false)).empty());
    }
    void tk07RevokedMeansDead() {
        const auto owner = world.account("a@example.org");
        const auto made = make(owner);
        must(tokens.authenticate(made.secret, "192.0.2.7"));
        const auto version = tokens.version();
        must(tokens.remove(by(owner), made.token.row.id));
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, refusal(made.secret));
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, tokens.look(made.token.row.id, "192.0.2.7").error().code);
        CPPUNIT_ASSERT(tokens.version() > version);
    }
    void tk08UseIsNotedOnceAMinute() {
        const auto owner = world.account("a@example.org");
        const auto made = make(owner);
        const auto used = [&] { return must(tokens.list(by(owner), false)).at(0).row; };
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, used().last_used);
        must(tokens.authenticate(made.secret, "192.0.2.7"));
        const auto first = used().last_used;
        CPPUNIT_ASSERT_EQUAL(world.clock.wallMs(), first);
        world.clock.advance(59999);
        must(tokens.authenticate(made.secret, "192.0.2.8"));
        CPPUNIT_ASSERT_EQUAL(first, used().last_used);
        world.clock.advance(1);
        must(tokens.authenticate(made.secret, "192.0.2.8"));
        CPPUNIT_ASSERT_EQUAL(first + 60000, used().last_used);
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.8"), used().last_client);
    }
    void tk10ADeletedOwnerTakesTheTokensAlong() {
        world.account("a@example.org");
        const auto op = world.account("o@example.org", {"operator"});
        const auto made = make(op);
        must(tokens.authenticate(made.secret, "192.0.2.7"));
        must(world.accounts.remove(by(1), op));
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, refusal(made.secret));
        CPPUNIT_ASSERT(must(tokens.list(by(1), true)).empty());
    }
    void tk11TheSecretIsNowhereButInTheAnswer() {
        const auto owner = world.account("a@example.org");
        const auto made = make(owner);
        const auto row = must(tokens.list(by(owner), false)).at(0).row;
        CPPUNIT_ASSERT(row.hash.empty());
        must(world.database->read([&](store::Connection& connection) -> Status {
            const auto stored = store::TokenStore::find(connection, row.id);
            CPPUNIT_ASSERT_EQUAL(sha256Hex(made.secret), stored->hash);
            return {};
        }));
        for (const char* file : {"masthead.db", "masthead.db-wal"}) {
            const auto bytes = readFile(world.dir.file(file), std::size_t{1} << 26);
            CPPUNIT_ASSERT(!bytes || bytes->find(made.secret.substr(17, 43)) == std::string::npos);
        }
    }
    void networksAreHeldTo() {
        const auto made = make(world.account("a@example.org"), {"core.status.read"}, {"192.0.2.0/24", "2001:db8::/32"});
        for (const char* good : {"192.0.2.1", "192.0.2.255", "::ffff:192.0.2.9", "2001:db8:1::1"}) must(tokens.authenticate(made.secret, good));
        for (const char* bad : {"192.0.3.1", "2001:db9::1", "::1", "", "unix", "192.0.2.1, 10.0.0.1"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(bad, Code::PermissionDenied, refusal(made.secret, bad));
        }
    }
    void networkTextsAreCanonical() {
        const std::pair<const char*, const char*> good[] = {{"10.0.0.0/8", "10.0.0.0/8"},       {"10.1.2.3", "10.1.2.3/32"}, {"0.0.0.0/0", "0.0.0.0/0"},
                                                            {"2001:DB8:0:0::/32", "2001:db8::/32"}, {"::1", "::1/128"}};
        for (const auto& [given, canonical] : good) CPPUNIT_ASSERT_EQUAL(std::string(canonical), canonicalNetwork(given).value_or("none"));
        for (const char* bad : {"", "/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.1/24", "10.0.0/8", "::/129", "x/8", "10.0.0.0/8/8"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !canonicalNetwork(bad));
        }
    }
    void foreignTokensAreNotThere() {
        const auto a = world.account("a@example.org"), b = world.account("b@example.org", {"operator"});
        const auto made = make(a);
        const Request other = by(b, {"operator"});
        const auto foreign = tokens.remove(other, made.token.row.id), none = tokens.remove(other, "AAAAAAAA");
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, foreign.error().code);
        CPPUNIT_ASSERT_EQUAL(std::string("There is no API token 'AAAAAAAA'."), none.error().message);
        CPPUNIT_ASSERT_EQUAL("There is no API token '" + made.token.row.id + "'.", foreign.error().message);
        CPPUNIT_ASSERT(must(tokens.list(other, false)).empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, must(tokens.list(other, true)).size());
        must(tokens.remove(by(b, {"admin"}), made.token.row.id));
    }
    void anAccountHasAtMostFifty() {
        const auto owner = world.account("a@example.org");
        for (std::size_t i = 0; i < Tokens::kPerAccount; ++i) make(owner);
        std::vector<FieldError> wrong;
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, tokens.create(by(owner), {"x", {"core.status.read"}, {}, 1}, wrong).error().code);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokensTest);

}  // namespace masthead::console::auth
