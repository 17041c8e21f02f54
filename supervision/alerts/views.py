"""The page of open alerts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.lists import paged
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from supervision.alerts.reading import open_rows
from supervision.alerts.tables import AlertFilter, AlertTable, listed

PER_PAGE = 25


@require_safe
@desk(Right.FIGURES_VIEW)
def alerts(request: OfficerRequest) -> HttpResponse:
    """Figures of units, nobody's data: not written down."""
    filtered = AlertFilter(request.GET, listed(open_rows(request.user)), request=request)
    table = AlertTable(filtered.qs, officer=request.user)
    paged(request, table, per_page=PER_PAGE)
    return render(request, "supervision/alerts/list.html", {"table": table, "filter": filtered})
