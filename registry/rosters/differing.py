"""What a row says otherwise than the record, field by field as the record shows it. A spelling that means the same, or
a value that says less than the record, is no change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Unit
from accounts.text import accent_key, fold
from registry import codes
from registry.codes import CodeList
from registry.models import Household, HouseholdRole, NumberKind, Sex
from registry.residents.numbers import CHANGED_ELSEWHERE
from registry.rosters import reasons
from registry.rosters.current import DAY, CurrentRecord
from registry.rosters.fields import FIELDS
from registry.rosters.problems import Problem
from registry.rosters.values import OF_CODES, RowValues
from registry.values.address import fold_address
from registry.values.partial_date import PartialDate

CODE_LISTS: dict[str, CodeList] = {
    "ethnic_group": codes.ETHNIC_GROUPS, "religion": codes.RELIGIONS, "nationality": codes.COUNTRIES,
    "marital_status": codes.MARITAL_STATUSES, "blood_group": codes.BLOOD_GROUPS,
}  # fmt: skip
NAMES = ("full_name", "other_name", "father_name", "mother_name", "spouse_name")
TEXTS = ("birth_place", "birth_registration_place", "home_town", "residence_file_number", "other_information", "phone",
         "email", "card_issued_by", "father_number", "mother_number", "spouse_number")  # fmt: skip
DAYS = ("permanent_from", "temporary_from", "temporary_to", "card_issued_on", "card_expires_on")
NUMBERS = {"number": NumberKind.PERSONAL, "cmnd": NumberKind.CMND9}
HOMES = ("permanent", "temporary", "present")
OTHER_HOME = "Người này đang ở hộ {}; chuyển hộ là việc riêng, không làm bằng danh sách."
OTHER_HEAD = "Danh sách ghi chủ hộ là {}, hộ {} đang có chủ hộ là {}."
UNKNOWN_STATUS = "0"
JOINING = frozenset({"household_key", "household_role"})


@dataclass
class Differences:
    """`changes` as RosterRow keeps them; `kept`: what the row says otherwise and a list may not change."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    kept: list[Problem] = field(default_factory=list)

    def add(self, name: str, before: str, after: str) -> None:
        change = {"field": name, "label": FIELDS[name].label, "before": before, "after": after, "take": True}
        if FIELDS[name].is_sensitive:
            change["sensitive"] = True
        self.changes.append(change)

    def keep(self, name: str, said: str, code: str = reasons.KEPT) -> None:
        self.kept.append(Problem(name, code, said, blocks=False))

    @property
    def reasons(self) -> list[str]:
        found = list(dict.fromkeys(self._reason(change) for change in self.changes))
        return [reason for reason in found if reason != reasons.FILL] or found

    @staticmethod
    def _reason(change: Mapping[str, Any]) -> str:
        name = change["field"]
        if name in JOINING:
            return reasons.JOINS
        if not change["before"]:
            return reasons.FILL
        return reasons.MOVED if FIELDS[name].name.endswith("_line") else reasons.of_overwrite(name)


def differences(record: CurrentRecord, row: RowValues, home: Household | None, key: str) -> Differences:
    """Between the record and the row. `home` is the household of ours that the row's `key` means; None when the list
    founds one."""
    found = Differences()
    said = row.values | row.extra
    for name in [*NAMES, *TEXTS]:
        if name in said and not means_the_same(record.texts.get(name, ""), said[name], is_name=name in NAMES):
            found.add(name, record.texts.get(name, ""), said[name])
    _birth(found, record, said)
    _codes(found, record, said)
    for name, number_kind in NUMBERS.items():
        _number(found, record, said, name, number_kind)
    for name in DAYS:
        text = said[name].strftime(DAY) if name in said else ""
        if text and record.texts.get(name, "") != text:
            found.add(name, record.texts.get(name, ""), text)
    for kind in HOMES:
        _home(found, record, row.values, kind)
    _household(found, record, row, home, key)
    return found


