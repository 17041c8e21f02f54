"""Pages of the thresholds that rules read: all of them, one with what another value would do, and setting it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record, record_all
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.submit_once import first_time, token_of
from registry.scores import trying
from registry.scores.limit_forms import LONG_AGO, DrawForm, TryForm
from registry.scores.limits import Limit, LimitRefused, draw, limit_at, limits
from registry.scores.trying import Example, Tried


@require_GET
@desk(Right.MATCHING_VIEW)
def limits_list(request: OfficerRequest) -> HttpResponse:
    return render(request, "registry/scores/limits.html", {"limits": limits()})


@require_GET
@desk(Right.MATCHING_VIEW)
def limit(request: OfficerRequest, slug: str) -> HttpResponse:
    """With ?value= what that value would do to the queue. Nothing is written but the line of the trail."""
    one = _limit(slug)
    if "value" not in request.GET:
        return _page(request, one, TryForm(initial={"value": one.value}))
    form = TryForm(request.GET)
    if not form.is_valid():
        return _page(request, one, form, status=422)
    tried = trying.compare(request.user, one, form.cleaned_data["value"])
    record(
        request,
        Action.VIEW,
        sentence=f"Thử ngưỡng “{one.what.title}”: {one.value} → {one.told(tried.value)}, "
        f"hàng đợi {tried.queue_now} → {tried.queue_then} việc",
    )
    may_draw = request.user.can(Right.ACCOUNTS_MANAGE) and tried.value != one.value
    return _page(request, one, form, tried=tried, draw_form=DrawForm.after(one, tried) if may_draw else None)


@require_POST
@desk(Right.ACCOUNTS_MANAGE)
def limit_draw(request: OfficerRequest, slug: str) -> HttpResponse:
    """Write the value that was tried."""
    one, form = _limit(slug), DrawForm(request.POST)
    seen = form.seen_of(one)
    if seen is None:
        form.add_error(None, LONG_AGO)
    if seen is not None and form.is_valid():
        asked = form.cleaned_data
        try:
            with transaction.atomic():
                if first_time(request):
                    draw(one, asked["value"], since=asked["since"], basis=asked["basis"], seen=seen, by=request.user)
        except LimitRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(
                request,
                f"Đã đặt {one.told(asked['value'])} từ {asked['since']:%d/%m/%Y}. Hàng đợi đổi sau lần kiểm tra đêm.",
            )
            return redirect("registry:limit", slug=slug)
    return _page(request, one, TryForm({"value": request.POST.get("value", "")}), draw_form=form, status=422)


def _limit(slug: str) -> Limit:
    one = limit_at(slug)
    if one is None:
        raise Http404
    return one


def _page(
    request: OfficerRequest,
    one: Limit,
    form: TryForm,
    *,
    tried: Tried | None = None,
    draw_form: DrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "limit": one,
        "form": form,
        "tried": tried,
        "draw": draw_form,
        "submit_token": token_of(request),
        "sees_people": request.user.can(Right.RESIDENT_VIEW),
    }
    if tried is not None:
        context["rows"] = [(rule, tried.now[rule.code], tried.then[rule.code]) for rule in one.rules]
        context["examples"] = _examples(request, one, tried)
    return render(request, "registry/scores/limit.html", context, status=status)


def _examples(request: OfficerRequest, one: Limit, tried: Tried) -> list[Example]:
    """Names only for who may see people; each person shown leaves a line."""
    sees_people = request.user.can(Right.RESIDENT_VIEW)
    found = trying.examples(tried, one, with_names=sees_people)
    if sees_people:
        seen = {example.resident.pk: example.resident for example in found}
        told = f"Xem ví dụ khi thử ngưỡng “{one.what.title}”"
        record_all(request, Action.VIEW, ((person, told) for person in seen.values()))
    return found
