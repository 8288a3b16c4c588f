"""One replay: a fresh stand-in that cannot see the recordings, the calls in a drawn order under drawn names, and what differed."""
import http.client
import json
import os
import pathlib
import random
import re
import socket
import stat
import subprocess
import tempfile
import urllib.parse

from tests.contract.headscale_target import BUILD, Target
from tests.contract.replay import comparing, recording, renaming, rpcs
from tests.support.waiting import wait_until

DEMO = BUILD / "bin" / "headscale-demo"
GRPC = BUILD / "bin" / "replay_grpc"
DATA = pathlib.Path(__file__).resolve().parents[2] / "data"
REFUSED_BEFORE_THE_WIRE = re.compile(r"^(proto:|invalid character|type mismatch|parsing field)")
PAGE = re.compile(r"^<(html page|metrics), |^<\?xml")
# The routes the real first client announced.
NODE1_ROUTES = ["0.0.0.0/0", "::/0", "10.1.0.0/24", "192.168.7.0/24"]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("local", timeout=20)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


def hidden_program(folder):
    """A script that starts the stand-in in a mount namespace where tests/data is empty."""
    script = pathlib.Path(folder) / "headscale-demo"
    own = "" if os.geteuid() == 0 else "-r "
    script.write_text(f"#!/bin/sh\nexec unshare {own}-m sh -c 'mount -t tmpfs none \"{DATA}\" && exec \"$0\" \"$@\"' \"{DEMO}\" \"$@\"\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


class Session:
    """`surface`: "gateway" and "grpc" replay 0.29.2, "socket" and "tcp" replay 0.30-dev."""

    def __init__(self, surface, seed):
        self.surface = surface
        self.version = "0.29.2" if surface in ("gateway", "grpc") else "0.30-dev"
        self.random = random.Random(f"{surface} {seed}")
        self.renaming = renaming.Renaming(self.random)
        self.ids = {"user": {}, "key": {}, "node": {}}
        self.tokens = {}
        self.grpc = None

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mh-replay-")
        api = "0.29" if self.version == "0.29.2" else "0.30"
        self.target = Target(hidden_program(self.folder.name), api, ["--api", api, "--nodes", "0", "--users", "0", "--churn", "0"])
        config = (self.target.folder / "config.yaml").read_text()
        self.debug = int(re.search(r"^metrics_listen_addr: .*:(\d+)$", config, re.M)[1])
        if self.version == "0.29.2":
            self.grpc = subprocess.Popen([GRPC, self.target.socket], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.key = self.admin("POST", "/api/v1/apikey", {"expiration": "2027-02-19T07:26:16Z"})["apiKey"]
        self.shift_ids()
        return self

    def __exit__(self, *exc):
        if self.grpc:
            self.grpc.stdin.close()
            self.grpc.wait(20)
        self.target.stop()
        self.folder.cleanup()

    # transports

    def http(self, connection, method, path, body=None, key=None):
        """(status, content type, body text)"""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        data = None
        if body is not None:
            data = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type"), answer.read().decode()
        finally:
            connection.close()

    def tcp(self, port=None):
        return http.client.HTTPConnection("127.0.0.1", port or self.target.http, timeout=20)

    def rpc(self, name, message):
        self.grpc.stdin.write(json.dumps({"rpc": name, **message}) + "\n")
        self.grpc.stdin.flush()
        return json.loads(self.grpc.stdout.readline())

    def admin(self, method, path, body=None):
        """A call of our own, over the socket, that must succeed."""
        if self.grpc:
            answer = self.rpc(*rpcs.as_rpc(method, path, body))
            assert answer.get("code") == 0, answer
            return answer["response"]
        status, _, text = self.http(UnixConnection(self.target.socket), method, path, body)
        assert status == 200, (status, text)
        return json.loads(text)

    def demo(self, path, body):
        status, _, text = self.http(self.tcp(self.debug), "POST", path, body)
        assert status == 200, (status, text)
        return json.loads(text)

    # preparation

    def shift_ids(self):
        """Makes and deletes some objects, so that no id is the recorded one by position."""
        for _ in range(self.random.randint(1, 3)):
            user = self.admin("POST", "/api/v1/user", {"name": "passing"})["user"]["id"]
            self.admin("DELETE", f"/api/v1/user/{user}")
        for _ in range(self.random.randint(1, 3)):
            key = self.admin("POST", "/api/v1/preauthkey", {"aclTags": ["tag:passing"], "expiration": "2099-01-01T00:00:00Z"})["preAuthKey"]
            node = self.demo("/debug/demo/join", {"hostname": "passing", "authKey": key["key"]})["node"]["id"]
            self.admin("DELETE", f"/api/v1/node/{node}")
            self.admin("DELETE", f"/api/v1/preauthkey?id={key['id']}")

    def join_clients(self, key):
        """What three real clients did in the recording: two joined with the key, the third showed a link."""
        for number, routes in (("1", NODE1_ROUTES), ("2", [])):
            joined = self.demo("/debug/demo/join", {"hostname": self.renaming.text(f"node{number}"), "authKey": key, "routes": self.renaming.value(routes)})
            self.ids["node"][number] = joined["node"]["id"]
        return self.demo("/debug/demo/join", {"hostname": self.renaming.text("node3")})["authId"]

    # one call

    def translated(self, call):
        """Path and body with our names, ids and keys."""
        path, body = call["path"], call.get("request")
        head, _, query = path.partition("?")
        kind = {"user": "user", "preauthkey": "key", "node": "node"}.get(head.split("/")[3] if head.startswith("/api/v1/") else "")
        ids = self.ids.get(kind, {})
        if kind:
            head = re.sub(r"(?<=/)(\d+)(?=/|$)", lambda found: ids.get(found[1], found[1]), head)
            query = re.sub(r"(?<=\bid=)\d+", lambda found: ids.get(found[0], found[0]), query)
        if isinstance(body, dict):
            body = self.renaming.value(body)
            if head == "/api/v1/preauthkey" and "user" in body:
                body["user"] = self.ids["user"].get(body["user"], body["user"])
            if kind == "key" and "id" in body:
                body["id"] = ids.get(body["id"], body["id"])
        path = head + ("?" + query if query else "")
        # Names in a path are percent-encoded where they must be.
        path = urllib.parse.quote(self.renaming.text(urllib.parse.unquote(path)), safe="/?&=:@*-._~")
        for recorded, ours in self.tokens.items():
            path = path.replace(recorded, ours)
            if isinstance(body, dict):
                body = {name: value.replace(recorded, ours) if isinstance(value, str) else value for name, value in body.items()}
        return path, body

    def learn(self, call, answer):
        recorded = call.get("response")
        if not isinstance(recorded, dict) or not isinstance(answer, dict) or call["method"] != "POST":
            return
        for member, kind in (("user", "user"), ("preAuthKey", "key"), ("node", "node")):
            if member in recorded and member in answer:
                self.ids[kind][recorded[member]["id"]] = answer[member]["id"]
        if "apiKey" in recorded and "apiKey" in answer:
            self.tokens[recorded["apiKey"][:22]] = answer["apiKey"][:22]
        if call["index"] == 101:
            self.join_key = answer["preAuthKey"]["key"]

    def replay(self, call):
        """The differences of one call."""
        if "note" in call:
            auth_id = self.join_clients(self.join_key)
            self.tokens[re.search(r"hskey-authreq-\S+", call["text"])[0]] = auth_id
            return []
        if "error" in call:
            return self.refuses_http()
        path, body = self.translated(call)
        api = call["path"].startswith("/api/v1/") and call.get("auth")
        if api and self.surface == "grpc":
            found, answer = self.by_grpc(call, path, body)
        else:
            found, answer = self.by_http(call, path, body, api)
        self.learn(call, answer)
        if call["index"] == 106:
            wait_until(lambda: self.online(self.ids["node"]["3"]), 10, "the registered client to come online")
        return found

    def online(self, node):
        _, _, text = self.http(self.tcp(self.debug), "GET", "/debug/nodestore")
        return json.loads(text)[node]["IsOnline"]

    def refuses_http(self):
        """0.29's socket speaks gRPC only; HTTP/1.1 gets no answer."""
        try:
            got = self.http(UnixConnection(self.target.socket), "GET", "/api/v1/user")
        except (ConnectionError, http.client.HTTPException):
            return []
        return [f"the socket answered HTTP: {got!r}"]

    def by_grpc(self, call, path, body):
        name, message = rpcs.as_rpc(call["method"], path, body)
        answer = self.rpc(name, message)
        recorded = self.renaming.value(call["response"])
        text = recorded.get("message", "") if call["status"] != 200 else ""
        if REFUSED_BEFORE_THE_WIRE.match(text):
            return ([] if "refused" in answer else [f"protobuf's JSON mapping took it: {answer!r}"]), None
        if call["status"] != 200:
            expected = {"code": recorded["code"], "message": recorded["message"]}
            return comparing.differences(comparing.normal(expected), comparing.normal(answer)), None
        if answer.get("code") != 0:
            return [f"recorded success, got {answer!r}"], None
        got = answer["response"]
        return comparing.differences(comparing.without_nulls(comparing.normal(recorded)), comparing.without_nulls(comparing.normal(got))), got

    def by_http(self, call, path, body, api):
        transport = call["transport"]
        if transport == "debug listener":
            answer = self.http(self.tcp(self.debug), call["method"], path, body)
        elif transport == "unix" or (api and self.surface == "socket"):
            answer = self.http(UnixConnection(self.target.socket), call["method"], path, body)
        else:
            answer = self.http(self.tcp(), call["method"], path, body, self.key if api else None)
        status, kind, text = answer
        found = comparing.differences({"status": call["status"], "type": call["content_type"]}, {"status": status, "type": kind})
        recorded = self.renaming.value(call["response"])
        if isinstance(recorded, str):
            if not PAGE.match(recorded):
                found += comparing.differences(comparing.normal(recorded), comparing.normal(text))
            return found, None
        try:
            got = json.loads(text)
        except ValueError:
            return found + [f"no JSON: {text[:200]!r}"], None
        shape = got
        if call["path"] == "/debug/batcher":
            recorded["connected_nodes"] = {self.ids["node"][node]: facts for node, facts in recorded["connected_nodes"].items()}
        if isinstance(recorded, dict) and "members" in recorded:
            node = next(iter(got.values()))
            shape = {"members": sorted(node), "hostinfo": sorted(node.get("Hostinfo", {}))} if "hostinfo" in recorded else {"members": sorted(got)}
        elif isinstance(recorded, dict) and "paths" in recorded:
            shape = {"paths": sorted(f"{verb.upper()} {path}" for path, verbs in got["paths"].items() for verb in verbs)}
        return found + comparing.differences(comparing.normal(recorded), comparing.normal(shape)), got


def run(surface, seed):
    """({index: differences}, number of calls) of a whole replay."""
    calls = recording.load("0.29.2" if surface in ("gateway", "grpc") else "0.30-dev")
    with Session(surface, seed) as session:
        order = recording.merged(calls, session.random)
        found = {}
        for call in order:
            lines = session.replay(call)
            if lines:
                found[call["index"]] = [f"{call.get('method', '')} {call.get('path', '')}: {line}" for line in lines]
        return found, len(order)
