#include "host/console/auth/password_hasher.hpp"

#include <sodium.h>

#include <cstdlib>

#include "host/base/encoding.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"

namespace masthead::console::auth {
namespace {

std::string hashNow(const std::string& password, PasswordHasher::Cost cost) {
    char out[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(out, password.data(), password.size(), cost.passes, cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) return {};
    return out;
}

/// Random bytes in the base64 of PHC strings.
std::string unpadded(std::size_t count) {
    std::string text = base64Encode(randomBytes(count));
    while (!text.empty() && text.back() == '=') text.pop_back();
    return text;
}

/// "$argon2id$v=19$m=65536,t=3,p=1$..." within what we are willing to compute.
bool affordable(std::string_view stored) {
    const auto parts = split(stored, '$');
    if (parts.size() != 6 || parts[1] != "argon2id") return false;
    for (const auto parameter : split(parts[3], ',')) {
        if (parameter.size() < 3 || parameter[1] != '=') return false;
        const auto value = parseUnsigned<std::uint64_t>(parameter.substr(2));
        if (!value) return false;
        if (parameter[0] == 'm' && *value > 256 * 1024) return false;
        if (parameter[0] == 't' && *value > 10) return false;
    }
    return true;
}

}  // namespace

/// A place among the few that may hash at the same time.
class PasswordHasher::Turn {
public:
    explicit Turn(PasswordHasher& owner) : owner_(owner) {
        std::unique_lock lock(owner_.mutex_);
        if (owner_.waiting_ >= kQueue) return;
        ++owner_.waiting_;
        owner_.free_.wait(lock, [this] { return owner_.running_ < kAtOnce; });
        --owner_.waiting_;
        ++owner_.running_;
        taken_ = true;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        if (!taken_) return;
        {
            const std::lock_guard lock(owner_.mutex_);
            --owner_.running_;
        }
        owner_.free_.notify_one();
    }
    bool taken() const { return taken_; }
    static Error busy() { return {Code::Unavailable, "too many sign-ins at this moment; try again shortly"}; }

private:
    PasswordHasher& owner_;
    bool taken_ = false;
};

PasswordHasher::PasswordHasher() : PasswordHasher(Cost()) {}

PasswordHasher::PasswordHasher(Cost cost) : cost_(cost) {
    if (sodium_init() < 0) std::abort();
    // No password has this hash, but comparing with it costs what comparing with a real one does.
    nobody_ = "$argon2id$v=19$m=" + std::to_string(cost_.memory / 1024) + ",t=" + std::to_string(cost_.passes) + ",p=1$" + unpadded(16) + "$" + unpadded(32);
}

Result<std::string> PasswordHasher::hash(const std::string& password) {
    const Turn turn(*this);
    if (!turn.taken()) return Turn::busy();
    std::string out = hashNow(password, cost_);
    if (out.empty()) return Error{Code::Unavailable, "not enough memory to hash a password; try again"};
    return out;
}

Result<bool> PasswordHasher::verify(const std::string& password, const std::string& stored) {
    const bool known = !stored.empty();
    if (known && !affordable(stored)) return Error{Code::Internal, "a stored password hash has parameters beyond the limit", stored.substr(0, 40)};
    const Turn turn(*this);
    if (!turn.taken()) return Turn::busy();
    const std::string& compared = known ? stored : nobody_;
    const bool equal = crypto_pwhash_str_verify(compared.c_str(), password.data(), password.size()) == 0;
    return equal && known;
}

}  // namespace masthead::console::auth
