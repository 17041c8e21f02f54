"""Who lives in a household today, who was its head, and what the register knows of their family ties."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from accounts.text import fold
from registry import codes
from registry.cleanup.facts import birth_of
from registry.models import DIED, HEAD, Household, Membership, Relation, RelationKind, Resident, Sex
from registry.values.kinship import FamilyTie, Person, Proposal, Tie, propose

ADULT_YEARS = 18
TIES = {RelationKind.FATHER: Tie.FATHER, RelationKind.MOTHER: Tie.MOTHER, RelationKind.SPOUSE: Tie.SPOUSE}
SEX_OF_TIE = {Tie.FATHER: Sex.MALE, Tie.MOTHER: Sex.FEMALE}


@dataclass(frozen=True)
class Roll:
    """`living` are the members one can ask; `gone` are dead or moved and still written as members.

    `former_head` is the last head who left or died, where the household has none today.
    """

    household: Household
    living: list[Membership]
    gone: list[Membership]
    heads: list[Membership]
    former_head: Membership | None

    @property
    def head(self) -> Membership | None:
        """The head, when there is exactly one."""
        return self.heads[0] if len(self.heads) == 1 else None

    def member(self, public_id: str) -> Membership | None:
        return next((row for row in self.living if str(row.resident.public_id) == public_id), None)


def roll_of(household: Household) -> Roll:
    """One query, kept on the object while it is looked at; work under lock reads a fresh object."""
    known = household.__dict__.get("_roll")
    if known is None:
        known = household.__dict__["_roll"] = _read(household)
    return known


def has_members(household: Household) -> bool:
    """Whether it is open and somebody lives in it: what most work on a household needs."""
    return household.closed_on is None and bool(roll_of(household).living)


def _read(household: Household) -> Roll:
    rows = Membership.objects.filter(Q(to_on=None) | Q(role__code=HEAD), household=household)
    everybody = list(rows.select_related("resident", "role").order_by("role__position", "pk"))
    present = [row for row in everybody if row.to_on is None]
    living = [row for row in present if row.resident.is_current]
    heads = [row for row in living if is_head(row)]
    gone = [row for row in present if row not in living]
    past = [row for row in everybody if is_head(row) and row not in heads]
    past.sort(key=lambda row: (row.to_on is None, row.to_on or timezone.localdate(), row.pk))
    return Roll(household, living, gone, heads, past[-1] if past and not heads else None)


def is_head(row: Membership) -> bool:
    return row.role is not None and row.role.code == HEAD


def is_minor(person: Resident) -> bool:
    """Surely under 18 today; somebody whose birth is not known is not."""
    born = birth_of(person)
    return born is not None and born.age_on(timezone.localdate()) < ADULT_YEARS


# --- family ties -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kin:
    """The people of one household (with its old head), guests from elsewhere, and their ties; proposes relations."""

    members: list[Person]
    relatives: list[Person]
    ties: list[FamilyTie]

    def towards(self, new_head: Membership) -> dict[Hashable, Proposal]:
        """What each of them is to this person, by the resident's id."""
        return propose(self.members, new_head=new_head.resident_id, ties=self.ties, relatives=self.relatives)


def kin_of(roll: Roll, guests: Iterable[Resident] = ()) -> Kin:
    """One query. `guests` come from elsewhere: their relation to this head is not recorded yet."""
    rows = [*roll.living, *(row for row in roll.gone if not is_head(row) or not roll.heads)]
    if roll.former_head is not None and roll.former_head not in rows:
        rows.append(roll.former_head)
    members = [_person(row.resident, row.role.code if row.role else None) for row in rows]
    known = {one.key for one in members}
    members += [_person(one, None) for one in guests if one.pk not in known]
    return _with_ties(members)


def _person(resident: Resident, role: str | None) -> Person:
    return Person(
        resident.pk, resident.full_name, str(resident.sex), birth_of(resident), role,
        is_divorced=resident.marital_status == codes.DIVORCED,
    )  # fmt: skip


def _with_ties(members: list[Person]) -> Kin:
    widowed = Q(kind=RelationKind.SPOUSE, ended_reason=DIED)  # a marriage that death ended goes on joining families
    found = Relation.objects.filter(Q(is_current=True) | widowed, resident__in=[one.key for one in members])
    relatives: dict[Hashable, Person] = {}
    ties: list[FamilyTie] = []
    sexes = {one.key: one.sex for one in members}
    for row in found.select_related("person").order_by("pk"):
        if row.person is not None:
            relatives.setdefault(row.person_id, _person(row.person, None))
        ties.extend(_tie(row, sexes[row.resident_id], members, relatives))
    inside = {one.key for one in members}
    return Kin(members, [one for one in relatives.values() if one.key not in inside], ties)


def _tie(row: Relation, sex: str, members: list[Person], relatives: dict[Hashable, Person]) -> Iterator[FamilyTie]:
    if row.kind == RelationKind.CHILD:
        kind = {str(Sex.MALE.value): Tie.FATHER, str(Sex.FEMALE.value): Tie.MOTHER}.get(sex)
        if kind and row.person_id:
            yield FamilyTie(row.person_id, kind, row.resident_id, is_adoptive=row.is_adoptive)
    elif row.kind in TIES:
        kind = TIES[RelationKind(row.kind)]
        if row.person_id:
            yield FamilyTie(row.resident_id, kind, row.person_id, is_adoptive=row.is_adoptive)
        elif row.name:
            other = _of_that_name(row, kind, members, relatives)
            yield FamilyTie(row.resident_id, kind, other, is_linked=False, is_adoptive=row.is_adoptive)


def _of_that_name(row: Relation, kind: Tie, members: list[Person], relatives: dict[Hashable, Person]) -> Hashable:
    """The only member of this name and sex; otherwise somebody elsewhere who is called so."""
    sex = SEX_OF_TIE.get(kind)
    wanted = str(sex.value) if sex else ""
    same = [one.key for one in members if fold(one.name) == row.name_folded and wanted in ("", one.sex)
            and one.key != row.resident_id]  # fmt: skip
    if len(same) == 1:
        return same[0]
    stranger = (kind, row.name_folded)
    relatives.setdefault(stranger, Person(stranger, row.name, wanted or "0"))
    return stranger
