"""Lists: paged by the server's measure, and written down. One page of people is a view of people."""

import django_tables2 as tables
from django_tables2 import RequestConfig

from accounts.audit import record
from accounts.models import Action
from accounts.scope import OfficerRequest

PER_PAGE = 50


def paged(request: OfficerRequest, table: tables.Table, *, listed: str = "", per_page: int = PER_PAGE) -> tables.Table:
    """Sort and page a table, and leave a line in the trail: which list, which page, filtered by what.

    Without `listed` the caller writes a line of its own.

    The size of a page is ours: `?per_page=100000` would copy a whole register in one request.
    """
    query = request.GET.copy()
    query.pop("per_page", None)
    request.GET = query  # type: ignore[assignment]  # a QueryDict all the same
    RequestConfig(request, paginate={"per_page": per_page}).configure(table)
    if not listed:
        return table
    page = f"trang {table.page.number}/{table.page.paginator.num_pages}"
    record(
        request,
        Action.VIEW,
        sentence=f"Xem danh sách {listed}, {page}, {table.page.paginator.count} dòng",
        data={"query": request.GET.urlencode()[:500]} if request.GET else None,
    )
    return table
