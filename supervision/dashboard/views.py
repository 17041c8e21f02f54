"""The first page of those who look from above, and the list behind each number."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Right, Role
from accounts.scope import OfficerRequest, desk, refuse
from supervision.dashboard import fragments
from supervision.dashboard.asked import Asked, asked
from supervision.dashboard.page import everything


@require_safe
@desk(Right.FIGURES_VIEW)
def dashboard(request: OfficerRequest) -> HttpResponse:
    """Counts only, nobody's name: not audited."""
    chosen = asked(request)
    status = 200 if chosen.form.is_valid() else 422
    return render(request, "supervision/dashboard/page.html", everything(chosen), status=status)


@require_safe
@desk(Right.FIGURES_VIEW)
def below(request: OfficerRequest) -> HttpResponse:
    """A commune by hamlet and by officer: a fragment of its page, or a page of its own without scripts."""
    template = "supervision/dashboard/_parts.html" if request.htmx else "supervision/dashboard/parts.html"
    return render(request, template, fragments.below(_of_commune(request)))


@require_safe
@desk(Right.FIGURES_VIEW)
def mine(request: OfficerRequest) -> HttpResponse:
    """The own work and hamlets of an officer: a fragment of the page, or a page of its own. Nobody else has any."""
    if request.user.role != Role.OFFICER:
        return refuse(request, Right.FIGURES_VIEW)
    template = "supervision/dashboard/_mine.html" if request.htmx else "supervision/dashboard/mine.html"
    return render(request, template, fragments.mine(_of_commune(request)))


def _of_commune(request: OfficerRequest) -> Asked:
    """404 where the page of figures asks for nothing of the kind."""
    chosen = asked(request)
    if not chosen.form.is_valid() or not fragments.are_of(chosen):
        raise Http404
    return chosen
