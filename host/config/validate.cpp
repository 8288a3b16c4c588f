#include "host/config/validate.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/text.hpp"
#include "host/config/paths.hpp"
#include "host/config/public_url.hpp"
#include "host/config/secret.hpp"
#include "host/config/sso.hpp"
#include "host/config/values.hpp"

namespace masthead::config {
namespace {

using Problems = std::vector<Problem>;

// What edge sends on as a Location; escapes are checked there.
constexpr const char* kUrlBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?#%";

bool isPluginId(std::string_view id) {
    return !id.empty() && id.size() <= 64 && id.front() >= 'a' && id.front() <= 'z' &&
           id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

bool isSha256(const std::string& text) { return text.size() == 64 && hexDecode(lowerAscii(text)).has_value(); }

void checkPublicUrl(const Config& c, Problems& out) {
    if (c.public_url.empty()) {
        out.push_back(
            {"public_url",
             "is required: the address under which clients and browsers reach this host, such as https://vpn.example.org"});
        return;
    }
    const auto url = parsePublicUrl(c.public_url);
    if (!url) {
        out.push_back({"public_url", url.error().message});
        return;
    }
    // headscale refuses to start when clients would look for the server inside the tailnet's own DNS zone.
    const std::string& zone = c.headscale.network.base_domain;
    const bool inside =
        url->host == zone || (url->host.size() > zone.size() &&
                              url->host.compare(url->host.size() - zone.size() - 1, std::string::npos, "." + zone) == 0);
    if (!zone.empty() && inside) {
        out.push_back({"headscale.network.base_domain",
                       "\"" + zone + "\" must not be or contain " + url->host +
                           " (the name of public_url): nodes would look for the server inside the tailnet"});
    }
}

void checkServer(const Config& c, Problems& out) {
    if (c.server.listen.empty()) out.push_back({"server.listen", "needs at least one address"});
    const auto& root = c.server.root;
    const bool word = root == "auto" || root == "onboarding" || root == "admin" || root == "404";
    if (!word && (root.rfind("https://", 0) != 0 || root.size() < 10 || root.find_first_not_of(kUrlBytes) != std::string::npos)) {
        out.push_back({"server.root", "is auto, onboarding, admin, 404 or an https URL"});
    }
    if (root == "onboarding" &&
        std::find(c.plugins.enabled.begin(), c.plugins.enabled.end(), "onboarding") == c.plugins.enabled.end()) {
        out.push_back({"server.root", "is onboarding, but plugins.enabled does not name onboarding"});
    }
    if (c.server.tls.certificate.empty() != c.server.tls.key.empty()) {
        out.push_back({c.server.tls.key.empty() ? "server.tls.certificate" : "server.tls.key",
                       "certificate and key must be given together"});
    }
    for (const auto& host : c.server.extra_hosts) {
        if (!parsePublicUrl("https://" + host).ok() || host.back() == '/')
            out.push_back({"server.extra_hosts", "\"" + host + "\" is not a host name or name:port"});
    }
}

void checkHeadscale(const Config& c, Problems& out) {
    const auto parts = split(c.headscale.version, '.');
    const bool plain = c.headscale.version.find_first_not_of("0123456789.abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
    if (!plain || parts.size() < 2 || !parseUnsigned<unsigned>(parts[0])) {
        out.push_back({"headscale.version", "is a version such as 0.29.2, without a leading v"});
    }
    const auto& url = c.headscale.release_url;
    if (url.rfind("https://", 0) != 0 && url.rfind("http://", 0) != 0)
        out.push_back({"headscale.release_url", "is an http or https URL"});
    if (!c.headscale.release_sha256.empty() && !isSha256(c.headscale.release_sha256))
        out.push_back({"headscale.release_sha256", "is a SHA-256 of 64 hex digits"});
    if (const auto stun = parseListen(c.headscale.network.derp_stun_listen); !stun)
        out.push_back({"headscale.network.derp_stun_listen", stun.error().message});
}

void checkAudit(const Config& c, Problems& out) {
    const AuditSink& sink = c.audit.sink;
    const auto begins = [&](const char* word) { return sink.address.rfind(word, 0) == 0; };
    const bool fits = sink.kind == "none"     ? sink.address.empty()
                      : sink.kind == "syslog" ? begins("unix:/") || begins("udp://") || begins("tcp://") || begins("tls://")
                      : sink.kind == "http"   ? begins("https://") || begins("http://")
                                              : begins("/");
    if (!fits) {
        out.push_back({"audit.sink.address", sink.kind == "none"     ? "needs audit.sink.kind: syslog, http or file"
                                             : sink.kind == "syslog" ? "is unix:/path, udp://host:port, tcp://host:port or tls://host:port"
                                             : sink.kind == "http"   ? "is an https URL"
                                                                     : "is an absolute path"});
    }
    if (!sink.token.empty() && !parseSecretReference(sink.token).ok())
        out.push_back({"audit.sink.token", "is a reference such as file:/etc/masthead/audit-token, never the token itself"});
}

}  // namespace

Problems validate(const Config& c) {
    Problems out;
    checkPublicUrl(c, out);
    checkServer(c, out);
    checkHeadscale(c, out);
    checkAudit(c, out);
    const bool open =
        std::any_of(c.server.listen.begin(), c.server.listen.end(), [](const Listen& l) { return !isLoopback(l.address); });
    if (c.auth.disabled && open)
        out.push_back({"auth.disabled",
                       "needs every server.listen on a loopback address (127.0.0.1 or [::1]): without sign-in anybody who "
                       "reaches the port is an admin"});
    readSsoProviders(c.auth.sso, out);
    if (c.auth.session_idle_ms > c.auth.session_absolute_ms)
        out.push_back({"auth.session_idle", "must not be longer than auth.session_absolute"});
    if (c.supervisor.backoff_min_ms > c.supervisor.backoff_max_ms)
        out.push_back({"supervisor.backoff_min", "must not be longer than supervisor.backoff_max"});
    for (const auto& id : c.plugins.enabled) {
        if (!isPluginId(id))
            out.push_back({"plugins.enabled", "\"" + id + "\" is not a plugin id (lower-case letters, digits and -)"});
        if (std::count(c.plugins.enabled.begin(), c.plugins.enabled.end(), id) > 1)
            out.push_back({"plugins.enabled", "names " + id + " twice"});
    }
    for (const auto& [id, sha256] : c.plugins.pinned) {
        if (!isSha256(sha256)) out.push_back({"plugins.enabled", "the sha256 of " + id + " is not 64 hex digits"});
    }
    if (const auto sockets = Paths(c).checkSocketPaths(); !sockets) out.push_back({"data_dir", sockets.error().message});
    return out;
}

}  // namespace masthead::config
