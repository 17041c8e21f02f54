"""Where in a sheet the heading ends and the people begin, and which lines are no people."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from accounts.text import fold
from registry.rosters.reading.vocabulary import fields_of

LOOK_ROWS: Final = 60
LONGEST_HEADING: Final = 120
OWN_HEADING: Final = "ly do chua ghi duoc"  # of the file of failing rows (rosters/failing.py)
MOST_SCORE: Final = 1000
_NUMBERING: Final = re.compile(r"[(\[]?(\d{1,3}|[a-zđ])[)\]]?(?:\s*=.*)?", re.IGNORECASE)
_SUB: Final = frozenset({
    "nam", "nu", "ngay", "thang", "ho", "ten", "so", "dem", "thon", "xa", "tinh", "huyen", "to", "cap", "cha", "me",
    "vo", "chong", "ho ten", "ho va ten", "ngay cap", "noi cap", "so cccd", "so nha", "cccd", "cmnd", "nam sinh",
    "ngay sinh",
})  # fmt: skip
_OF_A_PERSON: Final = re.compile(r"\d{5}|\d\s*/\s*\d+\s*/\s*\d|^(?:19|20)\d\d$")
_TOTAL: Final = re.compile(r"^(?:tong (?:cong|so)?|cong(?: don)?\b(?! )|cong (?:trang|thon|toan|chung)|tong$)")
_SIGNATURE: Final = re.compile(
    r"^(?:nguoi (?:lap|ghi|kiem|nhap|tong hop)|lap bieu|truong (?:cong an|thon|ap|ban|khu)|to truong"
    r"|ky (?:va )?(?:ghi|ten)|xac nhan|thu truong|can bo (?:lap|thuc|phu)|chu tich"
    r"|pho (?:truong|chu tich)|t ?m (?:uy ban|ubnd)|noi nhan"
    r"|danh sach (?:nay )?(?:gom|co)|an dinh|\(?ky|cong an (?:xa|phuong) xac"
    r"|.{0,40}ngay (?:\d{1,2} )?thang (?:\d{1,2} )?nam)"
)
_GROUP: Final = re.compile(
    r"^(?:thon|to|ap|ban|khu|xom|khom|lang|tdp|ho|doi|ho gia dinh|danh sach|phan|nhom|[ivx]{1,4}|[a-h])\b"
)


def heading_score(cells: Sequence[str], remembered: Collection[str] = ()) -> int:
    """How many different fields the cells of a row name, or an officer named before; none where a cell is a date or a
    number: that is a person."""
    if any(_OF_A_PERSON.search(cell) for cell in cells):
        return 0
    if any(fold(cell) == OWN_HEADING for cell in cells):
        return MOST_SCORE
    short = [cell for cell in cells if 0 < len(cell) <= LONGEST_HEADING]
    found = {names for cell in short if (names := fields_of(cell))}
    return max(len(found), sum(fold(cell)[:100] in remembered for cell in short))


def is_numbering(cells: Sequence[str]) -> bool:
    """ "(1) (2) (3)" or "A B 1 2" under a heading: each number follows the last."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    matches = [_NUMBERING.fullmatch(cell) for cell in filled]
    if len(filled) < 3 or not all(matches):
        return False
    digits = [int(match[1]) for match in matches if match and match[1].isdecimal()]
    return len(digits) >= 2 and all(0 < b - a <= 2 for a, b in zip(digits, digits[1:], strict=False))


def is_second_line(cells: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a row goes on with the heading above it: only words of headings, some under one of its gaps."""
    filled = [(at, cell) for at, cell in enumerate(cells) if cell]
    if not filled or any(len(cell) > LONGEST_HEADING for _, cell in filled):
        return False
    known = sum(fold(cell) in _SUB or bool(fields_of(cell)) for _, cell in filled)
    under_gap = any(at >= len(above) or not above[at] or at + 1 < len(above) and not above[at + 1] for at, _ in filled)
    same = sum(at < len(above) and fold(cell) == fold(above[at]) for at, cell in filled)
    return known >= max(1, 0.7 * len(filled)) and under_gap and same < len(filled)


def headings_of(lines: Sequence[Sequence[str]]) -> list[str]:
    """One heading a column out of one to three lines. The upper text of merged cells stands only in the first of them:
    it goes on to the right while there is text below and none beside it."""
    width = max((len(line) for line in lines), default=0)
    parts: list[list[str]] = [[] for _ in range(width)]
    for level, line in enumerate(lines):
        below = lines[level + 1 :]
        running = ""
        for at in range(width):
            own = line[at] if at < len(line) else ""
            has_below = any(at < len(other) and other[at] for other in below)
            if own:
                running = own
            elif not has_below or any(at < len(upper) and upper[at] for upper in lines[:level]):
                running = ""
            text = own or (running if has_below else "")
            if text and text not in parts[at]:
                parts[at].append(text)
    return [" – ".join(" ".join(part.split()) for part in one)[:200] for one in parts]


def kind_of_line(cells: Sequence[str], headings: Sequence[str], *, usual: int, name_at: int | None) -> str:
    """ "heading", "numbering", "total", "signature", "group" for a row that is no person, "" for one that may be.
    `usual`: how many cells a row of this list usually has."""
    filled = [(at, cell) for at, cell in enumerate(cells) if cell]
    if is_numbering(cells) and len(filled) >= min(usual, 4) and name_at is not None and _at(cells, name_at, 4):
        return "numbering"
    same = sum(at < len(headings) and cell in headings[at].split(" – ") for at, cell in filled)
    if same >= 2 and same >= 0.6 * len(filled):
        return "heading"
    first = fold(filled[0][1]) if filled else ""
    if len(filled) >= max(3, usual // 2) and not _TOTAL.match(first):
        return ""
    if any(_TOTAL.match(fold(cell)) for _, cell in filled[:2]):
        return "total"
    if len(filled) <= 3 and any(_SIGNATURE.match(fold(cell)) for _, cell in filled):
        return "signature"
    return "group" if _is_group(filled, usual, name_at) else ""


def _at(cells: Sequence[str], at: int, longest: int) -> bool:
    return at < len(cells) and 0 < len(cells[at]) <= longest


def _is_group(filled: Sequence[tuple[int, str]], usual: int, name_at: int | None) -> bool:
    """One cell alone in a list of many columns; a name alone in the name's column is a person with gaps."""
    texts = [(at, text) for at, text in filled if not re.fullmatch(r"[\dIVXivx]{1,5}[.)]?|[A-Za-z][.)]?", text)]
    if usual < 4 or len(texts) > 1 or not filled:
        return False
    if not texts:
        return True
    at, text = texts[0]
    if at == name_at and len(filled) > 1:
        return False
    return at != name_at or bool(_GROUP.match(fold(text))) or ":" in text or any(char.isdigit() for char in text)
