"""Writing what the engine found: pairs that are new, changed or gone, decisions that hold or come back."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from registry.cleanup.scan import mark_household
from registry.duplicates import cases, deciding
from registry.matching import explain
from registry.matching.score import Score
from registry.models import DuplicatePair, PairState, Relation, RelationKind

WRITTEN = [
    "state", "kind", "score", "lines", "sentence", "model_version", "found_at", "decided_at", "decided_by", "note",
    "returned_for",
]  # fmt: skip
LONGEST_SENTENCE = 300


class Found(NamedTuple):
    """A pair as the engine scored it, lower id on the left."""

    left: int
    right: int
    score: Score
    model_version: str

    @property
    def ids(self) -> tuple[int, int]:
        return self.left, self.right


def store(found: Iterable[Found], *, around: Collection[int], kept: Collection[int] = ()) -> int:
    """Write what differs from what is stored, and nothing else: searching twice changes nothing. Answers how many rows
    were written.

    `around` are the residents that were searched: their stored pairs that were not found again are gone, except those
    of `kept`. In the caller's transaction; regroups the cases last.
    """
    by_ids = {one.ids: one for one in _without_linked_twins(list(found))}
    touching = Q(left__in=around) | Q(right__in=around)
    stored = {
        (pair.left_id, pair.right_id): pair
        for pair in DuplicatePair.objects.filter(touching).order_by("pk").select_for_update()
    }
    decided = [pair for pair in stored.values() if pair.state == PairState.DIFFERENT or pair.decided_on]
    prints = deciding.fingerprints({pk for pair in decided for pk in (pair.left_id, pair.right_id)}) if decided else {}
    kept = set(kept)
    changed = []
    for ids, pair in stored.items():
        if ids not in by_ids and kept & set(ids):
            continue  # only a parked key joins them
        if _renew(pair, by_ids.get(ids), prints):
            changed.append(pair)
    _give_back([pair for pair in changed if pair.state == PairState.DIFFERENT])
    DuplicatePair.objects.bulk_update(changed, WRITTEN, batch_size=500)
    new = [_new(by_ids[ids]) for ids in sorted(by_ids.keys() - stored.keys())]
    DuplicatePair.objects.bulk_create(new, batch_size=500)
    written = [*changed, *new]
    if written:  # rules S03 and S04 say what waits
        mark_household({pk for pair in written for pk in (pair.left_id, pair.right_id)})
    # Also of pairs that stayed: sex, number or commune may have changed what a case says of itself.
    cases.regroup({pk for pair in [*stored.values(), *new] for pk in (pair.left_id, pair.right_id)})
    return len(written)


_OTHER_CHILD = {
    "other_given_accents", "sounds_alike", "slip_in_given", "other_given", "surname_and_given", "surname", "none",
}  # fmt: skip
"""Levels of the name that two children of one mother stand on, and one child written twice rarely."""


def _without_linked_twins(found: list[Found]) -> list[Found]:
    """Whoever linked two people to one mother's or father's record knew both: with other given names they are two.

    What names and dates cannot tell, the links do. One query, when somebody was born on one day under another name.
    """
    doubtful = [one for one in found if _may_be_twins(one)]
    if not doubtful:
        return found
    rows = Relation.objects.filter(
        resident__in={pk for one in doubtful for pk in one.ids}, kind__in=[RelationKind.MOTHER, RelationKind.FATHER],
        is_current=True, is_adoptive=False, person__isnull=False,
    )  # fmt: skip
    parents: dict[int, set[int]] = defaultdict(set)
    for child, parent in rows.values_list("resident_id", "person_id"):
        parents[child].add(parent)
    twins = {one.ids for one in doubtful if parents[one.left] & parents[one.right]}
    return [one for one in found if one.ids not in twins]


def _may_be_twins(found: Found) -> bool:
    levels = {field: level for field, level, _ in found.score.lines}
    return (
        levels.get("birth") == "exact" and levels.get("name") in _OTHER_CHILD
        and levels.get("number") != "equal" and levels.get("cmnd") != "equal"
    )  # fmt: skip


def _new(found: Found) -> DuplicatePair:
    pair = DuplicatePair(left_id=found.left, right_id=found.right)
    _describe(pair, found)
    return pair


def _describe(pair: DuplicatePair, found: Found) -> None:
    pair.kind, pair.score = found.score.kind, found.score.bits
    pair.lines = [list(line) for line in found.score.lines]
    pair.sentence = explain.sentence(found.score)[:LONGEST_SENTENCE]
    pair.model_version = found.model_version


def _renew(pair: DuplicatePair, found: Found | None, prints: dict[int, deciding.Fingerprints]) -> bool:
    """Set what the pair is now. Whether anything changed."""
    before = [getattr(pair, name) for name in WRITTEN]
    if pair.state == PairState.SAME:
        return False  # the evidence stays as it stood when the decision was made; merging is what follows
    returned = _returned_for(pair, prints)
    if pair.decided_on and not returned:
        pair.state = PairState.DIFFERENT
    elif found is None:
        pair.state = PairState.GONE
    else:
        if pair.state in (PairState.GONE, PairState.DIFFERENT):
            pair.found_at = timezone.now()
            pair.state = PairState.SUSPECTED
        pair.returned_for = returned
        _describe(pair, found)
    return before != [getattr(pair, name) for name in WRITTEN]


def _returned_for(pair: DuplicatePair, prints: dict[int, deciding.Fingerprints]) -> str:
    """Which deciding field has changed since the decision; "" while it holds, and where there is none."""
    if not pair.decided_on:
        return ""
    left, right = prints.get(pair.left_id, {}), prints.get(pair.right_id, {})
    return deciding.returned_for(pair.decided_on, left, right)


def _give_back(pairs: list[DuplicatePair]) -> None:
    """A pair that falls back to "different" says again who decided so: somebody may have asked a colleague since.

    The decision stands in the pair's own history. One query, when there is such a pair.
    """
    if not pairs:
        return
    history = apps.get_model("registry", "DuplicatePairEvent").objects
    events = history.filter(pgh_obj__in=[pair.pk for pair in pairs], state=PairState.DIFFERENT)
    decided = {event.pgh_obj_id: event for event in events.exclude(decided_at=None).order_by("pgh_id")}
    for pair in pairs:
        if event := decided.get(pair.pk):
            pair.decided_at, pair.decided_by_id, pair.note = event.decided_at, event.decided_by_id, event.note
