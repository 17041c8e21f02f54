"""In which encoding a text file was saved: by its marks where it has any, else by what makes Vietnamese of it."""

import codecs
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from charset_normalizer import from_bytes

from registry.rosters.reading import fonts

SAMPLE_BYTES: Final = 400_000
GOOD_SHARE: Final = 0.75
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
NOTES: Final = {
    "cp1258": "Tệp lưu mã Windows-1258; đã đổi sang Unicode.",
    "tcvn3": "Tệp lưu mã TCVN3 (phông .VnTime); đã đổi sang Unicode, kiểm tra lại chữ hoa có dấu.",
    "vni": "Tệp lưu mã VNI; đã đổi sang Unicode.",
    "cp1252": "Tệp không lưu dấu tiếng Việt đầy đủ (mã Windows-1252); kiểm tra lại họ tên.",
    "broken": "Tệp lưu UTF-8 nhưng có {count} chỗ hỏng, hiện dấu “�”; kiểm tra lại các ô đó.",
}
_UTF8_LETTER: Final = re.compile(rb"\xe1[\xba\xbb][\x80-\xbf]|\xc4[\x90\x91]|\xc6[\xa0\xa1\xaf\xb0]")
BROKEN_SHARE: Final = 0.001


class Text:
    """A text file as lines, decoded while they are read: 50 MB never stand in memory a second time."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.notes: list[str] = []
        self.encoding, self.codec, self._convert = self._told()

    def lines(self) -> Iterator[str]:
        """Line by line, line breaks kept, NUL bytes left out."""
        stream = io.TextIOWrapper(io.BytesIO(self.content), encoding=self.codec, errors="replace", newline="")
        for line in stream:
            line = line.replace("\0", "") if "\0" in line else line
            yield self._convert(line) if not line.isascii() else line

    def _told(self) -> tuple[str, str, Callable[[str], str]]:
        content = self.content
        for mark, codec in _MARKS:
            if content.startswith(mark):
                return ("utf-16" if codec != "utf-8-sig" else "utf-8"), codec, _composed
        if codec := _utf16_without_mark(content[:4000]):
            return "utf-16", codec, _composed
        errors = _utf8_errors(content)
        if errors == 0:
            return "utf-8", "utf-8", _composed
        kind, codec, convert, share = _best(content)
        if share < GOOD_SHARE and errors < len(content) * BROKEN_SHARE and _has_utf8(content):
            self.notes.append(NOTES["broken"].format(count=errors))
            return "utf-8", "utf-8", _composed
        self.notes.append(NOTES.get(kind, f"Tệp lưu mã {kind}; đã đổi sang Unicode."))
        return kind, codec, convert


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _from_tcvn3(text: str) -> str:
    return fonts.converted(text, "tcvn3")


def _from_vni(text: str) -> str:
    return fonts.converted(text, "vni")


def _best(content: bytes) -> tuple[str, str, Callable[[str], str], float]:
    """The reading that gives most Vietnamese syllables. Where none does, what charset-normalizer finds."""
    sample = _odd_lines(content)
    tries: list[tuple[str, str, Callable[[str], str]]] = [
        ("cp1258", "cp1258", _composed),
        ("tcvn3", "latin-1", _from_tcvn3),
        ("vni", "cp1252", _from_vni),
    ]
    scored = [(_share(sample, codec, convert), name, codec, convert) for name, codec, convert in tries]
    share, name, codec, convert = max(scored, key=lambda one: one[0])
    if share >= 0.5:
        return name, codec, convert, share
    best = from_bytes(sample[:50_000]).best()
    found = best.encoding if best is not None else "cp1252"
    return found.replace("_", "-"), found, _composed, share


def _share(sample: bytes, codec: str, convert: Callable[[str], str]) -> float:
    return fonts.share_of_syllables(convert(sample.decode(codec, "replace")).splitlines())


def _odd_lines(content: bytes) -> bytes:
    """The first lines that are not plain ASCII, as a sample."""
    found, size = [], 0
    for line in io.BytesIO(content):
        if not line.isascii():
            found.append(line[:4000])
            size += len(found[-1])
            if size > 20_000:
                break
    return b"".join(found)


def _utf16_without_mark(head: bytes) -> str:
    """ASCII letters of UTF-16 have a NUL as every other byte."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > half * 0.3 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.3 and odd < half * 0.05 else ""


def _utf8_errors(content: bytes) -> int:
    """How many places are no UTF-8; stops counting when there are too many for one slip."""
    decoder, errors = codecs.getincrementaldecoder("utf-8")("strict"), 0
    try:
        for start in range(0, len(content), 1 << 20):
            decoder.decode(content[start : start + (1 << 20)], start + (1 << 20) >= len(content))
    except UnicodeDecodeError:
        text = content[:SAMPLE_BYTES].decode("utf-8", "replace") if len(content) <= SAMPLE_BYTES else ""
        errors = text.count("\ufffd") or 1 + len(content) // 2000
    return errors


def _has_utf8(content: bytes) -> bool:
    """Whether the sample shows letters of Vietnamese as UTF-8 writes them."""
    return len(_UTF8_LETTER.findall(content[:SAMPLE_BYTES])) > 5
