"""Taking a list out: asking for it, waiting for it, fetching it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right, Role
from accounts.scope import OfficerRequest, desk, find, refuse
from accounts.vault import CannotOpen
from registry import tasks
from registry.models import ExportFormat, ExportState, ListExport
from registry.rosters.out import asking, kinds, store
from registry.rosters.out.forms import AskForm
from registry.rosters.out.kinds import Asked, Kind
from registry.rosters.out.refusal import ExportRefused
from registry.rosters.out.tables import ExportTable

PER_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {ExportFormat.XLSX: XLSX, ExportFormat.CSV: "text/csv; charset=utf-8"}
BROKEN = "Tệp cất giữ không còn nguyên, không tải được. Xuất lại danh sách và báo quản trị."


@require_safe
@desk(Right.LISTS_EXPORT)
def exports(request: OfficerRequest) -> HttpResponse:
    """One's own; for the chief, the commune's."""
    table = ExportTable(asking.lists_of(request.user), officer=request.user)
    paged(request, table, listed="danh sách đã xuất", per_page=PER_PAGE)
    return render(request, "registry/exports/list.html", {"table": table})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.LISTS_EXPORT)
def export_new(request: OfficerRequest, kind: str) -> HttpResponse:
    """The list as its page's address asks for it (?…): what is in it, which columns, why."""
    try:
        wanted = kinds.named(kind)
        if not asking.may_ask(request.user, wanted):
            return refuse(request, wanted.right)
        query = _query(request)
        asked = wanted.asked(request.user, query)
    except kinds.UnknownList:
        raise Http404 from None
    if request.method != "POST":
        return _asking_page(request, wanted, asked, AskForm(kind=wanted, officer=request.user))
    form = AskForm(request.POST, kind=wanted, officer=request.user)
    if not form.is_valid():
        return _asking_page(request, wanted, asked, form, status=422)
    told = form.cleaned_data
    try:
        export = asking.ask(
            wanted, query, columns=told["columns"], file_format=told["format"], reason=told["reason"],
            for_return=told.get("for_return", False), by=request.user, token=_token(request),
        )  # fmt: skip
    except ExportRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _asking_page(request, wanted, asked, form, status=422)
    tasks.make_export.delay_on_commit(export.pk)
    return redirect(export)


def _query(request: OfficerRequest) -> QueryDict:
    """Of the page; its page number says nothing of the list."""
    query = request.GET.copy()
    for name in ("page", "per_page"):
        query.pop(name, None)
    return query


def _token(request: OfficerRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("submit_token", ""))
    except ValueError:
        return uuid.uuid4()


def _asking_page(
    request: OfficerRequest, kind: Kind, asked: Asked, form: AskForm, *, status: int = 200
) -> HttpResponse:
    query = _query(request)
    others = [one for one in kinds.every().values() if one.page == kind.page and asking.may_ask(request.user, one)]
    count = asking.counted(asked.rows)
    context = {
        "kind": kind,
        "title": asking.title_of(kind, asked),
        "filters": asked.filters,
        "count": count,
        "cap": asking.figure(count.cap),
        "too_many": asking.too_many(count.cap),
        "form": form,
        "others": others if len(others) > 1 else [],
        "query": query.urlencode(),
        "submit_token": _token(request),
    }
    return render(request, "registry/exports/new.html", context, status=status)


@require_safe
@desk(Right.LISTS_EXPORT)
def export(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _find(request, public_id)
    if found is None:
        return refuse(request, Right.LISTS_EXPORT)
    record(request, Action.VIEW, target=found, sentence=f"Xem {found}")
    return render(request, "registry/exports/export.html", _shown(request, found))


@require_safe
@desk(Right.LISTS_EXPORT, poll=True)
def export_progress(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The fragment that asks for itself until the file is there. Without htmx it is the page."""
    found = _find(request, public_id)
    if found is None:
        return refuse(request, Right.LISTS_EXPORT)
    if not request.htmx:
        return redirect(found)
    return render(request, "registry/exports/_state.html", _shown(request, found))


@require_POST
@desk(Right.LISTS_EXPORT)
def export_again(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _find(request, public_id)
    if found is None or found.asked_by_id != request.user.pk:
        return refuse(request, Right.LISTS_EXPORT)
    try:
        store.ask_again(found, by=request.user)
    except ExportRefused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    tasks.make_export.delay_on_commit(found.pk)
    return redirect(found)


@require_GET
@desk(Right.LISTS_EXPORT)
def export_file(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file, to who may have it; each time is counted and written down."""
    found = _find(request, public_id, with_file=True)
    if found is None:
        return refuse(request, Right.LISTS_EXPORT)
    if found.state != ExportState.READY:
        messages.error(request, "Danh sách này không còn hoặc chưa có tệp để tải.")
        return redirect(found)
    try:
        content = store.opened(found, source=request)
    except CannotOpen:
        messages.error(request, BROKEN)
        return redirect(found)
    name = f"{found.kind}-{timezone.localtime(found.asked_at):%Y%m%d-%H%M}.{found.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=TYPES[ExportFormat(found.format)], headers=headers)


def _find(request: OfficerRequest, public_id: uuid.UUID, *, with_file: bool = False) -> ListExport | None:
    """None for a list of this commune that somebody else asked for; 404 for what lies elsewhere (scope.find)."""
    rows = asking.lists_of(request.user)
    own = (rows.defer(None).defer("originals") if with_file else rows).filter(public_id=public_id).first()
    if own is None:
        find(request, ListExport.objects.defer("content", "originals"), public_id)
    return own


def _shown(request: OfficerRequest, found: ListExport) -> dict[str, Any]:
    kind = kinds.every().get(found.kind)
    labels = {one.name: one.label for one in kind.columns} if kind else {}
    return {
        "export": found,
        "columns": [labels.get(name, name) for name in found.columns],
        "rows": asking.figure(found.rows_count),
        "done": f"{asking.figure(found.rows_done)}/{asking.figure(found.rows_count)}",
        "is_own": found.asked_by_id == request.user.pk,
        "is_chief": request.user.role == Role.CHIEF,
        "size_kb": max(1, found.size_bytes // 1024),
    }
