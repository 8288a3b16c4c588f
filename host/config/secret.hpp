// References to secrets in the configuration: `file:/path`, `env:NAME` or `credential:name` (systemd).
// The value itself never stands in masthead.yaml and is never logged. Thread-safe as far as getenv is.
#pragma once

#include <string>

#include "host/base/result.hpp"

namespace masthead::config {

struct SecretReference {
    enum class From { File, Environment, Credential };
    From from = From::File;
    std::string name;
};

Result<SecretReference> parseSecretReference(const std::string& text);
/// The secret, without a trailing newline. The error names the reference, never the content.
Result<std::string> resolveSecret(const SecretReference& reference);

}  // namespace masthead::config
