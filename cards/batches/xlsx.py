"""Read an .xlsx that somebody else made, without trusting anything in it.

The reader (python-calamine) makes a full grid from the outermost cells, and unpacks whatever it is given: a small file
can ask for terabytes either way. So it gets only what was counted before: the archive is unpacked here under a limit
and packed anew without anything but plain XML parts, and every part is walked for the addresses of its cells.
"""

import io
import re
import zipfile
from typing import Any, Final
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from cards.batches.refusal import FileRefused

LARGEST_BYTES: Final = 1024 * 1024
LARGEST_UNPACKED: Final = 10 * 1024 * 1024
MOST_PARTS: Final = 200
MOST_COLUMNS: Final = 40
NO_EXCEL: Final = "Không đọc được tệp: nộp tệp .xlsx theo mẫu của trang này, không đặt mật khẩu."
TOO_LARGE: Final = "Tệp quá lớn (trên 1 MB). Chia kết quả thành nhiều tệp."
UNPACKS_TOO_LARGE: Final = "Tệp quá lớn sau khi giải nén; không đọc. Lập lại từ mẫu của trang này."
HAS_MACROS: Final = "Tệp có mã macro; không đọc. Lưu lại dạng .xlsx không macro rồi nộp."
_ADDRESS: Final = re.compile(r"([A-Z]{1,3})?([0-9]{1,7})")


def rows_of(content: bytes, *, most_rows: int) -> list[list[Any]]:
    """The cells of the first sheet, at most `most_rows` rows and MOST_COLUMNS columns. Raises FileRefused."""
    if len(content) > LARGEST_BYTES:
        raise FileRefused(TOO_LARGE)
    try:
        parts = _unpacked(content)
        for text in parts.values():
            _walk(text, most_rows)
        book = CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts)))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=most_rows)
    except (zipfile.BadZipFile, CalamineError, expat.ExpatError, IndexError, ValueError, EOFError, OSError,
            NotImplementedError, RuntimeError) as broken:  # fmt: skip
        # The last two are zipfile's: a way of packing it does not know, and a password.
        raise FileRefused(NO_EXCEL) from broken


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The XML parts by name. What Python's zipfile gives is bounded by the size it declares and checked against it."""
    found: dict[str, bytes] = {}
    left = LARGEST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        infos = packed.infolist()
        if any("vbaproject" in one.filename.lower() for one in infos):
            raise FileRefused(HAS_MACROS)
        if len(infos) > MOST_PARTS or sum(one.file_size for one in infos) > LARGEST_UNPACKED:
            raise FileRefused(UNPACKS_TOO_LARGE)
        for one in infos:
            if not one.filename.lower().endswith((".xml", ".rels")) or one.flag_bits & 1:
                continue
            with packed.open(one) as stream:
                found[one.filename] = stream.read(left + 1)
            left -= len(found[one.filename])
            if left < 0:
                raise FileRefused(UNPACKS_TOO_LARGE)
    kinds = found.get("[Content_Types].xml")
    if kinds is None or "xl/workbook.xml" not in found:
        raise FileRefused(NO_EXCEL)
    if b"macroenabled" in kinds.lower():
        raise FileRefused(HAS_MACROS)
    return found


def _packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return buffer.getvalue()


def _walk(text: bytes, most_rows: int) -> None:
    """Refuse a part that declares entities, or whose cells lie far out. Sheets may have any name, so every part is
    asked."""

    def begins(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] not in ("c", "row"):
            return
        match = _ADDRESS.fullmatch(attributes.get("r", "1").upper())
        if match is None:
            raise FileRefused(NO_EXCEL)
        if int(match[2]) > most_rows or (match[1] and column_number(match[1]) > MOST_COLUMNS):
            raise FileRefused(f"Tệp có ô nằm ngoài {most_rows} dòng, {MOST_COLUMNS} cột đầu; lập lại từ mẫu.")

    def declares(*args: Any) -> None:
        raise FileRefused(NO_EXCEL)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begins
    parser.StartDoctypeDeclHandler = declares
    parser.Parse(text, True)


def column_number(letters: str) -> int:
    """ "A" is 1, "AA" 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
