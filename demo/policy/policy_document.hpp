// A checked policy: the parts of it that the stand-in acts on. Plain data, made by checkPolicyText().
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "demo/prefix.hpp"
#include "host/base/json.hpp"

namespace masthead::demo {

struct Ports {
    unsigned first = 0;
    unsigned last = 65535;
};

/// One allowed traffic: any source to any destination on these ports and protocols.
struct Rule {
    std::vector<std::string> sources;
    std::vector<std::string> destinations;
    std::vector<Ports> ports;
    std::vector<int> protocols;  // empty: the default set
};

struct PolicyTest {
    std::string source;
    std::string protocol;
    std::vector<std::string> accept;
    std::vector<std::string> deny;
};

struct PolicyDocument {
    std::map<std::string, std::vector<std::string>> groups;
    std::map<std::string, std::vector<std::string>> tag_owners;
    std::map<std::string, Prefix> hosts;
    std::vector<std::pair<Prefix, std::vector<std::string>>> route_approvers;
    std::vector<std::string> exit_approvers;
    bool allow_all = true;  // neither acls nor grants
    std::vector<Rule> rules;
    std::vector<PolicyTest> tests;
};

/// A host's address or range.
Result<Prefix> parseHost(std::string_view text);
/// "22", "80,443", "1000-2000", "*"; the error is the reason in headscale's words.
Result<std::vector<Ports>> parsePorts(std::string_view text);
/// The alias and the ports of "alias:ports", split at the last colon.
Result<std::pair<std::string, std::vector<Ports>>> parseDestination(const std::string& text);
/// Numbers of a protocol name; none for the default set.
Result<std::vector<int>> parseProtocol(const std::string& name);

}  // namespace masthead::demo
