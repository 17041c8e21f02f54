"""Every figure once. The number and the list behind it are the same condition on the same rows.

`counts(ask)` counts all of them live with one statement, `counts_by` every place below, `totals` what is kept day by
day. Definitions stand in supervision/catalogue, section by section.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, Literal

from accounts.models import Setting
from supervision.catalogue import cleaning, coverage, duplicates, files, identity, officers, people, residence
from supervision.catalogue.asked import Area, Ask, Frame, frame_of
from supervision.catalogue.cleaning import GROUP_CODES
from supervision.catalogue.counting import INSIDE, OUTSIDE, PART, WHOLE, Found, Within, count
from supervision.catalogue.figure import COMMUNE, HAMLET, OFFICER, Figure, OfRule, Ratio, Spread
from supervision.catalogue.values import Values

By = Literal["commune", "province", "hamlet", "officer"]
SECTIONS: Final = (people, coverage, files, identity, cleaning, duplicates, residence, officers)
FIGURES: Final[dict[str, Figure]] = {one.code: one for section in SECTIONS for one in section.FIGURES}
for _one in FIGURES.values():
    if isinstance(_one, Ratio):
        object.__setattr__(_one, "figures", FIGURES)

HAPPENED: Final = frozenset(code for code, one in FIGURES.items() if one.kind == "happened")
SPREADS: Final = frozenset(code for code, one in FIGURES.items() if one.kind == "spread")


def counts(ask: Ask, codes: Iterable[str] | None = None) -> Values:
    """The figures of an area now; of what happens, those of the period. One statement (and one read of the settings,
    once for each Ask)."""
    chosen = _chosen(codes)
    return _values(_found(_counted(chosen, ask.frame), ask), chosen)


def _found(figures: Sequence[Figure], ask: Ask) -> Found:
    """Of a part of a commune, by whether people live there: to look everybody's home up once costs less than to ask it
    of every row."""
    area = ask.area
    if not area.is_part:
        return count(figures, Within(ask.frame, ask=ask))[WHOLE]
    named = dict.fromkeys(area.texts, OUTSIDE if area.rest else INSIDE)
    found = count(figures, Within(ask.frame, PART, ask, commune=area.unit, named=named))
    return found.get("" if area.rest else INSIDE, Found())


def by_rule(ask: Ask) -> dict[str, tuple[int, int]]:
    """Rule -> (cases that had to be put right, of them done), of rules that have any. One statement."""
    wanted = [one for one in FIGURES.values() if isinstance(one, OfRule)]
    found = _found(wanted, ask).numbers
    pairs: dict[str, dict[int, int]] = {}
    for one in wanted:
        if found.get(one.code):
            pairs.setdefault(one.rule, {})[one.column] = found[one.code]
    return {rule: (pair.get(0, 0), pair.get(1, 0)) for rule, pair in pairs.items()}


def counts_by(ask: Ask, by: By = "commune", codes: Iterable[str] | None = None) -> dict[Any, Values]:
    """As counts() of each place below. One statement; two small ones before it to know the hamlets of a commune.

    The key is the id of the commune, the province or the officer, or the hamlet as its list folds it (name_folded; ""
    is outside every hamlet). By officer: the own work of figures that say whose a row is, of all others the people of
    the officer's hamlets; None is nobody's. A pair counts in both of its places. By hamlet and by officer a commune is
    asked for, or the officer's own.
    """
    chosen = _chosen(codes)
    within = Within(ask.frame, by, ask)
    if by in (HAMLET, OFFICER):
        within = Within(ask.frame, by, ask, commune=ask.commune, named=_named(ask, by))
    found = count(_counted(chosen, ask.frame), within)
    return {place: _values(one, chosen, sparse=True) for place, one in found.items()}


def _named(ask: Ask, by: str) -> dict[str, str]:
    """How households write a hamlet -> the hamlet, or the officer who looks after it."""
    if by == HAMLET:
        return ask.hamlet_texts
    officers = {one.name_folded: one.officer_id for one in ask.hamlets if one.officer_id}
    return {text: str(officers[key]) for text, key in ask.hamlet_texts.items() if key in officers}


def totals(
    unit_ids: Collection[int], *, until: dt.date, at: dt.datetime | None = None, codes: Iterable[str] | None = None
) -> dict[int, Values]:
    """What is kept of a day, by commune, whoever asks: what stands, now or as it was just before `at`; of what happens
    everything up to the end of `until`. Figures of which nobody knows how they stood then are `missing`. Two queries.
    """
    frame = frame_of(until, at, Setting.values_on())
    chosen = _chosen(codes)
    known = [one for one in chosen if at is None or _knows_past(one)]
    told = {one.code for one in known}
    missing = frozenset(one.code for one in chosen if one.code not in told and not isinstance(one, Ratio))
    found = count(_counted(known, frame), Within(frame, COMMUNE, communes=list(unit_ids)))
    return {unit: _values(found.get(unit, Found()), known, missing, sparse=True) for unit in unit_ids}


def _knows_past(one: Figure) -> bool:
    return one.knows_past or one.kind in ("happened", "spread")


def _chosen(codes: Iterable[str] | None) -> list[Figure]:
    return list(FIGURES.values()) if codes is None else [FIGURES[code] for code in codes]


def parts_of(codes: Iterable[str]) -> frozenset[str]:
    """These, and the parts that ratios and differences among them are made of."""
    wanted: set[str] = set()

    def add(code: str) -> None:
        wanted.add(code)
        for part in FIGURES[code].parts:
            if part not in wanted:
                add(part)

    for code in codes:
        add(code)
    return frozenset(wanted)


def _counted(chosen: Sequence[Figure], frame: Frame) -> list[Figure]:
    """With their parts; every one once, in the order of the catalogue."""
    wanted = parts_of(one.code for one in chosen)
    return [one for code, one in FIGURES.items() if code in wanted]


def _values(
    found: Found, chosen: Sequence[Figure], missing: frozenset[str] = frozenset(), *, sparse: bool = False
) -> Values:
    codes = [one.code for one in chosen if one.kind in ("standing", "happened")]
    numbers = dict(found.numbers) if sparse else {**dict.fromkeys(codes, 0), **found.numbers}
    spreads = {code: dict(spread) for code, spread in found.spreads.items()}
    return Values({code: number for code, number in numbers.items() if number or not sparse}, spreads, missing)


__all__ = [
    "FIGURES", "GROUP_CODES", "HAPPENED", "SPREADS", "Area", "Ask", "Figure", "Ratio", "Spread", "Values", "by_rule",
    "counts", "counts_by", "parts_of", "totals",
]  # fmt: skip
