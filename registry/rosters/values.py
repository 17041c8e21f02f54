"""A row as it was typed, turned into the values that residents.register takes: by the fields of the form itself.

So a list and the form refuse with one sentence. An empty cell says nothing, and never empties a record.
"""

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Unit
from accounts.text import clean, fold
from registry.models import Hamlet, HouseholdRole, Sex
from registry.residents.fields import DayField, NameField, PersonalNumberField, TextField, speak_vietnamese
from registry.residents.forms import ResidentForm, roles_today
from registry.rosters import homes
from registry.rosters.code_names import NoCode, code_of
from registry.rosters.fields import FIELDS
from registry.rosters.gazetteer import Gazetteer, gazetteer
from registry.rosters.head_relations import Relations
from registry.rosters.problems import Problem, Repair
from registry.values.address import fold_address

OF_THE_FORM = (
    "full_name", "birth_date", "number", "other_name", "birth_place", "birth_registration_place", "home_town", "cmnd",
    "phone", "email", "residence_file_number", "other_information", "father_name", "mother_name", "permanent_from",
    "temporary_from", "temporary_to",
)  # fmt: skip
OF_CODES = ("ethnic_group", "religion", "nationality", "marital_status", "blood_group")
_BESIDE: dict[str, forms.Field] = {
    "father_number": PersonalNumberField(required=False),
    "mother_number": PersonalNumberField(required=False),
    "spouse_number": PersonalNumberField(required=False),
    "head_number": PersonalNumberField(required=False),
    "spouse_name": NameField(required=False, max_length=100),
    "head_name": NameField(required=False, max_length=100),
    "card_issued_on": DayField(required=False, future=False),
    "card_issued_by": TextField(required=False, max_length=120),
    "card_expires_on": DayField(required=False),
    "household_key": TextField(required=False, max_length=60),
}
"""What a list tells that the form does not ask: `RowValues.extra`."""
RULE_OF = {"number": "D01", "birth_date": "D08", "cmnd": "D07", "phone": "D31", "sex": "D11"}
VALUE, MISSING, TOGETHER, SEX_OF_ROLE, OPEN_ROLE = "value", "missing", "together", "D13", "role"
MUST_READ = frozenset({"full_name", "birth_date", "number", "sex", "head_number"})
"""What stops a row when its cell cannot be read; of the others the cell is left out, and told."""
_SEXES = {"nam": Sex.MALE, "nu": Sex.FEMALE}
_NO_SEX = "Giới tính chỉ là nam hoặc nữ."


def _fields() -> dict[str, forms.Field]:
    found = {name: copy.deepcopy(ResidentForm.base_fields[name]) for name in OF_THE_FORM} | _BESIDE
    speak_vietnamese(found.values())
    return found


_FIELDS = _fields()
_REPEATED = frozenset({
    "birth_place", "birth_registration_place", "home_town", "card_issued_by", "father_name", "mother_name", "head_name",
    "permanent_from", "card_issued_on",
})  # fmt: skip
"""What brothers and sisters, a household or half a commune share: read once a piece."""


@dataclass
class RowValues:
    """`values` by the names register() takes; `extra` see _BESIDE, and household_role. Only what the row says."""

    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)

    @property
    def is_writable(self) -> bool:
        return not any(problem.blocks for problem in self.problems)

    def refuse(self, field: str, code: str, said: str, *, blocks: bool = True) -> None:
        self.problems.append(Problem(field, code, said, blocks=blocks))


@dataclass
class Context:
    """What every row of a list is read with. Make one a piece: units and code lists change."""

    commune: Unit
    source_code: str
    source_on: dt.date
    relations: Relations
    hamlets: Mapping[str, str]
    places: Gazetteer
    remembered: dict[tuple[str, str], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, commune: Unit, source_code: str, source_on: dt.date) -> Self:
        """Three queries, two more when the units changed."""
        roles: dict[str, HouseholdRole] = {role.code: role for role in roles_today().order_by("-valid_from")}
        hamlets = Hamlet.objects.filter(commune=commune, valid_to=None).values_list("name_folded", "name")
        return cls(commune, source_code, source_on, Relations(roles), dict(hamlets), gazetteer())

    def listed(self, unit: Unit | None, hamlet: str) -> str:
        """As hamlets.names.as_listed(), of the list's commune; another commune's list is not read."""
        if unit is None or unit.pk != self.commune.pk:
            return hamlet
        return self.hamlets.get(fold_address(hamlet)[:100], hamlet)

    def is_listed(self, hamlet: str) -> bool:
        return fold_address(hamlet)[:100] in self.hamlets


