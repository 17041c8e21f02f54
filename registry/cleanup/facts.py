"""Facts: everything about one resident that a rule may look at, read beforehand in a fixed number of queries a batch.

A check asks no question of the database: it reads this value and answers. That is what makes one definition serve a
form, an import and the nightly scan alike, and what lets a rule be shown by an example that needs no database.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

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
from registry.models.identity_document import CARD_KINDS
from registry.values.legacy_fonts import EncodingFlaw, encoding_flaw
from registry.values.names import NameFlaw, flaws
from registry.values.partial_date import DateRefused, PartialDate

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


def load(residents: Sequence[Resident], *, on: dt.date, thresholds: Mapping[str, int] | None = None) -> list[Facts]:
    """Facts of each of these residents. Nothing is read yet: the first rule that looks at a part of somebody's facts
    has it read for all of them, in one or two queries. With `thresholds` as if these stood instead of the settings."""
    batch = Batch(residents, on, thresholds=thresholds)
    return [LoadedFacts(resident, batch) for resident in residents]


class Batch:
    """The parts of the facts of some residents, each read once for all of them, when it is first asked for."""

    def __init__(
        self, residents: Sequence[Resident], on: dt.date, *, thresholds: Mapping[str, int] | None = None
    ) -> None:
        self.residents, self.on = residents, on
        if thresholds is not None:
            self.thresholds = thresholds
        self.ids = [resident.pk for resident in residents]
        self._more: dict[str, Mapping[int, Any]] = {}

    def more(self, name: str) -> Mapping[int, Any]:
        if name not in self._more:
            self._more[name] = _loaders[name](self.ids)
        return self._more[name]

    @cached_property
    def thresholds(self) -> Mapping[str, int]:
        return Setting.values_on(self.on)

    @cached_property
    def over_a_working_day_ago(self) -> dt.date:
        return latest_start(self.on, 1)

    @cached_property
    def numbers(self) -> dict[int, list[IdentityNumber]]:
        return by_resident(IdentityNumber.objects.filter(resident__in=self.ids))

    @cached_property
    def relations(self) -> dict[int, list[Relation]]:
        return by_resident(Relation.objects.filter(resident__in=self.ids).select_related("person"))

    @cached_property
    def residences(self) -> dict[int, list[Residence]]:
        return by_resident(Residence.objects.filter(resident__in=self.ids).select_related("unit"))

    @cached_property
    def documents(self) -> dict[int, list[IdentityDocument]]:
        return by_resident(IdentityDocument.objects.filter(resident__in=self.ids))

    @cached_property
    def scans(self) -> dict[int, list[CardScan]]:
        return by_resident(_last_scans(self.ids))

    @cached_property
    def households(self) -> tuple[dict[int, list[Membership]], dict[int, list[Membership]]]:
        return _households(self.ids)

    @cached_property
    def cmnd_holders(self) -> dict[str, int]:
        return cmnd_holders(row.number for rows in self.numbers.values() for row in rows if row.is_active)

    @cached_property
    def phones(self) -> dict[str, PhoneUse]:
        return _phone_use(resident.phone for resident in self.residents)


class _More(Mapping[str, Any]):
    """What other apps know of one resident, read when it is asked for."""

    def __init__(self, batch: Batch, pk: int) -> None:
        self.batch, self.pk = batch, pk

    def __getitem__(self, name: str) -> Any:
        if name not in _loaders:
            raise KeyError(name)
        return self.batch.more(name).get(self.pk)

    def __iter__(self) -> Iterator[str]:
        return iter(_loaders)

    def __len__(self) -> int:
        return len(_loaders)


class LoadedFacts(Facts):
    """Facts of the database. Every part stands where the examples of rules have theirs."""

    def __init__(self, resident: Resident, batch: Batch) -> None:
        self.resident, self.on, self.batch = resident, batch.on, batch
        self.more = _More(batch, resident.pk)


_PARTS: dict[str, Callable[[LoadedFacts], Any]] = {
    "thresholds": lambda facts: facts.batch.thresholds,
    "over_a_working_day_ago": lambda facts: facts.batch.over_a_working_day_ago,
    "numbers": lambda facts: facts.batch.numbers[facts.resident.pk],
    "relations": lambda facts: facts.batch.relations[facts.resident.pk],
    "residences": lambda facts: facts.batch.residences[facts.resident.pk],
    "documents": lambda facts: facts.batch.documents[facts.resident.pk],
    "scans": lambda facts: facts.batch.scans[facts.resident.pk],
    "memberships": lambda facts: facts.batch.households[0][facts.resident.pk],
    "housemates": lambda facts: facts.batch.households[1],
    "cmnd_holders": lambda facts: facts.batch.cmnd_holders,
    "phone_use": lambda facts: facts.batch.phones.get(facts.resident.phone, PhoneUse()),
}
for _name, _read in _PARTS.items():
    _part = cached_property(_read)
    _part.__set_name__(LoadedFacts, _name)
    setattr(LoadedFacts, _name, _part)


def by_resident(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """These rows by whose they are; nothing for whoever has none."""
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
    theirs = Membership.objects.filter(resident__in=ids).order_by().values("pk")
    # Two ways in, each by its index: asked with OR, the whole table is read.
    rows = Membership.objects.filter(
        pk__in=Membership.objects.filter(household__in=present).order_by().values("pk").union(theirs)
    )
    by_resident: dict[int, list[Membership]] = defaultdict(list)
    by_household: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("household", "role", "resident"):
        by_resident[row.resident_id].append(row)
        by_household[row.household_id].append(row)
    return by_resident, by_household


def cmnd_holders(numbers: Iterable[str]) -> dict[str, int]:
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
