#include "host/config/secret.hpp"

#include <cstdlib>

#include "host/base/file.hpp"

namespace masthead::config {
namespace {

constexpr std::size_t kMaxSecretBytes = 64 * 1024;

Result<std::string> readSecretFile(const std::string& path) {
    auto content = readFile(path, kMaxSecretBytes);
    if (!content) return std::move(content).error().within("reading a secret");
    while (!content->empty() && (content->back() == '\n' || content->back() == '\r')) content->pop_back();
    if (content->empty()) return Error{Code::FailedPrecondition, "the secret file " + path + " is empty"};
    return content;
}

}  // namespace

Result<SecretReference> parseSecretReference(const std::string& text) {
    const auto colon = text.find(':');
    const std::string scheme = text.substr(0, colon);
    SecretReference out;
    if (colon != std::string::npos) out.name = text.substr(colon + 1);
    if (scheme == "file" && !out.name.empty() && out.name.front() == '/') {
        out.from = SecretReference::From::File;
    } else if (scheme == "env" && !out.name.empty()) {
        out.from = SecretReference::From::Environment;
    } else if (scheme == "credential" && !out.name.empty() && out.name.find('/') == std::string::npos) {
        out.from = SecretReference::From::Credential;
    } else {
        return Error{Code::InvalidArgument, "a secret is given by reference: file:/absolute/path, env:NAME or credential:name"};
    }
    return out;
}

Result<std::string> resolveSecret(const SecretReference& reference) {
    if (reference.from == SecretReference::From::File) return readSecretFile(reference.name);
    if (reference.from == SecretReference::From::Environment) {
        const char* value = std::getenv(reference.name.c_str());
        if (!value || !*value)
            return Error{Code::FailedPrecondition,
                         "the environment has no " + reference.name + " (secret reference env:" + reference.name + ")"};
        return std::string(value);
    }
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (!directory) return Error{Code::FailedPrecondition, "credential:" + reference.name + " needs systemd's LoadCredential="};
    return readSecretFile(joinPath(directory, reference.name));
}

}  // namespace masthead::config
