// Schemas of routes about people: signing in, one's own account, accounts of others.
#include "host/console/api/openapi.hpp"

namespace masthead::console::api {

const char* const kPeopleSchemas = R"json({
"#Ok": {"type": "object", "properties": {"ok": {"type": "boolean", "const": true}}, "required": ["ok"]},
"#Time": {"type": "string", "format": "date-time"},
"#TimeOrNull": {"type": ["string", "null"]},
"#Next": {"type": "object", "description": "What comes next in this sign-in", "properties": {
  "next": {"type": "string", "enum": ["done", "second_factor", "enrol", "sign_in"]},
  "methods": {"type": "array", "items": {"type": "string"}},
  "recovery_left": {"type": ["integer", "null"]}}},
"#Ceremony": {"type": "object", "properties": {"ceremony": {"type": "string"}, "publicKey": {"type": "object"}}, "required": ["ceremony", "publicKey"]},
"#Credential": {"type": "object", "description": "A PublicKeyCredential as JSON", "additionalProperties": true},
"#Email": {"type": "string", "minLength": 3, "maxLength": 254, "pattern": "^[a-z0-9.]{1,40}@[a-z0-9]{1,40}[.]example$"},
"#Name": {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[A-Za-z0-9]([A-Za-z0-9 ]{0,60}[A-Za-z0-9])?$"},
"#Roles": {"type": "array", "items": {"type": "string", "minLength": 2, "maxLength": 32}, "maxItems": 32},
"#Admin": {"type": "object", "properties": {
  "id": {"type": "string"}, "email": {"type": "string"}, "name": {"type": "string"}, "roles": {"type": "array", "items": {"type": "string"}},
  "disabled": {"type": "boolean"}, "created_at": {"$ref": "#/components/schemas/Time"}}, "required": ["id", "email", "name", "roles", "disabled"]},
"#Invite": {"type": "object", "properties": {"link": {"type": "string", "writeOnly": false}, "expires_at": {"$ref": "#/components/schemas/Time"}}, "required": ["link", "expires_at"]},

"GET /admin/api/v1/setup": {"response": {"type": "object", "properties": {"needed": {"type": "boolean"}, "trial": {"type": "boolean"}, "demo": {"type": "boolean"}}, "required": ["needed"]}},
"POST /admin/api/v1/setup": {"request": {"type": "object", "properties": {
  "token": {"type": "string", "writeOnly": true}, "email": {"type": "string"}, "name": {"type": "string"}, "password": {"type": "string", "writeOnly": true}},
  "required": ["token", "email", "name", "password"], "additionalProperties": false}, "response": {"type": "object"}},
"GET /admin/api/v1/session/methods": {"response": {"type": "object", "properties": {"password": {"type": "boolean"}, "passkeys": {"type": "boolean"},
  "providers": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}}}}}, "required": ["password", "passkeys", "providers"]}},
"POST /admin/api/v1/session": {"request": {"type": "object", "properties": {"email": {"type": "string", "maxLength": 254}, "password": {"type": "string", "writeOnly": true, "maxLength": 1024}},
  "required": ["email", "password"], "additionalProperties": false}, "response": {"$ref": "#/components/schemas/Next"}},
"DELETE /admin/api/v1/session": {"status": 204, "also": {"200": "Signed out here; logout_url ends the session at the provider as well"}},
"POST /admin/api/v1/session/totp": {"request": {"type": "object", "properties": {"code": {"type": "string", "writeOnly": true}}, "required": ["code"], "additionalProperties": false}, "response": {"$ref": "#/components/schemas/Next"}},
"POST /admin/api/v1/session/recovery": {"request": {"type": "object", "properties": {"code": {"type": "string", "writeOnly": true}}, "required": ["code"], "additionalProperties": false}, "response": {"$ref": "#/components/schemas/Next"}},
"POST /admin/api/v1/session/passkey/options": {"request": {"type": "object", "additionalProperties": false}, "body_optional": true, "response": {"$ref": "#/components/schemas/Ceremony"}},
"POST /admin/api/v1/session/passkey": {"request": {"type": "object", "properties": {"ceremony": {"type": "string"}, "credential": {"$ref": "#/components/schemas/Credential"}}, "required": ["ceremony", "credential"], "additionalProperties": false}, "response": {"$ref": "#/components/schemas/Next"}},

