"""The pages of clean-up: the four queues, the list of one, and the case."""

import uuid

import pghistory
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.sign_in import drafts
from registry.cleanup import queue
from registry.cleanup.case import case_of
from registry.cleanup.checklist import Item
from registry.cleanup.figures import group_figures, rule_figures
from registry.cleanup.forms import RELEASE, SET_ASIDE, VERIFY, SetAsideForm, VerifyForm
from registry.cleanup.rules import group_title
from registry.cleanup.scan import scan
from registry.cleanup.tables import ALL_GROUPS, FindingFilter, FindingTable, listed
from registry.models import Finding, FindingState, Resident

PAGE = 25


@require_GET
@desk(Right.CLEANUP_VIEW)
def overview(request: OfficerRequest) -> HttpResponse:
    officer = request.user
    return render(
        request,
        "registry/cleanup/overview.html",
        {
            "groups": group_figures(officer),
            "rules": [
                {"figure": one, "pill": Item(Finding(rule=one.code, severity=one.severity))}
                for one in rule_figures(officer)
            ],
            "can_work": officer.can(Right.CLEANUP_WORK),
        },
    )


@require_GET
@desk(Right.CLEANUP_VIEW)
def queue_list(request: OfficerRequest, group: str) -> HttpResponse:
    """The open cases of a group, or of all (`tat-ca`); ?cu_dan=<public id> narrows to one person."""
    letter, title = _group(group)
    person = _person(request)
    rows = queue.findings_open(request.user, letter)
    if person is not None:
        rows = rows.filter(resident=person)
    filtered = FindingFilter(request.GET, listed(rows), officer=request.user, group=letter)
    table = FindingTable(filtered.qs)
    paged(request, table, per_page=PAGE)
    record(
        request,
        Action.VIEW,
        target=person,
        sentence=f"Xem danh sách việc làm sạch, nhóm {title}",
        data={"query": request.GET.urlencode()[:500]},
    )
    context = {
        "group": group,
        "title": title,
        "person": person,
        "filter": filtered,
        "table": table,
        "can_work": request.user.can(Right.CLEANUP_WORK) and letter is not None,
    }
    return render(request, "registry/cleanup/queue.html", context)


def _group(group: str) -> tuple[str | None, str]:
    if group == ALL_GROUPS:
        return None, "Tất cả"
    return group.upper(), group_title(group.upper())


def _person(request: OfficerRequest) -> Resident | None:
    wanted = request.GET.get("cu_dan", "")
    if not wanted:
        return None
    try:
        return find(request, Resident.objects.all(), uuid.UUID(wanted))
    except ValueError:
        raise Http404 from None


@desk(Right.CLEANUP_WORK)
def next_case(request: OfficerRequest, group: str) -> HttpResponse:
    """“Làm tiếp”: claim the next case and open it. A bookmarked address only opens the queue: claiming is a POST."""
    if request.method != "POST":
        return redirect("registry:cleanup_queue", group)
    return _go_on(request, group)


def _go_on(request: OfficerRequest, group: str) -> HttpResponse:
    letter, title = _group(group)
    finding = queue.claim_next(request.user, letter)
    if finding is None:
        messages.success(request, f"Nhóm {title} không còn việc nào chờ.")
        return redirect("registry:cleanup_queue", group)
    return redirect("registry:cleanup_case", finding.public_id)


@require_GET
@desk(Right.CLEANUP_VIEW)
def case(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One case. Whoever comes back from correcting the record finds it checked again, without waiting for the
    worker."""
    finding = _finding(request, public_id)
    if finding.resident.scan_due and request.user.can(Right.CLEANUP_WORK):
        _scan_at_once(request, finding.resident_id)
        finding = _finding(request, public_id)
    typed = drafts.load(request)  # what a late submit carried, when the session had ended
    return _case_page(request, finding, VerifyForm(initial=typed), SetAsideForm(initial=typed or None))


def _scan_at_once(request: OfficerRequest, resident_id: int) -> None:
    """The history of what changes names the officer, as for a POST: the middleware gives no context to a GET."""
    by = request.user
    with pghistory.context(user=by.pk, badge=by.badge_number, url=request.path, method=request.method):
        scan([resident_id])


def _finding(request: OfficerRequest, public_id: uuid.UUID) -> Finding:
    rows = Finding.objects.select_related("resident", "resident__commune", "claimed_by", "decided_by")
    return find(request, rows, public_id)


def _case_page(request: OfficerRequest, finding: Finding, verify: VerifyForm, later: SetAsideForm) -> HttpResponse:
    """The page, whether opened or answered with a refusal, is a view of the person."""
    record(
        request,
        Action.VIEW,
        target=finding.resident,
        sentence=f"Xem {finding.resident.audit_label()} để làm sạch: {queue.described(finding)}",
    )
    context = case_of(finding, officer=request.user) | {
        "verify_form": verify,
        "later_form": later,
        "group": finding.group.lower(),
        "group_title": group_title(finding.group),
        "can_work": request.user.can(Right.CLEANUP_WORK),
    }
    status = 422 if verify.errors or later.errors else 200
    return render(request, "registry/cleanup/case.html", context, status=status)


@require_POST
@desk(Right.CLEANUP_WORK)
def decide(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One of the outcomes; then the next case opens itself. A second click finds the case decided and goes on as
    well."""
    finding = _finding(request, public_id)
    group, outcome = finding.group.lower(), request.POST.get("outcome", "")
    if outcome == RELEASE:
        queue.release(finding, by=request.user)
        messages.success(request, "Đã trả lại hàng đợi.")
        return redirect("registry:cleanup_queue", group)
    verify = VerifyForm(request.POST if outcome == VERIFY else None)
    later = SetAsideForm(request.POST if outcome == SET_ASIDE else None)
    asked = verify if outcome == VERIFY else later
    if not asked.is_bound or not asked.is_valid():
        return _case_page(request, finding, verify, later)
    if finding.state == FindingState.VERIFIED and finding.decided_by == request.user:
        return _go_on(request, group)
    try:
        said = _decided(finding, asked, request)
    except queue.QueueRefused as refused:
        asked.add_error(refused.field, str(refused))
        return _case_page(request, finding, verify, later)
    drafts.forget(request, reverse("registry:cleanup_case", args=[finding.public_id]))
    messages.success(request, said)
    return _go_on(request, group)


def _decided(finding: Finding, form: VerifyForm | SetAsideForm, request: OfficerRequest) -> str:
    """Do it, and say what was done."""
    if isinstance(form, VerifyForm):
        queue.verify(finding, by=request.user, basis=form.cleaned_data["basis"])
        return f"Đã xác minh, đúng: {finding.resident.full_name}, {finding.rule}."
    until = form.cleaned_data["until"]
    queue.set_aside(finding, by=request.user, until=until, reason=form.cleaned_data["reason"])
    return f"Để sau đến {until:%d/%m/%Y}: {finding.resident.full_name}, {finding.rule}."
