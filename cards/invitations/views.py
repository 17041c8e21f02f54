"""Who must come: the list, its calls and letters, the letters written, and lists for schools."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.audit import record, record_each
from accounts.lists import paged
from accounts.models import Action, Unit
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.submit_once import first_time, new_token
from cards.invitations import excel, inviting, must_come, papers, school, words
from cards.invitations.contacts import MOST_PEOPLE, ContactForm, ContactRefused, reach, with_last
from cards.invitations.forms import CancelForm, InviteForm, SchoolForm
from cards.invitations.inviting import InvitationRefused
from cards.invitations.must_come import Horizon
from cards.invitations.tables import LetterFilter, LetterTable, MustComeFilter, MustComeTable, state_pill
from cards.models import About, Invitation, PrintJob, Why
from cards.tasks import render_print
from registry.cleanup.tables import hamlets_of

PER_PAGE = 25
MOST_CHOSEN = 2000
"""So many ids are read for a day's letters, to say how far they are over what is allowed (`card_letters_at_once`)."""


# --- who must come ---------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.APPLICATION_TAKE)
def people(request: OfficerRequest) -> HttpResponse:
    return _people_page(request)


def _asked(request: OfficerRequest, horizon: Horizon) -> MustComeFilter:
    """The list as the address asks for it."""
    why = request.GET.get("ly_do", "")
    rows = must_come.coming(request.user, horizon, why=why if why in Why.values else "")
    shown = with_last(must_come.with_reasons(rows, horizon), About.MUST_COME)
    return MustComeFilter(request.GET, shown, request=request, officer=request.user)


