"""Two records field by field: what each says, from which source, and which value is proposed to stay.

Paper-backed sources before what was said, then the newer; an empty value never wins.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry import codes
from registry.cleanup.facts import birth_of
from registry.duplicates.kin_mover import ONE_ONLY, names_the_same
from registry.duplicates.movers import CHOSEN_HOMES, number_choice
from registry.duplicates.moving import FOLDED, SURVIVOR
from registry.models import (
    HEAD,
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    ResidentState,
)
from registry.residents.sources import Source, source_of
from registry.values import phone

PAPER_BACKED = ("QR", "CHIP", "VNEID", "GIAY_TO", "CSDLQGDC")
FROM_THE_ARCHIVE = "TANG_THU"
STATES = (ResidentState.MOVED, ResidentState.ABSENT, ResidentState.LIVING, ResidentState.DECEASED)
"""From the weakest to the strongest: a death has a paper, and who lives here has not moved away."""
LEFT, RIGHT = "1", "2"


@dataclass(frozen=True)
class Option:
    """What one record says. `weight` orders what is proposed; the greater stays."""

    text: str
    source: str
    weight: tuple[Any, ...]

    @property
    def is_empty(self) -> bool:
        return not self.text


@dataclass(frozen=True)
class Choice:
    """One line of the page. `sensitive` is shown only on request; `secret` is masked for who is outside.

    `is_row`: the two rows of a table, not two values of a column; the movers carry it out.
    """

    name: str
    label: str
    left: Option
    right: Option
    sensitive: bool = False
    secret: bool = False
    is_row: bool = False

    @property
    def differs(self) -> bool:
        return self.left.text != self.right.text

    @property
    def is_open(self) -> bool:
        """Whether there is anything to choose: both say something, and not the same."""
        return self.differs and not (self.left.is_empty or self.right.is_empty)

    @property
    def proposed(self) -> str:
        if self.left.is_empty or self.right.is_empty:
            return RIGHT if self.left.is_empty and not self.right.is_empty else LEFT
        return RIGHT if self.right.weight > self.left.weight else LEFT


@dataclass(frozen=True)
class Field:
    """Columns of Resident that are one thing to an officer. `source_field` is the field whose source tells."""

    name: str
    label: str
    columns: tuple[str, ...]
    shown: Callable[[Resident], str]
    sensitive: bool = False
    secret: bool = False
    source_field: str = ""

    def option(self, person: Resident) -> Option:
        text = self.shown(person)
        source = source_of(person, self.source_field or self.name)
        weight: tuple[Any, ...] = weight_of(source.code, source.on)
        if self.name == "state":
            weight = (STATES.index(ResidentState(person.state)) if person.state in STATES else -1,)
        return Option(text, str(source), weight)


def weight_of(code: str, on: dt.date) -> tuple[int, dt.date]:
    return (2 if code in PAPER_BACKED else int(code == FROM_THE_ARCHIVE), on)


def _name(person: Resident) -> str:
    parts = f" ({person.surname} / {person.middle_name} / {person.given_name})" if person.split_confirmed else ""
    return person.full_name + parts


def _born(person: Resident) -> str:
    known = birth_of(person)
    if known is None:
        columns = (person.birth_day, person.birth_month, person.birth_year)
        return "/".join(str(part) for part in columns if part is not None)
    return known.display() + (" (đúng theo khai sinh)" if person.birth_date_confirmed else "")


def _nationality(person: Resident) -> str:
    return ", ".join(codes.COUNTRIES.name(one) for one in (person.nationality, person.second_nationality) if one)


def _registered(person: Resident) -> str:
    province = codes.BIRTH_PROVINCES.name(person.birth_registration_province)
    return ", ".join(filter(None, [person.birth_registration_place, f"tỉnh cũ {province}" if province else ""]))


def _state(person: Resident) -> str:
    days = (("chết", person.died_on), ("báo chết", person.death_reported_on), ("mất tích", person.missing_on))
    return ", ".join([person.get_state_display(), *(f"{word} {day:%d/%m/%Y}" for word, day in days if day)])


def _plain(name: str) -> Callable[[Resident], str]:
    return lambda person: getattr(person, name)


def _tick(name: str) -> Callable[[Resident], str]:
    return lambda person: "có" if getattr(person, name) else ""


FIELDS = (
    Field("full_name", "Họ và tên", ("full_name", "surname", "middle_name", "given_name", "split_confirmed"), _name),
    Field("other_name", "Tên gọi khác", ("other_name",), _plain("other_name")),
    Field("birth", "Ngày sinh", ("birth_year", "birth_month", "birth_day", "birth_date_confirmed"), _born,
          source_field="birth_date"),
    Field("sex", "Giới tính", ("sex",), lambda person: person.get_sex_display() if person.sex else ""),
    Field("ethnic_group", "Dân tộc", ("ethnic_group",), _plain("ethnic_group_name"), sensitive=True),
    Field("religion", "Tôn giáo", ("religion",), _plain("religion_name"), sensitive=True),
    Field("blood_group", "Nhóm máu", ("blood_group",), _plain("blood_group_name"), sensitive=True),
    Field("nationality", "Quốc tịch", ("nationality", "second_nationality"), _nationality),
    Field("marital_status", "Hôn nhân", ("marital_status",),
          lambda person: person.marital_status_name if person.marital_status != "0" else ""),
    Field("birth_place", "Nơi sinh", ("birth_place",), _plain("birth_place")),
    Field("birth_registration", "Nơi đăng ký khai sinh",
          ("birth_registration_place", "birth_registration_province", "birth_registration_unit_id"), _registered,
          source_field="birth_registration_place"),
    Field("home_town", "Quê quán", ("home_town", "home_town_unit_id"), _plain("home_town")),
    Field("phone", "Điện thoại", ("phone",), lambda person: phone.display(person.phone) if person.phone else "",
          secret=True),
    Field("email", "Thư điện tử", ("email",), _plain("email"), secret=True),
    Field("residence_file_number", "Số hồ sơ cư trú", ("residence_file_number",), _plain("residence_file_number")),
    Field("state", "Tình trạng", ("state", "died_on", "death_reported_on", "missing_on"), _state),
    Field("parents_unknown", "Không xác định được cha, mẹ", ("parents_unknown",), _tick("parents_unknown")),
    Field("no_permanent_residence", "Không có nơi thường trú", ("no_permanent_residence",),
          _tick("no_permanent_residence")),
    Field("never_had_cmnd", "Chưa từng được cấp CMND", ("never_had_cmnd",), _tick("never_had_cmnd")),
    Field("other_information", "Thông tin khác", ("other_information",), _plain("other_information")),
)  # fmt: skip


def choices_between(left: Resident, right: Resident) -> list[Choice]:
    """Every line, also those that are equal. Four queries."""
    found = [
        Choice(field.name, field.label, field.option(left), field.option(right), field.sensitive, field.secret)
        for field in FIELDS
    ]
    return [*found, *_of_rows(left, right)]


def resolved(choices: Iterable[Choice], given: Mapping[str, str]) -> dict[str, str]:
    """name -> LEFT or RIGHT for every line that differs: what was given, else the proposal; never an empty value."""
    found = {}
    for one in choices:
        if one.differs:
            wanted = given.get(one.name, "")
            found[one.name] = wanted if one.is_open and wanted in (LEFT, RIGHT) else one.proposed
    return found


def for_survivor(sides: Mapping[str, str], survivor: str) -> dict[str, str]:
    """The same by what becomes of the records. `survivor` is LEFT or RIGHT."""
    return {name: SURVIVOR if side == survivor else FOLDED for name, side in sides.items()}


def proposed_survivor(left: Resident, right: Resident) -> str:
    """Who has a personal number in use, then the better source, then the longer known; the other is folded into it."""
    held = IdentityNumber.objects.filter(resident__in=[left, right], kind=NumberKind.PERSONAL, is_active=True)
    with_number = set(held.values_list("resident", flat=True))

    def weight(person: Resident) -> tuple[Any, ...]:
        confirmed = person.confirmed_at is not None
        return (person.pk in with_number, weight_of(person.source, person.source_on)[0], confirmed, -person.pk)

    return RIGHT if weight(right) > weight(left) else LEFT


# --- lines that are rows of other tables -----------------------------------------------------------------------------


def _of_rows(left: Resident, right: Resident) -> Iterator[Choice]:
    both = [left, right]
    yield from _numbers(list(IdentityNumber.objects.filter(resident__in=both, is_active=True).order_by("pk")), both)
    kin = Relation.objects.filter(resident__in=both, is_current=True, is_adoptive=False)
    yield from _kin(list(kin.order_by("pk")), both)
    open_homes = Residence.objects.filter(resident__in=both, closed_at=None, to_on=None, kind__in=CHOSEN_HOMES)
    yield from _homes(list(open_homes.select_related("unit").order_by("pk")), both)
    rows = Membership.objects.filter(resident__in=both, to_on=None).select_related("household", "role")
    yield from _households(list(rows.order_by("pk")), both)


def _sides(rows: Iterable[Any], both: list[Resident]) -> tuple[list[Any], list[Any]]:
    held: list[list[Any]] = [[], []]
    for row in rows:
        held[row.resident_id == both[1].pk].append(row)
    return held[0], held[1]


def _row(row: Any, text: str, *more: int) -> Option:
    return Option(text, str(Source(row.source, row.source_on)), (*more, *weight_of(row.source, row.source_on)))


def _numbers(rows: list[IdentityNumber], both: list[Resident]) -> Iterator[Choice]:
    for kind in NumberKind:
        left, right = _sides((row for row in rows if row.kind == kind), both)
        if left and right:
            one, other = (_row(side[0], ", ".join(row.number for row in side)) for side in (left, right))
            yield Choice(number_choice(kind), kind.label, one, other, secret=True, is_row=True)


def _kin(rows: list[Relation], both: list[Resident]) -> Iterator[Choice]:
    for kind in ONE_ONLY:
        left, right = _sides((row for row in rows if row.kind == kind), both)
        if left and right:
            label = RelationKind(kind).label
            one = _row(left[0], left[0].name)
            same = names_the_same(left[0], right[0])
            other = one if same else _row(right[0], _told_apart(right[0].name, than=left[0].name))
            yield Choice(kind, label, one, other, is_row=True)


def _told_apart(name: str, *, than: str) -> str:
    return f"{name} (hồ sơ khác)" if name == than else name


def _homes(rows: list[Residence], both: list[Resident]) -> Iterator[Choice]:
    for kind, name in CHOSEN_HOMES.items():
        left, right = _sides((row for row in rows if row.kind == kind), both)
        if left and right:
            yield Choice(name, ResidenceKind(kind).label, _home(left[0]), _home(right[0]), is_row=True)


def _home(row: Residence) -> Option:
    return _row(row, row.address + (f", từ {row.from_on:%d/%m/%Y}" if row.from_on else ""))


def _households(rows: list[Membership], both: list[Resident]) -> Iterator[Choice]:
    left, right = _sides(rows, both)
    if left and right:
        yield Choice("household", "Hộ gia đình", _member(left[0]), _member(right[0]), is_row=True)


def _member(row: Membership) -> Option:
    """Who heads a household goes on heading it, where nothing else tells."""
    is_head = int(bool(row.role and row.role.code == HEAD))
    return _row(row, f"{row.household}, {row.household.address}: {row.role or 'chưa rõ quan hệ'}", is_head)
