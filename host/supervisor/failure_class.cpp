#include "host/supervisor/failure_class.hpp"

#include <csignal>
#include <string_view>

#include "host/base/text.hpp"

namespace masthead::supervisor {
namespace {

struct Sign {
    std::string_view text;  // lower case
    const char* failure_class;
    const char* remedy;
};

// Order matters: the first sign found in any line decides, so the specific ones stand before the general.
constexpr Sign kSigns[] = {
    {"address already in use", "port-in-use", "stop the program that holds the port, or choose another one"},
    {"database disk image is malformed", "db-corrupt", "restore a backup of the database"},
    {"file is not a database", "db-corrupt", "restore a backup of the database"},
    {"schema does not match", "db-corrupt", "remove foreign tables, indexes and columns from the database, or restore a backup"},
    {"validating schema", "db-corrupt", "remove foreign tables, indexes and columns from the database, or restore a backup"},
    {"downgrade not supported", "db-newer-than-binary",
     "run the version that last used this database, or restore a backup made before the upgrade"},
    {"major version change not supported", "db-newer-than-binary", "run the version that last used this database"},
    {"upgrade not supported", "db-too-old", "upgrade headscale one minor version at a time"},
    {"out of memory", "oom", "give the machine or the service more memory"},
    {"std::bad_alloc", "oom", "give the machine or the service more memory"},
    {"permission denied", "permission", "check owner and mode of the file named in the message"},
    {"operation not permitted", "permission", "check owner, mode and capabilities"},
    {"fatal config error", "config-invalid", "correct the setting named in the message"},
    {"fatal error reading config", "config-invalid", "correct the configuration file"},
    {"error loading config", "config-invalid", "correct the configuration file"},
    {"loading configuration", "config-invalid", "correct the configuration file"},
    {"while parsing config", "config-invalid", "correct the configuration file"},
    {"unknown key", "config-invalid", "correct the configuration file"},
};

Reason make(const char* failure_class, const std::string& child, const std::string& what, const std::string& remedy) {
    return Reason{failure_class, child + ": " + what + "; " + remedy};
}

}  // namespace

std::optional<Reason> classifyFailure(const std::string& child, const ExitInfo& exit, const std::vector<std::string>& lines) {
    const std::string last = lines.empty() ? std::string() : lines.back();
    if (!exit.by_signal && exit.number == 127)
        return make("binary-missing", child, last, "install it, or name the right program in the configuration");
    if (!exit.by_signal && exit.number == 126)
        return make("permission", child, last, "the program must be executable for this user and this machine");
    if (!exit.by_signal && exit.number == 0) return std::nullopt;
    for (const auto& sign : kSigns) {
        // What kills a process is not what its last lines complain of, except when it wanted more memory than there is.
        if (exit.by_signal && std::string_view(sign.failure_class) != "oom") continue;
        for (const auto& line : lines) {
            if (lowerAscii(line).find(sign.text) != std::string::npos) return make(sign.failure_class, child, line, sign.remedy);
        }
    }
    return std::nullopt;
}

int portInMessage(const std::string& line) {
    const auto end = line.find(": bind");
    if (end == std::string::npos) return 0;
    const auto colon = line.rfind(':', end - 1);
    if (colon == std::string::npos) return 0;
    return parseUnsigned<std::uint16_t>(std::string_view(line).substr(colon + 1, end - colon - 1)).value_or(0);
}

}  // namespace masthead::supervisor
