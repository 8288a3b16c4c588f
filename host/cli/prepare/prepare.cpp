#include "host/cli/prepare/prepare.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "host/base/file.hpp"
#include "host/base/json.hpp"
#include "host/base/log.hpp"
#include "host/cli/log_setup.hpp"
#include "host/cli/prepare/allowlist_check.hpp"
#include "host/cli/prepare/allowlist_file.hpp"
#include "host/cli/prepare/self_signed.hpp"
#include "host/cli/progress.hpp"
#include "host/config/load.hpp"
#include "host/config/public_url.hpp"
#include "host/headscale/config_file/edit.hpp"
#include "host/headscale/config_file/ensure.hpp"
#include "host/headscale/releases/locate.hpp"
#include "host/headscale/releases/version.hpp"

namespace masthead::cli {
namespace {

namespace releases = headscale::releases;
namespace config_file = headscale::config_file;
using releases::Failure;
using MaybeFailure = std::optional<Failure>;

Failure storage(const Error& error) {
    return {"storage", error.message,
            "Check owner, mode and free space of data_dir; it must belong to the user Masthead runs as."};
}

MaybeFailure makeDirectories(const config::Paths& paths) {
    for (const auto& path : {paths.dataDir(), paths.runDir()}) {
        if (auto made = ensureDirectory(path, 0700, true); !made) return storage(made.error());
    }
    for (const auto& path :
         {paths.keysDir(), paths.tlsDir(), paths.headscaleDir(), paths.pluginsDir(), paths.backupsDir(), paths.logsDir()}) {
        if (auto made = ensureDirectory(path, 0700); !made) return storage(made.error());
    }
    if (auto made = ensureDirectory(paths.versionsDir(), 0755); !made) return storage(made.error());
    return std::nullopt;
}

MaybeFailure prepareTls(const config::Config& config, const config::Paths& paths, const Clock& clock) {
    const auto& tls = config.server.tls;
    if (!tls.certificate.empty()) {
        for (const auto& path : {tls.certificate, tls.key}) {
            if (::access(path.c_str(), R_OK) != 0)
                log::warning(systemError("the configured TLS pair: reading " + path, errno).message);
        }
        return std::nullopt;
    }
    std::vector<std::string> names;
    if (const auto url = config::parsePublicUrl(config.public_url); url.ok()) names.push_back(url->host);
    if (config.trial) {
        for (const char* local : {"localhost", "127.0.0.1", "::1"}) {
            if (names.front() != local) names.emplace_back(local);
        }
    }
    const auto made = ensureSelfSigned(paths.tlsCertificate(), paths.tlsKey(), names, clock);
    if (!made)
        return Failure{"tls-invalid", made.error().message,
                       "Set server.tls.certificate and server.tls.key, or make data_dir/tls writable."};
    if (made->made) log::info("made a self-signed certificate", {{"name", names.front()}, {"reason", made->reason}});
    return std::nullopt;
}

Json runDocument(const config::Config& config, const releases::Program& program, const config_file::Ensured& ensured) {
    Json arguments = Json::array({"serve", "-c", ensured.config});
    if (program.demo) {
        const auto& demo = config.headscale.demo;
        for (const auto& [flag, value] : {std::pair{"--nodes", demo.nodes}, {"--users", demo.users}, {"--seed", demo.seed}}) {
            arguments.push(Json(flag));
            arguments.push(Json(std::to_string(value)));
        }
        arguments.push(Json("--api"));
        arguments.push(Json(demo.api));
    }
    Json out = Json::object({{"binary", program.path},
                             {"args", arguments},
                             {"source", program.source},
                             {"demo", program.demo},
                             {"version", program.version},
                             {"printed_version", program.printed_version},
                             {"http", ensured.http},
                             {"metrics", ensured.metrics},
                             {"socket", ensured.socket},
                             {"config", ensured.config},
                             {"config_edited_by_hand", ensured.drifted}});
    if (!program.fallback.empty()) out.set("fallback", program.fallback);
    Json warnings = Json::array();
    for (const auto& warning : ensured.warnings) warnings.push(Json(warning));
    out.set("warnings", warnings);
    return out;
}

/// The reason for which the stand-in was started in a trial within the last minutes; empty otherwise.
std::string recentFallback(const config::Config& config, const config::Paths& paths, const Clock& clock) {
    constexpr std::int64_t kRecentMs = 15 * 60 * 1000;
    struct stat info {};
    if (!config.trial || ::stat(paths.headscaleRun().c_str(), &info) != 0) return {};
    if (clock.wallMs() - static_cast<std::int64_t>(info.st_mtime) * 1000 > kRecentMs) return {};
    const auto text = readFile(paths.headscaleRun());
    const auto document = text ? parseJson(*text, kLocalJson) : Result<Json>(Json());
    return document ? document->text("fallback") : std::string();
}

/// Program, configuration and run/headscale.json; `version` and `config_path` tell what was found, for the allowlist.
MaybeFailure prepareHeadscale(const config::Config& config, const config::Paths& paths, const Clock& clock, std::string& version,
                              std::string& config_path) {
    Failure failure;
    const auto program = releases::locate(config, paths, {printProgress, recentFallback(config, paths, clock)}, failure);
    if (!program) return failure;
    version = program->version;
    const config_file::Files files{program->demo ? paths.demoDir() : paths.headscaleDir()};
    const auto ensured = config_file::ensureConfig(config, files, releases::minorNumber(program->version).value_or(29));
    if (!ensured) {
        const bool write = ensured.error().code == Code::PermissionDenied || ensured.error().code == Code::ResourceExhausted;
        if (write) return storage(ensured.error());
        return Failure{"headscale-config-invalid", ensured.error().message,
                       "Correct " + files.config() + " by hand; former texts lie beside it as config.yaml.1, .2 and so on."};
    }
    config_path = ensured->config;
    for (const auto& warning : ensured->warnings) log::warning("headscale's config.yaml: " + warning);
    for (const auto& key : ensured->changed) log::info("headscale's config.yaml was put right", {{"key", key}});
    if (ensured->drifted) log::info("headscale's config.yaml was edited by hand", {{"file", ensured->config}});
    const Json document = runDocument(config, *program, *ensured);
    if (auto written = writeFileAtomic(paths.headscaleRun(), document.pretty() + "\n", 0600); !written)
        return storage(written.error());
    log::info("headscale is prepared", {{"version", program->version}, {"source", program->source}, {"binary", program->path}});
    return std::nullopt;
}

MaybeFailure writeAllowlist(const config::Config& config, const config::Paths& paths, const std::string& version,
                            const std::string& config_path) {
    AllowlistInput input{config, version, true, false};
    if (const auto text = readFile(config_path); !config_path.empty() && text.ok()) {
        const auto derp = config_file::getValue(*text, config_file::keyPath("derp.server.enabled"));
        const auto issuer = config_file::getValue(*text, config_file::keyPath("oidc.issuer"));
        input.embedded_derp = derp.ok() && derp->has_value() && (*derp)->asBool();
        input.oidc = issuer.ok() && issuer->has_value() && !(*issuer)->asString().empty();
    }
    std::vector<std::string> warnings;
    const auto document = acceptableToEdge(makeAllowlist(input, warnings), warnings);
    for (const auto& warning : warnings) log::warning(warning);
    if (!document)
        return Failure{"config-invalid", document.error().message, "Correct public_url, server.extra_hosts or server.root."};
    if (auto written = writeFileAtomic(paths.allowlist(), document->pretty() + "\n", 0600); !written)
        return storage(written.error());
    return std::nullopt;
}

int finish(const MaybeFailure& failure) {
    if (!failure) return 0;
    const Json document =
        Json::object({{"class", failure->error_class}, {"message", failure->message}, {"remedy", failure->remedy}});
    std::printf("%s\n", document.dump().c_str());
    return 1;
}

}  // namespace

MaybeFailure prepare(const config::Config& config, const Clock& clock) {
    const config::Paths paths(config);
    if (auto failed = makeDirectories(paths)) return failed;
    const std::string lock_path = paths.runDir() + "/prepare.lock";
    UniqueFd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock) return storage(systemError("opening " + lock_path, errno));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return Failure{"storage", "another `masthead prepare` is at work on " + paths.dataDir(), "Wait until it is done."};
    if (auto failed = prepareTls(config, paths, clock)) return failed;

    std::string version = config.headscale.source == "demo" ? config.headscale.demo.api + ".0"
                                                            : releases::wantedVersion(config, releases::Library(paths));
    std::string config_path;
    // A first download takes minutes; edge and console start as soon as there is a list.
    if (!fileExists(paths.allowlist())) {
        if (auto failed = writeAllowlist(config, paths, version, config_path)) return failed;
    }
    const auto failed = prepareHeadscale(config, paths, clock, version, config_path);
    // Also without a headscale: the console must be reachable to show what is wrong. Clients get 503 then, not 404.
    const auto list_failed = writeAllowlist(config, paths, version, config_path);
    return failed ? failed : list_failed;
}

int runPrepare(const std::string& config_file) {
    const auto config = config::loadConfig(config_file);
    if (!config)
        return finish(Failure{"config-invalid", config.error().message, "Correct the file; `masthead check-config` checks it."});
    setUpLog(*config, "prepare");
    return finish(prepare(*config, SystemClock()));
}

}  // namespace masthead::cli
