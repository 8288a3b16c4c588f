"""Starts one headscale (real or stand-in) in a directory of its own, offline, and stops it."""
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from tests.support.waiting import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("MASTHEAD_BUILD", ROOT / "build" / "dev"))
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "masthead" / "headscale"

# One region nobody can reach: headscale does not start without any.
DERP = """regions:
  900:
    regionid: 900
    regioncode: lab
    regionname: Lab
    nodes:
      - name: 900a
        regionid: 900
        hostname: 127.0.0.1
        derpport: 9
        stunport: -1
"""

CONFIG = """server_url: http://127.0.0.1:{http}
listen_addr: 127.0.0.1:{http}
metrics_listen_addr: 127.0.0.1:{metrics}
grpc_listen_addr: 127.0.0.1:{grpc}
grpc_allow_insecure: false
disable_check_updates: true
noise:
  private_key_path: {folder}/noise.key
prefixes:
  v4: 100.64.0.0/10
  v6: fd7a:115c:a1e0::/48
derp:
  urls: []
  paths: ["{folder}/derp.yaml"]
  auto_update_enabled: false
  server:
    enabled: false
database:
  type: sqlite
  sqlite:
    path: {folder}/db.sqlite
policy:
  mode: database
dns:
  magic_dns: true
  base_domain: ts.lab.example
  override_local_dns: false
  nameservers:
    global: []
unix_socket: {folder}/hs.sock
unix_socket_permission: "0600"
log:
  level: info
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def real_versions():
    """{version: program} of every real headscale found."""
    folder = pathlib.Path(os.environ.get("MASTHEAD_TEST_HEADSCALE_DIR", CACHE))
    found = {path.parent.name: path for path in folder.glob("*/headscale") if os.access(path, os.X_OK)}
    return dict(sorted(found.items(), key=lambda item: [int(n) for n in re.findall(r"\d+", item[0])]))


class Target:
    """A running headscale; `socket` and `version` are what contract_client needs."""

    def __init__(self, program, version, arguments=()):
        self.version = version
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mh-contract-"))
        self.socket = self.folder / "hs.sock"
        self.http = free_port()
        (self.folder / "derp.yaml").write_text(DERP)
        config = self.folder / "config.yaml"
        config.write_text(CONFIG.format(http=self.http, metrics=free_port(), grpc=free_port(), folder=self.folder))
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("HEADSCALE_", "TS_"))}
        self.log = open(self.folder / "log", "w+")
        self.process = subprocess.Popen([str(program), "serve", "-c", str(config), *arguments], stdout=self.log, stderr=self.log,
                                        env=environment, cwd=self.folder, start_new_session=True)
        try:
            wait_until(self.ready, 30, f"{program} to be ready")
        except AssertionError as error:
            text = self.text()
            self.stop()
            raise AssertionError(f"{error}\n{text[-2000:]}") from None

    def ready(self):
        if self.process.poll() is not None:
            return False
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=2)
        connection.request("GET", "/health")
        return connection.getresponse().status == 200 and self.socket.exists()

    def text(self):
        self.log.flush()
        return (self.folder / "log").read_text(errors="replace")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode
