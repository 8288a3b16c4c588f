// Looks into every column of every table of a database for values sealed under one data key, whoever put them there.
#pragma once

#include <cstdint>
#include <string>

namespace masthead::testing {

/// Sealed values under the key, as bytes or as base64url text.
int valuesUnder(const std::string& database, std::int64_t key);

}  // namespace masthead::testing
