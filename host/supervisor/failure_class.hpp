// Recognises a start that fails for a cause no restart will cure, from the exit and the last lines of the log.
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/supervisor/child_process.hpp"
#include "host/supervisor/state_machine.hpp"

namespace masthead::supervisor {

/// config-invalid, db-newer-than-binary, db-corrupt, port-in-use, permission, binary-missing or oom; nullopt when the
/// cause may pass by itself. The message quotes the line that told and says what to do.
std::optional<Reason> classifyFailure(const std::string& child, const ExitInfo& exit, const std::vector<std::string>& lines);

/// The port in "listen tcp 127.0.0.1:8080: bind: address already in use"; 0 when there is none.
int portInMessage(const std::string& line);

}  // namespace masthead::supervisor
