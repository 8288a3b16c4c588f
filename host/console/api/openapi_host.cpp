// Schemas of routes about the host: state, plugins, pages, events, notifications, audit.
#include "host/console/api/openapi.hpp"

namespace masthead::console::api {

const char* const kHostSchemas = R"json({
"#Record": {"type": "object", "properties": {"id": {"type": "string"}, "at": {"type": "string", "format": "date-time"}, "principal": {"type": "string"}, "principal_id": {"type": "string"},
  "action": {"type": "string"}, "object": {"type": "string"}, "outcome": {"type": "string"}, "detail": {"type": "object"}, "request_id": {"type": "string"}, "client": {"type": "string"}},
  "required": ["id", "at", "principal", "action", "object", "outcome"]},
"#Keys": {"type": "object", "description": "The keys that secrets at rest stand under, by name; never the keys", "properties": {"master": {"type": "object", "x-masthead-shows": "presence"}, "keys": {"type": "array", "items": {"type": "object"}}}},
"#NewChannel": {"type": "object", "properties": {"kind": {"type": "string", "enum": ["mail", "webhook", "ntfy", "slack", "matrix"]}, "name": {"type": "string"}, "enabled": {"type": "boolean"},
  "settings": {"type": "object", "additionalProperties": true}, "secrets": {"type": "object", "additionalProperties": true, "writeOnly": true}}, "required": ["kind", "name"], "additionalProperties": false},
"#Channel": {"type": "object", "properties": {"id": {"type": "string"}, "kind": {"type": "string"}, "name": {"type": "string"}, "enabled": {"type": "boolean"}, "builtin": {"type": "boolean"},
  "settings": {"type": "object"}, "secrets": {"type": "object", "description": "Which secrets are set, never the secrets", "x-masthead-shows": "presence"}}, "required": ["id", "kind", "name", "enabled", "builtin"]},
"#Rules": {"type": "object", "properties": {"rules": {"type": "array", "items": {"type": "object"}}, "default": {"type": "object"}, "quiet_hours": {"type": "object"}, "digest": {"type": "object"}}, "required": ["rules", "default", "quiet_hours", "digest"]},

"GET /admin/api/v1/shell": {"response": {"type": "object", "properties": {"ui": {"type": "string"}, "pages": {"type": "array", "items": {"type": "object"}}}, "required": ["ui", "pages"]}},
"POST /admin/api/v1/csp-report": {"request_type": "application/csp-report", "request": {"type": "object", "additionalProperties": true}, "body_optional": true, "status": 204},
"GET /admin/api/v1/status": {"response": {"type": "object", "properties": {"supervisor": {"type": "object"}, "headscale": {"type": "object", "properties": {"state": {"type": "string"}, "version": {"type": "string"}, "driver": {"type": "string"}, "demo": {"type": "boolean"}}},
  "edge": {"type": "object"}, "tailnet": {"type": "object", "properties": {"nodes": {"type": "integer"}, "online": {"type": "integer"}, "users": {"type": "integer"}}}}, "required": ["supervisor", "headscale", "edge", "tailnet"]}},
"POST /admin/api/v1/status/{child}/restart": {"path": {"child": {"type": "string", "enum": ["headscale", "edge", "console"]}}, "status": 202, "response": {"$ref": "#/components/schemas/Ok"}},
"GET /admin/api/v1/plugins": {"response": {"type": "object", "properties": {"plugins": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}, "state": {"type": "string"}}, "required": ["id", "title", "state"]}}}, "required": ["plugins"]}},
"POST /admin/api/v1/plugins/{id}/release": {"response": {"$ref": "#/components/schemas/Ok"}},
"GET /admin/api/v1/events": {"response_type": "text/event-stream", "response": {"type": "string"}},

