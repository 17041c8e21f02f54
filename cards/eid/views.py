"""Electronic identity: the list and its calls, the page of an account, taking one in, and the figures."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import periods
from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action, Setting
from accounts.periods import Period
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.submit_once import first_time, new_token, token_of
from cards.eid import figures, work
from cards.eid.forms import CollectForm, MoveForm
from cards.eid.listing import accounts_of
from cards.eid.moves import EidRefused
from cards.eid.page import everything
from cards.eid.tables import AccountFilter, AccountTable, figure_title, listed, read_period
from cards.invitations.contacts import ContactForm, ContactRefused, reach
from cards.models import About, Application, ContactResult, EidAccount, EidLevel, EidState
from registry.models import Resident
from registry.tasks import scan_resident

PER_PAGE = 25
PAGE = ("resident", "resident__commune", "application", "collected_by", "approved_by", "granted_by", "activated_by")


# --- the list --------------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.APPLICATION_VIEW)
def accounts(request: OfficerRequest) -> HttpResponse:
    return _list_page(request, ContactForm())


def _list_page(request: OfficerRequest, form: ContactForm, *, chosen: list[str] | None = None,
               status: int = 200) -> HttpResponse:  # fmt: skip
    can_work = request.user.can(Right.APPLICATION_TAKE)
    filtered = AccountFilter(request.GET, listed(accounts_of(request.user)), request=request)
    table = AccountTable(filtered.qs, officer=request.user, can_work=can_work)
    paged(request, table, listed="tài khoản định danh", per_page=PER_PAGE)
    for row in table.page.object_list:
        row.record.is_chosen = str(row.record.public_id) in (chosen or [])
    context = {
        "table": table, "filter": filtered, "figure": figure_title(request.GET), "form": form, "can_work": can_work,
        "submit_token": new_token(),
    }  # fmt: skip
    return render(request, "cards/eid/list.html", context, status=status)


@require_POST
@desk(Right.APPLICATION_TAKE)
def contacts(request: OfficerRequest) -> HttpResponse:
    """One call, written for all who were ticked. The list stands as it was filtered (`?…`)."""
    chosen = request.POST.getlist("chon")
    form = ContactForm(request.POST)
    if form.is_valid():
        rows = accounts_of(request.user).select_related("resident").filter(public_id__in=_uuids(chosen))
        try:
            with transaction.atomic():
                if not first_time(request):
                    messages.info(request, "Lần liên hệ này đã ghi, không ghi thêm lần nữa.")
                    return _back(request)
                many = reach([row.resident for row in rows], form.told(), about=About.EID, by=request.user)
        except ContactRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Đã ghi liên hệ với {many} người.")
            return _back(request)
    return _list_page(request, form, chosen=chosen, status=422)


@require_POST
@desk(Right.APPLICATION_TAKE)
def activate(request: OfficerRequest) -> HttpResponse:
    """All who were ticked have activated their accounts; each that cannot be is named with the reason."""
    rows = list(accounts_of(request.user).select_related("resident")
                .filter(public_id__in=_uuids(request.POST.getlist("chon"))).order_by("resident_id"))  # fmt: skip
    done = 0
    for row in rows:
        try:
            work.move(row, "activate", by=request.user)
            done += 1
            scan_resident.delay_on_commit(row.resident_id)
        except EidRefused as refused:
            messages.warning(request, f"{row.resident}: {refused}")
    if done:
        messages.success(request, f"Đã ghi kích hoạt {done} tài khoản.")
    elif not rows:
        messages.error(request, "Chọn ít nhất một người.")
    return _back(request)


def _back(request: OfficerRequest) -> HttpResponse:
    """To the list as it was filtered."""
    query = request.GET.urlencode()
    return redirect(f"{reverse('cards:eid')}?{query}" if query else "cards:eid")


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts[:200]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


# --- one account -----------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.APPLICATION_VIEW)
def account(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _account(request, public_id)
    record(request, Action.VIEW, target=found, sentence="Xem tài khoản định danh điện tử")
    return _account_page(request, found)


def _account(request: OfficerRequest, public_id: uuid.UUID) -> EidAccount:
    return find(request, EidAccount.objects.select_related(*PAGE), public_id)


def _account_page(
    request: OfficerRequest, found: EidAccount, *, moving: MoveForm | None = None, calling: ContactForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = everything(found, request.user) | {
        "form": moving or MoveForm(),
        "calling": calling or ContactForm(),
        "submit_token": new_token(),
    }
    return render(request, "cards/eid/page.html", context, status=status)


@require_POST
@desk(Right.APPLICATION_TAKE)
def account_move(request: OfficerRequest, public_id: uuid.UUID, move: str) -> HttpResponse:
    found = _account(request, public_id)
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            moved = work.move(found, move, by=request.user, **form.cleaned_data)
        except EidRefused as refused:
            form.show(refused)
        else:
            scan_resident.delay_on_commit(moved.resident_id)
            messages.success(request, f"Tài khoản định danh: {moved.get_state_display().lower()}.")
            return redirect("cards:eid_account", public_id=found.public_id)
    return _account_page(request, found, moving=form, status=422)


@require_POST
@desk(Right.APPLICATION_TAKE)
def account_contact(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A try to reach this person. "Đã làm xong" of an account that was granted says that it was activated, too."""
    found = _account(request, public_id)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _account_page(request, found, calling=form, status=422)
    try:
        with transaction.atomic():
            if not first_time(request):
                messages.info(request, "Lần liên hệ này đã ghi, không ghi thêm lần nữa.")
                return redirect("cards:eid_account", public_id=found.public_id)
            reach([found.resident], form.told(), about=About.EID, by=request.user)
            if form.told().result == ContactResult.DONE and found.state == EidState.GRANTED:
                work.move(found, "activate", by=request.user)
                scan_resident.delay_on_commit(found.resident_id)
    except (ContactRefused, EidRefused) as refused:
        form.add_error(None, str(refused))
        return _account_page(request, found, calling=form, status=422)
    messages.success(request, "Đã ghi lần liên hệ.")
    return redirect("cards:eid_account", public_id=found.public_id)


