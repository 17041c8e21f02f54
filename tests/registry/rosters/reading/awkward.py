"""Awkward files, made byte by byte or by other programs' libraries: what communes really send."""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from registry.values.legacy_fonts import as_tcvn3, as_vni

HEADINGS = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Quan hệ với chủ hộ", "Nơi thường trú"]
PEOPLE = [
    ["1", "Nguyễn Văn Đức", "01/02/1980", "Nam", "001080000123", "Chủ hộ", "Thôn Đồng Mẫu, xã Mẫu Sơn"],
    ["2", "Trần Thị Hương Giang", "15/08/1982", "Nữ", "001182000124", "Vợ", "Thôn Đồng Mẫu, xã Mẫu Sơn"],
    ["3", "Nguyễn Hữu Nghĩa", "20/12/2005", "Nam", "001205000125", "Con đẻ", "Thôn Đồng Mẫu, xã Mẫu Sơn"],
    ["4", "Đặng Thị Phượng", "1948", "Nữ", "001148000126", "Mẹ đẻ", "Thôn Đồng Mẫu, xã Mẫu Sơn"],
]
TABLE = [HEADINGS, *PEOPLE]


def xlsx(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = (), hidden: Sequence[int] = (), fill=None) -> bytes:
    """A workbook of XlsxWriter. `fill(book, tabs)` puts in what a plain table has not."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        tabs = [book.add_worksheet(names[at] if at < len(names) else None) for at in range(max(1, len(sheets)))]
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for tab, rows in zip(tabs, sheets, strict=False):
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, dt.date):
                        tab.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), day)
                    elif isinstance(cell, str):
                        tab.write_string(row, column, cell)
                    elif cell is not None:
                        tab.write(row, column, cell)
        if hidden:
            tabs[next(at for at in range(len(tabs)) if at not in hidden)].activate()
        for at in hidden:
            tabs[at].hide()
        if fill:
            fill(book, tabs)
    return buffer.getvalue()


def csv(rows: Sequence[Sequence[str]] = TABLE, *, encoding: str = "utf-8", sign: str = ",", mark: bytes = b"") -> bytes:
    text = "\r\n".join(sign.join(_quoted(cell, sign) for cell in row) for row in rows) + "\r\n"
    if encoding == "tcvn3":
        return as_tcvn3(text).encode("latin-1")
    if encoding == "vni":
        return as_vni(text).encode("cp1252")
    if encoding == "cp1258":
        return to_cp1258(text)
    return mark + text.encode(encoding)


def _quoted(cell: str, sign: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(one in cell for one in (sign, '"', "\n")) else cell


def to_cp1258(text: str) -> bytes:
    """As Windows writes it: a letter with its shape, then the tone as a character of its own."""
    import unicodedata

    tones = "\u0300\u0309\u0303\u0301\u0323"
    out = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in parts if mark in tones)
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
        try:
            out.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            out.append((base + tone).encode("cp1258"))
    return b"".join(out)


def html(rows: Sequence[Sequence[str]] = TABLE) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><head><meta charset='utf-8'></head><body><table border=1>{body}</table></body></html>".encode()


def ods(rows: Sequence[Sequence[Any]] = TABLE, *, extra: str = "") -> bytes:
    def cell(value: Any) -> str:
        if isinstance(value, dt.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Trang1">{body}{extra}</table:table></office:spreadsheet>'
        f"</office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?>'
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.'
            'spreadsheet"/></manifest:manifest>',
        )
    return buffer.getvalue()


def with_parts(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The archive with these parts put in, or in place of those of the same name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            if one.filename not in parts:
                new.writestr(one.filename, old.read(one.filename))
        for name, text in parts.items():
            new.writestr(name, text)
    return buffer.getvalue()


# --- .xls: a compound file with one stream of BIFF8 records ----------------------------------------------------------


def xls(rows: Sequence[Sequence[Any]] = TABLE, *, streams: Sequence[str] = (), locked: bool = False) -> bytes:
    """A workbook of Excel 97–2003. `streams`: names of further (empty) streams; `locked`: a FILEPASS record."""
    return compound({"Workbook": _biff(rows, locked)} | dict.fromkeys(streams, b""))


def _biff(rows: Sequence[Sequence[Any]], locked: bool) -> bytes:
    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def text(value: str, size: str) -> bytes:
        return struct.pack(f"<{size}B", len(value), 1) + value.encode("utf-16-le")

    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    lock = record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if locked else b""
    sheet = record(0x809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    sheet += record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet += record(0x204, struct.pack("<HHH", at, column, 0) + text(value, "H"))
            elif value is not None:
                sheet += record(0x203, struct.pack("<HHHd", at, column, 0, float(value)))
    sheet += record(0x0A, b"")
    head = record(0x809, bof) + lock
    name = text("Trang1", "B")
    start = len(head) + 4 + 6 + len(name) + 4
    return head + record(0x85, struct.pack("<IBB", start, 0, 0) + name) + record(0x0A, b"") + sheet


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file of sectors of 512 bytes, every stream long enough to need no short sectors."""
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    sectors: list[bytes] = []
    fat: list[int] = []
    entries = [("Root Entry", 5, end, 0)]
    for name, content in streams.items():
        body = content.ljust(4096, b"\0") if content else b""
        first, count = len(sectors), (len(body) + 511) // 512
        for at in range(count):
            sectors.append(body[at * 512 : at * 512 + 512].ljust(512, b"\0"))
            fat.append(first + at + 1 if at + 1 < count else end)
        entries.append((name, 2, first if count else end, len(body)))
    while len(entries) % 4:
        entries.append(("", 0, 0, 0))
    directory = b"".join(_entry(at, len(entries), *one) for at, one in enumerate(entries))
    directory_at, count = len(sectors), len(directory) // 512
    for at in range(count):
        sectors.append(directory[at * 512 : at * 512 + 512])
        fat.append(directory_at + at + 1 if at + 1 < count else end)
    fat_at, needed = len(sectors), 1
    while (len(fat) + needed) > needed * 128:
        needed += 1
    fat += [fat_mark] * needed
    table = b"".join(struct.pack("<I", one) for one in fat).ljust(needed * 512, b"\xff")
    sectors += [table[at * 512 : at * 512 + 512] for at in range(needed)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, needed, directory_at, 0, 4096, end, 0, end, 0)
    places = [fat_at + at for at in range(needed)] + [free] * (109 - needed)
    return head + struct.pack("<109I", *places) + b"".join(sectors)


def _entry(at: int, count: int, name: str, kind: int, start: int, size: int) -> bytes:
    none = 0xFFFFFFFF
    packed = (name + "\0").encode("utf-16-le") if name else b""
    child = 1 if at == 0 else none
    right = at + 1 if kind == 2 and at + 1 < count else none
    return (
        packed.ljust(64, b"\0") + struct.pack("<HBBIII", len(packed), kind, 1, none, right, child)
        + bytes(16 + 4 + 16) + struct.pack("<III", start, size, 0)
    )  # fmt: skip
