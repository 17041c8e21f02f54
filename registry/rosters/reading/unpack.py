"""Runs in a process of its own, under limits of memory and time: a workbook on standard input, its cells on standard
output. A hostile file brings down this process and no worker; what is left of it is an exit code.

Started by path, so it imports nothing of the project. Frames: four bytes of length, then JSON packed by zlib; the first
tells of the workbook, the others are blocks of rows of one sheet after the other.
"""

import datetime as dt
import html
import io
import json
import re
import resource
import struct
import sys
import zipfile
import zlib
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

REFUSED, PASSWORD, MACROS, UNPACKS_TOO_LARGE, NO_ROWS, WORD, ARCHIVE, BINARY = 10, 11, 12, 13, 14, 15, 16, 17
MOST_PARTS = 5000
MOST_COLUMNS = 200
MOST_SHEETS = 50
BLOCK_ROWS = 1000
LONGEST_CELL = 4000
LONGEST_FILLED = 200_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_NO_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)(?:<(?:\w+:)?v></(?:\w+:)?v>|<(?:\w+:)?v/>)?</(?:\w+:)?c>"
)
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]*t="e"[^<>]*>'
    rb"(?:<f[^<>]*/>|<f[^<>]*>[^<>]*</f>)?<v>(#[A-Z0-9/!?_]{1,14})</v>"
)
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_LINKS = "xl/_rels/workbook.xml.rels"
MOST_ERRORS = 20_000
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*\bhidden=[\"'](?:1|true)[\"']")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^<>]*\bhidden=[\"'](?:1|true)[\"']")
CHUNK = 1024 * 1024


class Stopped(Exception):
    """Why the file is not read, as an exit code."""


