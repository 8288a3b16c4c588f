// The OpenAPI 3.1 document of a route table: every route below /admin/api/, of the core and of plugins, with its permission.
//
// Route::schema may have: operation, request, response (JSON Schema), query and path (name -> schema), status (of success),
// request_type, response_type, if_match (the change needs If-Match). Pure functions.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/console/http/route.hpp"
#include "host/console/http/route_table.hpp"

namespace masthead::console::api {

Json openApiDocument(const RouteTable& table, const std::string& public_url, const std::string& version);
/// "getAdminsById" for "GET", "/admin/api/v1/admins/{id}".
std::string operationIdOf(const Route& route);

/// Gives each core route its schema from the tables of openapi_core*.cpp.
void describeCore(std::vector<Route>& routes);
/// The tables, parsed: "GET /admin/api/v1/me" -> schema. For the test that none is missing and none too many.
const Json& coreSchemas();

/// Texts of the tables, each a JSON object; a name that begins with '#' is a schema of the components.
extern const char* const kPeopleSchemas;
extern const char* const kHostSchemas;
extern const char* const kAccessSchemas;

}  // namespace masthead::console::api
