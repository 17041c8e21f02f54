"""Views of merging: choose field by field, look, merge; the list of merges, one merge, and the way back."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.audit import record_all
from accounts.lists import paged
from accounts.models import Action, Setting
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from registry import tasks
from registry.duplicates import choosing, merge_page, planned, unmerge
from registry.duplicates import merge as merging
from registry.duplicates.merge import Order, Preview
from registry.duplicates.merge_page import PREFIX
from registry.duplicates.merge_refusals import MergeMoved, MergeRefused, NeedsSecondOfficer, ReasonMissing
from registry.duplicates.merge_tables import MergeFilter, MergeTable
from registry.models import DuplicatePair, Merge, MergeState, Resident

STEP = "buoc"
STEPS = {"gop": merging.apply, "gui": merging.ask, "hen": merging.plan}
SAID = {
    MergeState.DONE: "Đã gộp hai hồ sơ. Nhầm thì bấm “Hoàn tác” ở trang này.",
    MergeState.WAITING: "Đã gửi cán bộ thứ hai. Hai hồ sơ giữ nguyên cho đến khi được đồng ý.",
    MergeState.PLANNED: "Đã hẹn gộp. Trước giờ đó rút lại được ở trang này.",
}
ALREADY = "Việc gộp này đã ghi, không ghi thêm lần nữa."


@desk(Right.RESIDENT_WRITE)
def merge(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """GET: choose. POST: look (`buoc=xem`), merge (`gop`), send (`gui`), plan (`hen`), or back to the form (`sua`)."""
    rows = DuplicatePair.objects.select_related("left__commune__parent", "right__commune__parent", "case")
    pair = find(request, rows, public_id)
    if request.method != "POST":
        _audit(request, pair.left, pair.right, "Mở để gộp")
        return _show_choices(request, pair)
    step = request.POST.get(STEP, "xem")
    if step == "sua":
        return _show_choices(request, pair)
    try:
        if step in STEPS:
            return _write(request, pair, step)
        return _show_preview(request, pair)
    except MergeRefused as refused:
        return _show_again(request, pair, refused)


@desk(Right.CLEANUP_VIEW)
def merges(request: OfficerRequest) -> HttpResponse:
    rows = Merge.objects.in_scope(request.user)
    filtered = MergeFilter(request.GET, rows.select_related("survivor__commune", "folded__commune", "created_by"))
    table = paged(request, MergeTable(filtered.qs, officer=request.user), listed="việc gộp hồ sơ", per_page=25)
    return render(request, "registry/duplicates/merges.html", {"table": table, "filter": filtered})


@desk(Right.CLEANUP_VIEW)
def merge_done(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One merge, whatever became of it."""
    one = _find(request, public_id)
    _audit(request, one.survivor, one.folded, "Xem việc gộp")
    return _show_merge(request, one)


