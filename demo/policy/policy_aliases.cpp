#include "demo/dns_label.hpp"
#include "demo/policy/policy_check.hpp"

namespace masthead::demo {

namespace {

Error problem(std::string text) { return {Code::InvalidArgument, std::move(text)}; }

bool starts(const std::string& text, std::string_view head) { return text.compare(0, head.size(), head) == 0; }

const std::string kAutogroups[] = {"autogroup:internet", "autogroup:member",  "autogroup:nonroot",
                                   "autogroup:tagged",   "autogroup:self",    "autogroup:danger-all"};

}  // namespace

Result<AliasKind> aliasKind(const std::string& alias) {
    if (parseHost(alias)) return AliasKind::Prefix;
    if (alias == "*") return AliasKind::Wildcard;
    if (alias.find('@') != std::string::npos) return AliasKind::User;
    if (starts(alias, "group:")) return AliasKind::Group;
    if (starts(alias, "tag:")) return AliasKind::Tag;
    if (starts(alias, "autogroup:")) {
        std::string list;
        for (const auto& known : kAutogroups) {
            if (alias == known) return AliasKind::Autogroup;
            list += (list.empty() ? "" : " ") + known;
        }
        return problem("invalid autogroup: got " + goQuote(alias) + ", must be one of [" + list + "]");
    }
    if (alias.find(':') == std::string::npos) return AliasKind::Host;
    return problem("invalid alias format: " + goQuote(alias));
}

Status checkDefined(const PolicyDocument& document, const std::string& alias) {
    auto kind = aliasKind(alias);
    if (!kind) return std::move(kind).error();
    if (*kind == AliasKind::Group && !document.groups.count(alias)) {
        return problem("group not defined in policy: " + goQuote(alias));
    }
    if (*kind == AliasKind::Tag && !document.tag_owners.count(alias)) return problem("tag not found: " + goQuote(alias));
    if (*kind == AliasKind::Host && !document.hosts.count(alias)) {
        return problem("host not defined in policy: " + goQuote(alias));
    }
    return {};
}

}  // namespace masthead::demo
