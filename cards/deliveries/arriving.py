"""Cards that came in a box from above: one file number after the other, typed or scanned from the slip."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Officer
from accounts.text import clean
from cards.applications import workflow
from cards.applications.tables import read_file_number
from cards.applications.workflow import MoveRefused
from cards.deliveries import stock
from cards.deliveries.stock import StockRefused
from cards.models import Application, State, StockCard, StockState
from cards.receipts import payload
from cards.receipts.verify import at_code
from registry.models import IdentityNumber

SHOWN: Final = 20
UNDO_WITHIN: Final = dt.timedelta(hours=12)


@dataclass(frozen=True)
class Told:
    """What became of one entry. `kind` as in components/notice.html: ok, warn or block."""

    kind: str
    sentence: str
    file: Application | None = None


def find(text: str, by: Officer) -> Application | None:
    """The file that a slip's code, a file number, or the personal number of somebody with an open file means.

    The code is not asked for its signature here: it only saves typing, and the card itself is in the hand.
    """
    rows = Application.objects.in_scope(by).select_related("resident")
    wanted = _by_code(text) or read_file_number(text)
    if wanted is not None:
        return rows.filter(wanted).order_by("-year").first()
    bare = text.replace(" ", "")
    if bare.isascii() and bare.isdecimal() and len(bare) == 12:
        holders = IdentityNumber.objects.filter(number=bare, is_active=True)
        return rows.open().filter(resident__in=holders.values("resident")).first()
    return None


def _by_code(text: str) -> Q | None:
    try:
        code, _, _ = payload.opened(text)
    except payload.NotACode:
        return None
    year, serial = code.file
    return at_code(code.commune_code) & Q(year=year, serial=serial)


@transaction.atomic
def arrive(text: str, *, by: Officer, box: str = "") -> Told:
    """Write down that this card is here. The same number again says since when, and changes nothing."""
    text = clean(text)
    if not text:
        return Told("warn", "Quét mã trên phiếu hẹn hoặc gõ số hồ sơ.")
    try:
        box = stock.box_name(box)
    except StockRefused as refused:
        return Told("block", str(refused))
    file = find(text, by)
    if file is None:
        return Told("block", f"Xã không có hồ sơ nào khớp “{text[:60]}”.")
    if file.state == State.ARRIVED:
        return _again(file, by)
    try:
        moved = workflow.move(file, "arrive", by=by)
    except MoveRefused as refused:
        return Told("block", str(refused), file)
    card = stock.card_of(moved, by=by)
    if box:
        card.box = box
        card.save()
    where = f", hộp {box}" if box else ""
    return Told("ok", f"{moved.file_number} {moved.resident.full_name}: thẻ đã về{where}.", moved)


def _again(file: Application, by: Officer) -> Told:
    card = stock.card_of(file, by=by)
    when = f"{timezone.localtime(card.arrived_at):%H:%M %d/%m/%Y}"
    if card.state != StockState.HERE:
        return Told("block", f"Hồ sơ {file}: thẻ {card.get_state_display().lower()}.", file)
    return Told("warn", f"{file} {file.resident.full_name}: đã ghi thẻ về lúc {when}, không ghi thêm.", file)


@transaction.atomic
def undo(card: StockCard, *, by: Officer) -> Told:
    """Take back one's own last entry: the file is again where it was, and no card is in stock.

    Raises StockRefused when it is not one's own, not the last, of another day, or when something was done with it.
    """
    file = Application.objects.in_scope(by).filter(pk=card.application_id).first()
    if file is None:
        raise StockRefused("Hồ sơ này không thuộc địa bàn của đồng chí.")
    last = mine(by).first()
    if last is None or last.pk != card.pk:
        raise StockRefused("Chỉ bỏ được dòng vừa ghi gần nhất của đồng chí.")
    if timezone.now() - card.arrived_at > UNDO_WITHIN or file.contacts.filter(at__gte=card.arrived_at).exists():
        raise StockRefused("Đã có việc làm tiếp với thẻ này; không bỏ được nữa.")
    came_from = file.steps.filter(move="arrive").order_by("-at", "-pk").values_list("from_state", flat=True).first()
    try:
        workflow.move(file, "not_arrived", by=by)
        if came_from == State.PRINTING:
            workflow.move(file, "printing", by=by, note="Trở lại bước trước khi ghi nhầm")
    except MoveRefused as refused:
        raise StockRefused(str(refused)) from refused
    return Told("warn", f"Đã bỏ: {file.file_number}, thẻ chưa về.", file)


def mine(by: Officer) -> QuerySet[StockCard]:
    """What this officer wrote down today and still lies here, the last first."""
    start = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time.min))
    rows = StockCard.objects.in_scope(by).filter(arrived_by=by, arrived_at__gte=start, state=StockState.HERE)
    return rows.select_related("application__resident").order_by("-arrived_at", "-pk")
