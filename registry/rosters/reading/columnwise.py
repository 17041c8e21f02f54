"""What only a whole column shows: font, capitals, lost zeros, the order of its dates, what 0 and 1 stand for."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from registry.rosters.fields import FIELDS, Kind
from registry.rosters.reading import fonts, numbers, words
from registry.rosters.reading.given import Cell, Hints
from registry.rosters.reading.headings import letter

if TYPE_CHECKING:
    from registry.rosters.reading.sifting import Sifter

LEAST: Final = 5
NEARLY_ALL: Final = 0.95
_TWO_PARTS: Final = re.compile(r"(\d{1,2})[/\-.](\d{1,2})[/\-.]\d{2,4}")


def hints_of(
    cells: Sequence[Sequence[Cell]],
    texts: Sequence[Sequence[str]],
    columns: Mapping[str, str],
    *,
    is_1904: bool = False,
) -> Hints:
    """`cells` and `texts` are the same rows, as the file has them and as text. What a column shows is kept whatever
    field it is taken for: the officer may say otherwise later."""
    width = max(map(len, texts), default=0)
    by_column = [[row[at] for row in texts if at < len(row) and row[at]] for at in range(width)]
    found_fonts = {at: kind for at, column in enumerate(by_column) if (kind := fonts.font_of(column))}
    return Hints(
        fonts=tuple(found_fonts.items()),
        capitals=frozenset(at for at in range(width) if _are_capitals(by_column[at], found_fonts.get(at, ""))),
        numeric=frozenset(at for at in range(width) if _lost_zeros(at, cells, by_column[at])),
        month_first=frozenset(at for at in range(width) if _is_month_first(by_column[at])),
        sex_codes=tuple(sorted(sex_codes_of(texts, columns).items())),
        is_1904=is_1904,
    )  # fmt: skip


def _are_capitals(column: Sequence[str], font: str) -> bool:
    names = [fonts.repaired(text, font) if font else text for text in column]
    names = [name for name in names if any(char.isalpha() for char in name)]
    return len(names) >= LEAST and sum(map(words.is_capitals, names)) >= NEARLY_ALL * len(names)


def _lost_zeros(at: int, cells: Sequence[Sequence[Cell]], column: Sequence[str]) -> bool:
    """Whether the file keeps the column as numbers; in a text file, whether no number of it begins with 0."""
    filled = [row[at] for row in cells if at < len(row) and row[at] not in (None, "")]
    as_numbers = sum(isinstance(cell, int | float) for cell in filled)
    digits = [text for text in column if text.isdigit()]
    return len(filled) >= LEAST and (
        as_numbers >= NEARLY_ALL * len(filled) or (len(digits) >= 20 and not any(one.startswith("0") for one in digits))
    )


def _is_month_first(column: Sequence[str]) -> bool:
    """Many dates whose second part can be no month, and hardly one whose first cannot."""
    parts = [(int(match[1]), int(match[2])) for text in column if (match := _TWO_PARTS.match(text))]
    swapped = sum(first <= 12 < second <= 31 for first, second in parts)
    usual = sum(second <= 12 < first <= 31 for first, second in parts)
    return swapped >= LEAST and swapped > usual * 3


def sex_codes_of(texts: Sequence[Sequence[str]], columns: Mapping[str, str]) -> dict[str, str]:
    """ "0", "1", "2" -> Nam, Nữ, where the personal numbers of the same rows all say so."""
    fields = {int(column): name for column, name in columns.items()}
    sexes = [at for at, name in fields.items() if name == "sex"]
    own = [at for at, name in fields.items() if name in ("number", "any_number")]
    if not sexes or not own:
        return {}
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in texts:
        text = row[sexes[0]] if sexes[0] < len(row) else ""
        number = numbers.decoded(row[own[0]]) if own[0] < len(row) else None
        if text in ("0", "1", "2") and number is not None:
            votes[text][words.SEX_NAMES[number.sex]] += 1
    sure = {text: count.most_common(1)[0] for text, count in votes.items()}
    meant = {text: sex for text, (sex, most) in sure.items()
             if most >= LEAST and most >= NEARLY_ALL * votes[text].total()}  # fmt: skip
    return meant if len(meant) == len(set(meant.values())) == len(votes) else {}


def notes_of(hints: Hints, headings: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """What the officer is told of the columns."""
    kinds = {int(column): FIELDS[name].kind for column, name in columns.items() if name in FIELDS}
    capitals = [at for at in sorted(hints.capitals) if kinds.get(at) == Kind.NAME]
    numeric = [at for at in sorted(hints.numeric) if kinds.get(at) in (Kind.NUMBER, Kind.CMND)]
    swapped = [at for at in sorted(hints.month_first) if kinds.get(at) in (Kind.BIRTH, Kind.DAY)]

    def shown_columns(columns: Sequence[int]) -> str:
        return ", ".join(f"{letter(at)}" + (f" “{headings[at][:30]}”" if at < len(headings) and headings[at] else "")
                         for at in columns)  # fmt: skip

    notes = []
    for kind in dict.fromkeys(kind for _, kind in hints.fonts):
        of_font = [at for at, one in hints.fonts if one == kind]
        notes.append(f"Cột {shown_columns(of_font)} gõ bằng phông {fonts.NAMES[kind]}; đổi sang Unicode từng ô.")
    if capitals:
        notes.append(f"Cột {shown_columns(capitals)} viết toàn chữ hoa; đổi sang chữ hoa đầu mỗi từ.")
    if numeric:
        notes.append(f"Cột {shown_columns(numeric)} lưu dạng số nên có thể mất số 0 ở đầu.")
    if swapped:
        notes.append(f"Cột {shown_columns(swapped)} có nhiều ngày viết tháng trước ngày sau.")
    if hints.sex_codes:
        codes = ", ".join(f"{code} là {sex}" for code, sex in hints.sex_codes)
        notes.append(f"Mã giới tính đối chiếu theo số định danh: {codes}.")
    if hints.is_1904:
        notes.append("Tệp tính ngày theo hệ 1904 (máy Mac); đã đổi đúng hệ.")
    return notes


def samples_of(
    body: Sequence[Sequence[str]], hints: Hints, sifter: "Sifter", most: int, longest: int
) -> list[list[str]]:
    """The first rows that are people, readable whatever their font."""
    kinds = dict(hints.fonts)
    people = [row for row in body[:200] if any(row) and sifter.is_person(sifter.first_row, row)]
    return [
        [(fonts.repaired(text, kinds[at]) if at in kinds else text)[:longest] for at, text in enumerate(row)]
        for row in people[:most]
    ]


def shown(heading: str) -> str:
    return " ".join(heading.split())[:200]
