"""Issue a receipt: freeze what it will say. Rendering follows in a worker (store.py)."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Officer
from cards.applications import numbering
from cards.applications.eligibility import may_have_old_card
from cards.applications.reasons import REASONS
from cards.models import Application, Delivery, Kind, Receipt
from cards.receipts import words
from registry.models import IdentityNumber, NumberKind, Residence, ResidenceKind, Resident

CONTENT_VERSION = 1


def issue(application: Application, *, by: Officer) -> Receipt:
    """Write the receipt's row, WAITING, with its content frozen and the next number of its series. Inside the caller's
    transaction; five queries."""
    year = timezone.localdate().year
    return Receipt.objects.create(
        application=application,
        commune=application.commune,
        year=year,
        content=freeze(application, by=by),
        serial=numbering.take(application.commune, year=year, series=numbering.RECEIPTS),
    )


def qr_text(application: Application) -> str:
    """What the code on the slip says: the file number and the commune, unique in the country and no personal data."""
    return f"HS:{application.file_number}@{application.commune.code}"


def freeze(application: Application, *, by: Officer) -> dict[str, Any]:
    """Everything the slip prints, as text. Later corrections of the record do not change a slip already given."""
    commune, received = application.commune, timezone.localdate(application.received_at)
    promised = application.promised_on
    assert promised is not None  # a file has its promise from the moment it is received
    reason = REASONS[application.reason]
    return {
        "version": CONTENT_VERSION,
        "agency_above": words.police_of(commune.parent) if commune.parent else "",
        "agency": words.police_of(commune),
        "agency_in_text": f"Công an {words.in_sentence(commune)}",
        "commune_code": commune.code,
        "file_number": application.file_number,
        "qr": qr_text(application),
        "person": _person(application.resident, received),
        "representative": application.representative_name,
        "procedure": f"{Kind(application.kind).label} thẻ căn cước",
        "reason": reason.title,
        "article": reason.article,
        "received": f"{timezone.localtime(application.received_at):%H:%M %d/%m/%Y}",
        "promised_weekday": words.weekday(promised),
        "promised_date": f"{promised:%d/%m/%Y}",
        "where": _where(application),
        "fee": words.dong(application.fee_vnd),
        "fee_words": f"{words.in_words(application.fee_vnd).capitalize()} đồng" if application.fee_vnd else "",
        "fee_text": application.fee_text,
        "old_card_taken": application.old_card_taken,
        "place_date": f"{words.place_name(commune)}, {words.long_date(received)}",
        "officer": str(by),
        "bring": _bring(application),
    }


def _person(resident: Resident, on: dt.date) -> dict[str, str]:
    number = IdentityNumber.objects.filter(resident=resident, kind=NumberKind.PERSONAL, is_active=True).first()
    return {
        "name": resident.full_name.upper(),
        "number": number.number if number else "",
        "birth": resident.birth_date.display() if resident.birth_date else "",
        "sex": resident.get_sex_display() if resident.sex else "",
        "address": address_of(resident, on),
    }


def address_of(resident: Resident, on: dt.date) -> str:
    """Where the person is registered: permanent, otherwise temporary, otherwise present. One query."""
    order = [ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY, ResidenceKind.PRESENT]
    holding = Residence.objects.filter(resident=resident, kind__in=order, closed_at=None)
    holding = holding.filter(Q(to_on=None) | Q(to_on__gte=on)).select_related("unit__parent")
    rows = sorted(holding, key=lambda row: order.index(ResidenceKind(row.kind)))
    if not rows:
        return ""
    parts = [rows[0].street, rows[0].hamlet, words.full_place(rows[0].unit)]
    return ", ".join(part for part in parts if part)


def _where(application: Application) -> str:
    if application.delivery == Delivery.POST:
        return f"Qua bưu chính, đến: {application.delivery_address}"
    return f"Trụ sở Công an {words.full_place(application.commune)}, trong giờ làm việc"


def _bring(application: Application) -> str:
    """What to bring along on the promised day."""
    if application.delivery == Delivery.POST:
        return "Giữ phiếu này để đối chiếu khi nhận thẻ từ bưu tá."
    brings = ["phiếu này", "Giấy hẹn CC02"]
    if may_have_old_card(REASONS[application.reason]) and not application.old_card_taken:
        brings.append("thẻ cũ (chưa thu)")
    who = "Người đại diện" if application.representative_name else "Công dân"
    return f"{who} mang theo {', '.join(brings[:-1])} và {brings[-1]}."
