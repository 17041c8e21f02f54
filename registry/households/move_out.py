"""Chuyển đi: members leave the commune for another one or for abroad (Luật Cư trú Đ24)."""

from typing import Any, cast

from django import forms

from accounts.models import Unit
from accounts.units.find import current_unit
from registry.changes.kinds import Kind
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.households.forms import Leaving
from registry.households.roll import has_members
from registry.households.split import stay_behind
from registry.households.work import (
    MOVED_MEANWHILE,
    close_homes,
    close_if_empty,
    fresh,
    leave,
    refuse_headless,
    take_leave_of_the_gone,
)
from registry.models import ResidentState
from registry.residents.fields import TextField
from registry.residents.forms import place

COMMUNE, ABROAD, UNKNOWN = "commune", "abroad", "unknown"
WHERE = [
    (COMMUNE, "Đăng ký thường trú, tạm trú ở xã khác"),
    (ABROAD, "Ra nước ngoài định cư"),
    (UNKNOWN, "Đã đi, chưa rõ nơi đến"),
]


class MoveOutForm(Leaving):
    asks_who = "Ai chuyển đi"
    SECTIONS = [("Nơi đến", [("where", 12), ("place", 6), ("detail", 6)])]

    where = forms.ChoiceField(label="Chuyển đi đâu", choices=WHERE, widget=forms.RadioSelect, initial=COMMUNE)
    place = place("Xã, phường nơi đến", today=True)
    detail = TextField(label="Địa chỉ, nước đến", required=False, max_length=150)

    def build(self) -> None:
        self.ask_who_goes_and_stays()

    def clean_place(self) -> str:
        """A commune of the country by name; not the officer's own: that is "Nhập hộ" or a change of address."""
        text = self.cleaned_data.get("place", "")
        if not text or self.typed("where") != COMMUNE:
            return text
        own = cast(Unit, self.officer.unit)
        meant = current_unit(text, near=own)
        if meant.unit is None:
            raise forms.ValidationError(meant.sentence)
        if meant.unit.pk == own.pk:
            raise forms.ValidationError("Nơi đến ở trong xã: dùng “Nhập hộ”, “Tách hộ” hoặc “Đổi địa chỉ cả hộ”.")
        return meant.unit.path

    def check(self, values: dict[str, Any]) -> None:
        super().check(values)
        if values.get("where") == COMMUNE and not values.get("place") and "place" not in self.errors:
            self.add_error("place", "Ghi xã, phường nơi đến.")
        if values.get("where") == ABROAD and not values.get("detail"):
            self.add_error("detail", "Ghi tên nước đến.")


def move_out(order: Order) -> None:
    """Residences in this commune are struck out with the reason, membership ends, the state becomes "Đã chuyển đi"."""
    roll, values = fresh(order.subject), order.values
    going = [row for row in roll.living if row.resident_id in values["going"]]
    if len(going) != len(values["going"]):
        raise ChangeRefused(None, MOVED_MEANWHILE)
    staying = [row for row in roll.living if row not in going]
    stay_behind(order, roll, staying)
    for row in going:
        leave(row, on=order.on)
        person = order.people[row.resident_id]
        close_homes(person, order.commune, on=order.on, reason=_reason(values))
        person.state = ResidentState.MOVED
        person.save()
    if not staying:
        take_leave_of_the_gone(roll, on=order.on)
    close_if_empty(order.subject, on=order.on)
    refuse_headless(order.subject)


def _reason(values: dict[str, Any]) -> str:
    match values["where"]:
        case "commune":
            return f"Chuyển đến {', '.join(filter(None, [values.get('detail'), values['place']]))}"
        case "abroad":
            return f"Ra nước ngoài định cư: {values['detail']}"
    return "Đã chuyển đi, chưa rõ nơi đến"


MOVE_OUT = Kind(
    "chuyen-di", "Chuyển đi", "household", "household", MoveOutForm, move_out,
    lead="Đánh dấu người chuyển đi khỏi xã. Nơi cư trú tại xã được xóa, có ghi lý do; hồ sơ còn lại để tra cứu.",
    offered=has_members, working_days=5, deadline="Luật Cư trú Điều 24", template="registry/households/form.html",
)  # fmt: skip
