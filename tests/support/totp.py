"""One-time codes computed by the book (RFC 6238), independently of the program."""
import base64
import hashlib
import hmac
import struct
import time

from .waiting import wait_until

STEP = 30


def code(secret, step=0, at=None):
    """The code of the present step, or of one `step` steps away from it."""
    seed = base64.b32decode(secret)
    counter = int(at if at is not None else time.time()) // STEP + step
    digest = hmac.new(seed, struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000)


def early(seconds=12):
    """Waits until the present step has some time left, so that "this step" stays true for a while."""
    wait_until(lambda: STEP - time.time() % STEP > seconds, STEP, "the beginning of a step")


class App:
    """An authenticator app that an account of `console` has enrolled. `codes` are the recovery codes that came with it."""

    def __init__(self, console):
        self.console = console
        early(20)
        begun = console.api("POST", "me/totp", {})
        self.secret, self.uri, self.svg = begun["secret"], begun["uri"], begun["qr_svg"]
        # The code of the step before: the present one stays free for the test.
        answer = console.request("POST", "/admin/api/v1/me/totp/confirm", {"code": code(self.secret, -1)})
        assert answer.status == 200, answer
        self.next, self.codes = answer.json["next"], answer.json.get("recovery_codes")
        if "Set-Cookie" in answer.headers:
            console.cookie, console.csrf = answer.headers["Set-Cookie"].split(";")[0], answer.json["csrf"]

    def code(self, step=0):
        return code(self.secret, step)
