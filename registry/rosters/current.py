"""What a record says today by the fields of a list: for comparing, for lists that go out and for those that come back.

The texts are such that reading them again (values.read) gives the record back.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from registry import codes
from registry.cleanup.facts import CARD_KINDS
from registry.models import (
    HEAD,
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
    Sex,
)
from registry.residents.current import Shown

NUMBERED = (RelationKind.FATHER, RelationKind.MOTHER, RelationKind.SPOUSE)
DAY = "%d/%m/%Y"


@dataclass(frozen=True)
class CurrentRecord:
    """`texts`: field (rosters/fields.py) -> what stands, "" left out. `digest` changes whenever one of them does.
    `shown`: the rows that a correction may change."""

    resident: Resident
    texts: dict[str, str]
    digest: str
    shown: Shown


def records_of(ids: Collection[int]) -> dict[int, CurrentRecord]:
    """Of everyone of `ids` who has a record, folded ones too. Nine queries, however many."""
    people = Resident.objects.filter(pk__in=ids).select_related("commune__parent").in_bulk() if ids else {}
    if not people:
        return {}
    rows = _Rows(people)
    found = {}
    for pk, resident in people.items():
        texts = {field: text for field, text in rows.texts(resident) if text}
        found[pk] = CurrentRecord(resident, texts, _digest(resident, texts), rows.shown(resident))
    return found


def digest(resident_id: int) -> str:
    """As records_of() says it of one; "" when there is no such record."""
    found = records_of([resident_id])
    return found[resident_id].digest if found else ""


def _digest(resident: Resident, texts: dict[str, str]) -> str:
    whole = [resident.state, resident.commune_id, texts]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class _Rows:
    """The rows of some people, each kind read once. The order is that of residents.current.shown()."""

    def __init__(self, people: dict[int, Resident]) -> None:
        ids = list(people)
        self.numbers = _grouped(IdentityNumber.objects.filter(resident__in=ids, is_active=True).order_by("-pk"))
        relations = Relation.objects.filter(resident__in=ids, is_current=True).order_by("-is_adoptive", "-pk")
        self.relations = _grouped(relations)
        self.residences = _grouped(_residences(people))
        memberships = Membership.objects.filter(resident__in=ids, to_on=None).select_related("household", "role")
        self.memberships = _grouped(memberships.order_by("-pk"))
        cards = IdentityDocument.objects.filter(resident__in=ids, kind__in=CARD_KINDS, state=DocumentState.IN_USE)
        self.cards = _grouped(cards.order_by("issued_on", "pk"))
        linked = {row.person_id for rows in self.relations.values() for row in rows if row.person_id}
        self.heads = _heads({row.household_id for rows in self.memberships.values() for row in rows})
        self.personal = _personal(linked | {head.pk for head in self.heads.values()})

    def shown(self, resident: Resident) -> Shown:
        homes = sorted(self.residences[resident.pk], key=lambda row: (row.from_on is None, row.from_on, row.pk))
        members = self.memberships[resident.pk]
        return Shown(
            numbers={row.kind: row for row in self.numbers[resident.pk]},
            relations={row.kind: row for row in self.relations[resident.pk]},
            residences={row.kind: row for row in homes},
            membership=members[-1] if members else None,
        )

    def texts(self, resident: Resident) -> Iterable[tuple[str, str]]:
        shown = self.shown(resident)
        yield from _own(resident)
        yield "number", shown.number(NumberKind.PERSONAL)
        yield "cmnd", shown.number(NumberKind.CMND9)
        for kind in NUMBERED:
            row = shown.relations.get(kind)
            yield f"{kind.value}_name", row.name if row else ""
            yield f"{kind.value}_number", self._number_of(row) if row else ""
        yield from _homes(shown)
        yield from self._household(shown.membership)
        cards = self.cards[resident.pk]
        if cards:
            yield from _card(cards[-1])

    def _number_of(self, relative: Relation) -> str:
        return relative.personal_number or self.personal.get(relative.person_id or 0, "")

    def _household(self, membership: Membership | None) -> Iterable[tuple[str, str]]:
        if membership is None:
            return
        yield "household_key", membership.household.code
        yield "household_role", membership.role.name if membership.role else ""
        if head := self.heads.get(membership.household_id):
            yield "head_name", head.full_name
            yield "head_number", self.personal.get(head.pk, "")


def _own(resident: Resident) -> Iterable[tuple[str, str]]:
    born = resident.known_birth
    yield "full_name", resident.full_name
    yield "other_name", resident.other_name
    yield "birth_date", born.display() if born else ""
    yield "sex", Sex(resident.sex).label if resident.sex in (Sex.MALE, Sex.FEMALE) else ""
    yield "birth_place", resident.birth_place
    yield "birth_registration_place", resident.birth_registration_place
    yield "home_town", resident.home_town
    yield "ethnic_group", resident.ethnic_group_name
    yield "religion", resident.religion_name
    yield "nationality", resident.nationality_name
    yield "blood_group", codes.BLOOD_GROUPS.name(resident.blood_group)
    yield "marital_status", resident.marital_status_name if resident.marital_status != "0" else ""
    yield "residence_file_number", resident.residence_file_number
    yield "phone", resident.phone
    yield "email", resident.email
    yield "other_information", resident.other_information


def _homes(shown: Shown) -> Iterable[tuple[str, str]]:
    for kind in (ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY, ResidenceKind.PRESENT):
        row = shown.residences.get(kind)
        if row is None:
            continue
        yield f"{kind.value}_line", ", ".join(filter(None, [row.street, row.hamlet, row.unit.path]))
        if kind != ResidenceKind.PRESENT:
            yield f"{kind.value}_from", row.from_on.strftime(DAY) if row.from_on else ""
        if kind == ResidenceKind.TEMPORARY:
            yield "temporary_to", row.to_on.strftime(DAY) if row.to_on else ""


def _card(card: IdentityDocument) -> Iterable[tuple[str, str]]:
    yield "card_issued_on", card.issued_on.strftime(DAY) if card.issued_on else ""
    yield "card_issued_by", card.issued_by
    yield "card_expires_on", card.expires_on.strftime(DAY) if card.expires_on else ""


def _residences(people: dict[int, Resident]) -> Iterable[Residence]:
    """The addresses that hold, as residents.current; a temporary one elsewhere is that commune's."""
    lasting = Q(to_on=None) | Q(to_on__gte=timezone.localdate())
    held = Q(kind__in=[ResidenceKind.PERMANENT, ResidenceKind.PRESENT]) & lasting
    rows = Residence.objects.filter(held | Q(kind=ResidenceKind.TEMPORARY), resident__in=people, closed_at=None)
    for row in rows.select_related("unit__parent"):
        if row.kind != ResidenceKind.TEMPORARY or row.unit_id == people[row.resident_id].commune_id:
            yield row


def _heads(household_ids: Collection[int]) -> dict[int, Resident]:
    rows = Membership.objects.filter(household__in=household_ids, role__code=HEAD, to_on=None).select_related(
        "resident"
    )
    return {row.household_id: row.resident for row in rows.order_by("-pk")}


def _personal(ids: Collection[int]) -> dict[int, str]:
    rows = IdentityNumber.objects.filter(resident__in=ids, kind=NumberKind.PERSONAL, is_active=True)
    return dict(rows.values_list("resident_id", "number"))


def _grouped(rows: Iterable) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for row in rows:
        found[row.resident_id].append(row)
    return found
