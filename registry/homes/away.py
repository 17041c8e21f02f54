"""Tạm vắng: declared, found out, over.

Whoever is away is in state "Vắng mặt": every list and rule counts such a person among the living of the commune
(`current()`, `is_current`), so nothing is lost from the figures; the record and the household say at a glance that
nobody is to be looked for at home. An absence that is still to come leaves the state alone: nothing would turn it.
"""

import datetime as dt

from django.utils import timezone

from accounts.models import Unit
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.homes.people import each, set_state
from registry.homes.rows import (
    DAY,
    Place,
    begin,
    holding,
    lasting,
    move_present,
    open_rows,
    refuse_outside_life,
    strike_out,
)
from registry.models import ResidenceKind, Resident, ResidentState

NO_END = dt.date.max


def declare(order: Order) -> None:
    """Khai báo tạm vắng (Luật Cư trú Đ31)."""
    destination = order.values["destination"]
    if not isinstance(destination, Unit):
        order.warn(f"“{destination}” không phải xã, phường: giữ nguyên văn nơi đến, không đổi nơi ở hiện tại.")
    each(order, _declare)


def _declare(order: Order, person: Resident) -> None:
    start, end, destination = order.values["effective_on"], order.values["to_on"], order.values["destination"]
    refuse_outside_life(person, start)
    _refuse_overlap(person, start, end)
    unit = destination if isinstance(destination, Unit) else None
    row = begin(
        order, person, ResidenceKind.ABSENCE, Place(unit or order.commune), on=start, to_on=end,
        purpose=order.values["purpose"],
    )  # fmt: skip
    if unit is None:
        row.raw_text = destination[:300]
        row.save()
    elif order.values.get("moves_present"):
        move_present(order, person, Place(unit), on=start)
    _be_away(person, start, end)


def found_out(order: Order) -> None:
    """Away without a declaration, as the hamlet says: an absence without purpose and without end (rule L09)."""
    each(order, _found_out)


def _found_out(order: Order, person: Resident) -> None:
    start = order.values["effective_on"]
    refuse_outside_life(person, start)
    _refuse_overlap(person, start, None)
    begin(order, person, ResidenceKind.ABSENCE, Place(order.commune), on=start)
    _be_away(person, start, None)


def come_back(order: Order) -> None:
    """ "Đã về": the absence is over on that day, whatever end was declared."""
    person, on = order.subject, order.on
    rows = open_rows(person, ResidenceKind.ABSENCE)
    row = next((row for row in rows if str(row.public_id) == order.values["row"]), None)
    if row is None:
        raise ChangeRefused("row", "Lần tạm vắng này đã đóng; xem lại hồ sơ.")
    if row.from_on and on < row.from_on:
        raise ChangeRefused("effective_on", f"Trước ngày đi ({row.from_on:{DAY}}).")
    row.to_on = None  # the declared end stays in the history; what counts is the day of the return
    strike_out(row, last_day=on, reason="Đã về")
    no_longer_away(person)
    if order.values.get("present_same"):
        _at_home_again(order, person, on)


def no_longer_away(person: Resident) -> None:
    """Back among those at home, unless another absence holds today."""
    today = timezone.localdate()
    if person.state == ResidentState.ABSENT and not holding(open_rows(person, ResidenceKind.ABSENCE), today):
        set_state(person, ResidentState.LIVING)


def _at_home_again(order: Order, person: Resident, on: dt.date) -> None:
    homes = holding(open_rows(person, ResidenceKind.PERMANENT), on)
    if homes:
        move_present(order, person, Place.of_row(homes[-1]), on=on)


def _refuse_overlap(person: Resident, start: dt.date, end: dt.date | None) -> None:
    for row in lasting(open_rows(person, ResidenceKind.ABSENCE), start):
        if row.from_on is None or row.from_on <= (end or NO_END):
            until = f" đến {row.to_on:{DAY}}" if row.to_on else ""
            since = f" từ {row.from_on:{DAY}}" if row.from_on else ""
            raise ChangeRefused("effective_on", f"Đã ghi tạm vắng{since}{until}: ghi “Đã về” trước, hoặc sửa ngày.")


def _be_away(person: Resident, start: dt.date, end: dt.date | None) -> None:
    today = timezone.localdate()
    if start <= today <= (end or NO_END) and person.state == ResidentState.LIVING:
        set_state(person, ResidentState.ABSENT)
