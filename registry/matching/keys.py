"""Blocking keys: two records are compared when they share one. Narrow and many, so that every slip leaves another.

A key is a row of parts; a record that lacks one of them does not bear the key. The scalar path hashes the parts' texts
(64 bits, the same on every machine and day, so the database may keep them); the batch path (blocks.py) mixes codes.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Final, NamedTuple

from registry.matching.record import Record
from registry.matching.text import bare, read_name, sound

CAP: Final = 300
"""Records under one key beyond which it is not followed: junk, or a name the whole province bears."""


class Key(NamedTuple):
    name: str
    parts: tuple[str, ...]


PARTS: Final[dict[str, Callable[[Record], str]]] = {
    "number": lambda record: record.number.partition(" ")[0],
    "cmnd": lambda record: record.cmnd.partition(" ")[0],
    "last_six": lambda record: record.number.partition(" ")[0][-6:],
    "bare_name": lambda record: read_name(record.name).bare if record.name else "",
    "words": lambda record: " ".join(sorted(read_name(record.name).bares)) if record.name else "",
    "surname": lambda record: read_name(record.name).bares[0] if record.name else "",
    "sound": lambda record: " ".join(map(sound, read_name(record.name).syllables)) if record.name else "",
    "given": lambda record: bare(read_name(record.name).given) if record.name else "",
    "year": lambda record: record.birth[:4],
    "date": lambda record: record.birth if len(record.birth) == 10 else "",
    "day_month": lambda record: record.birth[5:] if len(record.birth) == 10 and record.birth[4:] != "-01-01" else "",
    "bare_mother": lambda record: read_name(record.mother).bare if record.mother else "",
    "bare_father": lambda record: read_name(record.father).bare if record.father else "",
    "given_mother": lambda record: bare(read_name(record.mother).given) if record.mother else "",
    "given_father": lambda record: bare(read_name(record.father).given) if record.father else "",
    "commune": lambda record: record.commune,
    "hamlet": lambda record: f"{record.commune} {record.hamlet}" if record.hamlet else "",
    "line": lambda record: f"{record.commune} {record.address}" if record.address else "",
    "home_town": lambda record: record.home_town,
    "phone": lambda record: record.phone,
}
"""The text of each part; "" when the record does not have it."""


def _key(*parts: str) -> Key:
    return Key(" + ".join(parts), parts)


KEYS: Final[tuple[Key, ...]] = (
    _key("number"),
    _key("cmnd"),
    _key("last_six", "year"),
    _key("last_six", "given"),
    _key("phone", "given"),
    _key("phone", "year"),
    _key("words", "date"),
    _key("words", "day_month"),
    _key("words", "line"),
    _key("words", "bare_father"),
    _key("words", "given_mother", "commune"),
    _key("given", "date"),
    _key("given", "year", "bare_mother"),
    _key("given", "year", "bare_father"),
    _key("given", "year", "hamlet"),
    _key("given", "year", "home_town"),
    _key("given", "day_month", "home_town"),
    _key("given", "day_month", "commune"),
    _key("given", "bare_mother", "bare_father"),
    _key("sound", "bare_mother"),
    _key("sound", "hamlet"),
    _key("sound", "year", "commune"),
    _key("sound", "year", "home_town"),
    _key("surname", "date", "commune"),
    _key("date", "home_town"),
    _key("date", "line"),
    _key("date", "bare_mother"),
    _key("date", "given_father"),
    _key("day_month", "bare_mother"),
    _key("day_month", "bare_father"),
    _key("year", "bare_mother", "bare_father"),
    _key("year", "bare_mother", "commune"),
    _key("year", "bare_father", "commune"),
)
"""Keys of names and dates alone grow with the register; keys with a number, a phone or a place do not."""


def keys_of(record: Record) -> list[int]:
    """The hashed keys a record bears, each once, as signed 64-bit numbers. A number more in hand gives keys more."""
    parts = {name: read(record) for name, read in PARTS.items()}
    hashes = [
        hashed(key.name, *(parts[part] for part in key.parts)) for key in KEYS if all(parts[part] for part in key.parts)
    ]
    hashes += [hashed("number", number) for number in record.number.split()[1:]]
    hashes += [hashed("cmnd", number) for number in record.cmnd.split()[1:]]
    return list(dict.fromkeys(hashes))


def hashed(*parts: str) -> int:
    """64 signed bits, the same on every machine."""
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
