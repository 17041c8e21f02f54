"""Where people really are, what was written wrongly, and what is closed by hand."""

import datetime as dt

from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.homes.away import no_longer_away
from registry.homes.people import each
from registry.homes.rows import (
    DAY,
    Place,
    basis_of,
    holding,
    move_present,
    open_rows,
    refuse_outside_life,
    source_of,
    strike_out,
)
from registry.models import Residence, ResidenceKind, Resident


def update(order: Order) -> None:
    """Cập nhật nơi ở hiện tại."""
    place = Place.of(order.values, order.values["unit"])
    each(order, lambda order, person: _update(order, person, place))


def _update(order: Order, person: Resident, place: Place) -> None:
    refuse_outside_life(person, order.on)
    move_present(order, person, place, on=order.on)


def not_eligible(order: Order) -> None:
    """Khai báo thông tin về cư trú of who may register neither permanently nor temporarily (Luật Cư trú Đ19)."""
    place = Place.of(order.values, order.values["unit"])
    each(order, lambda order, person: _not_eligible(order, person, place))


def _not_eligible(order: Order, person: Resident, place: Place) -> None:
    registered = holding(open_rows(person, ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY), order.on)
    if registered:
        raise ChangeRefused(
            None,
            f"Không thuộc diện này: đang có {registered[0].get_kind_display().lower()} tại {registered[0].address}.",
        )
    _update(order, person, place)
    person.no_permanent_residence = True
    person.save(update_fields=["no_permanent_residence"])
    order.tell(person, "đánh dấu", "", "không có nơi thường trú")


def adjust(order: Order) -> None:
    """Điều chỉnh thông tin về cư trú (Luật Cư trú Đ26): the same place, written rightly. It is no move."""
    chosen = _chosen(order, order.subject)
    was, began = Place.of_row(chosen), chosen.from_on
    each(order, lambda order, person: _adjust(order, person, chosen, was, began))


def _adjust(order: Order, person: Resident, chosen: Residence, was: Place, began: dt.date | None) -> None:
    """The right day is also that of who goes along and had the same wrong one; who came later keeps theirs."""
    row = chosen if person.pk == chosen.resident_id else _twin(person, chosen, was)
    place = Place.of(order.values, row.unit)
    given: dt.date | None = order.values.get("from_on")
    begins = given if given and row.from_on == began else row.from_on
    if begins:
        refuse_outside_life_at(person, begins)
    if begins and row.to_on and begins > row.to_on:
        raise ChangeRefused("from_on", f"Sau ngày hết hạn ({row.to_on:{DAY}}).")
    for name, value in (place.columns | source_of(order)).items():
        setattr(row, name, value)
    row.from_on, row.basis = begins, basis_of(order)
    row.save()


def refuse_outside_life_at(person: Resident, begins: dt.date) -> None:
    try:
        refuse_outside_life(person, begins)
    except ChangeRefused as refused:
        raise ChangeRefused("from_on", str(refused)) from refused


def close(order: Order) -> None:
    """Any residence, by hand, with a reason: what was entered wrongly, what no other procedure covers."""
    row = _chosen(order, order.subject)
    if row.from_on and order.on < row.from_on:
        raise ChangeRefused("effective_on", f"Trước ngày bắt đầu ({row.from_on:{DAY}}).")
    strike_out(row, last_day=order.on, reason=order.values["reason"])
    if row.kind == ResidenceKind.ABSENCE:
        no_longer_away(order.subject)


def _chosen(order: Order, person: Resident) -> Residence:
    rows = open_rows(person, *ResidenceKind)
    row = next((row for row in rows if str(row.public_id) == order.values["row"]), None)
    if row is None:
        raise ChangeRefused("row", "Nơi này vừa được xóa hoặc đổi; xem lại hồ sơ.")
    return row


def _twin(person: Resident, chosen: Residence, was: Place) -> Residence:
    for row in open_rows(person, chosen.kind):
        if was.is_of(row):
            return row
    raise ChangeRefused("row", f"không có {chosen.get_kind_display().lower()} ở cùng nơi.")
