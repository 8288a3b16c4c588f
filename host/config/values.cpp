#include "host/config/values.hpp"

#include <arpa/inet.h>

#include <array>
#include <limits>

#include "host/base/text.hpp"

namespace masthead::config {
namespace {

struct Unit {
    std::string_view suffix;
    std::uint64_t ms;
};
constexpr std::array<Unit, 5> kUnits{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

}  // namespace

std::optional<std::uint32_t> parseDuration(std::string_view text) {
    const auto digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    const auto count = parseUnsigned<std::uint32_t>(text.substr(0, digits));
    if (!count) return std::nullopt;
    for (const auto& unit : kUnits) {
        if (text.substr(digits) != unit.suffix) continue;
        const std::uint64_t ms = *count * unit.ms;
        if (ms > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
        return static_cast<std::uint32_t>(ms);
    }
    return std::nullopt;
}

std::string formatDuration(std::uint32_t ms) {
    if (ms == 0) return "0s";
    std::string_view suffix = "ms";
    std::uint64_t size = 1;
    for (const auto& unit : kUnits) {
        if (unit.suffix != "d" && ms % unit.ms == 0) {
            suffix = unit.suffix;
            size = unit.ms;
        }
    }
    return std::to_string(ms / size).append(suffix);
}

Result<Listen> parseListen(std::string_view text) {
    const auto colon = text.find_last_of(':');
    const Error wrong{Code::InvalidArgument,
                      "\"" + std::string(text) + "\" is not an address and port such as 0.0.0.0:443 or [::]:443"};
    if (colon == std::string_view::npos) return wrong;
    std::string_view address = text.substr(0, colon);
    const auto port = parseUnsigned<std::uint16_t>(text.substr(colon + 1));
    if (!port) return wrong;
    const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
    if (bracketed) address = address.substr(1, address.size() - 2);
    const bool has_colon = address.find(':') != std::string_view::npos;
    if (bracketed != has_colon || !isIpLiteral(std::string(address))) return wrong;
    return Listen{std::string(address), *port};
}

std::string formatListen(const Listen& listen) {
    const bool v6 = listen.address.find(':') != std::string::npos;
    return (v6 ? "[" + listen.address + "]" : listen.address) + ":" + std::to_string(listen.port);
}

bool isIpLiteral(const std::string& address) {
    in6_addr buffer{};
    return ::inet_pton(AF_INET, address.c_str(), &buffer) == 1 || ::inet_pton(AF_INET6, address.c_str(), &buffer) == 1;
}

bool isLoopback(const std::string& address) {
    in_addr v4{};
    if (::inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
    in6_addr v6{};
    return ::inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace masthead::config
