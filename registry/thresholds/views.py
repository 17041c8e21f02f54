"""Pages of the desk: the lines and what others would do, drawing them, two models side by side."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record, record_all
from accounts.models import Action, Officer
from accounts.roles import Right
from accounts.scope import OfficerRequest, answers_for, desk
from accounts.submit_once import first_time, token_of
from registry import tasks
from registry.duplicates import evidence
from registry.duplicates.score import bits
from registry.models import DuplicatePair, MatchModel
from registry.thresholds import lines, precision, sample, versions
from registry.thresholds.forms import DrawForm, LinesForm
from registry.thresholds.lines import Lines, LinesRefused

KEEP = -500  # hundredths of a bit: five bits below nothing is worth an officer's look
STEP = 100


@require_GET
@desk(Right.MATCHING_VIEW)
def thresholds(request: OfficerRequest) -> HttpResponse:
    """The lines of today; with ?review=&certain= what others would do."""
    model = lines.in_use()
    now = Lines.of(model)
    tried = LinesForm(request.GET) if "review" in request.GET else None
    if tried is None:
        return _page(request, model, LinesForm(initial={"review": now.review, "certain": now.certain}))
    if not tried.is_valid():
        return _page(request, model, tried, status=422)
    record(request, Action.VIEW, sentence=f"Thử ngưỡng so trùng: {tried.lines.told()}")
    return _page(request, model, tried, then=tried.lines)


@require_POST
@desk(Right.ACCOUNTS_MANAGE)
def thresholds_draw(request: OfficerRequest) -> HttpResponse:
    """Write the lines that were tried out."""
    model, form = lines.in_use(), DrawForm(request.POST)
    if not form.is_valid():
        tried = LinesForm(request.POST)
        return _page(request, model, tried, then=tried.lines if tried.is_valid() else None, draw=form, status=422)
    try:
        if form.cleaned_data["version"] != model.version:
            raise LinesRefused(None, "Mô hình đang dùng vừa được thay; xem lại ngưỡng của mô hình mới.")
        with transaction.atomic():
            if first_time(request):
                lines.draw(model, form.lines, reason=form.cleaned_data["reason"], by=request.user)
                tasks.search_everything.delay_on_commit()
        messages.success(request, f"Đã đặt ngưỡng: {form.lines.told()}. Hàng đợi đổi khi tìm trùng lại cả sổ xong.")
    except LinesRefused as refused:
        form.add_error(refused.field, str(refused))
        return _page(request, model, LinesForm(request.POST), then=form.lines, draw=form, status=422)
    return redirect("registry:thresholds")


@require_GET
@desk(Right.MATCHING_VIEW)
def thresholds_below(request: OfficerRequest) -> HttpResponse:
    """How many more pairs a lower line would bring: from residents drawn at random, as a fragment or a page."""
    now = Lines.of(lines.in_use())
    estimate = sample.draw(request.user)
    rows = [
        {"least": bits(least), "pairs": estimate.between(least, now.review)}
        for least in range(now.review - STEP, min(KEEP, now.review - STEP) - 1, -STEP)
    ]
    context = {"estimate": estimate, "rows": rows, "review": bits(now.review)}
    template = "registry/thresholds/_below.html" if request.htmx else "registry/thresholds/below.html"
    return render(request, template, context)


@require_GET
@desk(Right.MATCHING_VIEW)
def thresholds_models(request: OfficerRequest) -> HttpResponse:
    """Two models, by their versions (?mot=&hai=): weights side by side, and on the decided pairs."""
    known = list(MatchModel.objects.select_related("set_by")[:50]) or [lines.in_use()]
    current = next((one for one in known if one.is_current), known[0])
    chosen = [_chosen(known, request.GET.get(name, ""), current) for name in ("mot", "hai")]
    models = [versions.readable(one) for one in chosen]
    both = models[0] is not None and models[1] is not None
    agreed = versions.agreements(lines.pairs_of(request.user), chosen)
    context = {
        "known": known,
        "chosen": chosen,
        "sides": list(zip(chosen, agreed, strict=True)),
        "rows": [_weights(row) for row in versions.weights(*models)] if both else [],  # type: ignore[arg-type]
        "looked_at": versions.LOOKED_AT,
    }
    return render(request, "registry/thresholds/models.html", context)


def _chosen(known: list[MatchModel], version: str, current: MatchModel) -> MatchModel:
    return next((one for one in known if one.version == version), current)


def _weights(row: versions.Row) -> dict[str, Any]:
    told = [bits(one, signed=True) for one in (*row.siblings, *row.strangers)]
    return {"field": row.field, "level": row.level, "told": told, "differs": row.differs}


def _page(
    request: OfficerRequest,
    model: MatchModel,
    tried: LinesForm,
    *,
    then: Lines | None = None,
    draw: DrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    officer, now = request.user, Lines.of(model)
    rows = lines.pairs_of(officer)
    found = precision.bands(rows)
    context: dict[str, Any] = {
        "model": model,
        "now": now,
        "told": now.told(),
        "queue": lines.queue_at(rows, now),
        "tried": tried,
        "bands": [_band(one, now) for one in found],
        "above": zip(
            ("Cần xem trở lên", "Gần như chắc chắn"), precision.above(rows, now.review, now.certain), strict=True
        ),
        "sees_people": officer.can(Right.RESIDENT_VIEW),
    }
    if then is not None:
        context |= {"then": then, "then_told": then.told(), "then_queue": lines.queue_at(rows, then)}
        context |= {"examples": _examples(request, now, then)}
    if draw is None and then not in (None, now) and officer.can(Right.ACCOUNTS_MANAGE):
        draw = DrawForm()
    if draw is not None:
        context |= {"draw": draw, "submit_token": token_of(request)}
    return render(request, "registry/thresholds/page.html", context, status=status)


def _band(one: precision.Band, now: Lines) -> dict[str, Any]:
    least = "" if one.least is None else bits(one.least)
    below = "" if one.below is None else bits(one.below)
    words = f"{least} đến dưới {below}" if least and below else (f"từ {least}" if least else f"dưới {below}")
    return {"band": one, "words": words, "where": now.band(one.least if one.least is not None else -100_000)}


def _examples(request: OfficerRequest, now: Lines, then: Lines) -> list[dict[str, Any]]:
    """Pairs that would change their band. Names only for who may see people, and only of pairs in his scope; each
    person shown leaves a line."""
    officer = request.user
    pairs = lines.examples(officer, now, then)
    sees_people = officer.can(Right.RESIDENT_VIEW)
    if sees_people:
        seen = {one.pk: one for pair in pairs for one in (pair.left, pair.right) if answers_for(officer, one.commune)}
        record_all(request, Action.VIEW, ((one, "Xem cặp ví dụ khi thử ngưỡng so trùng") for one in seen.values()))
    return [_example(pair, officer, now, then, sees_people=sees_people) for pair in pairs]


def _example(pair: DuplicatePair, officer: Officer, now: Lines, then: Lines, *, sees_people: bool) -> dict[str, Any]:
    people = [one.audit_label() if answers_for(officer, one.commune) else f"hồ sơ của {one.commune.name}"
              for one in (pair.left, pair.right)]  # fmt: skip
    return {
        "pair": pair,
        "people": people if sees_people else [],
        "score": bits(pair.score, signed=True),
        "why": evidence.strongest(evidence.items_of(pair)) or pair.get_kind_display(),
        "from": now.band(pair.score),
        "to": then.band(pair.score),
    }
