// Each case runs in a forked child, because it ends the process; the parent reads what the child left behind.
#include "host/console/plugins/crash_markers.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <thread>

#include "tests/support/temp_dir.hpp"

using namespace masthead::console::plugins;

namespace {

class MarkersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MarkersTest);
    CPPUNIT_TEST(aFaultNamesTheInnermostPlugin);
    CPPUNIT_TEST(abortAndExitAreAttributedToo);
    CPPUNIT_TEST(aFaultOutsideOfPluginsBlamesNobody);
    CPPUNIT_TEST(aKillLeavesSuspects);
    CPPUNIT_TEST(anOrderlyEndLeavesNothing);
    CPPUNIT_TEST(aDamagedPageIsIgnored);
    CPPUNIT_TEST_SUITE_END();

    masthead::testing::TempDir dir_;

    /// The status of a child that installed markers and ran `body`.
    int inChild(const std::function<void()>& body) {
        const pid_t child = fork();
        CPPUNIT_ASSERT(child >= 0);
        if (child == 0) {
            if (!CrashMarkers::install(dir_.path())) _exit(90);
            body();
            _exit(91);
        }
        int status = 0;
        CPPUNIT_ASSERT_EQUAL(child, waitpid(child, &status, 0));
        return status;
    }

public:
    void aFaultNamesTheInnermostPlugin() {
        const int status = inChild([] {
            const Marker outer("outer", "1.0.0", "a", "r1");
            { const Marker done("done", "1.0.0", "b", "r2"); }
            const Marker inner("inner", "2.0.0", "nodes.list", "r3");
            std::abort();
        });
        CPPUNIT_ASSERT(WIFSIGNALED(status));
        CPPUNIT_ASSERT_EQUAL(SIGABRT, WTERMSIG(status));
        const auto words = CrashMarkers::readLast(dir_.path());
        CPPUNIT_ASSERT(words.faulted);
        CPPUNIT_ASSERT_EQUAL(SIGABRT, words.signal);
        CPPUNIT_ASSERT_EQUAL(std::string("inner"), words.running.at(0).plugin);
        CPPUNIT_ASSERT_EQUAL(std::string("2.0.0"), words.running.at(0).version);
        CPPUNIT_ASSERT_EQUAL(std::string("nodes.list"), words.running.at(0).entry);
        CPPUNIT_ASSERT_EQUAL(std::string("r3"), words.running.at(0).call);
    }

    void abortAndExitAreAttributedToo() {
        int status = inChild([] {
            const AlternateStack stack;
            const Marker marker("culprit", "1.0.0", "x", "");
            // A page nobody may touch, because a sanitizer would catch a null pointer before the processor does.
            auto* page = static_cast<volatile int*>(mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
            *page = 1;
        });
        // A sanitizer's handler, if there is one, ends the process in its own way.
        CPPUNIT_ASSERT(WIFSIGNALED(status) || WEXITSTATUS(status) != 91);
        auto words = CrashMarkers::readLast(dir_.path());
        CPPUNIT_ASSERT(words.faulted);
        CPPUNIT_ASSERT_EQUAL(SIGSEGV, words.signal);
        CPPUNIT_ASSERT_EQUAL(std::string("culprit"), words.running.at(0).plugin);

        status = inChild([] {
            const Marker marker("leaver", "1.0.0", "x", "");
            std::exit(0);
        });
        CPPUNIT_ASSERT(WIFEXITED(status));
        words = CrashMarkers::readLast(dir_.path());
        CPPUNIT_ASSERT(words.faulted);
        CPPUNIT_ASSERT_EQUAL(0, words.signal);
        CPPUNIT_ASSERT_EQUAL(std::string("leaver"), words.running.at(0).plugin);
    }

    void aFaultOutsideOfPluginsBlamesNobody() {
        (void)inChild([] {
            { const Marker marker("innocent", "1.0.0", "x", ""); }
            std::abort();
        });
        const auto words = CrashMarkers::readLast(dir_.path());
        CPPUNIT_ASSERT(!words.faulted);
        CPPUNIT_ASSERT(words.running.empty());
    }

    void aKillLeavesSuspects() {
        const int status = inChild([] {
            const Marker first("first", "1.0.0", "x", "");
            std::thread([] {
                const Marker second("second", "1.0.0", "y", "");
                raise(SIGKILL);
            }).join();
        });
        CPPUNIT_ASSERT_EQUAL(SIGKILL, WTERMSIG(status));
        const auto words = CrashMarkers::readLast(dir_.path());
        CPPUNIT_ASSERT(!words.faulted);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, words.running.size());
    }

    void anOrderlyEndLeavesNothing() {
        (void)inChild([] {
            const Marker stuck("stuck", "1.0.0", "x", "");
            CrashMarkers::markOrderlyEnd();
            _exit(0);
        });
        CPPUNIT_ASSERT(CrashMarkers::readLast(dir_.path()).running.empty());
    }

    void aDamagedPageIsIgnored() {
        CPPUNIT_ASSERT(CrashMarkers::readLast(dir_.path() + "/missing").running.empty());
        FILE* file = std::fopen(dir_.file("console.markers").c_str(), "w");
        std::fputs("short", file);
        std::fclose(file);
        CPPUNIT_ASSERT(CrashMarkers::readLast(dir_.path()).running.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MarkersTest);

}  // namespace
