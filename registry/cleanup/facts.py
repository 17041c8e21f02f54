"""Facts: everything about one resident that a rule may look at, read beforehand in a fixed number of queries a batch.

A check asks no question of the database: it reads this value and answers. That is what makes one definition serve a
form, an import and the nightly scan alike, and what lets a rule be shown by an example that needs no database.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Q

from accounts.models import Setting
from accounts.text import Defect, defects
from accounts.working_days import latest_start
from registry.models import (
    HEAD,
    CardScan,
    DocumentState,
    IdentityDocument,
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    ResidentState,
    ScanKind,
)
from registry.values.legacy_fonts import EncodingFlaw, encoding_flaw
from registry.values.names import NameFlaw, flaws
from registry.values.partial_date import DateRefused, PartialDate

CARD_KINDS = ("CAN_CUOC", "CCCD_CHIP", "CCCD_MAVACH")
CARD_AGE_YEARS = 14
"""From this age one must have a card (Luật Căn cước Đ19)."""
CMND_KINDS = ("CMND9", "CMND12")
RESIDENT_TEXTS = {
    "full_name": "Họ, chữ đệm và tên",
    "other_name": "Tên gọi khác",
    "birth_place": "Nơi sinh",
    "birth_registration_place": "Nơi đăng ký khai sinh",
    "home_town": "Quê quán",
}
RESIDENCE_TEXTS = {"hamlet": "Thôn, tổ dân phố", "street": "Số nhà, đường"}


@dataclass(frozen=True)
class Text:
    """One piece of text of a record: where it stands, and what the screen calls it."""

    row: Resident | Relation | Residence
    attribute: str
    label: str

    @property
    def value(self) -> str:
        return getattr(self.row, self.attribute)


@dataclass(frozen=True)
class PhoneUse:
    """How widely one phone number is spread over the living."""

    people: int = 0
    households: int = 0


@dataclass
class Facts:
    """One resident with the rows that hang on it. `on` is the day the rules speak of; `more` is what other apps add."""

    resident: Resident
    on: dt.date
    thresholds: Mapping[str, int] = field(default_factory=dict)
    over_a_working_day_ago: dt.date = dt.date.min
    numbers: Sequence[IdentityNumber] = ()
    relations: Sequence[Relation] = ()
    residences: Sequence[Residence] = ()
    documents: Sequence[IdentityDocument] = ()
    scans: Sequence[CardScan] = ()
    memberships: Sequence[Membership] = ()
    housemates: Mapping[int, Sequence[Membership]] = field(default_factory=dict)
    cmnd_holders: Mapping[str, int] = field(default_factory=dict)
    phone_use: PhoneUse = PhoneUse()
    more: Mapping[str, Any] = field(default_factory=dict)

    # --- the person ------------------------------------------------------------------------------------------------
    @cached_property
    def birth(self) -> PartialDate | None:
        """The birth date as far as it is known; None also when the columns hold no real date (rule D08)."""
        return birth_of(self.resident)

    @cached_property
    def age(self) -> int | None:
        """Full years on the day of the scan, on the careful side for partial dates."""
        return self.birth.age_on(self.on) if self.birth else None

    def is_at_least(self, years: int) -> bool:
        return self.age is not None and self.age >= years

    @cached_property
    def personal_number(self) -> str:
        return next((row.number for row in self.numbers if row.kind == NumberKind.PERSONAL and row.is_active), "")

    @cached_property
    def cmnds(self) -> list[str]:
        """The CMND numbers that stand today. A retired one was corrected: nothing about it is left to mend."""
        return [row.number for row in self.numbers if row.kind == NumberKind.CMND9 and row.is_active]

    @cached_property
    def words(self) -> list[str]:
        return self.resident.full_name.split()

    @cached_property
    def name_flaws(self) -> list[NameFlaw]:
        return flaws(self.resident.full_name, ethnic_group=self.resident.ethnic_group or None)

    # --- relations -------------------------------------------------------------------------------------------------
    def related(self, *kinds: str) -> list[Relation]:
        """Current relations of these kinds that name somebody."""
        return [row for row in self.relations if row.kind in kinds and row.is_current and (row.name or row.person)]

    @cached_property
    def parents(self) -> list[Relation]:
        return self.related(RelationKind.FATHER, RelationKind.MOTHER)

    # --- residences ------------------------------------------------------------------------------------------------
    def living_at(self, *kinds: str) -> list[Residence]:
        """Residences of these kinds that hold on the day: not struck out, begun, not ended."""
        return [row for row in self.residences if row.kind in kinds and self._holds(row)]

    def _holds(self, row: Residence) -> bool:
        begun = row.from_on is None or row.from_on <= self.on
        return begun and row.closed_at is None and (row.to_on is None or row.to_on >= self.on)

    def not_struck_out(self, *kinds: str) -> list[Residence]:
        """Residences of these kinds that nobody closed yet, whatever their dates say."""
        return [row for row in self.residences if row.kind in kinds and row.closed_at is None]

    @cached_property
    def permanent(self) -> list[Residence]:
        return self.living_at(ResidenceKind.PERMANENT)

    # --- households ------------------------------------------------------------------------------------------------
    @cached_property
    def current_memberships(self) -> list[Membership]:
        return [row for row in self.memberships if _is_current(row)]

    def members(self, household_id: int) -> list[Membership]:
        """Living members of a household today."""
        return [row for row in self.housemates.get(household_id, ()) if _is_current(row) and row.resident.is_current]

    def speaks_for(self, household_id: int) -> bool:
        """Whether a problem of the whole household is put to this person: its eldest living member."""
        members = self.members(household_id)
        return bool(members) and min(members, key=_seniority).resident == self.resident

    def heads(self, household_id: int) -> list[Membership]:
        return [row for row in self.members(household_id) if row.role is not None and row.role.code == HEAD]

    # --- papers ----------------------------------------------------------------------------------------------------
    @cached_property
    def cards(self) -> list[IdentityDocument]:
        """Cards in use; CMND are no cards any more (Luật Căn cước Đ46 k2)."""
        return [row for row in self.documents if row.kind in CARD_KINDS and row.state == DocumentState.IN_USE]

    @cached_property
    def last_qr(self) -> CardScan | None:
        return _last(row for row in self.scans if row.kind != ScanKind.MRZ)

    @cached_property
    def last_mrz(self) -> CardScan | None:
        return _last(row for row in self.scans if row.kind == ScanKind.MRZ)

    # --- text ------------------------------------------------------------------------------------------------------
    @cached_property
    def texts(self) -> list[Text]:
        """Every text of the record that somebody typed, empty ones left out."""
        found = [Text(self.resident, name, label) for name, label in RESIDENT_TEXTS.items()]
        found += [Text(row, "name", f"Họ tên {row.get_kind_display().lower()}") for row in self.relations]
        for row in self.residences:
            found += [Text(row, name, f"{label} ({_called(row)})") for name, label in RESIDENCE_TEXTS.items()]
        return _told_apart(text for text in found if text.value)

    @cached_property
    def text_defects(self) -> list[tuple[Text, Defect]]:
        return [(text, defect) for text in self.texts for defect in _defects(text.value)]

    @cached_property
    def encoding_flaws(self) -> list[tuple[Text, EncodingFlaw]]:
        found = [(text, _encoding_flaw(text.value)) for text in self.texts]
        return [(text, flaw) for text, flaw in found if flaw is not None]


# Hamlets, places and many names come again and again within a commune.
_defects = lru_cache(maxsize=8192)(defects)
_encoding_flaw = lru_cache(maxsize=8192)(encoding_flaw)


def birth_of(person: Resident) -> PartialDate | None:
    """The person's birth date; None when it is not known, and when an import left columns that are no date (31/02)."""
    try:
        return person.birth_date
    except DateRefused:
        return None


