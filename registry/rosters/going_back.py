"""Taking back what a list wrote of people: those it made go, those it changed get their values back.

A value that somebody edited since stays, and is named. A merge that came after the list is taken back first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from django.apps import apps
from django.db import transaction

from accounts.audit import record, record_all
from accounts.models import Action, Officer
from registry.changes.kinds import Concerned
from registry.changes.run import lock as lock_people
from registry.cleanup.scan import mark_household
from registry.duplicates import cases, index, unmerge
from registry.duplicates.ledger import plain, read_back
from registry.duplicates.merge_refusals import MergeRefused
from registry.models import (
    DuplicateCase,
    DuplicatePair,
    Merge,
    Resident,
    ResidentState,
    Roster,
    RosterRow,
    RowState,
)
from registry.repairs import steps
from registry.rosters.hanging import hindrances, hooks_on
from registry.rosters.refusal import RosterRefused

GONE: Final = "Hồ sơ không còn trong sổ."
ELSEWHERE: Final = "Hồ sơ nay do xã khác quản lý."
TOGETHER: Final[tuple[tuple[str, ...], ...]] = (
    ("birth_year", "birth_month", "birth_day"),
    ("full_name", "surname", "middle_name", "given_name", "split_confirmed"),
    ("confirmed_at", "confirmed_by_id", "confirmed_how"),
    ("birth_registration_place", "birth_registration_unit_id"),
    ("home_town", "home_town_unit_id"),
)
"""Columns that say one thing: all of them go back, or none."""


class Stays(RosterRefused):
    """This row's part stays; `why` names what keeps it."""

    def __init__(self, why: Sequence[str]) -> None:
        super().__init__("; ".join(why))
        self.why = list(why)


# --- people whom the list made ---------------------------------------------------------------------------------------


