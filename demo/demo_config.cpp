#include "demo/demo_config.hpp"

#include <yaml-cpp/yaml.h>

#include "host/base/file.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

Error wrong(const std::string& text) { return {Code::InvalidArgument, text}; }

std::string hostOf(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find('/'));
    if (!url.empty() && url[0] == '[') return std::string(url.substr(1, url.find(']') - 1));
    return std::string(url.substr(0, url.rfind(':')));
}

// Dotted look-up; keys are matched without regard to case, as headscale's loader does.
class Document {
public:
    explicit Document(YAML::Node root) : root_(std::move(root)) {}

    YAML::Node at(std::string_view path) const {
        YAML::Node node = YAML::Clone(root_);
        for (const auto part : split(path, '.')) {
            if (!node.IsMap()) return YAML::Node();
            YAML::Node next;
            for (const auto& entry : node) {
                if (entry.first.IsScalar() && equalsIgnoreCase(entry.first.Scalar(), part)) next = entry.second;
            }
            node = next;
        }
        return node;
    }
    std::string text(std::string_view path, const std::string& fallback = "") const {
        const YAML::Node node = at(path);
        return node.IsScalar() ? node.Scalar() : fallback;
    }
    bool flag(std::string_view path, bool fallback) const {
        const std::string value = lowerAscii(text(path));
        return value.empty() ? fallback : value == "true" || value == "yes" || value == "on" || value == "1";
    }

private:
    YAML::Node root_;
};

std::string resolved(const std::string& config_path, const std::string& path) {
    return path.empty() || path[0] == '/' ? path : joinPath(parentPath(config_path), path);
}

Status checkFatal(const Document& document, const DemoConfig& out) {
    std::string problems;
    const auto add = [&](const std::string& text) { problems += (problems.empty() ? "" : "\n") + std::string("Fatal config error: ") + text; };
    if (out.noise_key_path.empty()) {
        add("headscale now requires a new `noise.private_key_path` field in the config file for the Tailscale v2 protocol");
    }
    if (out.server_url.rfind("http://", 0) != 0 && out.server_url.rfind("https://", 0) != 0) {
        add("server_url must start with https:// or http://");
    }
    if (document.flag("dns.override_local_dns", true) && !(document.at("dns.nameservers.global").IsSequence() &&
                                                           document.at("dns.nameservers.global").size() > 0)) {
        add("dns.nameservers.global must be set when dns.override_local_dns is true");
    }
    return problems.empty() ? Status() : Status(wrong("loading configuration: " + problems));
}

Status readPrefixes(const Document& document, DemoConfig& out) {
    for (const char* family : {"v4", "v6"}) {
        const std::string text = document.text(std::string("prefixes.") + family);
        if (text.empty()) continue;
        auto prefix = parsePrefix(text);
        if (!prefix) return wrong("loading configuration: parsing IP" + std::string(family) + " prefix from config: " + prefix.error().message);
        (prefix->address.v6 ? out.prefix_v6 : out.prefix_v4) = *prefix;
    }
    if (!out.prefix_v4 && !out.prefix_v6) return wrong("loading configuration: no IPv4 or IPv6 prefix configured, minimum one prefix is required");
    return {};
}

// `0o770` (headscale's own default) and anything else that is no plain octal number mean 0700.
unsigned socketMode(const std::string& text) {
    unsigned mode = 0;
    for (const char c : text) {
        if (c < '0' || c > '7' || mode > 07777) return 0700;
        mode = mode * 8 + static_cast<unsigned>(c - '0');
    }
    return text.empty() ? 0700 : mode;
}

}  // namespace

std::string DemoConfig::serverHost() const { return hostOf(server_url); }

Result<DemoConfig> loadConfig(const std::string& path) {
    auto text = readFile(path, std::size_t{1} << 20);
    if (!text) return wrong("error loading config file " + path + ": fatal error reading config file: " + text.error().message);
    YAML::Node root;
    try {
        root = YAML::Load(*text);
    } catch (const YAML::Exception& error) {
        return wrong("error loading config file " + path + ": fatal error reading config file: While parsing config: " + error.what());
    }
    const Document document(root);
    DemoConfig out;
    out.server_url = document.text("server_url");
    out.listen_addr = document.text("listen_addr");
    out.metrics_listen_addr = document.text("metrics_listen_addr");
    out.unix_socket = document.text("unix_socket", out.unix_socket);
    out.unix_socket_mode = socketMode(document.text("unix_socket_permission"));
    out.noise_key_path = resolved(path, document.text("noise.private_key_path"));
    out.base_domain = document.text("dns.base_domain");
    out.policy_in_database = document.text("policy.mode", "file") == "database";
    out.policy_path = resolved(path, document.text("policy.path"));
    out.derp_server = document.flag("derp.server.enabled", false);
    out.log_level = document.text("log.level", "info");
    out.log_json = document.text("log.format", "text") == "json";
    if (auto checked = checkFatal(document, out); !checked) return std::move(checked).error();
    if (auto prefixes = readPrefixes(document, out); !prefixes) return std::move(prefixes).error();
    const std::string type = document.text("database.type");
    if (type != "sqlite" && type != "sqlite3" && type != "postgres") {
        return wrong("invalid database type \"" + type + "\", must be sqlite, sqlite3 or postgres");
    }
    const std::string database = resolved(path, document.text("database.sqlite.path"));
    if (database.empty()) return wrong("loading configuration: database.sqlite.path must be set");
    out.state_path = database + ".demo.jsonl";
    if (document.flag("dns.magic_dns", true) && out.base_domain.empty()) {
        return wrong("loading configuration: dns.base_domain must be set when using MagicDNS (dns.magic_dns)");
    }
    const std::string host = out.serverHost();
    if (!parseAddress(host) && (host == out.base_domain || (host.size() > out.base_domain.size() && !out.base_domain.empty() &&
        host.compare(host.size() - out.base_domain.size() - 1, std::string::npos, "." + out.base_domain) == 0))) {
        return wrong("loading configuration: server_url cannot use the same domain as base_domain in a way that could make the DERP and "
                     "headscale server unreachable");
    }
    return out;
}

}  // namespace masthead::demo
