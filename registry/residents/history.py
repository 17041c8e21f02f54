"""The history of a record by field: who, when, from what, to what, on which basis.

Read from the rows that PostgreSQL's triggers wrote (django-pghistory): whatever changed a row is here.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model, QuerySet, Value
from django.utils import timezone

from accounts.models import Officer, Unit
from registry import codes
from registry.models import (
    ConfirmedHow,
    DocumentState,
    Household,
    HouseholdRole,
    IdentityDocument,
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    ResidentState,
    Sex,
)
from registry.residents.masking import shown_text

SHOWN = 200
HIDDEN = "đã thay đổi (dữ liệu nhạy cảm)"
SYSTEM = "Hệ thống"


@dataclass(frozen=True)
class Entry:
    """One field that changed. `by` is the officer as called then, or the system; "" before: there was nothing."""

    at: dt.datetime
    what: str
    before: str
    after: str
    by: str
    basis: str


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _yes(value: Any) -> str:
    return "có" if value else ""


def _text(value: Any) -> str:
    return str(value) if value is not None else ""


Shown = Callable[[Any], str]
PLAIN: dict[str, tuple[str, Shown]] = {
    "full_name": ("Họ tên", _text),
    "other_name": ("Tên gọi khác", _text),
    "sex": ("Giới tính", lambda value: Sex(value).label),
    "ethnic_group": ("Dân tộc", _text),
    "religion": ("Tôn giáo", _text),
    "blood_group": ("Nhóm máu", _text),
    "nationality": ("Quốc tịch", codes.COUNTRIES.name),
    "second_nationality": ("Quốc tịch thứ hai", codes.COUNTRIES.name),
    "marital_status": ("Hôn nhân", codes.MARITAL_STATUSES.name),
    "birth_place": ("Nơi sinh", _text),
    "birth_registration_place": ("Nơi đăng ký khai sinh", _text),
    "birth_registration_province": ("Tỉnh đăng ký khai sinh", codes.BIRTH_PROVINCES.name),
    "home_town": ("Quê quán", _text),
    "phone": ("Điện thoại", _text),
    "email": ("Thư điện tử", _text),
    "residence_file_number": ("Số hồ sơ cư trú", _text),
    "other_information": ("Thông tin khác", _text),
    "state": ("Tình trạng", lambda value: ResidentState(value).label),
    "died_on": ("Ngày chết", _day),
    "death_reported_on": ("Báo đã chết", _day),
    "missing_on": ("Mất tích", _day),
    "parents_unknown": ("Không xác định được cha, mẹ", _yes),
    "no_permanent_residence": ("Không có nơi thường trú", _yes),
    "never_had_cmnd": ("Chưa từng được cấp CMND", _yes),
    "birth_date_confirmed": ("Ngày sinh đúng theo khai sinh", _yes),
    "commune_id": ("Xã quản lý", _text),
    "confirmed_how": ("Phúc tra qua", lambda value: ConfirmedHow(value).label if value else ""),
    "confirmed_at": ("Phúc tra", lambda value: f"{timezone.localtime(value):%H:%M %d/%m/%Y}" if value else ""),
}
SENSITIVE = {"ethnic_group", "religion", "blood_group"}


@dataclass(frozen=True)
class Names:
    """What ids in old rows are called: read once for the whole history."""

    units: dict[int, str]
    roles: dict[int, str]
    households: dict[int, str]


def history_of(person: Resident, officer: Officer) -> list[Entry]:
    """The newest first, SHOWN at most, numbers as the officer may see them. Seven queries however long it is."""
    own = list(_events(Resident, pgh_obj=person.pk))
    rows = {model: list(_events(model, resident=person.pk)) for model in ROWS}
    names = _names(own, rows)
    entries = list(_of_person(own, names))
    for model, found in rows.items():
        entries += _of_rows(found, *ROWS[model], names)
    return [_as_seen_by(officer, entry) for entry in sorted(entries, key=lambda entry: entry.at)[::-1][:SHOWN]]


def _as_seen_by(officer: Officer, entry: Entry) -> Entry:
    before, after, basis = (shown_text(text, officer) for text in (entry.before, entry.after, entry.basis))
    return replace(entry, before=before, after=after, basis=basis)


def _events(model: type[Model], **of: Any) -> QuerySet[Any]:
    events: Any = model._meta.get_field("events").related_model
    return events._default_manager.filter(**of).select_related("pgh_context").order_by("pgh_id")


def _of_person(events: list[Any], names: Names) -> Iterator[Entry]:
    before: Any = None
    for event in events:
        if before is None:
            yield _entry(event, "Hồ sơ", "", "ghi nhận")
        else:
            if _born(before) != _born(event):
                yield _entry(event, "Ngày sinh", _born(before), _born(event))
            for field, (what, shown) in PLAIN.items():
                old, new = getattr(before, field), getattr(event, field)
                if old != new:
                    yield _entry(event, what, *_values(field, old, new, shown, names))
        before = event


def _born(row: Any) -> str:
    """As it stands, also of a date that no calendar has."""
    return "/".join(f"{part:02d}" for part in (row.birth_day, row.birth_month, row.birth_year) if part is not None)


def _values(field: str, old: Any, new: Any, shown: Shown, names: Names) -> tuple[str, str]:
    if field in SENSITIVE:
        return ("", HIDDEN) if new else (HIDDEN, "")
    if field == "commune_id":
        return names.units.get(old, ""), names.units.get(new, "")
    return shown(old), shown(new)


def _of_rows(
    events: Iterable[Any], title: Callable[[Any], str], words: Callable[[Any, Names], str], names: Names
) -> Iterator[Entry]:
    """Rows that hang on the person: each as one text, before and after."""
    before: dict[int, str] = {}
    for event in events:
        text = "" if event.pgh_label == "delete" else words(event, names)
        old = before.get(event.pgh_obj_id or event.id, "")
        if text != old:
            yield _entry(event, title(event), old, text)
        before[event.pgh_obj_id or event.id] = text


def _entry(event: Any, what: str, before: str, after: str) -> Entry:
    context = event.pgh_context.metadata if event.pgh_context else {}
    by = context.get("officer") or context.get("badge") or SYSTEM
    return Entry(event.pgh_created_at, what, before, after, by, context.get("reason", ""))


# --- Rows as texts ---------------------------------------------------------------------------------------------------


def _number(row: Any, names: Names) -> str:
    return row.number + ("" if row.is_active else " (không còn dùng)")


def _relation(row: Any, names: Names) -> str:
    marks = [("nuôi", row.is_adoptive), ("đã liên kết", row.person_id), ("đã kết thúc", not row.is_current)]
    told = ", ".join(mark for mark, holds in marks if holds)
    return row.name + (f" ({told})" if told else "")


def _residence(row: Any, names: Names) -> str:
    place = ", ".join(filter(None, [row.street, row.hamlet, names.units.get(row.unit_id, "")]))
    dates = "–".join(_day(day) or "…" for day in (row.from_on, row.to_on)) if row.from_on or row.to_on else ""
    closed = f"đã xóa: {row.closed_reason or 'không ghi lý do'}" if row.closed_at else ""
    return "; ".join(filter(None, [place, dates, closed]))


def _membership(row: Any, names: Names) -> str:
    role = names.roles.get(row.role_id, "chưa rõ quan hệ")
    left = f", rời hộ {_day(row.to_on)}" if row.to_on else ""
    return f"Hộ {names.households.get(row.household_id, '?')} ({role}{left})"


def _document(row: Any, names: Names) -> str:
    issued = f", cấp {_day(row.issued_on)}" if row.issued_on else ""
    return f"{row.number}{issued}, {DocumentState(row.state).label.lower()}"


ROWS: dict[type[Model], tuple[Callable[[Any], str], Callable[[Any, Names], str]]] = {
    IdentityNumber: (lambda row: NumberKind(row.kind).label, _number),
    Relation: (lambda row: RelationKind(row.kind).label, _relation),
    Residence: (lambda row: ResidenceKind(row.kind).label, _residence),
    Membership: (lambda row: "Hộ gia đình", _membership),
    IdentityDocument: (lambda row: codes.DOCUMENT_KINDS.name(row.kind), _document),
}


def _names(own: list[Any], rows: dict[type[Model], list[Any]]) -> Names:
    unit_ids = {event.commune_id for event in own} | {row.unit_id for row in rows[Residence]}
    homes = {row.household_id for row in rows[Membership]}
    kinds: list[QuerySet[Any]] = [
        Unit.objects.filter(pk__in=unit_ids).order_by().values_list(Value("unit"), "pk", "name"),
        HouseholdRole.objects.order_by().values_list(Value("role"), "pk", "name"),
        Household.objects.filter(pk__in=homes).order_by().values_list(Value("home"), "pk", "code"),
    ]
    called: dict[str, dict[int, str]] = {"unit": {}, "role": {}, "home": {}}
    for kind, pk, name in kinds[0].union(*kinds[1:], all=True):
        called[kind][pk] = name
    return Names(called["unit"], called["role"], called["home"])
