"""The tiles: a number, how it moved since the period before, what was asked for, and the line behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from registry.scores.share import dotted
from supervision.catalogue.figure import Figure
from supervision.dashboard.asked import Asked
from supervision.dashboard.trend import Point, Spark, spark_of
from supervision.figures import FIGURES
from supervision.models import Target
from supervision.targets.hundredths import is_met, is_of_period, said

ALARMING: Final = {"ho-so-qua-han", "the-ton-lau"}
GOOD, BAD, SAME, PLAIN = "good", "bad", "same", ""


@dataclass(frozen=True)
class Change:
    """Against the period before: "▲ 1,25 điểm", and whether that is how one wants it (`kind`)."""

    text: str = ""
    kind: str = PLAIN
    hundredths: int | None = None

    @property
    def words(self) -> str:
        return {GOOD: "tốt lên", BAD: "kém đi"}.get(self.kind, "")


@dataclass(frozen=True)
class Tile:
    figure: Figure
    text: str
    url: str
    is_alarming: bool = False
    change: Change = Change()
    note: str = ""
    target: str = ""
    gap: str = ""
    is_met: bool = False
    spark: Spark | None = None


def tiles(chosen: Asked, codes: Iterable[str], line: Sequence[Point], targets: Mapping[str, Target]) -> list[Tile]:
    """Of the last point of the line, in the order of the codes."""
    return [tile(chosen, FIGURES[code], line, targets.get(code)) for code in codes]


def tile(chosen: Asked, figure: Figure, line: Sequence[Point], target: Target | None) -> Tile:
    now, before = line[-1], line[-2]
    value, then = now.hundredths(figure), before.hundredths(figure)
    runs_on = chosen.is_running and is_of_period(figure)
    short = gap_of(figure, value, target)
    return Tile(
        figure,
        now.text(figure),
        chosen.listed(figure.code),
        is_alarming=figure.code in ALARMING and bool(value),
        change=Change() if runs_on else change_of(figure, then, value),
        note=_running(short, before.text(figure), then) if runs_on else "",
        target=said(figure, target.value) if target else "",
        gap="" if runs_on else short,
        is_met=target is not None and value is not None and not short,
        spark=spark_of(figure, line[:-1] if runs_on else line, target.value if target else None),
    )


def _running(short: str, before: str, then: int | None) -> str:
    """While the period runs nobody is behind yet: what is still to come, and what the whole period before had."""
    told = [f"còn {short.split(' ', 1)[1]} nữa" if short.startswith("thiếu") else "", f"kỳ trước {before}"]
    return ", ".join(filter(None, told if then is not None else told[:1]))


def change_of(figure: Figure, before: int | None, now: int | None) -> Change:
    if before is None or now is None:
        return Change()
    more = now - before
    if not more:
        return Change("không đổi", SAME, 0)
    kind = PLAIN if not figure.better else GOOD if (more > 0) == (figure.better == "up") else BAD
    return Change(f"{'▲' if more > 0 else '▼'} {amount(figure, abs(more))}", kind, more)


def amount(figure: Figure, hundredths: int) -> str:
    """A difference: "1,25 điểm", "12", "2 ngày"."""
    if figure.kind == "ratio":
        return f"{hundredths // 100},{hundredths % 100:02d} điểm"
    return f"{dotted(hundredths // 100)}{' ngày' if figure.kind == 'spread' else ''}"


def gap_of(figure: Figure, value: int | None, target: Target | None) -> str:
    """ "thiếu 4,20 điểm", "vượt 12"; "" where the target is met or nothing can be said."""
    if target is None or value is None or is_met(figure, value, target.value) is not False:
        return ""
    missing = abs(target.value - value)
    return f"{'thiếu' if target.value > value else 'vượt'} {amount(figure, missing)}"
