"""Tách hộ: some members become a household of their own (Luật Cư trú Đ25)."""

from typing import Any

from django import forms

from registry.changes.kinds import Kind
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.homes.rows import Place
from registry.households.forms import Leaving, PlaceFields, role_name
from registry.households.roll import Roll, roll_of
from registry.households.work import (
    MOVED_MEANWHILE,
    close_if_empty,
    enter,
    found,
    fresh,
    leave,
    lodges_here,
    minor_head,
    move_home,
    refuse_headless,
    refuse_only_minors,
    roles_on,
    set_roles,
    take_leave_of_the_gone,
)
from registry.models import HEAD, Household, Membership, Resident
from registry.residents.fields import TextField

SAME, OTHER = "same", "other"


class SplitForm(Leaving, PlaceFields):
    asks_who = "Ai tách ra"
    SECTIONS = [("Hộ mới", [("place", 6), ("code", 3), ("hamlet", 6), ("street", 6)])]

    place = forms.ChoiceField(
        label="Nơi ở của hộ mới",
        choices=[(SAME, "Cùng địa chỉ hiện nay"), (OTHER, "Địa chỉ khác trong xã")],
        widget=forms.RadioSelect,
        initial=SAME,
    )
    code = TextField(label="Số hộ mới", required=False, max_length=10, help_text="Để trống: lấy số kế tiếp của xã")

    def build(self) -> None:
        head = self.ask_head("new_head", "Chủ hộ của hộ mới", self.roll.living, required=True)
        going = self.ask_who_goes_and_stays()
        if head is not None and head in going:
            people = [(row.resident, role_name(row)) for row in going]
            self.ask_relations("Những người tách ra", head, people, self.kin.towards(head))

    def clean_code(self) -> str:
        code = self.cleaned_data.get("code", "")
        if code and Household.objects.filter(commune=self.officer.unit_id, code=code).exists():
            raise forms.ValidationError(f"Số hộ {code} đã có trong xã.")
        return code

    def check(self, values: dict[str, Any]) -> None:
        super().check(values)
        head = self.roll.member(values.get("new_head", ""))
        values["new_head_id"] = head.resident_id if head else None
        if head and head.resident_id not in values["going"]:
            self.add_error("new_head", "Chủ hộ mới phải là người tách ra; đánh dấu người này hoặc chọn người khác.")
        if len(values["going"]) == len(self.roll.living):
            self.add_error(None, "Cả hộ cùng đi thì không phải tách hộ; dùng “Đổi địa chỉ cả hộ” hoặc “Đổi chủ hộ”.")
        if values.get("place") == OTHER and not (values.get("hamlet") or values.get("street")):
            self.add_error("hamlet", "Ghi địa chỉ của hộ mới.")


def split(order: Order) -> None:
    """Those who go leave and enter a new household; when the head is among them the rest get the head chosen."""
    roll, values, old = fresh(order.subject), order.values, order.subject
    going = [row for row in roll.living if row.resident_id in values["going"]]
    staying = [row for row in roll.living if row not in going]
    head = next((row for row in going if row.resident_id == values["new_head_id"]), None)
    if head is None or len(going) != len(values["going"]):
        raise ChangeRefused(None, MOVED_MEANWHILE)
    refuse_only_minors([row.resident for row in going], "Hộ mới")
    stay_behind(order, roll, staying)
    here = values["place"] == SAME
    place = (old.hamlet, old.street) if here else (values["hamlet"], values["street"])
    new = found(order.commune, hamlet=place[0], street=place[1], code=values.get("code", ""))
    order.also(households=[new.pk])
    valid = roles_on(order.on)
    codes = values["roles"] | {head.resident_id: HEAD}
    for row in going:
        leave(row, on=order.on)
        enter(new, row.resident, valid[_code(codes, row)], on=order.on)
        if not here:
            move_along(order, row.resident, hamlet=place[0], street=place[1])
    close_if_empty(old, on=order.on)
    refuse_headless(old)
    if said := minor_head(head.resident, [row.resident for row in going]):
        order.warn(said)


def _code(codes: dict[int, str], row: Membership) -> str:
    if row.resident_id not in codes:
        raise ChangeRefused(None, MOVED_MEANWHILE)
    return codes[row.resident_id]


def stay_behind(order: Order, roll: Roll, staying: list[Membership]) -> None:
    """Those who stay keep their head, or get the one chosen with everybody's relation. The gone leave with it."""
    refuse_only_minors([row.resident for row in staying], f"Hộ {order.subject.code}")
    head_id = order.values.get("rest_head_id")
    if head_id is None:
        return
    if head_id not in {row.resident_id for row in staying}:
        raise ChangeRefused("rest_head", MOVED_MEANWHILE)
    set_roles(staying, order.values["roles"] | {head_id: HEAD}, on=order.on)
    take_leave_of_the_gone(roll, on=order.on)
    head = next(row.resident for row in staying if row.resident_id == head_id)
    if said := minor_head(head, [row.resident for row in staying]):
        order.warn(said)


def move_along(order: Order, resident: Resident, *, hamlet: str, street: str) -> None:
    """The person's home follows the household; a temporary residence has a procedure of its own, and that is said."""
    move_home(order, resident, Place(order.commune, hamlet, street))
    if lodges_here(resident, order.commune):
        order.then(f"{resident.full_name} đang tạm trú tại xã; đăng ký tạm trú lại theo địa chỉ mới.")


def _offered(household: Household) -> bool:
    return household.closed_on is None and len(roll_of(household).living) > 1


SPLIT = Kind(
    "tach-ho",
    "Tách hộ",
    "household",
    "household",
    SplitForm,
    split,
    lead="Đánh dấu người tách ra, chọn chủ hộ của hộ mới, rồi xác nhận quan hệ của từng người.",
    offered=_offered,
    working_days=5,
    deadline="Luật Cư trú Điều 25",
    template="registry/households/form.html",
)
