#include "host/headscale/config_file/generate.hpp"

#include "host/headscale/config_file/emit.hpp"

namespace masthead::headscale::config_file {
namespace {

std::string listOf(const std::vector<std::string>& items) {
    Json list = Json::array();
    for (const auto& item : items) list.push(Json(item));
    return emitFlow(list);
}

std::string head(const Settings& s) {
    std::string out =
        "# headscale's configuration, made by Masthead. Edit it freely: Masthead changes only the values marked (masthead),\n"
        "# in place, and keeps the former text beside this file. After an edit: `masthead restart headscale`.\n\n"
        "# The address given to clients; follows public_url (masthead).\n";
    out += "server_url: " + emitText(s.server_url) + "\n\n";
    out += "# Loopback only: the public listener is Masthead's own (masthead).\n";
    out += "listen_addr: " + emitText(s.http) + "\n";
    out += "metrics_listen_addr: " + emitText(s.metrics) + "\n";
    if (s.minor <= 29) {
        out += "# Not opened without TLS or grpc_allow_insecure; Masthead uses the socket below.\n";
        out += "grpc_listen_addr: 127.0.0.1:50443\ngrpc_allow_insecure: false\n";
    }
    if (s.minor >= 29) {
        out += "\n# Masthead's edge is the only proxy in front; it removes what clients claim about themselves.\n";
        out += "trusted_proxies: [\"127.0.0.1/32\"]\n";
    }
    out += "\n# Full control of headscale: in a directory of mode 0700 (masthead).\n";
    out += "unix_socket: " + emitText(s.socket) + "\nunix_socket_permission: \"0600\"\n";
    out += "\n# The check would hold up the start on a network without internet.\ndisable_check_updates: true\n";
    return out;
}

std::string network(const Settings& s) {
    const auto& n = s.network;
    std::string out =
        "\nnoise:\n  # Losing it forces every client to sign in again.\n  private_key_path: " + emitText(s.noise_key) + "\n";
    out += "\nprefixes:\n";
    if (!n.prefix_v4.empty()) out += "  v4: " + emitText(n.prefix_v4) + "\n";
    if (!n.prefix_v6.empty()) out += "  v6: " + emitText(n.prefix_v6) + "\n";
    out += "  allocation: sequential\n\nderp:\n  server:\n";
    out += std::string("    enabled: ") + (n.derp_embedded ? "true" : "false") + "\n";
    out += "    region_id: 999\n    region_code: masthead\n    region_name: Masthead\n    verify_clients: true\n";
    out += "    # STUN is UDP and cannot go through the TLS listener; open this port in the firewall.\n";
    out += "    stun_listen_addr: " + emitText(n.derp_stun_listen) + "\n    private_key_path: " + emitText(s.derp_key) + "\n";
    out += "  # With a URL that cannot be reached headscale does not start.\n  urls: " + listOf(n.derp_urls) + "\n";
    out += std::string("  paths: []\n  auto_update_enabled: ") + (n.derp_urls.empty() ? "false" : "true") +
           "\n  update_frequency: 3h\n";
    out += "\ndns:\n  magic_dns: true\n  base_domain: " + emitText(n.base_domain) + "\n";
    out += "  # true would send all lookups of clients to the servers below.\n  override_local_dns: false\n";
    out += "  nameservers:\n    global: []\n    split: {}\n  search_domains: []\n  extra_records: []\n";
    return out;
}

}  // namespace

std::string generate(const Settings& s) {
    std::string out = head(s) + network(s);
    out += "\ndatabase:\n  type: sqlite\n  sqlite:\n    path: " + emitText(s.database) +
           "\n    write_ahead_log: true\n    wal_autocheckpoint: 1000\n";
    out += "\n# Exactly this word: any other means a policy file, or no policy at all.\npolicy:\n  mode: database\n";
    out += "\nlog:\n  level: info\n  format: json\n\nlogtail:\n  enabled: false\n";
    return out;
}

}  // namespace masthead::headscale::config_file
