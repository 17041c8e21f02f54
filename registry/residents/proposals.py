"""Who of the register a name on a paper may be: same folded name, an age and a sex that fit, housemates first."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from accounts.models import Officer
from registry.cleanup.facts import birth_of
from registry.models import Membership, Relation, RelationKind, Resident, Sex

MOST = 5
READ = 200  # rows for all names together: a very common name is no proposal but a search
LEAST_PARENT_GAP, MOST_PARENT_GAP = 13, 75  # years, as rules D14 and D15 count them
LEAST_COUPLE_AGE = 16


def proposals(relations: Iterable[Relation], officer: Officer) -> dict[int, list[Resident]]:
    """Relation id -> who it may be, at most MOST each, in the officer's scope. One query for all.

    Only lines without a link are asked about; `resident` of each must be loaded.
    """
    lines = [row for row in relations if row.person_id is None and row.name_folded]
    if not lines:
        return {}
    rows = Resident.objects.on_the_books().in_scope(officer).select_related("commune")
    rows = rows.filter(name_folded__in={row.name_folded for row in lines})
    homes = Membership.objects.filter(resident__in={row.resident_id for row in lines}, to_on=None).values("household")
    shared = Membership.objects.filter(resident=OuterRef("pk"), to_on=None, household__in=homes)
    found = list(rows.annotate(is_mate=Exists(shared)).order_by("-is_mate", "sort_key", "pk")[:READ])
    return {
        line.pk: fitting
        for line in lines
        if (fitting := [one for one in found if one.name_folded == line.name_folded and _fits(one, line)][:MOST])
    }


def _fits(one: Resident, line: Relation) -> bool:
    if one.pk == line.resident_id:
        return False
    born = birth_of(one)
    if line.birth_year and born and born.year != line.birth_year:
        return False
    return _sex_fits(one, line) and _age_fits(born.year if born else None, line)


def _sex_fits(one: Resident, line: Relation) -> bool:
    wanted = {RelationKind.FATHER: Sex.MALE, RelationKind.MOTHER: Sex.FEMALE}.get(RelationKind(line.kind))
    if line.kind == RelationKind.SPOUSE and line.resident.sex != Sex.UNKNOWN:
        wanted = Sex.FEMALE if line.resident.sex == Sex.MALE else Sex.MALE
    return wanted is None or one.sex in (wanted, Sex.UNKNOWN)


def _age_fits(year: int | None, line: Relation) -> bool:
    ours = line.resident.birth_year
    if year is None or ours is None:
        return True
    match RelationKind(line.kind):
        case RelationKind.FATHER | RelationKind.MOTHER:
            return LEAST_PARENT_GAP <= ours - year <= MOST_PARENT_GAP
        case RelationKind.CHILD:
            return LEAST_PARENT_GAP <= year - ours <= MOST_PARENT_GAP
        case RelationKind.SPOUSE:
            return abs(year - ours) <= MOST_PARENT_GAP - LEAST_COUPLE_AGE
    return True
