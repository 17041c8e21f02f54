"""What was typed into the one box, read: a number, or a name with a date or a year of birth."""

import re
from dataclasses import dataclass

from accounts.text import clean, fold
from registry.values import partial_date, personal_number
from registry.values.partial_date import DateRefused, PartialDate

YEAR = re.compile(r"(?:19|20)\d\d")
DATE = re.compile(r"(?<![\w./-])(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{1,2}[/.-]\d{4}|\d{8})(?![\w./-])")


@dataclass(frozen=True)
class Asked:
    """What was typed, read: digits on their own, or words with an optional date or year of birth.

    `name` is the words as typed, `words` the same folded.
    """

    text: str
    digits: str = ""
    name: str = ""
    words: tuple[str, ...] = ()
    born: PartialDate | None = None

    @property
    def year(self) -> int | None:
        return self.born.year if self.born else None

    @property
    def is_empty(self) -> bool:
        return not (self.digits or self.words or self.born)

    @property
    def may_go_outside(self) -> bool:
        """A whole number, or a whole name with a year of birth: what one person answers to, and no way to browse."""
        return len(self.digits) in (9, 12) or (len(self.words) > 1 and self.born is not None)


def read(text: str) -> Asked:
    """Split what was typed. Six digits or more are a number, unless they are a date; the rest is a name with a date."""
    text = clean(text)
    if "|" in text:  # the text of a card's QR: its first part is the number
        text = text.split("|", 1)[0]
    born, name = _take_date(text)
    if born is None:
        digits = personal_number.bare(text)
        if digits.isascii() and digits.lstrip("+").isdigit() and len(digits.lstrip("+")) >= 6:
            return Asked(text, digits=digits)
        born, name = _take_year(text)
    return Asked(text, name=name, words=tuple(fold(name).split()), born=born)


def _take_date(text: str) -> tuple[PartialDate | None, str]:
    """21/05/1990, 21051990 or 5/1990, alone or among letters, and the text without it."""
    match = DATE.search(text)
    rest = clean(text[: match.start()] + text[match.end() :]) if match else text
    if match is None or (rest and not re.search(r"[^\W\d_]", rest)):
        return None, text
    try:
        born = partial_date.parse(match[0])
    except DateRefused:
        return None, text
    return (born, rest) if YEAR.fullmatch(str(born.year)) else (None, text)


def _take_year(text: str) -> tuple[PartialDate | None, str]:
    words = text.split()
    years = [word for word in words if YEAR.fullmatch(word)]
    return (
        PartialDate(int(years[0])) if years else None,
        " ".join(word for word in words if word not in years),
    )
