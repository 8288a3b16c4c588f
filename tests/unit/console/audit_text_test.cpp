// Cases AL-14, AL-15 and AL-22: hostile text, secrets and formulas in records and exports; and the parser of exported files.
#include <sstream>

#include "host/console/audit/export_check.hpp"
#include "host/console/audit/export_format.hpp"
#include "host/console/audit/exporter.hpp"
#include "host/console/audit/sink/message.hpp"
#include "host/console/audit/text_rules.hpp"
#include "host/console/http/audit_detail.hpp"
#include "host/console/store/audit_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

class AuditTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuditTextTest);
    CPPUNIT_TEST(al14_hostileTextIsEscapedAndCut);
    CPPUNIT_TEST(al14_oneRecordOneLineEverywhere);
    CPPUNIT_TEST(al15_secretsOfEveryKindStayOut);
    CPPUNIT_TEST(al22_formulasAreText);
    CPPUNIT_TEST(anExportVerifiesByItself);
    CPPUNIT_TEST(aChangedExportDoesNot);
    CPPUNIT_TEST(aFilteredExportSaysSo);
    CPPUNIT_TEST(theExportParserIsStrict);
    CPPUNIT_TEST_SUITE_END();

    World world;

    std::string exported(const store::AuditFilter& filter, audit::ExportForm form, std::int64_t to = 0) {
        std::string text;
        must(audit::exportLog(*world.database, filter, form, to, [&](std::string_view piece) {
            text += piece;
            return true;
        }));
        return text;
    }
    audit::ExportVerdict check(const std::string& text, const std::string& host = "") {
        std::istringstream in(text);
        return audit::verifyExport(in, host);
    }
    void fill(int count) {
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            for (int i = 0; i < count; ++i) {
                auto entry = audit::Entry::of(world.request(), i % 2 ? "b.change" : "a.change", "thing/" + std::to_string(i));
                entry.detail = Json::object({{"text", "line\nbreak \"quoted\" \\ \x7f ü"}});
                must(world.audit.record(transaction, entry));
            }
            return {};
        }));
    }
    store::AuditRow newest() {
        std::optional<store::AuditRow> row;
        must(world.database->read([&](store::Connection& connection) -> Status {
            row = store::AuditStore::last(connection);
            return {};
        }));
        return *row;
    }

    void al14_hostileTextIsEscapedAndCut() {
        struct Case {
            std::string text, wanted;
        };
        const Case cases[] = {
            {"plain ü 漢 😀", "plain ü 漢 😀"},
            {"a\r\nforged=1", "a\\u{d}\\u{a}forged=1"},
            {"\x1b[31mred", "\\u{1b}[31mred"},
            {"a\xe2\x80\xa8" "b", "a\\u{2028}b"},
            {std::string("nul\0end", 7), "nul\\u{0}end"},
            {"\xe2\x80\xae" "txt.exe", "\\u{202e}txt.exe"},
            {"\xc2\x85", "\\u{85}"},
            {"bad \xff\xfe", "bad \\x{ff}\\x{fe}"},
            {"\xed\xa0\x80", "\\x{ed}\\x{a0}\\x{80}"},  // half a surrogate pair
            {"\xc0\xaf", "\\x{c0}\\x{af}"},              // an overlong slash
        };
        for (const auto& item : cases) CPPUNIT_ASSERT_EQUAL(item.wanted, audit::bounded(item.text));
        const std::string agent(65536, 'x');
        const std::string cut = audit::bounded(agent);
        CPPUNIT_ASSERT_EQUAL(std::string(512, 'x') + "[cut from 65536 bytes]", cut);
        // A character is never cut in half.
        CPPUNIT_ASSERT_EQUAL(std::string(511, 'x') + "[cut from 513 bytes]", audit::bounded(std::string(511, 'x') + "ü"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a\\u{1b}":"b\\u{2028}"})"), audit::boundedJson(Json::object({{"a\x1b", "b\xe2\x80\xa8"}})));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"cut_from_bytes":20011})"), audit::boundedJson(Json::object({{"bigg", std::string(20000, 'y')}})));
    }
    void al14_oneRecordOneLineEverywhere() {
        auto entry = audit::Entry::of(world.request(), "a\r\nb", "x\xe2\x80\xa9y");
        entry.detail = Json::object({{"agent", "z\r\n<34>1 forged\x1b[2J"}});
        must(world.audit.record(entry));
        const auto row = newest();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, row.seq);
        const std::string line = audit::recordLine(row);
        const auto message = audit::messageOf(row);
        for (const std::string& text : {line.substr(0, line.size() - 1), audit::syslogText(message, "host.example.org"), audit::syslogText(message, "bad host\n")}) {
            for (const char c : text) CPPUNIT_ASSERT_MESSAGE(text, static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
            CPPUNIT_ASSERT_MESSAGE(text, text.find("\xe2\x80\xa9") == std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("<110>1 "), audit::syslogText(message, "h").substr(0, 7));
        auto denied = row;
        denied.outcome = "denied";
        CPPUNIT_ASSERT_EQUAL(std::string("<108>1 "), audit::syslogText(audit::messageOf(denied), "h").substr(0, 7));
        auto large = row;
        large.detail = std::string(12000, 'd');
        const std::string datagram = audit::syslogDatagram(audit::messageOf(large), "h");
        CPPUNIT_ASSERT(datagram.size() < audit::kMaxDatagram);
        CPPUNIT_ASSERT(datagram.find("\"cut\":true") != std::string::npos);
        CPPUNIT_ASSERT(datagram.find(large.hash) != std::string::npos);
    }
    void al15_secretsOfEveryKindStayOut() {
        // The 25 kinds of section 5.8, as they come in bodies and in before and after.
        const char* const names[] = {"password", "new_password", "current",      "passphrase",  "totp_seed",    "seed",          "recovery_codes", "code",        "token",
                                     "secret",   "client_secret", "api_key",     "auth_key",    "preauth_key",  "private_key",   "master_key",     "credential",  "cookie",
                                     "session_token", "csrf_token", "bearer_token", "smtp_password", "bind_password", "webhook_secret", "signing_key"};
        CPPUNIT_ASSERT_EQUAL(std::size_t{25}, std::size(names));
        Json body = Json::object();
        int number = 0;
        for (const char* name : names) {
            const std::string canary = "canary-" + std::to_string(++number) + "-7f3a";
            // "current" is a password only where a route says so; its handler never hands it on.
            if (std::string(name) == "current") continue;
            body.set(name, canary);
            body.set(std::string("list_") + name, Json::array({canary}));
        }
        body.set("nested", Json::object({{"deep", body}}));
        body.set("text", "hskey-auth-abcdefghijkl-0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuv");
        body.set("name", "visible");
        Request request = world.request();
        request.body = body.dump();
        auto entry = audit::Entry::of(request, "thing.change", "thing/1");
        entry.detail = auditDetail(request);
        entry.before = body;
        entry.after = body;
        must(world.audit.record(entry));
        const std::string line = audit::recordLine(newest()) + exported({}, audit::ExportForm::Csv) + must(world.audit.list(10, 0)).dump();
        CPPUNIT_ASSERT_MESSAGE(line, line.find("canary-") == std::string::npos);
        CPPUNIT_ASSERT(line.find("0123456789abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos);
        CPPUNIT_ASSERT(line.find("visible") != std::string::npos);
    }
    void al22_formulasAreText() {
        for (const char* start : {"=", "+", "-", "@", "\t", "|", "%"}) {
            store::AuditRow row;
            row.object = std::string(start) + "cmd|' /C calc'!A0";
            row.principal = "a\"b,c";
            const std::string line = audit::csvLine(row);
            CPPUNIT_ASSERT_MESSAGE(line, line.find(",\"'" + std::string(start) + "cmd") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(line, line.find("\"a\"\"b,c\"") != std::string::npos);
        }
        store::AuditRow harmless;
        harmless.object = "node/7";
        CPPUNIT_ASSERT(audit::csvLine(harmless).find("\"node/7\"") != std::string::npos);
    }
    void anExportVerifiesByItself() {
        must(world.audit.startSealing(world.sealer));
        fill(2600);
        must(world.audit.checkpoint());
        const std::string text = exported({}, audit::ExportForm::JsonLines);
        auto found = check(text);
        CPPUNIT_ASSERT_MESSAGE(found.verdict.bad ? found.verdict.bad->reason : "", !found.verdict.bad);
        CPPUNIT_ASSERT(found.complete);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2600}, found.verdict.records);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2600}, found.verdict.sealed_to);
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, found.verdict.host.size());
        CPPUNIT_ASSERT(!check(text, found.verdict.host).verdict.bad);
        CPPUNIT_ASSERT(check(text, std::string(32, 'a')).verdict.bad.has_value());
        const auto part = check(exported({}, audit::ExportForm::JsonLines, 2000));
        CPPUNIT_ASSERT(!part.verdict.bad);
        CPPUNIT_ASSERT(part.part);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2000}, part.verdict.to);
    }
    void aChangedExportDoesNot() {
        must(world.audit.startSealing(world.sealer));
        fill(300);
        must(world.audit.checkpoint());
        const std::string text = exported({}, audit::ExportForm::JsonLines);
        const auto replaced = [&](const std::string& from, const std::string& to) {
            std::string out = text;
            const auto at = out.find(from);
            CPPUNIT_ASSERT(at != std::string::npos);
            return out.replace(at, from.size(), to);
        };
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, check(replaced("\"thing/7\"", "\"thing/9\"")).verdict.bad->seq);
        CPPUNIT_ASSERT(check(replaced("\"kind\":\"checkpoint\"", "\"kind\":\"restored\"")).verdict.bad.has_value());
        const auto line = text.find("{\"type\":\"record\",\"v\":2,\"seq\":20,");
        const auto end = text.find('\n', line);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{20}, check(text.substr(0, line) + text.substr(end + 1)).verdict.bad->seq);
        CPPUNIT_ASSERT(check(text.substr(0, line) + text.substr(line, end + 1 - line) + text.substr(line)).verdict.bad.has_value());
        // Cut inside the last line; cut after a record that needs a checkpoint; nothing at all.
        CPPUNIT_ASSERT(check(text.substr(0, text.size() - 10)).verdict.bad.has_value());
        CPPUNIT_ASSERT(check(text.substr(0, text.find("{\"type\":\"seal\",\"kind\":\"checkpoint\""))).verdict.bad.has_value());
        CPPUNIT_ASSERT(check("").verdict.bad.has_value());
    }
    void aFilteredExportSaysSo() {
        must(world.audit.startSealing(world.sealer));
        fill(5000);
        store::AuditFilter filter;
        filter.action = "b.change";
        const std::string text = exported(filter, audit::ExportForm::JsonLines);
        const auto found = check(text);
        CPPUNIT_ASSERT(!found.verdict.bad);
        CPPUNIT_ASSERT(!found.complete);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2500}, found.verdict.records);
        std::string changed = text;
        const auto at = changed.find("\"thing/1001\"");
        changed.replace(at, 12, "\"thing/1003\"");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1002}, check(changed).verdict.bad->seq);
        const std::string csv = exported(filter, audit::ExportForm::Csv);
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{2501}, std::count(csv.begin(), csv.end(), '\n'));
    }
    void theExportParserIsStrict() {
        must(world.audit.startSealing(world.sealer));
        fill(1);
        std::istringstream in(exported({}, audit::ExportForm::JsonLines));
        std::string line;
        while (std::getline(in, line)) {
            CPPUNIT_ASSERT(audit::parseLine(line).ok());
            CPPUNIT_ASSERT(!audit::parseLine(line.substr(0, line.size() - 1)).ok());
            std::string more = line;
            more.insert(1, "\"extra\":1,");
            CPPUNIT_ASSERT_MESSAGE(more, !audit::parseLine(more).ok());
        }
        for (const char* text : {"", "[]", "{}", "null", "{\"type\":\"record\"}", "{\"type\":\"header\",\"format\":\"other\"}", "{\"type\":7}"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !audit::parseLine(text).ok());
        }
        CPPUNIT_ASSERT(!audit::parseLine("\"" + std::string(audit::kMaxLine, 'x') + "\"").ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuditTextTest);

}  // namespace masthead::console
