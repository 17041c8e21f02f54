"""The plan of the month: figures by hamlet, who goes where on which day, and the sheets for it with one click."""

from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, Setting, Unit
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.submit_once import first_time, new_token
from registry import tasks
from registry.fieldwork import choosing, plan, printing
from registry.fieldwork.tables import FreshTable, title_of
from registry.residents.freshness import LEVELS, NEAR, PAST, Terms

TRIPS_SHOWN = 60


@require_GET
@desk(Right.CLEANUP_WORK)
def plan_page(request: OfficerRequest) -> HttpResponse:
    commune, today, values = cast(Unit, request.user.unit), timezone.localdate(), Setting.values_on()
    hamlets = plan.figures(commune, today=today, terms=Terms.read(values))
    made = plan.plan(commune, today=today, values=values)
    record(request, Action.VIEW, target=commune, sentence=f"Xem kế hoạch phúc tra tháng {today:%m/%Y}")
    context: dict[str, Any] = {
        "today": today,
        "until": choosing.month_end(today),
        "hamlets": hamlets,
        "total": _total(hamlets),
        "plan": made,
        "trips": made.trips[:TRIPS_SHOWN],
        "more": max(len(made.trips) - TRIPS_SHOWN, 0),
        "months": values["confirm_months"],
        "months_from_80": values["confirm_months_from_80"],
        "submit_token": new_token(),
    }
    return render(request, "registry/fieldwork/plan.html", context)


def _total(hamlets: list[plan.HamletFigures]) -> plan.HamletFigures:
    total = plan.HamletFigures("", "Cả xã")
    for one in hamlets:
        for level, count in one.counts.items():
            total.counts[level] += count
    return total


@require_POST
@desk(Right.CLEANUP_WORK)
def plan_make(request: OfficerRequest) -> HttpResponse:
    """Sheets for one trip of the plan (`trip`), or for all of them."""
    commune = cast(Unit, request.user.unit)
    keys = request.POST.getlist("trip") or None
    with transaction.atomic():
        if not first_time(request):
            messages.info(request, "Các phiếu này đã lập, không lập thêm lần nữa.")
            return redirect("registry:field")
        made = plan.make_sheets(commune, keys, by=request.user, today=timezone.localdate())
        prints = [printing.ask(sheet, by=request.user) for sheet in made]
    for one in prints:
        tasks.render_field_print.delay_on_commit(one.pk)
    if not made:
        messages.info(request, "Không có phiếu nào để lập: kế hoạch vừa thay đổi, xem lại bảng dưới đây.")
        return redirect("registry:field_plan")
    messages.success(request, f"Đã lập {len(made)} phiếu, từ {made[0].number} đến {made[-1].number}.")
    return redirect(made[0]) if len(made) == 1 else redirect("registry:field")


@require_GET
@desk(Right.CLEANUP_WORK)
def people(request: OfficerRequest) -> HttpResponse:
    """Exactly the people behind a number of the plan: ?thon=<hamlet> and ?muc=<level>, either may be missing."""
    commune, today = cast(Unit, request.user.unit), timezone.localdate()
    level = request.GET.get("muc", "")
    level = level if level in LEVELS else ""
    hamlet, terms = request.GET.get("thon", ""), Terms.read()
    rows = plan.people_behind(commune, hamlet=hamlet, level=level, today=today, terms=terms)
    table = FreshTable(rows, terms=terms)
    paged(request, table, listed=f"phúc tra: {title_of(level).lower()}", count_all=True)
    name = next((one.name for one in plan.figures(commune, today=today, terms=terms) if one.key == hamlet), hamlet)
    context = {"table": table, "title": title_of(level), "hamlet": name, "is_due": level in (PAST, NEAR),
               "until": choosing.month_end(today)}  # fmt: skip
    return render(request, "registry/fieldwork/people.html", context)
