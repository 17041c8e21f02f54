"""Who must come for a card, and why: the people whom rules L11, L12, L13, L14 and E24 find, asked of a whole commune.

A check of a rule reads one person's facts; here each is one condition, so that a list is one query and what an index
can leave out is not read. tests/cards/invitations/test_must_come.py holds both to each other on made-up people.

Of a partial birth date the latest day counts (facts 7.6), which `birth_latest_on` holds. The birthday of 29 February is
1 March in common years; `years_before` agrees with PartialDate.turns_on on every day.

Source: Luật Căn cước Đ19 (card from 14), Đ21 (14, 25, 40, 60; the two years before), Đ46 (CMND until 31/12/2024).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone

from accounts.models import Officer, Setting
from cards.models import FINAL_STATES, Application, Invitation, Why
from registry.cleanup.facts import CARD_AGE_YEARS, CARD_KINDS, CMND_KINDS
from registry.models import DocumentState, IdentityDocument, Membership, Resident
from registry.models.resident import ResidentQuerySet
from registry.residents.tables import years_before
from registry.values.card_terms import COVERED_YEARS

AGES: Final[dict[str, int]] = {Why.AGE_14: 14, Why.AGE_25: 25, Why.AGE_40: 40, Why.AGE_60: 60}
RULES: Final[dict[str, str]] = {
    Why.AGE_14: "L11", Why.AGE_25: "L12", Why.AGE_40: "L12", Why.AGE_60: "L12", Why.EXPIRED: "L13", Why.CMND: "L14",
    Why.NO_CARD: "E24",
}  # fmt: skip
ORDER: Final = (Why.EXPIRED, Why.CMND, Why.NO_CARD, Why.AGE_14, Why.AGE_25, Why.AGE_40, Why.AGE_60)
"""Of several reasons the first here is the one that somebody is invited for: what is wrong today before what comes."""
CMND_ENDED_ON: Final = dt.date(2024, 12, 31)
LEGAL: Final[dict[str, str]] = {
    **dict.fromkeys(AGES, "Luật Căn cước Điều 21"),
    Why.AGE_14: "Luật Căn cước Điều 19, Điều 21",
    Why.EXPIRED: "Luật Căn cước Điều 21, Điều 24 khoản 1 điểm a",
    Why.CMND: "Luật Căn cước Điều 46 khoản 2",
    Why.NO_CARD: "Luật Căn cước Điều 19",
}


@dataclass(frozen=True)
class Horizon:
    """`on` is today, `soon` the last day that is warned of (`coming_of_age_days`)."""

    on: dt.date
    soon: dt.date

    @classmethod
    def read(cls, on: dt.date | None = None, *, values: Mapping[str, int] | None = None) -> "Horizon":
        """One query, none with `values`."""
        on = on or timezone.localdate()
        days = (values or Setting.values_on(on))["coming_of_age_days"]
        return cls(on, on + dt.timedelta(days=days))


class _YearsBefore(Func):
    """The column's day so many years ago; from 29 February the 28th where there is none, as `years_before`."""

    template = "(%(expressions)s - interval '%(years)s years')::date"
    output_field = DateField()


def _cards(**more: Any) -> QuerySet[IdentityDocument]:
    return IdentityDocument.objects.filter(
        resident=OuterRef("pk"), kind__in=CARD_KINDS, state=DocumentState.IN_USE, **more
    )


def issued_from(age_years: int) -> Exists:
    """Whether a card in use was issued at that age or later."""
    held = _cards().annotate(born_by=_YearsBefore(F("issued_on"), years=age_years))
    return Exists(held.filter(born_by__gte=OuterRef("birth_latest_on")))


def turns(age_years: int, horizon: Horizon) -> Q:
    """The birthday comes after today and within the warning time. One range of an index."""
    return Q(
        birth_latest_on__gt=years_before(horizon.on, age_years),
        birth_latest_on__lte=years_before(horizon.soon, age_years),
    )