"GET /admin/api/v1/me": {"response": {"type": "object", "properties": {
  "principal": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "email": {"type": "string"}, "roles": {"type": "array", "items": {"type": "string"}},
    "permissions": {"type": "array", "items": {"type": "string"}}, "method": {"type": "string"}}, "required": ["id", "permissions", "method"]},
  "csrf": {"type": "string"}, "auth_disabled": {"type": "boolean"}, "trial": {"type": "boolean"}, "demo": {"type": "boolean"}, "version": {"type": "string"}, "public_url": {"type": "string"}},
  "required": ["principal", "csrf", "version", "public_url"]}},
"POST /admin/api/v1/me/step-up": {"request": {"type": "object", "properties": {"password": {"type": "string", "writeOnly": true}, "code": {"type": "string", "writeOnly": true}}, "additionalProperties": false}, "response": {"type": "object", "properties": {"step_up_until": {"$ref": "#/components/schemas/TimeOrNull"}}}},
"POST /admin/api/v1/me/step-up/passkey/options": {"request": {"type": "object", "additionalProperties": false}, "body_optional": true, "response": {"$ref": "#/components/schemas/Ceremony"}},
"POST /admin/api/v1/me/step-up/passkey": {"request": {"type": "object", "properties": {"ceremony": {"type": "string"}, "credential": {"$ref": "#/components/schemas/Credential"}}, "required": ["ceremony", "credential"], "additionalProperties": false}, "response": {"type": "object"}},
"GET /admin/api/v1/me/account": {"response": {"type": "object", "properties": {"account": {"type": "object"}, "factors": {"type": "object"}, "sessions": {"type": "array", "items": {"type": "object"}}, "policy": {"type": "object"}}, "required": ["account", "factors", "sessions", "policy"]}},
"PATCH /admin/api/v1/me/account": {"request": {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Name"}, "language": {"type": "string", "enum": ["en", "zh-CN", ""]}, "theme": {"type": "string", "enum": ["light", "dark", "auto"]}}, "additionalProperties": false}, "response": {"type": "object"}},
"POST /admin/api/v1/me/password": {"request": {"type": "object", "properties": {"current": {"type": "string", "writeOnly": true}, "new": {"type": "string", "writeOnly": true}, "keep_sessions": {"type": "boolean"}}, "required": ["current", "new"], "additionalProperties": false}, "response": {"type": "object"}},
"POST /admin/api/v1/me/totp": {"request": {"type": "object", "additionalProperties": false}, "response": {"type": "object", "properties": {"secret": {"type": "string"}, "uri": {"type": "string"}, "qr_svg": {"type": "string"}}, "required": ["secret", "uri", "qr_svg"]}},
"POST /admin/api/v1/me/totp/confirm": {"request": {"type": "object", "properties": {"code": {"type": "string", "writeOnly": true}}, "required": ["code"], "additionalProperties": false}, "response": {"$ref": "#/components/schemas/Next"}},
"DELETE /admin/api/v1/me/totp": {"status": 204},
"POST /admin/api/v1/me/recovery-codes": {"request": {"type": "object", "additionalProperties": false}, "response": {"type": "object", "properties": {"codes": {"type": "array", "items": {"type": "string"}}}, "required": ["codes"]}},
"POST /admin/api/v1/me/passkeys/options": {"request": {"type": "object", "additionalProperties": false}, "body_optional": true, "response": {"$ref": "#/components/schemas/Ceremony"}},
"POST /admin/api/v1/me/passkeys": {"request": {"type": "object", "properties": {"ceremony": {"type": "string"}, "name": {"$ref": "#/components/schemas/Name"}, "credential": {"$ref": "#/components/schemas/Credential"}}, "required": ["ceremony", "name", "credential"], "additionalProperties": false}, "response": {"type": "object"}},
"PATCH /admin/api/v1/me/passkeys/{id}": {"request": {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Name"}}, "required": ["name"], "additionalProperties": false}, "response": {"type": "object"}},
"DELETE /admin/api/v1/me/passkeys/{id}": {"status": 204},
"DELETE /admin/api/v1/me/sessions/{handle}": {"status": 204},
"POST /admin/api/v1/me/sessions/revoke-others": {"request": {"type": "object", "additionalProperties": false}, "body_optional": true, "response": {"type": "object"}},

"GET /admin/api/v1/admins": {"response": {"type": "object", "properties": {"admins": {"type": "array", "items": {"$ref": "#/components/schemas/Admin"}}}, "required": ["admins"]}},
"GET /admin/api/v1/admins/{id}": {"response": {"type": "object", "properties": {"admin": {"$ref": "#/components/schemas/Admin"}}, "required": ["admin"]}},
"POST /admin/api/v1/admins": {"request": {"type": "object", "properties": {"email": {"$ref": "#/components/schemas/Email"}, "name": {"$ref": "#/components/schemas/Name"},
  "roles": {"$ref": "#/components/schemas/Roles"}, "role": {"type": "string", "description": "One more role"}, "password": {"type": "string", "writeOnly": true}}, "required": ["email", "name"], "additionalProperties": false}, "status": 201,
  "response": {"type": "object", "properties": {"admin": {"$ref": "#/components/schemas/Admin"}, "invite": {"$ref": "#/components/schemas/Invite"}}, "required": ["admin"]}},
"PATCH /admin/api/v1/admins/{id}": {"if_match": true, "request": {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Name"}, "roles": {"$ref": "#/components/schemas/Roles"}, "disabled": {"type": "boolean"}}, "additionalProperties": false},
  "response": {"type": "object", "properties": {"admin": {"$ref": "#/components/schemas/Admin"}}, "required": ["admin"]}},
"DELETE /admin/api/v1/admins/{id}": {"status": 204},
"POST /admin/api/v1/admins/{id}/password": {"request": {"type": "object", "properties": {"password": {"type": "string", "writeOnly": true}}, "required": ["password"], "additionalProperties": false}, "response": {"$ref": "#/components/schemas/Ok"}},
"POST /admin/api/v1/admins/{id}/invite": {"request": {"type": "object", "additionalProperties": false}, "body_optional": true, "response": {"type": "object", "properties": {"invite": {"$ref": "#/components/schemas/Invite"}}, "required": ["invite"]}},
"POST /admin/api/v1/admins/{id}/reset": {"request": {"type": "object", "additionalProperties": false}, "body_optional": true, "response": {"type": "object", "properties": {"reset": {"$ref": "#/components/schemas/Invite"}}, "required": ["reset"]}},
"POST /admin/api/v1/admins/{id}/factors/reset": {"request": {"type": "object", "additionalProperties": false}, "body_optional": true, "response": {"type": "object"}},
"POST /admin/api/v1/admins/{id}/sessions/revoke": {"request": {"type": "object", "additionalProperties": false}, "body_optional": true, "response": {"type": "object"}},
"POST /admin/api/v1/links/look": {"request": {"type": "object", "properties": {"token": {"type": "string", "writeOnly": true}}, "required": ["token"], "additionalProperties": false}, "response": {"type": "object"}},
"POST /admin/api/v1/links/accept": {"request": {"type": "object", "properties": {"token": {"type": "string", "writeOnly": true}, "password": {"type": "string", "writeOnly": true}}, "required": ["token", "password"], "additionalProperties": false}, "response": {"$ref": "#/components/schemas/Next"}}
})json";

}  // namespace masthead::console::api
