"""The format in which results come back, version 1, and its reader: the bytes of a file to lines.

Two shapes with the same meaning. Excel: the first row is EXCEL_MARK, the commune's code and its name; TITLES stand in
row 3; below, one result a row. JSON: {"format": JSON_FORMAT, "commune": "06001", "results": [{"file_number",
"personal_number", "full_name", "result", "on", "note"}, …]}; it may come signed, as {"content": …, "key_id": …,
"signature": …}, and then the signature must be good. The page templates/cards/batches/format.html says this to people.
"""

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any, Final

from accounts.models import Unit
from accounts.text import clean, fold
from cards.batches import content as batch_content
from cards.batches import xlsx
from cards.batches.refusal import FileRefused
from cards.models import Result
from registry.values import partial_date
from registry.values.partial_date import DateRefused

EXCEL_MARK: Final = "KET-QUA-CAN-CUOC/1"
JSON_FORMAT: Final = "cong-dan-cu/ket-qua-can-cuoc/1"
TITLES: Final = ("Số hồ sơ", "Số định danh", "Họ và tên", "Kết quả", "Ngày", "Lý do, ghi chú")
TITLE_ROW: Final = 2
MOST_LINES: Final = 1000
LONGEST_NOTE: Final = 200
FILE_NUMBER: Final = re.compile(r"([0-9]{2})\s*-\s*([0-9]{1,6})")
ANSWERS: Final = tuple(one for one in Result if one.value)
WORDS: Final = {fold(str(one.label)): one for one in ANSWERS} | {one.value: one for one in ANSWERS}
NOT_OURS: Final = "Đây không phải tệp kết quả theo mẫu: dòng đầu phải là “{}”. Tải mẫu ở trang này."


@dataclass(frozen=True)
class Line:
    """One result as it stands in the file. `row` is its number as the file shows it. `flaw`: why it cannot be read."""

    row: int
    file_number: str
    personal_number: str
    full_name: str
    result: str = ""
    on: dt.date | None = None
    note: str = ""
    flaw: str = ""


@dataclass(frozen=True)
class ReadFile:
    name: str
    sha256: str
    lines: tuple[Line, ...]
    is_signed: bool = False


def read(name: str, content: bytes, commune: Unit) -> ReadFile:
    """The lines of a result file of this commune. Raises FileRefused, with the reason in one sentence, for what is
    broken, too large, of another commune or format, or signed wrongly; a single bad line only has a flaw."""
    if len(content) > xlsx.LARGEST_BYTES:
        raise FileRefused(xlsx.TOO_LARGE)
    head = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    is_signed = False
    if content[:2] == b"PK":
        lines = _from_excel(content, commune)
    elif head == b"{":
        lines, is_signed = _from_json(content, commune)
    elif content[:4] == b"\xd0\xcf\x11\xe0":
        raise FileRefused("Tệp Excel kiểu cũ (.xls) hoặc có mật khẩu; lưu lại dạng .xlsx, không mật khẩu.")
    else:
        raise FileRefused("Tệp không phải Excel .xlsx, cũng không phải JSON theo mẫu.")
    if not lines:
        raise FileRefused("Tệp không có dòng kết quả nào.")
    if len(lines) > MOST_LINES:
        raise FileRefused(f"Tệp có quá {MOST_LINES} dòng kết quả; chia thành nhiều tệp.")
    return ReadFile(clean(name)[:100] or "ket-qua", hashlib.sha256(content).hexdigest(), tuple(lines), is_signed)


# --- Excel -----------------------------------------------------------------------------------------------------------


def _from_excel(content: bytes, commune: Unit) -> list[Line]:
    rows = xlsx.rows_of(content, most_rows=MOST_LINES + TITLE_ROW + 50)
    if not rows or _cell(rows[0], 0) != EXCEL_MARK:
        raise FileRefused(NOT_OURS.format(EXCEL_MARK))
    _refuse_stranger(_cell(rows[0], 1), commune)
    titles = [fold(_cell(rows[TITLE_ROW], column)) for column in range(len(TITLES))] if len(rows) > TITLE_ROW else []
    if titles != [fold(title) for title in TITLES]:
        raise FileRefused(f"Dòng {TITLE_ROW + 1} phải có các cột: {', '.join(TITLES)}. Tải lại mẫu.")
    body = enumerate(rows[TITLE_ROW + 1 :], start=TITLE_ROW + 2)
    return [_excel_line(number, row) for number, row in body if _cell(row, 3) or _cell(row, 4) or _cell(row, 5)]