# --- taking in -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.APPLICATION_TAKE)
def collect(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take an account in for this person; `?ho-so=` names the card file it comes with."""
    resident = find(request, Resident.objects.select_related("commune"), public_id)
    file = _file(request, resident)
    if request.method != "POST":
        start: dict[str, Any] = {"phone": resident.phone, "level": EidLevel.TWO}
        if file:
            start["representative"] = file.representative_name
        return _collect_page(request, resident, CollectForm(initial=start), file)
    form = CollectForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                if not first_time(request):
                    return _to_account_of(request, resident)
                made = work.collect(resident, by=request.user, application=file, **form.cleaned_data)
        except EidRefused as refused:
            form.show(refused)
        else:
            scan_resident.delay_on_commit(resident.pk)
            messages.success(request, f"Đã thu nhận tài khoản định danh, hẹn trả {made.promised_on:%d/%m/%Y}.")
            return redirect("cards:eid_account", public_id=made.public_id)
    return _collect_page(request, resident, form, file, status=422)


def _to_account_of(request: OfficerRequest, resident: Resident) -> HttpResponse:
    """Where the first of two clicks led."""
    made = EidAccount.objects.in_scope(request.user).filter(resident=resident).first()
    return redirect("cards:eid_account", public_id=made.public_id) if made else redirect(resident)


def _file(request: OfficerRequest, resident: Resident) -> Application | None:
    """The open file of this person that the address names; none when it names another's."""
    wanted = _uuids([request.GET.get("ho-so", "")])
    rows = Application.objects.in_scope(request.user).open()
    return rows.filter(resident=resident, public_id__in=wanted).first() if wanted else None


def _collect_page(
    request: OfficerRequest, resident: Resident, form: CollectForm, file: Application | None, *, status: int = 200
) -> HttpResponse:
    born = resident.known_birth
    context = {
        "resident": resident,
        "form": form,
        "file": file,
        "account": EidAccount.objects.in_scope(request.user).filter(resident=resident).first(),
        "age_years": born.age_on(timezone.localdate()) if born else None,
        "submit_token": token_of(request),
        "days": Setting.values_on(),
    }
    return render(request, "cards/eid/collect.html", context, status=status)


# --- figures ---------------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.APPLICATION_VIEW)
def report(request: OfficerRequest) -> HttpResponse:
    """The figures of a period: `?ky=` one of the choices, or `?tu=&den=`; this week without either."""
    offered = figures.choices(timezone.localdate(), starts=periods.week_starts())
    typed = read_period(request.GET)
    name = "" if typed else request.GET.get("ky", "")
    name = name if typed or name in offered else "tuan-nay"
    period = typed or offered[name][1]
    found = figures.counts(request.user, period)
    record(request, Action.VIEW, sentence=f"Xem số liệu định danh điện tử {period.words}")
    context = {
        "offered": [(code, words) for code, (words, _) in offered.items()],
        "chosen": name,
        "period": period,
        "refused": not typed and bool(request.GET.get("tu") or request.GET.get("den")),
        "typed": {"tu": request.GET.get("tu", ""), "den": request.GET.get("den", "")},
        "levels": [_level(level, found, period) for level in (EidLevel.TWO, EidLevel.ONE)],
    }
    return render(request, "cards/eid/figures.html", context)


def _level(level: EidLevel, found: dict[str, int], period: Period) -> dict[str, Any]:
    page = reverse("cards:eid")
    rows = []
    for step, title, _ in figures.STEPS:
        cells = [
            {"value": found[code], "url": f"{page}?so={code}&{period.query}", "title": figures.FIGURES[code].title}
            for code in (f"{step}-{level}-ky", f"{step}-{level}-luy-ke")
        ]
        rows.append({"title": title, "in_period": cells[0], "in_all": cells[1], "share": ""})
    rows[-1]["share"] = figures.percent(found[f"kich-{level}-luy-ke"], found[f"cap-{level}-luy-ke"])
    return {"title": level.label, "rows": rows}
