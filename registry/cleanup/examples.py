"""People to show rules by: one sound person whom no rule finds, and small builders for what is changed about her.

No row here is ever saved. All names and numbers are invented.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone

from accounts.models import Level, Unit
from accounts.thresholds import THRESHOLDS
from registry.cleanup.facts import Facts
from registry.codes import HEAD_RELATIONS
from registry.models import (
    HEAD,
    CardScan,
    Household,
    HouseholdRole,
    IdentityDocument,
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    ScanKind,
    Sex,
)
from registry.values.partial_date import parse

TODAY = dt.date(2026, 11, 20)
COMMUNE = Unit(pk=1, code="06001", name="Xã Mẫu Sơn", level=Level.COMMUNE, valid_from=dt.date(2025, 7, 1))
OLD_COMMUNE = Unit(
    pk=2, code="06002", name="Xã Mẫu Cũ", level=Level.COMMUNE, valid_from=dt.date(1990, 1, 1),
    valid_to=dt.date(2025, 6, 30),
)  # fmt: skip
_SOUND: dict[str, Any] = {
    "pk": 1,
    "commune": COMMUNE,
    "full_name": "Nguyễn Thị Hoa",
    "surname": "Nguyễn",
    "middle_name": "Thị",
    "given_name": "Hoa",
    "sex": Sex.FEMALE,
    "ethnic_group": "01",
    "religion": "00",
    "marital_status": "1",
    "birth_place": "Xã Mẫu Sơn, tỉnh Lạng Sơn",
    "birth_registration_place": "Xã Mẫu Sơn, tỉnh Lạng Sơn",
    "birth_registration_province": "020",
    "home_town": "Xã Mẫu Sơn, tỉnh Lạng Sơn",
    "home_town_unit": COMMUNE,
    "phone": "0912345678",
    "residence_file_number": "HS-0001",
    "never_had_cmnd": True,
}


OF_FACTS = ("cmnd_holders", "phone_use", "more", "thresholds", "scans")


def moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


def someone(*, born: str | None = "21/5/1990", **changes: Any) -> Resident:
    """The sound person with some columns changed. `born` is written as an officer types it; None leaves it empty."""
    fields = {"confirmed_at": moment(TODAY - dt.timedelta(days=30)), "created_at": moment(dt.date(2025, 7, 1))}
    resident = Resident(**(_SOUND | fields | changes))
    if born is not None:
        resident.birth_date = parse(born)
        resident.birth_latest_on = resident.birth_date.latest()
    return resident


def number(text: str = "020190000123", kind: str = NumberKind.PERSONAL, **changes: Any) -> IdentityNumber:
    return IdentityNumber(kind=kind, number=text, **changes)


def cmnd(text: str) -> IdentityNumber:
    return number(text, NumberKind.CMND9)


def relative(kind: str, name: str = "Nguyễn Văn Nam", person: Resident | None = None, **changes: Any) -> Relation:
    return Relation(kind=kind, name=name, person=person, **changes)


def father(name: str = "Nguyễn Văn Nam", **changes: Any) -> Relation:
    return relative(RelationKind.FATHER, name, **changes)


def mother(name: str = "Trần Thị Mai", **changes: Any) -> Relation:
    return relative(RelationKind.MOTHER, name, **changes)


def home(kind: str = ResidenceKind.PERMANENT, **changes: Any) -> Residence:
    fields: dict[str, Any] = {"unit": COMMUNE, "hamlet": "Thôn 2", "street": "", "from_on": dt.date(2025, 7, 1)}
    return Residence(kind=kind, **(fields | changes))


def homes(*more: Residence) -> list[Residence]:
    """The two residences everybody needs, and more."""
    return [home(), home(ResidenceKind.PRESENT), *more]


def card(**changes: Any) -> IdentityDocument:
    fields: dict[str, Any] = {
        "kind": "CAN_CUOC",
        "number": "020190000123",
        "issued_on": dt.date(2024, 9, 2),
        "issued_by": "Bộ Công an",
        "expires_on": dt.date(2030, 5, 21),
    }
    return IdentityDocument(**(fields | changes))


def scanned(kind: str = ScanKind.QR_2024, *, faults: list[str] | None = None, **changes: str) -> CardScan:
    """The sound person's card as it was scanned, with some fields read otherwise."""
    fields = {"number": "020190000123", "full_name": "Nguyễn Thị Hoa", "birth_date": "21/05/1990", "sex": "2"}
    return CardScan(kind=kind, fields=fields | changes, faults=faults or [], at=moment(TODAY))


HOUSEHOLD = Household(pk=1, commune=COMMUNE, code="00217", hamlet="Thôn 2")


def member(resident: Resident, role: str | None = HEAD, **changes: Any) -> Membership:
    fields: dict[str, Any] = {"household": HOUSEHOLD, "resident": resident}
    if role is not None:
        fields["role"] = _role(role)
    return Membership(**(fields | changes))


def _role(code: str) -> HouseholdRole:
    row = HEAD_RELATIONS[code]
    sex = int(row.sex) if row.sex else None
    return HouseholdRole(code=code, name=row.name, required_sex=sex, generation=row.generation)


def person(
    *,
    resident: Resident | None = None,
    numbers: list[IdentityNumber] | None = None,
    relations: list[Relation] | None = None,
    residences: list[Residence] | None = None,
    documents: list[IdentityDocument] | None = None,
    household: list[Membership] | None = None,
    role: str | None = HEAD,
    **more: Any,
) -> Facts:
    """The sound person's facts, with these parts in place of hers. `household` is the others who live with her.

    Anything else is a column of the resident (see someone()) or a field of Facts.
    """
    of_facts = {name: more.pop(name) for name in OF_FACTS if name in more}
    resident = resident or someone(**more)
    own = [] if role == "none" else [member(resident, role)]
    limits = {code: threshold.default for code, threshold in THRESHOLDS.items()}
    return Facts(
        resident,
        TODAY,
        thresholds=limits | of_facts.pop("thresholds", {}),
        over_a_working_day_ago=TODAY - dt.timedelta(days=2),
        numbers=[number()] if numbers is None else numbers,
        relations=[father(), mother()] if relations is None else relations,
        residences=homes() if residences is None else residences,
        documents=[card()] if documents is None else documents,
        memberships=own,
        housemates={HOUSEHOLD.pk: [*own, *(household or [])]},
        **of_facts,
    )


def child(**more: Any) -> Facts:
    """A sound child of six, living with her mother as head of household."""
    fields: dict[str, Any] = {
        "resident": someone(pk=2, born="3/2/2020", full_name="Nguyễn Thị Lan", given_name="Lan", phone=""),
        "numbers": [number("020320000456")],
        "documents": [],
        "role": "CON_DE",
        "household": [member(someone())],
    }
    return person(**(fields | more))


def the_dead(*, died_on: dt.date, **more: Any) -> Facts:
    return person(resident=someone(state="deceased", died_on=died_on), **more)


def in_two_homes() -> Facts:
    """The sound person, entered as a member of a second household as well."""
    facts = person()
    second = Household(pk=9, commune=COMMUNE, code="00300", hamlet="Thôn 5")
    return replace(facts, memberships=[*facts.memberships, member(facts.resident, household=second)])
