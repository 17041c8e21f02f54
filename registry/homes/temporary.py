"""Tạm trú and lưu trú: registered, renewed, struck out."""

import datetime as dt

from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.homes.grounds import DIED, TEMPORARY_GROUNDS, reason
from registry.homes.people import each
from registry.homes.rows import (
    DAY,
    LONGEST_STAY_DAYS,
    LONGEST_TEMPORARY_YEARS,
    ONE_DAY,
    Place,
    begin,
    holding,
    lasting,
    move_present,
    open_rows,
    refuse_outside_life,
    strike_out,
)
from registry.models import Residence, ResidenceKind, Resident
from registry.values.periods import years_after

RENEWAL_DAYS = 15
"""Luật Cư trú Đ28 k3: within the fifteen days before the end."""


def register(order: Order) -> None:
    """Luật Cư trú Đ27: from 30 days, outside the commune of the permanent place, two years at most."""
    place = Place.of(order.values, order.commune)
    present = (
        place if order.values["present_same"] else Place.of(order.values, order.values["present_unit"], "present_")
    )
    start, end = order.values["effective_on"], order.values["to_on"]
    if (end - start).days + 1 < LONGEST_STAY_DAYS:
        order.warn("Ở dưới 30 ngày: chỉ cần thông báo lưu trú (Luật Cư trú Điều 30).")
    each(order, lambda order, person: _register(order, person, place, present))


def _register(order: Order, person: Resident, place: Place, present: Place) -> None:
    start, end = order.values["effective_on"], order.values["to_on"]
    refuse_outside_life(person, start)
    for row in holding(open_rows(person, ResidenceKind.PERMANENT), start):
        if row.unit_id == place.unit.pk:
            raise ChangeRefused(
                None, f"Đang thường trú tại {row.address}: không đăng ký tạm trú trong cùng xã (Luật Cư trú Điều 27)."
            )
    for row in lasting(open_rows(person, ResidenceKind.TEMPORARY), start):
        if row.unit_id == place.unit.pk and (row.from_on is None or row.from_on <= end):
            until = f" đến hết {row.to_on:{DAY}}" if row.to_on else ""
            raise ChangeRefused(
                "effective_on", f"Đang tạm trú tại {row.address}{until}: làm gia hạn, hoặc xóa tạm trú đó trước."
            )
    begin(order, person, ResidenceKind.TEMPORARY, place, on=start, to_on=end, purpose=order.values["purpose"])
    move_present(order, person, present, on=start)


def renew(order: Order) -> None:
    """A new term of the same place from the day after the old end: each term keeps its own two years (rule D30)."""
    chosen = _chosen(order)
    each(order, lambda order, person: _renew(order, person, chosen))


def _renew(order: Order, person: Resident, chosen: Residence) -> None:
    row = _like(person, chosen)
    old_end, new_end, filed = row.to_on, order.values["to_on"], order.values["received_on"]
    assert old_end is not None, "the form offers only rows with an end"
    if filed > old_end:
        raise ChangeRefused(
            "received_on", f"Nộp sau ngày hết hạn ({old_end:{DAY}}): xóa tạm trú cũ và đăng ký tạm trú mới."
        )
    if new_end <= old_end:
        raise ChangeRefused("to_on", f"Phải sau ngày hết hạn cũ ({old_end:{DAY}}).")
    longest = years_after(old_end, LONGEST_TEMPORARY_YEARS)
    if new_end > longest:
        raise ChangeRefused("to_on", f"Mỗi lần gia hạn tối đa 02 năm (Luật Cư trú Điều 27): muộn nhất {longest:{DAY}}.")
    first = opens_on(old_end)
    if filed < first and person is order.subject:
        order.warn(f"Nộp sớm: thời hạn gia hạn từ {first:{DAY}} đến {old_end:{DAY}} (Luật Cư trú Điều 28 khoản 3).")
    place = Place.of_row(row)
    begin(order, person, ResidenceKind.TEMPORARY, place, on=old_end + ONE_DAY, to_on=new_end, purpose=row.purpose)
    row.closed_reason = f"Gia hạn đến {new_end:{DAY}}"
    row.save()
    move_present(order, person, place, on=filed)


def opens_on(end: dt.date) -> dt.date:
    """The first day on which the renewal may be filed: 18/11 for an end on 03/12."""
    return end - dt.timedelta(days=RENEWAL_DAYS)


def strike(order: Order) -> None:
    """Xóa đăng ký tạm trú on one ground of the law."""
    chosen = _chosen(order)
    each(order, lambda order, person: _strike(order, person, chosen))


def _strike(order: Order, person: Resident, chosen: Residence) -> None:
    ground = order.values["ground"]
    if ground == DIED and person.died_on is None:
        raise ChangeRefused("ground", "Hồ sơ chưa ghi ngày chết: làm việc “Khai tử”, việc đó xóa luôn đăng ký cư trú.")
    row = _like(person, chosen)
    if row.from_on and order.on < row.from_on:
        raise ChangeRefused("effective_on", f"Trước ngày bắt đầu tạm trú ({row.from_on:{DAY}}).")
    strike_out(row, last_day=order.on, reason=reason(TEMPORARY_GROUNDS, ground, "29"))


def stay(order: Order) -> None:
    """Lưu trú: thirty days at most, then it is tạm trú (rule L07; Luật Cư trú Đ27, Đ30)."""
    start, end = order.values["effective_on"], order.values["to_on"]
    if (end - start).days > LONGEST_STAY_DAYS:
        order.warn("Quá 30 ngày: phải đăng ký tạm trú (Luật Cư trú Điều 27).")
    place = Place.of(order.values, order.commune)
    each(order, lambda order, person: _stay(order, person, place))


def _stay(order: Order, person: Resident, place: Place) -> None:
    start, end = order.values["effective_on"], order.values["to_on"]
    refuse_outside_life(person, start)
    for row in lasting(open_rows(person, ResidenceKind.STAY), start):
        if place.is_of(row) and (row.from_on is None or row.from_on <= end):
            raise ChangeRefused("effective_on", "Đã thông báo lưu trú tại đây trong những ngày này.")
    begin(order, person, ResidenceKind.STAY, place, on=start, to_on=end, purpose=order.values["purpose"])


def _chosen(order: Order) -> Residence:
    rows = open_rows(order.subject, ResidenceKind.TEMPORARY)
    row = next((row for row in rows if str(row.public_id) == order.values["row"]), None)
    if row is None:
        raise ChangeRefused("row", "Lần tạm trú này vừa được xóa hoặc đổi; xem lại hồ sơ.")
    return row


def _like(person: Resident, chosen: Residence) -> Residence:
    """The same term of the same place; of who goes along their own row."""
    if chosen.resident_id == person.pk:
        return chosen
    place = Place.of_row(chosen)
    for row in open_rows(person, ResidenceKind.TEMPORARY):
        if place.is_of(row) and row.to_on == chosen.to_on:
            return row
    raise ChangeRefused("row", "không có lần tạm trú cùng nơi, cùng thời hạn.")
