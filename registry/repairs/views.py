"""Pages of the desk "Sửa hàng loạt": what can be fixed, the choice, its preview, the run and its undo."""

import uuid
from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from registry import tasks
from registry.models import LineState, RepairLine, RepairRun, RunState
from registry.repairs import choice, kinds, undo, work
from registry.repairs.fix import Fix
from registry.repairs.refusals import ChoiceMoved, RepairRefused
from registry.repairs.tables import (
    RUN_PILLS,
    ChoiceFilter,
    ChoiceTable,
    LineFilter,
    LineTable,
    RunTable,
    listed,
    with_counts,
)
from registry.residents.masking import shown_text

PAGE = 25
LINES = 50
AT_ONCE = 10
"""So many lines are done while the officer waits, a second or two; more by a worker."""
STEP = "buoc"


@require_GET
@desk(Right.CLEANUP_WORK)
def repairs(request: OfficerRequest) -> HttpResponse:
    """Every kind with how many findings wait for it, and the runs of the commune."""
    officer = request.user
    rules = tuple(rule for fix in kinds.KINDS.values() for rule in fix.rules)
    waiting = choice.waiting_by_rule(officer, rules)
    open_choices = choice.open_choices(officer)
    offered = [
        {"fix": fix, "count": sum(waiting[rule] for rule in fix.rules), "chosen": open_choices.get(fix.code, 0)}
        for fix in kinds.KINDS.values()
    ]
    rows = RepairRun.objects.in_scope(officer).filter(choice.of_commune(officer))
    table = RunTable(with_counts(rows).select_related("created_by", "undone_by"))
    paged(request, table, listed="đợt sửa hàng loạt", per_page=PAGE)
    return render(request, "registry/repairs/overview.html", {"offered": offered, "table": table})


# --- choosing --------------------------------------------------------------------------------------------------------


@desk(Right.CLEANUP_WORK)
def repair_choose(request: OfficerRequest, kind: str) -> HttpResponse:
    """The findings this fix can serve. A POST keeps what is ticked on the page, at once; `buoc` says what more."""
    fix = kinds.named(kind)
    if fix is None:
        raise Http404
    if request.method != "POST":
        return _choice_page(request, fix)
    step = request.POST.get(STEP, "")
    try:
        run = _chosen(request, fix, step)
        if step == "xem":
            return redirect(choice.look(run, by=request.user))
    except RepairRefused as refused:
        if request.htmx:
            return _count_fragment(request, fix, error=str(refused))
        return _choice_page(request, fix, error=str(refused))
    if request.htmx:
        return _count_fragment(request, fix)
    return redirect(f"{request.path}?{request.GET.urlencode()}")


def _chosen(request: OfficerRequest, fix: Fix, step: str) -> RepairRun:
    shown, ticked = _ids(request, "shown"), _ids(request, "finding")
    if step == "bo":
        return choice.clear(request.user, fix)
    run = choice.tick(request.user, fix, shown=shown, ticked=shown if step == "trang" else ticked)
    if step == "tat-ca":
        return choice.choose_all(request.user, fix, _filtered(request, fix).qs)
    return run


def _ids(request: OfficerRequest, name: str) -> list[uuid.UUID]:
    """What is no address of a finding was never on the page."""
    found = []
    for text in request.POST.getlist(name):
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _filtered(request: OfficerRequest, fix: Fix) -> ChoiceFilter:
    return ChoiceFilter(request.GET, choice.candidates(request.user, fix), officer=request.user, fix=fix)


def _choice_page(request: OfficerRequest, fix: Fix, *, error: str = "") -> HttpResponse:
    filtered = _filtered(request, fix)
    table = ChoiceTable(listed(filtered.qs), officer=request.user)
    paged(request, table, listed=f"việc để sửa hàng loạt “{fix.title}”", per_page=PAGE)
    shown = [row.record for row in table.page.object_list]
    run = choice.open_choice(request.user, fix)
    table.proposals = fix.propose(shown) if shown else {}
    if run is not None:
        table.chosen = set(run.lines.filter(finding__in=shown).values_list("finding", flat=True))
    context = _count_of(run) | {"fix": fix, "filter": filtered, "table": table, "error": error}
    return render(request, "registry/repairs/choose.html", context, status=422 if error else 200)


def _count_fragment(request: OfficerRequest, fix: Fix, *, error: str = "") -> HttpResponse:
    context = _count_of(choice.open_choice(request.user, fix)) | {"error": error}
    return render(request, "registry/repairs/_chosen.html", context, status=422 if error else 200)


def _count_of(run: RepairRun | None) -> dict[str, Any]:
    return {"run": run, "count": run.lines.count() if run else 0, "most": choice.most_lines()}


# --- one run ---------------------------------------------------------------------------------------------------------


