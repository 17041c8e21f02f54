"""Files at rest: sealed with AES-256-GCM, each to the row it belongs to, by keys that only the environment knows.

A sealed file is the key's name, a colon, twelve random bytes and the ciphertext. Changing the key: the new one in front
(settings.FILE_KEYS); what an older one sealed opens while that one stands behind it.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
LONGEST_NAME = 40  # of a key, with the colon behind it


class CannotOpen(Exception):
    """The sealed bytes are not whole, belong elsewhere, or their key is gone."""


def seal(content: bytes, *, to: str) -> bytes:
    """`to` names the row ("roster 5f0c…"): sealed bytes that were copied to another row do not open there."""
    name, key = settings.FILE_KEYS[0]
    nonce = os.urandom(NONCE_BYTES)
    return name.encode() + b":" + nonce + AESGCM(key).encrypt(nonce, content, to.encode())


def unseal(sealed: bytes | memoryview, *, to: str) -> bytes:
    """Raises CannotOpen."""
    whole = memoryview(sealed)  # a part of it is no copy: files are large
    begin, colon, _ = bytes(whole[:LONGEST_NAME]).partition(b":")
    name, rest = begin.decode("ascii", "replace"), whole[len(begin) + len(colon) :]
    key = dict(settings.FILE_KEYS).get(name)
    if key is None:
        raise CannotOpen(f"no key {name!r}")
    try:
        return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], to.encode())
    except (InvalidTag, ValueError):  # the latter for what is shorter than its random bytes
        raise CannotOpen("not whole, or of another row") from None
