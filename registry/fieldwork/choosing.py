"""Which households go onto a sheet."""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Unit
from accounts.text import plain_sort_key
from registry.models import FieldLine, Finding, Household, Membership, Resident, SheetState, Which
from registry.residents import freshness
from registry.residents.freshness import Terms

MOST_HOUSEHOLDS = 40
MOST_PEOPLE = 250
"""Of one sheet: what one evening types back, and what one form can carry."""


@dataclass(frozen=True)
class Wish:
    """`hamlets` as households write them; `codes` names households one by one, whatever else is wished."""

    hamlets: tuple[str, ...] = ()
    which: str = Which.DUE
    most: int = MOST_HOUSEHOLDS
    codes: tuple[str, ...] = ()


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def lived_in(commune: Unit) -> QuerySet[Household]:
    """Open households with somebody the commune answers for."""
    members = Membership.objects.filter(
        household=OuterRef("pk"), to_on=None, resident__in=Resident.objects.current().values("pk")
    )
    return Household.objects.filter(Exists(members), commune=commune, closed_on=None)


def on_an_open_sheet() -> Exists:
    return Exists(FieldLine.objects.filter(household=OuterRef("pk"), sheet__state=SheetState.OPEN))


def chosen(commune: Unit, wish: Wish, *, today: dt.date) -> list[Household]:
    """The households wished for, at most `wish.most`, in the order somebody walks. Those an open sheet has already are
    left out, unless they are named. The longest unconfirmed come first when there are too many. Two queries at most.
    """
    rows = lived_in(commune)
    if wish.codes:
        rows = rows.filter(code__in=wish.codes)
    else:
        rows = rows.filter(hamlet__in=wish.hamlets).exclude(on_an_open_sheet())
        rows = _of_kind(rows, wish.which, today=today)
    rows = rows.annotate(oldest=oldest_confirmation()).order_by("oldest", "pk")
    return walking_order(rows[: min(wish.most, MOST_HOUSEHOLDS)])


def _of_kind(rows: QuerySet[Household], which: str, *, today: dt.date) -> QuerySet[Household]:
    if which == Which.OPEN:
        people = Membership.objects.filter(
            household=OuterRef("pk"), to_on=None, resident__in=Finding.objects.open().values("resident")
        )
        return rows.filter(Exists(people))
    if which == Which.DUE:
        past = Terms.read().past(month_end(today) + dt.timedelta(days=1))
        due = freshness.since(Resident.objects.current()).filter(past)
        return rows.filter(Exists(Membership.objects.filter(household=OuterRef("pk"), to_on=None, resident__in=due)))
    return rows


def oldest_confirmation() -> Subquery:
    """When the one of the household who waits longest was last confirmed."""
    members = Membership.objects.filter(
        household=OuterRef("pk"), to_on=None, resident__in=Resident.objects.current().values("pk")
    )
    since = Coalesce("resident__confirmed_at", "resident__created_at")
    return Subquery(members.order_by(since).annotate(since=since).values("since")[:1])


def walking_order(homes: Iterable[Household]) -> list[Household]:
    """Hamlet by hamlet, along the street, house 2 before house 10."""
    return sorted(homes, key=lambda one: (plain_sort_key(one.hamlet), plain_sort_key(one.street), one.code))
