"""How family ties follow a merge: the folded record's own lines, and the lines of others that name it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from accounts.text import fold
from registry.duplicates.moving import Mover, Work
from registry.models import MoveKind, Relation, RelationKind, Resident
from registry.residents.kin_checks import ancestors

KIN = "Quan hệ nhân thân"
ONE_ONLY = (RelationKind.FATHER, RelationKind.MOTHER, RelationKind.SPOUSE)
COMPLETED = ("person_id", "personal_number", "cmnd", "nationality", "birth_year", "from_on")
ENDED_REASON = "Gộp hồ sơ: giữ theo hồ sơ kia"
OTHER_ENDS = {
    RelationKind.FATHER: {RelationKind.CHILD},
    RelationKind.MOTHER: {RelationKind.CHILD},
    RelationKind.CHILD: {RelationKind.FATHER, RelationKind.MOTHER},
    RelationKind.SPOUSE: {RelationKind.SPOUSE},
    RelationKind.GUARDIAN: {RelationKind.WARD},
    RelationKind.WARD: {RelationKind.GUARDIAN},
}


def follow_kin(work: Work) -> None:
    """A line that names the same relative completes the survivor's; of two fathers, mothers, spouses the chosen stands
    and the other's half at the relative ends; everything else goes along, and so do the lines of others."""
    mine = _lines(work.survivor)
    set_aside: list[Relation] = []
    for row in _lines(work.folded):
        if row.person_id == work.survivor.pk:
            work.ledger.keep(title=KIN, words=_line(row), why="quan hệ cũ giữa chính hai hồ sơ")
        elif not row.is_current:
            _move(row, work)
        elif twin := next((one for one in mine if names_the_same(one, row)), None):
            _complete(twin, row, work)
        elif rivals := _rivals(mine, row):
            if work.takes_folded(row.kind):
                for one in rivals:
                    _end(one, work, column="is_current")
                    set_aside.append(one)
                _move(row, work)
            else:
                work.ledger.keep(title=KIN, words=_line(row), why="đã chọn theo hồ sơ giữ lại")
                set_aside.append(row)
        else:
            _move(row, work)
    _others_follow(work, set_aside)


def _others_follow(work: Work, set_aside: list[Relation]) -> None:
    """Lines at other people's records: to the survivor, unless the same is said there already."""
    rows = Relation.objects.filter(Q(person=work.folded) | Q(person=work.survivor))
    pointing = list(rows.exclude(resident__in=[work.survivor, work.folded]).select_related("resident").order_by("pk"))
    for row in pointing:
        if row.is_current and any(_halves(one, row) for one in set_aside):
            _end(row, work, column="is_current", whose=row.resident)
        elif row.person_id == work.folded.pk and _has_twin(row, pointing, work.survivor.pk):
            work.ledger.drop(row, title=KIN, words=f"{_at(row)}: đã có dòng như vậy", column="person")
        elif row.person_id == work.folded.pk:
            work.ledger.change(row, MoveKind.MOVED, title=KIN, words=_at(row), column="person",
                               person_id=work.survivor.pk)  # fmt: skip
        else:
            continue
        work.touched.add(row.resident_id)


def names_the_same(one: Relation, other: Relation) -> bool:
    """Whether two current lines of one person name the same relative: one record, or the same name where at least one
    of them is not linked."""
    if not one.is_current or one.kind != other.kind or one.is_adoptive != other.is_adoptive:
        return False
    if one.person_id and other.person_id:
        return one.person_id == other.person_id
    return fold(one.name) == fold(other.name)


def _rivals(mine: Iterable[Relation], row: Relation) -> list[Relation]:
    if row.kind not in ONE_ONLY:
        return []
    return [one for one in mine if one.is_current and (one.kind, one.is_adoptive) == (row.kind, row.is_adoptive)]


def _complete(twin: Relation, row: Relation, work: Work) -> None:
    lacking = {name: getattr(row, name) for name in COMPLETED if not getattr(twin, name) and getattr(row, name)}
    if lacking:
        work.ledger.change(twin, MoveKind.CHANGED, title=KIN, words=f"{_line(twin)}: thêm điều hồ sơ kia biết",
                           column="person", **lacking)  # fmt: skip
    work.ledger.keep(title=KIN, words=_line(row), why="hồ sơ giữ lại đã có quan hệ này")


def _move(row: Relation, work: Work) -> None:
    work.ledger.change(row, MoveKind.MOVED, title=KIN, words=_line(row), resident_id=work.survivor.pk)


def _end(row: Relation, work: Work, *, column: str, whose: Resident | None = None) -> None:
    words = _at(row) if whose else _line(row)
    values: dict[str, Any] = {"is_current": False, "ended_reason": ENDED_REASON}
    values["to_on"] = max(work.ledger.today, row.from_on) if row.from_on else work.ledger.today
    work.ledger.change(row, MoveKind.ENDED, title=KIN, words=f"{words}: kết thúc", column=column, **values)


def _halves(line: Relation, row: Relation) -> bool:
    """Whether `row`, at the relative, is the other half of `line`."""
    return (
        line.person_id == row.resident_id
        and line.resident_id == row.person_id
        and row.kind in OTHER_ENDS[RelationKind(line.kind)]
    )


def _has_twin(row: Relation, pointing: Iterable[Relation], survivor: int) -> bool:
    told = (row.resident_id, row.kind, row.is_current)
    return any((one.resident_id, one.kind, one.is_current) == told and one.person_id == survivor for one in pointing)


def _lines(person: Resident) -> list[Relation]:
    return list(person.relations.select_related("resident").order_by("pk"))


def _line(row: Relation) -> str:
    return f"{row.get_kind_display()}: {row.name}" + ("" if row.is_current else " (đã kết thúc)")


def _at(row: Relation) -> str:
    return f"{row.get_kind_display()} ghi ở hồ sơ {row.resident.full_name}"


# --- what cannot be --------------------------------------------------------------------------------------------------


def cannot_be_one(survivor: Resident, folded: Resident) -> list[str]:
    """Two who are each other's relatives, or ancestor and descendant, are two people."""
    between = Q(resident=survivor, person=folded) | Q(resident=folded, person=survivor)
    row = Relation.objects.filter(between, is_current=True).order_by("pk").first()
    if row is not None:
        return [f"Hai hồ sơ đang ghi là {row.get_kind_display().lower()} của nhau: sửa quan hệ này trước khi gộp."]
    if folded.pk in ancestors(survivor.pk) or survivor.pk in ancestors(folded.pk):
        return ["Một hồ sơ là ông bà, cha mẹ của hồ sơ kia theo quan hệ đã ghi: sửa quan hệ trước khi gộp."]
    return []


MOVER = Mover(
    KIN, ("registry.Relation.resident", "registry.Relation.person"), follow_kin, holds=cannot_be_one,
    rows=lambda pk: Relation.objects.filter(resident=pk), words=_line,
)  # fmt: skip
