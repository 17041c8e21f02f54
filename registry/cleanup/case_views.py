"""The case: opened by “Làm tiếp” or from a list, mended on the spot or decided; then the next one opens itself."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pghistory
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import submit_once
from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find, works_in_one_commune
from accounts.sign_in import drafts
from accounts.submit_once import new_token
from registry import tasks
from registry.cleanup import fixing, queue
from registry.cleanup.case import case_of, fields_of, part_form
from registry.cleanup.forms import (
    ASK_CHIEF,
    HAND_OVER,
    RELEASE,
    SET_ASIDE,
    SKIP,
    TAKE,
    VERIFY,
    AskChiefForm,
    HandOverForm,
    SetAsideForm,
    VerifyForm,
)
from registry.cleanup.handing import colleagues_for, hamlet_of
from registry.cleanup.queue import QueueRefused
from registry.cleanup.queues import Queue, queue_for
from registry.cleanup.scan import scan
from registry.cleanup.today import today_of
from registry.cleanup.views import queue_at
from registry.models import Finding, FindingState, IdentityNumber
from registry.residents import part_sheet
from registry.residents.edit_sheet import Sheet
from registry.residents.refusal import RecordMoved, RegisterRefused


@dataclass
class Shown:
    """What of a page is not as it is opened: the fields of the record that were sent (`sheet`), or the `form` of an
    outcome, with their refusal."""

    sheet: Sheet | None = None
    form: forms.Form | None = None
    outcome: str = ""
    said: str = ""
    status: int = 200


@desk(Right.CLEANUP_WORK)
def next_case(request: OfficerRequest, slug: str) -> HttpResponse:
    """“Làm tiếp”: claim the next case and open it. A bookmarked address only opens the queue: claiming is a POST."""
    at = queue_at(slug)
    if request.method != "POST":
        return redirect("registry:cleanup_queue", slug)
    return _go_on(request, at, after=_come_from(request))


def _come_from(request: OfficerRequest) -> Finding | None:
    """The case from whose page the officer goes on (`sau`), so that the rest of the same person comes first."""
    try:
        before = uuid.UUID(request.POST.get("sau", ""))
    except ValueError:
        return None
    return Finding.objects.in_scope(request.user).filter(public_id=before).first()


@require_GET
@desk(Right.CLEANUP_VIEW)
def case(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One case. Whoever comes back from correcting the record finds it checked again, without waiting for the
    worker."""
    finding = _finding(request, public_id)
    if finding.resident.scan_due and request.user.can(Right.CLEANUP_WORK):
        _scan_at_once(request, finding.resident_id)
        finding = _finding(request, public_id)
    return _page(request, finding)


def _scan_at_once(request: OfficerRequest, resident_id: int) -> None:
    """The history of what changes names the officer, as for a POST: the middleware gives no context to a GET."""
    by = request.user
    with pghistory.context(user=by.pk, badge=by.badge_number, url=request.path, method=request.method):
        scan([resident_id])


def _finding(request: OfficerRequest, public_id: uuid.UUID) -> Finding:
    people = ("claimed_by", "decided_by", "handed_to", "handed_by")
    return find(request, Finding.objects.select_related("resident__commune__parent", *people), public_id)


# --- mending on the spot -----------------------------------------------------------------------------------------


