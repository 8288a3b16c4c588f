// The enabled plugins as their files say, for the command line when no host runs. No code of a plugin is loaded.
#pragma once

#include "host/base/json.hpp"
#include "host/config/config.hpp"

namespace masthead::console::plugins {

/// The shape of GET /admin/api/v1/plugins; "state" is "stopped" for a plugin that could be loaded, else "refused".
Json listOffline(const config::Plugins& settings);

}  // namespace masthead::console::plugins
