"""Reports: the list, making one, the report as it was, its files."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.periods import Period, week_starts
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.submit_once import new_token
from supervision import tasks
from supervision.models import Report, ReportState
from supervision.reports import asking, making
from supervision.reports.charts import drawing
from supervision.reports.contents import Wanted
from supervision.reports.forms import ReportForm
from supervision.reports.listing import ReportTable, filter_of, listed
from supervision.reports.refusal import ReportRefused
from supervision.reports.shape import headings, read

PER_PAGE: Final = 25
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A browser shows a PDF by a page of its own making, with an object and a style in it: for the paper alone these may be.
READER: Final = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@require_safe
@desk(Right.FIGURES_VIEW)
def reports(request: OfficerRequest) -> HttpResponse:
    filtered = filter_of(request.user)(request.GET, listed(request.user), request=request)
    table = ReportTable(filtered.qs, officer=request.user)
    paged(request, table, listed="báo cáo", per_page=PER_PAGE)
    context = {"table": table, "filter": filtered, "may_make": request.user.can(Right.REPORTS_MAKE)}
    return render(request, "supervision/reports/list.html", context)


# --- making ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.REPORTS_MAKE)
def report_new(request: OfficerRequest) -> HttpResponse:
    """Of the own commune or province; the ministry makes the country's. ?lai= fills in what an earlier one said."""
    starts = week_starts()
    if request.method != "POST":
        return _new_page(request, ReportForm(initial=_initial(request), starts=starts))
    form = ReportForm(request.POST, starts=starts)
    if not form.is_valid():
        return _new_page(request, form, status=422)
    told = form.cleaned_data
    period_kind, period = told["period"]
    wanted = Wanted(told["kind"], asking.own_unit(request.user), period_kind, period)
    try:
        made = asking.ask(
            wanted, by=request.user, reason=told["reason"], token=_token(request),
            remarks={"difficulties": told["difficulties"], "proposals": told["proposals"]},
        )  # fmt: skip
    except ReportRefused as refused:
        form.add_error(refused.field or None, str(refused))
        return _new_page(request, form, status=422)
    tasks.make_report.delay_on_commit(made.pk)
    return redirect("supervision:report", public_id=made.public_id)


def _initial(request: OfficerRequest) -> dict[str, Any]:
    """Of the report that is to be made again."""
    try:
        again = uuid.UUID(request.GET.get("lai", ""))
    except ValueError:
        return {}
    last: Report = find(request, Report.objects.defer("pdf", "xlsx"), again)
    remarks = last.contents["remarks"] if last.unit_id == request.user.unit_id else {}  # the office's own words
    return {"kind": last.kind, "period": f"{last.period}:{last.first:%Y-%m-%d}", **remarks}


def _token(request: OfficerRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("submit_token", ""))
    except ValueError:
        return uuid.uuid4()


def _new_page(request: OfficerRequest, form: ReportForm, *, status: int = 200) -> HttpResponse:
    unit = asking.own_unit(request.user)
    context = {"form": form, "unit": unit, "submit_token": request.POST.get("submit_token") or new_token()}
    return render(request, "supervision/reports/new.html", context, status=status)


# --- one report ------------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.FIGURES_VIEW)
def report(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything as it was frozen."""
    found: Report = find(request, Report.objects.select_related("unit", "asked_by").defer("pdf", "xlsx"), public_id)
    contents = read(found.contents)
    wanted = Wanted(found.kind, found.unit, found.period, Period(found.first, found.last))
    versions = list(asking.versions(wanted).defer("pdf", "xlsx", "contents").select_related("asked_by"))
    context = _state(request, found) | {
        "title": asking.title_of(found),
        "contents": contents,
        "tables": [(table, headings(table)) for table in contents["tables"]],
        "corrections": (table := contents.get("corrections")),
        "correction_heads": headings(table) if table else [],
        "definition_heads": headings(contents["definitions"]),
        "charts": [(chart, drawn) for chart in contents["charts"] if (drawn := drawing(chart)) is not None],
        "versions": versions,
        "is_last": versions[0].pk == found.pk,
        "may_make": request.user.can(Right.REPORTS_MAKE) and found.unit == asking.own_unit(request.user),
    }
    return render(request, "supervision/reports/report.html", context)


@require_safe
@desk(Right.FIGURES_VIEW, poll=True)
def report_progress(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The fragment that asks for itself until the files are there. Without htmx it is the page."""
    found: Report = find(request, Report.objects.defer("pdf", "xlsx", "contents"), public_id)
    if not request.htmx:
        return redirect("supervision:report", public_id=public_id)
    return render(request, "supervision/reports/_files.html", _state(request, found))


def _state(request: OfficerRequest, found: Report) -> dict[str, Any]:
    return {"report": found, "may_retry": request.user.can(Right.REPORTS_MAKE)}


@require_POST
@desk(Right.REPORTS_MAKE)
def report_retry(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found: Report = find(request, Report.objects.defer("pdf", "xlsx"), public_id)
    if making.retry(found, by=request.user):
        tasks.make_report.delay_on_commit(found.pk)
        messages.success(request, "Đang lập lại tệp.")
    return redirect("supervision:report", public_id=public_id)


@require_GET
@desk(Right.FIGURES_VIEW)
def report_pdf(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The stored bytes, in the browser's own reader. Each opening is written down."""
    found = _ready(request, Report.objects.defer("xlsx"), public_id)
    headers = {"Content-Disposition": f'inline; filename="{_file_name(found)}.pdf"', "Content-Security-Policy": READER}
    return _file(request, found, found.pdf, "PDF", "application/pdf", headers)


@require_GET
@desk(Right.FIGURES_VIEW)
def report_xlsx(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _ready(request, Report.objects.defer("pdf"), public_id)
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found)}.xlsx"'}
    return _file(request, found, found.xlsx, "Excel", XLSX, headers)


def _ready(request: OfficerRequest, rows: Any, public_id: uuid.UUID) -> Report:
    found: Report = find(request, rows.select_related("unit"), public_id)
    if found.state != ReportState.READY:
        raise Http404
    return found


def _file(
    request: OfficerRequest, found: Report, content: bytes | memoryview | None, words: str, kind: str,
    headers: dict[str, str],
) -> HttpResponse:  # fmt: skip
    record(request, Action.PRINT, target=found, sentence=f"Mở tệp {words}: {found.audit_label()}")
    return HttpResponse(bytes(content or b""), content_type=kind, headers=headers | {"Cache-Control": "no-store"})


def _file_name(found: Report) -> str:
    unit = found.unit.code if found.unit else "toan-quoc"
    name = slugify(found.get_kind_display().replace("đ", "d").replace("Đ", "D"))
    return f"{name}-{unit}-{found.period}-{found.first:%Y%m%d}-lan-{found.version}"
