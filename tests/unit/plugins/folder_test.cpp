#include "host/console/plugins/folder.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "host/base/encoding.hpp"
#include "tests/support/temp_dir.hpp"

namespace fs = std::filesystem;
using namespace masthead;
using namespace masthead::console::plugins;

namespace {

class FolderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FolderTest);
    CPPUNIT_TEST(coreOriginComesFromCoreSums);
    CPPUNIT_TEST(pinsAndUnsigned);
    CPPUNIT_TEST(changedFilesAreNamed);
    CPPUNIT_TEST(missingPartsAreNamed);
    CPPUNIT_TEST(ownershipAndModes);
    CPPUNIT_TEST(symbolicLinksAreRefused);
    CPPUNIT_TEST(theWebDigestFollowsTheAssets);
    CPPUNIT_TEST(sumsAreStrict);
    CPPUNIT_TEST_SUITE_END();

    testing::TempDir dir_;
    config::Plugins settings_;

    std::string path(const std::string& name) const { return settings_.dir + "/things/" + name; }
    static void write(const std::string& path, const std::string& text) {
        fs::create_directories(fs::path(path).parent_path());
        std::ofstream(path) << text;
        chmod(path.c_str(), 0644);
    }
    static std::string line(const std::string& name, const std::string& text) { return sha256Hex(text) + "  " + name + "\n"; }

    std::string refusal() {
        const auto folder = openFolder(settings_, "things");
        CPPUNIT_ASSERT_MESSAGE("it was accepted", !folder.ok());
        return folder.error().message;
    }
    void mustSay(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE(text + " does not say: " + part, text.find(part) != std::string::npos);
    }

public:
    void setUp() override {
        umask(022);
        settings_.dir = dir_.file("plugins");
        write(path("plugin.json"), "{}");
        write(path("things.so"), "code");
        write(path("web/a.js"), "js");
        writeSums();
        settings_.allow_unsigned = {"things"};
    }
    void writeSums() {
        write(path("plugin.sums"), line("plugin.json", "{}") + line("things.so", "code") + line("web/a.js", "js"));
    }
    std::string digest() {
        std::ifstream in(path("plugin.sums"));
        return sha256Hex(std::string(std::istreambuf_iterator<char>(in), {}));
    }

    void coreOriginComesFromCoreSums() {
        settings_.allow_unsigned = {};
        mustSay(refusal(), "write it under plugins.enabled as {id: things, sha256: " + digest() + "}");
        write(settings_.dir + "/core.sums", digest() + "  things\n");
        const auto folder = openFolder(settings_, "things");
        CPPUNIT_ASSERT_MESSAGE(folder ? "" : folder.error().message, folder.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("core"), std::string(originName(folder->origin)));
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), folder->manifest);
        write(settings_.dir + "/core.sums", std::string(64, '0') + "  things\n");
        mustSay(refusal(), "core.sums expects " + std::string(64, '0'));
    }

    void pinsAndUnsigned() {
        CPPUNIT_ASSERT_EQUAL(std::string("unsigned"), std::string(originName(openFolder(settings_, "things")->origin)));
        settings_.pinned["things"] = digest();
        CPPUNIT_ASSERT_EQUAL(std::string("pinned"), std::string(originName(openFolder(settings_, "things")->origin)));
        settings_.pinned["things"] = std::string(64, 'a');
        mustSay(refusal(), "the configuration pins " + std::string(64, 'a'));
    }

    void changedFilesAreNamed() {
        write(path("web/a.js"), "changed");
        mustSay(refusal(),
                "the file web/a.js has the SHA-256 " + sha256Hex("changed") + ", plugin.sums expects " + sha256Hex("js"));
        write(path("web/a.js"), "js");
        write(path("web/extra.js"), "x");
        mustSay(refusal(), "the file web/extra.js is not listed in plugin.sums");
        fs::remove(path("web/extra.js"));
        fs::remove(path("web/a.js"));
        mustSay(refusal(), "the file web/a.js is listed in plugin.sums but missing");
    }

    void missingPartsAreNamed() {
        fs::remove(path("things.so"));
        mustSay(refusal(), "things.so is missing: the shared object is named after the plugin's id");
        fs::remove(path("plugin.sums"));
        mustSay(refusal(), "plugin.sums is missing");
        const auto absent = openFolder(settings_, "absent");
        CPPUNIT_ASSERT(absent.error().code == Code::NotFound);
        CPPUNIT_ASSERT(openFolder(settings_, "../things").error().code == Code::InvalidArgument);
    }

    void ownershipAndModes() {
        chmod(path("things.so").c_str(), 0664);
        mustSay(refusal(), "things.so has the mode 0664, expected one without write permission for group and others");
        chmod(path("things.so").c_str(), 0644);
        chmod(path("web").c_str(), 0777);
        mustSay(refusal(), "web has the mode 0777");
        chmod(path("web").c_str(), 0755);
        chmod(settings_.dir.c_str(), 0777);
        mustSay(refusal(), "plugins has the mode 0777");
        chmod(settings_.dir.c_str(), 0755);
        if (geteuid() != 0) return;  // only root can give a file away
        CPPUNIT_ASSERT_EQUAL(0, chown(path("plugin.json").c_str(), 4711, 0));
        mustSay(refusal(), "plugin.json belongs to uid 4711, expected root or uid 0");
    }

    void symbolicLinksAreRefused() {
        fs::remove(path("web/a.js"));
        fs::create_symlink("/etc/passwd", path("web/a.js"));
        mustSay(refusal(), "web/a.js is a symbolic link, expected a real file");
        fs::rename(settings_.dir + "/things", dir_.file("elsewhere"));
        fs::create_directory_symlink(dir_.file("elsewhere"), settings_.dir + "/things");
        CPPUNIT_ASSERT(!openFolder(settings_, "things").ok());
    }

    void theWebDigestFollowsTheAssets() {
        const std::string before = openFolder(settings_, "things")->web_digest;
        write(path("plugin.json"), "{ }");
        write(path("plugin.sums"), line("plugin.json", "{ }") + line("things.so", "code") + line("web/a.js", "js"));
        CPPUNIT_ASSERT_EQUAL(before, openFolder(settings_, "things")->web_digest);
        write(path("web/a.js"), "other");
        write(path("plugin.sums"), line("plugin.json", "{ }") + line("things.so", "code") + line("web/a.js", "other"));
        CPPUNIT_ASSERT(before != openFolder(settings_, "things")->web_digest);
    }

    void sumsAreStrict() {
        const std::string hash(64, 'a');
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, parseSums(hash + "  a\n" + hash + "  b/c\n")->size());
        for (const std::string& bad : {hash + " a\n", hash.substr(1) + "  a\n", std::string(64, 'G') + "  a\n", hash + "  \n",
                                       hash + "  a\n" + hash + "  a\n"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !parseSums(bad).ok());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FolderTest);

}  // namespace
