// A call of the facade taken apart: path segments, query, body, with typed access that says which member is wrong.
// Plain value.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/headscale/types.hpp"

namespace masthead::headscale {

struct RestRequest {
    std::string method;
    std::vector<std::string> segments;  // after /api/v1/, decoded
    std::map<std::string, std::string> query;
    Json body;  // object, or null

    /// The error names the first member that is none of `names`.
    Status allowMembers(std::initializer_list<std::string_view> names) const;
    /// Empty when absent.
    Result<std::string> text(std::string_view name) const;
    Result<bool> flag(std::string_view name) const;
    Result<std::vector<std::string>> texts(std::string_view name) const;
    /// nullopt when absent or null; RFC 3339 otherwise.
    Result<Time> time(std::string_view name) const;
    /// 0 when absent or empty; a decimal string (or number) otherwise.
    Result<Id> id(std::string_view name) const;
    /// A member of the query; empty when absent.
    std::string queried(const std::string& name) const;
};

/// NotFound when the path does not begin with /api/v1/, InvalidArgument when its encoding is broken.
Result<RestRequest> parseRestRequest(std::string_view method, std::string_view path, const Json& body);

/// Decimal digits only; the message calls it `what`.
Result<Id> parseId(std::string_view text, const char* what);

}  // namespace masthead::headscale
