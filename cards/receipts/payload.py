"""The code on a slip: what it says in 26 bytes and a signature, written in digits.

Digits, because the scanner is a keyboard: whatever Vietnamese input method is on, digits come through as they are, and
a QR code packs them as tightly as bytes. Big-endian, in this order:

    1  version            1 + n  key id, with its length     3  commune code
    1 + 3  year after 2000 and serial of the slip            1 + 3  the same of the file
    2  promised day, in days after 2000-01-01                1  cost of the digest, as a power of two
    8  digest of the holder's name and number                64  Ed25519 signature of all before it

static/js/verify-slip.js reads the same bytes.
"""

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from cards.receipts import signing

VERSION: Final = 1
DAY_NULL: Final = dt.date(2000, 1, 1)
DIGEST_BYTES: Final = 8
LEAST_DIGITS, MOST_DIGITS = 190, 260  # of a code; nothing else that is scanned or typed has so many

Number = tuple[int, int]
"""Year and serial within the commune."""


class NotACode(ValueError):
    """The text is no code of a slip, or lost a part on the way."""


@dataclass(frozen=True)
class Code:
    """What the code of one slip says. `digest` proves name and number, and tells neither."""

    key_id: str
    commune_code: str
    slip: Number
    file: Number
    promised_on: dt.date
    cost: int
    digest: bytes

    @property
    def slip_number(self) -> str:
        return written(self.slip)

    @property
    def file_number(self) -> str:
        return written(self.file)

    def fits(self, name: str, number: str) -> bool:
        """Whether the slip was made out to this name and number. A thirtieth of a second."""
        return digest(name, number, salt=salt(self.commune_code, self.file), cost=self.cost) == self.digest

    def body(self) -> bytes:
        """The bytes that are signed."""
        key = self.key_id.encode("ascii")
        parts = [bytes([VERSION, len(key)]), key, int(self.commune_code).to_bytes(3, "big")]
        parts += [bytes([year - 2000]) + serial.to_bytes(3, "big") for year, serial in (self.slip, self.file)]
        days = (self.promised_on - DAY_NULL).days
        return b"".join([*parts, days.to_bytes(2, "big"), bytes([self.cost]), self.digest])


def written(number: Number) -> str:
    return f"{number[0] % 100:02d}-{number[1]:05d}"


def salt(commune_code: str, file: Number) -> bytes:
    return f"{commune_code}/{written(file)}".encode()


def digest(name: str, number: str, *, salt: bytes, cost: int) -> bytes:
    """Eight bytes of PBKDF2-HMAC-SHA256 over 2 ** cost rounds: to change the holder unseen somebody would have to
    guess 2 ** 64 times; to guess the number behind a known name, a thirtieth of a second each time."""
    said = f"{_plain(name)}|{re.sub(r'[^0-9]', '', number)}".encode()
    return hashlib.pbkdf2_hmac("sha256", said, salt, 2**cost, DIGEST_BYTES)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).upper().split())


def sealed(code: Code) -> str:
    """The digits that the QR code carries. The key named in the code must be the one that signs today."""
    body = code.body()
    signed = signing.sign(body)
    if signed.key_id != code.key_id:
        raise ValueError(f"the code names key {code.key_id}, and {signed.key_id} signs")
    return str(int.from_bytes(body + signed.signature, "big"))


def looks_like_a_code(text: str) -> bool:
    return LEAST_DIGITS <= len(text) <= MOST_DIGITS and text.isascii() and text.isdecimal()


def opened(text: str) -> tuple[Code, bytes, bytes]:
    """(what it says, the signed bytes, the signature); nothing is verified here. Raises NotACode. No query."""
    digits = "".join(text.split())
    if not looks_like_a_code(digits):
        raise NotACode(text[:20])
    whole = int(digits)
    raw = whole.to_bytes((whole.bit_length() + 7) // 8, "big")
    body, signature = raw[: -signing.SIGNATURE_BYTES], raw[-signing.SIGNATURE_BYTES :]
    try:
        code = _read(body)
    except (IndexError, ValueError, OverflowError) as broken:
        raise NotACode(digits[:20]) from broken
    return code, body, signature


def _read(body: bytes) -> Code:
    key_length = body[1]
    rest = body[2 + key_length :]
    if body[0] != VERSION or not 1 <= key_length <= 8 or len(rest) != 14 + DIGEST_BYTES:
        raise ValueError("another version, or a part is missing")
    return Code(
        key_id=body[2 : 2 + key_length].decode("ascii"),
        commune_code=f"{int.from_bytes(rest[0:3], 'big'):05d}",
        slip=(2000 + rest[3], int.from_bytes(rest[4:7], "big")),
        file=(2000 + rest[7], int.from_bytes(rest[8:11], "big")),
        promised_on=DAY_NULL + dt.timedelta(days=int.from_bytes(rest[11:13], "big")),
        cost=rest[13],
        digest=rest[14:],
    )
