#include "host/console/auth/recovery_codes.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <mutex>

#include "host/base/encoding.hpp"
#include "host/base/random.hpp"

namespace masthead::console::auth {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kMostTyped = 64;

std::string newCode() {
    std::string out;
    // 32 divides 256: the low five bits of a random byte are even.
    for (const char byte : randomBytes(kRecoveryChars)) out += kAlphabet[static_cast<unsigned char>(byte) & 31u];
    return out;
}

}  // namespace

std::vector<std::string> newRecoveryCodes() {
    std::vector<std::string> out;
    while (out.size() < kRecoveryCodes) {
        std::string code = newCode();
        if (std::find(out.begin(), out.end(), code) == out.end()) out.push_back(std::move(code));
    }
    return out;
}

std::string showRecoveryCode(std::string_view canonical) {
    std::string out;
    for (std::size_t i = 0; i < canonical.size(); ++i) {
        if (i != 0 && i % 4 == 0) out += '-';
        out += canonical[i];
    }
    return out;
}

std::optional<std::string> tidyRecoveryCode(std::string_view typed) {
    if (typed.size() > kMostTyped) return std::nullopt;
    std::string out;
    for (char c : typed) {
        if (c == '-' || c == ' ') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (kAlphabet.find(c) == std::string_view::npos) return std::nullopt;
        out += c;
    }
    if (out.size() != kRecoveryChars) return std::nullopt;
    return out;
}

std::string newRecoverySalt() { return randomBytes(crypto_pwhash_SALTBYTES); }

Result<std::string> hashRecoveryCode(const std::string& canonical, const std::string& salt, const RecoveryCost& cost) {
    static std::mutex one_at_a_time;
    if (salt.size() != crypto_pwhash_SALTBYTES || sodium_init() < 0)
        return Error{Code::Internal, "a set of recovery codes has a salt of the wrong size"};
    std::string out(32, '\0');
    const std::lock_guard lock(one_at_a_time);
    if (crypto_pwhash(reinterpret_cast<unsigned char*>(out.data()), out.size(), canonical.data(), canonical.size(),
                      reinterpret_cast<const unsigned char*>(salt.data()), cost.passes, cost.memory,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return Error{Code::Unavailable, "not enough memory to look at a recovery code; try again"};
    }
    return hexEncode(out);
}

}  // namespace masthead::console::auth
