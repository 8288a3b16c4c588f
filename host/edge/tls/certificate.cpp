#include "host/edge/tls/certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "host/base/encoding.hpp"
#include "host/base/file.hpp"

namespace masthead::edge::tls {

namespace {

constexpr std::size_t kMaxPem = std::size_t{1} << 20;

Error wrong(const std::string& path, const std::string& why) { return {Code::InvalidArgument, path + ": " + why}; }

Result<BioPtr> open(const std::string& path, std::string& text) {
    auto read = readFile(path, kMaxPem);
    if (!read) return read.error();
    text = std::move(*read);
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Refuses instead of asking on the terminal for a passphrase.
int noPassphrase(char*, int, int, void*) { return -1; }

}  // namespace

std::string takeOpenSslError() {
    const auto code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return "no detail";
    const char* reason = ERR_reason_error_string(code);
    return reason ? reason : "error " + std::to_string(code);
}

Result<std::shared_ptr<const CertificateBundle>> CertificateBundle::load(const CertificatePaths& paths, std::int64_t now_s,
                                                                         bool accept_expired) {
    ERR_clear_error();
    std::string text;
    auto bundle = std::make_shared<CertificateBundle>();
    auto file = open(paths.certificate, text);
    if (!file) return file.error();
    while (X509* next = PEM_read_bio_X509(file->get(), nullptr, noPassphrase, nullptr)) {
        if (bundle->leaf_) {
            bundle->chain_.emplace_back(next);
        } else {
            bundle->leaf_.reset(next);
        }
    }
    // The loop ends with "no start line" at the end of the file; anything else is a damaged certificate.
    const bool clean_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!clean_end) return wrong(paths.certificate, "damaged certificate (" + takeOpenSslError() + ")");
    ERR_clear_error();
    if (!bundle->leaf_) return wrong(paths.certificate, "holds no PEM certificate");

    auto key_file = open(paths.key, text);
    if (!key_file) return key_file.error();
    bundle->key_.reset(PEM_read_bio_PrivateKey(key_file->get(), nullptr, noPassphrase, nullptr));
    OPENSSL_cleanse(text.data(), text.size());
    if (!bundle->key_) return wrong(paths.key, "holds no readable private key (" + takeOpenSslError() + ")");
    if (X509_check_private_key(bundle->leaf_.get(), bundle->key_.get()) != 1) {
        ERR_clear_error();
        return wrong(paths.key, "does not belong to the certificate in " + paths.certificate);
    }
    if (!accept_expired && bundle->expired(now_s)) return wrong(paths.certificate, "the certificate has expired");
    return std::shared_ptr<const CertificateBundle>(std::move(bundle));
}

bool CertificateBundle::applyTo(SSL* ssl) const {
    STACK_OF(X509)* chain = sk_X509_new_null();
    for (const auto& certificate : chain_) sk_X509_push(chain, certificate.get());
    const bool done = SSL_use_cert_and_key(ssl, leaf_.get(), key_.get(), chain, 1) == 1;
    sk_X509_free(chain);
    return done;
}

bool CertificateBundle::expired(std::int64_t now_s) const {
    time_t now = static_cast<time_t>(now_s);
    return X509_cmp_time(X509_get0_notAfter(leaf_.get()), &now) < 0;
}

std::string CertificateBundle::fingerprint() const {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (X509_digest(leaf_.get(), EVP_sha256(), digest, &size) != 1) return {};
    return hexEncode(std::string(digest, digest + size));
}

}  // namespace masthead::edge::tls
