"""Identity providers for tests and a browser made of functions: the hostile provider of ours, npm's oidc-provider, and the steps
of a sign-in as a browser takes them, cookies and all."""
import html
import html.parser
import http.client
import http.cookies
import itertools
import json
import os
import re
import shutil
import subprocess
import urllib.parse
import urllib.request

from .masthead import ROOT

TESTS = ROOT / "tests"
CLIENT_ID = "masthead"
CLIENT_SECRET = "a-client-secret-of-the-tests"
_clients = itertools.count(1)


def node():
    """./dev may have put a Node of its own beside the build."""
    return shutil.which("node", path=f"{ROOT}/build/node/bin:{os.environ.get('PATH', '')}")


def why_no_node():
    """Why the providers cannot run here; empty when they can."""
    if not node():
        return "no node on this machine; remedy: ./dev test installs it"
    if not (TESTS / "node_modules" / "oidc-provider").is_dir():
        return "the identity providers are not installed; remedy: npm ci --prefix tests"
    return ""


class NodeProvider:
    """A program in tests/support that prints {"port", "issuer"} once it listens."""

    def __init__(self, script, **env):
        self.process = subprocess.Popen([node(), "--no-warnings", TESTS / "support" / script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                        env={"PATH": "/usr/bin:/bin", "OP_CLIENT_ID": CLIENT_ID, "OP_CLIENT_SECRET": CLIENT_SECRET, **env})
        line = self.process.stdout.readline()
        assert line.startswith("{"), f"{script} did not start (exit code {self.process.poll()})"
        hello = json.loads(line)
        self.port, self.issuer = hello["port"], hello["issuer"]

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()

    def post(self, path, body):
        request = urllib.request.Request(f"{self.issuer}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)


class HostileProvider(NodeProvider):
    def __init__(self, **env):
        super().__init__("hostile_op.mjs", **env)

    def plan(self, **plan):
        self.post("/plan", plan)

    def log(self):
        return self.post("/log", {})["log"]

    def sign(self, **wanted):
        return self.post("/sign", wanted)["token"]


def settings(issuer, **more):
    return {"title": "The provider", "issuer": issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
            "mappings": [{"group": "admins", "role": "admin"}, {"group": "ops", "role": "operator"}], **more}


class Browser:
    """Talks to a Console as edge would, from an address of its own, keeping cookies as a browser does."""

    def __init__(self, console):
        number = next(_clients)
        self.console, self.cookies, self.csrf = console, {}, None
        self.client = f"198.51.{100 + number // 250}.{1 + number % 250}"

    def request(self, method, path, body=None, headers=None, cross_site=False, timeout=30):
        """`cross_site`: a navigation from another site, which carries no Strict cookies."""
        if not path.startswith("/"):
            path = "/admin/api/v1/" + path
        cookies = {k: v for k, v in self.cookies.items() if not (cross_site and k != "__Host-masthead-pre")}
        sent = {"X-Masthead-Client": self.client, "Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items()) or None,
                "X-Masthead-CSRF": self.csrf, "User-Agent": "a browser of the tests"}
        if cross_site:
            sent["Sec-Fetch-Site"] = "cross-site"
        answer = self.console.request(method, path, body, {**sent, **(headers or {})})
        for line in answer.headers.get_all("Set-Cookie") or []:
            jar = http.cookies.SimpleCookie(line)
            for name, morsel in jar.items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer

    def start(self, provider, **body):
        return self.request("POST", f"sso/{provider}/start", body)

    def at_provider(self, url):
        """A provider that asks nothing: where it sends the browser, as path and query."""
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        try:
            connection.request("GET", parts.path + "?" + parts.query)
            response = connection.getresponse()
            response.read()
            assert response.status in (302, 303), response.status
            location = urllib.parse.urlsplit(response.headers["Location"])
        finally:
            connection.close()
        return location.path + "?" + location.query

    def callback(self, path):
        return self.request("GET", path, cross_site=True)

    def sign_in(self, provider, **body):
        """The whole way through a provider that asks nothing; the answer of the callback."""
        started = self.start(provider, **body)
        assert started.status == 200, started
        return self.callback(self.at_provider(started.json["url"]))

    def me(self):
        answer = self.request("GET", "me")
        if answer.status == 200:
            self.csrf = answer.json["csrf"]
        return answer

    @property
    def signed_in(self):
        return self.me().status == 200


class _Forms(html.parser.HTMLParser):
    """The forms of a page: action and the values that a browser would send."""

    def __init__(self):
        super().__init__()
        self.forms = []

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "form":
            self.forms.append((named.get("action", ""), {}))
        elif tag == "button" and self.forms and named.get("name") and named.get("type", "submit") == "submit":
            self.forms[-1][1].setdefault(named["name"], named.get("value", ""))
        elif tag == "input" and self.forms and named.get("name") and named.get("type") not in ("checkbox", "submit"):
            self.forms[-1][1][named["name"]] = named.get("value", "")


class Person:
    """Somebody with a browser at a provider: keeps its cookies, fills in its forms."""

    def __init__(self, **answers):
        self.answers, self.cookies, self.filled = answers, {}, 0

    def _ask(self, url, form=None):
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            connection.request("GET" if form is None else "POST", target, None if form is None else urllib.parse.urlencode(form), headers)
            response = connection.getresponse()
            page = response.read().decode()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            value = rest.split(";")[0]
            if value and "Max-Age=0" not in line and "1970" not in line:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return response.status, response.headers.get("Location"), page

    def visit(self, url, home):
        """Goes where the provider leads until it sends the browser to `home`; path and query of that. None when it ends elsewhere."""
        form = None
        for _ in range(20):
            status, location, page = self._ask(url, form)
            form = None
            if location:
                url = urllib.parse.urljoin(url, location)
                if url.startswith(home):
                    return url[len(home):]
                continue
            parser = _Forms()
            parser.feed(page)
            usable = [(action, fields) for action, fields in parser.forms if action]
            if status != 200 or not usable:
                return None
            action, fields = usable[0]
            form = {name: self.answers.get(name, value) for name, value in fields.items()}
            self.filled += any(name in self.answers for name in fields)
            url = urllib.parse.urljoin(url, action)
        raise AssertionError(f"the provider never sent the browser back; it is at {url}")


def refresh_target(page):
    """Where the page of a callback sends the browser."""
    found = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]*)">', page.body)
    return html.unescape(found.group(1)) if found else None


def heading(page):
    found = re.search(r"<h1>([^<]*)</h1>", page.body)
    return found.group(1) if found else None
