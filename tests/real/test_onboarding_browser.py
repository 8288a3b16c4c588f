"""A person in a browser, real headscale and real clients: the text on the screen lets the device in, and both sides say so."""
import http.server
import json
import os
import re
import shlex
import shutil
import subprocess
import threading

import pytest

from tests.integration.onboarding import start
from tests.real import programs
from tests.real.tailscale import Client
from tests.support.masthead import ROOT

needed = [name for name in ("node", "chromium", "zbarimg") if not shutil.which(name)]
pytestmark = pytest.mark.skipif(bool(needed) or not (ROOT / "web" / "node_modules").is_dir(),
                                reason=f"needs {', '.join(needed) or 'web/node_modules'}; ./dev test installs it")


@pytest.fixture(scope="module")
def masthead(request, tmp_path_factory):
    version, binary = request.param
    server = start(tmp_path_factory.mktemp("obb" + version.replace(".", "")),
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


def test_a_person_in_a_browser(masthead, tmp_path):
    devices = Devices(masthead, tmp_path)

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
        env = dict(os.environ, MASTHEAD_E2E_URL=f"https://{masthead.host}:{masthead.port}", MASTHEAD_E2E_COOKIE=masthead.cookie,
                   MASTHEAD_E2E_CSRF=masthead.csrf, MASTHEAD_E2E_CLIENTS=f"http://127.0.0.1:{server.server_port}/",
                   MASTHEAD_E2E_SCREENSHOTS=str(tmp_path / "screenshots"))
        done = subprocess.run(["node", "tests/e2e/onboarding_public.spec.mjs"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}\n{masthead.log()}"
        assert all(client.status()["BackendState"] == "Running" for client in devices.clients)
    finally:
        server.shutdown()
        server.server_close()
        devices.stop()
