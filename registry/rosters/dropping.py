"""Giving up a list of which nothing was written. Its file goes at once, its rows with the next forgetting."""

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from registry.models import Roster, RosterState
from registry.rosters import stages
from registry.rosters.refusal import RosterRefused

WRITTEN = "Danh sách này đã có dòng được ghi vào hồ sơ; không bỏ được, chỉ hoàn tác được."


@transaction.atomic
def drop(roster: Roster, *, by: Officer) -> None:
    """Raises RosterRefused once something was written, or while a worker is at it. Dropped already: nothing happens."""
    stages.refuse_while_weighed(roster)
    locked = Roster.objects.select_for_update(of=("self",)).select_related("commune").defer("content").get(pk=roster.pk)
    if locked.state == RosterState.DROPPED:
        return
    if locked.applied_at is not None or locked.rows.exclude(applied_at=None).exists():
        raise RosterRefused(WRITTEN)
    stages.move(locked, RosterState.DROPPED)
    locked.purge_on, locked.content = timezone.localdate(), None
    locked.save()
    record(by, Action.DECIDE, target=locked, sentence=f"Bỏ {locked.audit_label()}, chưa ghi gì vào hồ sơ")
