"""People as they will be once a list is written, as facts that the rules can be asked about: nothing is saved.

New people hang on rows that are not saved (rosters/writing.py makes them); people we have are loaded, with what the
list changes laid over. What only the register as a whole could tell stands in UNKNOWN_BEFORE.
"""

import copy
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from registry.cleanup import facts as facts_of
from registry.cleanup import kin, places, refused, units
from registry.cleanup.facts import LoadedFacts, PhoneUse
from registry.models import (
    Household,
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    Roster,
    RosterRow,
)
from registry.residents import homes as addresses
from registry.residents.register import fill
from registry.residents.sources import chosen
from registry.rosters import crowds
from registry.rosters.current import CurrentRecord
from registry.rosters.values import Context, RowValues
from registry.rosters.writing import draft_of

UNKNOWN_BEFORE = {
    "S03": "Tìm trùng chạy sau khi ghi; kiểm tra tệp báo “nghi trùng” thay cho quy tắc này.",
    "S04": "Tìm trùng chạy sau khi ghi; kiểm tra tệp báo “nghi trùng” thay cho quy tắc này.",
    "D19": "Chỉ xét quan hệ đã liên kết hai hồ sơ; danh sách chỉ ghi họ tên.",
    "D20": "Chỉ xét quan hệ đã liên kết hai hồ sơ; danh sách chỉ ghi họ tên.",
    "E23": "Hộ trống đi vì có người rời hộ; danh sách không chuyển ai khỏi hộ.",
    "S28": "Đếm theo sổ và các dòng kiểm tra cùng đợt, chưa theo cả tệp.",
    "S29": "Đếm theo sổ và các dòng kiểm tra cùng đợt, chưa theo cả tệp.",
}
"""Rules whose answer a list cannot know, or only in part, before it is written; and why."""
UNWRITTEN = 10**12
"""Ids of what is not written begin here: behind everybody there is, in the order of the file."""
PARENTS = {"father_name": RelationKind.FATHER, "mother_name": RelationKind.MOTHER, "spouse_name": RelationKind.SPOUSE}
OF_NUMBERS = {"number": NumberKind.PERSONAL, "cmnd": NumberKind.CMND9}


@dataclass
class Item:
    """One row that would be written. With a `record` it changes that person, by `fields`; else it is a new one."""

    row: RosterRow
    told: RowValues
    record: CurrentRecord | None = None
    fields: frozenset[str] = frozenset()
    key: str = ""
    resident: Resident = field(init=False)
    parts: dict[str, list[Any]] = field(default_factory=dict)


def facts(roster: Roster, items: Sequence[Item], homes: Mapping[str, Household], context: Context) -> list[LoadedFacts]:
    """Of each item, in this order. What the rules look at is read once for all, when a rule first looks."""
    for item in items:
        if item.record is None:
            _draft(roster, item, context)
        else:
            _overlay(item, item.record, context)
    batch = facts_of.Batch([item.resident for item in items], timezone.localdate())
    found = [LoadedFacts(item.resident, batch) for item in items]
    mates = _Mates(items, homes, roster)
    shared = _Shared(roster, items, batch)
    for item, one in zip(items, found, strict=True):
        _lay(item, one, mates, shared)
    return found


def _lay(item: Item, one: LoadedFacts, mates: "_Mates", shared: "_Shared") -> None:
    """Put what is not saved in the place of what would be loaded."""
    parts: dict[str, Any] = one.__dict__
    if item.record is None:
        parts |= {name: item.parts.get(name, []) for name in ("numbers", "relations", "residences", "documents")}
        parts["scans"] = []
    else:
        for name, changed in (("numbers", _numbers), ("relations", _relations), ("residences", _residences)):
            parts[name] = changed(item, getattr(one, name))
    loaded = [] if item.record is None else list(one.memberships)
    parts["memberships"] = mates.memberships(item, loaded)
    parts["housemates"] = mates.of(item, {} if item.record is None else one.housemates)
    parts["cmnd_holders"] = shared.cmnd_holders(one)
    parts["phone_use"] = shared.phone_use(item)
    parts["more"] = _More(one.more, shared.more(item, one))


@dataclass(frozen=True)
class _More(Mapping[str, Any]):
    """What other apps know, with some of it said otherwise."""

    loaded: Mapping[str, Any]
    instead: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.instead[name] if name in self.instead else self.loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.loaded)

    def __len__(self) -> int:
        return len(self.loaded)


# --- one person -------------------------------------------------------------------------------------------------------


