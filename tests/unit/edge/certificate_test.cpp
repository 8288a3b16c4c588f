#include <cppunit/extensions/HelperMacros.h>

#include "host/base/file.hpp"
#include "host/edge/tls/reloader.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/edge/pem.hpp"

namespace masthead::edge::tls {

class CertificateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CertificateTest);
    CPPUNIT_TEST(aPairLoadsWithItsChain);
    CPPUNIT_TEST(brokenPairsAreNamed);
    CPPUNIT_TEST(expiredIsTakenOnlyWhenThereIsNothingElse);
    CPPUNIT_TEST(theReloaderKeepsTheOldPair);
    CPPUNIT_TEST_SUITE_END();

    const masthead::testing::TempDir folder_;
    const SystemClock clock_;
    CertificatePaths paths(const std::string& name) const { return {folder_.file(name + ".crt"), folder_.file(name + ".key")}; }
    std::int64_t now() const { return clock_.wallMs() / 1000; }
    static std::string text(const std::string& path) { return *readFile(path); }
    static void put(const std::string& path, const std::string& content) { CPPUNIT_ASSERT(writeFileAtomic(path, content).ok()); }

    void aPairLoadsWithItsChain() {
        testing::writePair(paths("a"), "a");
        testing::writePair(paths("b"), "b");
        const auto alone = CertificateBundle::load(paths("a"), now(), false);
        CPPUNIT_ASSERT_MESSAGE(alone.ok() ? "" : alone.error().message, alone.ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{64}, (*alone)->fingerprint().size());
        put(paths("a").certificate, text(paths("a").certificate) + "comment\n" + text(paths("b").certificate));
        const auto chained = CertificateBundle::load(paths("a"), now(), false);
        CPPUNIT_ASSERT(chained.ok());
        CPPUNIT_ASSERT_EQUAL((*alone)->fingerprint(), (*chained)->fingerprint());
    }

    void brokenPairsAreNamed() {
        testing::writePair(paths("a"), "a");
        testing::writePair(paths("b"), "b");
        const auto expect = [this](const CertificatePaths& pair, const std::string& says) {
            const auto loaded = CertificateBundle::load(pair, now(), true);
            CPPUNIT_ASSERT_MESSAGE(says, !loaded.ok());
            CPPUNIT_ASSERT_MESSAGE(loaded.error().message, loaded.error().message.find(says) != std::string::npos);
        };
        expect({paths("a").certificate, paths("b").key}, "does not belong");
        expect({paths("a").certificate, folder_.file("none")}, "none");
        expect({paths("a").key, paths("a").key}, "no PEM certificate");
        expect({paths("a").certificate, paths("a").certificate}, "no readable private key");
        const auto whole = text(paths("a").certificate);
        put(folder_.file("cut"), whole.substr(0, whole.size() / 2));
        expect({folder_.file("cut"), paths("a").key}, "cut");
        put(folder_.file("empty"), "");
        expect({folder_.file("empty"), paths("a").key}, "no PEM certificate");
    }

    void expiredIsTakenOnlyWhenThereIsNothingElse() {
        testing::writePair(paths("old"), "old", -1);
        CPPUNIT_ASSERT(!CertificateBundle::load(paths("old"), now(), false).ok());
        const auto loaded = CertificateBundle::load(paths("old"), now(), true);
        CPPUNIT_ASSERT(loaded.ok() && (*loaded)->expired(now()));
    }

    void theReloaderKeepsTheOldPair() {
        testing::writePair(paths("a"), "a");
        TlsContext context(false);
        Reloader reloader(context, paths("a"), clock_);
        CPPUNIT_ASSERT(reloader.reload().ok());
        const auto first = context.current();
        reloader.poll();
        CPPUNIT_ASSERT(context.current() == first);
        put(paths("a").key, "broken");
        reloader.poll();
        CPPUNIT_ASSERT(context.current() == first);
        CPPUNIT_ASSERT(!reloader.reload().ok());
        testing::writePair(paths("a"), "a", -1);
        CPPUNIT_ASSERT(!reloader.reload().ok());
        CPPUNIT_ASSERT(context.current() == first);
        testing::writePair(paths("a"), "a2");
        reloader.poll();
        CPPUNIT_ASSERT(context.current() != first && context.current()->fingerprint() != first->fingerprint());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CertificateTest);

}  // namespace masthead::edge::tls
