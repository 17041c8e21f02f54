"""Pages of closed periods: the list, one with its figures and corrections, counting it again, and the reasons."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.lists import paged
from accounts.periods import Period, name_of
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.submit_once import first_time, token_of
from supervision import closing
from supervision.corrections import note_all
from supervision.models import FrozenPeriod
from supervision.periods.listing import COUNTRY, PeriodTable, filter_of, listed
from supervision.periods.page import NoteForm, changes_of, sections_of


@require_safe
@desk(Right.FIGURES_VIEW)
def periods(request: OfficerRequest) -> HttpResponse:
    filtered = filter_of(request.user)(request.GET, listed(request.user), request=request)
    table = PeriodTable(filtered.qs, officer=request.user, order_by=request.GET.get("sort", "-kind"))
    paged(request, table, listed="kỳ đã chốt")
    return render(request, "supervision/periods/list.html", {"table": table, "filter": filtered})


@require_safe
@desk(Right.FIGURES_VIEW)
def period(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _page(request, _found(request, public_id))


@require_POST
@desk(Right.REPORTS_MAKE)
def period_check(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Count it again now. Twice does no harm."""
    frozen = _found(request, public_id)
    found = closing.find_corrections(frozen)
    told = f"{len(found)} số liệu nay khác khi chốt." if found else "không có số liệu nào khác khi chốt."
    messages.success(request, f"Đã đối chiếu: {told}")
    return redirect("supervision:period", public_id=public_id)


@require_POST
@desk(Right.REPORTS_MAKE)
def period_note(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One reason for the lines that are ticked; said once."""
    frozen = _found(request, public_id)
    form = NoteForm(request.POST, changes=changes_of(frozen))
    try:
        with transaction.atomic():
            if not first_time(request):
                return redirect("supervision:period", public_id=public_id)
            if form.is_valid():
                note_all(form.chosen, form.cleaned_data["reason"], by=request.user)
                messages.success(request, f"Đã ghi lý do của {len(form.chosen)} đính chính.")
                return redirect("supervision:period", public_id=public_id)
            transaction.set_rollback(True)
    except closing.CorrectionRefused as refused:
        form.add_error(None, str(refused))
    return _page(request, frozen, form)


def _found(request: OfficerRequest, public_id: uuid.UUID) -> FrozenPeriod:
    return find(request, FrozenPeriod.objects.select_related("unit"), public_id)


def _page(request: OfficerRequest, frozen: FrozenPeriod, form: NoteForm | None = None) -> HttpResponse:
    changes = changes_of(frozen)
    may_note = request.user.can(Right.REPORTS_MAKE)
    context = {
        "frozen": frozen,
        "name": name_of(frozen.kind, Period(frozen.first, frozen.last)),
        "place": frozen.unit.name if frozen.unit else COUNTRY,
        "sections": sections_of(frozen, changes),
        "changes": changes,
        "may_note": may_note,
        "form": form or (NoteForm(changes=changes) if may_note else None),
        "submit_token": token_of(request),
    }
    return render(request, "supervision/periods/period.html", context, status=422 if form else 200)