@require_GET
@desk(Right.CLEANUP_WORK)
def repair(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    run = _run(request, public_id)
    if run.state == RunState.CHOOSING and run.created_by == request.user:
        return redirect("registry:repair_choose", run.kind)
    return _run_page(request, run)


@require_GET
@desk(Right.CLEANUP_WORK, poll=True)
def repair_progress(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far it is; once it is over the page is loaded anew."""
    run = _run(request, public_id)
    if not run.is_at_work and request.htmx:
        return HttpResponseClientRefresh()
    return render(request, "registry/repairs/_progress.html", _progress_of(run, _counts(run)))


@require_POST
@desk(Right.CLEANUP_WORK)
def repair_start(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    run = _run(request, public_id)
    asked = {name: request.POST.get(name, "").strip() for name in ("ground", "basis")}
    try:
        run, _ = choice.start(run, by=request.user, seen=request.POST.get("seen", ""), **asked)
    except ChoiceMoved as moved:
        if run.state == RunState.CHOOSING:
            messages.warning(request, "Lựa chọn vừa đổi; xem trước lại rồi chạy.")
            return redirect("registry:repair_choose", run.kind)
        return _run_page(request, run, error=str(moved), asked=asked)
    except RepairRefused as refused:
        return _run_page(request, run, error=str(refused), field=refused.field, asked=asked)
    _work_on(run)
    return redirect(run)


@require_POST
@desk(Right.CLEANUP_WORK)
def repair_undo(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    run = _run(request, public_id)
    asked = {"reason": request.POST.get("reason", "").strip()}
    try:
        run, _ = undo.undo(run, by=request.user, reason=asked["reason"])
    except RepairRefused as refused:
        return _run_page(request, run, error=str(refused), field=refused.field, asked=asked)
    _work_on(run)
    return redirect(run)


@require_POST
@desk(Right.CLEANUP_WORK)
def repair_drop(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    run = _run(request, public_id)
    try:
        choice.drop(run, by=request.user)
    except RepairRefused as refused:
        return _run_page(request, run, error=str(refused))
    messages.success(request, "Đã bỏ đợt này; chưa ghi gì vào hồ sơ.")
    return redirect("registry:repairs")


def _work_on(run: RepairRun) -> None:
    """Few lines at once, many by a worker; a run that is over, or a second click, has nothing left."""
    waiting = run.lines.filter(state__in=[LineState.READY, LineState.DONE]).count()
    if run.is_at_work and waiting <= AT_ONCE:
        work.go_on(run.pk)
    elif run.is_at_work:
        tasks.repair_run.delay_on_commit(run.pk)


def _run(request: OfficerRequest, public_id: uuid.UUID) -> RepairRun:
    return find(request, RepairRun.objects.select_related("commune", "created_by", "undone_by"), public_id)


def _counts(run: RepairRun) -> Counter[str]:
    rows = run.lines.order_by().values_list("state").annotate(count=Count("pk"))
    return Counter(dict(rows))


def _progress_of(run: RepairRun, counts: Counter[str]) -> dict[str, Any]:
    total = counts.total()
    left = counts[LineState.DONE if run.state == RunState.UNDOING else LineState.READY]
    return {"run": run, "total": total, "finished": total - left}


def _run_page(
    request: OfficerRequest, run: RepairRun, *, error: str = "", field: str | None = None,
    asked: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    counts, officer = _counts(run), request.user
    rows = RepairLine.objects.in_scope(officer).filter(run=run).select_related("finding__resident")
    filtered = LineFilter(request.GET, rows, counts=counts)
    table = LineTable(filtered.qs, officer=officer)
    paged(request, table, per_page=LINES)
    record(request, Action.VIEW, target=run, sentence=f"Xem {run.audit_label()}, trang {table.page.place}")
    context = _progress_of(run, counts) | {
        "fix": kinds.named(run.kind),
        "title": kinds.title_of(run.kind),
        "pill": RUN_PILLS[RunState(run.state)],
        "counts": {state.name.lower(): counts[state] for state in LineState},
        "filter": filtered,
        "table": table,
        "is_own": run.created_by_id == officer.pk,
        "told": {name: shown_text(getattr(run, name), officer) for name in ("basis", "undone_reason")},
        "error": error,
        "field": field,
        "asked": asked or {},
    }
    return render(request, "registry/repairs/run.html", context | _undo_of(run), status=422 if error else 200)


def _undo_of(run: RepairRun) -> dict[str, Any]:
    """Whether the run can be taken back today, until when, and why not."""
    if run.state != RunState.DONE:
        return {"may_undo": False, "undo_refused": ""}
    try:
        undo.refuse_undo(run)
    except RepairRefused as refused:
        return {"may_undo": False, "undo_refused": str(refused)}
    return {"may_undo": True, "undo_refused": "", "undo_until": undo.undo_until(run)}
