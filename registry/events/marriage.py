"""Kết hôn, ly hôn (Luật Hôn nhân và gia đình 2014 Đ8, Đ9, Đ57)."""

import datetime as dt

from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.facts import birth_of
from registry.codes import DIVORCED, MARRIED
from registry.events import ties
from registry.homes.rows import DAY
from registry.models import RelationKind, Resident, ResidentState, Sex
from registry.residents import family

LEAST_AGE_YEARS = {Sex.MALE: 20, Sex.FEMALE: 18}


def marry(order: Order) -> None:
    """Both sides in one step. Raises ChangeRefused, and RegisterRefused for what family ties forbid."""
    values, on = order.values, order.values["effective_on"]
    other = order.people[values["person"].pk] if values.get("person") else None
    for person in filter(None, [order.subject, other]):
        _refuse_unfree(order, person)
        _warn_too_young(order, person, on)
    family.link(
        order.subject, RelationKind.SPOUSE, by=order.by, person=other, name=values.get("name") or "",
        birth_year=values.get("birth_year"), nationality=values.get("nationality") or "", from_on=on,
    )  # fmt: skip
    for person in filter(None, [order.subject, other]):
        ties.set_marital_status(person, MARRIED)


def _refuse_unfree(order: Order, person: Resident) -> None:
    """Rule S08 at the door."""
    field = None if person is order.subject else "person"
    if person.state == ResidentState.DECEASED:
        raise ChangeRefused(field, f"{person.full_name} đã chết theo hồ sơ.")
    current = ties.ties_of(person, RelationKind.SPOUSE)
    if current:
        raise ChangeRefused(
            field, f"{person.full_name} đang ghi vợ, chồng là {current[0].name}; ghi ly hôn hoặc khai tử trước."
        )
    if person.marital_status == MARRIED:
        raise ChangeRefused(
            field, f"{person.full_name} đang ghi “Đang có vợ/chồng” mà chưa ghi tên vợ, chồng. Nếu chỉ thiếu tên thì "
            "bổ sung ở mục Nhân thân; nếu đã ly hôn thì ghi ly hôn trước."
        )  # fmt: skip


def _warn_too_young(order: Order, person: Resident, on: dt.date) -> None:
    """Rule D17, at the day of the marriage."""
    born, least = birth_of(person), LEAST_AGE_YEARS.get(Sex(person.sex))
    if born and least and born.age_on(on) < least:
        order.warn(f"{person.full_name} chưa đủ {least} tuổi ngày {on:{DAY}} (Luật Hôn nhân và gia đình Điều 8).")


def divorce(order: Order) -> None:
    """Ends both lines; both are divorced where both records are ours."""
    person, on = order.subject, order.values["effective_on"]
    if order.values.get("tie"):
        row = ties.chosen(order, RelationKind.SPOUSE)
        other = ties.end(
            order, row, on=on, reason=f"Ly hôn, {order.values['paper_kind']} số {order.values['paper_number']}"
        )
        if other is not None and other.marital_status == MARRIED:
            ties.set_marital_status(other, DIVORCED)
    elif person.marital_status != MARRIED:
        raise ChangeRefused(None, f"Hồ sơ ghi “{person.marital_status_name}” và không có vợ, chồng hiện tại.")
    ties.set_marital_status(person, DIVORCED)
