#include "host/headscale/releases/locate.hpp"

#include <unistd.h>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/headscale/releases/run_version.hpp"
#include "host/headscale/releases/version.hpp"

namespace masthead::headscale::releases {
namespace {

constexpr const char* kSupported = "This Masthead runs headscale 0.28, 0.29 and 0.30.";

/// Tries the program and settles its version; `known` is what the surroundings say it is, when they do.
std::optional<Program> tryProgram(const std::string& path, const std::string& source, const std::string& known,
                                  Failure& failure) {
    const auto printed = runVersion(path);
    if (!printed) {
        failure = {"binary-broken", printed.error().message, "Replace it, or run `masthead headscale fetch`."};
        return std::nullopt;
    }
    Program out{path, source, bareVersion(*printed), *printed, false, ""};
    if (*printed == "dev") {
        if (known.empty()) {
            failure = {"version-unsupported", path + " tells only \"dev\" as its version",
                       "Set headscale.version to the version it was built from."};
            return std::nullopt;
        }
        out.version = known;
    } else if (!known.empty() && bareVersion(*printed) != known) {
        log::warning("headscale is another version than expected", {{"path", path}, {"expected", known}, {"printed", *printed}});
    }
    if (!supported(out.version)) {
        failure = {"version-unsupported", path + " is headscale " + out.version + ", which is not supported", kSupported};
        return std::nullopt;
    }
    return out;
}

std::optional<Program> demoProgram(const config::Config& config, Failure& failure) {
    const std::string path = config::siblingExecutable("headscale-demo");
    if (path.empty()) {
        failure = {"binary-missing",
                   "headscale.source is demo, but headscale-demo lies neither beside this program nor in ../lib/masthead",
                   "Install or build headscale-demo."};
        return std::nullopt;
    }
    const std::string version = config.headscale.demo.api == "0.30" ? "0.30.0" : "0.29.2";
    return Program{path, "demo", version, "v" + version + "-demo", true, ""};
}

std::optional<Program> realProgram(const config::Config& config, const config::Paths& paths, const Attempt& attempt,
                                   Failure& failure) {
    const auto& h = config.headscale;
    Library library(paths);
    const std::string told = h.version_given ? h.version : std::string();
    if (!h.binary.empty()) {
        if (!fileExists(h.binary)) {
            failure = {"binary-missing", "headscale.binary names " + h.binary + ", and there is no such file",
                       "Correct headscale.binary, or remove it to have a release downloaded."};
            return std::nullopt;
        }
        return tryProgram(h.binary, "config", told, failure);
    }
    const std::string wanted = wantedVersion(config, library);
    if (!supported(wanted)) {
        failure = {"version-unsupported", "headscale.version is " + wanted + ", which is not supported", kSupported};
        return std::nullopt;
    }
    if (const auto installed = library.find(wanted)) return tryProgram(installed->path, "versions", wanted, failure);
    if (!h.system_path.empty() && fileExists(h.system_path)) {
        Failure why;
        if (auto found = tryProgram(h.system_path, "system", told, why)) return found;
        log::warning("the system's headscale is passed over", {{"path", h.system_path}, {"reason", why.message}});
    }
    if (!attempt.failed_lately.empty()) {
        failure = {"binary-missing", attempt.failed_lately, "`masthead headscale fetch` tries again at once."};
        return std::nullopt;
    }
    log::info("downloading headscale", {{"version", wanted}, {"from", h.release_url}});
    if (auto failed = fetch({h.release_url, wanted, h.release_sha256}, library, attempt.progress)) {
        failure = std::move(*failed);
        return std::nullopt;
    }
    return tryProgram(paths.versionBinary(wanted), "release", wanted, failure);
}

}  // namespace

std::string wantedVersion(const config::Config& config, const Library& library) {
    if (config.headscale.version_given) return config.headscale.version;
    const std::string adopted = library.current();
    return adopted.empty() ? config.headscale.version : adopted;
}

std::optional<Program> locate(const config::Config& config, const config::Paths& paths, const Attempt& attempt,
                              Failure& failure) {
    if (config.headscale.source == "demo") return demoProgram(config, failure);
    auto found = realProgram(config, paths, attempt, failure);
    // A program that was named and is broken is the operator's to mend; only "none to be had" falls back, and only in a trial.
    const bool none = failure.error_class == "binary-missing" || failure.error_class == "download-corrupt";
    if (found || !config.trial || !none || !config.headscale.binary.empty()) return found;
    Failure no_demo;
    auto demo = demoProgram(config, no_demo);
    if (!demo) return std::nullopt;
    demo->fallback = failure.message;
    log::warning("no headscale release could be had: the stand-in headscale-demo runs instead, and nothing it shows is real",
                 {{"reason", failure.message}, {"remedy", failure.remedy}});
    return demo;
}

}  // namespace masthead::headscale::releases
