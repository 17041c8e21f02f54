"""A register as columns of codes: equal texts have equal codes, "" is -1. Made once, then everything is integers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]


class Letters(NamedTuple):
    """Of each text: a bit for each letter that occurs an odd number of times, and the number of characters."""

    signatures: npt.NDArray[np.uint32]
    lengths: npt.NDArray[np.int16]


def signature(text: str) -> int:
    """Letters that share a bit, and letters beyond ASCII, only make the signature say less."""
    bits = 0
    for byte in text.encode("utf-8", "surrogatepass"):
        bits ^= _LETTER_BITS[byte]
    return bits


_LETTER_BITS: Final = [1 << (byte & 31) if 0 < byte < 128 else 0 for byte in range(256)]


def letters_of(texts: pl.Series) -> Letters:
    """signature() of every text, all at once."""
    lengths = texts.str.len_chars().cast(pl.Int16).to_numpy()
    signatures = np.zeros(len(texts), dtype=np.uint32)
    sizes = texts.str.len_bytes().to_numpy().astype(np.int64)
    filled = np.flatnonzero(sizes)
    if len(filled):
        every = np.frombuffer(texts.str.join("").item().encode("utf-8"), dtype=np.uint8)
        bits = np.array(_LETTER_BITS, dtype=np.uint32)[every]
        signatures[filled] = np.bitwise_xor.reduceat(bits, (np.cumsum(sizes) - sizes)[filled])
    return Letters(signatures, lengths)


@dataclass(frozen=True)
class Coded:
    """`codes[i]` is the place of record i's text in `texts`, -1 when it is not known."""

    codes: Ints
    texts: pl.Series

    @cached_property
    def counts(self) -> Longs:
        """How many records bear each text."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts))

    @cached_property
    def has_several_words(self) -> Flags:
        return self.texts.str.contains(" ", literal=True).to_numpy()

    @cached_property
    def first_words(self) -> pl.Series:
        """The number in use, where there are several."""
        return self.texts.str.split(" ").list.first() if self.has_several_words.any() else self.texts

    @cached_property
    def letters(self) -> Letters:
        """Of the first words."""
        return letters_of(self.first_words)

    def spread(self, table: npt.NDArray) -> Ints:
        """`table`, one code a text, for every record; -1 where the text is not known."""
        if not len(table):
            return self.codes
        return np.where(self.codes >= 0, table[self.codes], -1).astype(np.int32, copy=False)

    def derived(self, make: Callable[[pl.Series], pl.Series]) -> Ints:
        """The codes of another text made of each; "" again means not known."""
        return self.spread(code(make(self.texts)).codes)


def code(series: pl.Series) -> Coded:
    """Codes by hash: 64 bits, so that a register would need billions of texts to confuse two."""
    known = np.flatnonzero((series != "").to_numpy())
    codes = np.full(len(series), -1, dtype=np.int32)
    if not len(known):
        return Coded(codes, pl.Series([], dtype=pl.String))
    found, firsts = dense(series.hash(seed=1).to_numpy()[known])
    codes[known] = found
    return Coded(codes, series.gather(known[firsts]))


def dense(values: npt.NDArray) -> tuple[Ints, Longs]:
    """(0, 1, 2 … in place of the values, a place where each of them stands)."""
    order = together(values) if values.dtype == np.uint64 else np.argsort(values)
    ordered = values[order]
    new = np.ones(len(values), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    codes = np.empty(len(values), dtype=np.int32)
    codes[order] = np.cumsum(new, dtype=np.int32) - 1
    return codes, order[new]


def together(hashes: Hashes) -> Longs:
    """The places of the hashes, equal ones beside each other, the first in front."""
    upper, order = _by_upper_bits(hashes)
    return _settled(hashes, upper, order)


def shared(hashes: Hashes) -> Longs:
    """The same, without the hashes that stand there once."""
    upper, order = _by_upper_bits(hashes)
    several = np.zeros(len(hashes), dtype=bool)
    np.equal(upper[1:], upper[:-1], out=several[1:])
    several[:-1] |= several[1:]
    return _settled(hashes, upper[several], order[several])


def _by_upper_bits(hashes: Hashes) -> tuple[Hashes, Hashes]:
    """(the upper bits in order, the places they come from): sorting the upper bits with the place in the lower ones is
    four times as fast as argsort."""
    bits = np.uint64(max(1, len(hashes)).bit_length())
    packed = hashes >> bits << bits
    packed |= np.arange(len(hashes), dtype=np.uint64)
    packed.sort()
    return packed >> bits, packed & ((np.uint64(1) << bits) - np.uint64(1))


def _settled(hashes: Hashes, upper: Hashes, order: Hashes) -> Longs:
    """The order, sorted by whole hashes where upper bits agree by chance."""
    places = order.astype(np.int64)
    ordered = hashes[places]
    if ((upper[1:] == upper[:-1]) & (ordered[1:] != ordered[:-1])).any():
        places.sort()
        return places[np.argsort(hashes[places], kind="stable")]
    return places


_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def mix(columns: list[npt.NDArray]) -> Hashes:
    """One 64-bit hash of several columns of codes, row by row."""
    mixed = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        mixed ^= column.astype(np.int64).view(np.uint64) + np.uint64(2)
        mixed *= _PRIME
        mixed ^= mixed >> _SHIFT
    return mixed


def codes_of(columns: list[npt.NDArray], known: npt.NDArray[np.bool_]) -> Ints:
    """Codes of the combination of columns; -1 where it is not known."""
    codes = np.full(len(known), -1, dtype=np.int32)
    places = np.flatnonzero(known)
    if len(places):
        codes[places] = dense(mix([column[places] for column in columns]))[0]
    return codes
