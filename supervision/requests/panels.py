"""The home page: what the commune was asked for, what is overdue there, and who falls behind."""

from typing import Any

from django.db.models import Count, QuerySet, Window
from django.urls import reverse

from accounts.home.panels import Panel
from accounts.home.panels import register as register_panel
from accounts.models import Officer
from accounts.roles import Right
from accounts.scope import works_in_one_commune
from supervision.alerts.reading import open_rows, said
from supervision.figures import FIGURES
from supervision.models import Request, RequestState
from supervision.requests import measure
from supervision.requests.page import PILLS, calendar_for, due_words, moved
from supervision.requests.tables import ANSWERED, OVERDUE

SHOWN = 6


def register() -> None:
    """Called by SupervisionConfig.ready()."""
    asked, alerts = "supervision/requests/_panel.html", "supervision/alerts/_panel.html"
    register_panel(Panel("requests-asked", 5, "main", Right.REQUESTS_ANSWER, asked, of_commune))
    register_panel(Panel("requests-overdue", 5, "main", Right.REQUESTS_ASK, asked, of_supervisor))
    register_panel(Panel("alerts-own", 15, "side", Right.REQUESTS_ANSWER, alerts, alerts_of))
    register_panel(Panel("alerts-below", 15, "side", Right.REQUESTS_ASK, alerts, alerts_of))


def of_commune(officer: Officer) -> dict[str, Any]:
    """Every open request, the earliest date first. Four queries at most."""
    rows = Request.objects.in_scope(officer).open().order_by("due_on", "pk")
    return _context(rows) | {
        "title": "Việc được giao",
        "url": reverse("supervision:requests"),
        "none": "Không có việc nào cấp trên giao.",
        "names_communes": False,
    }


def of_supervisor(officer: Officer) -> dict[str, Any]:
    """What is overdue; where nothing is, what communes have answered. Five queries at most."""
    rows = Request.objects.in_scope(officer)
    context = _context(rows.overdue().order_by("due_on", "pk"))
    title, loc = "Việc giao quá hạn", OVERDUE
    if not context["total"]:
        context = _context(rows.filter(state=RequestState.ANSWERED).order_by("due_on", "pk"))
        title, loc = "Xã đã trả lời, chờ kết luận", ANSWERED
    return context | {
        "title": title if context["total"] else "Việc giao",
        "url": f"{reverse('supervision:requests')}?loc={loc}",
        "none": "Không có việc quá hạn, không có trả lời nào chờ đọc.",
        "names_communes": True,
    }


def _context(rows: QuerySet[Request]) -> dict[str, Any]:
    found = list(rows.select_related("unit__parent").annotate(total=Window(Count("pk")))[:SHOWN])
    now, at = measure.now_of_each(found)
    calendar = calendar_for([one for one in found if one.is_overdue]) if found else None
    lines = [
        {
            "request": one,
            "moved": moved(one, now.get(one.pk)),
            "due": due_words(one, calendar) if calendar else ("", ""),
            "pill": PILLS[RequestState(one.state)],
        }
        for one in found
    ]
    return {"rows": lines, "total": getattr(found[0], "total", 0) if found else 0, "taken_at": at}


def alerts_of(officer: Officer) -> dict[str, Any]:
    """The weightiest alerts, and how many there are. One query."""
    found = list(open_rows(officer).annotate(total=Window(Count("pk")))[:SHOWN])
    return {
        "rows": [{"alert": one, "title": FIGURES[one.code].title, "said": said(one)} for one in found],
        "total": getattr(found[0], "total", 0) if found else 0,
        "names_communes": not works_in_one_commune(officer),
    }
