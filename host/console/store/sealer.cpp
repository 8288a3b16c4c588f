#include "host/console/store/sealer.hpp"

#include "host/console/store/key_ring.hpp"
#include "host/console/store/sealer_box.hpp"

namespace masthead::console::store {

Result<Sealer> Sealer::open(Database& database, Clock& clock, const std::string& key_file) {
    auto ring = KeyRing::open(database, clock, MasterKeyPlace::ofProcess(key_file));
    if (!ring) return std::move(ring).error();
    return Sealer(std::move(*ring));
}

std::string Sealer::seal(std::string_view plain, std::string_view context) const { return ring_->keys()->seal(plain, context); }

Result<std::string> Sealer::unseal(std::string_view sealed, std::string_view context) const {
    auto plain = ring_->keys()->unseal(sealed, context);
    if (plain) return std::move(*plain);
    return Error{Code::Internal, "a sealed value cannot be read: it was changed, or it stands under a key that is gone"};
}

std::string Sealer::derive(std::string_view purpose) const { return deriveKey(ring_->keys()->root->view(), purpose); }

}  // namespace masthead::console::store
