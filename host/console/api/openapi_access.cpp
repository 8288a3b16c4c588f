// Schemas of routes about access: permissions, roles, API tokens, single sign-on.
#include "host/console/api/openapi.hpp"

namespace masthead::console::api {

const char* const kAccessSchemas = R"json({
"#Cursor": {"type": "string", "pattern": "^YWZ0ZXI6[A-Za-z0-9_-]{4}$", "description": "next of the page before"},
"#Limit": {"type": "integer", "minimum": 1, "maximum": 500},
"#RoleId": {"type": "string", "pattern": "^[a-z][a-z0-9-]{1,31}$", "maxLength": 32},
"#Permissions": {"type": "array", "uniqueItems": true, "maxItems": 500, "items": {"type": "string", "minLength": 3, "maxLength": 128}},
"#Permission": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}, "description": {"type": "string"},
  "risk": {"type": "string", "enum": ["low", "medium", "high", "critical"]}, "owner": {"type": "string"}, "group": {"type": "string"},
  "used_by": {"type": "array", "items": {"type": "string"}}}, "required": ["id", "title", "description", "risk", "owner", "group", "used_by"], "additionalProperties": false},
"#Role": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}, "description": {"type": "string"}, "builtin": {"type": "boolean"},
  "permissions": {"type": "array", "items": {"type": "string"}}, "accounts": {"type": "integer"}, "revision": {"type": "integer"}},
  "required": ["id", "title", "description", "builtin", "permissions", "accounts", "revision"], "additionalProperties": false},
"#OneRole": {"type": "object", "properties": {"role": {"$ref": "#/components/schemas/Role"}}, "required": ["role"], "additionalProperties": false},
"#Token": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "owner": {"type": "string"}, "scopes": {"type": "array", "items": {"type": "string"}},
  "cidrs": {"type": "array", "items": {"type": "string"}}, "created_at": {"type": "string", "format": "date-time"}, "expires_at": {"type": "string", "format": "date-time"},
  "last_used": {"type": ["string", "null"]}, "last_client": {"type": "string"}}, "required": ["id", "name", "owner", "scopes", "cidrs", "created_at", "expires_at", "last_used", "last_client"], "additionalProperties": false},
"#Provider": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}, "issuer": {"type": "string"}, "client_id": {"type": "string"}, "scopes": {}, "group_claim": {"type": "string"},
  "mappings": {"type": "array", "items": {"type": "object"}}, "locked": {"type": "boolean"}, "enabled": {"type": "boolean"}, "secret_set": {"type": "boolean"}, "state": {}}, "required": ["id", "title", "issuer"]},

"GET /admin/api/v1/permissions": {"response": {"type": "object", "properties": {"permissions": {"type": "array", "items": {"$ref": "#/components/schemas/Permission"}}}, "required": ["permissions"], "additionalProperties": false}},
"GET /admin/api/v1/roles": {"query": {"limit": {"$ref": "#/components/schemas/Limit"}, "cursor": {"$ref": "#/components/schemas/Cursor"}},
  "response": {"type": "object", "properties": {"roles": {"type": "array", "items": {"$ref": "#/components/schemas/Role"}}, "next": {"type": ["string", "null"]}}, "required": ["roles", "next"], "additionalProperties": false}},
"GET /admin/api/v1/roles/{id}": {"path": {"id": {"$ref": "#/components/schemas/RoleId"}}, "response": {"$ref": "#/components/schemas/OneRole"}},
"POST /admin/api/v1/roles": {"status": 201, "request": {"type": "object", "properties": {"id": {"$ref": "#/components/schemas/RoleId"}, "title": {"$ref": "#/components/schemas/Name"},
  "description": {"type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9 .,]*$"}, "permissions": {"$ref": "#/components/schemas/Permissions"}}, "required": ["id", "title"], "additionalProperties": false},
  "response": {"$ref": "#/components/schemas/OneRole"}},
"PUT /admin/api/v1/roles/{id}": {"if_match": true, "path": {"id": {"$ref": "#/components/schemas/RoleId"}}, "request": {"type": "object", "properties": {"title": {"$ref": "#/components/schemas/Name"},
  "description": {"type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9 .,]*$"}, "permissions": {"$ref": "#/components/schemas/Permissions"}}, "required": ["title"], "additionalProperties": false},
  "response": {"$ref": "#/components/schemas/OneRole"}},
"DELETE /admin/api/v1/roles/{id}": {"path": {"id": {"$ref": "#/components/schemas/RoleId"}}, "status": 204},

"GET /admin/api/v1/tokens": {"query": {"limit": {"$ref": "#/components/schemas/Limit"}, "cursor": {"$ref": "#/components/schemas/Cursor"}, "all": {"type": "string", "enum": ["0", "1"], "description": "1: everybody's, with core.tokens.manage"}},
  "response": {"type": "object", "properties": {"tokens": {"type": "array", "items": {"$ref": "#/components/schemas/Token"}}, "next": {"type": ["string", "null"]}}, "required": ["tokens", "next"], "additionalProperties": false}},
"POST /admin/api/v1/tokens": {"status": 201, "request": {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Name"},
  "scopes": {"type": "array", "minItems": 1, "maxItems": 500, "items": {"type": "string", "minLength": 3, "maxLength": 128}, "description": "Permissions; a part of one's own"},
  "expires_in_days": {"type": "integer", "minimum": 1, "maximum": 365, "default": 90},
  "cidrs": {"type": "array", "maxItems": 32, "items": {"type": "string", "maxLength": 64, "pattern": "^(10[.][0-9]{1,2}[.][0-9]{1,2}[.][0-9]{1,2}/32|fd00::[0-9a-f]{1,4}/128)$"}, "description": "Networks it may be used from; empty: all"}},
  "required": ["name", "scopes"], "additionalProperties": false},
  "response": {"type": "object", "properties": {"token": {"$ref": "#/components/schemas/Token"}, "secret": {"type": "string", "description": "Shown this once"}}, "required": ["token", "secret"], "additionalProperties": false}},
"DELETE /admin/api/v1/tokens/{id}": {"status": 204},
"GET /admin/api/openapi.json": {"response": {"type": "object", "properties": {"openapi": {"type": "string"}, "paths": {"type": "object"}}, "required": ["openapi", "paths"]}},

"POST /admin/api/v1/sso/{id}/start": {"request": {"type": "object", "properties": {"return_to": {"type": "string"}, "purpose": {"type": "string", "enum": ["sign_in", "step_up"]}}, "additionalProperties": false}, "response": {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]}},
"GET /admin/api/v1/sso/{id}/callback": {"response_type": "text/html", "response": {"type": "string"}},
"POST /admin/api/v1/sso/{id}/backchannel-logout": {"request_type": "application/x-www-form-urlencoded", "request": {"type": "object", "properties": {"logout_token": {"type": "string", "writeOnly": true}}, "required": ["logout_token"]}, "response": {"type": "object"}},
"GET /admin/api/v1/sso/providers": {"response": {"type": "object", "properties": {"providers": {"type": "array", "items": {"$ref": "#/components/schemas/Provider"}}}, "required": ["providers"]}},
"GET /admin/api/v1/sso/providers/{id}": {"response": {"type": "object"}},
"PUT /admin/api/v1/sso/providers/{id}": {"request": {"type": "object", "additionalProperties": true}, "response": {"type": "object"}},
"DELETE /admin/api/v1/sso/providers/{id}": {"status": 204},
"POST /admin/api/v1/sso/providers/{id}/test": {"request": {"type": "object", "additionalProperties": false}, "body_optional": true, "response": {"type": "object"}}
})json";

}  // namespace masthead::console::api
