"""The page of one file, and the moves that are made from it."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import submit_once
from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from cards.applications import guards, intake, queues, workflow
from cards.applications.forms import AssignForm, HandOverForm, MoveForm
from cards.applications.fresh import look_at_once
from cards.applications.page import everything
from cards.models import Application, State
from cards.tasks import render_receipt
from registry.tasks import scan_resident

PAGE = ("resident__commune", "commune", "created_by", "assigned_to", "overdue_reason_by", "paused_by")
AnyForm = MoveForm | HandOverForm | AssignForm


@require_safe
@desk(Right.APPLICATION_VIEW)
def application(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Whoever comes back from correcting the record finds it checked again, without waiting for the worker."""
    found = find(request, Application.objects.select_related(*PAGE), public_id)
    waits = intake.may_be_filled(found) or found.state == State.WAITING_FOR_DATA
    if waits and request.user.can(Right.APPLICATION_TAKE):
        look_at_once(request, found.resident)
    record(request, Action.VIEW, target=found, sentence=f"Xem hồ sơ {found.file_number}")
    return render(request, "cards/applications/page.html", everything(found, request.user))


@require_POST
@desk(Right.APPLICATION_TAKE)
def application_move(request: OfficerRequest, public_id: uuid.UUID, move: str) -> HttpResponse:
    found = find(request, Application.objects.select_related(*PAGE), public_id)
    form = _form_of(request, found, move)
    if submit_once.was_written(request):
        return redirect("cards:application", public_id=found.public_id)
    if not form.is_valid():
        return _refused(request, found, form)
    row = workflow.MOVES.get(move)
    if row is not None and row.guard in guards.LOOK_AT_DATA:
        look_at_once(request, found.resident)
    try:
        with transaction.atomic():
            if not submit_once.first_time(request):
                return redirect("cards:application", public_id=found.public_id)
            moved = workflow.move(found, move, by=request.user, **form.values())
    except workflow.MoveRefused as refused:
        return _refused(request, found, form, refused)
    _afterwards(found, moved)
    messages.success(request, _said(workflow.MOVES[move], moved))
    return redirect("cards:application", public_id=found.public_id)


def _said(row: workflow.Move, moved: Application) -> str:
    if row.target is None:
        return f"Hồ sơ {moved.file_number}: {row.sentence[:1].lower()}{row.sentence[1:]}."
    return f"Hồ sơ {moved.file_number}: {moved.get_state_display().lower()}."


def _afterwards(before: Application, moved: Application) -> None:
    """What waits for a worker: the slip of a file that was received just now, and the rules."""
    scan_resident.delay_on_commit(moved.resident_id)
    if before.received_at is None and moved.received_at and (slip := moved.receipt):
        render_receipt.delay_on_commit(slip.pk)


def _form_of(request: OfficerRequest, found: Application, move: str) -> AnyForm:
    """The fields of the card only where it can be handed over now; otherwise workflow.move() says why not."""
    row = workflow.MOVES.get(move)
    if row is not None and row.needs_card and found.state in row.sources:
        return HandOverForm(request.POST, application=found)
    if row is not None and row.needs_officer:
        return AssignForm(request.POST, among=queues.workers_of(request.user))
    return MoveForm(request.POST)


def _refused(
    request: OfficerRequest, found: Application, form: AnyForm, refused: workflow.MoveRefused | None = None
) -> HttpResponse:
    """Beside the fields when there are some to mend; otherwise one sentence on the page of the file."""
    if isinstance(form, HandOverForm) and (refused is None or refused.faults):
        form.show(refused.faults if refused else ())
        context = everything(found, request.user, hand_over=form)
        return render(request, "cards/applications/page.html", context, status=422)
    sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
    messages.error(request, str(refused) if refused else sentences[0])
    return redirect("cards:application", public_id=found.public_id)
