"""Which columns a list has: found by their headings and by what stands under them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from accounts.text import fold
from registry.rosters.fields import FIELDS, Kind
from registry.rosters.reading import evidence, fonts, layout
from registry.rosters.reading.given import Cell, as_text
from registry.rosters.reading.vocabulary import fields_of

BODY_ROWS: Final = 600
NO_HEADING: Final = "Không thấy dòng tiêu đề cột; chọn từng cột theo nội dung."
TWO_CLAIM: Final = "Cột {columns} cùng có thể là “{label}”; chọn một cột."
AGAINST: Final = "Cột {column} “{heading}” ghi khác với tiêu đề; xem lại cột này."
CARRIED: Final = frozenset({"household_key", "head_name", "head_number"})
PLACES: Final = frozenset({"permanent_line", "temporary_line", "present_line", "permanent_hamlet", "permanent_street",
                           "permanent_unit", "residence_file_number"})  # fmt: skip


@dataclass
class Found:
    """`header_rows` and `first_row` as Excel numbers them; `headings` by column; `columns`: column -> field where sure;
    `unsure`: column -> fields it may be; `notes`: sentences for the officer; `remembered`: how many columns are as the
    officer chose them before."""

    header_rows: tuple[int, ...] = ()
    first_row: int = 1
    headings: list[str] = field(default_factory=list)
    columns: dict[int, str] = field(default_factory=dict)
    unsure: dict[int, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    remembered: int = 0


def find(first_rows: Sequence[tuple[int, Sequence[Cell]]], remembered: Mapping[str, str] | None = None) -> Found:
    """From the first rows of a sheet as Book.rows() gives them. `remembered`: RosterSource.columns."""
    rows = [
        (number, [_unfonted(as_text(cell)) if at < layout.LOOK_ROWS else as_text(cell) for cell in cells])
        for at, (number, cells) in enumerate(first_rows[:BODY_ROWS])
    ]
    header = _header(rows, remembered or {})
    found = Found(header_rows=tuple(rows[at][0] for at in header))
    body = rows[header[-1] + 1 :] if header else rows
    found.first_row = body[0][0] if body else (rows[-1][0] + 1 if rows else 1)
    lines = [rows[at][1] for at in header if not layout.is_numbering(rows[at][1])]
    found.headings = layout.headings_of(lines)
    width = max([len(found.headings), *(len(cells) for _, cells in body[:200])], default=0)
    found.headings += [""] * (width - len(found.headings))
    if not lines:
        found.notes.append(NO_HEADING)
    _name_columns(found, [cells for _, cells in body], remembered or {})
    return found


def _unfonted(text: str) -> str:
    """A heading in an old font is read as well; cells are left to the whole column."""
    if text.isascii() or len(text) > layout.LONGEST_HEADING:
        return text
    for kind in ("tcvn3", "vni"):
        mended = fonts.repaired(text, kind)
        if mended != text and fields_of(mended) and not fields_of(text):
            return mended
    return text


def _header(rows: Sequence[tuple[int, list[str]]], remembered: Mapping[str, str]) -> list[int]:
    """Places in `rows` of the lines of the heading, numbering line included; empty when there is none."""
    scores = [layout.heading_score(cells, remembered) for _, cells in rows[: layout.LOOK_ROWS]]
    best = max(scores, default=0)
    if best < 2:
        return []
    first = next(at for at, score in enumerate(scores) if score >= max(2, best * 0.6))
    header = [first]
    if first and scores[first - 1] and layout.is_second_line(rows[first][1], rows[first - 1][1]):
        header.insert(0, first - 1)
    at = first + 1
    while at < len(rows) and len(header) < 4 and layout.is_second_line(rows[at][1], rows[at - 1][1]):
        header.append(at)
        at += 1
    if at < len(rows) and layout.is_numbering(rows[at][1]):
        header.append(at)
    return header


# --- columns ---------------------------------------------------------------------------------------------------------


def _name_columns(found: Found, body: Sequence[Sequence[str]], remembered: Mapping[str, str]) -> None:
    seen = [evidence.look([row[at] for row in body if at < len(row)]) for at in range(len(found.headings))]
    claims: dict[int, tuple[str, ...]] = {}
    told: set[int] = set()
    for at, heading in enumerate(found.headings):
        key = key_of(heading)
        if key and key in remembered and (remembered[key] in FIELDS or not remembered[key]):
            found.remembered += 1
            told.add(at)
            claims[at] = (remembered[key],) if remembered[key] else ()
        else:
            claims[at] = evidence.narrowed(fields_of(heading), seen[at]) if heading else ()
    _settle_births(found.headings, claims, seen, told)
    _settle_names(found.headings, claims, seen, told)
    for at, names in claims.items():
        _put(found, at, names, seen[at], at in told)
    _refuse_doubles(found, seen, told)


def _put(found: Found, at: int, names: Sequence[str], seen: evidence.Seen, is_told: bool) -> None:
    if len(names) == 1:
        if not is_told and evidence.speaks_against(names[0], seen):
            found.unsure[at] = list(dict.fromkeys([names[0], *evidence.suggested(seen)]))
            found.notes.append(AGAINST.format(column=letter(at), heading=found.headings[at]))
        else:
            found.columns[at] = names[0]
    elif names:
        found.unsure[at] = list(names)
    elif not is_told and not _means_something_else(found.headings[at]) and (maybe := evidence.suggested(seen)):
        found.unsure[at] = maybe


def _means_something_else(heading: str) -> bool:
    """A heading that is known to mean nothing of ours (the father's birth, a trade) gets no suggestion."""
    key = fold(heading)
    return any(word in key.split() for word in ("cha", "me", "bo", "vo", "chong", "con", "nghe", "hoc", "chuc"))


def _settle_births(headings: Sequence[str], claims: dict[int, tuple[str, ...]], seen: Sequence[evidence.Seen],
                   told: set[int]) -> None:  # fmt: skip
    """Day, month and year in three columns; or the years of men and of women in two."""
    named = {at: names[0] for at, names in claims.items() if len(names) == 1 and at not in told}
    is_parted = "birth_month" in named.values()
    has_women = any(name in ("birth_female", "is_female") for name in named.values()) or any(
        "birth_female" in names for names in claims.values())  # fmt: skip
    for at, names in claims.items():
        if at in told:
            continue
        key = fold(headings[at])
        last = key.split()[-1:] == ["nam"] and (key == "nam" or "sinh" in key)
        if is_parted and "birth_date" in names and seen[at].small >= evidence.ENOUGH:
            claims[at] = ("birth_day",)
        elif is_parted and ((last and set(names) & {"birth_male", "is_male"}) or key_of(headings[at]) == "nam sinh"):
            claims[at] = ("birth_year",)
        elif names == ("birth_male",) and not has_women:
            claims[at] = ("birth_date",) if not is_parted else ("birth_year",)
        elif names == ("birth_day",) and not is_parted:
            claims[at] = ("birth_date",) if "sinh" in fold(headings[at]) else ()


def _settle_names(headings: Sequence[str], claims: dict[int, tuple[str, ...]], seen: Sequence[evidence.Seen],
                  told: set[int]) -> None:  # fmt: skip
    """ "Họ và tên" over two columns, of which the second has the given name alone; a "Tên" that is the whole name."""
    named = {names[0]: at for at, names in claims.items() if len(names) == 1}
    at = named.get("full_name")
    is_two = at is not None and at + 1 < len(headings) and headings[at + 1] in ("", headings[at])
    if at is not None and is_two and at not in told and "given_name" not in named:  # noqa: SIM102 - two questions
        if seen[at + 1].one_word >= 0.8 and seen[at + 1].sex < 0.5:
            claims[at], claims[at + 1] = ("surname_and_middle",), ("given_name",)
            return
    at = named.get("given_name")
    is_alone = not set(named) & {"surname", "surname_and_middle", "full_name"}
    if at is not None and at not in told and is_alone and seen[at].person >= evidence.ENOUGH:
        claims[at] = ("full_name",)


def _refuse_doubles(found: Found, seen: Sequence[evidence.Seen], told: set[int]) -> None:
    """Two columns that claim one field: an empty one gives way, the officer's word stands, else both are asked."""
    claimed = Counter(found.columns.values())
    for name, count in claimed.items():
        if count < 2 or FIELDS[name].kind == Kind.IGNORED:
            continue
        columns = [at for at, one in found.columns.items() if one == name]
        strong = [at for at in columns if at in told] or [at for at in columns if seen[at].filled]
        if len(strong) == 1:
            for at in columns:
                if at != strong[0]:
                    del found.columns[at]
            continue
        for at in columns:
            found.unsure[at] = [found.columns.pop(at)]
        shown = ", ".join(letter(at) for at in columns)
        found.notes.append(TWO_CLAIM.format(columns=shown, label=FIELDS[name].label))


def letter(column: int) -> str:
    """ "A" for 0, "AA" for 26."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def key_of(heading: str) -> str:
    """By what a heading is remembered: "Họ và tên" and "HO VA TEN" are one."""
    return fold(heading)[:100]


def names_a_person(columns: Iterable[str]) -> bool:
    """Whether these fields give a name."""
    names = set(columns)
    return "full_name" in names or "given_name" in names


def carried(columns: Mapping[str, str]) -> set[tuple[str, str]]:
    """The columns of which cells are carried down while reading."""
    return {(str(column), name) for column, name in columns.items() if name in CARRIED | PLACES}
