"""What every household form shares: its members, who goes, who is head, and the relation of each, confirmed one by one.

The relations asked for depend on who is chosen; choosing somebody else asks anew (htmx, or the button "Tính lại quan
hệ"). Fields of relations carry the new head in their name, so an answer given for one head never serves another.
"""

import datetime as dt
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import Officer
from registry.changes.forms import ChangeForm
from registry.hamlets.names import as_listed, names_for
from registry.households.roll import Kin, Roll, is_head, kin_of, roll_of
from registry.households.work import roles_on
from registry.models import HEAD, Household, HouseholdRole, Membership, Resident
from registry.residents.fields import CHOOSE, DayField, TextField
from registry.values import partial_date
from registry.values.kinship import Certainty, Proposal
from registry.values.partial_date import DateRefused

RECALCULATE = {
    "hx-post": "", "hx-trigger": "change", "hx-include": "closest form", "hx-vals": '{"buoc": "sua"}',
    "hx-target": "#quan-he", "hx-select": "#quan-he", "hx-swap": "outerHTML", "hx-sync": "closest form:replace",
}  # fmt: skip
CERTAINTY_NAMES = {
    Certainty.CERTAIN: "theo quan hệ nhân thân đã liên kết",
    Certainty.FOLLOWS: "suy từ quan hệ đã ghi",
    Certainty.ASK: "cán bộ hỏi công dân",
}


def tick_box(**attrs: str) -> forms.CheckboxInput:
    return forms.CheckboxInput(attrs={"class": "form-check-input", **attrs})


@dataclass(frozen=True)
class Asked:
    """One person whose relation to the new head is asked: a choice, and a tick for the proposal as it stands."""

    resident: Resident
    was: str
    proposal: Proposal
    role: forms.BoundField
    tick: forms.BoundField | None
    proposed: str

    @property
    def why(self) -> str:
        return CERTAINTY_NAMES[self.proposal.certainty]


@dataclass
class Group:
    """Everybody who is asked about one head."""

    title: str
    head: Resident
    rows: list[Asked] = field(default_factory=list)


class HouseholdForm(ChangeForm):
    """Base of the household forms. Subclasses say in `build()` whom they ask."""

    asks_who: ClassVar[str] = ""
    """The heading over the ticks; "" asks nobody."""
    everybody_goes: ClassVar[bool] = False

    effective_on = DayField(label="Có hiệu lực từ", future=False)

    # --- building ----------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        self.fields["effective_on"].initial = timezone.localdate
        self.drawn: set[str] = set()
        self.groups: list[Group] = []
        self.ticks: list[tuple[Membership, forms.BoundField]] = []
        self.pickers: list[forms.BoundField] = []
        self.build()

    def build(self) -> None:
        """Add the ticks, the choice of heads and the groups of relations."""

    @cached_property
    def roll(self) -> Roll:
        assert isinstance(self.subject, Household)
        return roll_of(self.subject)

    @cached_property
    def kin(self) -> Kin:
        return kin_of(self.roll)

    @cached_property
    def roles(self) -> dict[str, HouseholdRole]:
        """The official list of the effective date: the relation list is dated."""
        return roles_on(self.day_of_effect)

    @property
    def day_of_effect(self) -> dt.date:
        try:
            return partial_date.parse(str(self.typed("effective_on"))).earliest()
        except DateRefused:
            return timezone.localdate()

    def typed(self, name: str) -> Any:
        """What was sent, or what the link brought along."""
        return self.data.get(name, "") if self.is_bound else self.initial.get(name, "")

    def draw(self, name: str, made: forms.Field) -> forms.BoundField:
        """Add a field that the page draws itself."""
        self.fields[name] = made
        self.drawn.add(name)
        return self[name]

    # --- who goes ----------------------------------------------------------------------------------------------------

    def ask_who_goes(self) -> list[Membership]:
        """One tick for each member; answers those ticked so far."""
        going = []
        for row in self.roll.living:
            name = f"out_{row.resident.public_id.hex}"
            widget = tick_box(**RECALCULATE)
            tick = forms.BooleanField(label=row.resident.full_name, required=False, initial=self.everybody_goes,
                                      widget=widget)  # fmt: skip
            self.ticks.append((row, self.draw(name, tick)))
            ticked = self.typed(name) if self.is_bound else self.initial.get(name, self.everybody_goes)
            if ticked and ticked != "False":
                going.append(row)
        return going

    def ask_head(self, name: str, label: str, rows: list[Membership], *, required: bool) -> Membership | None:
        """A choice of head; answers the one chosen so far."""
        choices = [("", CHOOSE)] + [(str(row.resident.public_id), told(row)) for row in rows]
        made = forms.ChoiceField(label=label, choices=choices, required=required,
                                 widget=forms.Select(attrs=dict(RECALCULATE)))  # fmt: skip
        self.pickers.append(self.draw(name, made))
        chosen = str(self.typed(name))
        return next((row for row in rows if str(row.resident.public_id) == chosen), None)

    # --- what each is to the new head --------------------------------------------------------------------------------

    def ask_relations(
        self, title: str, head: Membership, people: list[tuple[Resident, str]], proposals: dict[Hashable, Proposal]
    ) -> None:
        """`people` are (resident, relation until now). The head itself is not asked."""
        group = Group(title, head.resident)
        for resident, was in people:
            if resident.pk != head.resident_id:
                group.rows.append(self._ask_relation(head.resident, resident, was, proposals[resident.pk]))
        self.groups.append(group)

    def _ask_relation(self, head: Resident, one: Resident, was: str, proposal: Proposal) -> Asked:
        pair = f"{head.public_id.hex[:8]}_{one.public_id.hex}"
        proposed = proposal.role if proposal.role in self.roles else None
        made = forms.ChoiceField(
            label=f"Quan hệ của {one.full_name}",
            choices=self._role_choices(one, proposal),
            initial=proposed or "",
            widget=forms.Select(attrs={"class": "form-select"}),
            error_messages={"required": "Chọn quan hệ với chủ hộ mới."},
        )
        role = self.draw(f"as_{pair}", made)
        tick = None
        if proposed:
            label = f"Đúng là {self.roles[proposed].name.lower()}"
            tick = self.draw(f"ok_{pair}", forms.BooleanField(label=label, required=False, widget=tick_box()))
        if self.is_bound and role.html_name not in self.data:
            sent: Any = cast(Any, self.data).copy()
            sent[role.html_name] = proposed or ""
            self.data = sent
        return Asked(one, was, proposal, role, tick, proposed or "")

    def _role_choices(self, one: Resident, proposal: Proposal) -> list[Any]:
        """What it may be first; then the whole list, without what the person's sex forbids (rule D13)."""
        fitting = {
            code: row.name
            for code, row in self.roles.items()
            if code != HEAD and (not one.sex or row.required_sex in (None, one.sex))
        }
        likely = [code for code in ((proposal.role,) if proposal.role else proposal.choices) if code in fitting]
        rest = [(code, name) for code, name in fitting.items() if code not in likely]
        if not likely:
            return [("", CHOOSE), *rest]
        title = "Đề nghị" if proposal.role else "Có thể là"
        return [("", CHOOSE), (title, [(code, fitting[code]) for code in likely]), ("Quan hệ khác", rest)]

    # --- reading -----------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["roles"] = {}
        for group in self.groups:
            for row in group.rows:
                code = values.get(row.role.html_name)
                ticked = row.tick is not None and values.get(row.tick.html_name)
                if code and code == row.proposed and not ticked:
                    self.add_error(row.role.html_name, "Đánh dấu “Đúng” hoặc chọn quan hệ khác.")
                elif code:
                    values["roles"][row.resident.pk] = code
        values["going"] = [row.resident_id for row, tick in self.ticks if values.get(tick.html_name)]
        self.check(values)
        return values

    def check(self, values: dict[str, Any]) -> None:
        """What several fields say together."""

    def sections(self) -> Iterator[tuple[str, list[tuple[forms.BoundField, int]]]]:
        for title, fields in super().sections():
            kept = [(bound, span) for bound, span in fields if bound.html_name not in self.drawn]
            if kept:
                yield title, kept

    def hamlets(self) -> list[str]:
        """For the suggestions of the hamlet's field."""
        return names_for(self.officer) if "hamlet" in self.fields else []