def means_the_same(ours: str, theirs: str, *, is_name: bool = False) -> bool:
    """Hòa and hoà, capitals, spaces; and a text without any accents says no more than its letters."""
    if accent_key(ours) == accent_key(theirs):
        return True
    if fold(ours) != fold(theirs) or not ours:
        return False
    return theirs.isascii() or not is_name


def _birth(found: Differences, record: CurrentRecord, said: Mapping[str, Any]) -> None:
    theirs: PartialDate | None = said.get("birth_date")
    ours = record.resident.known_birth
    if theirs is None or (ours is not None and _says_no_more(theirs, ours)):
        return
    found.add("birth_date", record.texts.get("birth_date", ""), theirs.display())


def _says_no_more(theirs: PartialDate, ours: PartialDate) -> bool:
    """Equal, or a year of a day that we have."""
    if theirs.year != ours.year or (theirs.month is not None and theirs.month != ours.month):
        return False
    return theirs.day is None or theirs.day == ours.day


def _codes(found: Differences, record: CurrentRecord, said: Mapping[str, Any]) -> None:
    for name in OF_CODES:
        code = said.get(name, "")
        if (
            code
            and code != getattr(record.resident, name)
            and not (name == "marital_status" and code == UNKNOWN_STATUS)
        ):
            found.add(name, record.texts.get(name, ""), CODE_LISTS[name].name(code))
    sex = said.get("sex")
    if sex and sex != record.resident.sex:
        found.add("sex", record.texts.get("sex", ""), Sex(sex).label)


def _number(found: Differences, record: CurrentRecord, said: Mapping[str, Any], name: str, kind: NumberKind) -> None:
    """A first number is written; one that stands is changed by work of its own, with a second officer."""
    ours, theirs = record.texts.get(name, ""), said.get(name, "")
    if not theirs or ours == theirs:
        return
    if ours:
        found.keep(name, CHANGED_ELSEWHERE[kind])
    else:
        found.add(name, "", theirs)


def _home(found: Differences, record: CurrentRecord, values: Mapping[str, Any], kind: str) -> None:
    if f"{kind}_hamlet" not in values:
        return
    unit: Unit = values.get(f"{kind}_unit") or record.resident.commune
    hamlet, street = values[f"{kind}_hamlet"], values[f"{kind}_street"]
    ours = record.shown.residences.get(kind)
    if ours is not None and ours.unit_id == unit.pk and _place_says_no_more(
        (hamlet, street), (ours.hamlet, ours.street)
    ):  # fmt: skip
        return
    found.add(f"{kind}_line", record.texts.get(f"{kind}_line", ""), address_text(street, hamlet, unit))


def _place_says_no_more(theirs: tuple[str, str], ours: tuple[str, str]) -> bool:
    """One place in another spelling, or only its hamlet, or only its commune."""
    if fold_address(" ".join(reversed(theirs))) == fold_address(" ".join(reversed(ours))):
        return True
    pairs = list(zip(theirs, ours, strict=True))
    return all(not told or fold_address(told) == fold_address(stands) for told, stands in pairs)


def address_text(street: str, hamlet: str, unit: Unit) -> str:
    return ", ".join(filter(None, [street, hamlet, unit.path]))


def _household(found: Differences, record: CurrentRecord, row: RowValues, home: Household | None, key: str) -> None:
    membership, role = record.shown.membership, row.extra.get("household_role")
    if membership is None:
        if key:
            found.add("household_key", "", home.code if home else key)
            if role:
                found.add("household_role", "", role.name)
        return
    if key and (home is None or home.pk != membership.household_id):
        found.keep("household_key", OTHER_HOME.format(membership.household.code))
        return
    if role and (membership.role is None or membership.role.code != role.code):
        _role(found, membership.role, role)
    theirs, ours = row.extra.get("head_name", ""), record.texts.get("head_name", "")
    if theirs and ours and not means_the_same(ours, theirs, is_name=True):
        found.keep("head_name", OTHER_HEAD.format(theirs, membership.household.code, ours), reasons.OTHER_HEAD)


def _role(found: Differences, ours: HouseholdRole | None, theirs: HouseholdRole) -> None:
    found.add("household_role", ours.name if ours else "", theirs.name)
