"""Fixing a case where it is shown: the record is written, asked again by all rules, and the answer is known at once.

Everything of one fix is one transaction: with the change stands what the rules say of it.
"""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from registry.cleanup.blocking import refuse_blocked
from registry.cleanup.facts import Facts, Text
from registry.cleanup.mending import proposals_of
from registry.cleanup.queue import QueueRefused, checked, described
from registry.cleanup.scan import scan
from registry.duplicates import index
from registry.models import Finding, FindingState, Resident
from registry.residents import part_sheet
from registry.residents.current import lock_with_housemates
from registry.residents.edit_sheet import Sheet
from registry.residents.spelling import respell

MOVED = "Hồ sơ vừa đổi nên gợi ý không còn đúng. Đây là nội dung mới; xem lại rồi chọn."


@dataclass(frozen=True)
class Fixed:
    """What a fix came to: the names of what changed, and the case as it stands afterwards."""

    changed: list[str]
    finding: Finding

    @property
    def is_closed(self) -> bool:
        return self.finding.state == FindingState.CLOSED


@transaction.atomic
def fix(finding: Finding, sheet: Sheet, *, by: Officer) -> Fixed:
    """Write the fields of the form into the record. Raises QueueRefused when a colleague has the person,
    RegisterRefused and RecordMoved; nothing is written then."""
    changed = part_sheet.write(finding.resident, sheet, by=by)
    checked(finding, by=by)
    return _asked_again(finding, changed)


@transaction.atomic
def accept(finding: Finding, *, seen: str, by: Officer) -> Fixed:
    """Write what the finding proposes; the values keep their source, which said the same in other letters.

    `seen` is the seal of the proposals that the officer looked at. Raises QueueRefused when the record holds something
    else by now, RegisterRefused when it cannot be written; nothing is written then.
    """
    person = lock_with_housemates(finding.resident, ())
    if not person.is_current:
        raise QueueRefused(f"Hồ sơ ở tình trạng “{person.get_state_display()}”, không sửa tại đây.")
    now = checked(finding, by=by)
    proposals = proposals_of(now)
    if not proposals or seal(now) != seen:
        raise QueueRefused(MOVED)
    texts = {text.label: text for text in _texts(person)}
    if any(one.label not in texts or texts[one.label].value != one.old for one in proposals):
        raise QueueRefused(MOVED)
    respell(person, [(texts[one.label], one.new) for one in proposals])
    refuse_blocked([person.pk])
    index.refresh([person.pk])
    names = [one.label.lower() for one in proposals]
    record(
        by,
        Action.CHANGE,
        target=person,
        sentence=f"Sửa {person.audit_label()}: {', '.join(names)}",
        reason=f"Chấp nhận gợi ý: {described(finding)}",
        data={one.label.lower(): [one.old, one.new] for one in proposals},
    )
    return _asked_again(finding, names)


def seal(finding: Finding) -> str:
    """What the officer saw when he accepts: the page carries it."""
    told = [[one.label, one.old, one.new] for one in proposals_of(finding)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _asked_again(finding: Finding, changed: list[str]) -> Fixed:
    scan([finding.resident_id])
    return Fixed(changed, Finding.objects.get(pk=finding.pk))


def _texts(person: Resident) -> list[Text]:
    relations = person.relations.order_by("pk")
    residences = person.residences.order_by("pk")
    return Facts(person, timezone.localdate(), relations=list(relations), residences=list(residences)).texts
