// A certificate chain with its key, read from PEM files and checked as a pair. Immutable after loading; shared by handshakes.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::edge::tls {

template <auto Free>
struct Deleter {
    template <typename T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;

struct CertificatePaths {
    std::string certificate;
    std::string key;
};

class CertificateBundle {
public:
    /// InvalidArgument naming the file and what is wrong: not PEM, no certificate, key does not fit, expired at `now_s`.
    static Result<std::shared_ptr<const CertificateBundle>> load(const CertificatePaths& paths, std::int64_t now_s, bool accept_expired);

    /// Puts the chain and key into one connection; false on an OpenSSL failure.
    bool applyTo(SSL* ssl) const;
    bool expired(std::int64_t now_s) const;
    /// SHA-256 of the leaf, for the log.
    std::string fingerprint() const;

private:
    X509Ptr leaf_;
    std::vector<X509Ptr> chain_;
    KeyPtr key_;
};

/// The first error of OpenSSL's queue as text, and an empty queue.
std::string takeOpenSslError();

}  // namespace masthead::edge::tls
