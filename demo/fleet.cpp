#include "demo/fleet.hpp"

#include <random>

#include "demo/fleet_names.hpp"
#include "host/base/encoding.hpp"

namespace masthead::demo {

namespace {

constexpr std::int64_t kHour = 3600 * 1000;
constexpr std::int64_t kDay = 24 * kHour;
const char* const kTags[] = {"tag:server", "tag:router", "tag:ci", "tag:kiosk"};

class Inventor {
public:
    Inventor(Tailnet& tailnet, const FleetSize& size) : tailnet_(tailnet), size_(size), random_(size.seed), now_(tailnet.nowMs()) {}

    void run() {
        for (std::uint32_t i = 0; i < size_.users; ++i) user(i);
        keys();
        for (std::uint32_t i = 0; i < size_.nodes; ++i) node(i);
        apiKeys();
        policy();
    }

private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }
    std::string hex(std::size_t digits) {
        static const char kDigits[] = "0123456789abcdef";
        std::string out;
        while (out.size() < digits) out += kDigits[below(16)];
        return out;
    }
    template <typename T>
    const T& pick(const std::vector<T>& items) { return items[below(items.size())]; }

    void user(std::uint32_t index) {
        User user;
        const std::string first = firstNames()[index % firstNames().size()];
        const std::string last = pick(lastNames());
        user.name = index < firstNames().size() ? first : first + "." + last + std::to_string(index / firstNames().size());
        user.created_ms = now_ - static_cast<std::int64_t>(below(400)) * kDay;
        if (chance(70)) user.display_name = capital(first) + " " + capital(last);
        if (chance(60)) user.email = user.name + "@example.org";
        if (chance(35)) {
            user.provider = "oidc";
            user.provider_id = "https://id.example.org/" + hex(24);
            user.email = user.name + "@example.org";
        }
        users_.push_back(tailnet_.put(user));
        user_names_.push_back(user.name);
    }
    static std::string capital(std::string text) {
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
        return text;
    }

    void key(bool reusable, bool ephemeral, bool used, std::int64_t expiration, std::vector<std::string> tags) {
        PreAuthKey key;
        key.user = tags.empty() && !users_.empty() ? pick(users_) : 0;
        if (key.user == 0 && tags.empty()) return;
        key.prefix = hex(12);
        key.secret_hash = sha256Hex(hex(64));
        key.reusable = reusable;
        key.ephemeral = ephemeral;
        key.used = used;
        key.created_ms = now_ - static_cast<std::int64_t>(1 + below(60)) * kDay;
        key.expiration_ms = expiration;
        key.tags = std::move(tags);
        keys_.push_back(tailnet_.put(std::move(key)));
    }
    void keys() {
        key(true, false, false, now_ + 80 * kDay, {});
        key(false, false, true, now_ + 3 * kDay, {});
        key(false, false, false, now_ - 2 * kDay, {});
        key(true, true, false, now_ + 20 * kDay, {"tag:ci"});
        key(true, false, false, now_ + 300 * kDay, {"tag:server"});
        key(false, false, false, now_ + 6 * kHour, {});
        key(false, false, false, kGoZeroTimeMs, {});
    }

