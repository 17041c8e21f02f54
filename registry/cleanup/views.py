"""The pages of clean-up: the four queues, and the list of one."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find, works_in_one_commune
from registry.cleanup import queues
from registry.cleanup.checklist import Item
from registry.cleanup.figures import group_figures, rule_figures
from registry.cleanup.queue import is_chief
from registry.cleanup.queues import Queue
from registry.cleanup.tables import FindingFilter, FindingTable, listed
from registry.cleanup.today import today_of
from registry.models import Finding, Resident

PAGE = 25


@require_GET
@desk(Right.CLEANUP_VIEW)
def overview(request: OfficerRequest) -> HttpResponse:
    officer = request.user
    groups = group_figures(officer)
    return render(
        request,
        "registry/cleanup/overview.html",
        {
            "groups": groups,
            "for_me": sum(one.for_me for one in groups),
            "for_chief": sum(one.for_chief for one in groups),
            "is_chief": is_chief(officer),
            "rules": [
                {"figure": one, "pill": Item(Finding(rule=one.code, severity=one.severity))}
                for one in rule_figures(officer)
            ],
            "can_work": officer.can(Right.CLEANUP_WORK),
            "today": today_of(officer) if works_in_one_commune(officer) else None,
        },
    )


@require_GET
@desk(Right.CLEANUP_VIEW)
def queue_list(request: OfficerRequest, slug: str) -> HttpResponse:
    """The cases of a group, of a rule, or of all (`tat-ca`); ?cu_dan=<public id> narrows to one person."""
    queue = queue_at(slug)
    officer, person = request.user, _person(request)
    rows = queue.narrow(Finding.objects.in_scope(officer))
    if person is not None:
        rows = rows.filter(resident=person)
    filtered = FindingFilter(request.GET, listed(rows), officer=officer, queue=queue)
    onward = _onward(queue, filtered)
    table = FindingTable(filtered.qs, slug=onward.slug)
    paged(request, table, per_page=PAGE)
    record(
        request,
        Action.VIEW,
        target=person,
        sentence=f"Xem danh sách việc làm sạch, {queue.called}",
        data={"query": request.GET.urlencode()[:500]},
    )
    context = {
        "queue": queue,
        "onward": onward,
        "person": person,
        "filter": filtered,
        "table": table,
        "can_work": officer.can(Right.CLEANUP_WORK),
        "today": today_of(officer) if works_in_one_commune(officer) else None,
    }
    return render(request, "registry/cleanup/queue.html", context)


def queue_at(slug: str) -> Queue:
    queue = queues.named(slug)
    if queue is None:
        raise Http404
    return queue


def _onward(queue: Queue, filtered: FindingFilter) -> Queue:
    """With a rule chosen in the filter, “Làm tiếp” stays within that rule."""
    rule = filtered.form.cleaned_data.get("quy_tac") if filtered.form.is_valid() else ""
    return queues.of_rule(rule) if rule else queue


def _person(request: OfficerRequest) -> Resident | None:
    wanted = request.GET.get("cu_dan", "")
    if not wanted:
        return None
    try:
        return find(request, Resident.objects.all(), uuid.UUID(wanted))
    except ValueError:
        raise Http404 from None
