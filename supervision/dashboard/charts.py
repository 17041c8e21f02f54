"""One figure over the last periods: a chart for whoever sees it, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from supervision.catalogue.figure import Figure
from supervision.dashboard.tiles import Change, change_of
from supervision.dashboard.trend import Point
from supervision.models import Target
from supervision.targets.hundredths import is_of_period, said


@dataclass(frozen=True)
class Moment:
    """A line of the table: `value` is what the chart draws, a plain number; none of a period that `runs_on`, whose
    part would look like a fall."""

    name: str
    label: str
    text: str
    value: str
    change: Change
    is_rebuilt: bool
    runs_on: bool


@dataclass(frozen=True)
class Chart:
    figure: Figure
    moments: list[Moment]
    target: str
    target_value: str

    @property
    def newest_first(self) -> list[Moment]:
        return self.moments[::-1]


def chart_of(figure: Figure, line: Sequence[Point], target: Target | None, *, is_running: bool) -> Chart | None:
    """None where no period has a number."""
    moments = []
    for before, now in zip([None, *line], line, strict=False):
        number = now.hundredths(figure)
        runs_on = is_running and now is line[-1] and is_of_period(figure)
        change = Change() if before is None or runs_on else change_of(figure, before.hundredths(figure), number)
        drawn = "" if runs_on else plain(number)
        moments.append(Moment(now.name, now.label, now.text(figure), drawn, change, now.is_rebuilt, runs_on))
    if not any(one.value for one in moments):
        return None
    return Chart(
        figure, moments, said(figure, target.value) if target else "", plain(target.value if target else None)
    )  # fmt: skip


def plain(hundredths: int | None) -> str:
    """As a program reads it: "86.27"."""
    return "" if hundredths is None else f"{hundredths / 100:.2f}"
