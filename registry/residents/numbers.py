"""Numbers of a person: written, corrected, cancelled, added. None is ever overwritten or given to another (facts 1.3).

The form of a record writes a first number only. What changes or ends one is a change of its own, with a basis and a
second officer (registry/numbers/); here is the writing. Nothing here writes the trail: the caller does.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import Officer, Unit
from accounts.scope import answers_for
from registry.cleanup.scan import mark_household
from registry.models import IdentityNumber, NumberKind, Relation, Resident
from registry.residents.masking import shown_number
from registry.residents.refusal import RegisterRefused
from registry.values import cmnd as cmnd_value

TWELVE_DIGITS = (NumberKind.PERSONAL, NumberKind.CMND12, NumberKind.CERTIFICATE)
FIELDS = {NumberKind.PERSONAL: "number", NumberKind.CMND9: "cmnd"}  # of the record's form
CHANGED_ELSEWHERE = {
    NumberKind.PERSONAL: "Số định danh đã ghi không sửa, không bỏ trên phiếu này: ghi sai thì làm việc “Sửa số định "
    "danh ghi sai”, hủy số thì làm việc “Hủy, xác lập lại số định danh” (cần căn cứ và cán bộ thứ hai).",
    NumberKind.CMND9: "Số CMND đã ghi không sửa, không bỏ trên phiếu này: làm việc “Hủy, sửa số CMND”; người từng có "
    "số CMND khác thì làm việc “Ghi thêm số”.",
}  # fmt: skip
CANCELLED = "Số này đã bị hủy theo quy định, không cấp lại cho ai (NĐ 70/2024 Đ11 k11). Kiểm tra lại số trên giấy tờ."


def set_number(resident: Resident, kind: NumberKind, number: str, **told: Any) -> None:
    """The number as the form of the record has it: a first one is written, a recorded one must be the same.

    One that was retired for this person may stand again; a cancelled one never. `told`: source and its day, as
    `write` takes them. Raises RegisterRefused.
    """
    standing = list(resident.numbers.filter(kind=kind, is_active=True).order_by("pk"))
    if any(row.number == number for row in standing) or not (standing or number):
        return
    if standing:
        raise RegisterRefused(FIELDS[kind], CHANGED_ELSEWHERE[kind])
    write(resident, kind, number, field=FIELDS[kind], **told)


def write(
    resident: Resident,
    kind: NumberKind,
    number: str,
    *,
    field: str = "number",
    is_active: bool = True,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    source: str = "CONG_DAN_KHAI",
    source_on: dt.date | None = None,
) -> IdentityNumber:
    """One number, new or standing again. Raises RegisterRefused beside `field` when it cannot be this person's."""
    if kind != NumberKind.CMND9:
        refuse_taken(resident, number, field=field)
    row = resident.numbers.filter(kind=kind, number=number).order_by("-is_active", "pk").first()
    row = row or IdentityNumber(resident=resident, kind=kind, number=number)
    row.is_active, row.valid_from, row.valid_to = is_active, valid_from or row.valid_from, valid_to
    row.source, row.source_on = source, source_on or timezone.localdate()
    row.save()
    return row


def cancel(resident: Resident, *, on: dt.date) -> IdentityNumber:
    """ "Hủy số định danh": the number in use becomes a cancelled one, for ever. Raises RegisterRefused.

    Everybody on whose record it stands as a relative's number is looked at again (rule S12).
    """
    row = personal(resident)
    row.kind, row.is_active, row.valid_to = NumberKind.CANCELLED, False, _end(row, on)
    row.save()
    _mark_who_name(row.number)
    return row


def retire(row: IdentityNumber, *, on: dt.date) -> None:
    """No longer this person's number (typed wrongly, another was given); it goes on finding the person."""
    row.is_active, row.valid_to = False, _end(row, on)
    row.save()
    _mark_who_name(row.number)


def personal(resident: Resident) -> IdentityNumber:
    """The personal number in use. Raises RegisterRefused."""
    row = resident.numbers.filter(kind=NumberKind.PERSONAL, is_active=True).first()
    if row is None:
        raise RegisterRefused(None, "Hồ sơ chưa có số định danh đang dùng: ghi số trên phiếu sửa hồ sơ.")
    return row


