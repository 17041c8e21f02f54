"""Cases: records that hang together by pairs which wait. Kept here, whenever pairs come, go or are decided.

A case keeps its identity (its address, who works on it) while it grows. Two that grow together become the older one; of
one that falls apart the part with the strongest pair keeps it. A case closes itself with its last waiting pair, and is
opened again when a pair of it returns.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from registry.matching import cluster
from registry.models import (
    DuplicateCase,
    DuplicatePair,
    IdentityNumber,
    NumberKind,
    PairState,
    Resident,
    SecondLook,
    Sex,
)
from registry.values.personal_number import NumberRefused, decode

FOR_ONE_OFFICER = 5
"""A case of more records than this is for the chief."""
WAITING = (PairState.SUSPECTED, PairState.ASKED)
_LOCK = 20261122  # one number for the whole database: who holds it, groups


@dataclass(frozen=True)
class Person:
    commune: int
    sex: int
    born: tuple[int, int, int] | None
    """Only a full date (year, month, day)."""
    number: str


@dataclass
class Component:
    """Pairs that hang together, and the people in them."""

    pairs: list[DuplicatePair] = field(default_factory=list)
    people: set[int] = field(default_factory=set)

    @property
    def strength(self) -> tuple[int, int]:
        """Orders components: the strongest pair first, then the one known longest."""
        return (-max(pair.score for pair in self.pairs), min(pair.pk for pair in self.pairs))


def hold_still() -> None:
    """Two changes at once would each group by what the other has not yet written. Held until the transaction ends.

    Lock order: residents, pairs, this, cases.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def regroup(resident_ids: Collection[int]) -> None:
    """Bring the cases of everybody who hangs together with these residents up to date. Doing it twice changes nothing.

    In the transaction that changed their pairs, and last in it: everybody else who regroups waits. At most 12 queries.
    """
    if not resident_ids:
        return
    hold_still()
    pairs, touched = _reached(resident_ids)
    components = components_of(pairs)
    wanted = touched | {pair.case_id for pair in pairs if pair.case_id}
    cases = {case.pk: case for case in DuplicateCase.objects.filter(pk__in=wanted).order_by("pk").select_for_update()}
    given = _given(components, cases)
    _describe(given)
    _write(given, cases)


def components_of(pairs: Iterable[DuplicatePair]) -> list[Component]:
    """Connected components, the strongest first."""
    pairs = list(pairs)
    groups = cluster.components((pair.left_id, pair.right_id) for pair in pairs)
    of_person = {person: Component(people=set(group)) for group in groups for person in group[:1]}
    by_member = {person: of_person[group[0]] for group in groups for person in group}
    for pair in pairs:
        by_member[pair.left_id].pairs.append(pair)
    return sorted(of_person.values(), key=lambda component: component.strength)


def _reached(resident_ids: Collection[int]) -> tuple[list[DuplicatePair], set[int]]:
    """(every waiting pair that hangs together with these people, the cases that their pairs belonged to)."""
    statement = f"""
        WITH RECURSIVE touched (case_id) AS (
            SELECT case_id FROM {_PAIRS} WHERE left_id = ANY(%(ids)s) AND case_id IS NOT NULL
            UNION
            SELECT case_id FROM {_PAIRS} WHERE right_id = ANY(%(ids)s) AND case_id IS NOT NULL
        ), reached (id) AS (
            SELECT unnest(%(ids)s::bigint[])
            UNION
            SELECT unnest(ARRAY[pair.left_id, pair.right_id])
            FROM touched JOIN {_PAIRS} AS pair USING (case_id) WHERE pair.state = ANY(%(waiting)s)
        ), joined (id) AS (
            SELECT id FROM reached
            UNION
            SELECT neighbour.id FROM joined CROSS JOIN LATERAL (
                SELECT right_id AS id FROM {_PAIRS} WHERE left_id = joined.id AND state = ANY(%(waiting)s)
                UNION ALL
                SELECT left_id FROM {_PAIRS} WHERE right_id = joined.id AND state = ANY(%(waiting)s)
            ) AS neighbour
        )
        SELECT array(SELECT id FROM joined), array(SELECT case_id FROM touched)
    """  # noqa: S608 - only the table's name is put in, from the model
    values: dict[str, Any] = {"ids": list(resident_ids), "waiting": [state.value for state in WAITING]}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        people, touched = cursor.fetchone()
    return list(DuplicatePair.objects.filter(left__in=people, state__in=WAITING)), set(touched)


_PAIRS = DuplicatePair._meta.db_table


def _given(components: list[Component], cases: dict[int, DuplicateCase]) -> list[tuple[Component, DuplicateCase]]:
    """Which case each component is. Of those its pairs come from the older, an open one before a closed one."""
    free = dict(cases)
    given = []
    for component in components:
        candidates = [free[pk] for pk in {pair.case_id for pair in component.pairs} if pk in free]
        case = min(candidates, key=lambda one: (one.closed_at is not None, one.pk), default=None)
        if case is None:
            case = DuplicateCase()
        else:
            del free[case.pk]
        given.append((component, case))
    return given