def _people_page(
    request: OfficerRequest, *, inviting_form: InviteForm | None = None, calling: ContactForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    horizon = Horizon.read()
    asked = _asked(request, horizon)
    table = paged(request, MustComeTable(asked.qs), listed="người phải làm thẻ", per_page=PER_PAGE)
    chosen = set(request.POST.getlist("chon"))
    for row in table.page.object_list:
        row.record.is_chosen = str(row.record.public_id) in chosen
    found = must_come.counts(request.user, horizon)
    page = reverse("cards:must_come")
    context = {
        "table": table,
        "filter": asked,
        "horizon": horizon,
        "reasons": [{"title": one.label, "count": found[one], "url": f"{page}?ly_do={one}",
                     "is_on": request.GET.get("ly_do") == one} for one in Why],
        "inviting": inviting_form or InviteForm(),
        "calling": calling or ContactForm(),
        "submit_token": new_token(),
        "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "cards/invitations/people.html", context, status=status)


def _chosen(request: OfficerRequest, most: int) -> list[int]:
    """The ids of who was ticked, or of all the list as it was filtered; one more than `most` at the end of it."""
    if request.POST.get("tat_ca"):
        rows = _asked(request, Horizon.read()).qs
    else:
        rows = must_come.people_of(request.user).filter(public_id__in=_uuids(request.POST.getlist("chon")))
    return list(rows.order_by("pk").values_list("pk", flat=True)[: most + 1])


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts[:1000]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _back(request: OfficerRequest) -> HttpResponse:
    query = request.GET.urlencode()
    return redirect(f"{reverse('cards:must_come')}?{query}" if query else "cards:must_come")


@require_POST
@desk(Right.APPLICATION_TAKE)
def people_contact(request: OfficerRequest) -> HttpResponse:
    """One try to reach each of who was ticked."""
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                if not first_time(request):
                    messages.info(request, "Lần liên hệ này đã ghi, không ghi thêm lần nữa.")
                    return _back(request)
                rows = list(must_come.people_of(request.user).filter(pk__in=_chosen(request, MOST_PEOPLE)))
                many = reach(rows, form.told(), about=About.MUST_COME, by=request.user)
        except ContactRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Đã ghi liên hệ với {many} người.")
            return _back(request)
    return _people_page(request, calling=form, status=422)


@require_POST
@desk(Right.APPLICATION_TAKE)
def people_invite(request: OfficerRequest) -> HttpResponse:
    """Letters for who was ticked, or for all of the list, and the order to print them."""
    form = InviteForm(request.POST)
    if form.is_valid():
        commune = cast(Unit, request.user.unit)
        try:
            with transaction.atomic():
                if not first_time(request):
                    messages.info(request, "Giấy mời đợt này đã lập, không lập thêm lần nữa.")
                    return redirect("cards:invitations")
                done = inviting.invite(_chosen(request, MOST_CHOSEN), by=request.user, **form.cleaned_data)
                job = papers.order_letters(done.made, commune, by=request.user) if done.made else None
        except InvitationRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            return _invited(request, done, job)
    return _people_page(request, inviting_form=form, status=422)


def _invited(request: OfficerRequest, done: inviting.Outcome, job: PrintJob | None) -> HttpResponse:
    left_out = f" Không lập cho: {done.left_out}." if done.left_out else ""
    if job is None:
        messages.warning(request, f"Không lập giấy mời nào.{left_out}")
        return _back(request)
    render_print.delay_on_commit(job.pk)
    messages.success(request, f"Đã lập {len(done.made)} giấy mời.{left_out}")
    return redirect("cards:print", public_id=job.public_id)


# --- letters ---------------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.APPLICATION_TAKE)
def letters(request: OfficerRequest) -> HttpResponse:
    rows = inviting.with_answers(Invitation.objects.in_scope(request.user).select_related("resident"))
    filtered = LetterFilter(request.GET, rows, request=request)
    table = paged(request, LetterTable(filtered.qs), listed="giấy mời làm thẻ", per_page=PER_PAGE)
    return render(request, "cards/invitations/letters.html", {"table": table, "filter": filtered})


LETTER = ("resident", "commune", "made_by", "cancelled_by", "printed")


def _letter(request: OfficerRequest, public_id: uuid.UUID) -> Any:
    rows = Invitation.objects.select_related(*LETTER).defer("printed__pdf", "printed__content")
    return find(request, cast(Any, inviting.with_answers(rows)), public_id)


@require_safe
@desk(Right.APPLICATION_TAKE)
def letter(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _letter(request, public_id)
    record(request, Action.VIEW, target=found, sentence=f"Xem giấy mời {found.number}")
    return _letter_page(request, found, CancelForm())


def _letter_page(request: OfficerRequest, found: Any, form: CancelForm, *, status: int = 200) -> HttpResponse:
    context = {
        "letter": found,
        "pill": state_pill(found),
        "reason": words.reason(found.why, found.due_on),
        "legal": words.legal(found.why),
        "file_number": words.file_number(found.file_year, found.file_serial) if found.file_id else "",
        "form": form,
    }
    return render(request, "cards/invitations/letter.html", context, status=status)


@require_POST
@desk(Right.APPLICATION_TAKE)
def letter_cancel(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _letter(request, public_id)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            inviting.cancel(found, by=request.user, reason=form.cleaned_data["reason"])
        except InvitationRefused as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, f"Đã bỏ giấy mời {found.number}; số vẫn giữ, có thể mời lại.")
            return redirect("cards:invitation", public_id=found.public_id)
    return _letter_page(request, found, form, status=422)


# --- schools ---------------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.APPLICATION_TAKE)
def school_page(request: OfficerRequest) -> HttpResponse:
    """What the list would hold: how many, and the first of them."""
    horizon, form = Horizon.read(), SchoolForm(request.GET or None, hamlets=hamlets_of(request.user))
    rows = list(school.pupils(request.user, form.wish(), horizon)[: school.MOST_PUPILS + 1])
    record(request, Action.VIEW, sentence=f"Xem danh sách trường, {len(rows)} người",
           data={"query": request.GET.urlencode()[:500]})  # fmt: skip
    context = {
        "form": form,
        "wish": form.wish(),
        "under": form.wish().under(horizon),
        "total": len(rows),
        "lines": [school.line(place, row) for place, row in enumerate(rows[:PER_PAGE], start=1)],
        "columns": [heading for heading, _ in school.COLUMNS[:-1]],
        "query": request.GET.urlencode(),
        "submit_token": new_token(),
    }
    return render(request, "cards/invitations/school.html", context, status=422 if form.errors else 200)


def _pupils(request: OfficerRequest, horizon: Horizon) -> tuple[school.Wish, list[Any]]:
    form = SchoolForm(request.GET, hamlets=hamlets_of(request.user))
    rows = list(school.pupils(request.user, form.wish(), horizon)[: school.MOST_PUPILS + 1])
    if form.errors or not rows:
        raise InvitationRefused("Không có ai trong danh sách này.")
    if len(rows) > school.MOST_PUPILS:
        raise InvitationRefused(f"Mỗi danh sách nhiều nhất {school.MOST_PUPILS} người; chọn thôn, tổ.")
    if not form.wish().group:
        raise InvitationRefused("Ghi trường nhận danh sách rồi bấm “Xem”: danh sách chỉ rời cơ quan khi có nơi nhận.")
    return form.wish(), rows


@require_GET
@desk(Right.APPLICATION_TAKE)
def school_excel(request: OfficerRequest) -> HttpResponse:
    horizon = Horizon.read()
    try:
        wish, rows = _pupils(request, horizon)
    except InvitationRefused as refused:
        return _to_school(request, str(refused))
    _exported(request, f"Tải {_said(wish, rows)}", wish, rows)
    return excel.answer(excel.book(school.sheet(wish, rows, horizon), by=request.user), "danh-sach-truong")


@require_POST
@desk(Right.APPLICATION_TAKE)
def school_print(request: OfficerRequest) -> HttpResponse:
    """The same list on paper, with a column to sign in."""
    horizon, commune = Horizon.read(), cast(Unit, request.user.unit)
    try:
        wish, rows = _pupils(request, horizon)
    except InvitationRefused as refused:
        return _to_school(request, str(refused))
    with transaction.atomic():
        if not first_time(request):
            return _to_school(request, "Danh sách này đã gửi in. Muốn in thêm một bản, bấm “In danh sách” lần nữa.")
        job = papers.order_school_list(wish, rows, commune, horizon, by=request.user)
        _exported(request, f"In {_said(wish, rows)}", wish, rows)
    render_print.delay_on_commit(job.pk)
    return redirect("cards:print", public_id=job.public_id)


def _exported(request: OfficerRequest, sentence: str, wish: school.Wish, rows: list[Any]) -> None:
    reason = f"Giao {wish.group}"
    record(request, Action.PRINT, sentence=sentence, reason=reason, data={"query": request.GET.urlencode()[:500]})
    record_each(request, Action.PRINT, [(row, f"{sentence}: {row.audit_label()}", reason, {}) for row in rows])


def _said(wish: school.Wish, rows: list[Any]) -> str:
    return f"{wish.title.lower()}, {len(rows)} người"


def _to_school(request: OfficerRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    query = request.GET.urlencode()
    return redirect(f"{reverse('cards:school')}?{query}" if query else "cards:school")
