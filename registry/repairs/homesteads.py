"""Closing households that nobody lives in any more (E23)."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from registry.changes.refusal import ChangeRefused
from registry.cleanup import emptied
from registry.households.roll import roll_of
from registry.households.work import close_if_empty, fresh, take_leave_of_the_gone
from registry.models import Finding, Household, Resident
from registry.repairs.fix import Change, Doing, Fix, Proposal, change, refused


def propose(findings: Sequence[Finding]) -> Mapping[int, Proposal]:
    """Two queries, and one for each household."""
    found = emptied.load([finding.resident_id for finding in findings])
    wanted = {one.pk for homes in found.values() for one in homes}
    homes = Household.objects.filter(pk__in=wanted, closed_on=None).in_bulk()
    return {
        one.pk: _closing([homes[home.pk] for home in found.get(one.resident_id, ()) if home.pk in homes])
        for one in findings
    }


def _closing(homes: list[Household]) -> Proposal:
    if not homes:
        return refused("Không còn hộ nào trống: hộ đã đóng, hoặc lại có người.")
    changes: list[Change] = []
    for home in homes:
        gone = ", ".join(row.resident.full_name for row in roll_of(home).gone)
        before = f"đang mở, còn tên {gone}" if gone else "đang mở, không còn ai"
        changes.append(change(f"Hộ {home.code}", before, "đóng, số hộ không dùng lại"))
    return Proposal(changes, homes=frozenset(home.pk for home in homes), todo=[home.pk for home in homes])


def close(proposal: Proposal, doing: Doing) -> None:
    """As the work “Đóng hộ”: whoever is gone takes leave, then it is closed, from today."""
    on = timezone.localdate()
    for home in Household.objects.filter(pk__in=proposal.todo).order_by("pk"):
        roll = fresh(home)
        take_leave_of_the_gone(roll, on=on)
        if not close_if_empty(home, on=on):
            raise ChangeRefused(None, f"Hộ {home.code} lại có người.")
    Resident.objects.filter(pk=doing.person.pk).update(scan_due=True)


FIX = Fix(
    "ho-trong", "Đóng hộ không còn thành viên", ("E23",),
    "Hộ không còn ai đang sống trong hộ: đóng từ hôm nay, người đã chết, đã chuyển đi rời hộ.",
    propose, close, needs_basis=True,
)  # fmt: skip
