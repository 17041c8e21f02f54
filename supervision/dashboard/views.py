"""The first page of those who look from above, and the list behind each number."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from supervision.dashboard.area import area_of, name_of, query_of
from supervision.dashboard.page import everything
from supervision.dashboard.tables import TABLES
from supervision.figures import FIGURES


@desk(Right.FIGURES_VIEW)
def dashboard(request: OfficerRequest) -> HttpResponse:
    area = area_of(request)
    return render(request, "supervision/dashboard/page.html", everything(request.user, area))


@desk(Right.FIGURES_VIEW)
def figure(request: OfficerRequest, code: str) -> HttpResponse:
    """Exactly the rows that the number counts."""
    chosen = FIGURES.get(code)
    if chosen is None:
        raise Http404
    area = area_of(request)
    kind = TABLES[chosen.table]
    rows = chosen.rows(request.user, area)
    table = kind(kind.listed(rows, request.user), officer=request.user)
    paged(request, table, count_all=True)  # the number on the dashboard and the list behind it are one
    place, count = name_of(area, request.user), table.page.count
    record(
        request,
        Action.VIEW,
        sentence=f"Xem danh sách: {chosen.title}, {place} ({count} {chosen.unit}), trang {table.page.number}",
        data={"figure": code, "count": count},
    )
    context = {"figure": chosen, "table": table, "place": place, "query": query_of(area), "now": timezone.localtime()}
    return render(request, "supervision/dashboard/figure.html", context)