def _draft(roster: Roster, item: Item, context: Context) -> None:
    draft = draft_of(roster, item.row, item.told, by=roster.uploaded_by, context=context)
    item.resident = draft.resident
    item.resident.pk = UNWRITTEN + item.row.number
    _derive(item.resident)
    names: dict[type, str] = {IdentityNumber: "numbers", Relation: "relations", Residence: "residences"}
    for row in draft.rows:
        item.parts.setdefault(names.get(type(row), "documents"), []).append(row)


def _overlay(item: Item, record: CurrentRecord, context: Context) -> None:
    item.resident = copy.copy(record.resident)
    item.resident._state = copy.copy(record.resident._state)
    item.resident._state.fields_cache = dict(record.resident._state.fields_cache)  # of its own: units are set on it
    values = {name: value for name, value in item.told.values.items() if name in item.fields}
    told = {name: item.told.values[name] for name in ("source", "source_on") if name in item.told.values}
    fill(item.resident, values | told, place=context.places.place)
    _derive(item.resident)


def _derive(resident: Resident) -> None:
    """Of what follows from other columns only what a rule looks at: keys for searching and sorting are dear."""
    born = facts_of.birth_of(resident)
    resident.birth_latest_on = born.latest() if born else None


def _numbers(item: Item, standing: Sequence[IdentityNumber]) -> list[IdentityNumber]:
    told = chosen(item.told.values).columns
    new = [
        IdentityNumber(resident=item.resident, kind=kind, number=item.told.values[name], **told)
        for name, kind in OF_NUMBERS.items()
        if name in item.fields
    ]
    return [*standing, *new]


def _relations(item: Item, standing: Sequence[Relation]) -> list[Relation]:
    """As residents.family.set_parent(): another spelling is the same person, another name is not."""
    found = list(standing)
    said = item.told.values | item.told.extra
    for name, kind in PARENTS.items():
        number = name.replace("name", "number")
        if not {name, number} & item.fields:
            continue
        current = item.record.shown.relations.get(kind) if item.record else None
        changed = copy.copy(current) if current else Relation(resident=item.resident, kind=kind)
        changed.name = said.get(name, changed.name) if name in item.fields else changed.name
        changed.personal_number = said.get(number, changed.personal_number)
        if name in item.fields:
            changed.person = None if current and changed.derive().name_folded != current.name_folded else changed.person
        found = [row for row in found if current is None or row.pk != current.pk] + [changed]
    return found


def _residences(item: Item, standing: Sequence[Residence]) -> list[Residence]:
    found = list(standing)
    for kind in (ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY, ResidenceKind.PRESENT):
        if {f"{kind.value}_line", f"{kind.value}_from", f"{kind.value}_to"} & item.fields:
            found = _moved(item, kind, found)
    return found


def _moved(item: Item, kind: ResidenceKind, standing: list[Residence]) -> list[Residence]:
    values = item.told.values
    current = item.record.shown.residences.get(kind) if item.record else None
    wanted: dict[str, Any] = {}
    if f"{kind.value}_line" in item.fields:
        unit = values.get(f"{kind.value}_unit") or item.resident.commune
        wanted = {"unit": unit, "hamlet": values[f"{kind.value}_hamlet"], "street": values[f"{kind.value}_street"]}
    dates = {
        f"{name}_on": values[f"{kind.value}_{name}"] for name in ("from", "to") if f"{kind.value}_{name}" in values
    }
    if current is None:
        return (
            [*standing, Residence(resident=item.resident, kind=kind, **wanted, **dates).derive()]
            if wanted
            else standing
        )
    rest = [row for row in standing if row.pk != current.pk]
    changed = copy.copy(current)
    for name, value in (wanted | dates).items():
        setattr(changed, name, value)
    if wanted and addresses.is_move(current, wanted | dates):
        ended = copy.copy(current)
        ended.to_on = dates["from_on"] - dt.timedelta(days=1)
        rest, changed.pk = [*rest, ended], None
    return [*rest, changed.derive()]


# --- households -------------------------------------------------------------------------------------------------------


