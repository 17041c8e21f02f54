"""Handing the card over: what is printed on it, checked against the law and written into the register.

Source: Luật Căn cước Đ21 (facts 2.3): a card holds to the next of 14, 25, 40, 60 years; one issued within two years
before such an age, to the age after it; after 60, for ever.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from accounts.models import Officer
from cards.applications.eligibility import Fault, may_have_old_card
from cards.applications.reasons import REASONS
from cards.models import Application, Receiver
from registry.models import NumberKind
from registry.residents.documents import record_card
from registry.values import card_terms
from registry.values.card_terms import expiry
from registry.values.partial_date import PartialDate

__all__ = ["PrintedCard", "can_return_old_card", "expiry", "faults", "hand_over", "is_lawful"]

DAY: Final = "%d/%m/%Y"


@dataclass(frozen=True)
class PrintedCard:
    """What the officer reads from the card. `expires_on` None: "không thời hạn"."""

    issued_on: dt.date
    expires_on: dt.date | None
    old_card_returned: bool = False
    as_printed: bool = False  # the officer has looked again: the card does say so
    receiver: str = Receiver.SELF
    receiver_name: str = ""
    receiver_number: str = ""


def is_lawful(born: PartialDate, card: PrintedCard) -> bool:
    """Whether the printed end is the law's (registry/values/card_terms.py)."""
    return card_terms.is_lawful(born, issued_on=card.issued_on, expires_on=card.expires_on)


def can_return_old_card(application: Application) -> bool:
    """Whether there is an old card that was not taken at the counter."""
    return not application.old_card_taken and may_have_old_card(REASONS[application.reason])


def faults(card: PrintedCard, application: Application) -> list[Fault]:
    """Everything that speaks against the card as entered, each beside its field. One query."""
    found = [_issued(card, application), _ends(card, application), _old_card(card, application), _number(application)]
    return [fault for fault in found if fault]


def hand_over(application: Application, card: PrintedCard, *, by: Officer) -> str:
    """Write the card into the register, inside the caller's transaction. Answers what the step says of it."""
    record_card(
        application.resident,
        number=_personal_number(application),
        issued_on=card.issued_on,
        expires_on=card.expires_on,
        no_expiry=card.expires_on is None,
        by=by,
    )
    application.old_card_taken = application.old_card_taken or card.old_card_returned
    return _said(card, application)


def _said(card: PrintedCard, application: Application) -> str:
    ends = f"có giá trị đến {card.expires_on:{DAY}}" if card.expires_on else "không thời hạn"
    parts = [f"Thẻ cấp {card.issued_on:{DAY}}, {ends}"]
    if card.old_card_returned:
        parts.append("đã thu thẻ cũ")
    born = application.resident.known_birth
    if born and not is_lawful(born, card):
        parts.append("thời hạn in trên thẻ khác Điều 21 Luật Căn cước")
    return "; ".join(parts)


def _issued(card: PrintedCard, application: Application) -> Fault | None:
    received = timezone.localdate(application.received_at)
    if card.issued_on > timezone.localdate():
        return Fault("issued_on", "Ngày cấp ở tương lai; xem lại ngày in trên thẻ.")
    if card.issued_on < received:
        return Fault("issued_on", f"Ngày cấp trước ngày thu nhận hồ sơ ({received:{DAY}}); xem lại ngày in trên thẻ.")
    return None


def _ends(card: PrintedCard, application: Application) -> Fault | None:
    if card.expires_on and card.expires_on <= card.issued_on:
        return Fault("expires_on", "Ngày hết hạn phải sau ngày cấp.")
    born = application.resident.known_birth
    if born is None or card.as_printed or is_lawful(born, card):
        return None
    lawful = expiry(born, card.issued_on)
    ends = f"có giá trị đến {lawful:{DAY}}" if lawful else "không thời hạn"
    return Fault(
        "as_printed",
        f"Theo Điều 21 Luật Căn cước, người sinh {born.display()} có thẻ cấp {card.issued_on:{DAY}} thì thẻ {ends}. "
        "Xem lại ngày đã nhập và ngày sinh trong hồ sơ. Thẻ in đúng như đã nhập thì đánh dấu vào đây.",
    )


def _old_card(card: PrintedCard, application: Application) -> Fault | None:
    if card.old_card_returned and not can_return_old_card(application):
        return Fault("old_card_returned", "Hồ sơ này không còn thẻ cũ để thu; bỏ đánh dấu.")
    return None


def _number(application: Application) -> Fault | None:
    if _personal_number(application):
        return None
    return Fault("", "Hồ sơ cư dân chưa có số định danh. Ghi số in trên thẻ vào hồ sơ cư dân trước, rồi trả thẻ.")


def _personal_number(application: Application) -> str:
    numbers = application.resident.numbers.filter(kind=NumberKind.PERSONAL, is_active=True)
    return numbers.values_list("number", flat=True).first() or ""
