// `masthead console`: the process that the supervisor starts. Returns the exit code.
//
// Arguments: [console] --config FILE. Blocks the termination signals before anything starts a thread; leaves on SIGTERM,
// SIGINT, a drain line, or when the control socket ends.
#pragma once

namespace masthead::console {

int run(int argc, char** argv);

}  // namespace masthead::console