def condition(why: str, horizon: Horizon) -> Q:
    """Who must come for this reason, of people the commune answers for."""
    if why == Why.AGE_14:
        return turns(14, horizon) & ~Q(issued_from(14 - COVERED_YEARS))
    if why in AGES:
        age = AGES[why]
        return turns(age, horizon) & Q(Exists(_cards())) & ~Q(issued_from(age - COVERED_YEARS))
    if why == Why.EXPIRED:
        return Q(Exists(_cards(expires_on__lt=horizon.on)))
    if why == Why.CMND:
        papers = IdentityDocument.objects.filter(resident=OuterRef("pk"))
        return Q(Exists(papers.filter(kind__in=CMND_KINDS))) & ~Q(Exists(papers.filter(kind__in=CARD_KINDS)))
    grown = Q(birth_latest_on__lte=years_before(horizon.on, CARD_AGE_YEARS), nationality="VN")
    return grown & ~Q(Exists(_cards())) & ~Q(Exists(_open_files()))


def _open_files() -> QuerySet[Application]:
    return Application.objects.filter(resident=OuterRef("pk")).exclude(state__in=FINAL_STATES)


# --- the list --------------------------------------------------------------------------------------------------------


def people_of(officer: Officer) -> ResidentQuerySet:
    return Resident.objects.in_scope(officer).current()


def coming(officer: Officer, horizon: Horizon, *, why: str = "") -> ResidentQuerySet:
    """Everybody in scope who must come, for this reason or for any. Each reason is asked by itself, so that each can go
    its own way through the indexes."""
    people = people_of(officer)
    if why:
        return people.filter(condition(why, horizon))
    first, *others = (people.filter(condition(one, horizon)).order_by().values("pk") for one in ORDER)
    return people.filter(pk__in=first.union(*others))


def with_reasons(rows: QuerySet[Resident], horizon: Horizon) -> QuerySet[Any]:
    """Add why they must come (`why`, the reason they are invited for), until when an expired card held, where they
    live, the open file, and the letter that stands for that reason. Of the rows of a page only."""
    cases = [When(condition(one, horizon), then=Value(one.value)) for one in ORDER]
    expired = _cards(expires_on__lt=horizon.on).order_by("-expires_on")
    home = Membership.objects.filter(resident=OuterRef("pk"), to_on=None).order_by("pk")
    letters = Invitation.objects.filter(resident=OuterRef("pk"), cancelled_at=None).order_by("-made_at", "-pk")
    return rows.annotate(
        why=Case(*cases, default=Value(""), output_field=CharField()),
        expired_on=Subquery(expired.values("expires_on")[:1]),
        hamlet=home.values("household__hamlet")[:1],
        street=home.values("household__street")[:1],
        file_id=_open_files().values("public_id")[:1],
        file_year=_open_files().values("year")[:1],
        file_serial=_open_files().values("serial")[:1],
        letter_id=letters.values("public_id")[:1],
        letter_at=letters.values("made_at")[:1],
        letter_why=letters.values("why")[:1],
    )


def due_on(person: Any, why: str) -> dt.date:
    """The day from which the person must have the new card: the same whenever it is asked, so that a letter for it can
    be known again. `person` as `with_reasons` answers it."""
    if why == Why.CMND:
        return CMND_ENDED_ON
    if why == Why.EXPIRED:
        day: dt.date = person.expired_on
        return day
    return person.known_birth.turns_on(AGES.get(why, CARD_AGE_YEARS))


def counts(officer: Officer, horizon: Horizon) -> dict[str, int]:
    """Reason -> how many, each exactly its list; who has two reasons counts in both. One query."""
    parts = [
        coming(officer, horizon, why=one).order_by().values(code=Value(one.value)).annotate(how_many=Count("pk"))
        for one in Why
    ]
    first, *others = parts
    found = dict.fromkeys(Why.values, 0)
    found.update((row["code"], row["how_many"]) for row in first.union(*others, all=True))
    return found


# --- filters ---------------------------------------------------------------------------------------------------------


def lives_in(hamlet: str) -> Exists:
    return Exists(Membership.objects.filter(resident=OuterRef("pk"), to_on=None, household__hamlet=hamlet))


def has_a_file() -> Exists:
    return Exists(_open_files())


def is_invited() -> Exists:
    """A letter stands that nobody has answered: no file was opened since."""
    answered = Application.objects.filter(resident=OuterRef("resident"), created_at__gte=OuterRef("made_at"))
    letters = Invitation.objects.filter(resident=OuterRef("pk"), cancelled_at=None)
    return Exists(letters.filter(~Q(Exists(answered))))
