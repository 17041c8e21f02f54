"""The chief's part: letting what was decided be written, and taking a list back; and the file of what was not."""

import datetime as dt
import uuid
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit import record
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from registry import tasks
from registry.models import Roster, RosterState
from registry.residents.masking import shown_text
from registry.rosters import deciding, failing, page, taking_back, weighing
from registry.rosters.forms import ReasonForm
from registry.rosters.list_views import XLSX, attachment, shown
from registry.rosters.refusal import RosterRefused
from registry.rosters.stages import PREVIEW

GOES = {
    "go": "Hồ sơ người mới, xóa khỏi sổ",
    "back": "Hồ sơ đã thay đổi, trả về như trước khi ghi",
    "households": "Hộ do danh sách lập, bỏ nếu không còn ai ở",
    "merges": "Việc gộp hồ sơ làm sau đó, tách lại trước; không tách được thì hồ sơ ở lại",
}
STAYS = {
    "stay": "Người mới đã được dùng ở việc khác",
    "stay_changed": "Hồ sơ có người sửa sau khi ghi: chỗ đã sửa được giữ",
}


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.ROSTERS_DECIDE)
def roster_approve(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """What exactly will be written; the POST lets it. A second click finds the list at work and changes nothing."""
    one = page.found(request, public_id)
    if one.state not in deciding.OPEN_LISTS:
        return redirect(one)
    if request.method != "POST":
        return _approval(request, one)
    try:
        deciding.approve(one, by=request.user, seen=request.POST.get("seen", ""))
    except RosterRefused as refused:
        again = page.found(request, public_id)
        return redirect(again) if again.state == RosterState.APPLYING else _approval(request, again, str(refused))
    tasks.roster_go_on.delay_on_commit(one.pk)
    return redirect(one)


def _approval(request: OfficerRequest, one: Roster, error: str = "") -> HttpResponse:
    tally = page.Tally.of(one)
    sentence = f"Xem trước việc ghi {tally.to_write} dòng của {one.audit_label()}"
    record(request, Action.VIEW, target=one, sentence=sentence)
    context = {
        "roster": one,
        "tally": tally,
        "households": page.new_households(one),
        "groups": page.groups_of(one),
        "error": error,
    }
    return render(request, "registry/rosters/approve.html", context, status=422 if error else 200)


@require_GET
@desk(Right.ROSTERS_WORK)
def roster_failing(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The rows that could not be written, to mend and upload alone. The work leaves the audit line."""
    one = page.found(request, public_id)
    try:
        body = failing.file_of(one, by=request.user)
    except RosterRefused as refused:
        return shown(request, one, error=str(refused))
    return attachment(body, XLSX, f"chua-ghi-{plain(one.file_name)}.xlsx")


def plain(file_name: str) -> str:
    """The name without its ending, as a header can carry it."""
    stem = PurePath(file_name).stem
    return "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in stem)[:60]


# --- taking back -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.ROSTERS_DECIDE)
def roster_take_back(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """What would go and what would stay, once a worker reckoned it (POST with WEIGH); the POST with a reason begins."""
    one = page.found(request, public_id)
    if one.state not in (RosterState.APPLIED, RosterState.WEIGHING):
        return redirect(one)
    if request.method != "POST":
        return _taking_back(request, one, ReasonForm())
    if page.WEIGH in request.POST:
        return _weigh(request, one)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _taking_back(request, one, form, status=422)
    try:
        taking_back.begin(one, by=request.user, reason=form.cleaned_data["reason"])
    except RosterRefused as refused:
        again = page.found(request, public_id)
        if again.state != RosterState.APPLIED:
            return redirect(again)
        form.add_error(None, str(refused))
        return _taking_back(request, again, form, status=422)
    tasks.roster_go_on.delay_on_commit(one.pk)
    return redirect(one)


def _weigh(request: OfficerRequest, one: Roster) -> HttpResponse:
    try:
        weighing.ask(one, by=request.user)
    except RosterRefused:
        again = page.found(request, one.public_id)
        if again.state != RosterState.APPLIED:
            return redirect(again)
        return _taking_back(request, again, ReasonForm(), status=422)  # the page says why
    tasks.roster_go_on.delay_on_commit(one.pk)
    return redirect("registry:roster_take_back", one.public_id)


def _taking_back(request: OfficerRequest, one: Roster, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    record(request, Action.VIEW, target=one, sentence=f"Xem trước việc hoàn tác {one.audit_label()}")
    context: dict[str, Any] = {"roster": one, "form": form, "weigh": page.WEIGH, "until": taking_back.until_when(one)}
    if one.state == RosterState.WEIGHING:
        return render(request, "registry/rosters/take_back.html", context | {"progress": page.progress_of(one)})
    context["refused"] = taking_back.refused(one, by=request.user)
    context["is_broken"] = weighing.is_broken(one)
    if told := one.told.get(PREVIEW):
        context |= {
            "seen_at": dt.datetime.fromisoformat(told["at"]),
            "goes": [{"title": words, "count": told[name]} for name, words in GOES.items() if told[name]],
            "stays": [{"title": words, "count": told[name]} for name, words in STAYS.items() if told[name]],
            "kept": [line | {"why": shown_text(_sentence(line["why"]), request.user)} for line in told["kept"]],
        }
    return render(request, "registry/rosters/take_back.html", context, status=status)


def _sentence(why: str | Sequence[str]) -> str:
    return why if isinstance(why, str) else "; ".join(why)
