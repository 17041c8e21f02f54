"""The lists that may leave as a file: a register. Each entry asks its page's own filter and table, so that the file
holds the rows that the page shows for the same address, in the same order.

Registry's own entries stand in lists.py and people.py; cards signs up its own (cards/exports.py).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final

import django_filters
import django_tables2 as tables
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.lists import order_of
from accounts.models import Officer
from accounts.roles import Right

QUEUE: Final = "hang"
"""In the query of a list out: the queue that stands in the path of the page's own address."""


class UnknownList(Exception):
    """No list is called so, or the address names something that is not there."""


@dataclass(frozen=True)
class Column:
    """`text` makes the cell of a row as Kind.gather answers it. `is_on`: ticked when the page is opened."""

    name: str
    label: str
    text: Callable[[Any], str]
    width: int = 18
    group: str = ""
    is_sensitive: bool = False
    is_on: bool = True


@dataclass(frozen=True)
class Asked:
    """A list as its page shows it for one address. `filters`: (label, words) of what it was narrowed by."""

    rows: QuerySet[Any]
    filters: list[tuple[str, str]] = field(default_factory=list)
    called: str = ""  # behind the title: which queue, which section


@dataclass(frozen=True)
class Kind:
    """`page`: the URL name of its list. `gather` turns a piece of rows into what the columns read, in a fixed number of
    queries; `people` names the residents on a gathered row, for the trail. `is_for_return`: may come back edited."""

    code: str
    title: str
    right: Right
    page: str
    asked: Callable[[Officer, QueryDict], Asked]
    columns: Sequence[Column]
    people: Callable[[Any], Sequence[int]]
    gather: Callable[[Sequence[Any], Officer], Sequence[Any]] = lambda rows, officer: rows
    is_for_return: bool = False

    def offered(self, officer: Officer) -> list[Column]:
        """The columns this officer may take out."""
        may_see = officer.can(Right.SENSITIVE_VIEW)
        return [one for one in self.columns if may_see or not one.is_sensitive]


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    for one in kinds:
        _kinds[one.code] = one


def every() -> dict[str, Kind]:
    return dict(_kinds)


def named(code: str) -> Kind:
    """Raises UnknownList."""
    if code not in _kinds:
        raise UnknownList(code)
    return _kinds[code]


# --- what the entries are made with -----------------------------------------------------------------------------------


def asking(officer: Officer, query: QueryDict) -> Any:
    """What a filter wants of a request where there is none: who asks, and what stands in the address."""
    return SimpleNamespace(user=officer, GET=query)


def asked(table: tables.Table, filtered: django_filters.FilterSet, query: QueryDict, *, called: str = "") -> Asked:
    """The rows of the page's table, sorted as the address says (accounts.lists.paged), and the filters in words."""
    return Asked(in_order(sorted_rows(table, query)), words_of(filtered), called)


def sorted_rows(table: tables.Table, query: QueryDict) -> QuerySet[Any]:
    if wanted := query.getlist(table.prefixed_order_by_field):
        table.order_by = wanted
    rows: QuerySet[Any] = table.data.data
    return rows


def in_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    """In the order of the page, with the key of the row at the end, as its pages are cut."""
    return rows.order_by(*(F(path).desc() if down else F(path).asc() for path, down in order_of(rows)))


def words_of(filtered: django_filters.FilterSet) -> list[tuple[str, str]]:
    if not filtered.form.is_bound:
        return []
    filtered.form.is_valid()
    found = []
    for name, value in filtered.form.cleaned_data.items():
        label = filtered.filters[name].label if name in filtered.filters else ""
        if value in (None, "") or not label or filtered.form.fields[name].widget.is_hidden:
            continue
        choices = {str(key): words for key, words in getattr(filtered.form.fields[name], "choices", [])}
        shown = day(value) if isinstance(value, dt.date) else str(choices.get(str(value), value))
        found.append((str(label), shown))
    return found


def day(value: dt.date | dt.datetime | None) -> str:
    """dd/mm/yyyy of our own clock; "" for nothing."""
    if value is None:
        return ""
    return f"{timezone.localtime(value) if isinstance(value, dt.datetime) else value:%d/%m/%Y}"


def moment(value: dt.datetime | None) -> str:
    return f"{timezone.localtime(value):%H:%M %d/%m/%Y}" if value else ""
