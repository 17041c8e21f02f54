"""Looking through the rows of a list: one group with decisions in bulk, and one row beside the person."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record, record_all
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from registry.models import Resident, Roster, RosterRow, RowDecision
from registry.rosters import deciding, page
from registry.rosters.deciding import OPEN_ROWS
from registry.rosters.refusal import RosterRefused
from registry.rosters.row_page import SAID, offered_of, row_of
from registry.rosters.tables import RowFilter, RowTable, many

PAGE = 25
TICKED, THIS_PAGE, WHOLE = "chon", "trang", "nhom"
NOTHING_TICKED = "Chưa đánh dấu dòng nào. Đánh dấu các dòng, hoặc chọn “cả trang này” hay “cả nhóm”."
MOVED = "Nhóm này vừa đổi, nay có {} dòng chứ không phải {}; xem lại rồi quyết định."
TAKE_BACK = "thoi"
WORDS = {
    RowDecision.WRITE: "ghi", RowDecision.AS_NEW: "là người khác, ghi mới", RowDecision.SKIP: "bỏ qua",
    RowDecision.AS_PERSON: "là người này", "": "chưa quyết định",
}  # fmt: skip
BUTTONS = {RowDecision.WRITE: ("Ghi", "g"), RowDecision.AS_NEW: ("Là người khác, ghi mới", "b"),
           RowDecision.SKIP: ("Bỏ qua", "s")}  # fmt: skip


# --- one group -------------------------------------------------------------------------------------------------------


@require_GET
@desk(Right.ROSTERS_WORK)
def roster_rows(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _rows_page(request, page.found(request, public_id))


def _filtered(request: OfficerRequest, one: Roster) -> RowFilter:
    rows = RosterRow.objects.in_scope(request.user).filter(roster=one).exclude(verdict="")
    return RowFilter(request.GET, rows, roster=one)


def _query(request: OfficerRequest) -> str:
    """The filter of the address, without the place within the list."""
    query = request.GET.copy()
    for name in ("page", "sort", "nguoi"):
        query.pop(name, None)
    return query.urlencode()


def _rows_page(request: OfficerRequest, one: Roster, *, error: str = "") -> HttpResponse:
    may = page.may_decide_rows(one)
    filtered, query = _filtered(request, one), _query(request)
    table = RowTable(filtered.qs.defer("raw"), roster=one, officer=request.user, query=query, may_decide=may)
    paged(request, table, per_page=PAGE, count_all=True)
    record(request, Action.VIEW, target=one, sentence=f"Xem các dòng của {one.audit_label()}, trang {table.page.place}",
           data={"query": query[:500]} if query else None)  # fmt: skip
    verdict = request.GET.get("ket_qua", "")
    context = {
        "roster": one,
        "table": table,
        "filter": filtered,
        "query": query,
        "whole_query": request.GET.urlencode(),
        "may_decide": may and table.page.count,
        "shown": [row.record.public_id for row in table.page.object_list],
        "buttons": [(what, *BUTTONS[RowDecision(what)]) for what in page.offered_for(verdict)],
        "error": error,
        "title": _title(filtered, verdict),
    }
    return render(request, "registry/rosters/rows.html", context, status=422 if error else 200)


def _title(filtered: RowFilter, verdict: str) -> str:
    if "ly_do" in filtered.filters:
        return str(filtered.filters["ly_do"].extra["choices"][0][1])
    return str(dict(filtered.filters["ket_qua"].extra["choices"]).get(verdict, "Các dòng của danh sách"))


@require_POST
@desk(Right.ROSTERS_WORK)
def roster_decide(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One decision for the ticked rows, those of the page, or the whole group of the address; kept at once."""
    one = page.found(request, public_id)
    decision = request.POST.get("decision", "")
    if decision not in (*RowDecision.values, TAKE_BACK):
        return _rows_page(request, one, error="Chọn một trong các quyết định.")
    decision = "" if decision == TAKE_BACK else decision
    rows, refused = _chosen(request, one)
    if refused:
        return _rows_page(request, one, error=refused)
    try:
        with transaction.atomic():
            count = deciding.decide(one, rows, decision, by=request.user)
            if count:
                record(request, Action.DECIDE, target=one, sentence=_audited(one, decision, count),
                       data={"query": request.GET.urlencode()[:500]})  # fmt: skip
    except RosterRefused as stopped:
        return _rows_page(request, one, error=str(stopped))
    messages.success(request, _said(decision, count))
    back = reverse("registry:roster_rows", args=[one.public_id])
    return redirect(f"{back}?{request.GET.urlencode()}" if request.GET else back)


