#include "demo/policy/policy_check.hpp"

#include "demo/dns_label.hpp"
#include "demo/policy/hujson.hpp"
#include "demo/records.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

Error problem(std::string text) { return {Code::InvalidArgument, std::move(text)}; }

const char* jsonType(const Json& value) {
    if (value.isString()) return "string";
    if (value.isBool()) return "boolean";
    if (value.isNumber()) return "number";
    if (value.isArray()) return "array";
    return value.isObject() ? "object" : "null";
}

// The decoder's frame around a reason: which JSON type, at which place, into which of headscale's types.
Error undecodable(const Json& value, const std::string& type, const std::string& where, const std::string& why) {
    return problem("parsing policy from bytes: json: cannot unmarshal JSON " + std::string(jsonType(value)) + " into Go " + type +
                   " within \"" + where + "\"" + (why.empty() ? "" : ": " + why));
}

// Reads one document; the first problem stops it.
class Reader {
public:
    Status read(const Json& root, PolicyDocument& out) {
        if (!root.isObject()) return undecodable(root, "v2.Policy", "", "");
        for (const auto& [name, value] : root.members()) {
            if (auto status = section(lowerAscii(name), name, value, out); !status) return status;
        }
        return references(out);
    }

private:
    Status section(const std::string& key, const std::string& name, const Json& value, PolicyDocument& out) {
        if (key == "groups") return groups(value, out);
        if (key == "hosts") return hosts(value, out);
        if (key == "tagowners") return tagOwners(value, out);
        if (key == "acls") return each(value, "/acls", [&](const Json& rule, const std::string& where) { return acl(rule, where, out); });
        if (key == "grants") return each(value, "/grants", [&](const Json& rule, const std::string& where) { return grant(rule, where, out); });
        if (key == "autoapprovers") return autoApprovers(value, out);
        if (key == "tests") return each(value, "/tests", [&](const Json& test, const std::string& where) { return policyTest(test, where, out); });
        if (key == "ssh") return each(value, "/ssh", [&](const Json& rule, const std::string& where) { return ssh(rule, where); });
        if (key == "nodeattrs" || key == "sshtests") return each(value, "/" + name, [](const Json&, const std::string&) { return Status(); });
        if (key == "randomizeclientport") return value.isBool() ? Status() : Status(undecodable(value, "bool", "/" + name, ""));
        return problem("unknown field: " + goQuote(name));
    }

    template <typename Handle>
    Status each(const Json& list, const std::string& where, Handle handle) {
        if (list.isNull()) return {};
        if (where == "/acls" || where == "/grants") has_rules_ = true;
        if (!list.isArray()) return undecodable(list, "[]v2.Rule", where, "");
        std::size_t index = 0;
        for (const auto& item : list.items()) {
            if (auto status = handle(item, where + "/" + std::to_string(index++)); !status) return status;
        }
        return {};
    }

    Result<std::vector<std::string>> texts(const Json& value, const std::string& where) {
        if (value.isNull()) return std::vector<std::string>{};
        if (!value.isArray()) return undecodable(value, "[]v2.Alias", where, "");
        std::vector<std::string> out;
        for (const auto& item : value.items()) {
            if (!item.isString()) return undecodable(item, "v2.Alias", where + "/" + std::to_string(out.size()), "");
            out.emplace_back(trim(item.asString()));
        }
        return out;
    }

    // Aliases of a rule, checked by form now and against the definitions at the end.
    Result<std::vector<std::string>> aliases(const Json& value, const std::string& where) {
        auto list = texts(value, where);
        if (!list) return list;
        for (const auto& alias : *list) {
            if (auto kind = aliasKind(alias); !kind) return undecodable(Json(alias), "v2.Alias", where, kind.error().message);
            references_.push_back(alias);
        }
        return list;
    }

    Status onlyMembers(const Json& rule, std::initializer_list<std::string_view> known, bool comments) {
        for (const auto& [name, value] : rule.members()) {
            bool found = comments && name[0] == '#';
            for (const auto member : known) found = found || equalsIgnoreCase(name, member);
            if (!found) return problem("unknown field: " + goQuote(name));
        }
        return {};
    }

