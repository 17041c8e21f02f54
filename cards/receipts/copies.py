"""Every paper of a slip that left the office: the first is the slip itself, each later one has a reason and bears the
stamp "IN LẠI LẦN n". Opened again, a copy is the same bytes."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.audit import record, record_all
from accounts.models import Action, Officer
from cards.models import Paper, Receipt, ReceiptCopy, ReceiptFile, RenderState
from cards.receipts import render

LONGEST_REASON: Final = 200


class CopyRefused(Exception):
    """Nothing was printed; the message is the sentence the officer reads."""


@transaction.atomic
def print_first(receipt: Receipt, paper: str, *, source: Any) -> ReceiptCopy | None:
    """The first printing of a rendered slip, or that very copy again when it was of this paper; None when the first was
    of the other paper: a second printing needs a reason. `source` is the request. Two at once make one copy.

    Raises CopyRefused for a slip that was withdrawn before it was ever printed.
    """
    locked = Receipt.objects.select_for_update(of=("self",), no_key=True).get(pk=receipt.pk)
    first = locked.copies.filter(n=1).first()
    if first is None:
        if locked.withdrawn_at is not None:
            raise CopyRefused(f"Phiếu {locked.number} đã thu hồi, không in.")
        stored = ReceiptFile.objects.filter(receipt=locked, paper=paper).defer("pdf").first()
        if stored is None:
            return None
        first = ReceiptCopy.objects.create(receipt=locked, n=1, paper=paper, by=source.user, sha256=stored.sha256)
        _count(locked, 1)
        record(source, Action.PRINT, target=locked, sentence=f"In {_named(receipt)}, khổ {paper}", data=_data(first))
        return first
    return first if first.paper == paper and _opened_again(first, receipt, source) else None


@transaction.atomic
def reprint(receipt: Receipt, paper: str, *, by: Officer, reason: str) -> ReceiptCopy:
    """One more printing, stamped. Two at once get two numbers. The bytes are made by pdf_of().

    Raises CopyRefused without a reason, for a slip that is not rendered or was withdrawn, or before the first printing.
    """
    told = " ".join(reason.split())
    if not told:
        raise CopyRefused("Ghi lý do in lại.")
    if len(told) > LONGEST_REASON:
        raise CopyRefused(f"Lý do dài quá {LONGEST_REASON} ký tự; ghi ngắn lại.")
    if paper not in Paper.values:
        raise CopyRefused("Chọn khổ giấy A5 hoặc A4.")
    locked = Receipt.objects.in_scope(by).select_for_update(of=("self",), no_key=True).filter(pk=receipt.pk).first()
    if locked is None or locked.state != RenderState.READY:
        raise CopyRefused("Phiếu chưa có bản in.")
    if locked.withdrawn_at is not None:
        raise CopyRefused(f"Phiếu {locked.number} đã thu hồi, không in lại.")
    last = _last(locked)
    if not last:
        raise CopyRefused("Phiếu chưa in lần nào; bấm “In phiếu”.")
    copy = ReceiptCopy.objects.create(receipt=locked, n=last + 1, paper=paper, reason=told, by=by)
    _count(locked, copy.n)
    sentence = f"In lại lần {copy.n - 1} {_named(receipt)}, khổ {paper}"
    record(by, Action.PRINT, target=locked, sentence=sentence, reason=told, data=_data(copy))
    return copy


@transaction.atomic
def print_many(
    receipts: Sequence[Receipt], paper: str, *, by: Officer, reason: str = ""
) -> list[tuple[Receipt, ReceiptCopy]]:
    """A printing of each slip that is rendered and stands, in the order given: of some the first, of others stamped.
    Five queries, whatever their number.

    Raises CopyRefused when one was printed before and no reason is given, or when none can be printed.
    """
    told = " ".join(reason.split())[:LONGEST_REASON]
    wanted = [receipt.pk for receipt in receipts]
    rows = Receipt.objects.in_scope(by).filter(pk__in=wanted, state=RenderState.READY, withdrawn_at=None)
    # Lowest id first, or two officers printing the same slips wait for each other for ever.
    rows = rows.select_related("application__resident").select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {row.pk: row for row in rows}
    printed = [found[pk] for pk in wanted if pk in found]
    last = dict(ReceiptCopy.objects.filter(receipt__in=found).values_list("receipt").annotate(Max("n")).order_by())
    if not printed:
        raise CopyRefused("Không có phiếu nào in được: phiếu chưa có bản in hoặc đã thu hồi.")
    again = [row for row in printed if row.pk in last]
    if again and not told:
        raise CopyRefused(f"Có {len(again)} phiếu đã in trước đó; ghi lý do in lại.")
    copies = [
        ReceiptCopy(receipt=row, n=last.get(row.pk, 0) + 1, paper=paper, reason=told if row.pk in last else "", by=by)
        for row in printed
    ]
    ReceiptCopy.objects.bulk_create(copies)
    Receipt.objects.filter(pk__in=[row.pk for row in printed]).update(print_count=F("print_count") + 1)
    record_all(by, Action.PRINT, [(copy.receipt, _told(copy)) for copy in copies])
    return list(zip(printed, copies, strict=True))


def pdf_of(copy: ReceiptCopy) -> bytes:
    """The bytes of one copy. The slip itself is the stored file; a stamped one is drawn from the same frozen content
    the first time it is asked for, under lock, and stored with its hash."""
    if copy.n == 1:
        return bytes(ReceiptFile.objects.get(receipt=copy.receipt_id, paper=copy.paper).pdf)
    if copy.pdf is not None:
        return bytes(copy.pdf)
    with transaction.atomic():
        row = ReceiptCopy.objects.select_for_update(of=("self",)).select_related("receipt").get(pk=copy.pk)
        if row.pdf is None:
            row.pdf = render.slip(row.receipt.content, Paper(row.paper), stamp(row))
            row.sha256 = hashlib.sha256(row.pdf).hexdigest()
            row.save(update_fields=["pdf", "sha256"])
        return bytes(row.pdf)


def stamp(copy: ReceiptCopy) -> render.Stamp | None:
    """What this copy bears; the slip itself bears nothing."""
    if copy.n == 1:
        return None
    return render.Stamp(copy.n - 1, f"{timezone.localtime(copy.at):%H:%M %d/%m/%Y}")


def opened(copy: ReceiptCopy, receipt: Receipt, *, source: Any) -> None:
    """A copy that left the office is looked at again: no new printing, but a line."""
    _opened_again(copy, receipt, source)


def _opened_again(copy: ReceiptCopy, receipt: Receipt, source: Any) -> bool:
    which = "bản đầu" if copy.n == 1 else f"bản in lại lần {copy.n - 1}"
    record(source, Action.VIEW, target=receipt, sentence=f"Mở lại {which} của {_named(receipt)}", data=_data(copy))
    return True


def _told(copy: ReceiptCopy) -> str:
    again = f"In lại lần {copy.n - 1}" if copy.n > 1 else "In"
    return f"{again} {_named(copy.receipt)}, khổ {copy.paper}, in hàng loạt"


def _named(receipt: Receipt) -> str:
    return f"phiếu hẹn {receipt.number} (hồ sơ {receipt.application.file_number})"


def _data(copy: ReceiptCopy) -> dict[str, Any]:
    return {"paper": copy.paper, "copy": copy.n}


def _last(receipt: Receipt) -> int:
    return ReceiptCopy.objects.filter(receipt=receipt).aggregate(last=Max("n"))["last"] or 0


def _count(receipt: Receipt, n: int) -> None:
    Receipt.objects.filter(pk=receipt.pk).update(print_count=n)
