"""A release host of the tests' own on loopback, with the file layout of headscale's releases and faults on demand."""
import hashlib
import http.server
import platform
import ssl
import threading

ARCH = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]


def program(version="v0.29.2", size=300_000, body=None):
    """A script that answers `version` like headscale does, padded to a size worth resuming."""
    head = body if body is not None else f"""#!/bin/sh
[ "$1" = version ] || exit 64
echo 'headscale version {version}'
echo 'commit: unknown'
exit 0
"""
    return head.encode() + b"#" * max(0, size - len(head))


class ReleaseServer:
    """`files` maps paths to bytes; `cut` maps a path to how many bytes one answer sends before the connection ends."""

    def __init__(self, version="0.29.2", content=None, certificate=None, name="127.0.0.1"):
        self.version, self.content = version, content if content is not None else program("v" + version)
        self.asset = f"/v{version}/headscale_{version}_linux_{ARCH}"
        self.files = {self.asset: self.content, f"/v{version}/checksums.txt": self.checksums(self.content)}
        self.cut, self.redirects, self.requests, self.ranges = {}, {}, [], True
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                server.answer(self)

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.httpd.socket = context.wrap_socket(self.httpd.socket, server_side=True)
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()
        self.url = f"{'https' if certificate else 'http'}://{name}:{self.httpd.server_port}"

    def checksums(self, content):
        other = hashlib.sha256(b"other").hexdigest()
        return f"{other}  headscale_{self.version}.tar.gz\n{hashlib.sha256(content).hexdigest()}  {self.asset.rsplit('/', 1)[1]}\n".encode()

    def answer(self, request):
        self.requests.append((request.path, request.headers.get("Range")))
        if request.path in self.redirects:
            request.send_response(302)
            request.send_header("Location", self.redirects[request.path])
            request.send_header("Content-Length", "0")
            return request.end_headers()
        content = self.files.get(request.path)
        if content is None:
            return request.send_error(404)
        start, wanted = 0, request.headers.get("Range")
        if wanted and self.ranges:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                return request.send_error(416)
            request.send_response(206)
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            request.send_response(200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        rest = content[start:]
        request.wfile.write(rest[:self.cut.pop(request.path, len(rest))])
        request.close_connection = True

    def asset_requests(self):
        return [r for r in self.requests if r[0] == self.asset]

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.httpd.shutdown()
        self.httpd.server_close()
