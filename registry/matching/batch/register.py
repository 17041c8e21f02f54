"""A whole register, ready to be compared: coded columns, the parts of keys, the values whose rarity counts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Executor
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from registry.matching.batch.columns import Coded, Ints, Longs, code, codes_of, dense
from registry.matching.batch.names import Names, take_apart
from registry.matching.batch.towns import Towns
from registry.matching.rarity import UNCOUNTED, VALUES, Frequencies, bits
from registry.matching.record import COLUMNS, Record

NAMES = ("name", "mother", "father")


class Register:
    """A normalised table (record.COLUMNS, texts without nulls). Columns are coded as they are first asked for."""

    def __init__(self, table: pl.DataFrame) -> None:
        self.table = table.select(pl.col(COLUMNS).cast(pl.String).fill_null(""))
        self.size = table.height
        self._coded: dict[str, Coded] = {}
        self._parts: dict[str, Ints] = {}

    def column(self, name: str) -> Coded:
        if name not in self._coded:
            self._coded[name] = code(self.table[name])
        return self._coded[name]

    @cached_property
    def names(self) -> dict[str, Names]:
        """Name, mother and father, each distinct text once."""
        return dict(zip(NAMES, take_apart([self.column(name).texts for name in NAMES]), strict=True))

    @cached_property
    def days(self) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int8], npt.NDArray[np.int8]]:
        """(year, month, day) of each distinct date of birth, -1 where not known, as also for the code -1."""
        texts = self.column("birth").texts
        year, month, day = (
            np.append(texts.str.slice(begin, length).cast(pl.Int16, strict=False).fill_null(-1).to_numpy(), -1)
            for begin, length in ((0, 4), (5, 2), (8, 2))
        )
        return year.astype(np.int16), month.astype(np.int8), day.astype(np.int8)

    @cached_property
    def towns(self) -> Towns:
        return Towns(self.column("home_town").texts.to_list())

    @cached_property
    def has_several_numbers(self) -> bool:
        return any(bool(self.column(name).has_several_words.any()) for name in ("number", "cmnd"))

    def record(self, place: int) -> Record:
        return Record(*self.table.row(place))

    def prepare(self, parts: Collection[str], threads: Executor) -> None:
        """Codes what the parts need, so that nothing is made twice by threads that come at one time."""
        list(threads.map(self.column, COLUMNS[1:]))
        assert self.names
        list(threads.map(self.part, parts))

    def part(self, name: str) -> Ints:
        """The codes of a part of a key (keys.PARTS) or of a counted value (rarity.VALUES), -1 where not known."""
        if name not in self._parts:
            self._parts[name] = _PARTS[name](self)
        return self._parts[name]

    # ------------------------------------------------------------------------------------------------------- rarity

    def counts(self, value: str, frequencies: Frequencies | None) -> Longs:
        """How many bear the value of each record, in this table or by `frequencies`; 0 where it is not known."""
        codes = self.part(value)
        counted = np.bincount(codes + 1)
        if frequencies is not None:
            counted[1:] = self._counted_elsewhere(value, codes, len(counted) - 1, frequencies)
        np.maximum(counted, UNCOUNTED, out=counted)
        counted[:1] = 0
        return counted[codes + 1]

    def _counted_elsewhere(self, value: str, codes: Ints, distinct: int, frequencies: Frequencies) -> Longs:
        bearer = np.full(distinct, -1, dtype=np.int64)
        known = np.flatnonzero(codes >= 0)
        bearer[codes[known]] = known
        counts = [
            frequencies.count(value, VALUES[value](self.record(place))) if place >= 0 else UNCOUNTED
            for place in bearer.tolist()
        ]
        return np.array(counts, dtype=np.int64)


def bits_of_counts(value: str, counts: Longs, size: int) -> Ints:
    """rarity.bits, of a column of counts: each distinct count is turned once, by the same function."""
    occurs = np.bincount(counts)
    table = np.zeros(len(occurs), dtype=np.int32)
    for count in np.flatnonzero(occurs).tolist():
        table[count] = bits(value, count, size) if count else 0
    return table[counts]


# ---------------------------------------------------------------------------------------------------------------- parts

_Part = Callable[[Register], Ints]


def _whole(column: str) -> _Part:
    return lambda register: register.column(column).codes


def _made(column: str, make: Callable[[pl.Series], pl.Series]) -> _Part:
    return lambda register: register.column(column).derived(make)


def _spelt(column: str, spelling: str) -> _Part:
    """A way of writing each name (an attribute of Names), as codes."""

    def part(register: Register) -> Ints:
        hashes = getattr(register.names[column], spelling)
        return register.column(column).spread(dense(hashes)[0]) if len(hashes) else register.column(column).codes

    return part


def _in_commune(column: str) -> _Part:
    """A place with its commune, which may be unknown."""

    def part(register: Register) -> Ints:
        place = register.column(column).codes
        return codes_of([register.column("commune").codes, place], place >= 0)

    return part


def _first(texts: pl.Series) -> pl.Series:
    return texts.str.split(" ").list.first()


def _full_date(texts: pl.Series) -> pl.Series:
    return texts.set(texts.str.len_chars() != 10, "")


def _day_month(texts: pl.Series) -> pl.Series:
    days = texts.str.slice(5)
    return days.set((texts.str.len_chars() != 10) | (days == "01-01"), "")


_PARTS: dict[str, _Part] = {
    "number": _made("number", _first),
    "cmnd": _made("cmnd", _first),
    "block": _made("number", lambda texts: _first(texts).str.head(10)),
    "last_six": _made("number", lambda texts: _first(texts).str.tail(6)),
    "bare_name": _spelt("name", "bare"),
    "sound": _spelt("name", "sound"),
    "words": _spelt("name", "sorted"),
    "surname": _spelt("name", "surname"),
    "given": _spelt("name", "given"),
    "year": _made("birth", lambda texts: texts.str.head(4)),
    "date": _made("birth", _full_date),
    "day_month": _made("birth", _day_month),
    "mother": _whole("mother"),
    "father": _whole("father"),
    "name": _whole("name"),
    "bare_mother": _spelt("mother", "bare"),
    "bare_father": _spelt("father", "bare"),
    "given_mother": _spelt("mother", "given"),
    "given_father": _spelt("father", "given"),
    "commune": _whole("commune"),
    "hamlet": _in_commune("hamlet"),
    "line": _in_commune("address"),
    "home_town": _whole("home_town"),
    "province": _made("home_town", lambda texts: texts.str.split(",").list.last()),
    "phone": _whole("phone"),
}
