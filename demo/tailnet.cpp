#include "demo/tailnet.hpp"

#include <algorithm>

#include "demo/dns_label.hpp"
#include "demo/records.hpp"

namespace masthead::demo {

namespace {

// 0.0.0.0/0, ::/0, the range Chrome OS uses and the two service addresses are never handed out.
bool reserved(const Address& address) {
    static const Prefix kChromeOs = *parsePrefix("100.115.92.0/23");
    if (kChromeOs.contains(address)) return true;
    const std::string text = address.text();
    return text == "100.100.100.100" || text == "fd7a:115c:a1e0::53";
}

template <typename Object>
std::uint64_t store(std::map<std::uint64_t, Object>& table, std::uint64_t& next, Object& object) {
    if (object.id == 0) object.id = next;
    next = std::max(next, object.id + 1);
    table[object.id] = object;
    return object.id;
}

}  // namespace

Status Tailnet::open(const std::string& path, std::optional<Prefix> v4, std::optional<Prefix> v6,
                     const std::function<void(Tailnet&)>& invent) {
    const std::lock_guard lock(mutex_);
    v4_ = v4;
    v6_ = v6;
    bool found = false;
    auto loaded = journal_.load(path, [&](const Json& line) {
        found = true;
        replay(line);
    });
    if (!loaded) return loaded;
    reindex();
    if (!found) {
        inventing_ = true;
        invent(*this);
        inventing_ = false;
        electPrimaries();
    }
    return journal_.start(path, snapshot());
}

void Tailnet::replay(const Json& line) {
    const std::string& kind = line.text("kind");
    const Json& value = line["value"];
    const auto gone = static_cast<std::uint64_t>(line["gone"].asInt());
    if (kind == "user") {
        if (gone) users_.erase(gone);
        else {
            User user = userFromRecord(value);
            store(users_, next_user_, user);
        }
    } else if (kind == "node") {
        if (gone) nodes_.erase(gone);
        else {
            Node node = nodeFromRecord(value);
            store(nodes_, next_node_, node);
        }
    } else if (kind == "key") {
        if (gone) keys_.erase(gone);
        else {
            PreAuthKey key = preAuthKeyFromRecord(value);
            store(keys_, next_key_, key);
        }
    } else if (kind == "api_key") {
        if (gone) api_keys_.erase(gone);
        else {
            ApiKey key = apiKeyFromRecord(value);
            store(api_keys_, next_api_key_, key);
        }
    } else if (kind == "policy") {
        policy_ = policyFromRecord(value);
    } else if (kind == "next") {
        next_user_ = static_cast<std::uint64_t>(value["user"].asInt(1));
        next_node_ = static_cast<std::uint64_t>(value["node"].asInt(1));
        next_key_ = static_cast<std::uint64_t>(value["key"].asInt(1));
        next_api_key_ = static_cast<std::uint64_t>(value["api_key"].asInt(1));
    }
}

std::string Tailnet::snapshot() const {
    std::string out;
    const auto line = [&](const char* kind, Json value) {
        out += Json::object({{"kind", kind}, {"value", std::move(value)}}).dump() + '\n';
    };
    line("next", Json::object({{"user", next_user_}, {"node", next_node_}, {"key", next_key_}, {"api_key", next_api_key_}}));
    for (const auto& [id, user] : users_) line("user", toRecord(user));
    for (const auto& [id, key] : keys_) line("key", toRecord(key));
    for (const auto& [id, key] : api_keys_) line("api_key", toRecord(key));
    for (const auto& [id, node] : nodes_) line("node", toRecord(node));
    if (policy_) line("policy", toRecord(*policy_));
    return out;
}

template <typename Make>
void Tailnet::noteChange(Make line) {
    ++revision_;
    // While inventing, everything goes into the first snapshot instead.
    if (!inventing_) last_change_ = journal_.append(line());
}

namespace {

Json changed(const char* kind, Json value) { return Json::object({{"kind", kind}, {"value", std::move(value)}}); }
Json gone(const char* kind, std::uint64_t id) { return Json::object({{"kind", kind}, {"gone", id}}); }

}  // namespace

std::uint64_t Tailnet::put(User user) {
    store(users_, next_user_, user);
    noteChange([&] { return changed("user", toRecord(user)); });
    return user.id;
}

std::uint64_t Tailnet::put(Node node) {
    if (const auto old = nodes_.find(node.id); old != nodes_.end()) indexNode(old->second, false);
    store(nodes_, next_node_, node);
    indexNode(node, true);
    if (!inventing_) electPrimaries();
    noteChange([&] { return changed("node", toRecord(node)); });
    return node.id;
}

std::uint64_t Tailnet::put(PreAuthKey key) {
    store(keys_, next_key_, key);
    noteChange([&] { return changed("key", toRecord(key)); });
    return key.id;
}

std::uint64_t Tailnet::put(ApiKey key) {
    store(api_keys_, next_api_key_, key);
    noteChange([&] { return changed("api_key", toRecord(key)); });
    return key.id;
}

void Tailnet::put(StoredPolicy policy) {
    policy_ = policy;
    noteChange([&] { return changed("policy", toRecord(policy)); });
}

void Tailnet::eraseUser(std::uint64_t id) {
    users_.erase(id);
    noteChange([&] { return gone("user", id); });
}

void Tailnet::eraseNode(std::uint64_t id) {
    if (const auto old = nodes_.find(id); old != nodes_.end()) indexNode(old->second, false);
    nodes_.erase(id);
    electPrimaries();
    noteChange([&] { return gone("node", id); });
}

void Tailnet::erasePreAuthKey(std::uint64_t id) {
    keys_.erase(id);
    noteChange([&] { return gone("key", id); });
    for (auto& [node_id, node] : nodes_) {
        if (node.key_id != id) continue;
        node.key_id = 0;
        noteChange([&] { return changed("node", toRecord(node)); });
    }
}

void Tailnet::eraseApiKey(std::uint64_t id) {
    api_keys_.erase(id);
    noteChange([&] { return gone("api_key", id); });
}

void Tailnet::reindex() {
    for (const auto& [id, node] : nodes_) indexNode(node, true);
    electPrimaries();
}

void Tailnet::indexNode(const Node& node, bool present) {
    routers_.erase(node.id);
    if (!present) {
        if (const auto it = given_names_.find(node.given_name); it != given_names_.end() && it->second == node.id) {
            given_names_.erase(it);
        }
        for (const auto& address : node.addresses) addresses_.erase(address);
        return;
    }
    given_names_.emplace(node.given_name, node.id);
    addresses_.insert(node.addresses.begin(), node.addresses.end());
    if (!node.online) return;
    std::vector<std::string> routes;
    for (const auto& route : node.approved_routes) {
        const bool announced = std::find(node.available_routes.begin(), node.available_routes.end(), route) != node.available_routes.end();
        const auto prefix = parsePrefix(route);
        if (announced && prefix && !prefix->isExit()) routes.push_back(route);
    }
    if (!routes.empty()) routers_[node.id] = std::move(routes);
}

// A primary keeps its prefix while it can serve it; otherwise the lowest id that can takes over.
void Tailnet::electPrimaries() {
    std::map<std::string, std::uint64_t> elected;
    for (const auto& [id, routes] : routers_) {
        for (const auto& route : routes) {
            const auto old = primaries_.find(route);
            if (old != primaries_.end() && old->second == id) {
                elected[route] = id;
            } else {
                elected.emplace(route, id);
            }
        }
    }
    primaries_ = std::move(elected);
}

std::vector<std::string> Tailnet::primaryRoutes(const Node& node) const {
    std::vector<std::string> out;
    const auto routes = routers_.find(node.id);
    if (routes == routers_.end()) return out;
    for (const auto& route : routes->second) {
        const auto primary = primaries_.find(route);
        if (primary != primaries_.end() && primary->second == node.id) out.push_back(route);
    }
    return out;
}

std::vector<std::string> Tailnet::allocateAddresses() {
    for (;; ++next_offset_) {
        std::vector<std::string> out;
        bool free = true;
        for (const auto& prefix : {v4_, v6_}) {
            if (!prefix) continue;
            const Address address = nthAddress(*prefix, next_offset_);
            out.push_back(address.text());
            free = free && !reserved(address) && !addresses_.count(out.back());
        }
        if (!free) continue;
        ++next_offset_;
        return out;
    }
}

bool Tailnet::givenNameTaken(const std::string& name, std::uint64_t except) const {
    const auto it = given_names_.find(name);
    return it != given_names_.end() && it->second != except;
}

std::string Tailnet::freeGivenName(const std::string& hostname) const {
    std::string label = labelFromHostname(hostname);
    if (label.empty()) label = "node";
    std::string name = label;
    for (int number = 1; givenNameTaken(name, 0); ++number) {
        const std::string suffix = "-" + std::to_string(number);
        name = label.substr(0, 63 - suffix.size()) + suffix;
    }
    return name;
}

}  // namespace masthead::demo
