// Compares a plugin's entry with the host and with its manifest. Pure functions. Each difference has a message of its own
// that names what was expected and what was found.
#pragma once

#include <masthead/abi.h>

#include "host/base/result.hpp"
#include "host/console/plugins/manifest.hpp"

namespace masthead::console::plugins {

/// "", "asan" or "tsan": what this host was built with.
const char* hostSanitizer();

Status checkEntry(const mh_entry& entry, const Manifest& manifest, const char* sanitizer = hostSanitizer());

/// The host knows every service the manifest needs and is new enough for its "sdk".
Status checkNeeds(const Manifest& manifest);

/// Sorted names that are declared but not bound, and the reverse.
Status compareBindings(const char* what, std::vector<std::string> declared, std::vector<std::string> bound);

}  // namespace masthead::console::plugins
