// The two REST dialects over one operation table: 0.29's gateway (JSON mapped to protobuf by Go) and 0.30's REST API
// (schema-checked, RFC 9457 errors). Stateless; called on worker threads.
#pragma once

#include "demo/web/router.hpp"

namespace masthead::demo {

using PathValues = std::vector<std::pair<std::string, std::string>>;

/// 0.29: errors are {"code","message","details"}.
HttpResponse gatewayRoute(WebState& state, const HttpRequest& request);
/// 0.30 v1 and the few v2 routes.
HttpResponse humaRoute(WebState& state, const HttpRequest& request);
HttpResponse devicesRoute(WebState& state, const HttpRequest& request);

/// Members of the text forms a path or query carries, as a request of the operation wants them.
void addText(Json& request, const Field& field, const std::string& value);

}  // namespace masthead::demo
