"""A real SMTP server (Debian's python3-aiosmtpd) for one test: run with the system's Python, tells on standard output what it was sent.

First line {"port": N}, then one JSON line per mail; refuses recipients that begin with "nobody". Ends with its standard input.
"""
import argparse
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "data": envelope.content.decode(), "user": session.auth_data,
                          "mechanism": getattr(session, "mechanism", None), "secure": session.ssl is not None or options.mode == "implicit",
                          "hello": session.host_name}), flush=True)
        return "250 OK"


def authenticator(server, session, envelope, mechanism, data):
    session.mechanism = mechanism
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (options.user.encode(), options.password.encode())
    return AuthResult(success=right, handled=False, auth_data=data.login.decode() if right else None)


def make_smtp():
    secure = {} if options.mode != "starttls" else {"tls_context": context, "require_starttls": True}
    exclude = [name for name in ("LOGIN", "PLAIN") if name not in options.mechanisms.split(",")]
    if not options.user:
        return SMTP(Mailbox(), hostname="test", **secure)
    return SMTP(Mailbox(), hostname="test", authenticator=authenticator, auth_required=True, auth_require_tls=options.mode == "starttls",
                auth_exclude_mechanism=exclude, **secure)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make_smtp, "127.0.0.1", 0, ssl=context if options.mode == "implicit" else None)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


parser = argparse.ArgumentParser()
parser.add_argument("--mode", choices=["starttls", "implicit", "plain"], required=True)
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--user", default="")
parser.add_argument("--password", default="")
parser.add_argument("--mechanisms", default="PLAIN,LOGIN")
options = parser.parse_args()
context = None
if options.mode != "plain":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
asyncio.run(main())