def _describe(given: list[tuple[Component, DuplicateCase]]) -> None:
    """Set what each case says of its records. Four queries, however many."""
    people = _people({person for component, _ in given for person in component.people})
    place = {person: at for at, (component, _) in enumerate(given) for person in component.people}
    split = {place[left] for left, right in _told_apart(people) if place[left] == place[right]}
    contested = _contested([pair.pk for component, _ in given for pair in component.pairs])
    for at, (component, case) in enumerate(given):
        best = min(component.pairs, key=lambda pair: (-pair.score, pair.pk))
        records = [people[pk] for pk in component.people if pk in people]
        case.people = min(len(component.people), 32_767)
        case.score, case.kind = best.score, best.kind
        case.found_at = min(pair.found_at for pair in component.pairs)
        case.is_cross = len({record.commune for record in records}) > 1
        case.is_mixed = at in split or is_mixed(records)
        case.is_for_chief = case.people > FOR_ONE_OFFICER or any(pair.pk in contested for pair in component.pairs)
        case.closed_at = None


def _people(ids: Collection[int]) -> dict[int, Person]:
    number = IdentityNumber.objects.filter(resident=OuterRef("pk"), kind=NumberKind.PERSONAL, is_active=True)
    rows = Resident.objects.filter(pk__in=ids).annotate(held=Subquery(number.values("number")[:1]))
    fields = ("pk", "commune_id", "sex", "birth_year", "birth_month", "birth_day", "held")
    return {
        pk: Person(commune, sex, (year, month, day) if year and month and day else None, number or "")
        for pk, commune, sex, year, month, day, number in rows.values_list(*fields)
    }


def _told_apart(people: Collection[int]) -> list[tuple[int, int]]:
    """Pairs among these people that an officer decided to be two: they stay two until a deciding field changes."""
    rows = DuplicatePair.objects.filter(left__in=people, right__in=people, state=PairState.DIFFERENT)
    return list(rows.values_list("left_id", "right_id"))


def _contested(pairs: Collection[int]) -> set[int]:
    """Pairs on which two officers have disagreed: the chief decides."""
    return set(SecondLook.objects.contested().filter(pair__in=pairs).values_list("pair_id", flat=True))


def is_mixed(people: Iterable[Person]) -> bool:
    """Whether these records cannot all be one person: two sexes, two valid numbers in use, or birth dates that differ
    by more than a slip. Such a case is to be split, not merged."""
    people = list(people)
    sexes = {person.sex for person in people if person.sex != Sex.UNKNOWN}
    numbers = {person.number for person in people if _is_valid(person.number)}
    births = {person.born for person in people if person.born}
    if len(sexes) > 1 or len(numbers) > 1:
        return True
    return any(not is_a_slip(one, other) for one, other in combinations(births, 2))


def _is_valid(number: str) -> bool:
    try:
        return decode(number).place_known
    except NumberRefused:
        return False


def is_a_slip(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Whether two full dates differ by one digit, two neighbouring digits changed over, or day and month changed over.
    Equal dates do not differ."""
    if one[0] == other[0] and one[1:] == other[:0:-1]:
        return True
    left, right = (f"{day:02d}{month:02d}{year:04d}" for year, month, day in (one, other))
    at = [place for place in range(8) if left[place] != right[place]]
    if len(at) == 2 and at[1] == at[0] + 1:
        return left[at[0]] == right[at[1]] and left[at[1]] == right[at[0]]
    return len(at) <= 1


KEPT = ["people", "score", "kind", "is_cross", "is_mixed", "is_for_chief", "found_at", "closed_at"]


def _write(given: list[tuple[Component, DuplicateCase]], cases: dict[int, DuplicateCase]) -> None:
    """New cases, cases that changed, cases that have nothing left, and which pair is in which. Six queries."""
    DuplicateCase.objects.bulk_create([case for _, case in given if case.pk is None], batch_size=500)
    before = {row["pk"]: row for row in DuplicateCase.objects.filter(pk__in=cases).values("pk", *KEPT)}
    used = {case.pk for _, case in given}
    for pk, case in cases.items():
        if pk not in used and case.closed_at is None:
            case.closed_at = timezone.now()
    changed = [case for pk, case in cases.items() if any(before[pk][name] != getattr(case, name) for name in KEPT)]
    _release(case.pk for case in changed if case.closed_at)
    DuplicateCase.objects.bulk_update(changed, KEPT, batch_size=500)
    _put({pair.pk: case.pk for component, case in given for pair in component.pairs if pair.case_id != case.pk})


def _release(case_ids: Iterable[int]) -> None:
    DuplicateCase.objects.filter(pk__in=list(case_ids)).update(held_by=None, held_until=None)


def _put(case_of: dict[int, int]) -> None:
    """Say of each pair which case it is in. One query; CASE … WHEN of a whole commune would be read for seconds."""
    if not case_of:
        return
    statement = f"""
        UPDATE {_PAIRS} AS pair SET case_id = given.case_id
        FROM unnest(%(pairs)s::bigint[], %(cases)s::bigint[]) AS given (pair_id, case_id) WHERE pair.id = given.pair_id
    """  # noqa: S608 - only the table's name is put in, from the model
    with connection.cursor() as cursor:
        cursor.execute(statement, {"pairs": list(case_of), "cases": list(case_of.values())})