@require_POST
@desk(Right.RESIDENT_WRITE)
def fix(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write the fields of the case page, or what the case proposes (`chap_nhan`); on to the next when that mended
    it."""
    finding = _finding(request, public_id)
    if submit_once.was_written(request):
        return _after_fix(request, finding, [])
    return _accept(request, finding) if "chap_nhan" in request.POST else _write(request, finding)


def _write(request: OfficerRequest, finding: Finding, *, again: bool = True) -> HttpResponse:
    numbers = list(IdentityNumber.objects.filter(resident=finding.resident_id, is_active=True))
    only = fields_of(finding, numbers)
    if not only:
        return _page(request, finding, Shown(said="Việc này do bàn khác sửa; chọn một nút bên dưới.", status=422))
    sheet = part_sheet.sent(finding.resident, by=request.user, only=only, data=request.POST)
    if not sheet.is_writable():
        return _page(request, finding, Shown(sheet=sheet, status=422))
    try:
        with transaction.atomic():
            if not submit_once.first_time(request):
                return _after_fix(request, finding, [])
            done = fixing.fix(finding, sheet, by=request.user)
            _forget_draft(request, finding)
    except RecordMoved as moved:
        if again:  # a colleague was faster by a blink: compare with what he wrote
            return _write(request, _finding(request, finding.public_id), again=False)
        return _refused(request, finding, sheet, None, str(moved))
    except RegisterRefused as refused:
        if refused.asked_outside:
            told = f"Số {request.POST.get('number', '')} đã thuộc hồ sơ của xã khác: từ chối ghi"
            record(request, Action.SEARCH_OUTSIDE, sentence=told)
        return _refused(request, finding, sheet, refused.field, str(refused))
    except QueueRefused as refused:
        return _refused(request, finding, sheet, None, str(refused))
    tasks.search_resident.delay_on_commit(finding.resident_id)
    for notice in sheet.form.notices:
        messages.info(request, notice)
    return _after_fix(request, done.finding, done.changed)


def _refused(request: OfficerRequest, finding: Finding, sheet: Sheet, name: str | None, sentence: str) -> HttpResponse:
    sheet.form.add_error(name if name in sheet.form.fields else None, sentence)
    return _page(request, _finding(request, finding.public_id), Shown(sheet=sheet, status=422))


def _accept(request: OfficerRequest, finding: Finding) -> HttpResponse:
    try:
        with transaction.atomic():
            if not submit_once.first_time(request):
                return _after_fix(request, finding, [])
            done = fixing.accept(finding, seen=request.POST.get("da_xem", ""), by=request.user)
    except (QueueRefused, RegisterRefused) as refused:
        return _page(request, _finding(request, finding.public_id), Shown(said=str(refused), status=422))
    tasks.search_resident.delay_on_commit(finding.resident_id)
    return _after_fix(request, done.finding, done.changed)


def _after_fix(request: OfficerRequest, finding: Finding, changed: list[str]) -> HttpResponse:
    """On to the next case; or, when other values still make the rule fire, back to this one."""
    at = _queue(request, finding)
    said = f"Đã ghi: {', '.join(changed)}." if changed else "Không có gì thay đổi."
    if finding.state == FindingState.CLOSED:
        messages.success(request, f"{finding.resident.full_name}, {finding.rule}: {said} Việc này đã sửa xong.")
        return _go_on(request, at, after=finding)
    still = finding.evidence.get("sentence", "")
    messages.warning(request, f"{said} Quy tắc {finding.rule} vẫn còn báo: {still}")
    return redirect(_address(finding, at))


# --- deciding ----------------------------------------------------------------------------------------------------


@require_POST
@desk(Right.CLEANUP_WORK)
def decide(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One of the outcomes; then the next case opens itself. A second click finds the case decided and goes on as
    well."""
    finding = _finding(request, public_id)
    at, outcome = _queue(request, finding), request.POST.get("outcome", "")
    if outcome == RELEASE:
        queue.release(finding, by=request.user)
        messages.success(request, "Đã trả lại hàng đợi.")
        return redirect("registry:cleanup_queue", at.slug)
    if outcome == SKIP:
        queue.skip(finding, by=request.user)
        return _go_on(request, at, after=finding, but=finding)
    if outcome == TAKE:
        return _take(request, finding, at)
    if outcome not in ACTS:
        return _page(request, finding, Shown(said="Chọn một kết luận.", status=422))
    form = _forms(finding, request, hamlet=hamlet_of(finding), outcome=outcome)[outcome]
    if not form.is_valid():
        return _page(request, finding, Shown(form=form, outcome=outcome, status=422))
    if _is_done_already(finding, outcome, request):
        return _go_on(request, at, after=finding)
    try:
        said = ACTS[outcome](finding, form.cleaned_data, request)
    except QueueRefused as refused:
        name = MESSAGES.get(outcome) if refused.field == "message" else refused.field
        form.add_error(name, str(refused))
        return _page(request, finding, Shown(form=form, outcome=outcome, status=422))
    _forget_draft(request, finding)
    messages.success(request, f"{said}: {finding.resident.full_name}, {finding.rule}.")
    return _go_on(request, at, after=finding)


def _take(request: OfficerRequest, finding: Finding, at: Queue) -> HttpResponse:
    try:
        queue.take(finding, by=request.user)
    except QueueRefused as refused:
        messages.warning(request, str(refused))
    return redirect(_address(finding, at))


def _is_done_already(finding: Finding, outcome: str, request: OfficerRequest) -> bool:
    me = request.user.pk
    if outcome == VERIFY:
        return finding.state == FindingState.VERIFIED and finding.decided_by_id == me
    told = " ".join(request.POST.get(MESSAGES.get(outcome, ""), "").split())[:300]
    is_same = finding.handed_by_id == me and finding.message == told
    if outcome == HAND_OVER:
        to = str(finding.handed_to.public_id) if finding.handed_to else ""
        return is_same and to == request.POST.get("to")
    return outcome == ASK_CHIEF and is_same and finding.is_for_chief


Act = Callable[[Finding, dict[str, Any], OfficerRequest], str]


def _verify(finding: Finding, asked: dict[str, Any], request: OfficerRequest) -> str:
    queue.verify(finding, by=request.user, basis=asked["basis"])
    return "Đã xác minh, đúng"


def _set_aside(finding: Finding, asked: dict[str, Any], request: OfficerRequest) -> str:
    queue.set_aside(finding, by=request.user, until=asked["until"], reason=asked["reason"])
    return f"Để sau đến {asked['until']:%d/%m/%Y}"


def _hand_over(finding: Finding, asked: dict[str, Any], request: OfficerRequest) -> str:
    queue.hand_over(finding, to=asked["to"], by=request.user, message=asked["handed_message"])
    return f"Đã chuyển đồng chí {asked['to']}"


def _ask_chief(finding: Finding, asked: dict[str, Any], request: OfficerRequest) -> str:
    queue.ask_chief(finding, by=request.user, message=asked["question"])
    return "Đã xin ý kiến trưởng"


ACTS: dict[str, Act] = {VERIFY: _verify, SET_ASIDE: _set_aside, HAND_OVER: _hand_over, ASK_CHIEF: _ask_chief}
MESSAGES = {HAND_OVER: "handed_message", ASK_CHIEF: "question"}
"""What the queue calls the message, on the forms: two of one name would be two fields of one id on the page."""


# --- what the views share ----------------------------------------------------------------------------------------


def _queue(request: OfficerRequest, finding: Finding) -> Queue:
    return queue_for(finding, request.POST.get("hang") or request.GET.get("hang") or "")


def _address(finding: Finding, at: Queue) -> str:
    return f"{reverse('registry:cleanup_case', args=[finding.public_id])}?hang={at.slug}"


def _go_on(
    request: OfficerRequest, at: Queue, *, after: Finding | None = None, but: Finding | None = None
) -> HttpResponse:
    """Claim the next case and open it; the case `but`, which was just skipped, only when another is left."""
    following = queue.claim_next(request.user, at, after=after)
    if following is not None and following == but:
        queue.release(following, by=request.user)
        messages.info(request, "Không còn việc nào khác; việc vừa bỏ qua vẫn ở trong danh sách.")
        return redirect("registry:cleanup_queue", at.slug)
    if following is None:
        called = at.called[:1].upper() + at.called[1:]
        messages.success(request, f"{called} không còn việc nào chờ.")
        return redirect("registry:cleanup_queue", at.slug)
    return redirect(_address(following, at))


def _forget_draft(request: OfficerRequest, finding: Finding) -> None:
    drafts.forget(request, reverse("registry:cleanup_case", args=[finding.public_id]))


def _forms(
    finding: Finding, request: OfficerRequest, *, hamlet: str, outcome: str = "", typed: dict[str, Any] | None = None
) -> dict[str, forms.Form]:
    """The outcomes that ask something; of `outcome` what was sent. One query."""
    among, meant = colleagues_for(finding, hamlet=hamlet, but=request.user)

    def data(name: str) -> Any:
        return request.POST if outcome == name else None

    return {
        VERIFY: VerifyForm(data(VERIFY), initial=typed),
        SET_ASIDE: SetAsideForm(data(SET_ASIDE), initial=typed),
        HAND_OVER: HandOverForm(data(HAND_OVER), among=among, meant=meant, initial=typed),
        ASK_CHIEF: AskChiefForm(data(ASK_CHIEF), initial=typed),
    }


def _page(request: OfficerRequest, finding: Finding, shown: Shown | None = None) -> HttpResponse:
    """The page, whether opened or answered with a refusal, is a view of the person."""
    shown = shown or Shown()
    record(
        request,
        Action.VIEW,
        target=finding.resident,
        sentence=f"Xem {finding.resident.audit_label()} để làm sạch: {queue.described(finding)}",
    )
    officer = request.user
    context = case_of(finding, officer=officer, queue=_queue(request, finding))
    here = reverse("registry:cleanup_case", args=[finding.public_id])
    typed = drafts.here(request, here).typed  # what a late submit carried, when the session had ended
    context["may_fix"] |= shown.sheet is not None  # what was typed stays to be read, though it was refused
    if context["may_fix"]:
        sheet = shown.sheet
        form = sheet.form if sheet else part_form(finding, context["numbers"], officer=officer, typed=typed)
        context |= {"form": form, "sheet": sheet, "submit_token": sheet.submit_token if sheet else new_token()}
        context["seal"] = fixing.seal(finding)
    if context["may_decide"] or shown.form:
        hamlet = context["home"].household.hamlet if context["home"] else ""
        context["outcomes"] = _forms(finding, request, hamlet=hamlet, typed=typed)
        if shown.form:
            context["outcomes"][shown.outcome] = shown.form
    context |= {"said": shown.said, "outcome": shown.outcome}
    context["today"] = today_of(officer) if works_in_one_commune(officer) else None
    return render(request, "registry/cleanup/case.html", context, status=shown.status)
