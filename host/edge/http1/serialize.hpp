// Writes heads from parsed parts: nothing a peer sent reaches the other side except through these calls. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::http1 {

class HeadWriter {
public:
    static HeadWriter request(std::string_view method, std::string_view target);
    static HeadWriter response(int status, std::string_view reason = {});

    HeadWriter& add(std::string_view name, std::string_view value);
    HeadWriter& add(const Fields& fields);
    /// The head with its empty line.
    std::string finish();

private:
    std::string text_;
};

std::string_view reasonOf(int status);
/// IMF-fixdate of the given second since the epoch.
std::string httpDate(std::int64_t epoch_s);
/// One chunk of the chunked coding; empty data gives nothing.
std::string chunk(std::string_view data);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace masthead::edge::http1
