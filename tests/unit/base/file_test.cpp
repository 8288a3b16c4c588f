#include "host/base/file.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/temp_dir.hpp"

namespace masthead {

class FileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FileTest);
    CPPUNIT_TEST(replacesContentAndSetsMode);
    CPPUNIT_TEST(failedReplacementLeavesNothingBehind);
    CPPUNIT_TEST(readRefusesWhatIsMissingOrTooLarge);
    CPPUNIT_TEST(directoryIsCreatedWithParentsAndMode);
    CPPUNIT_TEST_SUITE_END();

    void replacesContentAndSetsMode() {
        testing::TempDir dir;
        CPPUNIT_ASSERT(writeFileAtomic(dir.file("a"), "one", 0644).ok());
        CPPUNIT_ASSERT(writeFileAtomic(dir.file("a"), "two", 0600).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("two"), *readFile(dir.file("a")));
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(dir.file("a").c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(0600, static_cast<int>(info.st_mode & 07777));
    }
    void failedReplacementLeavesNothingBehind() {
        testing::TempDir dir;
        std::filesystem::create_directory(dir.file("target"));
        const auto written = writeFileAtomic(dir.file("target"), "text");
        CPPUNIT_ASSERT(!written.ok());
        CPPUNIT_ASSERT(written.error().message.find("target") != std::string::npos);
        int entries = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir.path())) ++entries;
        CPPUNIT_ASSERT_EQUAL(1, entries);
    }
    void readRefusesWhatIsMissingOrTooLarge() {
        testing::TempDir dir;
        CPPUNIT_ASSERT(readFile(dir.file("absent")).error().code == Code::NotFound);
        CPPUNIT_ASSERT(writeFileAtomic(dir.file("big"), std::string(100, 'x')).ok());
        CPPUNIT_ASSERT(readFile(dir.file("big"), 99).error().code == Code::ResourceExhausted);
        CPPUNIT_ASSERT(readFile(dir.file("big"), 100).ok());
    }
    void directoryIsCreatedWithParentsAndMode() {
        testing::TempDir dir;
        CPPUNIT_ASSERT(ensureDirectory(dir.file("a/b/c"), 0700).ok());
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(dir.file("a/b/c").c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(0700, static_cast<int>(info.st_mode & 07777));
        CPPUNIT_ASSERT(writeFileAtomic(dir.file("file"), "").ok());
        CPPUNIT_ASSERT(!ensureDirectory(dir.file("file")).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FileTest);

}  // namespace masthead
