"""The names of a register taken apart once: rows of syllable codes, and hashes of every other way to write them."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from registry.matching import text
from registry.matching.batch.columns import Flags, Hashes, Ints, Letters, mix, signature
from registry.matching.text import MOST_SYLLABLES

NONE: Final = -1


class Dictionary:
    """Every syllable of every name, once, with its other spellings (text.py) as codes. Each column has one entry more,
    which -1, "no syllable", finds: NONE, or True where all syllables are asked, or False where any."""

    def __init__(self, written: list[str]) -> None:
        self.written = written
        self.bare_texts = [text.bare(one) for one in written]
        self._ordered = sorted(set(self.bare_texts))
        places = {bare: place for place, bare in enumerate(self._ordered)}
        self.bare = _column([places[bare] for bare in self.bare_texts], NONE)
        self.southern = _codes([text.southern(one) for one in written])
        self.reading = _codes([text.reading(one) for one in written])
        self.sound = _codes([text.sound(one) for one in written])
        self.is_word = np.array([*map(text.is_word, written), False], dtype=bool)
        self.is_plain = np.array([*map(text.is_plain, written), True], dtype=bool)
        self.is_short = np.array([*map(text.is_short, written), False], dtype=bool)
        self.signatures = np.array([*map(signature, self.bare_texts), 0], dtype=np.uint32)
        self.lengths = np.array([*map(len, self.bare_texts), -1], dtype=np.int16)

    @cached_property
    def _begun(self) -> tuple[Ints, Ints]:
        """For each cut syllable ("ng") the stretch of bare codes, which are in order, that begin with it."""
        begins, ends = np.zeros(len(self.bare), dtype=np.int32), np.zeros(len(self.bare), dtype=np.int32)
        for short in np.flatnonzero(self.is_short).tolist():
            begins[short] = bisect_left(self._ordered, self.bare_texts[short])
            ends[short] = bisect_left(self._ordered, self.bare_texts[short] + "\U0010ffff")
        return begins, ends

    def stands_for(self, left: Ints, right: Ints) -> Flags:
        """text.stands_for, of two columns of syllables that are all there."""
        begins, ends = self._begun
        one, other = self.bare[left], self.bare[right]
        found = one == other
        found |= (begins[left] <= other) & (other < ends[left])
        found |= (begins[right] <= one) & (one < ends[right])
        return found


def _column(codes: list[int], none: int) -> Ints:
    return np.array([*codes, none], dtype=np.int32)


def _codes(texts: list[str]) -> Ints:
    seen: dict[str, int] = {}
    return _column([seen.setdefault(one, len(seen)) for one in texts], NONE)


class Names:
    """One column of names, each distinct name once. Everything is indexed by the name's code."""

    def __init__(self, texts: pl.Series, dictionary: Dictionary, rows: Ints) -> None:
        self.texts = texts
        self.dictionary = dictionary
        self.rows = rows
        self.lengths = (rows >= 0).sum(axis=1)
        self.first = rows[:, 0]
        self.last = rows[np.arange(len(rows)), self.lengths - 1]

    @cached_property
    def bare_rows(self) -> Ints:
        return self.dictionary.bare[self.rows]

    @cached_property
    def bare(self) -> Hashes:
        return mix(list(self.bare_rows.T))

    @cached_property
    def southern(self) -> Hashes:
        return mix(list(self.dictionary.southern[self.rows].T))

    @cached_property
    def reading(self) -> Hashes:
        return mix(list(self.dictionary.reading[self.rows].T))

    @cached_property
    def sound(self) -> Hashes:
        return mix(list(self.dictionary.sound[self.rows].T))

    @cached_property
    def sorted(self) -> Hashes:
        return mix(list(np.sort(self.bare_rows, axis=1).T))

    @cached_property
    def head(self) -> Hashes:
        """All but the given name."""
        rows = self.bare_rows.copy()
        rows[np.arange(len(rows)), self.lengths - 1] = NONE
        return mix(list(rows.T))

    @cached_property
    def given(self) -> Ints:
        return self.dictionary.bare[self.last]

    @cached_property
    def is_word(self) -> Flags:
        """Of the given name."""
        return self.dictionary.is_word[self.last]

    @cached_property
    def surname(self) -> Ints:
        return self.dictionary.bare[self.first]

    @cached_property
    def is_plain(self) -> Flags:
        return np.logical_and.reduce(self.dictionary.is_plain[self.rows], axis=1)

    @cached_property
    def has_short(self) -> Flags:
        return np.logical_or.reduce(self.dictionary.is_short[self.rows], axis=1)

    @cached_property
    def letters(self) -> Letters:
        """Of the names without accents, one blank between syllables."""
        signatures = np.bitwise_xor.reduce(self.dictionary.signatures[self.rows], axis=1)
        lengths = (self.dictionary.lengths[self.rows] + np.int16(1)).sum(axis=1, dtype=np.int16) - np.int16(1)
        blanks = np.where(self.lengths % 2 == 0, np.uint32(signature(" ")), np.uint32(0))
        return Letters(signatures ^ blanks, lengths)

    def bare_texts(self, codes: npt.NDArray) -> pl.Series:
        """The names without accents, as texts."""
        bares = pl.Series(self.dictionary.bare_texts, dtype=pl.String)
        rows = self.rows[codes]
        columns = {}
        for place in range(MOST_SYLLABLES):
            known = rows[:, place] >= 0
            syllables = bares.gather(np.where(known, rows[:, place], 0))
            columns[str(place)] = syllables if known.all() else syllables.set(pl.Series(~known), None)
        return pl.DataFrame(columns).select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()


def take_apart(columns: list[pl.Series]) -> list[Names]:
    """Columns of distinct names over one dictionary, so that a mother can be compared with a father."""
    split = [texts.str.splitn(" ", MOST_SYLLABLES).struct.unnest() for texts in columns]
    flat = pl.concat([table[column] for table in split for column in table.columns], rechunk=True)
    written = flat.drop_nulls().unique(maintain_order=True)
    codes = flat.cast(pl.Enum(written)).to_physical().cast(pl.Int32).fill_null(NONE).to_numpy()
    dictionary = Dictionary(written.to_list())
    names, begin = [], 0
    for texts in columns:
        end = begin + len(texts) * MOST_SYLLABLES
        rows = np.ascontiguousarray(codes[begin:end].reshape(MOST_SYLLABLES, len(texts)).T)
        names.append(Names(texts, dictionary, rows))
        begin = end
    return names
