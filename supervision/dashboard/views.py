"""The first page of those who look from above, and the list behind each number."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from supervision.dashboard.asked import asked
from supervision.dashboard.page import everything


@require_safe
@desk(Right.FIGURES_VIEW)
def dashboard(request: OfficerRequest) -> HttpResponse:
    """Counts only, nobody's name: not audited."""
    chosen = asked(request)
    status = 200 if chosen.form.is_valid() else 422
    return render(request, "supervision/dashboard/page.html", everything(chosen), status=status)
