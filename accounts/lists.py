"""Lists: paged by key and by the server's measure, and written down. One page of people is a view of people.

A page begins behind the last row of the one before it, not at a row number: the hundredth page costs what the first
does, and nobody is shown twice or left out because a colleague registered somebody meanwhile.
"""

import base64
import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet
from django.utils.crypto import salted_hmac
from django_tables2 import RequestConfig
from django_tables2.rows import BoundRows

from accounts.audit import record
from accounts.models import Action
from accounts.scope import OfficerRequest

PER_PAGE = 50
COUNTED = 10_000  # rows are counted so far and no further: counting all of them would cost more than the page
LAST = "cuoi"
KEY = "list_key_"

Order = list[tuple[str, bool]]
"""Column paths from the most to the least significant, each with whether it descends; the last one is unique."""


@dataclass(frozen=True)
class Cursor:
    """A place between two rows of a list: behind the row with this key or, going `back`, before it. Without a key: at
    the end. `number` is the page one comes to; counted from the end it is negative."""

    key: tuple[Any, ...] | None
    back: bool
    number: int


@dataclass(frozen=True)
class Page:
    """The rows on the screen, and the cursors that lead on. Also what a table calls its paginator (`count`)."""

    object_list: BoundRows
    number: int
    count: int
    per_page: int
    previous: str
    next: str
    counted_all: bool = True

    @property
    def total(self) -> str:
        shown = f"{min(self.count, COUNTED) if not self.counted_all else self.count:,}".replace(",", ".")
        return shown if self.counted_all else f"hơn {shown}"

    @property
    def num_pages(self) -> int | None:
        return max(1, math.ceil(self.count / self.per_page)) if self.counted_all else None

    @property
    def place(self) -> str:
        """ "3/12", "3" where the end was not counted, "cuối" or "cuối − 1" where one came from there."""
        if self.number < 0:
            return "cuối" if self.number == -1 else f"cuối − {-self.number - 1}"
        return f"{self.number}/{self.num_pages}" if self.num_pages else str(self.number)

    @property
    def last(self) -> str:
        return LAST if self.next else ""


def paged(
    request: OfficerRequest,
    table: tables.Table,
    *,
    listed: str = "",
    per_page: int = PER_PAGE,
    count_all: bool = False,
) -> tables.Table:
    """Sort and page a table over a queryset, and leave a line in the trail: which list, which page, filtered by what.

    Without `listed` the caller writes a line of its own. `count_all` where the exact number is the point of the page.
    A cursor that is none, or of another order, shows the first page. Two queries, three where a column may be empty.

    The size of a page is ours: `?per_page=100000` would copy a whole register in one request.
    """
    query = request.GET.copy()
    query.pop("per_page", None)
    request.GET = query  # type: ignore[assignment]  # a QueryDict all the same
    RequestConfig(request, paginate=False).configure(table)
    asked = request.GET.get(table.prefixed_page_field, "")
    page = page_of(table, asked, per_page=per_page, count_all=count_all)
    table.paginator = table.page = page
    if not listed:
        return table
    query = query.copy()
    query.pop(table.prefixed_page_field, None)
    record(
        request,
        Action.VIEW,
        sentence=f"Xem danh sách {listed}, trang {page.place}, {page.total} dòng",
        data={"query": query.urlencode()[:500]} if query else None,
    )
    return table


def page_of(table: tables.Table, asked: str, *, per_page: int, count_all: bool = False) -> Page:
    """The page that the text of the address asks for."""
    rows: QuerySet[Any] = table.data.data
    order = order_of(rows)
    whole = rows.order_by().values("pk")
    count = whole.count() if count_all else whole[: COUNTED + 1].count()
    counted_all = count_all or count <= COUNTED
    cursor = read_cursor(asked, order)
    found, more, cursor = walk(rows, order, cursor, per_page)
    number, before, after = cursor.number, cursor.key is not None or cursor.back, more
    if cursor.back:
        before, after = more, cursor.key is not None
        if number == -1 and counted_all:
            number = max(1, math.ceil(count / per_page))
    return Page(
        object_list=BoundRows(found, table=table),
        number=number,
        count=count,
        per_page=per_page,
        counted_all=counted_all,
        previous=write_cursor(order, found[0], before_that(number), back=True) if found and before else "",
        next=write_cursor(order, found[-1], after_that(number), back=False) if found and after else "",
    )


def before_that(number: int) -> int:
    """Rows that came meanwhile may make more pages than were counted; none is page 0."""
    return max(1, number - 1) if number > 0 else number - 1


def after_that(number: int) -> int:
    return number + 1 if number > 0 else min(-1, number + 1)


FIRST = Cursor(None, False, 1)
END = Cursor(None, True, -1)


