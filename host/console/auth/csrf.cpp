#include "host/console/auth/csrf.hpp"

#include <sodium.h>

#include "host/base/encoding.hpp"

namespace masthead::console::auth {

std::string Csrf::token(std::string_view session_handle) const {
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key_.data()), key_.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(session_handle.data()), session_handle.size());
    crypto_auth_hmacsha256_final(&state, mac);
    return base64UrlEncode(std::string_view(reinterpret_cast<const char*>(mac), sizeof mac));
}

bool Csrf::valid(std::string_view session_handle, std::string_view given) const {
    return !session_handle.empty() && equalConstantTime(token(session_handle), given);
}

}  // namespace masthead::console::auth
