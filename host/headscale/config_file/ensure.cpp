#include "host/headscale/config_file/ensure.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "host/base/encoding.hpp"
#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/config/values.hpp"
#include "host/headscale/config_file/edit.hpp"
#include "host/headscale/config_file/generate.hpp"
#include "host/headscale/config_file/ports.hpp"
#include "host/headscale/config_file/tree.hpp"

namespace masthead::headscale::config_file {
namespace {

constexpr unsigned kKeptVersions = 50;

Error within(const Files& files, Error error) { return std::move(error).within(files.config()); }

std::string loopback(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

Result<std::string> chooseStun(const std::string& wanted) {
    const auto listen = config::parseListen(wanted);
    if (!listen) return std::move(listen).error();
    if (listen->port != 0 && udpPortFree(listen->address, listen->port)) return wanted;
    const std::uint16_t port = freeUdpPort(listen->address);
    if (port == 0) return Error{Code::ResourceExhausted, "no free UDP port for STUN on " + listen->address};
    const std::string chosen = config::formatListen({listen->address, port});
    if (listen->port != 0)
        log::warning("the STUN port is taken; another one was chosen", {{"wanted", wanted}, {"chosen", chosen}});
    return chosen;
}

Result<Ensured> generateNew(const config::Config& config, const Files& files, int minor) {
    Settings s;
    s.minor = minor;
    s.server_url = config.public_url;
    const std::uint16_t http = freeTcpPort();
    const std::uint16_t metrics = freeTcpPort(http);
    if (http == 0 || metrics == 0)
        return Error{Code::ResourceExhausted, "no free loopback port for headscale between 20000 and 32000"};
    s.http = loopback(http);
    s.metrics = loopback(metrics);
    s.socket = files.socket();
    s.database = files.database();
    s.noise_key = files.noiseKey();
    s.derp_key = files.derpKey();
    s.network = config.headscale.network;
    auto stun = chooseStun(s.network.derp_stun_listen);
    if (!stun) return std::move(stun).error();
    s.network.derp_stun_listen = *stun;
    if (auto written = replaceConfig(files, generate(s)); !written) return std::move(written).error();
    return Ensured{files.config(), s.http, s.metrics, s.socket, true, false, {}, {}};
}

/// The values Masthead owns, put right one by one in the text.
class Owner {
public:
    Owner(std::string initial, const Files& files) : text(std::move(initial)), files_(files) {}

    std::string text;
    std::vector<std::string> changed;

    Result<std::string> current(const char* key) const {
        auto value = getValue(text, keyPath(key));
        if (!value) return std::move(value).error();
        if (!value->has_value() || !(*value)->isString()) return std::string();
        return (*value)->asString();
    }
    Status own(const char* key, const std::string& value) {
        auto edited = setValue(text, keyPath(key), Json(value));
        if (!edited) return within(files_, std::move(edited).error());
        text = std::move(*edited);
        changed.push_back(key);
        return {};
    }
    Result<std::string> ownExactly(const char* key, const std::string& value) {
        auto now = current(key);
        if (!now) return now;
        if (*now != value) {
            if (auto done = own(key, value); !done) return std::move(done).error();
        }
        return value;
    }
    /// A loopback address with a port that nobody else holds; `running` tells that headscale itself may hold it.
    Result<std::string> ownPort(const char* key, std::uint16_t not_this, bool running) {
        auto now = current(key);
        if (!now) return now;
        const auto listen = config::parseListen(*now);
        const bool fine = listen && config::isLoopback(listen->address) && listen->port != 0 && listen->port != not_this;
        if (fine && (running || tcpPortFree(listen->address, listen->port))) return now;
        const std::uint16_t port = freeTcpPort(not_this);
        if (port == 0) return Error{Code::ResourceExhausted, "no free loopback port for headscale between 20000 and 32000"};
        log::warning("headscale gets another address", {{"key", key},
                                                        {"from", *now},
                                                        {"to", loopback(port)},
                                                        {"reason", fine ? "port taken" : "must be a loopback address"}});
        if (auto done = own(key, loopback(port)); !done) return std::move(done).error();
        return loopback(port);
    }

private:
    const Files& files_;
};

std::vector<std::string> contradictions(const std::string& text) {
    std::vector<std::string> out;
    const auto value = [&](const char* key) {
        auto found = getValue(text, keyPath(key));
        return found && found->has_value() ? **found : Json();
    };
    if (value("grpc_allow_insecure").asBool())
        out.emplace_back("grpc_allow_insecure opens headscale's remote API without encryption");
    if (!value("tls_cert_path").asString().empty())
        out.emplace_back("tls_cert_path makes headscale speak TLS, but Masthead speaks plain HTTP to it on loopback");
    if (!value("tls_letsencrypt_hostname").asString().empty())
        out.emplace_back("tls_letsencrypt_hostname makes headscale speak TLS; certificates belong in server.tls");
    if (value("policy.mode").isString() && value("policy.mode").asString() != "database")
        out.emplace_back("policy.mode is not database: the console cannot change the policy");
    return out;
}

bool differsFromLastWritten(const Files& files, const std::string& text) {
    const auto state = readFile(files.state(), 4096);
    const auto json = state ? parseJson(*state, kLocalJson) : Result<Json>(Error{});
    return json.ok() && json->text("written") != sha256Hex(text);
}

}  // namespace

Status replaceConfig(const Files& files, const std::string& text) {
    if (auto former = readFile(files.config(), kMaxConfigBytes); former.ok()) {
        unsigned highest = 0;
        const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(files.directory.c_str()), &::closedir);
        while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
            constexpr std::string_view kPrefix = "config.yaml.";
            const std::string_view name = entry->d_name;
            if (name.substr(0, kPrefix.size()) != kPrefix) continue;
            if (const auto number = parseUnsigned<unsigned>(name.substr(kPrefix.size()))) highest = std::max(highest, *number);
        }
        const std::string base = files.config() + ".";
        if (auto kept = writeFileAtomic(base + std::to_string(highest + 1), *former, 0600); !kept) return kept;
        if (highest + 1 > kKeptVersions) ::unlink((base + std::to_string(highest + 1 - kKeptVersions)).c_str());
    }
    // The hash first: after a crash between the two the file looks edited by hand, which only costs a notice.
    const Json state = Json::object({{"written", sha256Hex(text)}});
    if (auto written = writeFileAtomic(files.state(), state.dump() + "\n", 0600); !written) return written;
    return writeFileAtomic(files.config(), text, 0600);
}