def _chosen(request: OfficerRequest, one: Roster) -> tuple[QuerySet[RosterRow], str]:
    """The rows meant, or a sentence why not."""
    scope, rows = request.POST.get("pham_vi", TICKED), RosterRow.objects.in_scope(request.user).filter(roster=one)
    if scope == WHOLE:
        group = _filtered(request, one).qs
        count, told = group.count(), request.POST.get("so_dong", "")
        moved = MOVED.format(many(count), told) if told != str(count) else ""
        return group, moved
    ids = _ids(request, "shown" if scope == THIS_PAGE else "row")
    return rows.filter(public_id__in=ids), "" if ids else NOTHING_TICKED


def _ids(request: OfficerRequest, name: str) -> list[uuid.UUID]:
    """What is no address of a row was never on the page."""
    found = []
    for text in request.POST.getlist(name)[:PAGE]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _audited(one: Roster, decision: str, count: int) -> str:
    return f"Quyết định “{WORDS[decision]}” cho {many(count)} dòng của {one.audit_label()}"


def _said(decision: str, count: int) -> str:
    if not count:
        return "Không có dòng nào quyết định như vậy được; các dòng này cần xem từng dòng hoặc sửa trong tệp."
    return f"Đã lưu cho {many(count)} dòng: {WORDS[decision]}. Chưa ghi vào hồ sơ; quyết định lại lúc nào cũng được."


