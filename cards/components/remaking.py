"""A scanned paper, read with suspicion and made anew: PDF, JPEG and PNG only, known by their content, not their name.

Images are drawn anew as the image of a card is (registry/papers/image.py). A PDF is drawn page by page in a process of
its own with limits on memory and time (pdf_pages.py), and its pictures are put into a PDF of our own (our_pdf.py). What
was hidden in the file stays behind.
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import BinaryIO, Final

from PIL import Image

from cards.components.our_pdf import PagePicture, written
from cards.models import ScanKind
from registry.papers.image import MOST_BYTES as MOST_IMAGE_BYTES
from registry.papers.image import ImageRefused, reencoded

MOST_PDF_BYTES: Final = 15 * 1024 * 1024
MOST_MADE_BYTES: Final = 20 * 1024 * 1024
LONGEST_SIDE_PX: Final = 1800  # an A4 page at 150 dots an inch
TIMEOUT_SECONDS: Final = 20
LONGEST_NAME: Final = 100
STARTS: Final = {b"%PDF-": ScanKind.PDF, b"\xff\xd8\xff": ScanKind.JPEG, b"\x89PNG\r\n\x1a\n": ScanKind.PNG}
ENDINGS: Final = {
    ".pdf": ScanKind.PDF, ".jpg": ScanKind.JPEG, ".jpeg": ScanKind.JPEG, ".jfif": ScanKind.JPEG, ".png": ScanKind.PNG,
}  # fmt: skip
PDF_END: Final = b"%%EOF"
END_WITHIN: Final = 1024
"""A reader looks for the end of a PDF in its last 1,024 bytes; whatever lies further behind is no PDF."""
RENDERER: Final = Path(__file__).with_name("pdf_pages.py")
TOO_HARD: Final = "Không đọc được tệp PDF này (hỏng hoặc quá nặng); quét lại, hoặc lưu thành ảnh JPEG."
REFUSALS: Final = {
    "password": "Tệp PDF có mật khẩu; bỏ mật khẩu rồi thêm lại.",
    "empty": "Tệp PDF không có trang nào.",
    "broken": "Tệp PDF bị hỏng; quét lại.",
}
UNFIT = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class ScanRefused(Exception):
    """Nothing was kept; the message is the sentence beside the field."""


@dataclass(frozen=True)
class Remade:
    """What is kept of an uploaded file. `kind` is what it was."""

    name: str
    kind: ScanKind
    content: bytes
    pages: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def remade(name: str, source: BinaryIO, *, most_pages: int, within_seconds: float | None = None) -> Remade:
    """Make a file anew. Raises ScanRefused. A PDF takes up to TIMEOUT_SECONDS, or `within_seconds` if that is less;
    call it outside a transaction."""
    limit = TIMEOUT_SECONDS if within_seconds is None else min(TIMEOUT_SECONDS, within_seconds)
    name = tidy(name)
    data = source.read(MOST_PDF_BYTES + 1)
    kind = sniffed(name, data)
    if kind is ScanKind.PDF:
        content, pages = _pdf(data, most_pages, limit)
    else:
        content, pages = _image(data), 1
    return Remade(name, kind, content, pages)


def tidy(name: str) -> str:
    """A name to show: no path, no hidden letters, its ending kept, at most LONGEST_NAME letters."""
    name = UNFIT.sub("", unicodedata.normalize("NFC", PureWindowsPath(name.replace("/", "\\")).name)).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST_NAME and dot and len(ending) < 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 2]}….{ending}"
    return name[:LONGEST_NAME] or "ban-quet"


def sniffed(name: str, data: bytes) -> ScanKind:
    """What the file is by its first bytes; refused when it is something else than its name says."""
    if not data:
        raise ScanRefused("Tệp rỗng (0 byte); quét lại.")
    kind = next((kind for start, kind in STARTS.items() if data.startswith(start)), None)
    if kind is None:
        raise ScanRefused("Chỉ nhận tệp PDF, JPEG, PNG; nội dung tệp này là loại khác.")
    ending = Path(name).suffix.lower()
    if ending and ENDINGS.get(ending) is not kind:
        raise ScanRefused(f"Tên tệp ghi “{ending}” nhưng nội dung là {kind.label}; lưu lại cho đúng loại.")
    limit = MOST_PDF_BYTES if kind is ScanKind.PDF else MOST_IMAGE_BYTES
    if len(data) > limit:
        raise ScanRefused(f"Tệp lớn hơn {limit // 1024 // 1024} MB; quét lại với độ nét thấp hơn.")
    return kind


def _image(data: bytes) -> bytes:
    try:
        return reencoded(io.BytesIO(data), longest_side_px=LONGEST_SIDE_PX)
    except ImageRefused as refused:
        raise ScanRefused(str(refused)) from refused


def _pdf(data: bytes, most_pages: int, limit_seconds: float) -> tuple[bytes, int]:
    if PDF_END not in data[-END_WITHIN:]:
        raise ScanRefused("Tệp PDF bị cắt dở hoặc có dữ liệu lạ ở cuối; quét lại.")
    head, body = _drawn(data, most_pages, limit_seconds)
    if "refused" in head:
        if head["refused"] == "pages":
            raise ScanRefused(f"Tệp có {head['pages']} trang; mỗi tệp nhiều nhất {most_pages} trang, tách ra rồi thêm.")
        raise ScanRefused(REFUSALS.get(head["refused"], TOO_HARD))
    pages = _pictures(head["sizes"], body)
    made = written(pages)
    if len(made) > MOST_MADE_BYTES:
        raise ScanRefused("Bản quét quá nặng; tách thành nhiều tệp rồi thêm.")
    return made, len(pages)


def _drawn(data: bytes, most_pages: int, limit_seconds: float) -> tuple[dict, bytes]:
    """Ask the other process. Whatever becomes of it, this one answers a sentence."""
    if limit_seconds <= 0:
        raise ScanRefused("Các tệp cùng thêm quá nặng; thêm từng tệp một.")
    command = [sys.executable, "-I", str(RENDERER), str(most_pages), str(LONGEST_SIDE_PX)]
    with tempfile.TemporaryFile() as out:  # a file, not a pipe: how much may be written is one of its limits
        try:
            done = subprocess.run(
                command, input=data, stdout=out, stderr=subprocess.DEVNULL, timeout=limit_seconds, env={},
                check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            raise ScanRefused(TOO_HARD) from late
        out.seek(0)
        head, _, body = out.read().partition(b"\n")
    if done.returncode != 0 or not head:
        raise ScanRefused(TOO_HARD)
    try:
        return json.loads(head), body
    except ValueError as garbled:
        raise ScanRefused(TOO_HARD) from garbled


def _pictures(sizes: list[list[float]], body: bytes) -> list[PagePicture]:
    """The pictures that came back, each looked at: it is a JPEG of the size we allow, or nothing is kept."""
    pages, place = [], 0
    for width, height, length in sizes:
        jpeg = body[place : place + int(length)]
        place += int(length)
        try:
            with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
                width_px, height_px = image.size
        except OSError as strange:
            raise ScanRefused(TOO_HARD) from strange
        if max(width_px, height_px) > LONGEST_SIDE_PX + 1:
            raise ScanRefused(TOO_HARD)
        pages.append(PagePicture(width, height, width_px, height_px, jpeg))
    return pages
