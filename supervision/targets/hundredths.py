"""Numbers of figures as they are kept beside targets, requests and alerts: whole hundredths of the figure's unit."""

import re
from decimal import ROUND_DOWN, Decimal
from typing import Final

from registry.scores.share import dotted
from supervision.figures import FIGURES, Figure

ONE: Final = 100
WHOLE: Final = 100 * ONE  # 100 %
MOST: Final = 1_000_000_000 * ONE
NO_NUMBER: Final = "chưa có số"
_GROUPED: Final = re.compile(r"\d{1,3}(\.\d{3})+")
_DECIMAL: Final = re.compile(r"[0-9]{1,6}([.,][0-9]{1,10})?")
RATIO, SPREAD, HAPPENED = "ratio", "spread", "happened"


class NumberRefused(ValueError):
    """The message is the sentence beside the field."""


def is_of_period(figure: Figure) -> bool:
    """Whether the number belongs to a stretch of time, not to a moment: what happened, and shares of what happened."""
    if figure.kind == RATIO:
        return any(FIGURES[code].kind == HAPPENED for code in figure.parts if code in FIGURES)
    return figure.kind in (HAPPENED, SPREAD)


def is_comparable(figure: Figure) -> bool:
    """Whether a large and a small commune can be held against each other: shares and days can, pieces cannot."""
    return figure.kind in (RATIO, SPREAD)


def said(figure: Figure, value: int | None) -> str:
    """ "86,27 %", "5 ngày", "1.234 người"; "chưa có số" of None."""
    if value is None:
        return NO_NUMBER
    if figure.kind == RATIO:
        return f"{_decimals(value)} %"
    if figure.kind == SPREAD:
        return f"{_short(value)} {figure.unit or 'ngày'}"
    return f"{_short(value)} {figure.unit}"


def said_change(figure: Figure, before: int | None, after: int | None) -> str:
    """ "tăng 3,20 điểm phần trăm", "giảm 120 việc", "không đổi"; "" where one of the two is not known."""
    if before is None or after is None:
        return ""
    if before == after:
        return "không đổi"
    verb, much = ("tăng", after - before) if after > before else ("giảm", before - after)
    return f"{verb} {_decimals(much)} điểm phần trăm" if figure.kind == RATIO else f"{verb} {said(figure, much)}"


def _decimals(value: int) -> str:
    return f"{Decimal(value) / ONE:.2f}".replace(".", ",")


def _short(value: int) -> str:
    whole, rest = divmod(abs(value), ONE)
    text = dotted(whole) + (f",{rest:02d}".rstrip("0") if rest else "")
    return f"−{text}" if value < 0 else text


def typed(figure: Figure, value: int | None) -> str:
    """As somebody would type it: what a field begins with."""
    if value is None:
        return ""
    return _decimals(value) if figure.kind == RATIO else _short(value)


def read(figure: Figure, text: str) -> int:
    """ "95,5", "95.5 %", "1.234" -> hundredths. Raises NumberRefused.

    A dot is a decimal point in a share, which is never a thousand, and parts thousands in a number of pieces.
    """
    bare = text.replace("%", "").replace(" ", "").replace("\u00a0", "").strip()
    if figure.kind not in (RATIO, SPREAD):
        return _pieces(bare)
    if not _DECIMAL.fullmatch(bare):
        raise NumberRefused("Ghi một số không âm, ví dụ 95,5.")
    number = Decimal(bare.replace(",", "."))
    if figure.kind == RATIO and number > ONE:
        raise NumberRefused("Tỷ lệ không quá 100 %.")
    if number != number.quantize(Decimal("0.01"), rounding=ROUND_DOWN):
        raise NumberRefused("Nhiều nhất hai chữ số sau dấu phẩy.")
    return int(number * ONE)


def _pieces(bare: str) -> int:
    whole = bare.replace(".", "") if _GROUPED.fullmatch(bare) else bare
    if not (whole.isascii() and whole.isdecimal()):
        raise NumberRefused("Ghi số nguyên không âm, ví dụ 1.234.")
    if int(whole) * ONE > MOST:
        raise NumberRefused("Số lớn quá; kiểm tra lại.")
    return int(whole) * ONE


def is_met(figure: Figure, value: int | None, goal: int | None, *, then: int | None = None) -> bool | None:
    """Whether the number is where it should be; None where that cannot be said. Of a figure that is neither good nor
    bad by itself, the way from `then` to the goal tells in which direction it should go."""
    if value is None or goal is None:
        return None
    return value <= goal if wants_less(figure, goal, then) else value >= goal


def wants_less(figure: Figure, goal: int | None = None, then: int | None = None) -> bool:
    if figure.better:
        return figure.better == "down"
    return goal is not None and then is not None and goal < then
