#include "host/console/auth/password_hasher.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <thread>

#include "host/base/encoding.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"
#include "host/console/auth/password_rules.hpp"

namespace masthead::console::auth {
namespace {

const std::string kPeppered = "pepper1:";

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

/// The cost of "$argon2id$v=19$m=65536,t=3,p=1$..."; nullopt when it is none or more than we are willing to compute.
std::optional<PasswordHasher::Cost> costOf(std::string_view phc) {
    const auto parts = split(phc, '$');
    if (parts.size() != 6 || parts[1] != "argon2id") return std::nullopt;
    PasswordHasher::Cost cost{0, 0};
    for (const auto parameter : split(parts[3], ',')) {
        if (parameter.size() < 3 || parameter[1] != '=') return std::nullopt;
        const auto value = parseUnsigned<std::uint32_t>(parameter.substr(2));
        if (!value) return std::nullopt;
        if (parameter[0] == 'm') cost.memory = std::size_t{*value} * 1024;
        if (parameter[0] == 't') cost.passes = *value;
    }
    if (cost.memory > (std::size_t{256} << 20) || cost.passes > 10) return std::nullopt;
    return cost;
}

}  // namespace

/// A place among the few that may hash at the same time.
class PasswordHasher::Turn {
public:
    explicit Turn(PasswordHasher& owner) : owner_(owner) {
        std::unique_lock lock(owner_.mutex_);
        if (owner_.waiting_ >= kQueue) return;
        ++owner_.waiting_;
        owner_.free_.wait(lock, [this] { return owner_.running_ < owner_.at_once_; });
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
    static Error busy() { return {Code::ResourceExhausted, "too many sign-ins at this moment; try again shortly"}; }

private:
    PasswordHasher& owner_;
    bool taken_ = false;
};

PasswordHasher::PasswordHasher(std::string pepper_key, Cost cost)
    : pepper_key_(std::move(pepper_key)), cost_(cost), at_once_(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMostAtOnce)) {
    if (sodium_init() < 0) std::abort();
    // Never matches: nobody knows what was hashed. The parameters are real, so comparing costs the same.
    nobody_ = "$argon2id$v=19$m=" + std::to_string(cost_.memory / 1024) + ",t=" + std::to_string(cost_.passes) + ",p=1$" + unpadded(16) + "$" + unpadded(32);
}

std::string PasswordHasher::peppered(const std::string& password) const {
    const std::string text = normalizedPassword(password);
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(pepper_key_.data()), pepper_key_.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    crypto_auth_hmacsha256_final(&state, mac);
    return std::string(reinterpret_cast<const char*>(mac), sizeof mac);
}

Result<std::string> PasswordHasher::hash(const std::string& password) {
    const Turn turn(*this);
    if (!turn.taken()) return Turn::busy();
    std::string out = hashNow(peppered(password), cost_);
    if (out.empty()) return Error{Code::Unavailable, "not enough memory to hash a password; try again"};
    return kPeppered + out;
}

Result<bool> PasswordHasher::verify(const std::string& password, const std::string& stored) {
    const bool known = !stored.empty();
    const bool with_pepper = !known || stored.compare(0, kPeppered.size(), kPeppered) == 0;
    const std::string phc = !known ? nobody_ : with_pepper ? stored.substr(kPeppered.size()) : stored;
    if (!costOf(phc)) return Error{Code::Internal, "a stored password hash has parameters beyond the limit", phc.substr(0, 40)};
    const Turn turn(*this);
    if (!turn.taken()) return Turn::busy();
    const std::string text = with_pepper ? peppered(password) : password;
    const bool equal = crypto_pwhash_str_verify(phc.c_str(), text.data(), text.size()) == 0;
    return equal && known;
}

bool PasswordHasher::stale(const std::string& stored) const {
    if (stored.compare(0, kPeppered.size(), kPeppered) != 0) return true;
    const auto cost = costOf(std::string_view(stored).substr(kPeppered.size()));
    return !cost || cost->memory < cost_.memory || cost->passes < cost_.passes;
}

}  // namespace masthead::console::auth
