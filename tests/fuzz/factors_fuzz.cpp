// What people type as a code, and what a database hands back as a sealed value: never a crash, never an answer that is not
// canonical.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "host/console/auth/qr.hpp"
#include "host/console/auth/recovery_codes.hpp"
#include "host/console/auth/totp.hpp"
#include "host/console/store/key_ring_keys.hpp"

namespace {

using namespace masthead::console;

void require(bool holds) {
    if (!holds) std::abort();
}

const store::Keys& keys() {
    static const store::Keys all = [] {
        store::Keys made;
        made.active = 1;
        for (const std::int64_t id : {1, 2})
            made.data[id] = std::make_shared<const store::SecretBytes>(store::SecretBytes::random(32));
        made.master = std::make_shared<const store::SecretBytes>(store::SecretBytes::random(32));
        return made;
    }();
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto code = auth::tidyTotp(text)) {
        require(code->size() == 6 && auth::tidyTotp(*code) == code);
        static_cast<void>(auth::matchTotp("12345678901234567890", *code, 1'800'000'000, 0));
    }
    if (const auto code = auth::tidyRecoveryCode(text)) {
        require(code->size() == auth::kRecoveryChars && auth::tidyRecoveryCode(auth::showRecoveryCode(*code)) == code);
    }
    const std::string uri = auth::totpUri("12345678901234567890", text, text);
    require(uri.find_first_of(" \"<>\n#") == std::string::npos);
    if (size < 300) static_cast<void>(auth::qrSvg(uri));
    require(!keys().unseal(text, "context"));
    const std::string sealed = keys().seal(text, "context");
    require(store::dataKeyOf(sealed) == 1 && keys().unseal(sealed, "context") == text &&
            (text == "context" || !keys().unseal(sealed, text)));
    return 0;
}
