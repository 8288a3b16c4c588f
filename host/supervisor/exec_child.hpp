// The step between posix_spawn and the child's program: asks the kernel to kill this process when the supervisor dies,
// makes sure the supervisor did not die before that, sets umask and limits, and becomes the program.
#pragma once

namespace masthead::supervisor {

/// argv: [self, "--exec-child", <parent pid>, <two flag letters>, <program>, arguments...]. Returns an exit code on failure only:
/// 127 when the program is missing, 126 when it cannot be run, 125 when the parent is gone or the arguments are wrong.
int execChild(int argc, char** argv);

}  // namespace masthead::supervisor
