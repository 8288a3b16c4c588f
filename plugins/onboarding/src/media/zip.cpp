#include "media/zip.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace onboarding {
namespace {

constexpr std::array<std::uint32_t, 256> table() {
    std::array<std::uint32_t, 256> out{};
    for (std::uint32_t i = 0; i < out.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? 0xedb88320u ^ (value >> 1) : value >> 1;
        out[i] = value;
    }
    return out;
}

void put16(std::string& out, std::uint32_t value) {
    out += static_cast<char>(value & 0xff);
    out += static_cast<char>(value >> 8 & 0xff);
}

void put32(std::string& out, std::uint32_t value) {
    put16(out, value & 0xffff);
    put16(out, value >> 16);
}

constexpr std::uint32_t kUtf8Names = 1u << 11;
constexpr std::uint32_t kVersion = 20;

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
    static constexpr auto kTable = table();
    std::uint32_t sum = 0xffffffffu;
    for (const char c : bytes) sum = kTable[(sum ^ static_cast<unsigned char>(c)) & 0xff] ^ (sum >> 8);
    return ~sum;
}

ZipWriter::ZipWriter(std::int64_t at) {
    const std::chrono::sys_time<std::chrono::milliseconds> when{std::chrono::milliseconds(at)};
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(when - day);
    const int year = std::clamp(static_cast<int>(date.year()), 1980, 2107);
    date_ = static_cast<std::uint16_t>((year - 1980) << 9 | static_cast<int>(static_cast<unsigned>(date.month())) << 5 |
                                       static_cast<int>(static_cast<unsigned>(date.day())));
    time_ = static_cast<std::uint16_t>(clock.hours().count() << 11 | clock.minutes().count() << 5 | clock.seconds().count() / 2);
}

void ZipWriter::add(std::string_view name, std::string_view content) {
    const auto offset = static_cast<std::uint32_t>(files_.size());
    std::string common;
    put16(common, kVersion);
    put16(common, kUtf8Names);
    put16(common, 0);
    put16(common, time_);
    put16(common, date_);
    put32(common, crc32(content));
    put32(common, static_cast<std::uint32_t>(content.size()));
    put32(common, static_cast<std::uint32_t>(content.size()));
    put16(common, static_cast<std::uint32_t>(name.size()));
    put16(common, 0);

    put32(files_, 0x04034b50);
    files_ += common;
    files_ += name;
    files_ += content;

    put32(directory_, 0x02014b50);
    put16(directory_, kVersion);
    directory_ += common;
    put16(directory_, 0);  // comment
    put16(directory_, 0);  // disk
    put16(directory_, 0);  // internal attributes
    put32(directory_, 0);  // external attributes
    put32(directory_, offset);
    directory_ += name;
    ++count_;
}

std::string ZipWriter::finish() {
    std::string out = std::move(files_);
    const auto offset = static_cast<std::uint32_t>(out.size());
    out += directory_;
    put32(out, 0x06054b50);
    put32(out, 0);
    put16(out, count_);
    put16(out, count_);
    put32(out, static_cast<std::uint32_t>(directory_.size()));
    put32(out, offset);
    put16(out, 0);
    return out;
}

}  // namespace onboarding
