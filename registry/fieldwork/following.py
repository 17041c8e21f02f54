"""What a visit left for the office, done."""

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from registry.models import FieldLine, FollowUp


@transaction.atomic
def done(line: FieldLine, *, by: Officer) -> bool:
    """False when it is not open: a second click, or a colleague was faster."""
    rows = FieldLine.objects.filter(pk=line.pk).to_do()
    if not rows.update(follow_up=FollowUp.DONE, done_at=timezone.now(), done_by=by):
        return False
    target = line.resident or line.household
    told = line.get_outcome_display().lower() or "ghi chú"
    record(by, Action.DECIDE, target=target, sentence=f"Làm xong việc sau phúc tra ({told}), phiếu {line.sheet.number}")
    return True
