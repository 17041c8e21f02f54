"""An Excel list that came back: is it ours, is its locked part whole, and then line by line."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core import signing
from django.utils import timezone
from python_calamine import CalamineError, CalamineWorkbook

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.text import clean
from registry.fieldwork import entering, excel
from registry.fieldwork.choosing import MOST_HOUSEHOLDS, MOST_PEOPLE
from registry.fieldwork.entering import Entered, Typed
from registry.fieldwork.refusal import EntryRefused, FileRefused, SheetRefused
from registry.models import FieldLine, FieldSheet
from registry.values import partial_date
from registry.values.partial_date import DateRefused

LARGEST_BYTES: Final = 2 * 1024 * 1024
LARGEST_UNPACKED: Final = 30 * 1024 * 1024
MOST_ROWS: Final = MOST_HOUSEHOLDS + MOST_PEOPLE + excel.FIRST_ROW + 50
NOT_OURS: Final = "Đây không phải danh sách phúc tra do hệ thống lập cho phiếu này; không ghi gì."
CHANGED: Final = "Phần khóa của tệp đã bị sửa (thêm, bớt hoặc đổi dòng); không ghi gì. Tải lại danh sách và nhập lại."
NO_EXCEL: Final = "Không đọc được tệp: nộp tệp .xlsx đã tải về từ phiếu này."
OUTCOME, RIGHT, REMARK, DAY = range(excel.LOCKED, excel.LOCKED + 4)


@dataclass(frozen=True)
class LineResult:
    """What became of one row of the file. `row` is its number as Excel shows it."""

    row: int
    name: str
    accepted: bool
    said: str


Rows = list[list[Any]]


def read_back(sheet: FieldSheet, content: bytes, *, by: Officer) -> tuple[list[LineResult], Entered]:
    """Write what the list says, line by line, each in a transaction of its own: accepted or refused with its reason.

    A line that was typed in already is never written over; the same list twice changes nothing. Raises FileRefused,
    with nothing written, for a file that is not this sheet's list or whose locked part was changed.
    """
    rows = _whole(sheet, content)
    lines = {line.public_id.hex: line for line in sheet.lines.select_related("resident", "entered_by")}
    results, done = [], Entered()
    for number, cells in rows:
        line = lines[str(cells[0])]
        if not any(_text(cells, column) for column in (OUTCOME, RIGHT, REMARK)):
            continue
        results.append(_one(sheet, line, number, cells, by, done))
    accepted = sum(one.accepted for one in results)
    told = f"Nhận danh sách Excel của {sheet}: {accepted} dòng ghi được, {len(results) - accepted} dòng không"
    record(by, Action.CHANGE, target=sheet, sentence=told)
    return results, done


def _one(sheet: FieldSheet, line: FieldLine, number: int, cells: list[Any], by: Officer, done: Entered) -> LineResult:
    name = line.name or line.told.get("household", "")
    try:
        typed, day = _typed(line, cells)
        if line.is_entered:
            return LineResult(number, name, *_entered_before(line, typed))
        written = entering.enter(sheet, {line.public_id: typed}, visited_on=day, by=by)
    except EntryRefused as refused:
        return LineResult(number, name, False, " ".join(refused.errors.values()))
    except (DateRefused, SheetRefused) as refused:
        return LineResult(number, name, False, str(refused))
    for kind in ("lines", "confirmed", "verified", "to_do"):
        setattr(done, kind, getattr(done, kind) + getattr(written, kind))
    done.people += written.people
    done.told += written.told
    done.is_done = done.is_done or written.is_done
    return LineResult(number, name, True, f"Đã ghi: {cells[OUTCOME] or 'ghi chú'}".strip())


def _entered_before(line: FieldLine, typed: Typed) -> tuple[bool, str]:
    if typed.is_as(line):
        return True, "Đã ghi từ trước, không ghi thêm lần nữa."
    assert line.entered_at is not None
    when = timezone.localtime(line.entered_at)
    told = line.get_outcome_display() or "ghi chú"
    return False, f"Đã nhập lúc {when:%H:%M %d/%m/%Y} là “{told}”; sửa trên màn hình của phiếu."


def _typed(line: FieldLine, cells: list[Any]) -> tuple[Typed, dt.date | None]:
    """Raises DateRefused for a day that cannot be read."""
    text = _text(cells, OUTCOME)
    outcome = excel.CHOICES.get(text, text[:1] if text[:1].isdigit() else text[:10])
    asked = tuple(one["id"] for one in line.asked if one.get("may_stand"))
    all_right = _text(cells, RIGHT).casefold() in (excel.ALL_RIGHT, "x", "co")
    typed = Typed(outcome, _text(cells, REMARK)[: entering.LONGEST_REMARK + 1], asked if all_right else ())
    return typed, _day(cells[DAY] if len(cells) > DAY else "")


def _day(value: Any) -> dt.date | None:
    """A date cell, or a day as text; an empty cell is today: lists come back on the day of the visit as a rule."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = str(value or "").strip()
    if not text:
        return timezone.localdate()
    day = partial_date.parse(text)
    if not day.is_full:
        raise DateRefused(f"Ngày đến “{text}” chưa đủ ngày, tháng, năm.")
    return day.as_date()


# --- is it ours ------------------------------------------------------------------------------------------------------


def _whole(sheet: FieldSheet, content: bytes) -> list[tuple[int, list[Any]]]:
    """(row number as Excel shows it, cells) of every line. Raises FileRefused."""
    rows = _rows(content)
    sealed = _cell(rows, excel.SEAL_ROW, 0)
    try:
        seal = signing.loads(sealed, salt=excel.SALT)
    except signing.BadSignature:
        raise FileRefused(NOT_OURS) from None
    if seal.get("sheet") != str(sheet.public_id):
        raise FileRefused(NOT_OURS)
    body = [(number, row) for number, row in enumerate(rows, start=1) if number > excel.FIRST_ROW and _is_line(row)]
    locked = [[str(cell).strip() for cell in row[: excel.LOCKED]] for _, row in body]
    if excel.digest_of(locked) != seal.get("digest"):
        raise FileRefused(CHANGED)
    known = {line.hex for line in sheet.lines.values_list("public_id", flat=True)}
    if {row[0] for row in locked} != known:
        raise FileRefused(CHANGED)
    return body


def _is_line(row: Sequence[Any]) -> bool:
    return any(str(cell).strip() for cell in row[: excel.LOCKED])


def _rows(content: bytes) -> Rows:
    if len(content) > LARGEST_BYTES:
        raise FileRefused("Tệp quá lớn (trên 2 MB).")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
                raise FileRefused("Tệp quá lớn sau khi giải nén.")
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MOST_ROWS + 1)
    except (zipfile.BadZipFile, CalamineError, IndexError, ValueError):
        raise FileRefused(NO_EXCEL) from None
    if len(rows) > MOST_ROWS:
        raise FileRefused(CHANGED)
    return rows


def _cell(rows: Rows, row: int, column: int) -> str:
    return str(rows[row][column]).strip() if len(rows) > row and len(rows[row]) > column else ""


def _text(cells: list[Any], column: int) -> str:
    value = cells[column] if len(cells) > column else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value if value is not None else ""))