Result<Ensured> ensureConfig(const config::Config& config, const Files& files, int minor) {
    if (auto made = ensureDirectory(files.directory, 0700, true); !made) return std::move(made).error();
    if (auto made = ensureDirectory(files.socketDir(), 0700, true); !made) return std::move(made).error();
    auto text = readFile(files.config(), kMaxConfigBytes);
    if (!text && text.error().code == Code::NotFound) return generateNew(config, files, minor);
    if (!text) return std::move(text).error();

    Owner owner(*text, files);
    Ensured out;
    out.config = files.config();
    out.drifted = differsFromLastWritten(files, *text);
    const bool running = socketAnswers(files.socket());
    auto url = owner.ownExactly("server_url", config.public_url);
    if (!url) return within(files, std::move(url).error());
    auto http = owner.ownPort("listen_addr", 0, running);
    if (!http) return within(files, std::move(http).error());
    auto metrics = owner.ownPort("metrics_listen_addr", config::parseListen(*http)->port, running);
    if (!metrics) return within(files, std::move(metrics).error());
    auto socket = owner.ownExactly("unix_socket", files.socket());
    if (!socket) return within(files, std::move(socket).error());
    if (owner.text != *text) {
        if (auto written = replaceConfig(files, owner.text); !written) return std::move(written).error();
    }
    out.http = *http;
    out.metrics = *metrics;
    out.socket = *socket;
    out.changed = std::move(owner.changed);
    out.warnings = contradictions(owner.text);
    return out;
}

}  // namespace masthead::headscale::config_file
