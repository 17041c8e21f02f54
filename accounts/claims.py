"""Rows that are work orders: a worker claims one, does it, stores the outcome. Whatever dies in between, each is done
once or not at all.

A claim is a lease on the row. A worker that dies leaves the row waiting with a lease that runs out, and the sweep finds
it. A worker that comes back too late finds another lease on the row and throws its own work away; long work renews its
lease as it goes. The row has the columns `state` (waiting, ready, failed), `attempts`, `claimed_until` and `error`.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Officer

WAITING: Final = "waiting"
READY: Final = "ready"
FAILED: Final = "failed"
REST: Final = dt.timedelta(seconds=10)  # between a failed attempt and the next
GRACE: Final = dt.timedelta(seconds=5)  # the message sent with the order is given this long before the sweep looks
MOST_ATTEMPTS: Final = 5
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Claim(Generic[Row]):
    """The right to work on one row until `until`; also the proof that it is still ours."""

    row: Row
    until: dt.datetime


@dataclass
class Orders(Generic[Row]):
    """The work orders of one table. `rows()` reads them with what working and telling need, `asked` is the column of
    when one was asked for. `told(row)` writes the trail's line when an order is given up with the sentence `gave_up`.
    """

    rows: Callable[[], QuerySet[Row]]
    lease: dt.timedelta
    gave_up: str
    told: Callable[[Row], object]
    asked: str = "asked_at"

    def free(self) -> QuerySet[Row]:
        """Waiting, and held by nobody whose lease still runs."""
        return self.rows().filter(Q(claimed_until=None) | Q(claimed_until__lte=timezone.now()), state=WAITING)

    def due(self, limit: int) -> list[int]:
        """What the sweep must send out again, oldest first."""
        late = self.free().filter(**{f"{self.asked}__lt": timezone.now() - GRACE})
        return list(late.order_by("pk").values_list("pk", flat=True)[:limit])

    @transaction.atomic
    def take(self, pk: int) -> Claim[Row] | None:
        """Claim one row; None when it does not wait, or is held. After the fifth broken attempt it is FAILED."""
        row: Any = self.free().filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        if row.attempts >= MOST_ATTEMPTS:
            self._give_up(row)
            return None
        row.attempts += 1
        row.claimed_until = timezone.now() + self.lease
        row.save(update_fields=["attempts", "claimed_until"])
        return Claim(row, row.claimed_until)

    def renew(self, claim: Claim[Row], **progress: object) -> Claim[Row] | None:
        """A whole lease from now on, and how far the work is, in columns of the row. One query; None when another holds
        the row: the work is to be thrown away. The old claim holds nothing any more."""
        until = timezone.now() + self.lease
        ours = self.rows().filter(pk=claim.row.pk, state=WAITING, claimed_until=claim.until)
        return Claim(claim.row, until) if ours.update(claimed_until=until, **progress) else None

    def held(self, claim: Claim[Row]) -> Row | None:
        """The row, fresh and locked, if the claim is still ours; for storing in the caller's transaction."""
        rows = self.rows().filter(pk=claim.row.pk, state=WAITING, claimed_until=claim.until)
        return rows.select_for_update(of=("self",)).first()

    @transaction.atomic
    def give_back(self, claim: Claim[Row], *, because: str = "") -> None:
        """The work failed: let the row rest a little, or give it up: after the last attempt, or at once `because` of
        something that another attempt does not change."""
        row: Any = self.held(claim)
        if row is None:
            return
        if because or row.attempts >= MOST_ATTEMPTS:
            self._give_up(row, because)
            return
        row.claimed_until = timezone.now() + REST
        row.save(update_fields=["claimed_until"])

    @transaction.atomic
    def again(self, pk: int, *, by: Officer, told: Callable[[Row], object], among: QuerySet[Row] | None = None) -> bool:
        """Set a failed row waiting once more and tell it. False when it is not failed: nothing to do. `among` are the
        rows that are for `by`; without it those of the officer's communes."""
        rows: Any = self.rows()
        mine = rows.in_scope(by) if among is None else among
        row: Any = mine.filter(pk=pk, state=FAILED).select_for_update(of=("self",)).first()
        if row is None:
            return False
        row.state, row.attempts, row.error, row.claimed_until = WAITING, 0, "", None
        row.save(update_fields=["state", "attempts", "error", "claimed_until"])
        told(row)
        return True

    def _give_up(self, row: Any, because: str = "") -> None:
        row.state, row.claimed_until, row.error = FAILED, None, because or self.gave_up
        row.save(update_fields=["state", "claimed_until", "error"])
        self.told(row)
