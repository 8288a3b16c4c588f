// A ZIP archive of a few small files, stored without compression (PKZIP APPNOTE 4.3, version 2.0). Names are UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace onboarding {

class ZipWriter {
public:
    /// `at`: the files' time, ms since 1970, written as UTC.
    explicit ZipWriter(std::int64_t at);
    /// Names are the caller's: relative, with '/', each once.
    void add(std::string_view name, std::string_view content);
    /// The whole archive; add nothing afterwards.
    std::string finish();

private:
    std::uint16_t time_ = 0, date_ = 0, count_ = 0;
    std::string files_, directory_;
};

std::uint32_t crc32(std::string_view bytes);

}  // namespace onboarding
