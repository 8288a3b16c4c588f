// Pictures of QR codes: the PNG is decoded here again, by its chunks and stored blocks, and held against the SVG.
#include <cppunit/extensions/HelperMacros.h>

#include "media/png.hpp"
#include "media/qr.hpp"
#include "media/zip.hpp"

using namespace onboarding;

namespace {

constexpr std::size_t kSignature = 8;

std::uint32_t number(std::string_view bytes, std::size_t at) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<unsigned char>(bytes.at(at + i));
    return out;
}

/// The data of a chunk, whose sum and place must be right; `at` moves behind it.
std::string_view chunk(std::string_view file, std::string_view type, std::size_t& at) {
    const std::uint32_t size = number(file, at);
    CPPUNIT_ASSERT_EQUAL(std::string(type), std::string(file.substr(at + 4, 4)));
    CPPUNIT_ASSERT_EQUAL(crc32(file.substr(at + 4, size + 4)), number(file, at + 8 + size));
    const auto data = file.substr(at + 8, size);
    at += 12 + size;
    return data;
}

std::string inflated(std::string_view stream) {
    CPPUNIT_ASSERT_EQUAL(0u, static_cast<unsigned>(static_cast<unsigned char>(stream[0]) * 256 + static_cast<unsigned char>(stream[1])) % 31);
    const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(stream.at(at))); };
    std::string out;
    std::size_t at = 2;
    for (bool last = false; !last;) {
        last = byte(at) == 1;
        CPPUNIT_ASSERT(byte(at) <= 1);
        const unsigned size = byte(at + 1) | byte(at + 2) << 8;
        CPPUNIT_ASSERT_EQUAL(0xffffu, size ^ (byte(at + 3) | byte(at + 4) << 8));
        out += stream.substr(at + 5, size);
        at += 5 + size;
    }
    CPPUNIT_ASSERT_EQUAL(adler32(out), number(stream, at));
    CPPUNIT_ASSERT_EQUAL(stream.size(), at + 4);
    return out;
}

struct Picture {
    std::uint32_t side = 0;
    std::string rows;
    bool white(std::uint32_t x, std::uint32_t y) const {
        const std::size_t stride = 1 + (side + 7) / 8;
        return (static_cast<unsigned char>(rows.at(y * stride + 1 + x / 8)) >> (7 - x % 8) & 1) != 0;
    }
};

Picture decode(std::string_view file) {
    CPPUNIT_ASSERT_EQUAL(std::string("\x89PNG\r\n\x1a\n"), std::string(file.substr(0, kSignature)));
    std::size_t at = kSignature;
    const auto header = chunk(file, "IHDR", at);
    CPPUNIT_ASSERT_EQUAL(std::string("\1\0\0\0\0", 5), std::string(header.substr(8)));
    CPPUNIT_ASSERT_EQUAL(number(header, 0), number(header, 4));
    Picture out{number(header, 0), inflated(chunk(file, "IDAT", at))};
    CPPUNIT_ASSERT(chunk(file, "IEND", at).empty());
    CPPUNIT_ASSERT_EQUAL(file.size(), at);
    CPPUNIT_ASSERT_EQUAL(std::size_t{out.side} * (1 + (out.side + 7) / 8), out.rows.size());
    return out;
}

/// The runs of dark modules as the SVG's path has them.
std::string runs(const Picture& picture, std::uint32_t scale) {
    std::string out;
    const std::uint32_t side = picture.side / scale;
    for (std::uint32_t y = 0; y < side; ++y) {
        for (std::uint32_t x = 0; x < side;) {
            std::uint32_t end = x;
            while (end < side && !picture.white(end * scale + scale / 2, y * scale + scale / 2)) ++end;
            const std::string run = std::to_string(end - x);
            if (end > x) out += "M" + std::to_string(x) + " " + std::to_string(y) + "h" + run + "v1h-" + run + "z";
            x = end + 1;
        }
    }
    return out;
}

class MediaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MediaTest);
    CPPUNIT_TEST(sumsAreThoseOfTheStandards);
    CPPUNIT_TEST(thePngShowsWhatTheSvgShows);
    CPPUNIT_TEST(aLargePictureHasSeveralBlocks);
    CPPUNIT_TEST(nothingIsDrawnOfTooMuch);
    CPPUNIT_TEST_SUITE_END();

public:
    void sumsAreThoseOfTheStandards() {
        CPPUNIT_ASSERT_EQUAL(0xcbf43926u, crc32("123456789"));
        CPPUNIT_ASSERT_EQUAL(0xae426082u, crc32("IEND"));
        CPPUNIT_ASSERT_EQUAL(0x11e60398u, adler32("Wikipedia"));
    }

    void thePngShowsWhatTheSvgShows() {
        const std::string key = "hskey-auth-abcdefghijkl-" + std::string(64, 'k');
        const Picture picture = decode(qrPng(key));
        const std::string svg = qrSvg(key);
        CPPUNIT_ASSERT(svg.find("viewBox=\"0 0 " + std::to_string(picture.side / 8) + " ") != std::string::npos);
        CPPUNIT_ASSERT(svg.find("d=\"" + runs(picture, 8) + "\"") != std::string::npos);
        for (std::uint32_t i = 0; i < picture.side; ++i) {
            for (std::uint32_t edge = 0; edge < 32; ++edge) CPPUNIT_ASSERT(picture.white(i, edge) && picture.white(edge, i));
        }
        CPPUNIT_ASSERT(!picture.white(32, 32));
    }

    void aLargePictureHasSeveralBlocks() {
        const Picture picture = decode(png(1001, [](std::uint32_t x, std::uint32_t y) { return (x * 7 + y * 3) % 5 == 0; }));
        CPPUNIT_ASSERT(picture.rows.size() > 65535);
        for (std::uint32_t y = 0; y < 1001; ++y) {
            for (std::uint32_t x = 0; x < 1001; ++x) {
                if (picture.white(x, y) != ((x * 7 + y * 3) % 5 != 0)) CPPUNIT_FAIL("the pixel " + std::to_string(x) + ", " + std::to_string(y) + " differs");
            }
        }
    }

    void nothingIsDrawnOfTooMuch() {
        CPPUNIT_ASSERT(qrPng("").empty());
        CPPUNIT_ASSERT(qrPng(std::string(2049, 'a')).empty());
        CPPUNIT_ASSERT(!qrPng(std::string(2048, 'a')).empty());
        CPPUNIT_ASSERT(png(4097, [](std::uint32_t, std::uint32_t) { return true; }).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MediaTest);

}  // namespace
