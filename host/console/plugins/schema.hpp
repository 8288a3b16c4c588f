// The subset of JSON Schema that manifests use: type (one or a list), properties, required, additionalProperties (default
// false), items, enum, minLength/maxLength, minItems/maxItems, minimum/maximum, default, format (date-time, uri, duration,
// email, cidr: shown, not checked), description, title, x-secret, x-restart. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::console::plugins {

struct SchemaFault {
    std::string path;    // "/tags/0"
    std::string reason;  // "is 7, expected a text"
};

/// Empty when the schema itself is well formed; else "<path> <what is wrong>".
std::string checkSchema(const Json& schema, const std::string& path);
/// At most 16 faults; empty when the value fits.
std::vector<SchemaFault> checkValue(const Json& schema, const Json& value);
/// The value with the defaults of missing members filled in.
Json withDefaults(const Json& schema, const Json& value);

}  // namespace masthead::console::plugins
