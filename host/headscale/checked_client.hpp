// CheckedClient: what both drivers have in common before a call goes out, so that every version behaves the same: names, tags,
// routes, ids and expirations are validated, id 0 is never sent, and writes to unknown pre-auth keys (which headscale up to
// 0.29 answers with success) are found out beforehand. Owns the driver; thread-safe as the driver is.
#pragma once

#include "host/headscale/client.hpp"

namespace masthead::headscale {

std::unique_ptr<Client> makeChecked(std::unique_ptr<Client> driver);

}  // namespace masthead::headscale
