// What an admin chose for a device, read from the body of an approval and filled up from the settings. Pure functions.
#pragma once

#include "domain/request.hpp"
#include "domain/settings.hpp"

namespace onboarding {

/// InvalidArgument naming the member.
Result<Grant> grantOf(const Json& options, const Settings& settings, std::int64_t now);
Result<std::int64_t> undoOf(const Json& options, const Settings& settings);

}  // namespace onboarding
