"""Ages and sizes in Vietnamese words."""

from typing import Final

STEPS: Final = ((24 * 3600, "ngày"), (3600, "giờ"), (60, "phút"), (1, "giây"))
UNITS: Final = ("B", "KB", "MB", "GB", "TB")


def age(seconds: float | None) -> str:
    """ "3 phút", rounded down; "–" for an age nobody knows."""
    if seconds is None:
        return "–"
    for step, word in STEPS:
        if seconds >= step:
            return f"{int(seconds // step)} {word}"
    return "vừa xong"


def size(count: int) -> str:
    """ "1,4 GB", in powers of 1024."""
    amount, unit = float(count), 0
    while amount >= 1024 and unit < len(UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    told = f"{amount:.0f}" if unit == 0 or amount >= 100 else f"{amount:.1f}".replace(".", ",")
    return f"{told} {UNITS[unit]}"


def number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
