"""Staying signed in, keeping drafts, seeing recovery codes, and the page for a form whose guard has gone stale."""

from typing import Any

from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, ViewRecoveryCodesView
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.audit import record
from accounts.models import Action
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
    if not drafts.accepts(path):
        return HttpResponseBadRequest("Địa chỉ này không có biểu mẫu nào lưu nháp.")
    kept = drafts.keep(request.user, path, request.POST)
    return JsonResponse({"saved_at": f"{timezone.localtime(kept.saved_at):%H:%M}" if kept else None})


@require_POST
@desk(Right.WORK)
def draft_forget(request: OfficerRequest) -> HttpResponse:
    """ "Bỏ bản nháp": the form at ?path=… opens again as if nothing had been typed."""
    path = request.GET.get("path", "")
    if not drafts.accepts(path):
        return HttpResponseBadRequest("Địa chỉ này không có biểu mẫu nào lưu nháp.")
    drafts.forget(request, path)
    return redirect(path)


class _Seen:
    """Whoever opens recovery codes has seen a key to the account: a line in the trail."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        request: OfficerRequest = self.request  # type: ignore[attr-defined]
        record(request, Action.REVEAL, target=request.user, sentence="Xem mã khôi phục")
        return super().render_to_response(context, **kwargs)  # type: ignore[misc]


class _OnScreen(_Seen, ViewRecoveryCodesView):
    pass


class _AsFile(_Seen, DownloadRecoveryCodesView):
    pass


recovery_codes = desk(Right.WORK)(_OnScreen.as_view())
recovery_codes_file = desk(Right.WORK)(_AsFile.as_view())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent with a guard of an earlier session: nothing was written; say so and how to go on."""
    return render(request, "errors/csrf.html", status=403)
