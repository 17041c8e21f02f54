"""Dates as lists write them: in every usual order and sign, as Excel's day numbers, with two digits for the year."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from registry.values.partial_date import DateRefused, PartialDate

EARLIEST, LATEST = 1850, 2100
_FULL: Final = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_TIME: Final = re.compile(r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s*[AaPp][Mm])?Z?$")
_LEAD: Final = re.compile(r"^(?:ngày|sinh|năm|ns|sn|n/s|nsinh)[\s.:]*(?:ngày|năm)?[\s.:]*", re.IGNORECASE)
_ABOUT: Final = re.compile(r"\b(?:khoảng|chừng|áng|độ)\b|[~?≈]", re.IGNORECASE)
_WORDS: Final = re.compile(
    r"(?:(\d{1,2})\s*[/\-. ,]?\s*)?(?:tháng|thg|th|t)\.?\s*(\d{1,2})\s*[/\-. ,]*\s*(?:năm)?\s*(\d{4})", re.IGNORECASE
)
_ENGLISH: Final = re.compile(
    r"(\d{1,2})[\s\-/.]*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s\-/.,]*(\d{2}|\d{4})"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s*(\d{1,2})[,\s]+(\d{4})", re.IGNORECASE
)  # fmt: skip
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNKNOWN: Final = r"0{1,2}|[.…_?xX*]{1,3}|-{1,3}"
_PARTED: Final = re.compile(
    rf"(?:(?P<day>\d{{1,2}}|{_UNKNOWN})\s*[/\\\-.,; ]+\s*)?(?P<month>\d{{1,2}}|{_UNKNOWN})\s*[/\\\-.,; ]+\s*"
    r"(?P<year>\d{4}|\d{2})"
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[/\-. ]\s*(\d{1,2})\s*[/\-. ]\s*(\d{1,2})")
_NUMBER: Final = re.compile(r"(\d{3,5})(?:[.,](\d+))?")
_EPOCH: Final = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}

WHY_SERIAL: Final = "Excel lưu ngày dưới dạng số thứ tự; đổi lại thành ngày."
WHY_SWAPPED: Final = "Tháng và ngày viết ngược: không có tháng {month}."
WHY_CENTURY: Final = "Năm viết hai chữ số; lấy năm theo số định danh trên dòng."
WHY_YEAR_ONLY: Final = "Chỉ rõ {known}; không tự thêm ngày 01/01."
SHORT_YEAR: Final = "Năm sinh viết hai chữ số (“{text}”): chưa rõ thế kỷ; ghi đủ 4 chữ số."
ABOUT: Final = "Ngày “{text}” ghi áng chừng; lấy {taken}, cần hỏi lại."
ORDER: Final = "Cột này có nhiều ngày viết tháng trước ngày sau; chưa rõ “{text}” là ngày nào."
UNSURE: Final = "“{text}” đọc được hai cách ({one} hoặc {other}); ghi lại đủ ngày/tháng/năm."
SERIAL_UNSURE: Final = "“{text}” không rõ là ngày nào: nếu Excel lưu ngày dưới dạng số thì là {one}; ghi lại ngày."


@dataclass(frozen=True, slots=True)
class DayRead:
    """`text` is dd/mm/yyyy, mm/yyyy, yyyy, or the cell as it came where it is no date; `why` a repair; `code` and
    `said` a doubt, which blocks unless `text` may stand."""

    text: str
    why: str = ""
    code: str = ""
    said: str = ""

    @property
    def blocks(self) -> bool:
        return bool(self.code) and self.code != "date_about"


def read_day(text: str, *, year: int | None = None, month_first: bool = False, is_1904: bool = False) -> DayRead:
    """`year` is the year of birth that the personal number on the row tells, for a birth date."""
    if match := _FULL.fullmatch(text):
        day, month = int(match[1]), int(match[2])
        if not month_first and 0 < day <= 28 and 0 < month <= 12:
            return DayRead(text)
    bare = _TIME.sub("", " ".join(text.split()))
    if _ABOUT.search(bare):
        return _about(text, _ABOUT.sub(" ", bare))
    bare = _LEAD.sub("", _LEAD.sub("", bare)).strip(" .'\"()")
    for read in (_number, _digits):
        if (found := read(bare, year, is_1904)) is not None:
            return found
    parts = _parts(bare)
    if parts is None:
        return DayRead(text)
    return _date(text, *parts, year, month_first)


def year_of(text: str) -> int | None:
    """The year of a date that read_day() answered, None where it is none."""
    return int(text[-4:]) if re.fullmatch(r"(\d\d/)?(\d\d/)?\d{4}", text) else None


def _parts(text: str) -> tuple[str, str, str] | None:
    """(day, month, year), "" for what is not said."""
    if match := _YEAR_FIRST.fullmatch(text):
        return match[3], match[2], match[1]
    if match := _PARTED.fullmatch(text):
        return match["day"] or "", match["month"], match["year"]
    if match := _WORDS.fullmatch(text):
        return match[1] or "", match[2], match[3]
    if match := _ENGLISH.fullmatch(text):
        if match[1]:
            return match[1], str(_MONTHS.index(match[2].lower()) + 1), match[3]
        return match[5], str(_MONTHS.index(match[4].lower()) + 1), match[6]
    return None


def _date(text: str, day: str, month: str, year: str, known: int | None, month_first: bool) -> DayRead:
    why = ""
    if len(year) == 2:
        if known is None or known % 100 != int(year):
            return DayRead(text, code="date_short_year", said=SHORT_YEAR.format(text=text))
        year, why = str(known), WHY_CENTURY
    d, m, y = _part(day), _part(month), int(year)
    if d and m and m > 12 >= d:
        why = WHY_SWAPPED.format(month=m)
        d, m = m, d
    elif d and m and month_first and d != m and d <= 12:
        return DayRead(text, code="date_order", said=ORDER.format(text=text))
    if m is None and d is not None:
        return DayRead(text)  # a day without its month is for the officer
    try:
        found = PartialDate(y, m, d)
    except DateRefused:
        return DayRead(text)  # said by the form's own field, in its words
    if not why and not found.is_full and (day or len(month) and m is None):
        why = WHY_YEAR_ONLY.format(known="năm" if m is None else "tháng, năm")
    return DayRead(found.display(), why)


def _part(text: str) -> int | None:
    return int(text) or None if text.isdecimal() else None


def _about(text: str, rest: str) -> DayRead:
    found = read_day(rest.strip(" .()")) if not _ABOUT.search(rest) else DayRead(text)
    if found.code or year_of(found.text) is None:
        return DayRead(text)
    return DayRead(found.text, code="date_about", said=ABOUT.format(text=text, taken=found.text))


def _number(text: str, year: int | None, is_1904: bool) -> DayRead | None:
    """A year, "1950.0", or a day number of Excel. Five digits may be nothing else; three and four are a year first."""
    match = _NUMBER.fullmatch(text)
    if match is None or (match[2] and match[2].strip("0") and len(match[1]) != 5):
        return None
    number = int(match[1])
    if EARLIEST <= number <= LATEST and len(match[1]) == 4:
        return DayRead(match[1])
    if len(match[1]) < 5:
        return None
    day = _EPOCH[is_1904] + dt.timedelta(days=number)
    shown = f"{day:%d/%m/%Y}"
    if day > dt.date.today() or (year is not None and day.year != year):  # noqa: DTZ011 - a bound, no decision
        return DayRead(text, code="date_serial", said=SERIAL_UNSURE.format(text=text, one=shown))
    return DayRead(shown, WHY_SERIAL)


def _digits(text: str, year: int | None, is_1904: bool) -> DayRead | None:
    """Six, seven or eight digits without signs between them."""
    if not re.fullmatch(r"\d{6,8}", text):
        return None
    if len(text) == 8:
        readings = [(text[:2], text[2:4], text[4:]), (text[6:], text[4:6], text[:4])]
    elif len(text) == 7:
        readings = [(text[:1], text[1:3], text[3:]), (text[:2], text[2:3], text[3:])]
    else:
        readings = [("", text[:2], text[2:])]
        if not _real(*readings[0]):
            return _date(text, text[:2], text[2:4], text[4:], year, False)
    real = list(dict.fromkeys(shown for one in readings if (shown := _real(*one))))
    if len(real) == 2:
        return DayRead(text, code="date_digits", said=UNSURE.format(text=text, one=real[0], other=real[1]))
    if not real:
        return None
    return DayRead(real[0], "" if len(text) != 7 else "Ngày viết liền, thiếu số 0 ở đầu; thêm dấu ngăn.")


def _real(day: str, month: str, year: str) -> str:
    """The date as it is shown, "" when there is none such of our time."""
    try:
        found = PartialDate(int(year), int(month) or None, int(day) or None if day else None)
    except DateRefused:
        return ""
    return found.display() if EARLIEST <= found.year <= LATEST else ""
