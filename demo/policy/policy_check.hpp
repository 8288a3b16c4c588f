// The policy check: syntax, member names, definitions of groups, tags and hosts, shapes of acls, grants, ssh rules and
// tests. Error texts are headscale's where it has been seen to say them. Pure functions, no look at users or nodes.
#pragma once

#include <string>

#include "demo/policy/policy_document.hpp"
#include "host/base/result.hpp"

namespace masthead::demo {

/// The error's message begins with "parsing policy: ".
Result<PolicyDocument> checkPolicyText(const std::string& text);

enum class AliasKind { Prefix, Wildcard, User, Group, Tag, Autogroup, Host };

/// The kind of an alias by its form alone; an error for text that has none.
Result<AliasKind> aliasKind(const std::string& alias);
/// A reference to something the document must define; the error names what is missing.
Status checkDefined(const PolicyDocument& document, const std::string& alias);

}  // namespace masthead::demo
