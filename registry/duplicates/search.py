"""Finding suspected pairs: claim the residents that changed, compare, store pairs with their reasons, clear the mark.

The three reasons of reasons.py are the beginning; the engine of registry/matching slots in behind `_compare`.
"""

import datetime as dt
import logging
from collections.abc import Collection, Iterable
from itertools import combinations

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, AuditEvent
from registry.duplicates import reasons as why
from registry.duplicates.people import LARGEST_GROUP, holders_of, people_with
from registry.duplicates.reasons import Person, Reason
from registry.models import DuplicatePair, PairState, Resident
from registry.sweeping import work_around

BATCH = 200
_SEARCH_LOCK = 20261121  # one number for the whole database: who holds it, searches
log = logging.getLogger(__name__)

Found = dict[tuple[int, int], set[Reason]]


def search_due(limit: int = BATCH) -> int:
    """Compare up to `limit` residents whose mark is set, and clear the mark: one transaction. Answers how many.

    Rows that somebody is changing at this moment are left for the next run. The claimed rows stay locked to the end,
    so a change that comes meanwhile waits, sets the mark again after us, and is not lost. 20 queries, however many.

    While another search runs it answers 0 at once, to keep no worker waiting. Somebody on whom the search fails is
    passed by, said aloud and unmarked, so that the others go on (sweeping.py).
    """
    with transaction.atomic():
        if not _nobody_else_searches():
            return 0
        due = Resident.objects.filter(matching_due=True).order_by("pk")
        claimed = list(due.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:limit])
        failed = work_around(claimed, _compare, what="Tìm trùng")
        Resident.objects.filter(pk__in=failed).update(matching_due=False)
    return len(claimed)


def search_resident(resident_id: int) -> int:
    """Compare one resident at once. Answers how many pairs with this resident now wait for an officer."""
    with transaction.atomic():
        _one_at_a_time()
        rows = Resident.objects.filter(pk=resident_id).select_for_update(no_key=True)
        _compare(list(rows.values_list("pk", flat=True)))
        return DuplicatePair.objects.waiting().filter(Q(left=resident_id) | Q(right=resident_id)).count()


def _one_at_a_time() -> None:
    """Two searches side by side could store what one of them read before the other's record changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEARCH_LOCK])


def _nobody_else_searches() -> bool:
    """The same lock, but asked for without waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEARCH_LOCK])
        return bool(cursor.fetchone()[0])


def _compare(ids: Collection[int]) -> None:
    """Bring the pairs of these residents up to date, and clear their marks."""
    if not ids:
        return
    people = people_with(ids)
    keys = {key for person in people.values() for key in person.search_keys()}
    holders, parked = holders_of(keys)
    people |= people_with({pk for held_by in holders.values() for pk in held_by} - people.keys())
    found = _pairs_among(holders, people, around=set(ids))
    _store(found, people, around=ids, parked=parked)
    _say_parked(parked)
    Resident.objects.filter(pk__in=ids).update(matching_due=False)


def _pairs_among(holders: dict[Reason, set[int]], people: dict[int, Person], *, around: set[int]) -> Found:
    """(lower id, higher id) -> reasons, for pairs of which at least one side is in `around`."""
    candidates = {
        pair
        for held_by in holders.values()
        for pair in combinations(sorted(held_by & people.keys()), 2)
        if not around.isdisjoint(pair)
    }
    usable = set(holders)
    found = {pair: why.shared_reasons(people[pair[0]], people[pair[1]]) & usable for pair in candidates}
    return {pair: reasons for pair, reasons in found.items() if reasons}


def _store(found: Found, people: dict[int, Person], *, around: Collection[int], parked: set[Reason]) -> None:
    """Write what differs from what is stored, and nothing else: searching twice changes nothing."""
    touching = Q(left__in=around) | Q(right__in=around)
    stored = {
        (pair.left_id, pair.right_id): pair
        for pair in DuplicatePair.objects.filter(touching).order_by("pk").select_for_update()
    }
    changed = []
    for ids, pair in stored.items():
        # What a parked key said before it grew too large still holds.
        kept = {reason for reason in why.read_reasons(pair.reasons) if reason in parked}
        if _renew(pair, found.get(ids, set()) | kept, people):
            changed.append(pair)
    _give_back([pair for pair in changed if pair.state == PairState.DIFFERENT])
    fields = ["state", "reasons", "sentence", "strength", "found_at", "decided_at", "decided_by", "note"]
    DuplicatePair.objects.bulk_update(changed, fields, batch_size=500)
    new = [_new_pair(ids, found[ids], people) for ids in sorted(found.keys() - stored.keys())]
    DuplicatePair.objects.bulk_create(new, batch_size=500)


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


def _new_pair(ids: tuple[int, int], reasons: set[Reason], people: dict[int, Person]) -> DuplicatePair:
    pair = DuplicatePair(left_id=ids[0], right_id=ids[1])
    _explain(pair, reasons, people)
    return pair


def _renew(pair: DuplicatePair, reasons: set[Reason], people: dict[int, Person]) -> bool:
    """Set what the pair is now. Whether anything changed."""
    before = (pair.state, pair.reasons, pair.sentence, pair.strength)
    state = _state_for(pair, reasons)
    if state in (PairState.SAME, PairState.DIFFERENT):
        pair.state = state  # the evidence stays as it stood when the decision was made
    elif not reasons:
        pair.state = PairState.GONE
    else:
        if pair.state in (PairState.GONE, PairState.DIFFERENT):
            pair.found_at = timezone.now()
        pair.state = state
        _explain(pair, reasons, people)
    return before != (pair.state, pair.reasons, pair.sentence, pair.strength)


def _state_for(pair: DuplicatePair, reasons: set[Reason]) -> PairState:
    """ "Different" holds as long as no reason is new; a pair that only waits goes on waiting."""
    decided_on = why.read_reasons(pair.decided_on_reasons)
    if pair.state == PairState.SAME:
        return PairState.SAME
    if decided_on and reasons <= decided_on:
        return PairState.DIFFERENT
    return PairState.ASKED if pair.state == PairState.ASKED else PairState.SUSPECTED


def _explain(pair: DuplicatePair, reasons: set[Reason], people: dict[int, Person]) -> None:
    pair.reasons = why.write_reasons(reasons)
    if pair.left_id not in people or pair.right_id not in people:
        return  # only a parked key joins them: the sentence they have stays
    left, right = people[pair.left_id], people[pair.right_id]
    lines = why.evidence(left, right, reasons)
    pair.sentence = why.sentence(left, right, lines)
    pair.strength = why.strength(lines)


def _say_parked(parked: Iterable[Reason]) -> None:
    """Say aloud, once a day, which keys were not followed."""
    day_ago = timezone.now() - dt.timedelta(days=1)
    sentences = {_parked_sentence(key): key for key in parked}
    if not sentences:
        return
    said = AuditEvent.objects.filter(action=Action.SYSTEM, at__gte=day_ago, sentence__in=sentences)
    for sentence in sorted(sentences.keys() - set(said.values_list("sentence", flat=True))):
        code = sentences[sentence].code
        log.warning("a search key (%s) is shared by more than %d people: parked", code, LARGEST_GROUP)
        record(None, Action.SYSTEM, sentence=sentence, data={"parked": code})


def _parked_sentence(key: Reason) -> str:
    shown = key.key.replace("|", ", ") if key.code == why.NAME_BIRTH else f"••• {key.key[-4:]}"
    return f"Tìm trùng: gác lại {why.TITLES[key.code]} “{shown}” vì hơn {LARGEST_GROUP} hồ sơ cùng có"
