"""The tables of the sample, read once: shares of surnames, names by sex and birth years, orders of names by ethnic
group.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from accounts.text import fold

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class EthnicNaming:
    """How a group makes its names; `order` as in facts 7.5 (HO = surname, DEM = middle, TEN = given, MARK = sex
    marker).
    """

    ethnic_group: str
    order: str
    markers: dict[str, str]
    surnames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CohortShares:
    """Of the people born in some years: how many carry Văn or Thị, and how many have four words in their name."""

    marker: float
    four_words: float


@cache
def _rows(file_name: str) -> tuple[dict[str, str], ...]:
    with (_HERE / file_name).open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def _words(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if "|" in cell else tuple(cell.split())


@cache
def surnames(region: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Kinh surnames and their weights; `region` is "north" or "south" (Hoàng/Huỳnh, Vũ/Võ)."""
    rows = [(row["name"], float(row[region])) for row in _rows("surnames.csv") if float(row[region])]
    return tuple(name for name, _ in rows), tuple(weight for _, weight in rows)


@cache
def names(kind: str, sex: str, birth_year: int) -> tuple[str, ...]:
    """The given or middle names (`kind` is "given" or "middle") parents chose in that year; a name of two lists comes
    twice.
    """
    found: list[str] = []
    for row in _rows(f"{kind}_names.csv"):
        if row["sex"] == sex and int(row["from_year"]) <= birth_year <= int(row["to_year"]):
            found += _words(row["names"])
    return tuple(found)


@cache
def shares(sex: str, birth_year: int) -> CohortShares:
    """The shares of the cohort; years outside the table count with its nearest end."""
    year = min(max(birth_year, 1900), 2026)
    for row in _rows("cohort_markers.csv"):
        if row["sex"] == sex and int(row["from_year"]) <= year <= int(row["to_year"]):
            return CohortShares(float(row["marker_share"]), float(row["four_word_share"]))
    raise LookupError(f"no cohort for sex {sex}, {birth_year}")


@cache
def ethnic_naming(ethnic_group: str) -> EthnicNaming | None:
    """None for Kinh and for groups that name as the Kinh do."""
    for row in _rows("ethnic_names.csv"):
        if row["ethnic_group"] == ethnic_group:
            markers = {"1": row["male_marker"], "2": row["female_marker"]}
            surnames_here = tuple(name for name in row["surnames"].split("|") if name)
            return EthnicNaming(ethnic_group, row["order"], markers, surnames_here)
    return None


@cache
def ethnic_given(ethnic_group: str, sex: str) -> tuple[str, ...]:
    """Given names of a group's own language; empty when it uses the common ones."""
    return next(
        (
            _words(row["names"])
            for row in _rows("ethnic_given_names.csv")
            if row["ethnic_group"] == ethnic_group and row["sex"] == sex
        ),
        (),
    )


@cache
def spelling_variants() -> dict[str, tuple[tuple[str, str], ...]]:
    """Word -> (other writing, kind); pairs of equal right work both ways."""
    both_ways = {"tone_style", "i_y", "north_south_pair"}
    found: dict[str, list[tuple[str, str]]] = {}
    for row in _rows("name_variants.csv"):
        found.setdefault(row["correct"], []).append((row["variant"], row["kind"]))
        if row["kind"] in both_ways:
            found.setdefault(row["variant"], []).append((row["correct"], row["kind"]))
    return {word: tuple(others) for word, others in found.items()}


@cache
def denied() -> frozenset[str]:
    """Folded names of people everybody knows."""
    return frozenset(fold(row["name"]) for row in _rows("denied_names.csv"))
