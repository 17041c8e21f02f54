"""Nhập hộ: some members or a whole household join another; somebody without a household joins one, or founds one."""

from functools import cached_property
from typing import Any

from django import forms

from registry.changes.kinds import Concerned, Kind
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.households.forms import RECALCULATE, HouseholdForm, Leaving, PlaceFields
from registry.households.roll import has_members, kin_of, roll_of
from registry.households.split import move_along, stay_behind
from registry.households.work import (
    MOVED_MEANWHILE,
    close_if_empty,
    enter,
    found,
    fresh,
    leave,
    refuse_headless,
    refuse_only_minors,
    roles_on,
    take_leave_of_the_gone,
)
from registry.models import HEAD, Household, Membership, Resident
from registry.residents.fields import TextField

PLACE_OF_THE_HOUSEHOLD = "Nơi thường trú, nơi ở trong xã theo địa chỉ hộ mới"


class TargetFields(HouseholdForm):
    """The household to be joined, by its number in this commune."""

    code = TextField(label="Nhập vào hộ số", max_length=10, error_messages={"required": "Nhập số hộ."})
    move_home = forms.BooleanField(label=PLACE_OF_THE_HOUSEHOLD, required=False, initial=True)

    def ask_target(self) -> None:
        self.fields["code"].widget.attrs.update({"inputmode": "numeric", "class": "is-number", **RECALCULATE})
        self.drawn.add("code")
        self.pickers.append(self["code"])

    @cached_property
    def target(self) -> Household | None:
        code = str(self.typed("code")).strip()
        if not code:
            return None
        open_ones = Household.objects.in_scope(self.officer).filter(closed_on=None)
        return open_ones.filter(code__in=[code, code.zfill(5)]).select_related("commune").first()

    def clean_code(self) -> str:
        code = self.cleaned_data.get("code", "")
        if self.target is None:
            raise forms.ValidationError(f"Xã không có hộ đang mở mang số {code}.")
        if isinstance(self.subject, Household) and self.target.pk == self.subject.pk:
            raise forms.ValidationError("Đây chính là hộ đang làm; nhập số hộ khác.")
        if roll_of(self.target).head is None:
            raise forms.ValidationError(f"Hộ {self.target.code} chưa có một chủ hộ; làm “Đổi chủ hộ” cho hộ đó trước.")
        return code

    def ask_relations_there(self, guests: list[tuple[Resident, str]]) -> None:
        """What each who comes is to the head of the household joined."""
        target = self.target
        head = roll_of(target).head if target else None
        if target is None or head is None or (isinstance(self.subject, Household) and target.pk == self.subject.pk):
            return
        proposals = kin_of(roll_of(target), [one for one, _ in guests]).towards(head)
        self.ask_relations(f"Quan hệ với chủ hộ {target.code}", head, guests, proposals)


class JoinForm(Leaving, TargetFields):
    asks_who = "Ai chuyển sang hộ khác"
    everybody_goes = True
    SECTIONS = [("Nơi ở", [("move_home", 12)])]

    def build(self) -> None:
        self.ask_target()
        going = self.ask_who_goes_and_stays()
        self.ask_relations_there([(row.resident, f"{_was(row)} hộ {self.roll.household.code}") for row in going])

    def check(self, values: dict[str, Any]) -> None:
        super().check(values)
        values["target_id"] = self.target.pk if self.target else None


def _was(row: Membership) -> str:
    return row.role.name if row.role else "chưa rõ quan hệ,"


def join(order: Order) -> None:
    """Those who go leave here and enter there; the household they leave closes when it is empty."""
    roll, values = fresh(order.subject), order.values
    target = _target(order)
    going = [row for row in roll.living if row.resident_id in values["going"]]
    if len(going) != len(values["going"]):
        raise ChangeRefused(None, MOVED_MEANWHILE)
    staying = [row for row in roll.living if row not in going]
    stay_behind(order, roll, staying)
    for row in going:
        leave(row, on=order.on)
    come_in(order, target, [row.resident for row in going])
    if not staying:
        take_leave_of_the_gone(roll, on=order.on)
    close_if_empty(order.subject, on=order.on)
    refuse_headless(order.subject)
    refuse_headless(target)