class _Mates:
    """Who lives with whom once the rows are written: those who are there, and those of the list."""

    def __init__(self, items: Sequence[Item], homes: Mapping[str, Household], roster: Roster) -> None:
        self.own: dict[int, Membership] = {}
        self.by_home: dict[int, list[Membership]] = defaultdict(list)
        overlaid = {item.resident.pk: item for item in items if item.record is not None}
        rows = Membership.objects.filter(household__in={home.pk for home in homes.values()}).order_by("pk")
        for row in rows.select_related("household", "role", "resident"):
            self._stands(row, overlaid.get(row.resident_id))
        new = self._founded(items, homes, roster)
        for item in items:
            if item.key and item.resident.pk not in self.own and self._joins(item):
                self._add(item, homes.get(item.key) or new[item.key])

    def _stands(self, row: Membership, item: Item | None) -> None:
        if item is not None:
            row.resident = item.resident
            if row.to_on is None:
                _new_role(row, item)
                self.own[item.resident.pk] = row
        self.by_home[row.household_id].append(row)

    @staticmethod
    def _founded(items: Sequence[Item], homes: Mapping[str, Household], roster: Roster) -> dict[str, Household]:
        keys = dict.fromkeys(item.key for item in items if item.key and item.key not in homes)
        commune = roster.commune
        return {key: Household(pk=UNWRITTEN + at, commune=commune, code=key[:10]) for at, key in enumerate(keys)}

    @staticmethod
    def _joins(item: Item) -> bool:
        return item.record is None or "household_key" in item.fields

    def _add(self, item: Item, home: Household) -> None:
        values = item.told.values
        row = Membership(
            household=home, resident=item.resident, role=item.told.extra.get("household_role"),
            from_on=values.get("permanent_from"), **chosen(values).columns,
        )  # fmt: skip
        self.own[item.resident.pk] = row
        self.by_home[home.pk].append(row)

    def memberships(self, item: Item, loaded: list[Membership]) -> list[Membership]:
        """The person's lines, the one in hand in the place of the one that is loaded."""
        own = self.own.get(item.resident.pk)
        if own is None:
            for row in loaded:
                _new_role(row, item)
            return loaded
        return [*(row for row in loaded if row.household_id != own.household_id or row.to_on is not None), own]

    def of(self, item: Item, loaded: Mapping[int, Sequence[Membership]]) -> dict[int, Sequence[Membership]]:
        found = dict(loaded)
        own = self.own.get(item.resident.pk)
        if own is not None:
            found[own.household_id] = self.by_home[own.household_id]
        return found


def _new_role(row: Membership, item: Item) -> None:
    if row.to_on is None and "household_role" in item.fields:
        row.role, row.source_on = item.told.extra.get("household_role"), timezone.localdate()


# --- what several people share ----------------------------------------------------------------------------------------


class _Shared:
    """Phones, CMND numbers, addresses and cancelled numbers: of the register and of the list together."""

    def __init__(self, roster: Roster, items: Sequence[Item], batch: facts_of.Batch) -> None:
        self.batch = batch
        self.file = crowds.of_file(roster, items)
        self.cmnds = facts_of.cmnd_holders({number for item in items if (number := item.told.values.get("cmnd", ""))})
        self.cancelled = crowds.cancelled(set(_used_numbers(items)))
        self.places = crowds.places_of(_permanent(items))
        self.provinces = units.old_provinces({
            item.resident.birth_registration_unit_id for item in items
            if item.resident.birth_registration_unit_id and item.resident.birth_registration_province
        })  # fmt: skip

    def phone_use(self, item: Item) -> PhoneUse:
        phone = item.resident.phone
        if not phone:
            return PhoneUse()
        here, there = self.batch.phones.get(phone, PhoneUse()), self.file.phones.get(phone, PhoneUse())
        own = 1 if item.record is not None and "phone" in item.fields else 0
        return PhoneUse(here.people + there.people + own, here.households + there.households)

    def cmnd_holders(self, one: LoadedFacts) -> dict[str, int]:
        return {number: self.cmnds.get(number, 0) + self.file.cmnds.get(number, 0) or 1 for number in one.cmnds}

    def more(self, item: Item, one: LoadedFacts) -> dict[str, Any]:
        found: dict[str, Any] = {kin.NAME: kin.Kin(cancelled=self.cancelled)}
        if item.record is not None:
            loaded = one.more.get(kin.NAME) or kin.Kin()
            found = {kin.NAME: kin.Kin(loaded.named_by, loaded.numbered, loaded.cancelled | self.cancelled)}
        else:
            found[refused.HOLDERS] = None
        if unit := item.resident.birth_registration_unit:
            found[units.NAME] = units.BirthUnit(unit, self.provinces.get(unit.pk, frozenset()))
        if (at := _place(one.permanent)) is not None:
            found[places.NAME] = self.places.get(at)
        return found


def _used_numbers(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        said = item.told.values | item.told.extra
        yield from (said[name] for name in said if name.endswith("number") and isinstance(said[name], str))


def _place(standing: Sequence[Residence]) -> tuple[int, str] | None:
    return next(((row.unit_id, row.address_folded) for row in standing if row.address_folded), None)


def _permanent(items: Iterable[Item]) -> Counter[tuple[int, str, str, str]]:
    """(commune, folded address, street, hamlet) of the new people, with how many are registered so."""
    found: Counter[tuple[int, str, str, str]] = Counter()
    for item in items:
        for row in item.parts.get("residences", []):
            if row.kind == ResidenceKind.PERMANENT and row.address_folded:
                found[row.unit_id, row.address_folded, row.street, row.hamlet] += 1
    return found
