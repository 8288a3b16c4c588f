"""A person in a browser, real headscale and real clients: the text on the screen lets the device in, and both sides say so."""
import contextlib
import http.server
import json
import re
import shlex
import threading

import pytest

from tests.integration.onboarding import start
from tests.real import programs
from tests.real.tailscale import Client
from tests.support.browser import SPEC_NEEDS, run_spec, spec_can_run

pytestmark = pytest.mark.skipif(not spec_can_run(), reason=SPEC_NEEDS)


@pytest.fixture(scope="module")
def masthead(request, tmp_path_factory):
    version, binary = request.param
    server = start(tmp_path_factory.mktemp("obb" + version.replace(".", "")), settings={"undo": "10s"},
                   real={"source": "auto", "binary": str(binary), "version": programs.config_version(version)})
    yield server
    server.__exit__()


class Devices:
    """Takes {"hostname","authKey","command"} and runs the command on a new client; without a key, the client's login page."""

    def __init__(self, masthead, directory):
        self.masthead, self.directory, self.clients, self.waiting = masthead, directory, [], []

    def join(self, wanted):
        client = Client(self.directory, wanted["hostname"], self.masthead.data / "tls" / "cert.pem")
        self.clients.append(client)
        if "command" in wanted:
            program, *arguments = shlex.split(wanted["command"])
            assert program == "tailscale"
            client.run(*arguments, f"--hostname={wanted['hostname']}", "--accept-dns=false", "--timeout=60s", timeout=90)
            return {"addresses": client.status()["Self"]["TailscaleIPs"]}
        process = client.start_up(self.masthead.settings["public_url"])
        self.waiting.append(process)
        found = next(match for match in (re.search(r"https://\S+/register/(\S+)", line) for line in process.stdout) if match)
        return {"authId": found[1]}

    def stop(self):
        for process in self.waiting:
            process.kill()
        for client in self.clients:
            client.stop()


@contextlib.contextmanager
def real_devices(masthead, directory):
    """Devices behind an address that a browser test can post to: (devices, address)."""
    devices = Devices(masthead, directory)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                status, answer = 200, devices.join(body)
            except Exception as error:
                status, answer = 500, {"error": str(error)}
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield devices, f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        devices.stop()


@pytest.mark.parametrize("spec, joining", [("onboarding_public", 3), ("onboarding_together", 2)])
def test_in_a_browser(masthead, tmp_path, spec, joining):
    with real_devices(masthead, tmp_path) as (devices, address):
        run_spec(masthead, spec, tmp_path, MASTHEAD_E2E_CLIENTS=address)
        for process in devices.waiting:
            assert process.wait(60) == 0, "`tailscale up` without a key ends once it is let in"
        assert [client.status()["BackendState"] for client in devices.clients] == ["Running"] * joining