# --- one row ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Right.ROSTERS_WORK)
def roster_row(request: OfficerRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """One row beside the person. A decision is kept at once, and the next undecided row of the group opens."""
    one = page.found(request, public_id)
    rows = RosterRow.objects.in_scope(request.user).filter(roster=one).exclude(verdict="")
    row = rows.select_related("person__commune", "resident", "decided_by").filter(number=number).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        return _row_page(request, one, row)
    act = ACTS.get(request.POST.get("decision", ""))
    if act is None:
        return _row_page(request, one, row, error="Chọn một trong các quyết định.")
    try:
        with transaction.atomic():
            said = act(request, one, row)
    except RosterRefused as refused:
        return _row_page(request, one, row, error=str(refused))
    messages.success(request, said)
    if request.POST["decision"] in STAYS:
        return redirect(request.get_full_path())
    return _next(request, one, row)


def _decide(request: OfficerRequest, one: Roster, row: RosterRow) -> str:
    decision = RowDecision(request.POST["decision"])
    takes = request.POST.getlist("lay") if row.changes else None
    if takes == [] and decision == RowDecision.WRITE:
        raise RosterRefused("Chưa lấy mục nào của tệp; đánh dấu mục cần ghi, hoặc chọn “Bỏ qua”.")
    _one_row(request, one, row, decision, takes)
    return SAID[decision].format(row.number)


def _choose(request: OfficerRequest, one: Roster, row: RosterRow) -> str:
    """The row is of the candidate that is picked."""
    rows = Resident.objects.on_the_books().in_scope(request.user).filter(pk__in=offered_of(row))
    person = next((each for each in rows if str(each.public_id) == request.POST.get("nguoi", "")), None)
    if person is None:
        raise RosterRefused("Chọn hồ sơ của người này trong các hồ sơ nêu ở trên.")
    row.roster = one
    deciding.choose_person(row, person, by=request.user)
    sentence = f"Dòng {row.number} của {one.audit_label()}: quyết định “là người này”"
    record(request, Action.DECIDE, target=person, sentence=sentence)
    changes = RosterRow.objects.values_list("changes", flat=True).get(pk=row.pk)
    what = f" {len(changes)} mục khác với hồ sơ; mở lại dòng này nếu cần bỏ bớt." if changes else ""
    return SAID[RowDecision.AS_PERSON].format(row.number) + what


def _take_back(request: OfficerRequest, one: Roster, row: RosterRow) -> str:
    _one_row(request, one, row, "", None)
    return f"Dòng {row.number}: đã bỏ quyết định."


def _check_again(request: OfficerRequest, one: Roster, row: RosterRow) -> str:
    deciding.re_check(one, RosterRow.objects.filter(pk=row.pk), by=request.user)
    sentence = f"Kiểm tra lại dòng {row.number} của {one.audit_label()}"
    record(request, Action.DECIDE, target=one, sentence=sentence)
    return f"Dòng {row.number}: đã kiểm tra lại với hồ sơ hiện tại."


def _one_row(request: OfficerRequest, one: Roster, row: RosterRow, decision: str, takes: list[str] | None) -> None:
    rows = RosterRow.objects.filter(pk=row.pk)
    if not deciding.decide(one, rows, decision, by=request.user, takes=takes):
        raise RosterRefused("Dòng này không quyết định như vậy được; mở lại trang để xem tình trạng hiện tại.")
    sentence = f"Quyết định “{WORDS[decision]}” cho dòng {row.number} của {one.audit_label()}"
    record(request, Action.DECIDE, target=one, sentence=sentence)


Act = Callable[[OfficerRequest, Roster, RosterRow], str]
CHECK_AGAIN = "kiem-tra-lai"
ACTS: dict[str, Act] = {
    RowDecision.WRITE.value: _decide,
    RowDecision.AS_NEW.value: _decide,
    RowDecision.SKIP.value: _decide,
    RowDecision.AS_PERSON.value: _choose,
    TAKE_BACK: _take_back,
    CHECK_AGAIN: _check_again,
}
STAYS = (TAKE_BACK, CHECK_AGAIN)


def _row_page(request: OfficerRequest, one: Roster, row: RosterRow, *, error: str = "") -> HttpResponse:
    row.roster = one
    picked = request.POST.get("nguoi", "") or request.GET.get("nguoi", "")
    context = row_of(row, one, request.user, picked=picked)
    sentence = f"Xem dòng {row.number} của {one.audit_label()}"
    people = [told["person"] for told in context.get("candidates", [])] or [context["person"]]
    record_all(request, Action.VIEW, [(target, sentence) for target in (one, *people) if target is not None])
    if error and row.changes:
        takes = set(request.POST.getlist("lay"))
        context["changes"] = [told | {"take": told["field"] in takes} for told in context["changes"]]
    context |= {"roster": one, "query": _query(request), "error": error} | _neighbours(request, one, row)
    return render(request, "registry/rosters/row.html", context, status=422 if error else 200)


def _neighbours(request: OfficerRequest, one: Roster, row: RosterRow) -> dict[str, Any]:
    """The rows before and after within the group of the address. One query."""
    numbers = _filtered(request, one).qs.order_by().values_list("number", flat=True)
    before = numbers.filter(number__lt=row.number).order_by("-number")[:1]
    after = numbers.filter(number__gt=row.number).order_by("number")[:1]
    found = list(before.union(after, all=True))
    return {
        "before": next((number for number in found if number < row.number), None),
        "after": next((number for number in found if number > row.number), None),
    }


def _next(request: OfficerRequest, one: Roster, row: RosterRow) -> HttpResponse:
    """The next undecided row of the group, from here on and then from its beginning; else the group."""
    query = _query(request)
    tail = f"?{query}" if query else ""
    waiting = _filtered(request, one).qs.filter(decision="", state__in=OPEN_ROWS, verdict__in=page.WAITING)
    numbers = waiting.exclude(pk=row.pk).order_by("number").values_list("number", flat=True)
    following = numbers.filter(number__gt=row.number).first() or numbers.first()
    if following is not None:
        return redirect(reverse("registry:roster_row", args=[one.public_id, following]) + tail)
    messages.info(request, "Nhóm này không còn dòng nào chờ quyết định.")
    return redirect(reverse("registry:roster_rows", args=[one.public_id]) + tail)
