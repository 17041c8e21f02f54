"""Two records as the review page shows them: field by field, only differences marked, the outsider's numbers masked."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Officer
from accounts.roles import Right
from accounts.scope import answers_for
from accounts.text import accent_key
from registry.cleanup.facts import birth_of
from registry.models import (
    IdentityNumber,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
)

Segment = tuple[str, bool]  # a piece of text, and whether it differs from the other side


@dataclass(frozen=True)
class Side:
    """One of the two people. `is_open`: the officer answers for this one and may open the record."""

    letter: str
    resident: Resident
    is_open: bool
    is_masked: bool


@dataclass(frozen=True)
class Row:
    label: str
    left: list[Segment]
    right: list[Segment]
    verdict: str

    @property
    def is_same(self) -> bool:
        return self.verdict == SAME


SAME, OTHER, ONE_SIDE, EMPTY = "giống", "khác", "một bên trống", "cả hai trống"


def sides(left: Resident, right: Resident, *, officer: Officer, unmasked: bool = False) -> tuple[Side, Side]:
    """`unmasked`: the officer has said why he needs the numbers of the person outside (masks.py)."""
    return _side("1", left, officer, unmasked), _side("2", right, officer, unmasked)


def _side(letter: str, resident: Resident, officer: Officer, unmasked: bool) -> Side:
    """Outside one's commune numbers and telephone are masked; so they are, always, for those who may not see sensitive
    data."""
    is_open = answers_for(officer, resident.commune)
    return Side(letter, resident, is_open, not ((is_open or unmasked) and officer.can(Right.SENSITIVE_VIEW)))


def compare(left: Side, right: Side) -> list[Row]:
    """The rows of the page, as far as needed to decide. Three queries."""
    return rows_of(values(left.resident, right.resident), left, right)


def rows_of(found: Mapping[str, Sequence[str]], left: Side, right: Side) -> list[Row]:
    """The same from values that were read before. No query."""
    return [_row(label, *pair, secret=label in SECRET, sides=(left, right)) for label, pair in found.items()]


OLD_NUMBERS = "Số cũ, đã hủy, CMND 12 số"
SECRET = {"Số định danh", OLD_NUMBERS, "CMND 9 số", "Điện thoại"}


def values(one: Resident, two: Resident) -> dict[str, tuple[str, str]]:
    """Row -> what each side says, nothing masked. Three queries."""
    people = [one, two]
    numbers = _Numbers(people)
    relations = _relations(people)
    homes = _homes(people)

    def both(read: Callable[[Resident], str]) -> tuple[str, str]:
        return read(one), read(two)

    return {
        "Họ và tên": both(lambda person: person.full_name),
        "Tên gọi khác": both(lambda person: person.other_name),
        "Ngày sinh": both(lambda person: str(birth_of(person) or "")),
        "Giới tính": both(lambda person: person.get_sex_display() if person.sex else ""),
        "Số định danh": both(lambda person: numbers.in_use(person, NumberKind.PERSONAL)),
        OLD_NUMBERS: both(numbers.others),
        "CMND 9 số": both(lambda person: numbers.in_use(person, NumberKind.CMND9)),
        "Mẹ": both(lambda person: relations.get((person.pk, RelationKind.MOTHER), "")),
        "Cha": both(lambda person: relations.get((person.pk, RelationKind.FATHER), "")),
        "Vợ, chồng": both(lambda person: relations.get((person.pk, RelationKind.SPOUSE), "")),
        "Thường trú": both(lambda person: homes.get(person.pk, "")),
        "Nơi sinh": both(lambda person: person.birth_place),
        "Quê quán": both(lambda person: person.home_town),
        "Điện thoại": both(lambda person: person.phone),
        "Tình trạng": both(lambda person: person.get_state_display()),
        "Xã quản lý": both(lambda person: person.commune.name),
    }


class _Numbers:
    def __init__(self, people: list[Resident]) -> None:
        rows = IdentityNumber.objects.filter(resident__in=people).order_by("kind", "-is_active", "pk")
        self.rows = list(rows)

    def in_use(self, person: Resident, kind: str) -> str:
        return self._listed(person, lambda row: row.is_active and row.kind == kind)

    def others(self, person: Resident) -> str:
        shown = (NumberKind.PERSONAL, NumberKind.CMND9)
        hidden = (NumberKind.CERTIFICATE,)
        return self._listed(person, lambda row: row.kind not in hidden and not (row.is_active and row.kind in shown))

    def _listed(self, person: Resident, wanted: Callable[[IdentityNumber], bool]) -> str:
        found = [row.number for row in self.rows if row.resident_id == person.pk and wanted(row)]
        return ", ".join(dict.fromkeys(found))


def _relations(people: list[Resident]) -> dict[tuple[int, str], str]:
    rows = Relation.objects.filter(resident__in=people, is_current=True)
    return {(owner, kind): name for owner, kind, name in rows.values_list("resident_id", "kind", "name")}


def _homes(people: list[Resident]) -> dict[int, str]:
    rows = Residence.objects.filter(
        resident__in=people, kind=ResidenceKind.PERMANENT, closed_at=None, to_on=None
    ).select_related("unit")
    return {row.resident_id: row.address for row in rows}


def _row(label: str, left: str, right: str, *, secret: bool, sides: tuple[Side, Side]) -> Row:
    verdict = _verdict(left, right)
    if secret:
        left, right = (mask(text) if side.is_masked else text for text, side in zip((left, right), sides, strict=True))
    if verdict != OTHER:
        return Row(label, _whole(left, False), _whole(right, False), verdict)
    if secret and any(side.is_masked for side in sides):
        return Row(label, _whole(left, True), _whole(right, True), verdict)
    return Row(label, *marked(left, right), verdict)


def _whole(text: str, differs: bool) -> list[Segment]:
    return [(text, differs)] if text else []


def _verdict(left: str, right: str) -> str:
    if not left and not right:
        return EMPTY
    if not left or not right:
        return ONE_SIDE
    return SAME if accent_key(left) == accent_key(right) else OTHER


def mask(text: str) -> str:
    """ "0905 ••• 118": the first and the last three of each number stay."""
    return ", ".join(_mask_one(part) for part in text.split(", ")) if text else ""


def _mask_one(number: str) -> str:
    digits = re.sub(r"\s", "", number)
    return f"{digits[:3]} ••• {digits[-3:]}" if len(digits) > 6 else "•••"


def marked(left: str, right: str) -> tuple[list[Segment], list[Segment]]:
    """Both texts cut where they differ, by syllables, dates and numbers by their parts. Thúy and Thuý do not differ."""
    one, two = _pieces(left), _pieces(right)
    matcher = difflib.SequenceMatcher(None, list(map(_as_read, one)), list(map(_as_read, two)), autojunk=False)
    ours: list[Segment] = []
    theirs: list[Segment] = []
    for kind, start, stop, other_start, other_stop in matcher.get_opcodes():
        ours += _segment(one[start:stop], kind != "equal")
        theirs += _segment(two[other_start:other_stop], kind != "equal")
    return ours, theirs


def _pieces(text: str) -> list[str]:
    return re.findall(r"\s+|[/,.]|[^\s/,.]+", text)


def _as_read(piece: str) -> str:
    return accent_key(piece) or piece


def _segment(pieces: Iterable[str], differs: bool) -> Iterator[Segment]:
    if text := "".join(pieces):
        yield text, differs and bool(text.strip())
