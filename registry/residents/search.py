"""The one box: whatever is at hand, read, looked up by index, ranked. Never leaves the officer's scope by itself.

Finders of other apps (file numbers of cards) sign up with register_finder(); registry knows none of them.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BooleanField, Func, Q, QuerySet

from accounts.models import Officer
from accounts.scope import ScopedQuerySet, answers_for, works_in_one_commune
from accounts.text import clean
from registry.models import IdentityNumber, Resident
from registry.residents.asked import Asked, read
from registry.residents.ranking import Candidate, Place
from registry.values import phone, search_words
from registry.values.partial_date import PartialDate

LIMIT = 50
OUTSIDE_LIMIT = 20
FEW = 200  # hits; so many are ranked without another thought
CANDIDATES = 1_000  # how many hits are looked at for ranking; a page shows fifty of them
MANY = 5_000  # hits; see in_words()
LEAST_BEGUN = 3  # letters; across communes a shorter beginning fits a tenth of the country
WORDS = SearchVector("search_text", config="simple")


@dataclass(frozen=True)
class Hit:
    """One line of the answer: where it leads, what it is called, what tells it apart, and why it was found."""

    url: str
    title: str
    detail: str
    why: str = ""


Finder = Callable[[str, Officer], list[Hit]]
_finders: list[Finder] = []


def register_finder(finder: Finder) -> None:
    if finder not in _finders:
        _finders.append(finder)


def other_hits(text: str, officer: Officer) -> list[Hit]:
    return [hit for finder in _finders for hit in finder(clean(text), officer)]


def find(text: str, officer: Officer, *, typing: bool = False, limit: int = LIMIT) -> list[Resident]:
    """Residents in scope that fit, best first: exact accents before folded ones, whole names before parts.

    The last word is a prefix while typing; otherwise only when nobody has it as a whole word. Who sees many communes
    types LEAST_BEGUN letters of it first. Two queries as a rule, ten at most, never more than CANDIDATES rows of each.
    """
    asked = read(text)
    rows = Resident.objects.on_the_books().in_scope(officer)
    if asked.is_empty:
        return []
    if asked.digits:
        ids = _by_digits(rows, asked.digits)
    elif asked.born and asked.born.is_full and not asked.words:
        ids = _born(rows, asked.born)
    else:
        with nullcontext() if works_in_one_commune(officer) else transaction.atomic():
            ids = [] if typing else _by_words(rows, asked, officer, limit, unfinished=False)
            ids = ids or _by_words(rows, asked, officer, limit, unfinished=True)
    return _in_order(rows, ids[:limit])


def find_outside(asked: Asked, officer: Officer) -> list[Resident]:
    """Who elsewhere holds exactly this number, or has exactly this name and year of birth. OUTSIDE_LIMIT at most.

    The caller writes the audit line, with the officer's reason.
    """
    if not asked.may_go_outside:
        return []
    if asked.digits:
        wanted = Q(pk__in=IdentityNumber.objects.filter(number=asked.digits).values("resident"))
    else:
        wanted = Q(name_folded=" ".join(asked.words), birth_year=asked.year)
    rows = Resident.objects.on_the_books().filter(wanted).select_related("commune__parent")[: 10 * OUTSIDE_LIMIT]
    elsewhere = [one for one in rows if not answers_for(officer, one.commune)]
    return sorted(elsewhere, key=lambda one: (one.full_name != asked.name, one.sort_key, one.pk))[:OUTSIDE_LIMIT]


class IsAnyOf(Func):
    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def in_words(rows: QuerySet[Resident], text: str, officer: Officer) -> QuerySet[Resident]:
    """What a list's filter keeps: residents with all of these words, the last as a prefix; by the text index.

    Up to MANY are kept by their ids, as an array: words that seldom go together, or stand at one end of the alphabet,
    would otherwise be looked for by walking the whole list. More than that are soon met on any walk. One query.
    """
    asked = read(text)
    commune = officer.unit_id if works_in_one_commune(officer) else None
    words = search_words.asked(asked.words, year=asked.year, commune=commune, unfinished=True)
    if not words:
        return rows.none()
    fitting = Resident.objects.in_scope(officer).alias(document=WORDS).filter(document=_query(words))
    if len(_fetched(fitting.values_list("pk"), MANY + 1)) > MANY:
        return rows.alias(document=WORDS).filter(document=_query(words))
    return rows.filter(IsAnyOf("pk", ArraySubquery(fitting.order_by().values("pk"))))


def _by_digits(rows: QuerySet[Resident], digits: str) -> list[int]:
    """Any number of the person, those in use first, or the phone."""
    numbers = IdentityNumber.objects.filter(number=digits).order_by("-is_active", "pk")
    holders = list(dict.fromkeys(numbers.values_list("resident_id", flat=True)[:CANDIDATES]))
    wanted = Q(pk__in=holders)
    try:
        wanted |= Q(phone=phone.normalise(digits))
    except phone.PhoneRefused:
        pass
    found = set(rows.filter(wanted).order_by().values_list("pk", flat=True)[:CANDIDATES])
    return [pk for pk in holders if pk in found] + sorted(found.difference(holders))


def _born(rows: QuerySet[Resident], born: PartialDate) -> list[int]:
    exact = rows.filter(birth_latest_on=born.latest(), birth_day=born.day)
    return [one.pk for one in sorted(_some(exact), key=lambda one: (one.sort_key, one.pk))]


def _by_words(
    rows: ScopedQuerySet[Resident], asked: Asked, officer: Officer, limit: int, *, unfinished: bool
) -> list[int]:
    """All words by the text index; of a commune's officer only the commune's own lists of words are read.

    Where more than FEW fit, those who must stand first are asked for by themselves: called by the last word, or of this
    very name. Over a whole country they are asked for at once: a third of it has "nguyen" somewhere.
    """
    commune = officer.unit_id if works_in_one_commune(officer) else None

    def fitting(*, called: bool = False, most: int = CANDIDATES) -> list[Candidate]:
        query = search_words.asked(
            asked.words, year=asked.year, commune=commune, unfinished=unfinished, called=called
        )  # fmt: skip
        return _some(rows.alias(document=WORDS).filter(document=_query(query)), most)

    if commune is None:
        if unfinished and len("".join(asked.words[-1:])) < LEAST_BEGUN:
            return []
        _remember_more()
    place = Place(asked, unfinished=unfinished)
    found = fitting(most=FEW) if commune else []
    if not commune or len(found) == FEW:
        found = fitting(called=True) if asked.words else []
        if sum(place.has_accents(one) for one in found) < limit:
            found += fitting()
        if len(found) >= CANDIDATES:
            same_name = rows.filter(name_folded=" ".join(asked.words))
            found += _some(same_name.filter(birth_year=asked.year) if asked.year else same_name)
    return [candidate.pk for candidate in sorted(set(found), key=place)]


def _remember_more() -> None:
    """Room for the rows of a common word in a whole country (until the transaction ends); with less, PostgreSQL keeps
    whole pages instead of rows and reads every row on them again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '32MB'")


def _query(words: str) -> SearchQuery:
    return SearchQuery(words, config="simple", search_type="raw")


def _some(rows: QuerySet[Resident], most: int = CANDIDATES) -> list[Candidate]:
    return [Candidate(*row) for row in _fetched(rows.values_list("pk", *Candidate._fields[1:]), most)]


def _fetched(rows: QuerySet[Resident, Any], most: int) -> list[tuple]:
    """`most` of the rows, in no order.

    MATERIALIZED keeps PostgreSQL from planning for the few rows it is asked for: words go together otherwise than
    their frequencies say, and hoping to meet fifty soon it would walk the whole table.
    """
    try:
        query, values = rows.order_by().query.sql_with_params()
    except EmptyResultSet:  # a role without residents
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"WITH hit AS MATERIALIZED ({query}) SELECT * FROM hit LIMIT {most}", values)  # noqa: S608
        return cursor.fetchall()


def _in_order(rows: QuerySet[Resident], ids: list[int]) -> list[Resident]:
    people = {person.pk: person for person in rows.filter(pk__in=ids).order_by().select_related("commune")}
    return [people[pk] for pk in ids if pk in people]