def refuse_taken(resident: Resident, number: str, *, field: str = "number") -> None:
    """Rule S01, said kindly before the database says it; and the numbers that nobody may bear again.

    Names the commune, never the person. Two queries.
    """
    if IdentityNumber.objects.filter(kind=NumberKind.CANCELLED, number=number).exists():
        raise RegisterRefused(field, CANCELLED)
    others = IdentityNumber.objects.filter(kind__in=TWELVE_DIGITS, number=number, is_active=True)
    other = others.exclude(resident=resident).select_related("resident__commune").first()
    if other:
        theirs, ours = other.resident.commune, resident.commune
        raise RegisterRefused(field, taken(theirs, ours), asked_outside=theirs != ours)


def taken(commune: Unit, ours: Unit) -> str:
    where = "của xã" if commune == ours else f"do Công an {commune.name} quản lý"
    return f"Số định danh này đã có ở một hồ sơ khác {where}. Kiểm tra lại số, hoặc tìm và mở hồ sơ đó."


def _end(row: IdentityNumber, on: dt.date) -> dt.date:
    if row.valid_from and on < row.valid_from:
        raise RegisterRefused("effective_on", f"Số này có từ ngày {row.valid_from:%d/%m/%Y}; xem lại ngày hiệu lực.")
    return on


def _mark_who_name(number: str) -> None:
    named = Relation.objects.filter(personal_number=number, is_current=True).values_list("resident", flat=True)
    if ids := list(named):
        mark_household(ids)


# --- a CMND of nine digits may repeat: said, not refused --------------------------------------------------------------


@dataclass(frozen=True)
class Elsewhere:
    """Who else bears a CMND number: people the officer answers for, and whether somebody outside does."""

    number: str
    people: list[Resident] = field(default_factory=list)
    is_outside: bool = False

    def __bool__(self) -> bool:
        return bool(self.people) or self.is_outside

    @property
    def issued_twice(self) -> bool:
        return cmnd_value.issued_twice(self.number)

    def sentences(self) -> list[str]:
        said = [f"Số CMND {self.number} còn ở hồ sơ {one.audit_label()} của xã." for one in self.people]
        if self.is_outside:
            said.append(f"Số CMND {self.number} còn ở một hồ sơ của xã khác.")
        if said and self.issued_twice:
            said.append("Dải số này từng được cấp ở cả Đồng Nai và Bà Rịa - Vũng Tàu: hai người có thể cùng mang.")
        return said


def cmnd_elsewhere(number: str, officer: Officer, *, but: int | None = None) -> Elsewhere:
    """Who but `but` bears this CMND today. One query. Outside the officer's scope nobody is named."""
    if not (len(number) == 9 and number.isdigit()):
        return Elsewhere(number)
    rows = IdentityNumber.objects.filter(kind=NumberKind.CMND9, number=number, is_active=True)
    rows = rows.exclude(resident=but).exclude(resident__state="merged").select_related("resident__commune__parent")
    holders = {row.resident_id: row.resident for row in rows.order_by("pk")[:20]}
    near = [one for one in holders.values() if answers_for(officer, one.commune)]
    return Elsewhere(number, near, is_outside=len(near) < len(holders))


# --- the table on the record ------------------------------------------------------------------------------------------


def table(rows: list[IdentityNumber], officer: Officer) -> list[dict[str, Any]]:
    """The numbers as the record shows them, those in use first (_numbers.html). No query."""
    order = list(NumberKind)
    ranked = sorted(rows, key=lambda row: (not row.is_active, order.index(NumberKind(row.kind)), -row.pk))
    return [
        {
            "number": shown_number(row.number, officer),
            "kind": row.get_kind_display(),
            "is_active": row.is_active,
            "state": _state(row),
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "source": row.source_name,
            "source_on": row.source_on,
        }
        for row in ranked
    ]


def _state(row: IdentityNumber) -> str:
    if row.is_active:
        return "Đang ghi"
    return "Đã hủy" if row.kind == NumberKind.CANCELLED else "Không dùng nữa"
