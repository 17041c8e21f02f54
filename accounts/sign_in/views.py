"""Staying signed in, keeping drafts, and the page for a form whose guard has gone stale."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.sign_in import drafts
from accounts.sign_in.middleware import wind


@require_POST
@desk(Right.WORK)
def stay(request: OfficerRequest) -> HttpResponse:
    """ "Ở lại": the idle clock begins anew, to the second."""
    wind(request)
    return JsonResponse({"ok": True})


@require_POST
@desk(Right.WORK)
def draft(request: OfficerRequest) -> HttpResponse:
    """Autosave: the fields of the form at ?path=… are kept. Answers when."""
    path = request.GET.get("path", "")
    if not path.startswith("/") or path.startswith("//"):
        return HttpResponseBadRequest("Thiếu địa chỉ của biểu mẫu.")
    kept = drafts.keep(request.user, path, request.POST)
    return JsonResponse({"saved_at": f"{timezone.localtime(kept.saved_at):%H:%M}" if kept else None})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent with a guard of an earlier session: nothing was written; say so and how to go on."""
    return render(request, "errors/csrf.html", status=403)