@require_POST
@desk(Right.RESIDENT_WRITE)
def merge_decide(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The second officer looks (`xem`), agrees (`dong-y`) or not (`tu-choi`); who asked withdraws (`rut`)."""
    one = _find(request, public_id)
    note, step = request.POST.get("note", ""), request.POST.get(STEP, "xem")
    try:
        if step == "dong-y":
            one = planned.agree(one, by=request.user, seen=request.POST.get("seen", ""), note=note)
            _start_checks(one)
        elif step == "tu-choi":
            one = planned.turn_down(one, by=request.user, note=note)
        elif step == "rut":
            one = planned.withdraw(one, by=request.user, note=note)
        else:
            return _show_merge(request, one, looked=True, note=note)
    except MergeMoved as moved:
        return _show_merge(request, one, looked=True, refused=str(moved), note=note, status=422)
    except MergeRefused as refused:
        return _show_merge(request, one, refused=str(refused), note=note, status=422)
    messages.success(request, f"{one.get_state_display()}.")
    return redirect(one)


@require_POST
@desk(Right.RESIDENT_WRITE)
def merge_undo(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Look at what would go back and what stays (`xem`), or take the merge back (`hoan-tac`)."""
    one = _find(request, public_id)
    if one.state == MergeState.UNDONE:
        messages.info(request, "Việc gộp này đã được hoàn tác, không làm thêm lần nữa.")
        return redirect(one)
    reason, wanted = request.POST.get("reason", ""), request.POST.get("pair_state", "")
    back = None
    try:
        back = unmerge.preview(one, by=request.user)
        if request.POST.get(STEP) != "hoan-tac":
            return _show_merge(request, one, back=back, reason=reason, pair_state=wanted)
        one = unmerge.unmerge(one, by=request.user, reason=reason, pair=wanted)
    except MergeRefused as refused:
        return _show_merge(
            request, one, back=back, refused=str(refused), reason=reason, pair_state=wanted, status=422
        )  # fmt: skip
    _start_checks(one)
    messages.success(request, "Đã hoàn tác: hai hồ sơ trở lại như trước khi gộp.")
    return redirect(one)


# --- choosing and looking --------------------------------------------------------------------------------------------


def _show_choices(
    request: OfficerRequest, pair: DuplicatePair, *, refused: str = "", status: int = 200
) -> HttpResponse:
    context = merge_page.choose_page(request, pair, request.POST.dict()) | {"refused": refused}
    return render(request, "registry/duplicates/merge.html", context, status=status)


def _show_again(request: OfficerRequest, pair: DuplicatePair, refused: MergeRefused) -> HttpResponse:
    """The page from which the officer can go on: what would be written now, or the choice when nothing can be."""
    if isinstance(refused, MergeMoved | ReasonMissing | NeedsSecondOfficer):
        try:
            return _show_preview(request, pair, refused=str(refused), status=422)
        except MergeRefused as again:
            refused = again
    return _show_choices(request, pair, refused=str(refused), status=422)


def _show_preview(
    request: OfficerRequest, pair: DuplicatePair, *, refused: str = "", status: int = 200
) -> HttpResponse:
    survivor, folded, chosen = _asked(request, pair)
    seen = merging.preview(survivor, folded, chosen, by=request.user)
    left, right = merge_page.both_sides(request, pair)
    typed = {name: value for name, value in request.POST.items() if name == "giu" or name.startswith(PREFIX)}
    context = merge_page.preview_page(seen, masked=merge_page.is_masked(left, right)) | {
        "pair": pair,
        "survivor": survivor,
        "folded": folded,
        "typed": typed | {"giu": choosing.LEFT if survivor.pk == pair.left_id else choosing.RIGHT},
        "token": request.POST.get("submit_token") or str(uuid.uuid4()),
        "reason": request.POST.get("reason", ""),
        "basis": request.POST.get("basis", ""),
        "refused": refused,
        "cooling_hours": Setting.values_on()["merge_cooling_hours"],
    }
    return render(request, "registry/duplicates/merge_preview.html", context, status=status)


def _asked(request: OfficerRequest, pair: DuplicatePair) -> tuple[Resident, Resident, dict[str, str]]:
    """(survivor, folded, chosen) as the form has them; what it does not say is as proposed."""
    keeps_right = request.POST.get("giu") == choosing.RIGHT
    survivor, folded = (pair.right, pair.left) if keeps_right else (pair.left, pair.right)
    given = {name.removeprefix(PREFIX): request.POST[name] for name in request.POST if name.startswith(PREFIX)}
    sides = choosing.resolved(choosing.choices_between(pair.left, pair.right), given)
    return survivor, folded, choosing.for_survivor(sides, choosing.RIGHT if keeps_right else choosing.LEFT)


def _write(request: OfficerRequest, pair: DuplicatePair, step: str) -> HttpResponse:
    token = _token(request)
    known = Merge.objects.in_scope(request.user).filter(submit_token=token).first()
    if known:
        messages.info(request, ALREADY)
        return redirect(known)
    survivor, folded, chosen = _asked(request, pair)
    order = Order(
        survivor, folded, chosen, request.user, token, seen=request.POST.get("seen", ""),
        reason=request.POST.get("reason", ""), basis=request.POST.get("basis", ""), pair=pair,
    )  # fmt: skip
    one, is_new = STEPS[step](order)
    if is_new:
        messages.success(request, SAID[MergeState(one.state)])
    else:
        messages.info(request, ALREADY)
    if one.is_done:
        _start_checks(one)
    return redirect(one)


def _token(request: OfficerRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("submit_token", ""))
    except ValueError:
        return uuid.uuid4()


# --- one merge -------------------------------------------------------------------------------------------------------


def _find(request: OfficerRequest, public_id: uuid.UUID) -> Merge:
    rows = Merge.objects.select_related(
        "survivor__commune__parent", "folded__commune__parent", "created_by", "decided_by", "undone_by", "pair"
    )
    return find(request, rows, public_id)


def _show_merge(
    request: OfficerRequest,
    one: Merge,
    *,
    looked: bool = False,
    back: unmerge.Back | None = None,
    refused: str = "",
    note: str = "",
    reason: str = "",
    pair_state: str = "",
    status: int = 200,
) -> HttpResponse:
    """`looked`: what a waiting merge would write now, with the button that writes it; `back`: what undoing would."""
    context = merge_page.merge_context(one, request.user)
    masked = context["is_masked"]
    context |= {"refused": refused, "note": note, "reason": reason, "pair_state": pair_state or unmerge.WAITS}
    context |= {"past_hour": bool(one.not_before and one.not_before <= timezone.now())}
    if looked and context["may_agree"]:
        context |= _as_it_stands(one, masked=masked)
    if back is not None:
        context |= {"back": back, "moved": merge_page.grouped(back.entries, masked=masked, is_back=True)}
        context |= {"back_kept": [merge_page.shown(text, masked) for text in back.kept]}
    return render(request, "registry/duplicates/merge_done.html", context, status=status)


def _as_it_stands(one: Merge, *, masked: bool) -> dict:
    """What it would write today, or why it cannot be done."""
    try:
        seen: Preview = merging.preview(one.survivor, one.folded, one.chosen, by=one.created_by, merge=one)
    except MergeRefused as refused:
        return {"cannot": str(refused)}
    return merge_page.preview_page(seen, masked=masked)


def _audit(request: OfficerRequest, one: Resident, other: Resident, what: str) -> None:
    """Looking at a merge is looking at two people; each of them has the line."""
    both = ((one, other), (other, one))
    record_all(request, Action.VIEW, ((who, f"{what} với {mate.audit_label()}") for who, mate in both))


def _start_checks(one: Merge) -> None:
    """The workers look at once; the sweeps would find the marks anyway."""
    for pk in (one.survivor_id, one.folded_id):
        tasks.scan_resident.delay_on_commit(pk)
        tasks.search_resident.delay_on_commit(pk)