def main(most_rows: int, megabytes: int, seconds: int, largest_unpacked: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    try:
        told = look_into(content, largest_unpacked)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        del content  # calamine has its own
        write(book, told, most_rows, sys.stdout.buffer)
    except PasswordError:
        raise SystemExit(PASSWORD) from None
    except Stopped as stopped:
        raise SystemExit(stopped.args[0]) from None
    except (CalamineError, zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError,
            RuntimeError, KeyError, IndexError):  # fmt: skip
        raise SystemExit(REFUSED) from None
    except MemoryError:
        raise SystemExit(UNPACKS_TOO_LARGE) from None


def look_into(content: bytes, left: int) -> dict[str, Any]:
    """What the parts of an archive tell before calamine sees it. Everything is unpacked once, a piece at a time, and
    counted: the sizes an archive declares are its own word."""
    counts = dict.fromkeys(("formulas", "no_values", "hidden_rows", "hidden_columns"), 0)
    told: dict[str, Any] = {"errors": {}, "parts": {}, "is_1904": False} | counts
    if not content.startswith(b"PK"):
        return told | _in_compound_file(content)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        infos = packed.infolist()
        if any("vbaproject" in one.filename.lower() for one in infos):
            raise Stopped(MACROS)
        told["format"] = _kind({one.filename for one in infos})
        if len(infos) > MOST_PARTS:
            raise Stopped(UNPACKS_TOO_LARGE)
        for one in infos:
            if one.flag_bits & 1:
                raise Stopped(PASSWORD)
            is_sheet = one.filename.lower().endswith(".xml") and "/worksheets/" in one.filename.lower()
            with packed.open(one) as stream:
                left = _count(stream, left, told, one.filename, is_sheet)
        if told["errors"]:
            told["parts"] = _parts_of_sheets(packed)
    return told


def _parts_of_sheets(packed: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet -> its part, as far as the usual files of Excel tell it."""
    book, links = (packed.read(name).decode("utf-8", "replace") for name in ("xl/workbook.xml", _LINKS))
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^<>]*>", links):
        one = dict(_ATTRIBUTE.findall(tag))
        targets[one.get("Id", "")] = "xl/" + one.get("Target", "").removeprefix("/xl/")
    sheets = [dict(_ATTRIBUTE.findall(tag)) for tag in re.findall(r"<(?:\w+:)?sheet\s[^<>]*>", book)]
    return {html.unescape(one.get("name", "")): targets.get(one.get("r:id", ""), "") for one in sheets}


def _kind(names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise Stopped(BINARY)
    if any(name.startswith("word/") for name in names):
        raise Stopped(WORD)
    if "content.xml" in names:
        return "ods"
    raise Stopped(REFUSED if "[Content_Types].xml" in names else ARCHIVE)


def _count(stream: Any, left: int, told: dict[str, Any], name: str, is_sheet: bool) -> int:
    tail = b""
    while chunk := stream.read(CHUNK):
        left -= len(chunk)
        if left < 0:
            raise Stopped(UNPACKS_TOO_LARGE)
        if is_sheet:
            seen = tail + chunk
            cut = seen.rfind(b"<c ", -4096)
            tail = seen[cut:] if cut >= 0 else b""
            _count_marks(seen[:cut] if cut >= 0 else seen, told, name)
        elif name == "xl/workbook.xml":
            told["is_1904"] |= bool(re.search(rb"date1904=[\"'](1|true)", chunk))
        elif name == "[Content_Types].xml" and b"macroenabled" in chunk.lower():
            raise Stopped(MACROS)
        elif name == "META-INF/manifest.xml" and b"encryption-data" in chunk:
            raise Stopped(PASSWORD)
    _count_marks(tail, told, name)
    return left


def _count_marks(seen: bytes, told: dict[str, Any], name: str) -> None:
    if b't="e"' in seen:
        found = told["errors"].setdefault(name, [])
        for letters, row, text in _ERROR.findall(seen)[: MOST_ERRORS - len(found)]:
            found.append([int(row), _column(letters), text.decode()])
    if b"<f" in seen or b":f" in seen:
        told["formulas"] += len(_FORMULA.findall(seen))
        told["no_values"] += len(_NO_VALUE.findall(seen))
    if b"hidden" in seen:
        told["hidden_rows"] += len(_HIDDEN_ROW.findall(seen))
        told["hidden_columns"] += len(_HIDDEN_COLUMN.findall(seen))


def _in_compound_file(content: bytes) -> dict[str, Any]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Stopped(PASSWORD)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Stopped(MACROS)
    if _is_locked(content):
        raise Stopped(PASSWORD)
    if "WordDocument".encode("utf-16-le") in content:
        raise Stopped(WORD)
    return {"format": "xls", "is_1904": b"\x22\x00\x02\x00\x01\x00" in content}


def _is_locked(content: bytes) -> bool:
    """Whether a record FILEPASS stands among the first of the workbook's records."""
    at = content.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    for _ in range(6):
        if at < 0 or at + 4 > len(content):
            return False
        kind, size = struct.unpack_from("<HH", content, at)
        if kind == 0x2F:
            return True
        at += 4 + size
    return False


def write(book: CalamineWorkbook, told: dict[str, Any], most_rows: int, out: BinaryIO) -> None:
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet][:MOST_SHEETS]
    if not sheets:
        raise Stopped(NO_ROWS)
    first, errors, parts = True, told.pop("errors", {}), told.pop("parts", {})
    told["errors"] = sum(map(len, errors.values()))
    for one in sheets:
        sheet = book.get_sheet_by_name(one.name)
        written = _Sheet(sheet, most_rows, out, errors.get(parts.get(one.name, ""), []))
        about = {"sheet": one.name, "hidden": one.visible != SheetVisibleEnum.Visible} | (told if first else {})
        _frame(out, about)
        written.write()
        _frame(out, {"end": one.name, "rows": written.count, "wide": written.wide, "long": written.is_long,
                     "merged": written.merged})  # fmt: skip
        first = False
        del sheet, written
    out.flush()


class _Sheet:
    """The rows of one sheet that are not blank, in blocks; what was merged downwards is told beside them."""

    def __init__(self, sheet: CalamineSheet, most_rows: int, out: BinaryIO, errors: list[list[Any]]) -> None:
        self.sheet, self.most_rows, self.out = sheet, most_rows, out
        self.count, self.wide, self.is_long = 0, False, False
        self.merged = _merged(sheet)
        self.errors: dict[int, list[tuple[int, str]]] = {}  # calamine gives such a cell as empty
        for row, column, text in errors:
            self.errors.setdefault(row, []).append((column, text))

    def write(self) -> None:
        start = self.sheet.start
        if start is None:
            return
        block: list[tuple[int, list[Any]]] = []
        lead = [""] * min(start[1], MOST_COLUMNS)
        for at, cells in enumerate(self.sheet.iter_rows(), start=start[0] + 1):
            row = lead + [_plain(cell) for cell in cells[: MOST_COLUMNS - len(lead)]]
            for column, text in self.errors.get(at, ()):
                if column < len(row):
                    row[column] = text
            while row and row[-1] == "":
                row.pop()
            self.wide |= len(cells) + len(lead) > MOST_COLUMNS
            if not row:
                continue
            self.count += 1
            if self.count > self.most_rows:
                self.is_long = True
                break
            block.append((at, row))
            if len(block) == BLOCK_ROWS:
                _frame(self.out, block)
                block = []
        if block:
            _frame(self.out, block)


def _merged(sheet: CalamineSheet) -> list[list[int]]:
    """[first row, last row, first column, last column] of every merged range, rows from 1, columns from 0."""
    ranges = sheet.merged_cell_ranges or []
    return [[a[0] + 1, b[0] + 1, a[1], b[1]] for a, b in ranges[:LONGEST_FILLED] if a[1] < MOST_COLUMNS]


def _column(letters: bytes) -> int:
    """0 for "A"."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _plain(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell[:LONGEST_CELL]
    if isinstance(cell, bool | int):
        return cell
    if isinstance(cell, float):
        return cell if cell == cell and abs(cell) != float("inf") else str(cell)
    if isinstance(cell, dt.datetime):
        return {"t": cell.isoformat()}
    if isinstance(cell, dt.date):
        return {"d": cell.isoformat()}
    return str(cell)


def _frame(out: BinaryIO, told: Any) -> None:
    packed = zlib.compress(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode(), 1)
    out.write(struct.pack(">I", len(packed)) + packed)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]))
