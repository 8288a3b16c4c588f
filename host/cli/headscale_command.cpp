#include "host/cli/headscale_command.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "host/base/file.hpp"
#include "host/base/json.hpp"
#include "host/cli/log_setup.hpp"
#include "host/cli/owner.hpp"
#include "host/cli/progress.hpp"
#include "host/config/load.hpp"
#include "host/config/paths.hpp"
#include "host/headscale/releases/fetch.hpp"
#include "host/headscale/releases/library.hpp"
#include "host/headscale/releases/locate.hpp"
#include "host/headscale/releases/run_version.hpp"
#include "host/headscale/releases/version.hpp"

namespace masthead::cli {
namespace {

namespace releases = headscale::releases;

int failed(const releases::Failure& failure) {
    std::fprintf(stderr, "masthead: %s\n%s\n", failure.message.c_str(), failure.remedy.c_str());
    return 1;
}

void sayNext(const config::Config& config, const std::string& version) {
    if (!config.headscale.binary.empty())
        std::printf("headscale.binary in %s still comes first; remove it there to use this one.\n", config.file.c_str());
    if (config.headscale.source == "demo")
        std::printf("headscale.source in %s is demo; set it to auto to use this one.\n", config.file.c_str());
    if (config.headscale.version_given && config.headscale.version != version) {
        std::printf("Set headscale.version to %s in %s to use it; it is %s there.\n", version.c_str(), config.file.c_str(),
                    config.headscale.version.c_str());
    }
    std::printf("`masthead restart headscale` starts it.\n");
}

int fetch(const config::Config& config, const Arguments& arguments, releases::Library& library) {
    const std::string asked = releases::bareVersion(arguments.option("--version"));
    const std::string version = asked.empty() ? config.headscale.version : asked;
    if (!releases::supported(version)) return fail("headscale " + version + " is not supported; use 0.28, 0.29 or 0.30");
    const bool pinned = version == config.headscale.version;
    if (auto failure = releases::fetch({config.headscale.release_url, version, pinned ? config.headscale.release_sha256 : ""},
                                       library, printProgress))
        return failed(*failure);
    if (auto set = library.setCurrent(version); !set) return fail(set.error().message);
    std::printf("headscale %s is in %s\n", version.c_str(), config::Paths(config).versionBinary(version).c_str());
    sayNext(config, version);
    return 0;
}

int use(const config::Config& config, const Arguments& arguments, releases::Library& library) {
    if (arguments.rest.size() != 2) return misused("say which file: masthead headscale use FILE [--version V]");
    if (const std::string& file = arguments.rest[1]; ::access(file.c_str(), R_OK) != 0 && errno == EACCES)
        return fail(file + " cannot be read by the owner of " + config.data_dir +
                    "; put it where that user may read it, such as /tmp");
    releases::Failure failure;
    const auto adopted = library.adopt(arguments.rest[1], releases::bareVersion(arguments.option("--version")), failure);
    if (!adopted) return failed(failure);
    std::printf("headscale %s is in %s\n", adopted->version.c_str(), adopted->path.c_str());
    sayNext(config, adopted->version);
    return 0;
}

void printRow(const std::string& source, const std::string& path, const std::string& note) {
    const auto printed = releases::runVersion(path);
    std::printf("%-9s %-14s %s%s\n", source.c_str(), printed ? printed->c_str() : "broken", path.c_str(), note.c_str());
    if (!printed) std::printf("          %s\n", printed.error().message.c_str());
}

int list(const config::Config& config, const releases::Library& library) {
    const auto& h = config.headscale;
    const config::Paths paths(config);
    const auto run_text = readFile(paths.headscaleRun());
    const auto run = run_text ? parseJson(*run_text, kLocalJson) : Result<Json>(Json());
    const std::string running = run ? run->text("binary") : std::string();
    const auto note = [&](const std::string& path) { return path == running ? std::string("  (prepared last)") : std::string(); };
    if (!h.binary.empty()) printRow("config", h.binary, note(h.binary));
    for (const auto& installed : library.list()) printRow("versions", installed.path, note(installed.path));
    if (fileExists(h.system_path)) printRow("system", h.system_path, note(h.system_path));
    if (const std::string demo = config::siblingExecutable("headscale-demo"); !demo.empty()) printRow("demo", demo, note(demo));
    std::printf("wanted: %s\n",
                h.source == "demo" ? "the stand-in (headscale.source: demo)" : releases::wantedVersion(config, library).c_str());
    return 0;
}

int run(const Arguments& arguments) {
    const std::string action = arguments.rest.empty() ? std::string() : arguments.rest.front();
    if (action != "fetch" && action != "use" && action != "list")
        return misused("say what to do: masthead headscale fetch [--version V] | use FILE | list");
    const auto config = config::loadConfig(arguments.config);
    if (!config) return fail(config.error().message);
    setUpLog(*config, "masthead");
    const config::Paths paths(*config);
    releases::Library library(paths);
    if (action == "list") return list(*config, library);
    if (auto made = ensureDirectory(paths.dataDir(), 0700); !made) return fail(made.error().message);
    if (auto owner = becomeOwner(paths.dataDir()); !owner) return fail(owner.error().message);
    if (auto made = ensureDirectory(paths.versionsDir(), 0755); !made) return fail(made.error().message);
    return action == "fetch" ? fetch(*config, arguments, library) : use(*config, arguments, library);
}

}  // namespace

Command headscaleCommand() {
    return {"headscale",
            "fetch [--version V] | use FILE [--version V] | list",
            "download and verify a release, adopt a program you have, or list what is there",
            "The headscale program",
            {{"--version"}, {}},
            run};
}

}  // namespace masthead::cli
