"""What a procedure costs on a day: the dated rows of Fee and FeeExemption, and the text to print beside the amount.

Source of the first rows: TT 73/2024/TT-BTC, TT 64/2025/TT-BTC (facts 2.6); the administrator edits them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from cards.models import Application, Fee, FeeExemption

# Ages that two exemptions depend on: Luật Trẻ em Đ1 (under 16), Luật Người cao tuổi Đ2 (from 60).
EXEMPT_BELOW: Final = {"TRE_EM": 16}
EXEMPT_FROM: Final = {"NGUOI_CAO_TUOI": 60}


class FeeUnknown(ValueError):
    """No row says what this procedure costs on this day, or the exemption named does not hold then."""


@dataclass(frozen=True)
class Price:
    amount_vnd: int
    legal_text: str
    exemption: str = ""  # code of the exemption, where one was used


def price(kind: str, reason: str, channel: str, *, on: dt.date, exemption: str = "") -> Price:
    """The fee of one procedure on one day. At most two queries. Raises FeeUnknown.

    The narrower row wins (one that names the reason or the channel); of two equally narrow ones, the one that is
    cheaper for the citizen. An exemption lowers what would have to be paid, and leaves a free procedure as it is.
    """
    fee = _row(kind, reason, channel, on)
    if not exemption or fee.amount_vnd == 0:
        return Price(fee.amount_vnd, fee.legal_text)
    group = exemptions_on(on).filter(code=exemption).first()
    if group is None:
        raise FeeUnknown("Đối tượng miễn lệ phí này không áp dụng vào ngày thu nhận.")
    return Price(0, f"Miễn lệ phí: {group.name} ({group.legal_text})", group.code)


def _row(kind: str, reason: str, channel: str, on: dt.date) -> Fee:
    rows = _valid(Fee.objects.filter(kind=kind, reason__in=["", reason], channel__in=["", channel]), on)
    newest = {(row.reason, row.channel): row for row in rows.order_by("valid_from")}
    if not newest:
        raise FeeUnknown("Chưa có mức lệ phí cho thủ tục này. Báo quản trị bổ sung bảng lệ phí.")
    return max(newest.values(), key=lambda row: (bool(row.reason) + bool(row.channel), -row.amount_vnd))


def exemptions_on(on: dt.date) -> QuerySet[FeeExemption]:
    return _valid(FeeExemption.objects.all(), on)


def _valid(rows: QuerySet, on: dt.date) -> QuerySet:
    return rows.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


def exemption_for_age(age_years: int | None) -> str:
    """The exemption that age alone gives, "" for none."""
    if age_years is None:
        return ""
    if age_years < EXEMPT_BELOW["TRE_EM"]:
        return "TRE_EM"
    return "NGUOI_CAO_TUOI" if age_years >= EXEMPT_FROM["NGUOI_CAO_TUOI"] else ""


def age_contradicts(exemption: str, age_years: int | None) -> bool:
    """Whether an exemption for the young or the old is claimed by somebody who is neither."""
    if age_years is None:
        return False
    too_old = exemption in EXEMPT_BELOW and age_years >= EXEMPT_BELOW[exemption]
    too_young = exemption in EXEMPT_FROM and age_years < EXEMPT_FROM[exemption]
    return too_old or too_young


def last_used_on(row: Fee | FeeExemption) -> dt.date | None:
    """The last day on which a file was priced by this row; None when none was. One query.

    A file keeps the text it was priced by, not the row: it is known by that text, its procedure and its day.
    """
    files = Application.objects.filter(received_at__date__gte=row.valid_from)
    if row.valid_to:
        files = files.filter(received_at__date__lte=row.valid_to)
    if isinstance(row, FeeExemption):
        files = files.filter(exemption=row.code)
    else:
        files = files.filter(kind=row.kind, fee_text=row.legal_text)
        files = files.filter(**{name: value for name in ("reason", "channel") if (value := getattr(row, name))})
    last = files.aggregate(last=Max("received_at"))["last"]
    return timezone.localdate(last) if last else None
