"""Cards a person was given: the writer of IdentityDocument."""

import datetime as dt

from django.db import transaction

from accounts.audit import record
from accounts.models import Action, Officer
from registry.cleanup.facts import CARD_KINDS, CMND_KINDS
from registry.models import DocumentState, IdentityDocument, Resident
from registry.values.card_terms import MINISTRY, issuer_on

CARD = "CAN_CUOC"
ISSUER = MINISTRY  # on every card since 01/07/2024 (rule D24)


@transaction.atomic
def record_card(
    resident: Resident,
    *,
    number: str,
    issued_on: dt.date,
    expires_on: dt.date | None,
    no_expiry: bool,
    by: Officer,
) -> IdentityDocument:
    """Write the card that was just handed over; every other card or CMND in use becomes "Đã đổi".

    The same card (number and day of issue) written twice is one row, with the dates of the later writing. The person
    is looked at again by the clean-up (E24, L13, L14). Locks the person; about six queries.
    """
    person = Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
    known = person.documents.filter(kind=CARD, number=number, issued_on=issued_on).order_by("pk").first()
    card = known or IdentityDocument(resident=person, kind=CARD, number=number, issued_on=issued_on)
    card.issued_by, card.state = ISSUER, DocumentState.IN_USE
    card.expires_on, card.no_expiry = expires_on, no_expiry
    card.save()
    others = person.documents.filter(kind__in=(*CARD_KINDS, *CMND_KINDS), state=DocumentState.IN_USE)
    others.exclude(pk=card.pk).update(state=DocumentState.REPLACED)
    Resident.objects.filter(pk=person.pk, scan_due=False).update(scan_due=True)
    sentence = f"Ghi thẻ căn cước cấp ngày {issued_on:%d/%m/%Y} của {person.audit_label()}"
    record(by, Action.CHANGE, target=person, sentence=sentence)
    return card


@transaction.atomic
def record_scanned_card(
    resident: Resident, *, kind: str, number: str, issued_on: dt.date, source: str, on: dt.date, by: Officer
) -> IdentityDocument | None:
    """Write a card that was scanned, unless a card of that day is on the record: then None.

    It takes the place of the cards issued before it; a card older than one in use is itself "Đã đổi". The QR names no
    expiry (rule E25 asks for it) and no issuer, which follows from the day (rule D24). Locks the person.
    """
    person = Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
    cards = person.documents.filter(kind__in=(*CARD_KINDS, *CMND_KINDS))
    if cards.filter(kind__in=CARD_KINDS, issued_on=issued_on).exists():
        return None
    is_newest = not cards.filter(state=DocumentState.IN_USE, issued_on__gt=issued_on).exists()
    if is_newest:
        cards.filter(state=DocumentState.IN_USE).update(state=DocumentState.REPLACED)
    card = IdentityDocument.objects.create(
        resident=person, kind=kind, number=number, issued_on=issued_on, issued_by=issuer_on(issued_on),
        state=DocumentState.IN_USE if is_newest else DocumentState.REPLACED, source=source, source_on=on,
    )  # fmt: skip
    Resident.objects.filter(pk=person.pk, scan_due=False).update(scan_due=True)
    sentence = f"Ghi {card.kind_name.lower()} cấp ngày {issued_on:%d/%m/%Y} của {person.audit_label()}, theo QR"
    record(by, Action.CHANGE, target=person, sentence=sentence)
    return card
