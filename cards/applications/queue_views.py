"""The queues of the card desk: the lists, “Làm tiếp”, and giving files to a colleague."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import submit_once
from accounts.lists import paged
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, works_in_one_commune
from accounts.way_back import way_back
from cards.applications import queues, workflow
from cards.applications.forms import AssignForm
from cards.applications.queue_tables import QueueFilter, QueueTable
from cards.models import Application

PER_PAGE = 25
MOST = 100
"""Files that are given over at once; a page holds fewer."""


@require_safe
@desk(Right.APPLICATION_VIEW)
def queue_list(request: OfficerRequest, slug: str = "") -> HttpResponse:
    officer = request.user
    at = queues.QUEUES.get(slug or (queues.MINE if works_in_one_commune(officer) else queues.OVERDUE))
    if at is None:
        raise Http404
    rows = at.rows(officer).select_related("resident", "assigned_to")
    filtered = QueueFilter(request.GET, rows, request=request)
    may_assign = officer.can(Right.CARDS_MANAGE) and works_in_one_commune(officer)
    table = QueueTable(filtered.qs, may_assign=may_assign)
    paged(request, table, listed=f"hàng đợi hồ sơ căn cước, {at.title.lower()}", per_page=PER_PAGE)
    table.measure()
    counted = queues.counts(officer)
    context = {
        "at": at,
        "tabs": [{"queue": one, "count": counted[one.slug], "is_here": one == at} for one in queues.QUEUES.values()],
        "table": table,
        "filter": filtered,
        "can_take": officer.can(Right.APPLICATION_TAKE),
        "assign": AssignForm(among=queues.workers_of(officer)) if may_assign else None,
        "submit_token": submit_once.new_token(),
    }
    return render(request, "cards/applications/queue.html", context)


@require_safe
@desk(Right.APPLICATION_TAKE)
def queue_next(request: OfficerRequest) -> HttpResponse:
    """“Làm tiếp”: the next of mine. `sau` is the file from whose page the officer goes on. Nothing is claimed: a file
    has its holder."""
    before = _file(request, request.GET.get("sau", ""))
    following = queues.next_of(request.user, after=before)
    if following is None:
        messages.success(request, "Đồng chí không còn hồ sơ nào phải làm.")
        return redirect("cards:queue", queues.MINE)
    if following == before:
        messages.info(request, "Không còn hồ sơ nào khác phải làm.")
    return redirect("cards:application", public_id=following.public_id)


def _file(request: OfficerRequest, text: str) -> Application | None:
    try:
        return Application.objects.in_scope(request.user).filter(public_id=uuid.UUID(text)).first()
    except ValueError:
        return None


@require_POST
@desk(Right.CARDS_MANAGE)
def queue_assign(request: OfficerRequest) -> HttpResponse:
    """Give the chosen files to one colleague: all of them, or none when one cannot be given."""
    back = way_back(request) or reverse("cards:queue", args=["tat-ca"])
    if submit_once.was_written(request):
        return redirect(back)
    form = AssignForm(request.POST, among=queues.workers_of(request.user))
    chosen = _chosen(request)
    if not chosen:
        messages.error(request, "Đánh dấu hồ sơ cần giao trước khi bấm “Giao”.")
    elif not form.is_valid():
        messages.error(request, str(form.errors["to"][0]))
    else:
        _assign(request, chosen, form)
    return redirect(back)


def _assign(request: OfficerRequest, chosen: list[Application], form: AssignForm) -> None:
    to = form.cleaned_data["to"]
    try:
        with transaction.atomic():
            if not submit_once.first_time(request):
                return
            given = [one for one in chosen if one.assigned_to_id != to.pk]
            for one in given:
                workflow.move(one, "assign", by=request.user, to=to)
    except workflow.MoveRefused as refused:
        messages.error(request, f"Chưa giao hồ sơ nào. {refused}")
        return
    messages.success(request, f"Đã giao {len(given)} hồ sơ cho {to}.")


def _chosen(request: OfficerRequest) -> list[Application]:
    """The files that were ticked, in the order in which they are locked."""
    wanted = []
    for text in request.POST.getlist("ho_so")[:MOST]:
        try:
            wanted.append(uuid.UUID(text))
        except ValueError:
            continue
    return list(Application.objects.in_scope(request.user).filter(public_id__in=wanted).order_by("pk"))