    void node(std::uint32_t index) {
        Node node;
        const InventedSystem& system = pick(systems());
        node.os = system.os;
        node.os_version = system.version;
        node.client_version = pick(clientVersions());
        node.machine_key = "mkey:" + hex(64);
        node.node_key = "nodekey:" + hex(64);
        node.disco_key = "discokey:" + hex(64);
        node.endpoints = {inventedEndpoint(hex(8))};
        node.created_ms = now_ - static_cast<std::int64_t>(below(365)) * kDay - static_cast<std::int64_t>(below(24)) * kHour;
        node.last_seen_ms = now_ - static_cast<std::int64_t>(below(72)) * kHour;
        own(node, system, index);
        node.given_name = tailnet_.freeGivenName(node.name);
        node.addresses = tailnet_.allocateAddresses();
        if (std::string(system.kind) == "router" || chance(6)) routes(node, index);
        expiry(node);
        node.online = chance(72) && !(node.expiry_ms && *node.expiry_ms < now_);
        if (node.online) node.last_seen_ms = now_;
        tailnet_.put(std::move(node));
    }
    void own(Node& node, const InventedSystem& system, std::uint32_t index) {
        const bool server = std::string(system.kind) == "server" || std::string(system.kind) == "router";
        if (users_.empty() || (server && chance(60))) {
            node.tags = {server ? kTags[std::string(system.kind) == "router" ? 1 : 0] : kTags[2 + below(2)]};
            node.name = std::string(pick(places())) + "-" + system.kind + "-" + std::to_string(index + 1);
        } else {
            const auto owner = below(users_.size());
            node.user = users_[owner];
            node.name = user_names_[owner] + "-" + system.kind;
        }
        // About every eighth name of a fleet of some size is meant to hurt.
        if (size_.nodes >= 8 && index % 8 == 5) node.name = hostileNames()[(index / 8) % hostileNames().size()];
        const auto method = below(3);
        node.register_method = method == 0 ? "REGISTER_METHOD_CLI" : method == 1 ? "REGISTER_METHOD_OIDC" : "REGISTER_METHOD_AUTH_KEY";
        if (method == 2 && !keys_.empty()) node.key_id = keys_[below(keys_.size())];
    }
    void routes(Node& node, std::uint32_t index) {
        // Pairs of routers share a network, so that elections have something to do.
        const auto network = index / 2 % 200;
        node.available_routes = {"10." + std::to_string(network) + ".0.0/24"};
        if (chance(50)) node.available_routes.push_back("192.168." + std::to_string(below(250)) + ".0/24");
        if (chance(60)) node.approved_routes = {node.available_routes.front()};
        if (!chance(40)) return;
        node.available_routes.insert(node.available_routes.begin(), {"0.0.0.0/0", "::/0"});
        if (chance(60)) node.approved_routes.insert(node.approved_routes.begin(), {"0.0.0.0/0", "::/0"});
    }
    void expiry(Node& node) {
        if (!node.tags.empty() || chance(30)) return;
        const auto kind = below(10);
        const auto days = static_cast<std::int64_t>(below(150));
        node.expiry_ms = kind == 0 ? now_ - (1 + days) * kHour : kind <= 2 ? now_ + (1 + days % 70) * kHour : now_ + (10 + days) * kDay;
    }

    void apiKeys() {
        if (size_.users == 0 && size_.nodes == 0) return;
        for (const std::int64_t expiration : {now_ + 60 * kDay, now_ - 5 * kDay}) {
            ApiKey key;
            key.prefix = hex(12);
            key.secret_hash = sha256Hex(hex(64));
            key.created_ms = now_ - 30 * kDay;
            key.expiration_ms = expiration;
            tailnet_.put(std::move(key));
        }
    }

    void policy() {
        if (user_names_.empty()) return;
        std::string group;
        for (std::size_t i = 0; i < user_names_.size() && i < 3; ++i) group += (i ? ", \"" : "\"") + user_names_[i] + "@\"";
        std::string tags;
        for (const char* tag : kTags) tags += std::string("    \"") + tag + "\": [\"group:admins\"],\n";
        tailnet_.put(StoredPolicy{
            "// An invented policy for an invented fleet.\n{\n  \"groups\": {\"group:admins\": [" + group + "]},\n  \"tagOwners\": {\n" + tags +
                "  },\n  \"acls\": [\n    // Admins reach everything, everybody reaches the servers.\n"
                "    {\"action\": \"accept\", \"src\": [\"group:admins\"], \"dst\": [\"*:*\"]},\n"
                "    {\"action\": \"accept\", \"src\": [\"autogroup:member\"], \"dst\": [\"tag:server:22,80,443\"]},\n  ],\n}\n",
            now_ - 12 * kDay});
    }

    Tailnet& tailnet_;
    const FleetSize& size_;
    std::mt19937_64 random_;
    std::int64_t now_;
    std::vector<std::uint64_t> users_;
    std::vector<std::string> user_names_;
    std::vector<std::uint64_t> keys_;
};

}  // namespace

void inventFleet(Tailnet& tailnet, const FleetSize& size) {
    if (size.nodes == 0 && size.users == 0) return;
    Inventor(tailnet, size).run();
}

}  // namespace masthead::demo
