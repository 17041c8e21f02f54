"""The list behind each number, and the page of all figures with their definitions."""

from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from registry.scores.share import dotted
from supervision.catalogue.figure import Figure
from supervision.dashboard.area import name_of, query_of
from supervision.dashboard.asked import asked
from supervision.dashboard.work_tables import TABLES
from supervision.figures import FIGURES, Ratio

TIMELESS = ("standing", "ratio")


@require_safe
@desk(Right.FIGURES_VIEW)
def figure(request: OfficerRequest, code: str) -> HttpResponse:
    """Exactly the rows that the number counts; of a percentage, those that are worked on. What happened, of the period
    of the address."""
    chosen = FIGURES.get(code)
    if chosen is None:
        raise Http404
    question = asked(request)
    shown = chosen.shown if isinstance(chosen, Ratio) else chosen
    kind = TABLES[shown.table_name]
    table = kind(kind.listed(shown.rows(question.ask), request.user), officer=request.user)
    paged(request, table, count_all=True)  # the number on the dashboard and the list behind it are one
    place, count = name_of(question.area, request.user), table.page.count
    when = "" if shown.kind in TIMELESS else question.period.words
    record(
        request,
        Action.VIEW,
        sentence=f"Xem danh sách: {shown.title}, {_where(place, when)} ({dotted(count)} {shown.row_unit}), "
        f"trang {table.page.place}",
        data={"figure": code, "count": count, "query": request.GET.urlencode()[:500]},
    )
    context = {
        "figure": shown,
        "asked": chosen,
        "table": table,
        "place": place,
        "when": when,
        "query": query_of(question.area),
        "now": timezone.localtime(),
    }
    status = 200 if question.form.is_valid() else 422
    return render(request, "supervision/dashboard/figure.html", context, status=status)


def _where(place: str, when: str) -> str:
    return f"{place}, {when}" if when else place


@require_safe
@desk(Right.FIGURES_VIEW)
def figures(request: OfficerRequest) -> HttpResponse:
    """Every figure once, section by section. No counting, nobody's name."""
    sections = [(title, list(rows)) for title, rows in groupby(FIGURES.values(), key=_section)]
    return render(request, "supervision/dashboard/figures.html", {"sections": sections, "count": len(FIGURES)})


def _section(one: Figure) -> str:
    return one.section
