"""Which RPC a recorded REST call is, and its request message in JSON: what headscale's gateway does."""
import re
import urllib.parse

# RPC, method, path, has a body
RULES = [
    ("CreateUser", "POST", "/api/v1/user", True),
    ("RenameUser", "POST", "/api/v1/user/{oldId}/rename/{newName}", False),
    ("DeleteUser", "DELETE", "/api/v1/user/{id}", False),
    ("ListUsers", "GET", "/api/v1/user", False),
    ("CreatePreAuthKey", "POST", "/api/v1/preauthkey", True),
    ("ExpirePreAuthKey", "POST", "/api/v1/preauthkey/expire", True),
    ("DeletePreAuthKey", "DELETE", "/api/v1/preauthkey", False),
    ("ListPreAuthKeys", "GET", "/api/v1/preauthkey", False),
    ("SetTags", "POST", "/api/v1/node/{nodeId}/tags", True),
    ("SetApprovedRoutes", "POST", "/api/v1/node/{nodeId}/approve_routes", True),
    ("RegisterNode", "POST", "/api/v1/node/register", False),
    ("BackfillNodeIPs", "POST", "/api/v1/node/backfillips", False),
    ("ExpireNode", "POST", "/api/v1/node/{nodeId}/expire", False),
    ("RenameNode", "POST", "/api/v1/node/{nodeId}/rename/{newName}", False),
    ("GetNode", "GET", "/api/v1/node/{nodeId}", False),
    ("DeleteNode", "DELETE", "/api/v1/node/{nodeId}", False),
    ("ListNodes", "GET", "/api/v1/node", False),
    ("AuthRegister", "POST", "/api/v1/auth/register", True),
    ("AuthApprove", "POST", "/api/v1/auth/approve", True),
    ("AuthReject", "POST", "/api/v1/auth/reject", True),
    ("CreateApiKey", "POST", "/api/v1/apikey", True),
    ("ExpireApiKey", "POST", "/api/v1/apikey/expire", True),
    ("ListApiKeys", "GET", "/api/v1/apikey", False),
    ("DeleteApiKey", "DELETE", "/api/v1/apikey/{prefix}", False),
    ("GetPolicy", "GET", "/api/v1/policy", False),
    ("SetPolicy", "PUT", "/api/v1/policy", True),
    ("CheckPolicy", "POST", "/api/v1/policy/check", True),
    ("Health", "GET", "/api/v1/health", False),
]
FLAGS = {"true": True, "false": False}


def as_rpc(method, target, body):
    """(rpc, {"request": …} or {"text": raw}) of a REST call; None when the path is no API call."""
    path, _, query = target.partition("?")
    for rpc, verb, template, has_body in RULES:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]*)", re.escape(template))
        found = re.fullmatch(pattern, path)
        if not found or verb != method:
            continue
        if has_body and isinstance(body, str) and body:
            return rpc, {"text": body}
        request = dict(body) if has_body and body else {}
        request.update({name: urllib.parse.unquote(value) for name, value in found.groupdict().items()})
        if not has_body:
            request.update({name: FLAGS.get(value, value) for name, value in urllib.parse.parse_qsl(query)})
        return rpc, {"request": request}
    return None
