"""Đổi chủ hộ: another member becomes head, and everybody's relation is confirmed anew (Luật Cư trú Đ10, Đ26)."""

from typing import Any

from registry.changes.kinds import Kind
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.households.forms import HouseholdForm, role_name
from registry.households.roll import roll_of
from registry.households.work import (
    MOVED_MEANWHILE,
    fresh,
    minor_head,
    refuse_headless,
    set_roles,
    take_leave_of_the_gone,
)
from registry.models import HEAD, Household


class ChangeHeadForm(HouseholdForm):
    """`?new_head=<public id>` chooses beforehand."""

    asks_who = "Ai làm chủ hộ"

    def build(self) -> None:
        rows = [row for row in self.roll.living if row is not self.roll.head]
        chosen = self.ask_head("new_head", "Chủ hộ mới", rows, required=True)
        if chosen is not None:
            people = [(row.resident, role_name(row)) for row in self.roll.living]
            self.ask_relations("Quan hệ với chủ hộ mới", chosen, people, self.kin.towards(chosen))

    def check(self, values: dict[str, Any]) -> None:
        chosen = self.roll.member(values.get("new_head", ""))
        values["new_head_id"] = chosen.resident_id if chosen else None


def change_head(order: Order) -> None:
    """The old head stays with the relation that was confirmed; one who is dead or moved away leaves the household."""
    roll = fresh(order.subject)
    head = next((row for row in roll.living if row.resident_id == order.values["new_head_id"]), None)
    if head is None:
        raise ChangeRefused("new_head", MOVED_MEANWHILE)
    set_roles(roll.living, order.values["roles"] | {head.resident_id: HEAD}, on=order.on)
    take_leave_of_the_gone(roll, on=order.on)
    refuse_headless(order.subject)
    if said := minor_head(head.resident, [row.resident for row in roll.living]):
        order.warn(said)


def _offered(household: Household) -> bool:
    roll = roll_of(household)
    others = [row for row in roll.living if row is not roll.head]
    return household.closed_on is None and bool(others)


CHANGE_HEAD = Kind(
    "doi-chu-ho",
    "Đổi chủ hộ",
    "household",
    "household",
    ChangeHeadForm,
    change_head,
    lead="Chọn chủ hộ mới, rồi xác nhận quan hệ của từng người với chủ hộ mới. Chủ hộ cũ đã chết hoặc đã chuyển đi "
    "thì thôi là thành viên.",
    offered=_offered,
    working_days=3,
    deadline="Luật Cư trú Điều 26",
    template="registry/households/form.html",
)
