"""Pages of handing up: the batches of the commune, the open one, sending it, and what it can be taken away as."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, Unit
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find, works_in_one_commune
from accounts.submit_once import new_token
from cards.applications.workflow import MOVES
from cards.batches import content, excel, gathering, papers, sending
from cards.batches.forms import ReasonForm
from cards.batches.refusal import BatchRefused
from cards.batches.tables import BATCH_PILLS, BatchTable, LineTable, listed, with_counts
from cards.models import Batch, BatchLine, BatchState
from cards.papers import orders
from cards.tasks import render_print

BATCHES_A_PAGE, LINES_A_PAGE = 25, 50
SHOWN_LACKING = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@desk(Right.APPLICATION_VIEW)
def batches(request: OfficerRequest) -> HttpResponse:
    """What waits to go up, and the batches that went."""
    officer = request.user
    rows = Batch.objects.in_scope(officer).exclude(state=BatchState.OPEN)
    table = paged(request, BatchTable(with_counts(rows), officer=officer), listed="đợt chuyển hồ sơ",
                  per_page=BATCHES_A_PAGE)  # fmt: skip
    context: dict[str, Any] = {"table": table, "can_take": officer.can(Right.APPLICATION_TAKE)}
    if works_in_one_commune(officer):
        commune = cast(Unit, officer.unit)
        open_one = with_counts(Batch.objects.in_scope(officer).filter(state=BatchState.OPEN)).first()
        context |= {"open": open_one, "waiting": gathering.waiting(commune).count()}
    return render(request, "cards/batches/list.html", context)


@require_POST
@desk(Right.APPLICATION_TAKE)
def batch_gather(request: OfficerRequest) -> HttpResponse:
    try:
        batch, done = gathering.gather(cast(Unit, request.user.unit), by=request.user)
    except BatchRefused as refused:
        messages.warning(request, str(refused))
        return redirect("cards:batches")
    if done.added:
        messages.success(request, f"Đã gom thêm {done.added} hồ sơ.")
    elif not done.lacking:
        messages.info(request, "Không có hồ sơ nào mới để gom.")
    for number, why in done.lacking[:SHOWN_LACKING]:
        messages.warning(request, f"Hồ sơ {number} chưa đủ để chuyển: {why}")
    if len(done.lacking) > SHOWN_LACKING:
        messages.warning(request, f"Và {len(done.lacking) - SHOWN_LACKING} hồ sơ khác chưa đủ.")
    if done.no_room:
        messages.info(request, f"Đợt đã đủ {gathering.MOST_LINES} hồ sơ; {done.no_room} hồ sơ chờ đợt sau.")
    return redirect("cards:batch", public_id=batch.public_id)


@require_safe
@desk(Right.APPLICATION_VIEW)
def batch(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _page(request, _batch(request, public_id))


def _batch(request: OfficerRequest, public_id: uuid.UUID) -> Batch:
    return find(request, Batch.objects.select_related("commune__parent", "sent_by", "created_by"), public_id)


def _page(request: OfficerRequest, one: Batch, *, form: ReasonForm | None = None, status: int = 200) -> HttpResponse:
    officer = request.user
    may_change = officer.can(Right.APPLICATION_TAKE)
    rows = listed(one)
    stays = list(rows.filter(position=gathering.STAYS)) if one.state == BatchState.OPEN else []
    table = LineTable(rows.exclude(position=gathering.STAYS), batch=one, may_change=may_change)
    paged(request, table, per_page=LINES_A_PAGE, count_all=True)
    record(request, Action.VIEW, target=one, sentence=f"Xem {one.audit_label()}, trang {table.page.place}")
    context = {
        "batch": one,
        "pill": BATCH_PILLS[BatchState(one.state)],
        "table": table,
        "stays": stays,
        "can_take": may_change,
        "can_cancel": officer.can(Right.CARDS_MANAGE) and one.state == BatchState.SENT,
        "form": form or ReasonForm(),
        "token": new_token(),
    }
    return render(request, "cards/batches/batch.html", context, status=status)


@require_POST
@desk(Right.APPLICATION_TAKE)
def batch_leave(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Leave one file behind, with the reason; `dua-lai` takes it along again."""
    one = _batch(request, public_id)
    try:
        line = _line(one, request.POST.get("file", ""))
        if "dua-lai" in request.POST:
            gathering.take_along(line, by=request.user)
            messages.success(request, f"Hồ sơ {line.application} đi cùng đợt này.")
        else:
            gathering.leave_behind(line, by=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, f"Để lại hồ sơ {line.application}; lần gom sau hồ sơ lại có mặt.")
    except BatchRefused as refused:
        messages.error(request, str(refused))
    return redirect("cards:batch", public_id=one.public_id)


def _line(one: Batch, file: str) -> BatchLine:
    rows = one.lines.select_related("application", "batch")
    try:
        found = rows.filter(application__public_id=uuid.UUID(file)).first()
    except ValueError:
        found = None
    if found is None:
        raise BatchRefused("Hồ sơ này không có trong đợt; tải lại trang.")
    return found


