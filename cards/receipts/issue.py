"""Issue a slip: freeze what it will say, number it, sign its code. Rendering follows in a worker (store.py).

A correction is a new slip with a new number that names the one it replaces; what was handed out is never rewritten.
"""

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from cards.applications import numbering
from cards.applications.eligibility import may_have_old_card
from cards.applications.reasons import REASONS
from cards.models import Application, Appointment, AppointmentState, Delivery, Kind, Purpose, Receipt
from cards.receipts import payload, signing, words
from registry.models import IdentityNumber, NumberKind, Residence, ResidenceKind, Resident

CONTENT_VERSION: Final = 2
LONGEST_REASON: Final = 300

Content = dict[str, Any]


class IssueRefused(Exception):
    """No slip was written or withdrawn; the message is the sentence the officer reads."""


def issue(application: Application, *, by: Officer) -> Receipt:
    """Write the slip's row, WAITING, with its content frozen and the next number of its series. Inside the caller's
    transaction; seven queries. The counter of the commune stays locked until it ends: call it last."""
    return _write(application, by=by)


@transaction.atomic
def reissue(application: Application, *, by: Officer, reason: str) -> Receipt:
    """A correction: withdraw the slip that stands and write a new one, with a new number, that names it.

    The file is locked first. Raises IssueRefused without a reason, without a slip that stands, or for a file that is
    closed, of another commune, or has no promise.
    """
    locked = _locked(application, by)
    standing = locked.receipt
    if standing is None:
        raise IssueRefused(f"Hồ sơ {locked.file_number} không có phiếu hẹn nào đang dùng.")
    if not locked.is_open:
        raise IssueRefused(f"Hồ sơ {locked.file_number} đã kết thúc, không lập phiếu mới.")
    _withdraw(standing, by=by, reason=_reason(reason))
    new = _write(locked, by=by, replaces=standing)
    sentence = f"Lập phiếu hẹn {new.number} thay cho phiếu {standing.number} của hồ sơ {locked.file_number}"
    record(by, Action.CHANGE, target=locked, sentence=sentence, reason=standing.withdrawn_reason)
    return new


@transaction.atomic
def withdraw(receipt: Receipt, *, by: Officer, reason: str) -> Receipt:
    """Take a slip back without a new one: whoever checks its code is told so. Raises IssueRefused without a reason,
    without the right, or when it is withdrawn already."""
    if not by.can(Right.CARDS_MANAGE):
        raise IssueRefused("Chỉ Trưởng công an xã được thu hồi phiếu hẹn.")
    locked = _locked(receipt.application, by)
    standing = locked.receipt
    if standing is None or standing.pk != receipt.pk:
        raise IssueRefused(f"Phiếu {receipt.number} không còn hiệu lực từ trước.")
    _withdraw(standing, by=by, reason=_reason(reason))
    sentence = f"Thu hồi phiếu hẹn {standing.number} của hồ sơ {locked.file_number}"
    record(by, Action.CHANGE, target=locked, sentence=sentence, reason=standing.withdrawn_reason)
    return standing


def end_with_file(application: Application, *, by: Officer, reason: str) -> None:
    """The file ended without a card: its slip promises nothing any more, and whoever checks its code is told so. The
    caller holds the file; the step of the file is the line of the trail."""
    if standing := application.receipt:
        _withdraw(standing, by=by, reason=reason[:LONGEST_REASON])


def _locked(application: Application, by: Officer) -> Application:
    rows = Application.objects.in_scope(by).select_for_update(of=("self",), no_key=True)
    found = rows.select_related("resident", "commune__parent").filter(pk=application.pk).first()
    if found is None:
        raise IssueRefused("Hồ sơ này không thuộc địa bàn của đồng chí.")
    return found


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise IssueRefused("Ghi lý do.")
    if len(reason) > LONGEST_REASON:
        raise IssueRefused(f"Lý do dài quá {LONGEST_REASON} ký tự; ghi ngắn lại.")
    return reason


def _withdraw(receipt: Receipt, *, by: Officer, reason: str) -> None:
    receipt.withdrawn_at, receipt.withdrawn_by, receipt.withdrawn_reason = timezone.now(), by, reason
    receipt.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _write(application: Application, *, by: Officer, replaces: Receipt | None = None) -> Receipt:
    year = timezone.localdate().year
    content = freeze(application, by=by) | {"replaces": replaces.number if replaces else ""}
    serial = numbering.take(application.commune, year=year, series=numbering.RECEIPTS)
    return Receipt.objects.create(
        application=application,
        commune=application.commune,
        year=year,
        serial=serial,
        replaces=replaces,
        key_id=signing.signing_key_id(),
        content=numbered(content, application, slip=(year, serial)),
    )


def numbered(content: Content, application: Application, *, slip: payload.Number) -> Content:
    """The frozen content with the slip's own number and its signed code."""
    promised = application.promised_on
    assert promised is not None
    code = payload.Code(
        key_id=signing.signing_key_id(),
        commune_code=application.commune.code,
        slip=slip,
        file=(application.year, application.serial),
        promised_on=promised,
        cost=content["digest_cost"],
        digest=bytes.fromhex(content["digest"]),
    )
    return content | {"slip_number": code.slip_number, "qr": payload.sealed(code)}


def freeze(application: Application, *, by: Officer) -> Content:
    """Everything the slip prints but its number and its code, as text. Later corrections of the record do not change a
    slip already given. Raises IssueRefused for a file without a promise."""
    commune, promised = application.commune, application.promised_on
    if application.received_at is None or promised is None:
        raise IssueRefused(f"Hồ sơ {application.file_number} chưa thu nhận xong, chưa có ngày hẹn.")
    received = timezone.localdate(application.received_at)
    reason = REASONS[application.reason]
    person = _person(application.resident, received)
    cost = settings.SLIP_DIGEST_COST
    salt = payload.salt(commune.code, (application.year, application.serial))
    return {
        "version": CONTENT_VERSION,
        "agency_above": words.police_of(commune.parent) if commune.parent else "",
        "agency": words.police_of(commune),
        "agency_in_text": f"Công an {words.in_sentence(commune)}",
        "commune_code": commune.code,
        "file_number": application.file_number,
        "digest": payload.digest(person["name"], person["number"], salt=salt, cost=cost).hex(),
        "digest_cost": cost,
        "person": person,
        "representative": application.representative_name,
        "procedure": f"{Kind(application.kind).label} thẻ căn cước",
        "reason": reason.title,
        "article": reason.article,
        "received": f"{timezone.localtime(application.received_at):%H:%M %d/%m/%Y}",
        "promised_weekday": words.weekday(promised),
        "promised_date": f"{promised:%d/%m/%Y}",
        "promised_hours": _hours(application),
        "where": _where(application),
        "fee": words.dong(application.fee_vnd),
        "fee_words": f"{words.in_words(application.fee_vnd).capitalize()} đồng" if application.fee_vnd else "",
        "fee_text": application.fee_text,
        "old_card_taken": application.old_card_taken,
        "place_date": f"{words.place_name(commune)}, {words.long_date(timezone.localdate())}",
        "officer": str(by),
        "bring": _bring(application),
    }


def _hours(application: Application) -> str:
    """ "08:00 đến 09:00", where an hour of the promised day was booked for handing over. One query."""
    booked = Appointment.objects.filter(
        application=application, purpose=Purpose.HANDOVER, state=AppointmentState.BOOKED
    ).first()
    if booked is None or timezone.localdate(booked.starts_at) != application.promised_on:
        return ""
    return f"{timezone.localtime(booked.starts_at):%H:%M} đến {timezone.localtime(booked.ends_at):%H:%M}"


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
