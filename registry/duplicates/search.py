"""Finding suspected pairs: claim the residents that changed, ask the engine, store what it says, clear the mark."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, AuditEvent
from registry.duplicates import index
from registry.duplicates.model_in_use import frequencies_of, in_use, settle
from registry.duplicates.storing import Found, store
from registry.matching.keys import CAP
from registry.matching.score import is_worth_a_look, score
from registry.models import DuplicatePair, MatchBusyKey, Resident
from registry.sweeping import work_around

BATCH = 200
_SEARCH_LOCK = 20261121  # one number for the whole database: who holds it, searches
log = logging.getLogger(__name__)


def search_due(limit: int = BATCH) -> int:
    """Compare up to `limit` residents whose mark is set, and clear the mark: one transaction. Answers how many.

    Rows that somebody is changing at this moment are left for the next run. The claimed rows stay locked to the end,
    so a change that comes meanwhile waits, sets the mark again after us, and is not lost. A bounded number of queries.

    While another search runs it answers 0 at once, to keep no worker waiting. Somebody on whom the search fails is
    passed by, said aloud and unmarked, so that the others go on (sweeping.py).
    """
    with transaction.atomic():
        if not _nobody_else_searches():
            return 0
        due = Resident.objects.filter(matching_due=True).order_by("pk")
        claimed = list(due.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:limit])
        failed = work_around(claimed, compare, what="Tìm trùng")
        Resident.objects.filter(pk__in=failed).update(matching_due=False)
    return len(claimed)


def search_resident(resident_id: int) -> int:
    """Compare one resident at once. Answers how many pairs with this resident now wait for an officer."""
    with transaction.atomic():
        one_at_a_time()
        rows = Resident.objects.filter(pk=resident_id).select_for_update(no_key=True)
        compare(list(rows.values_list("pk", flat=True)))
        return DuplicatePair.objects.waiting().filter(Q(left=resident_id) | Q(right=resident_id)).count()


def one_at_a_time() -> None:
    """Two searches side by side could store what one of them read before the other's record changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEARCH_LOCK])


def _nobody_else_searches() -> bool:
    """The same lock, but asked for without waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEARCH_LOCK])
        return bool(cursor.fetchone()[0])


def compare(ids: Collection[int]) -> None:
    """Bring profiles, pairs and cases of these residents up to date, and clear their marks."""
    if not ids:
        return
    settle()
    own = index.refresh(ids)
    keys = {pk: index.keys_of(one) for pk, one in own.items()}
    joined, busy = index.sharing(keys)
    store(_scored(joined, own), around=ids, kept=_with_a_parked_key(busy, own, keys))
    _park(busy, own)
    Resident.objects.filter(pk__in=ids).update(matching_due=False)


def _scored(joined: set[tuple[int, int]], own: dict[int, index.Record]) -> list[Found]:
    """What the engine says of each pair, as far as it is for an officer to look at."""
    records = own | index.read({pk for pair in joined for pk in pair} - own.keys())
    using = in_use()
    frequencies = frequencies_of(records.values(), size=using.residents)
    found = []
    for left, right in sorted(joined):
        if left in records and right in records:
            scored = score(records[left], records[right], using.model, frequencies)
            found.append(Found(left, right, scored, using.model.version))
    return [one for one in found if is_worth_a_look(one.score, using.review_at)]


def _with_a_parked_key(busy: dict[int, int], own: dict[int, index.Record], keys: dict[int, list[int]]) -> set[int]:
    """Residents one of whose keys is parked: what was found by it before still stands."""
    return {pk for pk in own if any(key in busy for key in keys[pk])}


def _park(busy: dict[int, int], own: dict[int, index.Record]) -> None:
    """Keep the keys that are too common, and say each kind aloud once a day. Of whom they are is not said."""
    if not busy:
        return
    kinds: dict[int, str] = {}
    for one in own.values():
        kinds |= index.kinds_of_keys(one)
    rows = [MatchBusyKey(key=key, kind=kinds.get(key, ""), holders=holders) for key, holders in sorted(busy.items())]
    MatchBusyKey.objects.bulk_create(rows, ignore_conflicts=True)
    say_parked(row.kind for row in rows)


def say_parked(kinds: Iterable[str]) -> None:
    day_ago = timezone.now() - dt.timedelta(days=1)
    sentences = {f"Tìm trùng: gác lại một khóa “{kind}” vì hơn {CAP} hồ sơ cùng có": kind for kind in set(kinds)}
    said = AuditEvent.objects.filter(action=Action.SYSTEM, at__gte=day_ago, sentence__in=sentences)
    for sentence in sorted(sentences.keys() - set(said.values_list("sentence", flat=True))):
        log.warning("a search key (%s) is shared by more than %d people: parked", sentences[sentence], CAP)
        record(None, Action.SYSTEM, sentence=sentence, data={"parked": sentences[sentence]})
