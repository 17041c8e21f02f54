"""Candidate pairs of a register: everybody who shares a blocking key, each pair once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import polars as pl

from registry.matching.batch.columns import Hashes, Longs, mix, shared
from registry.matching.batch.register import Register
from registry.matching.keys import CAP, KEYS, Key

THREADS = 2


class Parked(NamedTuple):
    """A key that more than CAP records share: not followed. `example` is one of its records."""

    key: str
    records: int
    example: int


class Candidates(NamedTuple):
    """`left[i] < right[i]`, each pair once, ordered."""

    left: Longs
    right: Longs
    parked: list[Parked]


def candidates(register: Register, *, keys: tuple[Key, ...] = KEYS, cap: int = CAP) -> Candidates:
    """All pairs that share a key. Memory: 8 bytes a key and pair, some 25 a record."""
    with ThreadPoolExecutor(THREADS) as threads:
        register.prepare({part for key in keys for part in key.parts}, threads)
        found = list(threads.map(lambda key: _follow(register, key, cap), keys))
    pairs = _distinct([pairs for pairs, _ in found])
    size = np.int64(max(register.size, 1))
    return Candidates(pairs // size, pairs % size, [one for _, parked in found for one in parked])


def _distinct(pairs: list[Longs]) -> Longs:
    every = np.concatenate(pairs) if pairs else np.zeros(0, dtype=np.int64)
    every.sort()
    new = np.ones(len(every), dtype=bool)
    np.not_equal(every[1:], every[:-1], out=new[1:])
    return every[new]


def _follow(register: Register, key: Key, cap: int) -> tuple[Longs, list[Parked]]:
    hashes, places = _bearers(register, key)
    order = shared(hashes)  # most keys are borne by one record only
    hashes, places = hashes[order], places[order]
    hashes, places, parked = _without_crowds(hashes, places, key, cap)
    return _distinct([_pairs_within(hashes, places, register.size)]), parked


def _bearers(register: Register, key: Key) -> tuple[Hashes, Longs]:
    """(the hash of the key, the record) for every record that knows all its parts."""
    parts = [register.part(part) for part in key.parts]
    known = parts[0] >= 0
    for part in parts[1:]:
        known &= part >= 0
    places = np.flatnonzero(known)
    if key.parts in (("number",), ("cmnd",)) and register.has_several_numbers:
        return _with_further_numbers(register, key.parts[0])
    return mix([part[places] for part in parts]), places


def _with_further_numbers(register: Register, column: str) -> tuple[Hashes, Longs]:
    """Whoever bears several numbers is found by each."""
    table = pl.DataFrame({"place": np.arange(register.size), "number": register.table[column].str.split(" ")})
    each = table.explode("number").filter(pl.col("number") != "").unique()
    return each["number"].hash(seed=1).to_numpy(), each["place"].to_numpy().astype(np.int64)


def _without_crowds(hashes: Hashes, places: Longs, key: Key, cap: int) -> tuple[Hashes, Longs, list[Parked]]:
    begins = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])) if len(hashes) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.append(begins, len(hashes)))
    crowds = np.flatnonzero(sizes > cap)
    if not len(crowds):
        return hashes, places, []
    parked = [Parked(key.name, int(sizes[crowd]), int(places[begins[crowd]])) for crowd in crowds.tolist()]
    keep = np.repeat(sizes <= cap, sizes)
    return hashes[keep], places[keep], parked


def _pairs_within(hashes: Hashes, places: Longs, size: int) -> Longs:
    """Every pair of one hash, as left * size + right. Ordered hashes: neighbours first, then the next but one …"""
    found = [np.zeros(0, dtype=np.int64)]
    at, distance = np.arange(len(hashes)), 0
    while len(at):
        distance += 1
        at = at[at + distance < len(hashes)]
        at = at[hashes[at + distance] == hashes[at]]
        one, other = places[at], places[at + distance]
        found.append(np.minimum(one, other) * size + np.maximum(one, other))
    return np.concatenate(found)
