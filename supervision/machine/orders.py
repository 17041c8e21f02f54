"""Work orders in the database: how many wait, since when the oldest, what failed, and letting it run again."""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, F, Min, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.audit import record
from accounts.claims import FAILED
from accounts.models import Action, Officer
from registry.jobs import work
from registry.models import Job, JobState
from supervision.machine.kinds import NO_MOMENT, Kind, kinds, reason_of

AT_ONCE: Final = 500
SHOWN_OF_A_KIND: Final = 20
ONE_MINUTE: Final = 60


class RequeueRefused(Exception):
    """Nothing was set to run again; the message is the sentence the administrator reads."""


# --- How much stands -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    kind: Kind
    waiting: int
    oldest_at: dt.datetime | None
    failed: int

    @property
    def age_seconds(self) -> float | None:
        return max(0.0, (timezone.now() - self.oldest_at).total_seconds()) if self.oldest_at else None

    @property
    def is_slow(self) -> bool:
        return (self.age_seconds or 0) > self.kind.slow_minutes * ONE_MINUTE


def standing() -> list[Standing]:
    """Every kind, with zeros where nothing is. One query."""
    parts = [part for kind in kinds().values() for part in (_count(kind, "waiting"), _count(kind, "failed"))]
    found = {(code, what): (many, oldest) for code, what, many, oldest in _union(parts)}
    nothing = (0, None)
    return [
        Standing(kind, *found.get((kind.code, "waiting"), nothing), found.get((kind.code, "failed"), nothing)[0])
        for kind in kinds().values()
    ]


def _count(kind: Kind, what: str) -> QuerySet[Any]:
    rows = kind.waiting() if what == "waiting" else kind.failed()
    told = {"order_kind": _text(kind.code), "what": _text(what)}
    oldest = Min(kind.asked) if what == "waiting" and kind.asked is not None else NO_MOMENT
    counted = rows.order_by().annotate(**told).values("order_kind", "what").annotate(many=Count("pk"), oldest=oldest)
    return counted.values_list("order_kind", "what", "many", "oldest")


@dataclass(frozen=True)
class Failure:
    """One failed order: no name, no title, nothing of what it was about."""

    kind: Kind
    ref: uuid.UUID
    at: dt.datetime | None
    place: str
    reason: str
    may_again: bool


def failures() -> list[Failure]:
    """The newest failed orders of each kind that is listed one by one. One query."""
    listed = [kind for kind in kinds().values() if kind.is_listed]
    found = _union([_list(kind) for kind in listed])
    every = [
        Failure(kinds()[code], ref, at, place or "", reason_of(kinds()[code], error), state == FAILED)
        for code, ref, at, place, error, state in found
    ]
    return sorted(every, key=lambda one: one.at or timezone.now(), reverse=True)


def _list(kind: Kind) -> QuerySet[Any]:
    columns = {
        "order_kind": _text(kind.code),
        "order_ref": Cast(F(kind.ref), UUIDField()),
        "order_at": kind.failed_at,
        "order_place": Cast(F(kind.commune), TextField()),
        "order_error": Cast(kind.error, TextField()),
        "order_state": Cast(F("state"), TextField()),
    }
    rows = kind.failed().select_related(None).order_by("-pk").annotate(**columns)
    return rows.values_list(*columns)[:SHOWN_OF_A_KIND]


def _union(parts: list[QuerySet[Any]]) -> QuerySet[Any]:
    return parts[0].union(*parts[1:], all=True)


def _text(value: str) -> Cast:
    return Cast(Value(value), TextField())


# --- Once more -------------------------------------------------------------------------------------------------------


def again(code: str, *, by: Officer, ref: uuid.UUID | None = None) -> int:
    """Set a failed order waiting once more, or without `ref` the oldest AT_ONCE of its kind, each with a line in the
    trail; answers how many. Two who ask at once: one does, the other finds nothing failed. Raises RequeueRefused."""
    kind = kinds().get(code)
    if kind is None or not kind.sweep:
        raise RequeueRefused("Loại việc này không cho chạy lại từ đây.")
    failed = kind.failed().filter(state=FAILED, **({kind.ref: ref} if ref else {}))
    with transaction.atomic():
        ids = list(failed.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        done = sum(_again(kind, pk, failed, by) for pk in ids)
    if not done:
        raise RequeueRefused("Không còn việc lỗi nào để chạy lại: có thể đồng chí khác vừa cho chạy lại.")
    return done


def _again(kind: Kind, pk: int, failed: QuerySet[Any], by: Officer) -> bool:
    told = f"Cho chạy lại việc lỗi: {kind.title}"
    if kind.orders is not None:
        tell = partial(record, by, Action.ADMIN, sentence=told)
        return kind.orders.again(pk, by=by, among=failed, told=lambda row: tell(target=row))
    job = Job.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, state=JobState.FAILED).first()
    if job is None:
        return False
    work.go_on(job, by=by)
    return True
