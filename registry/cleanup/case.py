"""The case page: one finding, the person it is about, how it can be mended and decided, and everything else that is
open on the person and the household."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right
from registry.changes import kinds
from registry.cleanup import mending
from registry.cleanup.checklist import Item, open_items
from registry.cleanup.queue import is_chief
from registry.cleanup.queues import Queue
from registry.models import (
    CardScan,
    DuplicatePair,
    Finding,
    FindingState,
    IdentityNumber,
    Membership,
    NumberKind,
    RelationKind,
    Severity,
)
from registry.residents import part_sheet
from registry.residents.part_sheet import PARENTS, PartForm

WAITING_STATES = (FindingState.OPEN, FindingState.SET_ASIDE)
Work = dict[str, Any]


def case_of(finding: Finding, *, officer: Officer, queue: Queue) -> dict[str, Any]:
    """What the page shows, forms apart. Three queries; `finding.resident` must be loaded."""
    resident = finding.resident
    numbers = list(IdentityNumber.objects.filter(resident=resident, is_active=True).order_by("pk"))
    home = Membership.objects.filter(resident=resident, to_on=None).select_related("household", "role").first()
    others = [item for item in open_items(resident, officer) if item.finding.pk != finding.pk]
    is_held = finding.claimed_by_id is not None and _runs(finding)
    is_waiting = finding.state in WAITING_STATES
    is_mine = is_held and finding.claimed_by_id == officer.pk
    held_by = finding.claimed_by if is_held and not is_mine else None
    can_work = officer.can(Right.CLEANUP_WORK) and is_waiting and held_by is None
    return {
        "finding": finding,
        "item": Item(finding),
        "resident": resident,
        "numbers": numbers,
        "number": next((one.number for one in numbers if one.kind == NumberKind.PERSONAL), ""),
        "home": home,
        "own": [item for item in others if item.is_own],
        "household": [item for item in others if not item.is_own],
        "queue": queue,
        "is_waiting": is_waiting,
        "is_mine": is_mine,
        "held_by": held_by,
        "can_work": officer.can(Right.CLEANUP_WORK),
        "may_decide": can_work and not _is_given_to_another(finding, officer),
        "may_fix": can_work,
        "may_verify": finding.severity != Severity.BLOCK,
        "may_give_back": can_work and (is_mine or _is_given_by_or_to(finding, officer)),
        "is_chief": is_chief(officer),
        "works": works_of(finding, home, queue, officer) if can_work else [],
        "proposals": mending.proposals_of(finding) if can_work else [],
    }


def _runs(finding: Finding) -> bool:
    return finding.claimed_until is not None and finding.claimed_until > timezone.now()


def _is_given_to_another(finding: Finding, officer: Officer) -> bool:
    if is_chief(officer):
        return False
    to = finding.handed_to
    others = to is not None and to.pk != officer.pk and to.is_active and to.unit_id == finding.commune_id
    return finding.is_for_chief or others


def _is_given_by_or_to(finding: Finding, officer: Officer) -> bool:
    involved = officer.pk in (finding.handed_to_id, finding.handed_by_id) or is_chief(officer)
    return finding.handed_at is not None and involved


# --- mending -----------------------------------------------------------------------------------------------------


def fields_of(finding: Finding, numbers: list[IdentityNumber]) -> tuple[str, ...]:
    """The fields of the record that mend this case here. A number that stands is changed by a work of its own."""
    standing = {one.kind for one in numbers}
    recorded = {name for name, kind in part_sheet.NUMBERS.items() if kind in standing}
    fields = tuple(name for name in mending.mending_of(finding).fields if name not in recorded)
    return () if set(fields) <= {"never_had_cmnd"} else fields


def part_form(
    finding: Finding, numbers: list[IdentityNumber], *, officer: Officer, typed: dict[str, Any]
) -> PartForm | None:
    """The form to be filled in, or None where another desk mends this. One query where parents are asked about."""
    only = fields_of(finding, numbers)
    if not only or not finding.resident.is_current:
        return None
    relations = []
    if set(only) & PARENTS.keys():
        parents = Q(kind__in=[RelationKind.FATHER, RelationKind.MOTHER])
        relations = list(finding.resident.relations.filter(parents, is_current=True))
    return part_sheet.opened(finding.resident, by=officer, only=only, numbers=numbers, relations=relations, typed=typed)


def works_of(finding: Finding, home: Membership | None, queue: Queue, officer: Officer) -> list[Work]:
    """The works of other desks that mend this, the usual one first; each brings the officer back here."""
    back = f"{reverse('registry:cleanup_case', args=[finding.public_id])}?hang={queue.slug}"
    codes = list(mending.mending_of(finding).works)
    if mending.RECORD not in codes:
        codes.append(mending.RECORD)
    found = [_work(code, finding, home, officer) for code in codes]
    return [work | {"back": back} for work in found if work is not None]


def _work(code: str, finding: Finding, home: Membership | None, officer: Officer) -> Work | None:
    person = finding.resident
    match code:
        case mending.RECORD:
            return _link("Sửa cả hồ sơ", "registry:resident_edit", person.public_id)
        case mending.CONFIRM:
            return _link("Đã phúc tra, thông tin đúng", "registry:resident_confirm", person.public_id) | {"post": True}
        case mending.CARD:
            return _link("Thu nhận hồ sơ căn cước", "cards:application_new", person.public_id)
        case mending.HAMLETS:
            return _link("Danh sách thôn, tổ", "registry:hamlets")
        case mending.SCAN:
            scan = CardScan.objects.filter(resident=person).order_by("-at").first()
            return _link("Đối chiếu với thẻ", "registry:scan_compare", scan.public_id) if scan else None
        case mending.DUPLICATES:
            return _pair(finding, officer)
    if kinds.named(code, "household"):
        of = home.household if home else None
        return _link(kinds.title_of(code), "registry:household_change_new", of.public_id, code) if of else None
    return _link(kinds.title_of(code), "registry:resident_change_new", person.public_id, code)


def _pair(finding: Finding, officer: Officer) -> Work:
    sides = Q(left=finding.resident_id) | Q(right=finding.resident_id)
    pair = DuplicatePair.objects.in_scope(officer).waiting().filter(sides).order_by("-score", "pk").first()
    if pair is None:
        return _link("Nghi trùng", "registry:duplicates")
    return _link("So sánh hai hồ sơ", "registry:duplicate_pair", pair.public_id)


def _link(title: str, name: str, *args: Any) -> Work:
    return {"title": title, "url": reverse(name, args=args)}