    Status groups(const Json& value, PolicyDocument& out) {
        for (const auto& [name, members] : value.members()) {
            if (name.rfind("group:", 0) != 0) {
                return undecodable(value, "v2.Groups", "/groups", "group must start with 'group:', got: " + goQuote(name));
            }
            if (!members.isArray()) {
                return undecodable(value, "v2.Groups", "/groups", "group value must be an array of users: group " + goQuote(name) +
                                   " got " + jsonType(members) + ": " + members.dump());
            }
            for (const auto& member : members.items()) {
                const std::string& user = member.asString();
                if (user.rfind("group:", 0) == 0) {
                    return problem("groups[" + goQuote(name) + "]: " + goQuote(user) + ": group members cannot be recursive");
                }
                if (user.find('@') == std::string::npos) {
                    return undecodable(value, "v2.Groups", "/groups", "username must contain @, got: " + goQuote(user));
                }
                out.groups[name].push_back(user);
            }
            out.groups[name];
        }
        return value.isObject() || value.isNull() ? Status() : Status(undecodable(value, "v2.Groups", "/groups", ""));
    }

    Status hosts(const Json& value, PolicyDocument& out) {
        for (const auto& [name, text] : value.members()) {
            if (name.find_first_of("@:") != std::string::npos) {
                return undecodable(value, "v2.Hosts", "/hosts", "hostname must not contain @ or colon: " + goQuote(name));
            }
            auto host = parseHost(text.asString());
            if (!host) {
                return undecodable(value, "v2.Hosts", "/hosts", "hostname contains invalid IP address: hostname " + goQuote(name) +
                                   " address " + goQuote(text.asString()));
            }
            out.hosts[name] = *host;
        }
        return value.isObject() || value.isNull() ? Status() : Status(undecodable(value, "v2.Hosts", "/hosts", ""));
    }

    Status tagOwners(const Json& value, PolicyDocument& out) {
        if (!value.isObject() && !value.isNull()) return undecodable(value, "v2.TagOwners", "/tagOwners", "");
        for (const auto& [tag, owners] : value.members()) {
            if (tag.rfind("tag:", 0) != 0) {
                return undecodable(value, "v2.TagOwners", "/tagOwners", "tag must start with 'tag:', got: " + goQuote(tag));
            }
            const char first = tag.size() > 4 ? lowerAscii(tag[4]) : '0';
            if (first < 'a' || first > 'z') {
                return problem("tagOwners[" + goQuote(tag) + "]: tag names must start with a letter, after 'tag:'");
            }
            auto list = texts(owners, "/tagOwners/" + tag);
            if (!list) return std::move(list).error();
            for (const auto& owner : *list) {
                auto kind = aliasKind(owner);
                if (!kind || (*kind != AliasKind::User && *kind != AliasKind::Group && *kind != AliasKind::Tag)) {
                    return undecodable(owners, "v2.Owners", "/tagOwners/" + tag, "invalid owner format: " + goQuote(owner));
                }
                if (*kind == AliasKind::Tag) owned_by_tag_.emplace_back(tag, owner);
                else references_.push_back(owner);
            }
            out.tag_owners[tag] = *std::move(list);
        }
        return {};
    }

    Status acl(const Json& rule, const std::string& where, PolicyDocument& out) {
        if (auto known = onlyMembers(rule, {"action", "proto", "src", "dst"}, true); !known) return known;
        const std::string& action = rule.text("action");
        if (rule.has("action") && action != "accept") {
            return undecodable(rule["action"], "v2.Action", where + "/action", "action=" + goQuote(action) + " is not supported: invalid ACL action");
        }
        auto protocol = parseProtocol(rule.text("proto"));
        if (!protocol) return undecodable(rule["proto"], "v2.Protocol", where + "/proto", protocol.error().message);
        auto sources = aliases(rule["src"], where + "/src");
        if (!sources) return std::move(sources).error();
        auto targets = texts(rule["dst"], where + "/dst");
        if (!targets) return std::move(targets).error();
        for (const auto& target : *targets) {
            auto parsed = parseDestination(target);
            if (!parsed) return undecodable(Json(target), "v2.AliasWithPorts", where + "/dst", parsed.error().message);
            if (auto kind = aliasKind(parsed->first); !kind) {
                return undecodable(Json(target), "v2.AliasWithPorts", where + "/dst", kind.error().message);
            }
            references_.push_back(parsed->first);
            out.rules.push_back({*sources, {parsed->first}, parsed->second, *protocol});
        }
        return {};
    }

