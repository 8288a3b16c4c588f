"""A real Keycloak for tests: its server distribution from Maven Central, kept in ~/.cache/masthead/keycloak, started in
development mode on 127.0.0.1 with a realm from tests/data/keycloak, and the admin calls that tests need."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
import zipfile

from .masthead import ROOT, free_port
from .openid import CLIENT_SECRET
from .waiting import wait_until

VERSION = "26.4.0"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
CACHE = pathlib.Path(os.environ.get("MASTHEAD_CACHE", pathlib.Path.home() / ".cache" / "masthead")) / "keycloak"
REMEDY = "apt-get install maven openjdk-17-jre-headless, and let mvn reach a Maven repository"
PACKAGES = ["maven", "openjdk-17-jre-headless"]


class Missing(Exception):
    """Keycloak cannot be had here; says why."""


def _java_version():
    java = shutil.which("java")
    if not java:
        return 0
    found = re.search(r'version "(\d+)', subprocess.run([java, "-version"], capture_output=True, text=True).stderr)
    return int(found.group(1)) if found else 0


def _programs():
    if shutil.which("mvn") and _java_version() >= 17:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        done = subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES], capture_output=True, text=True,
                              env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        if done.returncode == 0 and shutil.which("mvn") and _java_version() >= 17:
            return
    raise Missing("no Maven or no Java of at least 17 on this machine")


def _augment(folder):
    """The first start assembles the server, which takes longer than the start itself: done once for all copies."""
    with subprocess.Popen(["bash", "bin/kc.sh", "start-dev", "--http-host=127.0.0.1", f"--http-port={free_port()}"], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True) as process:
        try:
            said = []
            for line in process.stdout:
                said.append(line)
                if "Running the server in development mode" in line:
                    break
            else:
                raise Missing("Keycloak does not start: " + "".join(said)[-300:])
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    shutil.rmtree(folder / "data", ignore_errors=True)


def home():
    """The distribution ready to start, fetched when it is not there yet."""
    unpacked = CACHE / f"keycloak-{VERSION}"
    ready = unpacked / ".augmented"
    if ready.exists() and _java_version() >= 17:
        return unpacked
    _programs()
    shutil.rmtree(unpacked, ignore_errors=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    archive = CACHE / f"keycloak-quarkus-dist-{VERSION}.zip"
    if not archive.exists():
        done = subprocess.run(["mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy", f"-Dartifact={ARTIFACT}",
                               f"-DoutputDirectory={CACHE}", "-Dmdep.useBaseVersion=true"], capture_output=True, text=True, cwd=CACHE, timeout=900)
        if done.returncode != 0 or not archive.exists():
            raise Missing("Maven cannot get Keycloak: " + (done.stdout + done.stderr).strip()[-300:])
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(CACHE)
    (unpacked / "bin" / "kc.sh").chmod(0o755)
    archive.unlink()
    _augment(unpacked)
    ready.touch()
    return unpacked


class Keycloak:
    ADMIN, PASSWORD = "test-admin", "test-admin-password"

    def __init__(self, directory, public_url, trusted):
        """`public_url` of the Masthead that signs in here, `trusted` the PEM file of its certificate."""
        self.home = pathlib.Path(directory) / "keycloak"
        # A copy: the server writes into its own folder.
        shutil.copytree(home(), self.home)
        realm = (ROOT / "tests" / "data" / "keycloak" / "masthead-realm.json").read_text()
        (self.home / "data" / "import").mkdir(parents=True)
        (self.home / "data" / "import" / "masthead-realm.json").write_text(realm.replace("PUBLIC_URL", public_url).replace("CLIENT_SECRET", CLIENT_SECRET))
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.issuer = f"{self.url}/realms/masthead"
        self.trusted = trusted
        self.lines = []
        self.process = None

    def __enter__(self):
        env = {**os.environ, "KC_BOOTSTRAP_ADMIN_USERNAME": self.ADMIN, "KC_BOOTSTRAP_ADMIN_PASSWORD": self.PASSWORD, "JAVA_OPTS_KC_HEAP": "-Xms128m -Xmx768m"}
        # exec java at once: what we end is then the server, not a shell around it.
        self.process = subprocess.Popen(["bash", "bin/kc.sh", "start-dev", "--http-host=127.0.0.1", f"--http-port={self.port}", "--import-realm",
                                         f"--truststore-paths={self.trusted}", "--hostname-strict=false"], cwd=self.home, env=env, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
        threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True).start()

        def ready():
            if self.process.poll() is not None:
                raise RuntimeError("Keycloak ended:\n" + "".join(self.lines[-40:]))
            try:
                with urllib.request.urlopen(self.issuer + "/.well-known/openid-configuration", timeout=5) as answer:
                    return answer.status == 200
            except OSError:
                return False
        try:
            wait_until(ready, 600, "Keycloak answers", interval=0.5)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(30)

    # administration

    def _call(self, method, path, body=None, token=None, form=None):
        data = urllib.parse.urlencode(form).encode() if form else json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/x-www-form-urlencoded" if form else "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers, method=method), timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def admin(self, method, path, body=None):
        token = self._call("POST", "/realms/master/protocol/openid-connect/token", form={
            "grant_type": "password", "client_id": "admin-cli", "username": self.ADMIN, "password": self.PASSWORD})["access_token"]
        return self._call(method, "/admin/realms/masthead" + path, body, token)

    def user(self, name):
        return self.admin("GET", f"/users?username={name}&exact=true")[0]["id"]

    def group(self, name):
        return next(one["id"] for one in self.admin("GET", "/groups") if one["name"] == name)

    def join(self, user, group):
        self.admin("PUT", f"/users/{self.user(user)}/groups/{self.group(group)}")

    def leave(self, user, group):
        self.admin("DELETE", f"/users/{self.user(user)}/groups/{self.group(group)}")

    def rotate_keys(self):
        """A new RSA key that signs from now on."""
        self.admin("POST", "/components", {"name": "rotated", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider",
                                           "config": {"priority": ["1000"], "enabled": ["true"], "active": ["true"], "algorithm": ["RS256"], "keySize": ["2048"]}})

    def use_algorithm(self, algorithm):
        """How ID tokens for us are signed; empty = the realm's default."""
        client = self.admin("GET", "/clients?clientId=masthead")[0]
        client["attributes"]["id.token.signed.response.alg"] = algorithm
        self.admin("PUT", f"/clients/{client['id']}", client)

    def sign_out_everywhere(self, user):
        self.admin("POST", f"/users/{self.user(user)}/logout")