def _called(row: Residence) -> str:
    """ "thường trú từ 01/07/2025": which of several residences."""
    begun = f" từ {row.from_on:%d/%m/%Y}" if row.from_on else ""
    return f"{row.get_kind_display().lower()}{begun}"


def _told_apart(texts: Iterable[Text]) -> list[Text]:
    """Every text under a label of its own: two of one label would hide each other in the evidence and in the trail."""
    found: dict[str, Text] = {}
    for text in texts:
        label, times = text.label, 1
        while label in found:
            times += 1
            label = f"{text.label}, dòng {times}"
        found[label] = replace(text, label=label)
    return list(found.values())


def _last(scans: Iterable[CardScan]) -> CardScan | None:
    return max(scans, key=lambda row: row.at, default=None)


def _is_current(row: Membership) -> bool:
    return row.to_on is None and row.household.closed_on is None


def _seniority(row: Membership) -> tuple[dt.date, int]:
    return (row.resident.birth_latest_on or dt.date.max, row.resident.pk or 0)


# --- what other apps know about a resident ------------------------------------------------------------------

Loader = Callable[[list[int]], Mapping[int, Any]]
_loaders: dict[str, Loader] = {}


def register_facts(name: str, loader: Loader) -> None:
    """Let a higher app add `facts.more[name]`: `loader(resident_ids)` answers id -> value, in a fixed number of
    queries."""
    _loaders[name] = loader


