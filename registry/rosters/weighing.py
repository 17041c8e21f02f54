"""What taking a list back would do, reckoned by a worker before the chief confirms: APPLIED -> WEIGHING -> APPLIED.

Everything that may hang on the people of a list is looked at, table by table: seconds for a hamlet, a minute for a
commune, and so never while somebody waits for a page. Nothing is written but what it says, in `told["preview"]`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Officer
from registry.models import Roster, RosterRow, RosterState
from registry.repairs import steps
from registry.rosters import going_back, parts, stages
from registry.rosters.going_back import own_rows
from registry.rosters.hanging import hindrances
from registry.rosters.refusal import RosterRefused
from registry.rosters.stages import PREVIEW
from registry.rosters.taking_back import refused, written
from registry.rosters.writing import NEW

SHOWN: Final = 50
ROWS_AT_ONCE: Final = 500
Found = dict[tuple[str, int], Any]
"""(table, id) -> the row as it is now."""
NOT_RECKONED: Final = ". Hệ thống không xem trước được việc hoàn tác; báo quản trị kèm tên tệp và giờ này."


@transaction.atomic
def ask(roster: Roster, *, by: Officer) -> None:
    """Let a worker reckon. Asked once more it begins anew, but not while it is reckoned. Raises RosterRefused."""
    if stages.is_weighed(roster):
        return
    locked = Roster.objects.select_for_update(of=("self",)).select_related("commune").defer("content").get(pk=roster.pk)
    if locked.state == RosterState.WEIGHING:
        return
    if said := refused(locked, by=by):
        raise RosterRefused(said)
    _move(locked, RosterState.WEIGHING)
    locked.said = locked.said.removesuffix(NOT_RECKONED)
    locked.total_rows = 0
    locked.save()


def is_broken(roster: Roster) -> bool:
    """Whether the last preview failed: the list may be taken back without one."""
    return roster.said.endswith(NOT_RECKONED)


def broke(roster: Roster) -> str:
    """What is said of a list whose preview failed: what was said of the writing stands."""
    return roster.said.removesuffix(NOT_RECKONED) + NOT_RECKONED


def next_piece(roster: Roster) -> bool:
    found = preview(roster)
    _move(roster, RosterState.APPLIED)
    roster.told[PREVIEW] = found | {"at": timezone.now().isoformat()}
    return True


def _move(roster: Roster, to: RosterState) -> None:
    """What was said of the writing stands."""
    said = roster.said
    stages.move(roster, to)
    roster.said = said


def preview(roster: Roster) -> dict[str, Any]:
    """What would go and what would stay, as things are now; nothing is written. Some sixty queries, and a handful for
    every five hundred people that were changed.

    {"go", "stay": new people; "back", "stay_changed": changed people; "merges": to be taken back first; "households":
    founded by the list; "kept": [{"row", "name", "why"}], the first SHOWN}.
    """
    new = written(roster).filter(written__kind=NEW)
    people = new.exclude(resident=None).values("resident")
    merged = going_back.merges_of(people.values_list("resident", flat=True))
    kept = hindrances(people, own_rows(new.only("written").iterator(chunk_size=2000)), roster=roster)
    stay = {pk: why for pk, why in kept.items() if pk not in merged}
    changed = written(roster).exclude(written__kind=NEW)
    edited = dict(_edited_since(roster, changed))
    named = [{"row": row.number, "name": row.name, "why": stay[row.resident_id or 0]}
             for row in new.filter(resident__in=list(stay)[:SHOWN]).order_by("number")]  # fmt: skip
    named += [{"row": row.number, "name": row.name, "why": edited[row.pk]}
              for row in changed.filter(pk__in=list(edited)[:SHOWN]).order_by("number")]  # fmt: skip
    total, total_changed = new.count(), changed.count()
    return {
        "go": total - len(stay), "stay": len(stay), "back": total_changed - len(edited), "stay_changed": len(edited),
        "merges": len(merged), "households": roster.households.filter(is_new=True, household__isnull=False).count(),
        "kept": named[:SHOWN],
    }  # fmt: skip


def _edited_since(roster: Roster, rows: QuerySet[RosterRow]) -> Iterator[tuple[int, list[str]]]:
    """(row id, what keeps values of it) of changed people: as going_back.changes_back() would find."""
    fresh = rows.order_by("number").select_related("resident").only("pk", "written", "resident__commune")
    for some in parts.slices(fresh.iterator(chunk_size=ROWS_AT_ONCE), ROWS_AT_ONCE):
        written = [step for row in some for step in row.written.get("steps", [])]
        standing, hanging = _standing(written), _hanging(written)
        for row in some:
            if row.resident is None:
                why = [going_back.GONE]
            elif row.resident.commune_id != roster.commune_id:
                why = [going_back.ELSEWHERE]
            else:
                why = [said for step in row.written.get("steps", []) for said in _kept(step, standing, hanging)]
            if why:
                yield row.pk, why


def _kept(step: steps.Step, standing: Found, hanging: dict[tuple[str, int], str]) -> list[str]:
    key = (step["table"], step["pk"])
    if key not in standing:
        return [steps.dropped(apps.get_model(step["table"]))]
    if key in hanging:
        return [hanging[key]]
    return going_back.edited_since(standing[key], step["after"])


def _hanging(written: Sequence[steps.Step]) -> dict[tuple[str, int], str]:
    """(table, id) -> what hangs on a row that the list made."""
    made: dict[str, set[int]] = defaultdict(set)
    for step in written:
        if step["before"] is None:
            made[step["table"]].add(step["pk"])
    return {
        (table, pk): said
        for table, ids in made.items()
        for pk, said in going_back.hanging_on(apps.get_model(table), ids).items()
    }


def _standing(written: Sequence[steps.Step]) -> Found:
    """(table, id) -> the row as it is now. A query for each table."""
    ids: dict[str, set[int]] = defaultdict(set)
    for step in written:
        ids[step["table"]].add(step["pk"])
    found: Found = {}
    for table, keys in ids.items():
        model: Any = apps.get_model(table)
        found |= {(table, row.pk): row for row in model._base_manager.filter(pk__in=keys)}
    return found
