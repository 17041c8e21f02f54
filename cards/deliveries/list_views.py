"""The list that citizens sign: the printed ones, and typing one back."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.submit_once import first_time, token_of
from cards.deliveries import papers, typing_back
from cards.deliveries.forms import CommonForm, LineForm
from cards.deliveries.tables import ListTable, state_of
from cards.deliveries.typing_back import LinesRefused
from cards.models import Application, PrintJob

LISTS_A_PAGE = 25
Row = dict[str, Any]


@require_safe
@desk(Right.APPLICATION_TAKE)
def hand_over_lists(request: OfficerRequest) -> HttpResponse:
    rows = PrintJob.objects.in_scope(request.user).filter(kind=papers.KIND).select_related("asked_by")
    table = paged(request, ListTable(rows.defer("pdf")), listed="danh sách trả thẻ", per_page=LISTS_A_PAGE)
    return render(request, "cards/deliveries/lists.html", {"table": table})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def hand_over_list(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The list in the order of its paper: who came is ticked; POST hands those cards over, all or none."""
    job = find(request, PrintJob.objects.defer("pdf").select_related("asked_by", "commune"), public_id)
    if job.kind != papers.KIND:
        raise Http404
    listed = typing_back.files_of(job, request.user)
    if request.method != "POST":
        record(request, Action.VIEW, target=job, sentence=f"Xem {job.title}")
        return _page(request, job, _rows(listed), CommonForm(auto_id="chung-%s"))
    common = CommonForm(request.POST, auto_id="chung-%s")
    day = common.cleaned_data["issued_on"] if common.is_valid() else None
    rows = _rows(listed, request, day)
    return _written(request, job, rows, common)


def _rows(
    listed: list[tuple[Row, Application | None]], request: OfficerRequest | None = None, day: Any = None
) -> list[Row]:
    """Each printed row with its form, where the card can be handed over still; otherwise with how it stands."""
    rows = []
    for row, file in listed:
        shown: Row = {"told": row, "file": file, "form": None}
        if file is not None and typing_back.may_be_taken(file):
            shown["form"] = LineForm(
                request.POST if request else None, prefix=f"d{row['place']}", file=file, common_day=day
            )
        elif file is not None:
            shown["state"] = state_of(file)
            shown["was_ticked"] = bool(request and request.POST.get(f"d{row['place']}-came"))
        rows.append(shown)
    return rows


def _written(request: OfficerRequest, job: PrintJob, rows: list[Row], common: CommonForm) -> HttpResponse:
    ticked: list[LineForm] = [row["form"] for row in rows if row["form"] and row["form"].is_ticked]
    gone = [row for row in rows if row.get("was_ticked")]
    bad = [form for form in ticked if not form.is_valid()]  # every line is asked, so that each says what it lacks
    try:
        with transaction.atomic():
            if not first_time(request):
                messages.info(request, "Danh sách này đã nhập, không ghi thêm lần nữa.")
                return redirect("cards:hand_over_list", public_id=job.public_id)
            if bad or gone or not ticked or not common.is_valid():
                raise LinesRefused({})
            done = typing_back.hand_over(job, [form.taken() for form in ticked], by=request.user)
    except LinesRefused as refused:
        for form in ticked:
            form.show(refused.errors.get(str(form.file.public_id), {}))
        nobody = not ticked and not gone
        return _page(request, job, rows, common, error="Chưa đánh dấu ai đã nhận." if nobody else "", status=422)
    messages.success(request, f"Đã trả {done} thẻ theo danh sách.")
    return redirect("cards:hand_over_list", public_id=job.public_id)


def _page(
    request: OfficerRequest, job: PrintJob, rows: list[Row], common: CommonForm, *, error: str = "", status: int = 200
) -> HttpResponse:
    open_rows = [row for row in rows if row["form"]]
    wrong = sum(bool(row["form"].errors) for row in open_rows if row["form"].is_bound and row["form"].is_ticked)
    wrong += sum(bool(row.get("was_ticked")) for row in rows)
    context = {
        "job": job,
        "rows": rows,
        "open_count": len(open_rows),
        "common": common,
        "wrong": wrong,
        "error": error,
        "submit_token": token_of(request),
    }
    return render(request, "cards/deliveries/hand_over_list.html", context, status=status)
