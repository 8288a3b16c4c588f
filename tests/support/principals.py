"""Principals of every kind, written straight into the database of a running console: what the access suites call the API with.

Rows instead of sign-ins: a suite needs thousands of sessions in states that take people minutes to reach (half signed in, about
to enrol, disabled meanwhile). Signing in has suites of its own.
"""
import base64
import hashlib
import json
import secrets
import sqlite3
import string
import time
import zlib

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
HALF, ENROL, FULL = 0, 1, 2


def checksum(text):
    value, out = zlib.crc32(text.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        out = BASE62[digit] + out
    return out


def token_text(token_id=None):
    body = "masthead_" + (token_id or "".join(secrets.choice(BASE62) for _ in range(8)))
    body += base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return body + checksum(body)


class Principals:
    def __init__(self, console):
        self.console = console
        self.db = sqlite3.connect(console.data / "masthead.db", timeout=30, isolation_level=None)
        self.count = 0

    def close(self):
        self.db.close()

    def insert(self, table, **row):
        known = {name for _, name, *_ in self.db.execute(f"PRAGMA table_info({table})")}
        row = {name: value for name, value in row.items() if name in known}
        columns = ", ".join(row)
        return self.db.execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values())).lastrowid

    def account(self, *roles, disabled=0, **more):
        self.count += 1
        now = int(time.time() * 1000)
        row = {"email": f"p{self.count}@example.org", "name": f"P{self.count}", "disabled": disabled, "created_at": now, **more}
        account = self.insert("accounts", **row)
        for role in roles:
            self.insert("account_roles", account_id=account, role=role)
        return account

    def session(self, account, stage=FULL, age_ms=0):
        """The cookie of a new session that was authenticated `age_ms` ago."""
        text = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        now = int(time.time() * 1000)
        self.insert("sessions", token_hash=hashlib.sha256(text.encode()).hexdigest(), handle=secrets.token_urlsafe(12), account_id=account, created_at=now - age_ms,
                    authenticated_at=now - age_ms, last_seen=now, expires_at=now + 3600_000, client="192.0.2.7", user_agent="test", stage=stage)
        return "__Host-masthead=" + text

    def token(self, account, scopes, cidrs=(), days=1):
        text = token_text()
        now = int(time.time() * 1000)
        self.insert("api_tokens", id=text[9:17], account_id=account, name="test", hash=hashlib.sha256(text.encode()).hexdigest(), scopes=json.dumps(list(scopes)),
                    cidrs=json.dumps(list(cidrs)), created_at=now, expires_at=now + days * 86400_000)
        return text

    def call(self, method, path, body=None, cookie=None, token=None, headers=None):
        """One request by cookie (with its CSRF token) or by API token."""
        console, sent = self.console, dict(headers or {})
        if token:
            return console.request(method, path, body, headers={"Authorization": "Bearer " + token, **sent}, plain=True)
        if cookie is None:
            return console.request(method, path, body, headers={"Origin": "https://localhost:8443", **sent}, plain=True)
        console.cookie = console.csrf = None
        if method != "GET":
            me = console.request("GET", "/admin/api/v1/me", cookie=cookie)
            sent.setdefault("X-Masthead-CSRF", me.json["csrf"] if me.status == 200 else "none")
        return console.request(method, path, body, headers=sent, cookie=cookie)
