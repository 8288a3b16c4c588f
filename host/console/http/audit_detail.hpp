// What of a request goes into the audit log: captures and the members of its JSON body, secrets and long texts left out.
#pragma once

#include "host/base/json.hpp"
#include "host/console/http/request.hpp"

namespace masthead::console {

/// {"request":{...}} or {}: members named like a secret become "[hidden]", long ones are cut, depth is two.
Json auditDetail(const Request& request);

}  // namespace masthead::console
