"""Papers that the slips' desk orders: many slips in one document, and the refusal notice of a file."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.audit import record_all
from accounts.models import Action, Officer, Unit
from cards.applications.reasons import REASONS
from cards.models import Application, Kind, Paper, PrintJob, Receipt, State, Step
from cards.papers import orders
from cards.papers.heads import head
from cards.papers.orders import Content, PaperKind
from cards.receipts import copies, render, words
from cards.receipts.issue import address_of
from registry.models import IdentityNumber, NumberKind

SLIPS = "slips"
REFUSAL = "refusal"


class RefusalRefused(Exception):
    """No notice was ordered; the message is the sentence the officer reads."""


def sign_up() -> None:
    orders.register(PaperKind(SLIPS, "Phiếu hẹn in hàng loạt", draw=draw_slips, opened=slips_opened_again))
    orders.register(PaperKind(REFUSAL, "Phiếu báo từ chối giải quyết hồ sơ", "print/refusal.html"))


@transaction.atomic
def order_slips(
    receipts: Sequence[Receipt], paper: str, *, commune: Unit, by: Officer, token: uuid.UUID, reason: str = ""
) -> PrintJob:
    """Print these slips together: each is counted and written down as a printing of its own. The same `token` answers
    the order it made before. Raises copies.CopyRefused; then nothing was counted."""
    if earlier := PrintJob.objects.filter(token=token, asked_by=by).first():
        return earlier
    printed = copies.print_many(receipts, paper, by=by, reason=reason)
    told = f"{len(printed)} phiếu hẹn, khổ {paper}, {timezone.localtime():%H:%M %d/%m/%Y}"
    content = {
        "paper": paper,
        "title": f"{told} – Công an {words.in_sentence(commune)}",
        "slips": [_one(receipt, copy) for receipt, copy in printed],
    }
    return orders.order(SLIPS, commune=commune, by=by, title=told, content=content, token=token)


def _one(receipt: Receipt, copy: Any) -> dict[str, Any]:
    stamp = copies.stamp(copy)
    return {
        "slip": str(receipt.public_id),
        "content": receipt.content,
        "again": stamp.again if stamp else 0,
        "at": stamp.at if stamp else "",
    }


def draw_slips(content: Content) -> tuple[bytes, int]:
    rows = content["slips"]
    printed = ((row["content"], render.Stamp(row["again"], row["at"]) if row["again"] else None) for row in rows)
    return render.slips(printed, Paper(content["paper"]), title=content["title"])


def slips_opened_again(job: PrintJob, source: Any) -> None:
    """The first opening is the printing that was written down with the order; a later one leaves a line for each."""
    if not job.print_count:
        return
    wanted = [row["slip"] for row in job.content["slips"]]
    found = Receipt.objects.filter(public_id__in=wanted).select_related("application__resident")
    record_all(source, Action.VIEW, [(one, f"Mở lại phiếu hẹn {one.number}, in hàng loạt") for one in found])


@transaction.atomic
def order_refusal(application: Application, *, by: Officer, token: uuid.UUID) -> PrintJob:
    """The office's own slip that goes with notice CC03, which the ministry's system prints. Raises RefusalRefused for a
    file that was not refused."""
    if application.state != State.REFUSED:
        raise RefusalRefused(f"Hồ sơ {application.file_number} không ở tình trạng từ chối.")
    step = application.steps.filter(to_state=State.REFUSED).order_by("-at").first()
    content = refusal(application, step, by=by)
    title = f"Phiếu báo từ chối hồ sơ {application.file_number}"
    return orders.order(REFUSAL, commune=application.commune, by=by, title=title, content=content, token=token)


def refusal(application: Application, step: Step | None, *, by: Officer) -> Content:
    """What the slip about a refusal says. Three queries."""
    resident, reason = application.resident, REASONS[application.reason]
    held = IdentityNumber.objects.filter(resident=resident, kind=NumberKind.PERSONAL, is_active=True).first()
    refused_on = timezone.localdate(step.at) if step else timezone.localdate()
    return head(application.commune, by=by) | {
        "title": f"Phiếu báo từ chối hồ sơ {application.file_number}",
        "heading": "PHIẾU BÁO",
        "under_heading": "Về việc từ chối giải quyết hồ sơ căn cước",
        "file_number": application.file_number,
        "person": {
            "name": resident.full_name.upper(),
            "number": held.number if held else "",
            "birth": resident.birth_date.display() if resident.birth_date else "",
            "address": address_of(resident, refused_on),
        },
        "representative": application.representative_name,
        "procedure": f"{Kind(application.kind).label} thẻ căn cước: {reason.title}",
        "article": reason.article,
        "refused_on": f"{refused_on:%d/%m/%Y}",
        "why": step.note if step else "",
        "sign_head": "CÁN BỘ TIẾP NHẬN",
        "receivers": ["Công dân có tên trên", "Lưu: hồ sơ"],
    }