def _excel_line(number: int, row: list[Any]) -> Line:
    day = row[4] if len(row) > 4 else ""
    file_number, person, name, result = (_cell(row, place) for place in range(4))
    return line_of(number, file_number, person, name, result, day, _cell(row, 5))


def _cell(row: list[Any], column: int) -> str:
    """A number cell without ".0"; a personal number that Excel made a number gets its zeros back further on."""
    value = row[column] if len(row) > column else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value if value is not None else ""))[:400]


# --- JSON ------------------------------------------------------------------------------------------------------------


def _from_json(content: bytes, commune: Unit) -> tuple[list[Line], bool]:
    try:
        told = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as broken:
        raise FileRefused("Tệp JSON hỏng, không đọc được.") from broken
    is_signed = isinstance(told, dict) and ("signature" in told or "key_id" in told)
    if is_signed:
        if not batch_content.is_genuine(told):
            raise FileRefused("Chữ ký của tệp không đúng hoặc khóa lạ: tệp đã bị sửa, hoặc không do hệ thống lập.")
        told = told["content"]
    if not isinstance(told, dict) or told.get("format") != JSON_FORMAT:
        raise FileRefused(f"Tệp JSON không theo mẫu: “format” phải là “{JSON_FORMAT}”.")
    _refuse_stranger(_text(told.get("commune")), commune)
    results = told.get("results")
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        raise FileRefused("Tệp JSON không theo mẫu: “results” phải là danh sách kết quả.")
    return [_json_line(number, one) for number, one in enumerate(results[: MOST_LINES + 1], start=1)], is_signed


def _json_line(number: int, one: dict[str, Any]) -> Line:
    keys = ("file_number", "personal_number", "full_name", "result", "on", "note")
    return line_of(number, *(_text(one.get(key)) for key in keys))


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _text(value: Any) -> str:
    return clean(str(value))[:400] if isinstance(value, str | int) and not isinstance(value, bool) else ""


# --- one line --------------------------------------------------------------------------------------------------------


def _refuse_stranger(code: str, commune: Unit) -> None:
    """The commune itself, or one that it took over from: a batch may have gone up before two became one. One query at
    most."""
    if code.zfill(5) != commune.code and not Unit.objects.filter(successors__new=commune, code=code.zfill(5)).exists():
        told = f"mã xã “{code[:20]}”" if code else "không ghi mã xã"
        raise FileRefused(f"Tệp này {told}, không phải của {commune.name} (mã {commune.code}); không đọc.")


def line_of(row: int, file_number: str, number: str, name: str, result: str, day: Any, note: str) -> Line:
    """What stands in a row, read; the first thing wrong with it as `flaw`."""
    number = number.replace(" ", "")
    if number.isascii() and number.isdecimal() and 9 <= len(number) < 12:
        number = number.zfill(12)  # Excel makes numbers of digits, and numbers have no zeros in front
    plain = Line(row, file_number[:20], number[:20], name[:100], note=note)
    match = FILE_NUMBER.fullmatch(file_number)
    if match is None:
        return _flawed(plain, "Số hồ sơ phải như 26-00418.")
    kind = WORDS.get(fold(result)) or WORDS.get(result.strip().lower())
    if kind is None:
        told = ", ".join(str(one.label) for one in ANSWERS)
        return _flawed(plain, f"Kết quả “{result[:40]}” không có trong: {told}." if result else "Chưa ghi kết quả.")
    try:
        on = _day(day)
    except DateRefused as refused:
        return _flawed(plain, str(refused))
    if kind == Result.RETURNED and not note:
        return _flawed(plain, "Trả lại thì phải ghi lý do.")
    if len(note) > LONGEST_NOTE:
        return _flawed(plain, f"Lý do, ghi chú dài quá {LONGEST_NOTE} ký tự.")
    return Line(row, f"{match[1]}-{int(match[2]):05d}", plain.personal_number, plain.full_name, kind.value, on, note)


def _flawed(line: Line, flaw: str) -> Line:
    return replace(line, note=line.note[:LONGEST_NOTE], flaw=flaw)


def _day(value: Any) -> dt.date:
    """A date cell, 2026-11-22, or a day as an officer types it. Raises DateRefused."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = str(value or "").strip()
    if not text:
        raise DateRefused("Chưa ghi ngày có kết quả.")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        day = partial_date.parse(text)
    whole = day.as_date() if day.is_full else None
    if whole is None:
        raise DateRefused(f"Ngày “{text[:20]}” chưa đủ ngày, tháng, năm.")
    return whole