    Status grant(const Json& rule, const std::string& where, PolicyDocument& out) {
        if (auto known = onlyMembers(rule, {"src", "dst", "ip", "app", "via"}, false); !known) return known;
        auto sources = aliases(rule["src"], where + "/src");
        auto targets = aliases(rule["dst"], where + "/dst");
        auto services = texts(rule["ip"], where + "/ip");
        if (!sources) return std::move(sources).error();
        if (!targets) return std::move(targets).error();
        if (!services) return std::move(services).error();
        if (services->empty() && rule["app"].members().empty()) return problem("ip and app can not both be empty");
        for (const auto& service : *services) {
            const auto colon = service.find(':');
            auto protocol = parseProtocol(colon == std::string::npos ? "" : service.substr(0, colon));
            auto ports = parsePorts(colon == std::string::npos ? service : service.substr(colon + 1));
            if (!protocol) return undecodable(Json(service), "v2.ProtocolPort", where + "/ip", protocol.error().message);
            if (!ports) return undecodable(Json(service), "v2.ProtocolPort", where + "/ip", ports.error().message);
            out.rules.push_back({*sources, *targets, *ports, *protocol});
        }
        return {};
    }

    Status ssh(const Json& rule, const std::string& where) {
        if (auto known = onlyMembers(rule, {"action", "src", "dst", "users", "checkPeriod", "acceptEnv"}, false); !known) return known;
        const std::string& action = rule.text("action");
        if (action.empty()) return problem("action must be specified");
        if (action != "accept" && action != "check") return problem(goQuote(action) + " is not a valid action");
        if (rule["users"].items().empty()) return problem("users must be specified");
        for (const char* side : {"src", "dst"}) {
            auto list = aliases(rule[side], where + "/" + side);
            if (!list) return std::move(list).error();
        }
        return {};
    }

    Status autoApprovers(const Json& value, PolicyDocument& out) {
        if (auto known = onlyMembers(value, {"routes", "exitNode"}, false); !known) return known;
        for (const auto& [route, approvers] : value["routes"].members()) {
            auto prefix = parsePrefix(route);
            if (!prefix) return undecodable(value["routes"], "v2.AutoApproverPolicy", "/autoApprovers/routes", prefix.error().message);
            auto list = aliases(approvers, "/autoApprovers/routes");
            if (!list) return std::move(list).error();
            out.route_approvers.emplace_back(*prefix, *std::move(list));
        }
        auto exit = aliases(value["exitNode"], "/autoApprovers/exitNode");
        if (!exit) return std::move(exit).error();
        out.exit_approvers = *std::move(exit);
        return {};
    }

    Status policyTest(const Json& test, const std::string& where, PolicyDocument& out) {
        if (auto known = onlyMembers(test, {"src", "proto", "accept", "deny"}, false); !known) return known;
        auto accept = texts(test["accept"], where + "/accept");
        auto deny = texts(test["deny"], where + "/deny");
        if (!accept) return std::move(accept).error();
        if (!deny) return std::move(deny).error();
        out.tests.push_back({test.text("src"), test.text("proto"), *std::move(accept), *std::move(deny)});
        references_.push_back(out.tests.back().source);
        return {};
    }

    // All missing definitions are named, one a line.
    Status references(PolicyDocument& out) {
        out.allow_all = !has_rules_;
        std::string missing;
        for (const auto& alias : references_) {
            if (auto defined = checkDefined(out, alias); !defined) missing += (missing.empty() ? "" : "\n") + defined.error().message;
        }
        for (const auto& [tag, owner] : owned_by_tag_) {
            if (out.tag_owners.count(owner)) continue;
            missing += (missing.empty() ? "" : "\n") + std::string("tag ") + goQuote(tag) + " references undefined tag " + goQuote(owner);
        }
        return missing.empty() ? Status() : Status(problem(missing));
    }

    bool has_rules_ = false;
    std::vector<std::string> references_;
    std::vector<std::pair<std::string, std::string>> owned_by_tag_;
};

}  // namespace

Result<PolicyDocument> checkPolicyText(const std::string& text) {
    auto root = parseHuJson(text);
    if (!root) return std::move(root).error().within("parsing policy");
    PolicyDocument document;
    if (auto read = Reader().read(*root, document); !read) return std::move(read).error().within("parsing policy");
    return document;
}

}  // namespace masthead::demo
