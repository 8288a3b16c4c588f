#include "host/edge/tls/reloader.hpp"

#include <sys/stat.h>

#include "host/base/log.hpp"

namespace masthead::edge::tls {

std::string Reloader::stamp() const {
    std::string out;
    for (const auto* path : {&paths_.certificate, &paths_.key}) {
        struct stat info {};
        if (::stat(path->c_str(), &info) != 0) {
            out += "-;";
            continue;
        }
        out += std::to_string(info.st_ino) + ',' + std::to_string(info.st_size) + ',' + std::to_string(info.st_mtim.tv_sec) + '.' +
               std::to_string(info.st_mtim.tv_nsec) + ';';
    }
    return out;
}

Status Reloader::reload() {
    seen_ = stamp();
    const bool first = !context_.current();
    const auto now_s = clock_.wallMs() / 1000;
    auto bundle = CertificateBundle::load(paths_, now_s, first);
    if (!bundle) {
        if (!first) log::warning("certificate not reloaded, the old one stays", {{"reason", bundle.error().message}});
        return bundle.error();
    }
    if ((*bundle)->expired(now_s)) log::warning("the certificate has expired", {{"file", paths_.certificate}});
    const auto fingerprint = (*bundle)->fingerprint();
    if (first || context_.current()->fingerprint() != fingerprint) {
        log::info(first ? "certificate loaded" : "certificate reloaded", {{"file", paths_.certificate}, {"sha256", fingerprint}});
    }
    context_.use(std::move(*bundle));
    return {};
}

void Reloader::poll() {
    if (stamp() != seen_) static_cast<void>(reload());
}

}  // namespace masthead::edge::tls
