"""Fixes of residences: temporary ones that have run out are struck out, addresses follow to the unit of today."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils import timezone

from accounts.models import Unit
from accounts.units.find import successors_of
from registry.addresses.moving import move_people, reaching_past_its_unit
from registry.homes.grounds import TEMPORARY_GROUNDS, reason
from registry.homes.rows import DAY, holding, strike_out
from registry.models import Finding, Residence, ResidenceKind, Resident
from registry.repairs.fix import Doing, Fix, Proposal, change, refused

EXPIRED = "het-han"
GROUNDS = {EXPIRED: "Hết thời hạn tạm trú, không gia hạn"} | {
    code: words for code, words in TEMPORARY_GROUNDS.items() if code in ("vang-6-thang", "het-thue", "da-ban", "pha-do")
}
"""Of Luật Cư trú Đ29 k1 those that can hold for many at once; the others are of one person and one paper."""


# --- temporary residences that have run out (L05) --------------------------------------------------------------------


def propose_closing(findings: Sequence[Finding]) -> Mapping[int, Proposal]:
    """One query."""
    today = timezone.localdate()
    rows = Residence.objects.filter(
        resident__in={finding.resident_id for finding in findings}, kind=ResidenceKind.TEMPORARY, closed_at=None
    )
    by_person: dict[int, list[Residence]] = defaultdict(list)
    for row in rows.select_related("unit").order_by("from_on", "pk"):
        by_person[row.resident_id].append(row)
    return {one.pk: _closing(one.resident, by_person[one.resident_id], today) for one in findings}


def _closing(person: Resident, rows: list[Residence], today: dt.date) -> Proposal:
    """Every term that is over: of a chain of renewals each earlier one would be found next."""
    if holding(rows, today):
        return refused("Đang có lần tạm trú còn hạn; xem riêng hồ sơ này.")
    over = [row for row in rows if row.to_on and row.to_on < today]
    if not over:
        return refused("Không còn lần tạm trú nào quá hạn mà chưa xóa.")
    elsewhere = [row for row in over if row.unit_id != person.commune_id and row.unit.is_current]
    if elsewhere:
        return refused(f"Tạm trú tại {elsewhere[0].unit.name}: do nơi đó xóa.")
    changes = [change("Tạm trú", _term(row), f"xóa, ngày cuối {row.to_on:{DAY}}") for row in over]
    return Proposal(changes, todo=over)


def _term(row: Residence) -> str:
    begun = f"từ {row.from_on:{DAY}} " if row.from_on else ""
    return f"{row.address}, {begun}đến hết {row.to_on:{DAY}}"


def close(proposal: Proposal, doing: Doing) -> None:
    """Each keeps the last day that was registered; a renewed term keeps saying so."""
    for row in proposal.todo:
        strike_out(row, last_day=row.to_on, reason=row.closed_reason or _why(doing.ground))
    Resident.objects.filter(pk=doing.person.pk).update(scan_due=True, matching_due=True)


def _why(ground: str) -> str:
    return GROUNDS[EXPIRED] if ground == EXPIRED else reason(TEMPORARY_GROUNDS, ground, "29")


CLOSING = Fix(
    "tam-tru-het-han", "Xóa tạm trú đã hết hạn", ("L05",),
    "Chỉ chọn người đã biết là không còn ở. Ai còn ở thì đăng ký tạm trú mới trên hồ sơ.",
    propose_closing, close, grounds=GROUNDS, needs_basis=True,
)  # fmt: skip


# --- addresses in units that are no more (L04) -----------------------------------------------------------------------


def propose_moving(findings: Sequence[Finding]) -> Mapping[int, Proposal]:
    """Two queries, and one for each step of history (2025, 2026 …)."""
    rows = Residence.objects.filter(
        resident__in={finding.resident_id for finding in findings}, unit__valid_to__lt=timezone.localdate()
    )
    by_person: dict[int, list[Residence]] = defaultdict(list)
    for row in rows.filter(reaching_past_its_unit()).select_related("unit__parent").order_by("kind", "from_on", "pk"):
        by_person[row.resident_id].append(row)
    ended = {row.unit_id: row.unit for rows in by_person.values() for row in rows}
    today = successors_of(ended.values())
    return {one.pk: _moving(one.resident, by_person[one.resident_id], today) for one in findings}


def _moving(person: Resident, rows: list[Residence], today: Mapping[int, list[Unit]]) -> Proposal:
    if not rows:
        return refused("Không còn địa chỉ nào theo đơn vị cũ.")
    if any(row.unit_id == person.commune_id for row in rows):
        return refused("Hồ sơ còn do đơn vị cũ quản lý: hệ thống chuyển cả đơn vị vào ban đêm.")
    for row in rows:
        if len(today[row.unit_id]) != 1:
            return refused(_unclear(row.unit, today[row.unit_id]))
    changes = [
        change(row.get_kind_display(), row.address, _address(row, today[row.unit_id][0])) for row in rows
    ]  # fmt: skip
    return Proposal(changes, todo={row.unit: today[row.unit_id][0] for row in rows})


def _unclear(unit: Unit, today: list[Unit]) -> str:
    if not today:
        return f"Chưa biết đơn vị nào thay {unit.name}; báo quản trị danh mục."
    names = ", ".join(one.name for one in today)
    return f"{unit.name} đã chia về {names}: chọn nơi cho cả thôn, tổ ở trang địa chỉ của đơn vị đã chia."


def _address(row: Residence, unit: Unit) -> str:
    return ", ".join(filter(None, [row.street, row.hamlet, unit.name]))


def move(proposal: Proposal, doing: Doing) -> None:
    for old, new in proposal.todo.items():
        why = f"{old.path} → {new.path}"
        move_people([doing.person.pk], old, new, by=doing.by, why=why, reason=doing.basis)


MOVING = Fix(
    "don-vi-moi", "Chuyển địa chỉ sang đơn vị kế tiếp", ("L04",),
    "Đơn vị cũ có đúng một đơn vị thay thế thì địa chỉ theo tên mới; địa chỉ cũ còn ở phần nguyên văn và lịch sử.",
    propose_moving, move, tells=True,
)  # fmt: skip
