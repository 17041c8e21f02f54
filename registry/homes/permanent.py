"""Thường trú: registered, struck out, taken over by another commune."""

from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.homes.grounds import ABROAD, DIED, MISSING, PERMANENT_GROUNDS, reason
from registry.homes.people import each, leave_households, say_which_households, set_state
from registry.homes.rows import (
    DAY,
    ONE_DAY,
    Place,
    begin,
    end_before,
    holding,
    lasting,
    move_present,
    open_rows,
    refuse_outside_life,
    strike_out,
)
from registry.models import Residence, ResidenceKind, Resident, ResidentState

TEMPORARY_NEEDLESS = "Đã đăng ký thường trú tại nơi tạm trú (Luật Cư trú Điều 29 khoản 1 đ)"
ELSEWHERE = "Đăng ký thường trú nơi khác"


def register(order: Order) -> None:
    """The former permanent place ends the day before (one place: Luật Cư trú Đ2); the present place follows."""
    place = Place.of(order.values, order.commune)
    present = (
        place if order.values["present_same"] else Place.of(order.values, order.values["present_unit"], "present_")
    )
    people = each(order, lambda order, person: _register(order, person, place, present))
    say_which_households(order, people, place)


def _register(order: Order, person: Resident, place: Place, present: Place) -> None:
    on = order.on
    refuse_outside_life(person, on)
    for row in lasting(open_rows(person, ResidenceKind.PERMANENT), on):
        if place.is_of(row) and row.to_on is None and (row.from_on is None or row.from_on <= on):
            raise ChangeRefused("hamlet", "Đang thường trú tại chính địa chỉ này.")
        end_before(row, on, reason="Đăng ký thường trú nơi mới")
    begin(order, person, ResidenceKind.PERMANENT, place, on=on)
    _end_temporary(order, person, place)
    move_present(order, person, present, on=on)
    if person.state == ResidentState.MOVED or person.no_permanent_residence:
        person.state = ResidentState.LIVING if person.state == ResidentState.MOVED else person.state
        person.no_permanent_residence = False
        person.save(update_fields=["state", "no_permanent_residence"])


def _end_temporary(order: Order, person: Resident, place: Place) -> None:
    for row in lasting(open_rows(person, ResidenceKind.TEMPORARY), order.on):
        if place.is_of(row):
            strike_out(row, last_day=order.on - ONE_DAY, reason=TEMPORARY_NEEDLESS)
        elif row.unit_id == place.unit.pk:
            order.then(f"{person.full_name} còn đăng ký tạm trú tại {row.address}: xóa tạm trú nếu không còn ở đó.")


def strike(order: Order) -> None:
    """Xóa đăng ký thường trú on one ground of the law. Raises ChangeRefused."""
    each(order, _strike)


def _strike(order: Order, person: Resident) -> None:
    ground, on = order.values["ground"], order.on
    _check_ground(order, person, ground)
    row = _chosen(order, person)
    if row.from_on and on < row.from_on:
        raise ChangeRefused("effective_on", f"Trước ngày đăng ký ({row.from_on:{DAY}}).")
    strike_out(row, last_day=on, reason=reason(PERMANENT_GROUNDS, ground, "24"))
    if not person.is_current:
        return
    if order.values.get("is_gone") or ground == ABROAD:
        leave_commune(order, person, why=reason(PERMANENT_GROUNDS, ground, "24"))
    else:
        order.then(
            f"{person.full_name} không còn nơi thường trú: hướng dẫn đăng ký nơi mới, hoặc khai báo thông tin về "
            "cư trú (Luật Cư trú Điều 19)."
        )


def _check_ground(order: Order, person: Resident, ground: str) -> None:
    if ground == DIED and person.died_on is None:
        raise ChangeRefused("ground", "Hồ sơ chưa ghi ngày chết: làm việc “Khai tử”, việc đó xóa luôn đăng ký cư trú.")
    if ground == MISSING and person.missing_on is None:
        order.warn("Hồ sơ chưa ghi quyết định tuyên bố mất tích; ghi việc “Báo mất tích” kèm quyết định của Tòa án.")


def _chosen(order: Order, person: Resident) -> Residence:
    """The row the officer chose; of who goes along the one that holds."""
    rows = open_rows(person, ResidenceKind.PERMANENT)
    if person.pk == order.subject.pk:
        rows = [row for row in rows if str(row.public_id) == order.values["row"]]
    else:
        rows = holding(rows, order.on)
    if not rows:
        raise ChangeRefused("row", "Không còn nơi thường trú nào để xóa; xem lại hồ sơ.")
    return rows[-1]


def taken_over(order: Order) -> None:
    """The new place's office registered them there (rule L20): here everything ends the day before."""
    place = Place.of(order.values, order.values["unit"])
    if place.unit.pk == order.commune.pk:
        raise ChangeRefused("unit", "Nơi mới ở trong xã này: làm việc “Đăng ký thường trú”.")
    each(order, lambda order, person: _taken_over(order, person, place))


def _taken_over(order: Order, person: Resident, place: Place) -> None:
    refuse_outside_life(person, order.on)
    for row in lasting(open_rows(person, ResidenceKind.PERMANENT), order.on):
        end_before(row, order.on, reason=ELSEWHERE)
    begin(order, person, ResidenceKind.PERMANENT, place, on=order.on)
    move_present(order, person, place, on=order.on)
    leave_commune(order, person, why=ELSEWHERE)


def leave_commune(order: Order, person: Resident, *, why: str) -> None:
    """What else of a person ends with leaving: temporary places and stays here, absences, memberships."""
    ours = open_rows(person, ResidenceKind.TEMPORARY, ResidenceKind.STAY, ResidenceKind.ABSENCE, ResidenceKind.PRESENT)
    for row in lasting(ours, order.on):
        here = row.unit_id == order.commune.pk
        if row.kind == ResidenceKind.ABSENCE or here:
            strike_out(row, last_day=order.on, reason=why)
    leave_households(person, order)
    set_state(person, ResidentState.MOVED)


def days_to_strike(values: dict) -> int:
    """Five working days; one when the death is known (facts.md 3.1)."""
    return 1 if values.get("ground") == DIED else 5