def told(row: Membership) -> str:
    born = row.resident.birth_year or "chưa rõ năm sinh"
    return f"{row.resident.full_name}, {born} ({role_name(row)})"


def role_name(row: Membership) -> str:
    return row.role.name.lower() if row.role else "chưa rõ quan hệ"


class Leaving(HouseholdForm):
    """Some go and some stay; when the head goes, the others need a head of their own.

    Subclasses call `ask_who_goes_and_stays()` from build().
    """

    rest_picker: forms.BoundField | None = None
    """Shown beside the relations, and only when the head goes."""

    def ask_who_goes_and_stays(self) -> list[Membership]:
        going = self.ask_who_goes()
        staying = [row for row in self.roll.living if row not in going]
        self.rest_head_needed = bool(staying) and not any(is_head(row) for row in staying)
        if not self.rest_head_needed:
            return going
        chosen = self.ask_head("rest_head", "Chủ hộ của những người ở lại", self.roll.living, required=False)
        self.rest_picker = self.pickers.pop()
        if chosen in staying:
            assert chosen is not None
            people = [(row.resident, role_name(row)) for row in staying]
            self.ask_relations("Những người ở lại", chosen, people, self.kin.towards(chosen))
        return going

    def check(self, values: dict[str, Any]) -> None:
        if not values["going"]:
            self.add_error(None, "Đánh dấu ít nhất một người.")
        rest = self.roll.member(values.get("rest_head", ""))
        values["rest_head_id"] = None
        if self.rest_head_needed and "rest_head" not in self.errors:
            if rest is None:
                self.add_error("rest_head", "Chủ hộ không ở lại; chọn chủ hộ mới cho những người ở lại.")
            elif rest.resident_id in values["going"]:
                self.add_error("rest_head", "Người này không ở lại; chọn người khác.")
            else:
                values["rest_head_id"] = rest.resident_id


class PlaceFields(forms.Form):
    """A hamlet and a street of the commune."""

    hamlet = TextField(label="Thôn, tổ dân phố", required=False, max_length=100,
                       widget=forms.TextInput(attrs={"list": "thon", "autocomplete": "off"}))  # fmt: skip
    street = TextField(label="Số nhà, đường, ngõ", required=False, max_length=150)

    def clean_hamlet(self) -> str:
        officer: Officer = self.officer  # type: ignore[attr-defined]  # every form of a change knows who asks
        return as_listed(officer.unit, self.cleaned_data.get("hamlet", ""))
