"""Where people of a commune live: the hamlet as their household there writes it, once for each person.

Of two households of one commune the first counts, so that nobody is counted twice; whoever has none there lives "".
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import QuerySet

from accounts.models import Unit
from registry.models import Membership

NONE: Final = ""
"""In no hamlet that is named."""


def first_homes(commune: Unit) -> QuerySet[Membership]:
    """The membership that tells where somebody lives, one for each person with a household in the commune."""
    rows = Membership.objects.filter(to_on=None, household__commune=commune)
    return rows.order_by("resident_id", "pk").distinct("resident_id")


def people_in(commune: Unit, texts: Sequence[str]) -> QuerySet[Any]:
    """Who lives in a hamlet that is written in one of these ways; ids, for an `__in`."""
    rows = Membership.objects.filter(pk__in=first_homes(commune).values("pk"), household__hamlet__in=list(texts))
    return rows.values("resident")


def statement(commune: Unit, named: Mapping[str, str] | None) -> tuple[str, tuple[Any, ...]]:
    """Two tables at the head of a statement: figure_names(text, place) and figure_homes(person, place)."""
    sql, params = first_homes(commune).values("resident_id", "household__hamlet").query.sql_with_params()
    names = dict(named or {})
    head = (
        "WITH figure_names(text, place) AS MATERIALIZED (SELECT * FROM unnest(%s::text[], %s::text[])), "
        "figure_homes(person, place) AS MATERIALIZED (SELECT h.person, n.place FROM ({}) AS h(person, text) "
        "JOIN figure_names AS n ON n.text = h.text) "
    )
    return head.format(sql), (list(names), list(names.values()), *params)


def by_person(column: str, *, name: str = "home") -> tuple[str, str]:
    """(the place, the join that finds it) for rows of a person."""
    return f"coalesce({name}.place, '')", f" LEFT JOIN figure_homes AS {name} ON {name}.person = {column}"


def by_text(column: str) -> tuple[str, str]:
    """The same for rows that write the hamlet themselves."""
    return "coalesce(named.place, '')", f" LEFT JOIN figure_names AS named ON named.text = {column}"
