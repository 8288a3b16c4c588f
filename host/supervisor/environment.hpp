// The environment of children: an allowlist, so that nothing of the operator's shell reaches headscale by accident.
// Pure functions on "NAME=value" lists.
#pragma once

#include <string>
#include <vector>

namespace masthead::supervisor {

enum class EnvironmentFor { OurOwn, Headscale };

/// PATH, LANG, LC_ALL, TZ, HOME, TMPDIR, SSL_CERT_FILE, SSL_CERT_DIR; our own programs also get CREDENTIALS_DIRECTORY
/// and MASTHEAD_*, headscale only MASTHEAD_DEMO_* (for the stand-in). HEADSCALE_* and TS_* never pass.
std::vector<std::string> allowedEnvironment(const std::vector<std::string>& given, EnvironmentFor whom);

std::vector<std::string> currentEnvironment();

}  // namespace masthead::supervisor
