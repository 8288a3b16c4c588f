"""A passkey in software (ES256), for tests that speak HTTP: answers the options of the API as a browser and its device would.

Every part may be bent through keyword arguments; nothing is checked here, the server has to.
"""
import base64
import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value):
    """Just enough CBOR: integers, bytes, text, dictionaries."""
    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        size = 1 if number < 256 else 2
        return bytes([major << 5 | 23 + size]) + number.to_bytes(size, "big")
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


class Passkey:
    def __init__(self, origin):
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.user_handle = None
        self.count = 0

    def _client_data(self, kind, options, origin):
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": origin or self.origin, "crossOrigin": False}).encode()

    def _head(self, rp_id, flags):
        self.count += 1
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _credential(self, **response):
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "clientExtensionResults": {},
                "response": {name: value if value is None or isinstance(value, list) else b64(value) for name, value in response.items()}}

    def create(self, options, origin=None, flags=USER_PRESENT | USER_VERIFIED):
        self.user_handle = unb64(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        cose = cbor({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = self._head(options["rp"]["id"], flags | ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        return self._credential(clientDataJSON=self._client_data("webauthn.create", options, origin),
                                attestationObject=cbor({"fmt": "none", "attStmt": {}, "authData": data}), transports=["internal"])

    def get(self, options, origin=None, flags=USER_PRESENT | USER_VERIFIED, rp_id=None, key=None):
        client_data = self._client_data("webauthn.get", options, origin)
        data = self._head(rp_id or options["rpId"], flags)
        signature = (key or self.key).sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(clientDataJSON=client_data, authenticatorData=data, signature=signature, userHandle=self.user_handle)
