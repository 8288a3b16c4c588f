#include "host/cli/prepare/self_signed.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "host/base/encoding.hpp"
#include "host/base/file.hpp"
#include "host/base/random.hpp"
#include "host/config/values.hpp"

namespace masthead::cli {
namespace {

constexpr long kDay = 24L * 3600;
constexpr long kValidDays = 365;
constexpr long kRenewDays = 30;

template <auto Free>
struct Freer {
    template <typename T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
using Certificate = std::unique_ptr<X509, Freer<&::X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<&::EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Freer<&::BIO_free_all>>;

Error tlsError(const std::string& what) {
    char text[256] = "unknown error";
    if (const unsigned long code = ::ERR_get_error(); code != 0) ::ERR_error_string_n(code, text, sizeof text);
    ::ERR_clear_error();
    return Error{Code::Internal, what + ": " + text};
}

std::string alternativeNames(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names)
        out += (out.empty() ? "" : ",") + std::string(config::isIpLiteral(name) ? "IP:" : "DNS:") + name;
    return out;
}

bool addExtension(X509* certificate, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Freer<&::X509_EXTENSION_free>> extension(
        ::X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
    return extension && ::X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool setSerial(X509* certificate) {
    std::string bytes = randomBytes(16);
    bytes[0] = static_cast<char>((bytes[0] & 0x3f) | 0x40);  // positive, and never shorter
    const std::unique_ptr<BIGNUM, Freer<&::BN_free>> number(
        ::BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
    return number && ::BN_to_ASN1_INTEGER(number.get(), ::X509_get_serialNumber(certificate)) != nullptr;
}

Certificate makeCertificate(EVP_PKEY* key, const std::vector<std::string>& names, std::time_t now) {
    Certificate certificate(::X509_new());
    if (!certificate) return nullptr;
    X509_NAME* subject = ::X509_get_subject_name(certificate.get());
    const std::string common = names.front().substr(0, 64);
    const auto* bytes = reinterpret_cast<const unsigned char*>(common.c_str());
    // An hour of slack for clients whose clock is behind.
    const std::time_t start = now - 3600;
    bool good = ::X509_set_version(certificate.get(), 2) == 1 && setSerial(certificate.get()) &&
                ::ASN1_TIME_set(::X509_getm_notBefore(certificate.get()), start) != nullptr &&
                ::ASN1_TIME_set(::X509_getm_notAfter(certificate.get()), start + kValidDays * kDay) != nullptr &&
                ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes, -1, -1, 0) == 1 &&
                ::X509_set_issuer_name(certificate.get(), subject) == 1 && ::X509_set_pubkey(certificate.get(), key) == 1;
    good = good && addExtension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
           addExtension(certificate.get(), NID_key_usage, "critical,digitalSignature") &&
           addExtension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
           addExtension(certificate.get(), NID_subject_alt_name, alternativeNames(names)) &&
           ::X509_sign(certificate.get(), key, ::EVP_sha256()) > 0;
    return good ? std::move(certificate) : nullptr;
}

std::string pemOf(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

bool covers(X509* certificate, const std::string& name) {
    if (config::isIpLiteral(name)) return ::X509_check_ip_asc(certificate, name.c_str(), 0) == 1;
    return ::X509_check_host(certificate, name.c_str(), name.size(), 0, nullptr) == 1;
}

/// Empty when the pair on disk will do.
std::string whyNot(const std::string& certificate_path, const std::string& key_path, const std::vector<std::string>& names,
                   std::time_t now) {
    const auto certificate_text = readFile(certificate_path, 65536);
    const auto key_text = readFile(key_path, 65536);
    if (!certificate_text || !key_text) return "there was none";
    const Bio certificate_bio(::BIO_new_mem_buf(certificate_text->data(), static_cast<int>(certificate_text->size())));
    const Bio key_bio(::BIO_new_mem_buf(key_text->data(), static_cast<int>(key_text->size())));
    const Certificate certificate(::PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
    const Key key(::PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
    ::ERR_clear_error();
    if (!certificate || !key) return "the former one was unreadable";
    if (::X509_check_private_key(certificate.get(), key.get()) != 1) return "the former key did not fit its certificate";
    std::time_t soon = now + kRenewDays * kDay;
    if (::X509_cmp_time(::X509_get0_notAfter(certificate.get()), &soon) < 0) return "the former one ends within 30 days";
    if (!std::all_of(names.begin(), names.end(), [&](const auto& name) { return covers(certificate.get(), name); }))
        return "the names changed";
    return {};
}

}  // namespace

Result<SelfSigned> ensureSelfSigned(const std::string& certificate_path, const std::string& key_path,
                                    const std::vector<std::string>& names, const Clock& clock) {
    const auto now = static_cast<std::time_t>(clock.wallMs() / 1000);
    SelfSigned out;
    out.reason = whyNot(certificate_path, key_path, names, now);
    if (out.reason.empty()) return out;
    const Key key(::EVP_EC_gen("P-256"));
    if (!key) return tlsError("making an ECDSA key");
    const Certificate certificate = makeCertificate(key.get(), names, now);
    if (!certificate) return tlsError("making a self-signed certificate for " + names.front());
    const Bio key_bio(::BIO_new(::BIO_s_mem()));
    const Bio certificate_bio(::BIO_new(::BIO_s_mem()));
    if (::PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
        ::PEM_write_bio_X509(certificate_bio.get(), certificate.get()) != 1) {
        return tlsError("writing the self-signed pair");
    }
    // Between the two writes the pair does not fit; a crash there is noticed and mended at the next start.
    if (auto written = writeFileAtomic(key_path, pemOf(key_bio.get()), 0600); !written) return std::move(written).error();
    if (auto written = writeFileAtomic(certificate_path, pemOf(certificate_bio.get()), 0644); !written)
        return std::move(written).error();
    out.made = true;
    return out;
}

}  // namespace masthead::cli
