// Checks of what people type, before headscale is asked: its own answers to bad input are vague or missing.
// Pure functions. Each answers InvalidArgument that quotes the value and says what is expected.
#pragma once

#include <masthead/json.hpp>
#include <masthead/result.hpp>
#include <string>
#include <vector>

namespace nodes {

using masthead::Json;
using masthead::Result;
using masthead::Status;

/// Decimal, 1 to 19 digits.
Result<std::string> checkId(const std::string& text, const char* what);
/// A DNS label: 1 to 63 letters, digits or hyphens, no hyphen at an end.
Status checkNodeName(const std::string& name);
/// Two or more of letters, digits and "-._", first a letter, at most one '@'.
Status checkUserName(const std::string& name);
Status checkEmail(const std::string& email);
Status checkText(const std::string& text, const char* what, std::size_t limit);
/// "tag:" and lower-case letters, digits or hyphens. Sorted, without duplicates.
Result<std::vector<std::string>> checkTags(const Json& tags);
/// Networks in CIDR form without host bits. Sorted as given, without duplicates.
Result<std::vector<std::string>> checkRoutes(const Json& routes);
/// An RFC 3339 time in the future.
Result<std::string> checkExpiration(const Json& value);
Status checkRegistrationKey(const std::string& key);
/// Display form of an API key's prefix as headscale lists it.
Result<std::string> checkApiKeyPrefix(const std::string& prefix);

bool isExitRoute(const std::string& route);
Json toJson(const std::vector<std::string>& texts);
std::string percentEncode(const std::string& text);
/// Shortened and quoted for an error text.
std::string quoted(const std::string& text);

}  // namespace nodes
