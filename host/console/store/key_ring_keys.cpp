#include "host/console/store/key_ring_keys.hpp"

#include "host/console/store/sealer_box.hpp"

namespace masthead::console::store {
namespace {

constexpr char kFirstVersion = 1;
constexpr char kVersion = 2;
constexpr std::size_t kHead = 5;
constexpr const char* kWrapPurpose = "masthead data key wrap";

std::string wrapContext(std::int64_t id, const std::string& purpose) { return "data-key/" + purpose + "/" + std::to_string(id); }

}  // namespace

std::string sealedHead(std::int64_t key) {
    std::string head(1, kVersion);
    for (const int shift : {24, 16, 8, 0}) head += static_cast<char>((static_cast<std::uint64_t>(key) >> shift) & 0xff);
    return head;
}

std::optional<std::int64_t> dataKeyOf(std::string_view sealed) {
    if (sealed.size() >= 1 + kBoxNonce + kBoxTag && sealed[0] == kFirstVersion) return 0;
    if (sealed.size() < kHead + kBoxNonce + kBoxTag || sealed[0] != kVersion) return std::nullopt;
    std::int64_t key = 0;
    for (std::size_t i = 1; i < kHead; ++i) key = key << 8 | static_cast<unsigned char>(sealed[i]);
    return key;
}

std::string Keys::seal(std::string_view plain, std::string_view context) const {
    const std::string head = sealedHead(active);
    return head + closeBox(data.at(active)->view(), plain, head + std::string(context));
}

std::optional<std::string> Keys::unseal(std::string_view sealed, std::string_view context) const {
    const auto key = dataKeyOf(sealed);
    if (!key) return std::nullopt;
    if (*key == 0) return master ? openBox(master->view(), sealed.substr(1), context) : std::nullopt;
    const auto found = data.find(*key);
    if (found == data.end()) return std::nullopt;
    return openBox(found->second->view(), sealed.substr(kHead), std::string(sealed.substr(0, kHead)) + std::string(context));
}

std::string wrapKey(const SecretBytes& master, const SecretBytes& key, std::int64_t id, const std::string& purpose) {
    std::string with = deriveKey(master.view(), kWrapPurpose);
    std::string out = closeBox(with, key.view(), wrapContext(id, purpose));
    wipe(with);
    return out;
}

std::optional<SecretBytes> unwrapKey(const SecretBytes& master, const std::string& wrapped, std::int64_t id,
                                     const std::string& purpose) {
    std::string with = deriveKey(master.view(), kWrapPurpose);
    auto plain = openBox(with, wrapped, wrapContext(id, purpose));
    wipe(with);
    if (!plain || plain->size() != kBoxKey) return std::nullopt;
    return SecretBytes::take(*plain);
}

}  // namespace masthead::console::store
