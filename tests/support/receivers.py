"""Receivers of notifications on 127.0.0.1: a mail server, a webhook, and a certificate authority of the test's own."""
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import threading

from .waiting import wait_until

STUB = pathlib.Path(__file__).resolve().parents[1] / "integration" / "stubs" / "notify" / "smtp_server.py"
SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's packages are there, wherever pytest itself comes from


def has_mail_server():
    return subprocess.run([SYSTEM_PYTHON, "-c", "import aiosmtpd"], stderr=subprocess.DEVNULL, check=False).returncode == 0


class Authority:
    """`ca` is its certificate; pair() makes a certificate and its key."""

    def __init__(self, directory, name="Test CA"):
        self.dir = pathlib.Path(directory)
        self.dir.mkdir(parents=True, exist_ok=True)
        self.ca, self.key = self.dir / "ca.pem", self.dir / "ca.key"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                      "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign", "-keyout", self.key, "-out", self.ca)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def pair(self, name, alternatives):
        certificate, key, request = (self.dir / f"{name}.{end}" for end in ("pem", "key", "csr"))
        extensions = self.dir / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternatives}\nbasicConstraints=CA:FALSE\n")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.key, "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate)
        return certificate, key


class MailServer:
    def __init__(self, mode, pair=None, user="", password="", mechanisms="PLAIN,LOGIN"):
        self.arguments = ["--mode", mode, "--user", user, "--password", password, "--mechanisms", mechanisms]
        if pair:
            self.arguments += ["--certificate", str(pair[0]), "--key", str(pair[1])]
        self.mails, self.port, self.process = [], None, None

    def __enter__(self):
        self.process = subprocess.Popen([SYSTEM_PYTHON, STUB, *self.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={"PATH": os.environ["PATH"]})
        self.port = json.loads(self.process.stdout.readline())["port"]
        threading.Thread(target=self._collect, daemon=True).start()
        return self

    def _collect(self):
        for line in self.process.stdout:
            self.mails.append(json.loads(line))

    def __exit__(self, *exc):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait(10)

    def wait(self, count=1, timeout=20):
        wait_until(lambda: len(self.mails) >= count, timeout, f"{count} mails have come")
        return self.mails


class Webhook:
    """Keeps every request; answers with `statuses` in turn, the last one for ever."""

    def __init__(self, statuses=(204,), pair=None, headers=None, port=0):
        self.requests, self.statuses, self.extra = [], list(statuses), headers or {}
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                owner.requests.append({"path": self.path, "headers": dict(self.headers), "body": body})
                status = owner.statuses.pop(0) if len(owner.statuses) > 1 else owner.statuses[0]
                self.send_response(status)
                for name, value in owner.extra.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        if pair:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*pair)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.server.shutdown()
        self.server.server_close()

    def wait(self, count=1, timeout=20):
        wait_until(lambda: len(self.requests) >= count, timeout, f"{count} requests have come")
        return self.requests
