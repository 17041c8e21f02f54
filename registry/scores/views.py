"""Pages of the desk: scores of a place, the people and cases behind each figure, households, one person."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.audit import record
from accounts.lists import paged
from accounts.models import Action
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk, find
from registry.cleanup import queues
from registry.cleanup.tables import FindingTable
from registry.cleanup.tables import listed as listed_cases
from registry.models import Household, Resident, Severity
from registry.residents.tables import ResidentTable, listed
from registry.scores.asked import Asked, asked
from registry.scores.figures import DONE, HAD_TO, LEFT, TITLES, findings, own_cases, people
from registry.scores.page import everything, in_words
from registry.scores.places import Place
from registry.scores.share import dotted
from registry.scores.tables import HouseholdScores, counted, with_something_left


@require_GET
@desk(Right.CLEANUP_VIEW)
def scores(request: OfficerRequest) -> HttpResponse:
    """Of the officer's commune, or of ?xa=, ?tinh=, with the places below. Counts only, nobody's name."""
    chosen = asked(request)
    if chosen.place.texts is not None or chosen.place.household or chosen.place.resident:
        raise Http404
    status = 200 if chosen.form.is_valid() else 422
    return render(request, "registry/scores/page.html", everything(request.user, chosen), status=status)


@require_GET
@desk(Right.CLEANUP_VIEW)
def scores_people(request: OfficerRequest, figure: str) -> HttpResponse:
    """Exactly the people that the figure counts."""
    if figure not in TITLES:
        raise Http404
    chosen = asked(request)
    rows = people(request.user, figure, chosen.place, since=chosen.since, group=chosen.group)
    table = ResidentTable(listed(rows), officer=request.user)
    paged(request, table, count_all=True)  # the figure and its list are one
    return _list(request, chosen, table, title=TITLES[figure], unit="người")


@require_GET
@desk(Right.CLEANUP_VIEW)
def scores_cases(request: OfficerRequest, figure: str) -> HttpResponse:
    """The single cases: of a person, a household, a place; with ?muc= those of one severity."""
    severity = request.GET.get("muc", "")
    if figure not in (HAD_TO, DONE, LEFT) or severity not in ("", *Severity.values):
        raise Http404
    chosen = asked(request)
    rows = findings(
        request.user, figure, chosen.place, since=chosen.since, group=chosen.group, severity=severity
    )  # fmt: skip
    table = FindingTable(listed_cases(rows), slug=queues.EVERYTHING)
    paged(request, table, count_all=True)
    title = f"{TITLES[figure]}: việc {Severity(severity).label if severity else 'CHẶN, LỖI'}"
    return _list(request, chosen, table, title=title, unit="việc")


def _list(request: OfficerRequest, chosen: Asked, table: Any, *, title: str, unit: str) -> HttpResponse:
    place = chosen.place
    record(
        request,
        Action.VIEW,
        target=place.resident or place.household,
        sentence=f"Xem danh sách điểm sạch: {title}, {in_words(chosen.group)}, {place.name} "
        f"({dotted(table.page.count)} {unit}), trang {table.page.place}",
        data={"query": request.GET.urlencode()[:500]},
    )
    context = {
        "asked": chosen,
        "place": place,
        "title": title,
        "unit": unit,
        "group_name": in_words(chosen.group),
        "table": table,
        "up": chosen.address(Place(query={k: v for k, v in place.query.items() if k in ("xa", "tinh")})),
    }
    return render(request, "registry/scores/list.html", context)


@require_GET
@desk(Right.CLEANUP_VIEW)
def scores_households(request: OfficerRequest) -> HttpResponse:
    """Household by household; ?con=1 only those where something is left."""
    chosen = asked(request)
    if chosen.place.resident or chosen.place.household or chosen.place.texts is not None:
        raise Http404
    homes = Household.objects.in_scope(request.user)
    rows: QuerySet[Household] = homes.filter(chosen.place.of("commune"), closed_on=None)
    only_left = request.GET.get("con") == "1"
    if only_left:
        rows = with_something_left(rows, chosen)
    table = HouseholdScores(counted(rows, chosen), asked=chosen)
    paged(request, table, listed=f"điểm sạch theo hộ, {chosen.place.name}")
    context = {
        "asked": chosen,
        "place": chosen.place,
        "table": table,
        "only_left": only_left,
        "group_name": in_words(chosen.group),
        "up": chosen.address(),
        "all_address": chosen.address(),
        "left_address": chosen.address(con="1"),
    }
    return render(request, "registry/scores/households.html", context)


@require_GET
@desk(Right.CLEANUP_VIEW)
def scores_resident(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A person's own score: a part of the record's page, a page without script."""
    person = find(request, Resident.objects.all(), public_id)
    place = Place(resident=person, name=person.full_name, query={"cu_dan": str(public_id)})
    return _own(request, place, target=person)


@require_GET
@desk(Right.CLEANUP_VIEW)
def scores_household(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same of a household: its people, and their cases."""
    home = find(request, Household.objects.all(), public_id)
    place = Place(household=home, name=str(home), query={"ho": str(public_id)})
    return _own(request, place, target=home)


def _own(request: OfficerRequest, place: Place, *, target: Resident | Household) -> HttpResponse:
    chosen, officer = asked(request, place=place), request.user
    groups, oldest = own_cases(officer, place, since=chosen.since)
    record(request, Action.VIEW, target=target, sentence=f"Xem điểm sạch: {place.name}")
    context: dict[str, Any] = {
        "place": place,
        "asked": chosen,
        "groups": [(one, chosen.address(nhom=one.group.lower())) for one in groups],
        "oldest": oldest,
    }
    if place.household is not None:
        counts = {
            key: people(officer, name, place, since=chosen.since).count()
            for key, name in (("must", HAD_TO), ("done", DONE))
        }
        context |= {"people": counts, "address": chosen.address()}
    template = "registry/scores/_own.html" if request.htmx else "registry/scores/own.html"
    return render(request, template, context)