def people_back(roster: Roster, rows: Sequence[RosterRow], *, by: Officer) -> None:
    """These people go, all whom nothing keeps; the rows say so, the caller saves them. None of them was merged."""
    ids = sorted(row.resident_id for row in rows if row.resident_id)
    list(Resident.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    kept = hindrances(ids, own_rows(rows), roster=roster)
    for row in rows:
        if row.resident_id is None:
            _done(row, [])  # somebody took the record away already
        else:
            _done(row, kept.get(row.resident_id, []))
    _remove(roster, [pk for pk in ids if pk not in kept], by=by)
    for row in rows:
        if row.state == RowState.TAKEN_BACK:
            row.resident = None


def own_rows(rows: Iterable[RosterRow]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row in rows:
        for table, ids in row.written.get("rows", {}).items():
            found.setdefault(table, set()).update(ids)
    return found


def _remove(roster: Roster, ids: Sequence[int], *, by: Officer) -> None:
    """As if they had never come: the rows go, those they lived with and those they were compared with are marked."""
    if not ids:
        return
    people = list(Resident.objects.filter(pk__in=ids).select_related("commune").order_by("pk"))
    told = f"Bỏ hồ sơ do danh sách nhập “{roster.file_name}” ghi, theo việc hoàn tác"
    record_all(by, Action.CHANGE, [(one, f"{told}: {one.audit_label()}") for one in people])
    pairs = DuplicatePair.objects.filter(left__in=ids) | DuplicatePair.objects.filter(right__in=ids)
    touched = list(pairs.values_list("left_id", "right_id", "case_id"))
    mark_household(ids)
    Resident.objects.filter(pk__in=ids).delete()
    _regroup({pk for left, right, _ in touched for pk in (left, right)} - set(ids), {row[2] for row in touched})


def _regroup(others: set[int], case_ids: set[int | None]) -> None:
    """Those they were compared with hang together anew; a case that has no pair left was only about them."""
    if others:
        Resident.objects.filter(pk__in=others).update(scan_due=True)
        cases.regroup(sorted(others))
    DuplicateCase.objects.filter(pk__in=[pk for pk in case_ids if pk], pairs=None).delete()


# --- people who were merged since ------------------------------------------------------------------------------------


def merges_of(ids: Iterable[int]) -> set[int]:
    """Who of these is part of a merge that stands."""
    rows = Merge.objects.done()
    known = list(ids)
    folded = rows.filter(folded__in=known).values_list("folded_id", flat=True)
    return {*folded, *rows.filter(survivor__in=known).values_list("survivor_id", flat=True)}


def merged_back(roster: Roster, row: RosterRow, *, by: Officer) -> None:
    """A new person who was merged since: the merges are taken back, the newest first, and the person goes; or all of
    it stays, and the row says why. The caller saves the row."""
    try:
        with transaction.atomic():
            undone = _unmerge_all(roster, row, by=by)
            Merge.objects.filter(pk__in=[merge.pk for merge in undone]).delete()  # its history stays
            people_back(roster, [row], by=by)
            if row.state == RowState.KEPT:
                raise Stays(row.kept)
            row.said = _told(undone)
    except Stays as stays:
        row.refresh_from_db(fields=["resident"])
        _done(row, stays.why)


def _unmerge_all(roster: Roster, row: RosterRow, *, by: Officer, folded_only: bool = False) -> list[Merge]:
    """Raises Stays where one of them cannot be taken back."""
    undone = []
    while (merge := _last_merge(row.resident_id, folded_only=folded_only)) is not None:
        other = merge.survivor if merge.folded_id == row.resident_id else merge.folded
        try:
            reason = f"Hoàn tác danh sách nhập: {roster.undone_reason}"
            undone.append(unmerge.unmerge(merge, by=by, reason=reason, pair=unmerge.WAITS))
        except MergeRefused as refused:
            raise Stays([f"Không hoàn tác được việc gộp với {other}: {refused}"]) from refused
    return undone


def _last_merge(resident_id: int | None, *, folded_only: bool) -> Merge | None:
    merges = Merge.objects.done().filter(folded=resident_id)
    if not folded_only:
        merges = merges | Merge.objects.done().filter(survivor=resident_id)
    return merges.select_related("survivor", "folded").order_by("-done_at", "-pk").first()


def _told(undone: Sequence[Merge]) -> str:
    said = [f"Đã hoàn tác việc gộp {merge.folded} vào {merge.survivor}." for merge in undone]
    return " ".join([*said, *(kept for merge in undone for kept in merge.kept_edits)])[:500]


# --- people whom the list changed ------------------------------------------------------------------------------------


def changes_back(roster: Roster, row: RosterRow, *, by: Officer) -> None:
    """The values that stood before, where they still are as the list left them. The caller saves the row."""
    try:
        with transaction.atomic():
            _done(row, _restored(roster, row, by=by))
    except Stays as stays:
        _done(row, stays.why)


def _restored(roster: Roster, row: RosterRow, *, by: Officer) -> list[str]:
    if row.resident_id is None:
        raise Stays([GONE])
    row.said = _told(_unmerge_all(roster, row, by=by, folded_only=True))
    written = row.written.get("steps", [])
    owners = steps.owners(written) | {row.resident_id}
    people, _ = lock_people(Concerned(frozenset(owners)))
    person = people[row.resident_id]
    if person.commune_id != roster.commune_id:
        raise Stays([ELSEWHERE])
    mark_household(owners)
    kept = [said for step in reversed(written) for said in put_back(step)]
    Resident.objects.filter(pk__in=owners).update(scan_due=True, matching_due=True)
    index.refresh(sorted(owners))
    if written:
        told = f"Hoàn tác danh sách nhập “{roster.file_name}”: trả lại {person.audit_label()} như trước"
        record(by, Action.CHANGE, target=person, reason=roster.undone_reason, sentence=told)
    return kept


def put_back(step: steps.Step) -> list[str]:
    """One row as it was; answers what stays, in sentences. The caller holds whom it hangs on."""
    model: Any = apps.get_model(step["table"])
    if model is Resident:
        return _person_back(step)
    if step["before"] is None and (said := _hangs_on(model, step["pk"])):
        return [said]
    return steps.take_back([step], together=False)


def _hangs_on(model: Any, pk: int) -> str:
    return hanging_on(model, [pk]).get(pk, "")


def hanging_on(model: Any, ids: Collection[int]) -> dict[int, str]:
    """Which of these rows something hangs on, and what, in a sentence. A query for each relation, and one."""
    found: dict[int, str] = {}
    for hook in hooks_on(model):
        rows = hook.model._base_manager.filter(**{f"{hook.column}__in": ids})
        for pk in rows.values_list(f"{hook.column}_id", flat=True).distinct():
            found.setdefault(pk, str(hook.model._meta.verbose_name))
    rows = model._base_manager.in_bulk(list(found))
    return {pk: f"{rows[pk]}: giữ lại vì có {what}" for pk, what in found.items() if pk in rows}


def _person_back(step: steps.Step) -> list[str]:
    """Column by column: what somebody wrote since stays."""
    person = Resident.objects.get(pk=step["pk"])
    if person.state == ResidentState.MERGED:
        return [f"{person}: hồ sơ đã gộp vào hồ sơ khác."]
    kept: list[str] = []
    values: dict[str, Any] = {}
    for names in _groups(step["after"]):
        part = {name: step["after"][name] for name in names}
        if all(plain(getattr(person, name)) == value for name, value in part.items()):
            values |= {name: step["before"][name] for name in names}
        else:
            kept += steps.differing(person, part)
    for name, value in read_back(person, values).items():
        setattr(person, name, value)
    if "sources" in step["after"]:
        person.sources = _sources_back(person.sources, step["before"]["sources"], step["after"]["sources"])
    person.save()
    return kept


def edited_since(row: Any, after: Mapping[str, Any]) -> list[str]:
    """What of this row is no longer as the list left it, in sentences."""
    return steps.differing(row, {name: value for name, value in after.items() if name != "sources"})


def _groups(after: dict[str, Any]) -> list[list[str]]:
    names = [name for name in after if name != "sources"]
    groups = [[name for name in group if name in names] for group in TOGETHER]
    grouped = {name for group in groups for name in group}
    return [group for group in groups if group] + [[name] for name in names if name not in grouped]


def _sources_back(now: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Source by source: where the list's stands, what stood before; what somebody wrote since stays."""
    told = dict(now)
    for name in before.keys() | after.keys():
        if told.get(name) == after.get(name):
            told.pop(name, None)
            if name in before:
                told[name] = before[name]
    return told


def _done(row: RosterRow, kept: Sequence[str]) -> None:
    row.state, row.kept = (RowState.KEPT if kept else RowState.TAKEN_BACK), list(dict.fromkeys(kept))
