"""The lists of the commune, the page of one with its progress, giving one up, and the empty DC01 form."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from registry.models import Roster, RosterState
from registry.rosters import dropping, page
from registry.rosters.out import template
from registry.rosters.refusal import RosterRefused
from registry.rosters.tables import RosterFilter, RosterTable, counted

PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@desk(Right.ROSTERS_WORK)
def rosters(request: OfficerRequest) -> HttpResponse:
    rows = Roster.objects.in_scope(request.user).select_related("uploaded_by", "source").defer("content")
    filtered = RosterFilter(request.GET, rows)
    table = RosterTable(filtered.qs)
    paged(request, table, listed="tệp đã nhập", per_page=PAGE)
    table.counts_of = counted(row.record.pk for row in table.page.object_list)
    return render(request, "registry/rosters/list.html", {"table": table, "filter": filtered})


@require_GET
@desk(Right.ROSTERS_WORK)
def roster(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = page.found(request, public_id)
    record(request, Action.VIEW, target=one, sentence=f"Xem {one.audit_label()}")
    return shown(request, one)


def shown(request: OfficerRequest, one: Roster, *, error: str = "") -> HttpResponse:
    """The page of a list, as it is opened or answered with a refusal."""
    context = page.page_of(one, request.user) | {"error": error}
    return render(request, "registry/rosters/roster.html", context, status=422 if error else 200)


@require_GET
@desk(Right.ROSTERS_WORK, poll=True)
def roster_progress(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far the worker is; once it is over the page is loaded anew, or the next one opened."""
    one = page.found(request, public_id)
    if not one.is_at_work and request.htmx:
        if one.state == RosterState.READ:
            return HttpResponseClientRedirect(reverse("registry:roster_columns", args=[one.public_id]))
        return HttpResponseClientRefresh()
    context = {"roster": one, "progress": page.progress_of(one)}
    return render(request, "registry/rosters/_progress.html", context)


@require_POST
@desk(Right.ROSTERS_WORK)
def roster_drop(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    one = page.found(request, public_id)
    try:
        dropping.drop(one, by=request.user)
    except RosterRefused as refused:
        return shown(request, page.found(request, public_id), error=str(refused))
    messages.success(request, f"Đã bỏ danh sách “{one.file_name}”; chưa ghi gì vào hồ sơ.")
    return redirect("registry:rosters")


@require_GET
@desk(Right.ROSTERS_WORK)
def roster_template(request: OfficerRequest) -> HttpResponse:
    """The empty DC01 list, with its drop-downs. Nobody's data is in it."""
    return attachment(template.blank(request.user), XLSX, "mau-danh-sach-dc01.xlsx")


def attachment(body: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=kind, headers=headers)
