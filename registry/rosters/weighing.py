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


@transaction.atomic
def ask(roster: Roster, *, by: Officer) -> None:
    """Let a worker reckon. Asked once more it begins anew. Raises RosterRefused."""
    locked = Roster.objects.select_for_update(of=("self",)).select_related("commune").defer("content").get(pk=roster.pk)
    if locked.state == RosterState.WEIGHING:
        return
    if said := refused(locked, by=by):
        raise RosterRefused(said)
    _move(locked, RosterState.WEIGHING)
    locked.total_rows = 0
    locked.save()


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
    edited = dict(_edited_since(changed))
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


def _edited_since(rows: QuerySet[RosterRow]) -> Iterator[tuple[int, list[str]]]:
    """(row id, what somebody edited since) of changed people."""
    fresh = rows.order_by("number").only("pk", "written").iterator(chunk_size=ROWS_AT_ONCE)
    for some in parts.slices(fresh, ROWS_AT_ONCE):
        standing = _standing([step for row in some for step in row.written.get("steps", [])])
        for row in some:
            found = [(standing.get((step["table"], step["pk"])), step["after"])
                     for step in row.written.get("steps", [])]  # fmt: skip
            why = [said for one, after in found if one is not None for said in going_back.edited_since(one, after)]
            if why:
                yield row.pk, why


def _standing(written: Sequence[steps.Step]) -> dict[tuple[str, int], Any]:
    """(table, id) -> the row as it is now. A query for each table."""
    ids: dict[str, set[int]] = defaultdict(set)
    for step in written:
        ids[step["table"]].add(step["pk"])
    found: dict[tuple[str, int], Any] = {}
    for table, keys in ids.items():
        model: Any = apps.get_model(table)
        found |= {(table, row.pk): row for row in model._base_manager.filter(pk__in=keys)}
    return found
