"""Sweeping a batch of marked people: one record on which the work fails must not hold up all the others."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, AuditEvent
from registry.models import Resident
from registry.values.partial_date import DateRefused

log = logging.getLogger(__name__)


def work_around(ids: list[int], work: Callable[[list[int]], object], *, what: str) -> dict[int, Exception]:
    """Do `work` for these people inside the caller's transaction, and answer on whom it failed, with the error.

    When the batch fails it is halved until the culprits stand alone; everybody else's work is done. Each culprit is
    logged, and named in the trail once a day. The caller takes their marks off: a mark comes back when the record is
    corrected. An OperationalError or a lost connection is nobody's fault and is raised.
    """
    failed = dict(_culprits(ids, work)) if ids else {}
    for pk, failure in failed.items():
        log.error("%s failed on resident %d", what, pk, exc_info=failure)
    _say(failed, what)
    return failed


def told(failure: Exception) -> str:
    """The failure by its class alone: what the database says of a row holds its values. The log knows where it was."""
    return f"Lỗi của hệ thống ({type(failure).__name__}), báo quản trị"


def _culprits(ids: list[int], work: Callable[[list[int]], object]) -> Iterator[tuple[int, Exception]]:
    failure = _tried(ids, work)
    if failure is None:
        return
    if len(ids) == 1:
        yield ids[0], failure
        return
    middle = len(ids) // 2
    yield from _culprits(ids[:middle], work)
    yield from _culprits(ids[middle:], work)


def _tried(ids: list[int], work: Callable[[list[int]], object]) -> Exception | None:
    """Do it, all or nothing; answers what went wrong."""
    try:
        with transaction.atomic():
            work(ids)
    except (OperationalError, InterfaceError):
        raise
    except Exception as failure:
        return failure
    return None


def _say(failed: dict[int, Exception], what: str) -> None:
    """One line of the trail a person and day."""
    if not failed:
        return
    sentence = f"{what}: hệ thống không xử lý được hồ sơ này, tạm bỏ qua"
    people = {str(person.public_id): person for person in Resident.objects.filter(pk__in=failed)}
    day_ago = timezone.now() - dt.timedelta(days=1)
    today = AuditEvent.objects.filter(action=Action.SYSTEM, sentence=sentence, at__gte=day_ago)
    said = set(today.filter(target_ref__in=people).values_list("target_ref", flat=True))
    for person in (person for ref, person in people.items() if ref not in said):
        data = {"error": told(failed[person.pk])[:500]}
        record(None, Action.SYSTEM, target=_readable(person), sentence=sentence, data=data)


def _readable(person: Resident) -> Resident:
    """The person, in memory without a birth date when that is what nobody can read."""
    try:
        _ = person.birth_date
    except DateRefused:
        person.birth_date = None
    return person
