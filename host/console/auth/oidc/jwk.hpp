// Public keys of a provider from its JWKS document. What cannot be used is left out: private, symmetric or encryption keys,
// other curves, RSA below 2048 bit, junk. Pure (fuzzed); a Jwk is immutable and may be shared between threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

typedef struct evp_pkey_st EVP_PKEY;

namespace masthead::console::oidc {

enum class KeyType { Rsa, P256, Ed25519 };

struct Jwk {
    std::string kid;  // may be empty
    std::string alg;  // empty = every algorithm of the type
    KeyType type = KeyType::Rsa;
    std::shared_ptr<EVP_PKEY> key;
};

struct JwkSet {
    std::vector<Jwk> keys;
    std::size_t left_out = 0;
};

/// InvalidArgument when the text is no JWKS at all; a set without a usable key is none either.
Result<JwkSet> parseJwks(std::string_view text);

}  // namespace masthead::console::oidc