def read(typed: Mapping[str, str], context: Context, *, whole: bool = True) -> RowValues:
    """What one row says. Not `whole`: some cells of a record that is known, so that none is required. No query, but
    for a unit that was never asked for before."""
    row = RowValues(values={"source": context.source_code, "source_on": context.source_on})
    for name in _FIELDS:
        if text := typed.get(name, "").strip():
            _read_field(row, name, text, context)
    for name in OF_CODES:
        if text := typed.get(name, "").strip():
            _read_code(row, name, text)
    _read_sex(row, typed.get("sex", ""))
    homes.read(row, typed, context)
    _read_role(row, typed.get("household_role", ""), context)
    if whole:
        _require(row, typed)
    _check_together(row)
    return row


def _read_field(row: RowValues, name: str, text: str, context: Context) -> None:
    key = (name, text)
    value = context.remembered.get(key)
    if value is None:
        try:
            value = _FIELDS[name].clean(text)
        except ValidationError as refused:
            row.refuse(name, RULE_OF.get(name, VALUE), str(refused.messages[0]), blocks=name in MUST_READ)
            return
        if name in _REPEATED:
            context.remembered[key] = value
    if value not in ("", None):
        (row.extra if name in _BESIDE else row.values)[name] = value


def _read_code(row: RowValues, name: str, text: str) -> None:
    try:
        row.values[name] = code_of(name, text)
    except NoCode as refused:
        row.refuse(name, VALUE, f"{FIELDS[name].label}: {refused}", blocks=False)


def _read_sex(row: RowValues, text: str) -> None:
    if not text.strip():
        return
    sex = _SEXES.get(fold(text))
    if sex is None:
        row.refuse("sex", RULE_OF["sex"], _NO_SEX)
    else:
        row.values["sex"] = sex.value


def _read_role(row: RowValues, text: str, context: Context) -> None:
    """A relation that the list does not name leaves the row writable: the person is a member without one (E21)."""
    if not text.strip():
        return
    told = context.relations.told(text)
    if told.role is None:
        row.refuse("household_role", OPEN_ROLE, told.refused, blocks=False)
        return
    row.extra["household_role"] = told.role
    sex = row.values.get("sex")
    if sex and told.sex and told.sex != sex:
        row.refuse("household_role", SEX_OF_ROLE, f"“{clean(text)}” không hợp với giới tính đã ghi.")
    if told.is_repaired:
        row.repairs.append(Repair("household_role", clean(text), told.role.name, "Theo tên trong danh mục quan hệ."))


def _require(row: RowValues, typed: Mapping[str, str]) -> None:
    """Without a name and a year of birth nobody can be told from another: such a row is never written."""
    for name in ("full_name", "birth_date"):
        refused = any(problem.field == name for problem in row.problems)
        if not typed.get(name, "").strip() and not refused:
            row.refuse(name, MISSING, str(_FIELDS[name].error_messages["required"]))


# --- One value against another: the sentences of ResidentForm.clean() -------------------------------------------------


def _check_together(row: RowValues) -> None:
    homes.check_temporary(row)
    role, sex = row.extra.get("household_role"), row.values.get("sex")
    if role and sex and role.required_sex and role.required_sex != sex:
        row.refuse("household_role", SEX_OF_ROLE, f"“{role.name}” không hợp với giới tính đã chọn.")
    born, registered = row.values.get("birth_date"), row.values.get("permanent_from")
    if born and registered and registered < born.earliest():
        row.refuse("permanent_from", TOGETHER, "Ngày đăng ký thường trú trước ngày sinh.")
