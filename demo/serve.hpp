// `headscale-demo serve`: everything started in headscale's order, run until a signal, stopped in order.
#pragma once

#include "demo/demo_config.hpp"
#include "demo/options.hpp"

namespace masthead::demo {

/// The process's exit code; problems are logged.
int serve(const Options& options, const DemoConfig& config);
/// Creates what serve would create (keys, state file) and loads the policy; binds nothing.
Status configTest(const Options& options, const DemoConfig& config);

}  // namespace masthead::demo
