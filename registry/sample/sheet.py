"""One invented person on paper: the record and the rows that hang on it, before anything is written to the database."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from random import Random

from registry.models import (
    HEAD,
    CardScan,
    Change,
    Household,
    IdentityDocument,
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
)


@dataclass(eq=False)
class Sheet:
    """`planted` names the rule whose flaw the person was given; one flaw a person, so that each can be shown alone."""

    resident: Resident
    born_on: dt.date
    numbers: list[IdentityNumber] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    residences: list[Residence] = field(default_factory=list)
    documents: list[IdentityDocument] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    scans: list[CardScan] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    home: "Home | None" = None
    role: str = ""
    planted: str = ""

    def age_on(self, day: dt.date) -> int:
        born = self.born_on
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def number(self, kind: str = NumberKind.PERSONAL) -> IdentityNumber | None:
        return next((row for row in self.numbers if row.kind == kind), None)

    def residence(self, kind: str = ResidenceKind.PERMANENT) -> Residence | None:
        """The one of this kind that holds; of ended ones the last."""
        rows = [row for row in self.residences if row.kind == kind]
        return next((row for row in rows if row.to_on is None), rows[-1] if rows else None)

    def related(self, *kinds: str) -> list[Relation]:
        return [row for row in self.relations if row.kind in kinds]

    @property
    def card(self) -> IdentityDocument | None:
        return next((row for row in self.documents if row.kind in ("CAN_CUOC", "CCCD_CHIP")), None)

    # --- adding rows -------------------------------------------------------------------------------------------------

    def add_number(self, number: str, kind: str = NumberKind.PERSONAL, *, is_active: bool = True) -> IdentityNumber:
        row = IdentityNumber(resident=self.resident, kind=kind, number=number, is_active=is_active)
        self.numbers.append(row)
        return row

    def add_relation(self, kind: str, name: str, *, to: "Sheet | None" = None, **more) -> Relation:
        if to is not None:
            number = to.number()
            more |= {"person": to.resident, "personal_number": number.number if number else ""}
        row = Relation(resident=self.resident, kind=kind, name=name, **more)
        self.relations.append(row)
        return row

    def add_residence(self, kind: str, **more) -> Residence:
        row = Residence(resident=self.resident, kind=kind, **more)
        self.residences.append(row)
        return row

    def marry(self, other: "Sheet") -> None:
        """Both are married, and each names the other."""
        for one, two in ((self, other), (other, self)):
            one.resident.marital_status = "2"
            one.add_relation(RelationKind.SPOUSE, two.resident.full_name, to=two)


@dataclass(eq=False)
class Home:
    """A household on paper."""

    household: Household
    members: list[Sheet] = field(default_factory=list)

    def eldest(self) -> Sheet:
        """The living member to whom a problem of the whole household is put."""
        return min(self.members, key=lambda sheet: sheet.born_on)

    def head(self) -> Sheet:
        return next(sheet for sheet in self.members if sheet.role == HEAD)


def invented_id(random: Random) -> uuid.UUID:
    """A public id that the seed decides, so that two runs with one seed make the same addresses."""
    return uuid.UUID(int=random.getrandbits(128), version=4)
