#include "host/cli/doctor_command.hpp"

#include <netdb.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdio>

#include "host/base/file.hpp"
#include "host/base/json.hpp"
#include "host/config/load.hpp"
#include "host/config/paths.hpp"
#include "host/config/public_url.hpp"
#include "host/config/values.hpp"
#include "host/headscale/config_file/ensure.hpp"
#include "host/headscale/config_file/ports.hpp"
#include "host/headscale/config_file/tree.hpp"
#include "host/headscale/releases/locate.hpp"
#include "host/headscale/releases/run_version.hpp"
#include "host/headscale/releases/version.hpp"
#include "host/supervisor/control_client.hpp"

namespace masthead::cli {
namespace {

namespace releases = headscale::releases;

class Doctor {
public:
    explicit Doctor(const config::Config& config) : config_(config), paths_(config) {}

    int run() {
        checkHost();
        checkDataDir();
        checkName();
        checkTls();
        checkListeners();
        checkProgram();
        checkHeadscaleConfig();
        std::printf("%d problem%s found\n", problems_, problems_ == 1 ? "" : "s");
        return problems_ == 0 ? 0 : 1;
    }

private:
    static void good(const std::string& what) { std::printf("ok       %s\n", what.c_str()); }
    void bad(const std::string& what, const std::string& remedy) {
        ++problems_;
        std::printf("PROBLEM  %s\n         %s\n", what.c_str(), remedy.c_str());
    }

    void checkHost() {
        const auto answer = supervisor::controlRequest(paths_.supervisorSocket(), Json::object({{"cmd", "status"}}));
        running_ = answer.ok();
        if (!running_) {
            std::printf("note     no host is running on %s\n", paths_.dataDir().c_str());
            return;
        }
        for (const auto& child : (*answer)["children"].items()) {
            const std::string& state = child.text("state");
            if (state == "ready") {
                good(child.text("name") + " is ready");
            } else {
                bad(child.text("name") + " is " + state +
                        (child["reason"].isObject() ? ": " + child["reason"].text("message") : ""),
                    "`masthead logs " + child.text("name") + "` shows why.");
            }
        }
    }
    void checkDataDir() {
        struct stat info {};
        const std::string& path = paths_.dataDir();
        if (::stat(path.c_str(), &info) != 0)
            return bad("data_dir " + path + " is not there", "The first `masthead serve` makes it; its parent must be writable.");
        if ((info.st_mode & 077) != 0) bad("data_dir " + path + " can be read by others", "chmod 700 " + path);
        if (::access(path.c_str(), W_OK) != 0)
            bad("data_dir " + path + " is not writable for this user", "Run as the user Masthead runs as, or correct the owner.");
        struct statvfs space {};
        if (::statvfs(path.c_str(), &space) != 0) return;
        const std::uint64_t free_mib = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize >> 20;
        if (free_mib < 512)
            return bad("only " + std::to_string(free_mib) + " MiB are free below " + path,
                       "Make room: headscale and backups need some.");
        good(path + " has " + std::to_string(free_mib) + " MiB free");
    }
    void checkName() {
        const auto url = config::parsePublicUrl(config_.public_url);
        if (!url || config::isIpLiteral(url->host)) return;
        addrinfo* found = nullptr;
        const int code = ::getaddrinfo(url->host.c_str(), nullptr, nullptr, &found);
        if (found) ::freeaddrinfo(found);
        if (code != 0)
            return bad("the name " + url->host + " of public_url cannot be resolved: " + ::gai_strerror(code),
                       "Add it to DNS, pointing at this host.");
        good(url->host + " resolves");
    }
    void checkTls() {
        const auto& tls = config_.server.tls;
        if (tls.certificate.empty()) {
            if (!config_.trial)
                bad("no certificate is configured: clients refuse the self-signed one",
                    "Set server.tls.certificate and server.tls.key.");
            return;
        }
        for (const auto& path : {tls.certificate, tls.key}) {
            if (::access(path.c_str(), R_OK) != 0)
                bad(path + " cannot be read", "Correct server.tls or the file's owner and mode.");
        }
    }
    void checkListeners() {
        if (running_) return;
        for (const auto& listen : config_.server.listen) {
            if (listen.port == 0 || headscale::config_file::tcpPortFree(listen.address, listen.port)) continue;
            // serve goes on without it as well.
            if (listen.address.find(':') != std::string::npos && !headscale::config_file::tcpPortFree("::1", 0)) {
                std::printf("note     %s is passed over: this machine has no IPv6\n", config::formatListen(listen).c_str());
                continue;
            }
            bad(config::formatListen(listen) +
                    " cannot be listened on: another program holds it, or this user may not (ports below 1024)",
                "Stop the other program, choose another server.listen, or run through the systemd unit.");
        }
    }
    void checkProgram() {
        const auto& h = config_.headscale;
        const releases::Library library(paths_);
        std::string path = h.binary;
        if (h.source == "demo") path = config::siblingExecutable("headscale-demo");
        if (path.empty() && h.source != "demo") {
            const auto installed = library.find(releases::wantedVersion(config_, library));
            path = installed ? installed->path : h.system_path;
        }
        if (path.empty() || !fileExists(path)) {
            std::printf("note     no headscale program yet; the next start downloads %s from %s\n",
                        releases::wantedVersion(config_, library).c_str(), h.release_url.c_str());
            return;
        }
        const auto printed = releases::runVersion(path);
        if (!printed)
            return bad(printed.error().message, "`masthead headscale fetch`, or name another program in headscale.binary.");
        good(path + " runs (" + *printed + ")");
    }
    void checkHeadscaleConfig() {
        const bool demo = config_.headscale.source == "demo";
        const std::string path = headscale::config_file::Files{demo ? paths_.demoDir() : paths_.headscaleDir()}.config();
        const auto text = readFile(path);
        if (!text) return;
        const auto tree = headscale::config_file::parseTree(*text);
        if (!tree) return bad(path + ": " + tree.error().message, "Correct it by hand; former texts lie beside it.");
        good(path + " can be read");
    }

    const config::Config& config_;
    config::Paths paths_;
    bool running_ = false;
    int problems_ = 0;
};

int run(const Arguments& arguments) {
    const auto config = config::loadConfig(arguments.config);
    if (!config) return fail(config.error().message);
    std::printf("ok       %s is fine\n", config->file.c_str());
    return Doctor(*config).run();
}

}  // namespace

Command doctorCommand() { return {"doctor", "", "look for what commonly goes wrong, and say what to do", "Checking", {}, run}; }

}  // namespace masthead::cli
