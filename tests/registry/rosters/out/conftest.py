import io
import uuid

import pytest
from django.http import QueryDict
from python_calamine import CalamineWorkbook

from accounts.models import Officer
from registry.models import ListExport
from registry.rosters.out import asking, kinds, store

REASON = "Đối chiếu với nhà trường"


@pytest.fixture
def taken_out():
    """Ask for a list and make it as the worker does; answers the row, ready."""

    def take(officer: Officer, code: str = "cu-dan", query: str = "", **fields) -> ListExport:
        kind = kinds.named(code)
        told = {"columns": [one.name for one in kind.columns if one.is_on], "file_format": "xlsx", "reason": REASON,
                "token": uuid.uuid4()}  # fmt: skip
        export = asking.ask(kind, QueryDict(query), by=officer, **told | fields)
        assert store.make_and_store(export.pk) is True
        export.refresh_from_db()
        return export

    return take


def content_of(export: ListExport) -> bytes:
    return store.unseal(bytes(export.content), to=store.seal_name(export))


def cells_of(export: ListExport) -> list[list[str]]:
    """The sheet of an .xlsx as it reads, without the blank ends of its rows."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content_of(export)))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [list(row) for row in rows]


def table_of(export: ListExport) -> list[dict[str, str]]:
    """The rows under the headings, by heading."""
    rows = cells_of(export)
    head = next(place for place, row in enumerate(rows) if row[0] == "TT")
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
