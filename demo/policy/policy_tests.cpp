#include "demo/policy/policy_tests.hpp"

#include <algorithm>

#include "demo/dns_label.hpp"
#include "demo/policy/policy_check.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

bool isUser(const User& user, std::string token) {
    if (!token.empty() && token.back() == '@') token.pop_back();
    return token == user.provider_id ? !token.empty() : token == user.email || token == user.name;
}

// The node belongs to the user, group or tag, or is covered by the autogroup.
bool nodeMatches(const PolicyDocument& document, const Tailnet& tailnet, const Node& node, const std::string& alias) {
    const bool tagged = !node.tags.empty();
    auto kind = aliasKind(alias);
    if (!kind) return false;
    if (*kind == AliasKind::Tag) return std::find(node.tags.begin(), node.tags.end(), alias) != node.tags.end();
    if (*kind == AliasKind::Autogroup) return alias == "autogroup:tagged" ? tagged : alias == "autogroup:member" && !tagged;
    if (tagged) return false;
    if (*kind == AliasKind::User) {
        const auto owner = tailnet.users().find(node.user);
        return owner != tailnet.users().end() && isUser(owner->second, alias);
    }
    if (*kind != AliasKind::Group) return false;
    const auto group = document.groups.find(alias);
    if (group == document.groups.end()) return false;
    return std::any_of(group->second.begin(), group->second.end(),
                       [&](const std::string& member) { return nodeMatches(document, tailnet, node, member); });
}

std::vector<Prefix> resolve(const PolicyDocument& document, const Tailnet& tailnet, const std::string& alias) {
    auto kind = aliasKind(alias);
    if (!kind) return {};
    if (*kind == AliasKind::Prefix) return {*parseHost(alias)};
    if (*kind == AliasKind::Wildcard || alias == "autogroup:danger-all") return {*parsePrefix("0.0.0.0/0"), *parsePrefix("::/0")};
    if (*kind == AliasKind::Host) {
        const auto host = document.hosts.find(alias);
        return host == document.hosts.end() ? std::vector<Prefix>{} : std::vector<Prefix>{host->second};
    }
    std::vector<Prefix> out;
    for (const auto& [id, node] : tailnet.nodes()) {
        if (!nodeMatches(document, tailnet, node, alias)) continue;
        for (const auto& address : node.addresses) out.push_back(*parseHost(address));
    }
    return out;
}

bool anyOverlap(const std::vector<Prefix>& left, const Prefix& right) {
    return std::any_of(left.begin(), left.end(), [&](const Prefix& prefix) { return prefix.overlaps(right); });
}

class Evaluator {
public:
    Evaluator(const PolicyDocument& document, const Tailnet& tailnet) : document_(document), tailnet_(tailnet) {}

    std::string run(const PolicyTest& test) {
        const std::string head = test.source + (test.protocol.empty() ? "" : " (" + test.protocol + ")");
        const auto sources = resolve(document_, tailnet_, test.source);
        if (sources.empty()) return "\n" + head + ": source " + goQuote(test.source) + " resolved to no IP addresses";
        std::string out;
        for (const auto& target : test.accept) out += judge(test, sources, target, true);
        for (const auto& target : test.deny) out += judge(test, sources, target, false);
        return out;
    }

private:
    std::string judge(const PolicyTest& test, const std::vector<Prefix>& sources, const std::string& target, bool wanted) {
        const std::string suffix = test.protocol.empty() ? "" : " (" + test.protocol + ")";
        auto destination = parseDestination(target);
        if (!destination) return "\n" + test.source + suffix + ": error testing " + goQuote(target) + ": " + destination.error().message;
        const auto addresses = resolve(document_, tailnet_, destination->first);
        if (addresses.empty()) {
            return "\n" + test.source + suffix + ": error testing " + goQuote(target) + ": destination resolved to no IP addresses";
        }
        const unsigned port = destination->second.front().first;
        const bool allowed = std::all_of(sources.begin(), sources.end(), [&](const Prefix& source) {
            return allows(source, addresses, port, test.protocol);
        });
        if (allowed == wanted) return {};
        return "\n" + test.source + " -> " + target + suffix +
               (wanted ? ": expected ALLOWED, got DENIED" : ": expected DENIED, got ALLOWED");
    }

    // Overlap, not containment, as headscale's own evaluation.
    bool allows(const Prefix& source, const std::vector<Prefix>& targets, unsigned port, const std::string& protocol) {
        if (document_.allow_all) return true;
        auto wanted = parseProtocol(protocol);
        for (const auto& rule : document_.rules) {
            if (!protocolFits(rule, wanted ? *wanted : std::vector<int>{})) continue;
            const bool on_port = std::any_of(rule.ports.begin(), rule.ports.end(),
                                             [&](const Ports& ports) { return ports.first <= port && port <= ports.last; });
            if (on_port && side(rule.sources, {source}) && side(rule.destinations, targets)) return true;
        }
        return false;
    }

    static bool protocolFits(const Rule& rule, const std::vector<int>& wanted) {
        static const std::vector<int> kDefault = {1, 6, 17, 58};
        const auto& offered = rule.protocols.empty() ? kDefault : rule.protocols;
        const auto& asked = wanted.empty() ? kDefault : wanted;
        return std::any_of(asked.begin(), asked.end(),
                           [&](int number) { return std::find(offered.begin(), offered.end(), number) != offered.end(); });
    }

    bool side(const std::vector<std::string>& aliases, const std::vector<Prefix>& wanted) {
        for (const auto& alias : aliases) {
            const auto prefixes = resolve(document_, tailnet_, alias);
            for (const auto& prefix : wanted) {
                if (anyOverlap(prefixes, prefix)) return true;
            }
        }
        return false;
    }

    const PolicyDocument& document_;
    const Tailnet& tailnet_;
};

}  // namespace

std::string testFailures(const PolicyDocument& document, const Tailnet& tailnet) {
    std::string failures;
    Evaluator evaluator(document, tailnet);
    for (const auto& test : document.tests) failures += evaluator.run(test);
    return failures.empty() ? "" : "test(s) failed:" + failures;
}

bool autoApproved(const PolicyDocument& document, const Tailnet& tailnet, const Node& node, const std::string& route) {
    const auto prefix = parsePrefix(route);
    if (!prefix) return false;
    const auto approves = [&](const std::vector<std::string>& list) {
        return std::any_of(list.begin(), list.end(), [&](const std::string& alias) { return nodeMatches(document, tailnet, node, alias); });
    };
    if (prefix->isExit()) return approves(document.exit_approvers);
    return std::any_of(document.route_approvers.begin(), document.route_approvers.end(), [&](const auto& entry) {
        return entry.first.bits <= prefix->bits && entry.first.contains(prefix->address) && approves(entry.second);
    });
}

}  // namespace masthead::demo
