#include "host/console/plugins/handshake.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <functional>

using namespace masthead;
using namespace masthead::console::plugins;

namespace {

std::int32_t create(mh_host*, const mh_host_api*, mh_plugin**, const mh_plugin_api**, mh_sink) { return MH_OK; }

Manifest manifest() {
    Manifest out;
    out.id = "things";
    out.version = "1.0.0";
    out.sdk_major = 1;
    return out;
}

class HandshakeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HandshakeTest);
    CPPUNIT_TEST(eachDifferenceNamesExpectedAndFound);
    CPPUNIT_TEST(needsMustBeKnown);
    CPPUNIT_TEST(bindingsMustEqualDeclarations);
    CPPUNIT_TEST_SUITE_END();

public:
    void eachDifferenceNamesExpectedAndFound() {
        const mh_entry good{MH_MAGIC, sizeof(mh_entry), 1, 0, MH_ABI_TAG, "1.0.0", "c++ 12", "things", "1.0.0", &create};
        CPPUNIT_ASSERT(checkEntry(good, manifest(), "").ok());
        mh_entry longer = good;
        longer.struct_size += 64;
        CPPUNIT_ASSERT(checkEntry(longer, manifest(), "").ok());
        mh_entry sanitized = good;
        sanitized.build_info = "c++ 12 asan";
        CPPUNIT_ASSERT(checkEntry(sanitized, manifest(), "asan").ok());

        struct Case {
            std::function<void(mh_entry&)> change;
            const char* message;
        };
        const Case cases[] = {
            {[](mh_entry& e) { e.magic = 7; }, "magic number: expected 0x4d48504c, found 0x00000007"},
            {[](mh_entry& e) { e.struct_size = 8; }, "size: expected at least 64, found 8"},
            {[](mh_entry& e) { e.abi_major = 2; }, "ABI version: expected 1, found 2"},
            {[](mh_entry& e) { e.abi_minor_needed = 9; }, "ABI minor version: expected at most 0, found 9"},
            {[](mh_entry& e) { e.abi_tag = "linux-mips"; }, "platform: expected \"" MH_ABI_TAG "\", found \"linux-mips\""},
            {[](mh_entry& e) { e.abi_tag = nullptr; }, "found nothing"},
            {[](mh_entry& e) { e.build_info = "gcc tsan"; }, "sanitizer it was built with: expected no sanitizer, found tsan"},
            {[](mh_entry& e) { e.plugin_id = "other"; },
             "id in the shared object: expected \"things\" as in plugin.json, found \"other\""},
            {[](mh_entry& e) { e.plugin_version = "2.0.0"; },
             "version in the shared object: expected \"1.0.0\" as in plugin.json, found \"2.0.0\""},
            {[](mh_entry& e) { e.create = nullptr; }, "function create: expected a function, found nothing"},
        };
        for (const auto& item : cases) {
            mh_entry entry = good;
            item.change(entry);
            const auto checked = checkEntry(entry, manifest(), "");
            CPPUNIT_ASSERT_MESSAGE(item.message, !checked.ok());
            CPPUNIT_ASSERT_MESSAGE(checked.error().message + " does not say: " + item.message,
                                   checked.error().message.find(item.message) != std::string::npos);
        }
    }

    void needsMustBeKnown() {
        Manifest fine = manifest();
        fine.needs = {"masthead.http/1",   "masthead.store/1", "masthead.headscale/1", "masthead.jobs/1",
                      "masthead.events/1", "masthead.audit/1", "masthead.secrets/1"};
        CPPUNIT_ASSERT(checkNeeds(fine).ok());
        Manifest later = manifest();
        later.needs = {"masthead.http/2"};
        CPPUNIT_ASSERT(checkNeeds(later).error().message.find("masthead.http/2, which this Masthead does not offer") !=
                       std::string::npos);
        Manifest newer = manifest();
        newer.sdk_minor = 7;
        CPPUNIT_ASSERT(checkNeeds(newer).error().message.find("expected at most 1.0, found 1.7") != std::string::npos);
    }

    void bindingsMustEqualDeclarations() {
        CPPUNIT_ASSERT(compareBindings("routes", {"b", "a"}, {"a", "b"}).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("plugin.json declares routes the shared object does not bind: b, c"),
                             compareBindings("routes", {"c", "a", "b"}, {"a"}).error().message);
        CPPUNIT_ASSERT(compareBindings("routes", {"a"}, {"a", "x"})
                           .error()
                           .message.find("plugin.json does not declare, or binds them twice: x") != std::string::npos);
        CPPUNIT_ASSERT(!compareBindings("jobs", {"a"}, {"a", "a"}).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandshakeTest);

}  // namespace
