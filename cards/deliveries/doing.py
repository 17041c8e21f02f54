"""What an officer does with a card that lies in the office: put it in a box, call, post, send back up.

Every act locks the file first, then the card: the same order as a move. Of two officers the second is told.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.text import clean
from cards.applications import workflow
from cards.deliveries import stock
from cards.deliveries.stock import StockRefused
from cards.models import About, Application, Contact, ContactResult, ContactVia, State, StockCard, StockState

NOT_REACHED = (ContactResult.NO_ANSWER, ContactResult.WRONG_NUMBER)


@dataclass(frozen=True)
class Call:
    """One try to tell the citizen. `again_on` None: tomorrow where nobody was reached, otherwise not at all."""

    via: str
    result: str
    note: str = ""
    again_on: dt.date | None = None


@transaction.atomic
def move_to_box(files: Iterable[Application], *, box: str, by: Officer) -> int:
    """Note the box of every card that lies here; others are passed by. Answers how many. Raises StockRefused."""
    name = stock.box_name(box)
    rows = Application.objects.in_scope(by).filter(pk__in=[file.pk for file in files], state=State.ARRIVED)
    locked = rows.order_by("pk").select_related("resident").select_for_update(of=("self",), no_key=True)
    done = 0
    for file in locked:
        card = stock.card_of(file, by=by)
        if card.state != StockState.HERE or card.box == name:
            continue
        before, card.box = card.box, name
        card.save()
        done += 1
        told = f"Thẻ của hồ sơ {file}: từ hộp {before or '(chưa ghi)'} sang {name or '(chưa ghi)'}"
        record(by, Action.CHANGE, target=file, sentence=told)
    return done


@transaction.atomic
def call(file: Application, made: Call, *, by: Officer) -> Contact:
    """Write down one call or visit about the card. Raises StockRefused when it is not here any more."""
    card = _here(file, by)
    again = made.again_on
    if again is not None and again < timezone.localdate():
        raise StockRefused("Ngày gọi lại đã qua; ghi từ hôm nay trở đi.", field="again_on")
    if again is None and made.result in NOT_REACHED:
        again = timezone.localdate() + dt.timedelta(days=1)
    contact = Contact.objects.create(
        resident=card.application.resident,
        application=card.application,
        about=About.CARD,
        via=ContactVia(made.via),
        result=ContactResult(made.result),
        note=clean(made.note)[:300],
        again_on=again,
        by=by,
    )
    told = f"Báo thẻ đã về, hồ sơ {card.application}: {contact.get_result_display().lower()}"
    record(by, Action.CREATE, target=card.application, sentence=told)
    return contact


@transaction.atomic
def post(file: Application, *, code: str, by: Officer) -> StockCard:
    """The card left by post. Raises StockRefused."""
    code = clean(code).upper()
    if not code:
        raise StockRefused("Ghi mã bưu gửi.", field="code")
    if len(code) > stock.LONGEST_CODE:
        raise StockRefused(f"Mã bưu gửi dài quá {stock.LONGEST_CODE} ký tự.", field="code")
    card = _here(file, by)
    card.state, card.post_code, card.box = StockState.POSTED, code, ""
    card.posted_at, card.posted_by = timezone.now(), by
    card.save()
    record(by, Action.CHANGE, target=card.application, sentence=f"Gửi bưu chính thẻ của hồ sơ {file}, mã {code}")
    return card


@transaction.atomic
def post_returned(file: Application, *, note: str, by: Officer) -> StockCard:
    """The post brought it back: it lies here again, and is called about again. Raises StockRefused."""
    card = _locked(file, by)
    if card.state != StockState.POSTED:
        raise StockRefused("Thẻ này không gửi bưu chính; tải lại trang.")
    code, card.state, card.post_code = card.post_code, StockState.HERE, ""
    card.posted_at = card.posted_by = None
    card.save()
    Contact.objects.create(
        resident=card.application.resident, application=card.application, about=About.CARD, via=ContactVia.LETTER,
        result=ContactResult.NO_ANSWER, note=f"Bưu chính chuyển hoàn {code}. {clean(note)}".strip()[:300],
        again_on=timezone.localdate(), by=by,
    )  # fmt: skip
    told = f"Bưu chính chuyển hoàn thẻ của hồ sơ {file}, mã {code}"
    record(by, Action.CHANGE, target=card.application, sentence=told, reason=clean(note)[:300])
    return card


def send_back(file: Application, *, reason: str, by: Officer) -> Application:
    """Misprinted: back to the level above. The file waits for its card again. Raises MoveRefused."""
    return workflow.move(file, "send_back", by=by, note=clean(reason))


def _here(file: Application, by: Officer) -> StockCard:
    card = _locked(file, by)
    if card.state != StockState.HERE:
        raise StockRefused(f"Thẻ của hồ sơ {file} {card.get_state_display().lower()}; tải lại trang.")
    return card


def _locked(file: Application, by: Officer) -> StockCard:
    rows = Application.objects.in_scope(by).select_for_update(of=("self",), no_key=True).select_related("resident")
    current = rows.filter(pk=file.pk).first()
    if current is None:
        raise StockRefused("Hồ sơ này không thuộc địa bàn của đồng chí.")
    if current.state != State.ARRIVED:
        raise StockRefused(f"Hồ sơ {current} đang ở bước “{current.get_state_display().lower()}”, không giữ thẻ.")
    card = stock.card_of(current, by=by)
    card.application = current
    return card
