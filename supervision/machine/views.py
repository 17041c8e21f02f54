"""The page of the machine for the administrator, and the same as JSON for a monitor."""

import hmac
import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.submit_once import first_time, new_token
from supervision.machine import again, orders, page, queues, state, told
from supervision.machine.kinds import kinds
from supervision.machine.orders import RequeueRefused

OF_A_TASK = "viec-nen"
NOT_SENT = "Redis không nhận việc; chưa chạy lại. Thử lại khi Redis trả lời."
SENT_LATER = "Redis chưa nhận tin; đợt quét định kỳ sẽ tự lấy các việc này."


@require_GET
@desk(Right.MACHINE_VIEW)
def machine(request: OfficerRequest) -> HttpResponse:
    return render(
        request,
        "supervision/machine/page.html",
        page.shown(state.look(one_by_one=True)) | {"submit_token": new_token()},
    )


@require_safe
@never_cache
@login_not_required
def machine_json(request: HttpRequest) -> HttpResponse:
    """For a monitor that bears MONITOR_TOKEN; without that variable there is no such address. 503 when something is
    broken, so that a monitor that reads no JSON sees it too."""
    token = settings.MONITOR_TOKEN
    if not token:
        raise Http404
    borne = request.headers.get("Authorization", "")
    if not hmac.compare_digest(borne.encode(), f"Bearer {token}".encode()):
        answer = JsonResponse({"error": "a bearer token is needed"}, status=401)
        answer["WWW-Authenticate"] = 'Bearer realm="monitor"'
        return answer
    now = state.look()
    return JsonResponse(told.as_json(now), status=503 if now.level == state.Level.BROKEN else 200)


machine_json.__dict__["is_public"] = True  # no sign-in: the token is its door


@require_POST
@desk(Right.MACHINE_VIEW)
def machine_requeue(request: OfficerRequest, kind: str, ref: uuid.UUID | None = None) -> HttpResponse:
    """One failed order, all of a kind, or one failed task once more."""
    try:
        if kind == OF_A_TASK and ref is not None:
            _send_task(request, ref)
        else:
            _send_orders(request, kind, ref)
    except RequeueRefused as refused:
        messages.warning(request, str(refused))
    return redirect("supervision:machine")


@require_POST
@desk(Right.MACHINE_VIEW)
def machine_close(request: OfficerRequest, ref: uuid.UUID) -> HttpResponse:
    try:
        again.close(ref, by=request.user)
        messages.success(request, "Đã đóng lỗi này.")
    except RequeueRefused as refused:
        messages.warning(request, str(refused))
    return redirect("supervision:machine")


def _send_orders(request: OfficerRequest, kind: str, ref: uuid.UUID | None) -> None:
    with transaction.atomic():
        if not first_time(request):
            return
        many = orders.again(kind, by=request.user, ref=ref)
    messages.success(request, f"Đã cho chạy lại {many} việc: {kinds()[kind].title.lower()}.")
    if not queues.send(kinds()[kind].sweep):
        messages.warning(request, SENT_LATER)


def _send_task(request: OfficerRequest, ref: uuid.UUID) -> None:
    with transaction.atomic():
        if not first_time(request):
            return
        task = again.mark_sent(ref, by=request.user)
    if queues.send(task):
        messages.success(request, "Đã gửi việc này chạy lại.")
        return
    again.unmark_sent(ref, by=request.user)
    messages.warning(request, NOT_SENT)