@require_POST
@desk(Right.APPLICATION_TAKE)
def batch_preview(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Exactly what would go, and what would stay behind because it cannot; nothing is written. Asks the guard of the
    move for every file."""
    one = _batch(request, public_id)
    lines = list(gathering.going(one))
    if one.state != BatchState.OPEN or not lines:
        return redirect("cards:batch", public_id=one.public_id)
    return _preview(request, one, lines)


def _preview(
    request: OfficerRequest, one: Batch, lines: list[BatchLine], *, error: str = "", status: int = 200
) -> HttpResponse:
    asked = [(line, _why_not(line)) for line in lines]
    context = {
        "batch": one,
        "goes": [line for line, why in asked if not why],
        "stays": [{"line": line, "why": why} for line, why in asked if why],
        "seen": sending.seal(lines),
        "error": error,
    }
    record(request, Action.VIEW, target=one, sentence=f"Xem trước đợt chuyển, {len(lines)} hồ sơ")
    return render(request, "cards/batches/preview.html", context, status=status)


def _why_not(line: BatchLine) -> str:
    file = line.application
    if file.state not in gathering.SEND.sources:
        return f"đang ở bước “{file.get_state_display().lower()}”"
    if file.is_paused:
        return "đang chờ công dân"
    lacks = MOVES["send_up"].guard(file)
    return lacks[0].sentence if lacks else ""


@require_POST
@desk(Right.APPLICATION_TAKE)
def batch_send(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The second click, and the second officer, come to the batch that has gone."""
    one = _batch(request, public_id)
    try:
        sent = sending.send(one, by=request.user, seen=request.POST.get("seen", ""))
    except sending.AlreadySent as gone:
        own = gone.batch.sent_by == request.user
        (messages.info if own else messages.warning)(request, str(gone))
        return redirect("cards:batch", public_id=one.public_id)
    except BatchRefused as refused:
        lines = list(gathering.going(one))
        if not lines:
            messages.error(request, str(refused))
            return redirect("cards:batch", public_id=one.public_id)
        return _preview(request, one, lines, error=str(refused), status=422)
    messages.success(request, f"Đã chuyển {sent.batch}: {sent.batch.content['count']} hồ sơ.")
    for number, why in sent.stayed:
        messages.warning(request, f"Hồ sơ {number} ở lại, chưa chuyển: {why}")
    return redirect("cards:batch", public_id=one.public_id)


@require_POST
@desk(Right.CARDS_MANAGE)
def batch_cancel(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = _batch(request, public_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            sending.cancel(one, by=request.user, reason=form.cleaned_data["reason"])
        except BatchRefused as refused:
            form.add_error("reason" if refused.field else None, str(refused))
        else:
            messages.success(request, f"Đã hủy {one}; hồ sơ trở về “Đã thu nhận”.")
            return redirect("cards:batch", public_id=one.public_id)
    return _page(request, one, form=form, status=422)


# --- what it is taken away as ----------------------------------------------------------------------------------------


def attachment(body: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=kind, headers=headers)


def _sent(request: OfficerRequest, public_id: uuid.UUID) -> Batch:
    one = _batch(request, public_id)
    if not one.content:
        raise Http404
    return one


@require_GET
@desk(Right.APPLICATION_VIEW)
def batch_excel(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = _sent(request, public_id)
    body = excel.batch_list(one, by=request.user)
    record(request, Action.PRINT, target=one, sentence=f"Tải danh sách Excel, {one.audit_label()}")
    return attachment(body, XLSX, f"dot-chuyen-{one.commune.code}-{one.number}.xlsx")


@require_GET
@desk(Right.APPLICATION_VIEW)
def batch_json(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = _sent(request, public_id)
    record(request, Action.PRINT, target=one, sentence=f"Tải tệp có chữ ký, {one.audit_label()}")
    name = f"dot-chuyen-{one.commune.code}-{one.number}.json"
    return attachment(content.signed_file(one), "application/json", name)


@require_GET
@desk(Right.APPLICATION_VIEW)
def batch_form(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form of results with this batch's files in it."""
    one = _sent(request, public_id)
    body = excel.result_form(one.commune, one.content["files"], by=request.user)
    record(request, Action.PRINT, target=one, sentence=f"Tải mẫu kết quả, {one.audit_label()}")
    return attachment(body, XLSX, f"ket-qua-{one.commune.code}-{one.number}.xlsx")


@require_POST
@desk(Right.APPLICATION_TAKE)
def batch_print(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = _sent(request, public_id)
    try:
        token = uuid.UUID(request.POST.get("submit_token", ""))
    except ValueError:
        token = uuid.uuid4()
    with transaction.atomic():
        told = papers.content_of(one, by=request.user)
        job = orders.order(papers.KIND, commune=one.commune, by=request.user, title=papers.title_of(one),
                           content=told, token=token)  # fmt: skip
        render_print.delay_on_commit(job.pk)
    return redirect("cards:print", public_id=job.public_id)