def _target(order: Order) -> Household:
    """The household joined, locked with its members; of the same commune: another's is not ours to fill."""
    target = Household.objects.select_related("commune").get(pk=order.values["target_id"])
    if target.commune_id != order.commune.pk:
        raise ChangeRefused("code", "Hộ này thuộc xã khác; dùng “Chuyển đi”.")
    fresh(target)
    return target


def come_in(order: Order, target: Household, people: list[Resident]) -> None:
    valid, codes = roles_on(order.on), order.values["roles"]
    for resident in people:
        if resident.pk not in codes:
            raise ChangeRefused(None, MOVED_MEANWHILE)
        enter(target, resident, valid[codes[resident.pk]], on=order.on)
        if order.values.get("move_home"):
            move_along(order, resident, hamlet=target.hamlet, street=target.street)


def _concerns_both(subject: Any, values: dict[str, Any]) -> Concerned:
    target = {values["target_id"]} if values.get("target_id") else set()
    if isinstance(subject, Household):
        return Concerned(households=frozenset({subject.pk, *target}))
    return Concerned(residents=frozenset({subject.pk}), households=frozenset(target))


# --- somebody without a household ------------------------------------------------------------------------------------


class JoinAloneForm(TargetFields):
    asks_who = "Vào hộ nào"
    SECTIONS = [("Nơi ở", [("move_home", 12)])]

    def build(self) -> None:
        assert isinstance(self.subject, Resident)
        self.ask_target()
        self.ask_relations_there([(self.subject, "chưa thuộc hộ nào")])

    def check(self, values: dict[str, Any]) -> None:
        values["target_id"] = self.target.pk if self.target else None


def join_alone(order: Order) -> None:
    _refuse_member(order.subject)
    target = _target(order)
    come_in(order, target, [order.subject])
    refuse_headless(target)


class FoundForm(PlaceFields, HouseholdForm):
    SECTIONS = [("Hộ mới", [("hamlet", 6), ("street", 6)])]

    def build(self) -> None:
        assert isinstance(self.subject, Resident)
        home = self.subject.residences.filter(unit=self.subject.commune_id, closed_at=None).order_by("kind").first()
        if home is not None:
            self.fields["hamlet"].initial, self.fields["street"].initial = home.hamlet, home.street


def found_alone(order: Order) -> None:
    """Somebody without a household founds one and is its head."""
    _refuse_member(order.subject)
    refuse_only_minors([order.subject], "Hộ mới")
    new = found(order.commune, hamlet=order.values["hamlet"], street=order.values["street"])
    order.also(households=[new.pk])
    enter(new, order.subject, roles_on(order.on)[HEAD], on=order.on)


def _refuse_member(resident: Resident) -> None:
    home = resident.memberships.filter(to_on=None, household__closed_on=None).select_related("household").first()
    if home is not None:
        raise ChangeRefused(None, f"Người này đã ở hộ {home.household.code}; làm “Nhập hộ” từ hộ đó.")


def _has_no_household(resident: Resident) -> bool:
    alone = not resident.memberships.filter(to_on=None, household__closed_on=None).exists()
    return resident.is_current and alone


JOIN = Kind(
    "nhap-ho", "Nhập hộ", "household", "household", JoinForm, join,
    lead="Cả hộ, hoặc những người đánh dấu, nhập vào một hộ khác trong xã. Hộ không còn ai thì đóng.",
    concerned=_concerns_both, offered=has_members, working_days=7, deadline="Luật Cư trú Điều 22",
    template="registry/households/form.html",
)  # fmt: skip
JOIN_ALONE = Kind(
    "vao-ho", "Vào hộ", "resident", "household", JoinAloneForm, join_alone,
    lead="Người chưa thuộc hộ nào vào một hộ đang có của xã.",
    concerned=_concerns_both, offered=_has_no_household, working_days=3, deadline="Luật Cư trú Điều 26",
    template="registry/households/form.html",
)  # fmt: skip
FOUND_ALONE = Kind(
    "lap-ho", "Lập hộ", "resident", "household", FoundForm, found_alone,
    lead="Người chưa thuộc hộ nào lập hộ mới và là chủ hộ.",
    offered=_has_no_household, working_days=3, deadline="Luật Cư trú Điều 26",
    template="registry/households/form.html",
)  # fmt: skip