# --- reading ------------------------------------------------------------------------------------------------


def load(residents: Sequence[Resident], *, on: dt.date) -> list[Facts]:
    """Facts of each of these residents, in about ten queries for all of them together."""
    ids = [resident.pk for resident in residents]
    numbers = _by_resident(IdentityNumber.objects.filter(resident__in=ids))
    relations = _by_resident(Relation.objects.filter(resident__in=ids).select_related("person"))
    residences = _by_resident(Residence.objects.filter(resident__in=ids).select_related("unit"))
    documents = _by_resident(IdentityDocument.objects.filter(resident__in=ids))
    scans = _by_resident(_last_scans(ids))
    memberships, housemates = _households(ids)
    cmnd_holders = _cmnd_holders(row.number for rows in numbers.values() for row in rows if row.is_active)
    phones = _phone_use(resident.phone for resident in residents)
    more = {name: loader(ids) for name, loader in _loaders.items()}
    thresholds = Setting.values_on(on)
    working_day = latest_start(on, 1)
    return [
        Facts(
            resident,
            on,
            thresholds=thresholds,
            over_a_working_day_ago=working_day,
            numbers=numbers[resident.pk],
            relations=relations[resident.pk],
            residences=residences[resident.pk],
            documents=documents[resident.pk],
            scans=scans[resident.pk],
            memberships=memberships[resident.pk],
            housemates=housemates,
            cmnd_holders=cmnd_holders,
            phone_use=phones.get(resident.phone, PhoneUse()),
            more={name: values.get(resident.pk) for name, values in more.items()},
        )
        for resident in residents
    ]


def _by_resident(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.resident_id].append(row)
    return found


def _last_scans(ids: list[int]) -> Iterable[CardScan]:
    """The last scan of each kind of card of each of them. One query."""
    rows = CardScan.objects.filter(resident__in=ids).order_by("resident_id", "kind", "-at", "-pk")
    return rows.distinct("resident_id", "kind")


def _households(ids: list[int]) -> tuple[dict[int, list[Membership]], dict[int, list[Membership]]]:
    """Memberships by resident, and all memberships of their present households by household. One query."""
    present = Membership.objects.filter(resident__in=ids, to_on=None).values("household")
    rows = Membership.objects.filter(Q(household__in=present) | Q(resident__in=ids))
    by_resident: dict[int, list[Membership]] = defaultdict(list)
    by_household: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("household", "role", "resident"):
        by_resident[row.resident_id].append(row)
        by_household[row.household_id].append(row)
    return by_resident, by_household


def _cmnd_holders(numbers: Iterable[str]) -> dict[str, int]:
    """How many people hold each of these CMND numbers today, merged records aside."""
    rows = IdentityNumber.objects.filter(kind=NumberKind.CMND9, is_active=True, number__in=set(numbers))
    holders: dict[str, set[int]] = defaultdict(set)
    for number, resident in rows.exclude(resident__state=ResidentState.MERGED).values_list("number", "resident"):
        holders[number].add(resident)
    return {number: len(people) for number, people in holders.items()}


def _phone_use(phones: Iterable[str]) -> dict[str, PhoneUse]:
    """On how many living people, and in how many households, each phone number stands. One query."""
    living = Resident.objects.current().filter(phone__in={phone for phone in phones if phone})
    rows = living.values_list("phone", "pk", "memberships__household", "memberships__to_on")
    people: dict[str, set[int]] = defaultdict(set)
    homes: dict[str, set[int]] = defaultdict(set)
    for phone, person, home, left_on in rows:
        people[phone].add(person)
        if home and left_on is None:
            homes[phone].add(home)
    return {phone: PhoneUse(len(people[phone]), len(homes[phone])) for phone in people}