"GET /admin/api/v1/keys": {"response": {"$ref": "#/components/schemas/Keys"}},
"POST /admin/api/v1/keys/rotate": {"request": {"type": "object", "properties": {"what": {"type": "array", "items": {"type": "string", "enum": ["master", "data"]}, "description": "Both unless said"}}, "additionalProperties": false}, "response": {"$ref": "#/components/schemas/Keys"}},
"GET /admin/api/v1/audit": {"query": {"limit": {"type": "integer", "minimum": 1, "maximum": 500}, "before": {"type": "string", "pattern": "^[0-9]{0,18}$"}},
  "response": {"type": "object", "properties": {"records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}}, "next": {"type": ["string", "null"]}}, "required": ["records", "next"]}},
"GET /admin/api/v1/audit/facets": {"response": {"type": "object", "properties": {"principals": {"type": "array"}, "actions": {"type": "array"}, "outcomes": {"type": "array"}}, "required": ["principals", "actions", "outcomes"]}},
"GET /admin/api/v1/audit/export": {"query": {"format": {"type": "string", "enum": ["csv", "jsonl"]}}, "response_type": "text/csv", "response": {"type": "string"}},
"GET /admin/api/v1/audit/status": {"response": {"type": "object"}},
"POST /admin/api/v1/audit/verify": {"response": {"type": "object", "properties": {"ok": {"type": "boolean"}, "records": {"type": "integer"}, "bad": {}}, "required": ["ok", "records"]}},

"GET /admin/api/v1/notify/channels": {"response": {"type": "object", "properties": {"channels": {"type": "array", "items": {"$ref": "#/components/schemas/Channel"}}}, "required": ["channels"]}},
"POST /admin/api/v1/notify/channels": {"status": 201, "request": {"$ref": "#/components/schemas/NewChannel"}, "response": {"$ref": "#/components/schemas/Channel"}},
"PUT /admin/api/v1/notify/channels/{id}": {"request": {"$ref": "#/components/schemas/NewChannel"}, "response": {"$ref": "#/components/schemas/Channel"}},
"DELETE /admin/api/v1/notify/channels/{id}": {"status": 204},
"POST /admin/api/v1/notify/channels/{id}/test": {"response": {"type": "object", "properties": {"delivered": {"type": "boolean"}, "error": {"type": ["string", "null"]}}, "required": ["delivered", "error"]}},
"GET /admin/api/v1/notify/events": {"response": {"type": "object", "properties": {"events": {"type": "array", "items": {"type": "object", "properties": {"type": {"type": "string"}, "description": {"type": "string"}}, "required": ["type", "description"]}}}, "required": ["events"]}},
"GET /admin/api/v1/notify/rules": {"response": {"$ref": "#/components/schemas/Rules"}},
"PUT /admin/api/v1/notify/rules": {"request": {"type": "object", "properties": {"rules": {"type": "array", "items": {"type": "object"}}, "default": {"type": "object"}, "quiet_hours": {"type": "object"}, "digest": {"type": "object"}}, "additionalProperties": false}, "response": {"$ref": "#/components/schemas/Rules"}},
"GET /admin/api/v1/notify/deliveries": {"query": {"limit": {"type": "integer", "minimum": 1, "maximum": 500}, "state": {"type": "string", "enum": ["queued", "sent", "failed"]}},
  "response": {"type": "object", "properties": {"deliveries": {"type": "array", "items": {"type": "object"}}}, "required": ["deliveries"]}},
"POST /admin/api/v1/notify/deliveries/{id}/resend": {"response": {"$ref": "#/components/schemas/Ok"}},
"GET /admin/api/v1/notify/messages": {"response": {"type": "object", "properties": {"messages": {"type": "array", "items": {"type": "object"}}, "unread": {"type": "integer"}}, "required": ["messages", "unread"]}},
"POST /admin/api/v1/notify/messages/read": {"request": {"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "string"}}, "all": {"type": "boolean"}}, "additionalProperties": false},
  "response": {"type": "object", "properties": {"unread": {"type": "integer"}}, "required": ["unread"]}}
})json";

}  // namespace masthead::console::api
