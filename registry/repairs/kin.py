"""Fixes of family ties: guardians of people who came of age, and the missing half of parent and child."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone

from registry.cleanup.facts import birth_of
from registry.homes.rows import DAY
from registry.models import Finding, Relation, RelationKind, Resident, ResidentState, Sex
from registry.repairs.fix import Doing, Fix, Proposal, change, refused
from registry.residents import family
from registry.residents.kin_checks import PARENTS
from registry.values.periods import years_after

ADULT_YEARS = 18
CAME_OF_AGE = "Đủ 18 tuổi (Bộ luật Dân sự 2015 Điều 20)"


# --- guardians of adults (L21) ---------------------------------------------------------------------------------------


def propose_ending(findings: Sequence[Finding]) -> Mapping[int, Proposal]:
    """One query."""
    rows = _current({finding.resident_id for finding in findings}, [RelationKind.GUARDIAN])
    return {one.pk: _ending(one.resident, rows[one.resident_id]) for one in findings}


def _ending(person: Resident, rows: list[Relation]) -> Proposal:
    """It ends on the day the person came of age. One that was written later is for another reason than age."""
    born = birth_of(person)
    if not rows:
        return refused("Không còn ghi người đại diện.")
    if born is None:
        return refused("Chưa rõ ngày sinh, chưa biết ngày đủ 18 tuổi.")
    adult_on = years_after(born.latest(), ADULT_YEARS)
    if adult_on > timezone.localdate():
        return refused(f"Đến {adult_on:{DAY}} mới chắc chắn đủ 18 tuổi.")
    for row in rows:
        if row.from_on and row.from_on > adult_on:
            return refused(
                f"Ghi người đại diện từ {row.from_on:{DAY}}, sau ngày đủ 18 tuổi: có thể vì mất, hạn chế năng lực "
                "hành vi; xem riêng."
            )
    changes = [change("Người đại diện", row.name, f"kết thúc ngày {adult_on:{DAY}}") for row in rows]
    return Proposal(changes, also=_records_of(rows), todo=(rows, adult_on))


def end(proposal: Proposal, doing: Doing) -> None:
    rows, adult_on = proposal.todo
    for row in rows:
        family.end(row, by=doing.by, on=adult_on, reason=CAME_OF_AGE)


ENDING = Fix(
    "het-dai-dien", "Kết thúc người đại diện của người đủ 18 tuổi", ("L21",),
    "Kết thúc vào ngày đủ 18 tuổi, ở cả hai hồ sơ. Người có quyết định mất năng lực hành vi thì không chọn.",
    propose_ending, end, needs_basis=True,
)  # fmt: skip


# --- the other half of parent and child (D20) ------------------------------------------------------------------------


def propose_completing(findings: Sequence[Finding]) -> Mapping[int, Proposal]:
    """Two queries."""
    kinds = [*PARENTS, RelationKind.CHILD]
    rows = _current({finding.resident_id for finding in findings}, kinds)
    others = {row.person_id for lines in rows.values() for row in lines if row.person_id}
    theirs = _current(others, kinds)
    return {one.pk: _completing(one.resident, rows[one.resident_id], theirs) for one in findings}


def _completing(person: Resident, rows: list[Relation], theirs: Mapping[int, list[Relation]]) -> Proposal:
    missing = [row for row in rows if row.person_id and not _is_named(person, row, theirs[row.person_id])]
    if not missing:
        return refused("Hai hồ sơ đã ghi nhau.")
    changes = []
    for row in missing:
        assert row.person is not None
        if why := _hindrance(person, row, row.person, theirs[row.person.pk]):
            return refused(why)
        kind = family.other_kind(person, RelationKind(row.kind))
        standing = _unlinked(person, kind, theirs[row.person.pk])
        before = f"{standing.name}, chưa liên kết" if standing else ""
        changes.append(change(f"{kind.label} trên hồ sơ của {row.person.full_name}", before, person.full_name))
    return Proposal(changes, also=_records_of(missing), todo=missing)


def _is_named(person: Resident, row: Relation, theirs: list[Relation]) -> bool:
    back = PARENTS if row.kind == RelationKind.CHILD else (RelationKind.CHILD,)
    return any(one.person_id == person.pk and one.kind in back for one in theirs)


def _hindrance(person: Resident, row: Relation, other: Resident, theirs: list[Relation]) -> str:
    """What can be told beforehand of why the other half cannot be written; "" when nothing."""
    if other.state == ResidentState.MERGED:
        return f"Hồ sơ của {row.name} đã gộp vào hồ sơ khác."
    if other.commune_id != person.commune_id:
        return f"Hồ sơ của {row.name} do xã khác quản lý."
    if row.kind != RelationKind.CHILD:
        return ""
    if person.sex == Sex.UNKNOWN:
        return "Hồ sơ chưa ghi giới tính, chưa biết là cha hay mẹ."
    kind = family.other_kind(person, RelationKind.CHILD)
    same = [one for one in theirs if one.kind == kind and one.is_adoptive == row.is_adoptive]
    if same and _unlinked(person, kind, theirs) is None:
        return f"Hồ sơ của {other.full_name} đã ghi {kind.label.lower()} là {same[0].name}; kiểm tra hai hồ sơ."
    return ""


def _unlinked(person: Resident, kind: RelationKind, theirs: list[Relation]) -> Relation | None:
    """The line of the other record that names this person already, only without a link."""
    found = (one for one in theirs if one.kind == kind and one.person_id is None)
    return next((one for one in found if one.name_folded == person.name_folded), None)


def complete(proposal: Proposal, doing: Doing) -> None:
    for row in proposal.todo:
        family.link(
            doing.person, row.kind, by=doing.by, person=doing.people[row.person_id], name=row.name,
            is_adoptive=row.is_adoptive, from_on=row.from_on, source=row.source, line=row,
        )  # fmt: skip


COMPLETING = Fix(
    "hai-phia", "Bổ sung phía còn lại của cha mẹ – con", ("D20",),
    "Một hồ sơ ghi cha, mẹ hoặc con mà hồ sơ kia chưa ghi lại: ghi vào hồ sơ kia, cùng nguồn.",
    propose_completing, complete,
)  # fmt: skip


# --- reading ---------------------------------------------------------------------------------------------------------


def _current(ids: Iterable[int], kinds: Iterable[str]) -> dict[int, list[Relation]]:
    rows = Relation.objects.filter(resident__in=set(ids), kind__in=list(kinds), is_current=True)
    found: dict[int, list[Relation]] = defaultdict(list)
    for row in rows.select_related("resident", "person").order_by("pk"):
        found[row.resident_id].append(row)
    return found


def _records_of(rows: Iterable[Relation]) -> frozenset[int]:
    return frozenset(row.person_id for row in rows if row.person_id)
