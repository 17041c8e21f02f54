"""What a closed period would say if it were counted today, by the days on which things happened."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from accounts.models import Setting, Unit
from accounts.periods import ONE_DAY, Period, moment
from supervision import kept, shared
from supervision.catalogue.asked import Frame
from supervision.catalogue.counting import Within, count
from supervision.catalogue.figure import COMMUNE, Figure
from supervision.catalogue.values import NO_VALUES, Values
from supervision.figures import FIGURES
from supervision.models import FrozenPeriod

STANDS_STILL: Final = frozenset({"files", "households"})
"""Tables whose rows tell exactly how things stood. Of people only those who are here today are counted, so that
everybody who left since would look like a correction."""


def happening() -> list[Figure]:
    return [one for one in FIGURES.values() if one.kind in ("happened", "spread")]


def recountable() -> list[Figure]:
    """What stood and can be told exactly of a day gone by."""
    return [one for one in FIGURES.values()
            if one.kind == "standing" and one.knows_past and one.base is not None and not one.parts
            and one.base.name in STANDS_STILL]  # fmt: skip


def happened_in(unit_ids: Collection[int], period: Period) -> dict[int, Values]:
    """Of each commune. Two queries."""
    return _counted(unit_ids, period, happening(), from_beginning=False)


def happened_until(unit_ids: Collection[int], period: Period) -> dict[int, Values]:
    """Everything up to the end of the period. Two queries."""
    return _counted(unit_ids, period, happening(), from_beginning=True)


def stood_at_end(unit_ids: Collection[int], period: Period) -> dict[int, Values]:
    """Only what recountable() names. Two queries."""
    return _counted(unit_ids, period, recountable(), from_beginning=True)


def _frame(period: Period, *, from_beginning: bool) -> Frame:
    first = None if from_beginning else period.first
    return Frame(period.last, period.last, first, moment(period.last + ONE_DAY), Setting.values_on())


def _counted(
    unit_ids: Collection[int], period: Period, figures: Sequence[Figure], *, from_beginning: bool
) -> dict[int, Values]:
    frame = _frame(period, from_beginning=from_beginning)
    found = count(figures, Within(frame, COMMUNE, communes=list(unit_ids)))
    return {
        unit: Values(dict(found[unit].numbers), {code: dict(one) for code, one in found[unit].spreads.items()})
        if unit in found
        else NO_VALUES
        for unit in unit_ids
    }


# --- above communes --------------------------------------------------------------------------------------------------


def added_up(parts: Iterable[tuple[Values, Values]], unit: Unit | None, period: Period) -> tuple[Values, Values]:
    """(of the period, up to its end) of a province, or without a unit of the country, from its communes' two. What
    happened to pairs of two communes is counted anew, each once."""
    values, totals = NO_VALUES, NO_VALUES
    for one, until_then in parts:
        values, totals = values + one, totals + until_then
    pairs = [figure for figure in shared.of_two_units() if figure.kind == "happened"]
    during, ever = (
        shared.counted(pairs, unit, _frame(period, from_beginning=all_of_it)) for all_of_it in (False, True)
    )
    return _with(values, during), _with(totals, ever)


def _with(values: Values, numbers: dict[str, int]) -> Values:
    known = {code: number for code, number in numbers.items() if code not in values.missing}
    return Values(dict(values) | known, values.spreads, values.missing)


def told(frozen: FrozenPeriod) -> tuple[Values, Values]:
    """(of the period, up to its end), as it was closed."""
    spreads = {code: {int(days): n for days, n in spread.items()} for code, spread in frozen.spreads.items()}
    missing = frozenset(frozen.missing)
    return Values(frozen.values, spreads, missing), Values(frozen.totals, {}, missing & kept.HAPPENING)
