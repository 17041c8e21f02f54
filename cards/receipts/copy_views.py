"""One slip: every copy that left the office, printing it again, correcting it, taking it back."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from cards.models import Application, Paper, Receipt
from cards.papers.views import pdf_answer
from cards.receipts import copies, correction, issue
from cards.tasks import render_receipt

PAGE = ("application__resident", "commune", "withdrawn_by", "replaces", "replaced_by")


@require_safe
@desk(Right.APPLICATION_VIEW)
def receipt(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = find(request, Receipt.objects.select_related(*PAGE), public_id)
    record(request, Action.VIEW, target=found, sentence=f"Xem phiếu hẹn {found.number}")
    return _page(request, found)


@require_GET
@desk(Right.APPLICATION_VIEW)
def receipt_copy(request: OfficerRequest, public_id: uuid.UUID, n: int) -> HttpResponse:
    """The bytes of one copy that left the office before."""
    found = find(request, Receipt.objects.select_related("application__resident"), public_id)
    copy = found.copies.filter(n=n).first()
    if copy is None:
        raise Http404
    copies.opened(copy, found, source=request)
    return pdf_answer(copies.pdf_of(copy), f"phieu-hen-{found.number}-ban-{n}")


@require_POST
@desk(Right.APPLICATION_TAKE)
def receipt_reprint(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = find(request, Receipt.objects.select_related(*PAGE), public_id)
    typed = {"paper": request.POST.get("paper", Paper.A5), "reason": request.POST.get("reason", "")}
    try:
        copy = copies.reprint(found, typed["paper"], by=request.user, reason=typed["reason"])
    except copies.CopyRefused as refused:
        return _page(request, found, typed=typed, reprint_error=str(refused), status=422)
    messages.success(request, f"Đã lập bản in lại lần {copy.n - 1}: mở và in từ danh sách bên dưới.")
    return redirect("cards:receipt", public_id=found.public_id)


@require_POST
@desk(Right.CARDS_MANAGE)
def receipt_withdraw(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = find(request, Receipt.objects.select_related(*PAGE), public_id)
    reason = request.POST.get("reason", "")
    try:
        issue.withdraw(found, by=request.user, reason=reason)
    except issue.IssueRefused as refused:
        context = {"withdraw_reason": reason, "withdraw_error": str(refused)}
        return _page(request, found, **context, status=422)
    messages.success(request, f"Đã thu hồi phiếu {found.number}: ai kiểm tra mã QR đều thấy phiếu không còn hiệu lực.")
    return redirect("cards:receipt", public_id=found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def receipt_reissue(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """What a corrected slip would say beside what the old one says; then the new one with its own number."""
    file = find(request, Application.objects.select_related("resident", "commune__parent"), public_id)
    if request.method != "POST":
        return _preview(request, file)
    try:
        with transaction.atomic():
            new = issue.reissue(file, by=request.user, reason=request.POST.get("reason", ""))
            render_receipt.delay_on_commit(new.pk)
    except issue.IssueRefused as refused:
        return _preview(request, file, error=str(refused), status=422)
    messages.success(request, f"Đã lập phiếu {new.number} thay cho phiếu cũ. Thu lại bản giấy cũ nếu công dân còn giữ.")
    return redirect("cards:application", public_id=file.public_id)


def _preview(request: OfficerRequest, file: Application, *, error: str = "", status: int = 200) -> HttpResponse:
    standing = file.receipt
    refusal, lines = "", []
    try:
        lines = correction.lines(standing, file, by=request.user) if standing else []
    except issue.IssueRefused as refused:
        refusal = str(refused)
    if standing is None:
        refusal = "Hồ sơ này không có phiếu hẹn nào đang dùng để thay."
    context = {
        "file": file,
        "standing": standing,
        "lines": lines,
        "changed": sum(line.is_changed for line in lines),
        "refusal": refusal,
        "error": error,
        "reason": request.POST.get("reason", ""),
    }
    record(request, Action.VIEW, target=file, sentence=f"Xem trước phiếu hẹn lập lại của hồ sơ {file.file_number}")
    return render(request, "cards/receipts/reissue.html", context, status=status)


def _page(request: OfficerRequest, found: Receipt, *, status: int = 200, **more: Any) -> HttpResponse:
    issued = list(found.copies.select_related("by").defer("pdf"))
    context = {
        "slip": found,
        "file": found.application,
        "later": getattr(found, "replaced_by", None),
        "copies": [{"copy": copy, "again": copy.n - 1} for copy in issued],
        "files": list(found.files.defer("pdf")),
        "can_take": request.user.can(Right.APPLICATION_TAKE),
        "can_withdraw": request.user.can(Right.CARDS_MANAGE),
        "papers": Paper.choices,
        "typed": {"paper": Paper.A5, "reason": ""},
    }
    return render(request, "cards/receipts/receipt.html", context | more, status=status)
