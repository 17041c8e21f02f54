"""The case page: one finding, the person it is about, and everything else that is open on the person and the
household."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from registry.changes.kinds import title_of
from registry.cleanup.checklist import Item, open_items
from registry.models import Finding, FindingState, IdentityNumber, Membership, NumberKind

WAITING_STATES = (FindingState.OPEN, FindingState.SET_ASIDE)


def case_of(finding: Finding, *, officer: Officer) -> dict[str, Any]:
    """What the page shows. Three queries; `finding.resident` must be loaded."""
    resident = finding.resident
    number = IdentityNumber.objects.filter(resident=resident, kind=NumberKind.PERSONAL, is_active=True).first()
    home = Membership.objects.filter(resident=resident, to_on=None).select_related("household", "role").first()
    others = [item for item in open_items(resident, officer) if item.finding.pk != finding.pk]
    now = timezone.now()
    is_held = finding.claimed_by_id is not None and finding.claimed_until is not None and finding.claimed_until > now
    return {
        "finding": finding,
        "item": Item(finding),
        "resident": resident,
        "number": number.number if number else "",
        "home": home,
        "others": others,
        "is_waiting": finding.state in WAITING_STATES,
        "is_mine": is_held and finding.claimed_by_id == officer.pk,
        "held_by": finding.claimed_by if is_held and finding.claimed_by_id != officer.pk else None,
        "edit_url": _edit_url(finding),
        "work": _household_work(finding, home),
    }


HOUSEHOLD_WORK = {"L03": "doi-chu-ho", "E20": "doi-chu-ho", "S07": "doi-chu-ho", "D35": "doi-chu-ho"}


def _household_work(finding: Finding, home: Membership | None) -> dict[str, str] | None:
    """The workflow that mends this, where there is one: another head for a household that lost its own."""
    if home is None or finding.rule not in HOUSEHOLD_WORK:
        return None
    kind = HOUSEHOLD_WORK[finding.rule]
    url = reverse("registry:household_change_new", args=[home.household.public_id, kind])
    return {"title": title_of(kind), "url": url}


def _edit_url(finding: Finding) -> str:
    """The form of the record, which brings the officer back here."""
    back = reverse("registry:cleanup_case", args=[finding.public_id])
    return f"{reverse('registry:resident_edit', args=[finding.resident.public_id])}?ve={back}"
