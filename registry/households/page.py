"""What the page of a household shows. Four queries however many members, findings and changes there are."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Officer
from accounts.roles import Right
from registry.changes.kinds import offered_to
from registry.cleanup.checklist import Item
from registry.households.roll import is_head, roll_of
from registry.models import Change, ChangeState, Finding, FindingState, Household, Membership

CHANGES_SHOWN = 30
FINDINGS_SHOWN = 40


@dataclass
class Member:
    """One line of the table: the membership and what is open on the person."""

    row: Membership
    is_head: bool
    is_gone: bool
    items: list[Item] = field(default_factory=list)


def everything(home: Household, officer: Officer) -> dict[str, Any]:
    rows = list(home.memberships.select_related("resident", "role").order_by("role__position", "pk"))
    members = [Member(row, is_head(row), not row.resident.is_current) for row in rows if row.to_on is None]
    before = sorted((row for row in rows if row.to_on), key=lambda row: (row.to_on, row.pk), reverse=True)
    items = _open_items(members, officer)
    for member in members:
        member.items = items[member.row.resident_id]
    changes = list(_changes(home, [row.resident_id for row in rows], officer)[:CHANGES_SHOWN])
    may_write = officer.can(Right.RESIDENT_WRITE)
    return {
        "household": home,
        "members": members,
        "before": before,
        "any_items": any(member.items for member in members),
        "waiting": [one for one in changes if one.is_waiting],
        "done": [one for one in changes if not one.is_waiting],
        "actions": _actions(home) if may_write and home.closed_on is None else [],
        "headless": _headless(home, members, may_write=may_write),
    }


def _open_items(members: list[Member], officer: Officer) -> dict[int, list[Item]]:
    """What is open on each member, by resident id. One query."""
    open_ones: dict[int, list[Item]] = defaultdict(list)
    rows = Finding.objects.in_scope(officer).filter(
        resident__in=[one.row.resident_id for one in members],
        state__in=[FindingState.OPEN, FindingState.SET_ASIDE],
    )
    for finding in rows.order_by("rule")[:FINDINGS_SHOWN]:
        open_ones[finding.resident_id].append(Item(finding))
    return open_ones


def _changes(home: Household, people: list[int], officer: Officer) -> QuerySet[Change]:
    """What was begun for this household, what waits for one of its people, and what made or moved it."""
    of_people = Q(resident__in=people, state=ChangeState.WAITING)
    made_by = Q(touched__resident__in=people, lines__contains=[{"ref": str(home.public_id)}])
    rows = Change.objects.in_scope(officer).filter(Q(household=home) | of_people | made_by, commune=home.commune_id)
    return rows.select_related("created_by", "decided_by", "household", "resident").distinct()


def _actions(home: Household) -> list[dict[str, str]]:
    kinds = [kind for _, group in offered_to(home) for kind in group]
    return [
        {"title": kind.title, "url": reverse("registry:household_change_new", args=[home.public_id, kind.code])}
        for kind in kinds
    ]


def _headless(home: Household, members: list[Member], *, may_write: bool) -> dict[str, str] | None:
    """A household whose head died or left, or that has none, or two: what is wrong, and the way to mend it."""
    roll = roll_of(home)
    if home.closed_on or roll.head is not None or not roll.living:
        return None
    lost = roll.former_head
    if len(roll.heads) > 1:
        sentence = f"Hộ đang ghi {len(roll.heads)} chủ hộ: {', '.join(row.resident.full_name for row in roll.heads)}."
    elif lost is not None:
        gone = "đã rời hộ" if lost.resident.is_current else lost.resident.get_state_display().lower()
        sentence = f"Chủ hộ {lost.resident.full_name} {gone}; hộ chưa có chủ hộ mới."
    else:
        sentence = "Hộ chưa có chủ hộ."
    url = reverse("registry:household_change_new", args=[home.public_id, "doi-chu-ho"]) if may_write else ""
    return {"sentence": sentence, "url": url}
