"""Staying signed in, keeping drafts, seeing recovery codes, and the page for a form whose guard has gone stale."""

import uuid
from typing import Any, cast

from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, ViewRecoveryCodesView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record
from accounts.models import Action, Draft
from accounts.roles import Right
from accounts.scope import OfficerRequest, ScopedQuerySet, desk, find
from accounts.sign_in import drafts, held, reading, taking_over
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
    """Autosave: the fields of the form at ?path=… are kept. Answers when, and what the officer is to be told."""
    path = request.GET.get("path", "")
    if not drafts.accepts(path):
        return HttpResponseBadRequest("Địa chỉ này không có biểu mẫu nào lưu nháp.")
    try:
        kept = drafts.keep(request.user, path, request.POST, known=request.GET.get("version", ""))
    except drafts.DraftRefused as refused:
        return JsonResponse({"saved_at": None, "said": [str(refused)]})
    if kept is None:
        return JsonResponse({"saved_at": None})
    saved_at = f"{timezone.localtime(kept.draft.saved_at):%H:%M}"
    return JsonResponse({"saved_at": saved_at, "version": drafts.version_of(kept.draft), "said": kept.said})


@require_POST
@desk(Right.WORK)
def draft_forget(request: OfficerRequest) -> HttpResponse:
    """ "Bỏ bản nháp": the form at ?path=… opens again as if nothing had been typed."""
    path = request.GET.get("path", "")
    if not drafts.accepts(path):
        return HttpResponseBadRequest("Địa chỉ này không có biểu mẫu nào lưu nháp.")
    drafts.forget(request, path)
    return redirect(path)


@require_safe
@desk(Right.RESIDENT_WRITE)
def draft_look(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """What somebody of the office typed, to be read. A look at a colleague's draft leaves a line."""
    found = _draft(request, public_id)
    if found.officer_id != request.user.pk:
        record(request, Action.VIEW, target=found, data={"path": found.path},
               sentence=f"Xem bản nháp của {drafts.comrade(found.officer)}: {drafts.what(found)}")  # fmt: skip
    context = {
        "held": held.colleagues(request, [found])[0],
        "lines": reading.lines(found),
        "is_mine": found.officer_id == request.user.pk,
        "may_drop": taking_over.may_drop(found, request.user),
    }
    return render(request, "accounts/drafts/look.html", context)


@require_POST
@desk(Right.RESIDENT_WRITE)
def draft_take(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """ "Nhận làm tiếp": the form opens with what the colleague typed."""
    found = _draft(request, public_id)
    try:
        taken = taking_over.take(found, by=request.user)
    except drafts.DraftRefused as refused:
        messages.warning(request, str(refused))
        return redirect("accounts:home")
    return redirect(taken.path)


@require_POST
@desk(Right.RESIDENT_WRITE)
def draft_drop(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """ "Bỏ bản này": one's own version, or as the chief one that nobody goes on with."""
    found = _draft(request, public_id)
    try:
        taking_over.drop(found, by=request.user)
    except drafts.DraftRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"Đã bỏ bản nháp: {drafts.what(found)}.")
    return redirect("accounts:home")


def _draft(request: OfficerRequest, public_id: uuid.UUID) -> Draft:
    rows = Draft.objects.with_lease().select_related("officer", "taken_from")
    return find(request, cast(ScopedQuerySet[Draft], rows), public_id)


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
