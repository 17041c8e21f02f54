"""The page of long work: what runs for the officer's communes, how far it is, and what stopped it."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.submit_once import first_time, new_token
from registry import tasks
from registry.jobs import work
from registry.jobs.work import SILENT_AFTER, JobRefused
from registry.models import Job, JobState, MatchBusyKey

SHOWN = 40
KEYS_SHOWN = 20
PARTS = {
    "number": "số định danh", "cmnd": "số CMND", "last_six": "sáu số cuối", "bare_name": "họ tên", "words": "họ tên",
    "surname": "họ", "sound": "âm của họ tên", "given": "tên", "year": "năm sinh", "date": "ngày sinh",
    "day_month": "ngày tháng sinh", "bare_mother": "tên mẹ", "bare_father": "tên cha", "given_mother": "tên gọi của mẹ",
    "given_father": "tên gọi của cha", "commune": "xã", "hamlet": "thôn, tổ", "line": "địa chỉ",
    "home_town": "quê quán", "phone": "điện thoại",
}  # fmt: skip
"""What a blocking key is made of (registry/matching/keys.py), in the words of the screen."""
STARTED_BY_HAND = ("match",)  # the scan follows every change at once, and runs every night
PILLS = {
    JobState.WAITING: "quiet", JobState.RUNNING: "info", JobState.DONE: "ok", JobState.FAILED: "block",
    JobState.PARKED: "warn",
}  # fmt: skip


@require_GET
@desk(Right.JOBS_VIEW)
def jobs(request: OfficerRequest) -> HttpResponse:
    own = [one for one in map(work.named, STARTED_BY_HAND) if one] if _may_start(request) else []
    context = _rows(request) | {
        "own": own,
        "busy_keys": [(called(key.kind), key) for key in MatchBusyKey.objects.order_by("-holders")[:KEYS_SHOWN]],
        "busy_count": MatchBusyKey.objects.count(),
        "submit_token": new_token(),
    }
    return render(request, "registry/jobs/list.html", context)


@require_GET
@desk(Right.JOBS_VIEW, poll=True)
def jobs_progress(request: OfficerRequest) -> HttpResponse:
    """The table alone, asked again every few seconds while something runs."""
    return render(request, "registry/jobs/_table.html", _rows(request) | {"submit_token": new_token()})


@require_POST
@desk(Right.JOBS_START)
def job_start(request: OfficerRequest, kind: str) -> HttpResponse:
    """Everybody of the chief's commune, once more, now."""
    one = work.named(kind)
    if one is None or kind not in STARTED_BY_HAND or request.user.unit is None:
        raise Http404
    try:
        with transaction.atomic():
            if first_time(request):
                work.start(kind, request.user.unit, by=request.user)
                tasks.search_due.delay_on_commit()
        messages.success(request, f"Đã xếp “{one.title}”. Đồng chí làm việc khác được; trang này cho biết tiến độ.")
    except JobRefused as refused:
        messages.warning(request, str(refused))
    return redirect("registry:jobs")


@require_POST
@desk(Right.JOBS_START)
def job_go_on(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    job = find(request, Job.objects.all(), public_id)
    try:
        with transaction.atomic():
            if first_time(request):
                work.go_on(job, by=request.user)
                tasks.search_due.delay_on_commit()
        messages.success(request, "Việc này sẽ chạy tiếp từ chỗ đã dừng.")
    except JobRefused as refused:
        messages.warning(request, str(refused))
    return redirect("registry:jobs")


def _rows(request: OfficerRequest) -> dict:
    """What stopped first, then what runs, then what is done; the newest of each. One query."""
    order = Case(
        When(state__in=[JobState.PARKED, JobState.FAILED], then=Value(0)),
        When(state__in=[JobState.WAITING, JobState.RUNNING], then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = Job.objects.in_scope(request.user) | Job.objects.filter(commune=None)  # the whole register is everybody's
    newest = rows.select_related("commune", "asked_by").order_by(order, "-for_day", "-pk")
    shown = [_shown(job) for job in newest[:SHOWN]]
    return {"jobs": shown, "is_running": any(one["job"].is_waiting for one in shown), "may_start": _may_start(request)}


def _shown(job: Job) -> dict:
    one = work.named(job.kind)
    silent = job.state == JobState.RUNNING and job.heartbeat_at and timezone.now() - job.heartbeat_at > SILENT_AFTER
    return {
        "job": job,
        "title": one.title if one else job.kind,
        "found": f"{job.found_count} {one.found_words}" if one and one.found_words and job.found_count else "",
        "pill": PILLS[JobState(job.state)],
        "is_silent": bool(silent),
        "stopped": job.state in (JobState.PARKED, JobState.FAILED),
    }


def called(kind: str) -> str:
    """ "date + line" as "ngày sinh + địa chỉ"."""
    return " + ".join(PARTS.get(part, part) for part in kind.split(" + "))


def _may_start(request: OfficerRequest) -> bool:
    return request.user.can(Right.JOBS_START)
