"""The live route table, asked at the command line's door, and requests made from it."""
from .waiting import wait_until


def live_routes(console):
    """Every route in force: method, path, permission, stage, step_up, token_allowed, audit, same_origin, json_body, owner."""
    return console.api("GET", "routes", socket_name="cli.sock")["routes"]


def signed_in(routes):
    return [route for route in routes if route["permission"] != "masthead:public"]


def writes(routes):
    return [route for route in routes if route["method"] not in ("GET", "HEAD")]


def example_path(route, value="1"):
    """The path with `value` in place of every parameter."""
    return "/".join(value if part.startswith("{") else part for part in route["path"].split("/"))


def name(route):
    return route["method"] + " " + route["path"]


def ask(console, method, path, body=None, **kw):
    """console.request(), again when the rate of one session is used up: a suite asks faster than a person."""
    def once():
        answer = console.request(method, path, body, **kw)
        return None if answer.status == 429 and answer.json["code"] == "rate_limited" else answer
    return wait_until(once, 60, f"an answer to {method} {path}")
