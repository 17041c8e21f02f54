"""Pages of cards in stock: the lists, many at once, and one card."""

import uuid
from collections.abc import Callable
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record, record_all
from accounts.lists import paged
from accounts.models import Action, Officer, Setting, Unit
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from accounts.submit_once import first_time, new_token, token_of
from accounts.way_back import way_back
from cards.applications.workflow import MoveRefused
from cards.deliveries import doing, papers, shelf
from cards.deliveries.forms import BoxForm, CallForm, PostForm, PostReturnedForm, SendBackForm
from cards.deliveries.stock import StockRefused
from cards.deliveries.tables import PILLS, StockFilter, StockTable, note_of
from cards.models import About, Application, State, StockState
from cards.papers import orders
from cards.tasks import render_print
from registry.residents.masking import shown_phone

PER_PAGE: Final = 50
MOST_LISTED: Final = 100
DAY = "%d/%m/%Y"


@require_safe
@desk(Right.APPLICATION_VIEW)
def stock(request: OfficerRequest) -> HttpResponse:
    """The list that ?muc= names, and how many rows every other has."""
    return _list(request)


def _list(request: OfficerRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    officer = request.user
    may_choose = officer.can(Right.APPLICATION_TAKE)
    filtered = StockFilter(request.GET, shelf.files(officer), officer=officer, request=request)
    limit = Setting.values_on()["card_waiting_days"]
    rows = filtered.qs
    section = filtered.section
    chooses = may_choose and section.figure in ("here", "to_call", "long", "to_post")
    table = StockTable(rows, officer=officer, may_choose=chooses, limit=limit)
    paged(request, table, listed=f"thẻ: {section.title.lower()}", per_page=PER_PAGE)
    figures = shelf.figures(officer)
    context = {
        "table": table,
        "filter": filtered,
        "section": section,
        "sections": [{"section": one, "count": figures[one.figure]} for one in shelf.SECTIONS.values()],
        "limit": limit,
        "may_choose": chooses,
        "can_take": may_choose,
        "token": new_token(),
        "most": MOST_LISTED,
        "error": error,
        "box": request.POST.get("box", ""),
    }
    return render(request, "cards/deliveries/list.html", context, status=status)


@require_POST
@desk(Right.APPLICATION_TAKE)
def stock_many(request: OfficerRequest) -> HttpResponse:
    """What is ticked: `in` prints the list to sign, `hop` notes the box; `in-loc` prints all that the filter finds."""
    step = request.POST.get("buoc", "in")
    chosen = _chosen(request, everything=step == "in-loc")
    back = f"{reverse('cards:stock')}?{request.GET.urlencode()}"
    if not chosen:
        return _list(request, error="Chọn ít nhất một thẻ đang giữ.", status=422)
    if len(chosen) > MOST_LISTED:
        told = f"Một danh sách nhiều nhất {MOST_LISTED} thẻ; bộ lọc đang có nhiều hơn. Lọc hẹp lại."
        return _list(request, error=told, status=422)
    if step == "hop":
        try:
            done = doing.move_to_box(chosen, box=request.POST.get("box", ""), by=request.user)
        except StockRefused as refused:
            return _list(request, error=str(refused), status=422)
        messages.success(request, f"Đã ghi hộp cho {done} thẻ.")
        return redirect(back)
    return _print(request, chosen)


def _chosen(request: OfficerRequest, *, everything: bool) -> list[Application]:
    """The cards that lie here, of those ticked or of those the filter finds; one of another commune is written down."""
    rows = shelf.files(request.user)
    if everything:
        rows = StockFilter(request.GET, rows, officer=request.user, request=request).qs
    else:
        wanted = _ids(request.POST.getlist("file"))
        rows = rows.filter(public_id__in=wanted)
        for one in Application.objects.filter(public_id__in=wanted).exclude(
            pk__in=Application.objects.in_scope(request.user).filter(public_id__in=wanted).values("pk")
        ):
            record(request, Action.REFUSED, target=one, sentence="Chọn thẻ ngoài địa bàn")
    here = rows.filter(shelf.HERE).order_by("resident__sort_key", "pk")
    return list(here[: MOST_LISTED + 1])


def _ids(texts: list[str]) -> list[uuid.UUID]:
    """What is no address of a file was never on the page."""
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _print(request: OfficerRequest, chosen: list[Application]) -> HttpResponse:
    commune = cast(Unit, request.user.unit)
    try:
        token = uuid.UUID(request.POST.get("submit_token", ""))
    except ValueError:
        token = uuid.uuid4()
    now = timezone.localtime()
    with transaction.atomic():
        content = papers.content_of(commune, chosen, by=request.user)
        title = f"Danh sách trả thẻ {now:%d/%m/%Y, %H:%M}, {len(chosen)} thẻ"
        job = orders.order(papers.KIND, commune=commune, by=request.user, title=title, content=content, token=token)
        told = f"Đưa vào danh sách trả thẻ để ký, {now:{DAY}}"
        record_all(request, Action.PRINT, [(file, f"{told}: {file.audit_label()}") for file in chosen])
        render_print.delay_on_commit(job.pk)
    return redirect("cards:hand_over_list", public_id=job.public_id)


# --- one card --------------------------------------------------------------------------------------------------------


@require_safe
@desk(Right.APPLICATION_VIEW)
def stock_card(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    file = _file(request, public_id)
    record(request, Action.VIEW, target=file, sentence=f"Xem thẻ của hồ sơ {file}")
    return _card_page(request, file)


def _file(request: OfficerRequest, public_id: uuid.UUID) -> Application:
    """Its card came, or was here once: of any other file there is nothing to show."""
    rows = Application.objects.select_related("resident", "commune", "stock", "stock__arrived_by", "stock__handed_by")
    file = find(request, rows, public_id)
    if file.state != State.ARRIVED and shelf.stock_of(file) is None:
        raise Http404
    return file


FORMS: Final[dict[str, type[forms.Form]]] = {
    "goi": CallForm, "hop": BoxForm, "gui": PostForm, "chuyen-hoan": PostReturnedForm, "tra-lai": SendBackForm,
}  # fmt: skip


def _card_page(
    request: OfficerRequest, file: Application, *, filled: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    officer = request.user
    card = shelf.stock_of(file)
    state = StockState(card.state) if card else StockState.HERE
    shown: dict[str, forms.Form] = {name: form(auto_id=f"{name}-%s") for name, form in FORMS.items()}
    if card:
        shown["hop"] = BoxForm(initial={"box": card.box}, auto_id="hop-%s")
    context = {
        "application": file,
        "card": card,
        "state": state,
        "pill": PILLS[state],
        "facts": _facts(file, officer),
        "calls": _calls(file),
        "forms": {name.replace("-", "_"): form for name, form in (shown | (filled or {})).items()},
        "is_here": file.state == State.ARRIVED and state == StockState.HERE,
        "is_posted": file.state == State.ARRIVED and state == StockState.POSTED,
        "can_take": officer.can(Right.APPLICATION_TAKE),
        "submit_token": token_of(request),
        "back": way_back(request),
    }
    return render(request, "cards/deliveries/card.html", context, status=status)


def _facts(file: Application, officer: Officer) -> list[dict[str, Any]]:
    card, person = shelf.stock_of(file), file.resident
    phone = shown_phone(person.phone, officer) if person.phone else ""
    rows = [("Điện thoại", phone, ""), ("Nơi nhận thẻ", file.get_delivery_display(), file.delivery_address)]
    if card:
        days = shelf.days_here(card.arrived_at) or 0
        since = f"{days} ngày" if days else "hôm nay"
        rows.append(("Thẻ về", f"{timezone.localtime(card.arrived_at):%H:%M %d/%m/%Y}", f"{since}, {card.arrived_by}"))
        rows.append(("Hộp, ngăn", card.box or "chưa ghi", ""))
        if note := note_of(card):
            rows.append((str(card.get_state_display()), note, str(card.handed_by or "")))
    if file.representative_name:
        rows.append(("Người đại diện", file.representative_name, file.representative_relation))
    return [{"label": label, "value": value, "note": note} for label, value, note in rows]


def _calls(file: Application) -> list[dict[str, str]]:
    """The last tries to tell the citizen, the newest first. One query."""
    rows = file.contacts.filter(about=About.CARD).select_related("by")[:20]
    return [
        {
            "when": f"{timezone.localtime(one.at):%H:%M %d/%m/%Y} · {one.by}",
            "title": f"{one.get_via_display()}: {one.get_result_display().lower()}",
            "text": " · ".join(filter(None, [one.note, f"gọi lại {one.again_on:{DAY}}" if one.again_on else ""])),
            "kind": "now" if place == 0 else "",
        }
        for place, one in enumerate(rows)
    ]


def _call(file: Application, form: Any, by: Officer) -> str:
    contact = doing.call(file, form.call(), by=by)
    return f"Đã ghi: {contact.get_result_display().lower()}."


def _box(file: Application, form: Any, by: Officer) -> str:
    doing.move_to_box([file], box=form.cleaned_data["box"], by=by)
    return "Đã ghi hộp, ngăn."


def _post(file: Application, form: Any, by: Officer) -> str:
    return f"Đã ghi gửi bưu chính, mã {doing.post(file, code=form.cleaned_data['code'], by=by).post_code}."


def _post_returned(file: Application, form: Any, by: Officer) -> str:
    doing.post_returned(file, note=form.cleaned_data["note"], by=by)
    return "Thẻ lại ở trụ sở; cần báo công dân."


def _send_back(file: Application, form: Any, by: Officer) -> str:
    doing.send_back(file, reason=form.cleaned_data["reason"], by=by)
    return "Đã ghi chuyển trả cấp trên; hồ sơ trở lại “Đang in thẻ”."


ACTS: Final[dict[str, Callable[[Application, Any, Officer], str]]] = {
    "goi": _call, "hop": _box, "gui": _post, "chuyen-hoan": _post_returned, "tra-lai": _send_back,
}  # fmt: skip


@require_POST
@desk(Right.APPLICATION_TAKE)
def stock_act(request: OfficerRequest, public_id: uuid.UUID, act: str) -> HttpResponse:
    """One act with one card; each has its form and its work in the tables above."""
    file = _file(request, public_id)
    if act not in ACTS:
        raise Http404
    form = FORMS[act](request.POST, auto_id=f"{act}-%s")
    if form.is_valid():
        try:
            with transaction.atomic():
                said = ACTS[act](file, form, request.user) if first_time(request) else "Việc này đã ghi rồi."
        except (StockRefused, MoveRefused) as refused:
            field = getattr(refused, "field", "")
            if field in form.fields:
                form.add_error(field, str(refused))
            else:  # the card may have become one whose page has no such form
                messages.error(request, str(refused))
        else:
            messages.success(request, said)
            return redirect(way_back(request) or reverse("cards:stock_card", args=[file.public_id]))
    return _card_page(request, _file(request, public_id), filled={act: form}, status=422)