def walk(rows: QuerySet[Any], order: Order, cursor: Cursor, per_page: int) -> tuple[list[Any], bool, Cursor]:
    """(the rows of the page, whether more lie in the direction of walking, the cursor that was really used).

    Going back, what would be a short first page becomes the whole one; going on past the end, the last page.
    """
    found = beyond(rows, order, cursor, per_page + 1)
    if cursor.back and cursor.key is not None and len(found) <= per_page:
        return walk(rows, order, FIRST, per_page)
    if not cursor.back and cursor.key is not None and not found:
        return walk(rows, order, END, per_page)
    more, found = len(found) > per_page, found[:per_page]
    return (found[::-1] if cursor.back else found), more, cursor


# --- Order and key --------------------------------------------------------------------------------------------------


def order_of(rows: QuerySet[Any]) -> Order:
    """What the queryset is ordered by, with the key of the row at the end: without it equal rows have no order."""
    query = rows.query
    named: Sequence[Any] = query.order_by or (query.get_meta().ordering if query.default_ordering else None) or ()
    order: Order = []
    for one in named:
        if not isinstance(one, str):
            raise TypeError(f"A list is ordered by the names of columns, not by {one!r}.")
        path, descends = one.removeprefix("-"), one.startswith("-")
        if path in ("pk", "id"):
            return [*order, ("pk", descends)]
        if path not in dict(order):
            order.append((path, descends))
    return [*order, ("pk", order[0][1] if order else False)]


def beyond(rows: QuerySet[Any], order: Order, cursor: Cursor, wanted: int) -> list[Any]:
    """The next rows from the cursor on, in the direction of walking. The empty values of the first column are a
    stretch of their own behind all others, so that each stretch is one range of the index."""
    walked = [(path, descends != cursor.back) for path, descends in order]
    keys = {f"{KEY}{place}": F(path) for place, (path, _) in enumerate(order)}
    rows = rows.annotate(**keys).order_by(*(F(path).desc() if down else F(path).asc() for path, down in walked))
    if cursor.key is None:
        return list(rows[:wanted])
    found: list[Any] = []
    for stretch in stretches(rows.model, walked, cursor.key, may_be_empty(rows, order[0][0])):
        found += rows.filter(stretch)[: wanted - len(found)]
        if len(found) == wanted:
            break
    return found


def stretches(model: type[Model], order: Order, key: tuple[Any, ...], may_be_empty: bool) -> list[Q]:
    """PostgreSQL puts empty values last when ascending and first when descending."""
    (path, descends), value = order[0], key[0]
    empty = Q(**{f"{path}__isnull": True})
    if value is None:
        rest = empty & past(order[1:], key[1:])
        return [rest, ~empty] if descends else [rest]
    bound = Q(**{f"{path}__{'lte' if descends else 'gte'}": value})
    here = bound & past(order, key)
    return [here, empty] if may_be_empty and not descends else [here]


def past(order: Order, key: tuple[Any, ...]) -> Q:
    """Rows behind the key, in order."""
    (path, descends), value = order[0], key[0]
    empty = Q(**{f"{path}__isnull": True})
    if value is None:
        further, same = (~empty if descends else Q(pk__in=[])), empty
    else:
        further, same = Q(**{f"{path}__{'lt' if descends else 'gt'}": value}), Q(**{path: value})
        if not descends and path != "pk":
            further |= empty
    return further | (same & past(order[1:], key[1:])) if order[1:] else further


def may_be_empty(rows: QuerySet[Any], path: str) -> bool:
    """Whether a column may hold no value; of a computed one nobody knows."""
    meta = rows.model._meta
    for part in path.split("__"):
        if part == "pk":
            return False
        if part in rows.query.annotations:
            return True
        try:
            field = meta.get_field(part)
        except FieldDoesNotExist:
            return True
        if field.null:
            return True
        if field.related_model:
            meta = field.related_model._meta
    return False


# --- The cursor in the address --------------------------------------------------------------------------------------


def write_cursor(order: Order, row: Any, number: int, *, back: bool) -> str:
    """Encrypted: the key of a row is a name and a database id, and addresses end up in logs and on other desks."""
    key = [getattr(row, f"{KEY}{place}") for place in range(len(order))]
    return _box().encrypt(json.dumps([order, key, number, back], default=_plain).encode()).decode()


def read_cursor(text: str, order: Order) -> Cursor:
    """What the address asks for; the first page when that is nothing, forged, or of a list in another order."""
    if text == LAST:
        return END
    try:
        written, key, number, back = json.loads(_box().decrypt(text.encode()))
    except (InvalidToken, UnicodeEncodeError):
        return FIRST
    if [tuple(one) for one in written] != order:
        return FIRST
    return Cursor(tuple(key), back, number)


def _plain(value: Any) -> str:
    """Dates and moments to the last digit: a rounded key would repeat rows or leave some out."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{value!r} cannot be the key of a list")


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac("accounts.lists", "cursor", algorithm="sha256").digest()))
