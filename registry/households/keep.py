"""The household as a whole: another address for everybody, and closing one that nobody lives in."""

from typing import Any

from django import forms

from registry.changes.forms import ChangeForm
from registry.changes.kinds import Kind
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.households.forms import HouseholdForm, PlaceFields
from registry.households.roll import has_members, roll_of
from registry.households.split import move_along
from registry.households.work import close_if_empty, fresh, take_leave_of_the_gone
from registry.models import Household
from registry.residents.fields import DayField

MOVE, RENAME = "move", "rename"
TERM_DAYS = {MOVE: 7, RENAME: 3}
"""Registering at another place of the commune, and adjusting the words of the same place (Luật Cư trú Đ22, Đ26)."""


class AddressForm(PlaceFields, HouseholdForm):
    SECTIONS = [("Địa chỉ mới", [("why", 12), ("hamlet", 6), ("street", 6)])]

    why = forms.ChoiceField(
        label="Vì sao",
        choices=[(MOVE, "Cả hộ chuyển chỗ ở trong xã"), (RENAME, "Đổi số nhà, tên đường, tên thôn")],
        widget=forms.RadioSelect,
        initial=MOVE,
    )

    def build(self) -> None:
        self.fields["hamlet"].initial = self.roll.household.hamlet

    def check(self, values: dict[str, Any]) -> None:
        if not (values.get("hamlet") or values.get("street")):
            self.add_error("hamlet", "Ghi thôn, tổ dân phố hoặc số nhà, đường.")


def move(order: Order) -> None:
    """Every member's permanent residence and present home in the commune move together with the household."""
    roll, household = fresh(order.subject), order.subject
    place = {"hamlet": order.values["hamlet"], "street": order.values["street"]}
    household.hamlet, household.street = place["hamlet"], place["street"]
    household.save()
    for row in roll.living:
        move_along(order, order.people[row.resident_id], **place)


def _term(values: dict[str, Any]) -> int:
    return TERM_DAYS.get(values.get("why", MOVE), TERM_DAYS[MOVE])


ADDRESS = Kind(
    "doi-dia-chi-ho", "Đổi địa chỉ cả hộ", "household", "household", AddressForm, move,
    lead="Nơi thường trú và nơi ở hiện tại trong xã của mọi thành viên cùng chuyển theo.",
    offered=has_members, working_days=7, days_for=_term, deadline="Luật Cư trú Điều 22, Điều 26",
    template="registry/households/form.html",
)  # fmt: skip


class CloseForm(ChangeForm):
    effective_on = DayField(label="Đóng từ ngày", future=False)


def close(order: Order) -> None:
    roll = fresh(order.subject)
    if roll.living:
        raise ChangeRefused(None, f"Hộ còn {len(roll.living)} người; chuyển họ đi hoặc nhập vào hộ khác trước.")
    take_leave_of_the_gone(roll, on=order.on)
    close_if_empty(order.subject, on=order.on)


def _is_empty(household: Household) -> bool:
    return household.closed_on is None and not roll_of(household).living


CLOSE = Kind(
    "dong-ho", "Đóng hộ", "household", "household", CloseForm, close,
    lead="Hộ không còn ai ở. Số hộ không dùng lại.",
    offered=_is_empty,
)  # fmt: skip
