"""Lists for the tests of the pages: as a worker left them, row by row, without a file."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Officer
from registry.models import Resident, Roster, RosterRow, RosterState, RowState

HEADINGS = ("Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Quê quán", "Dân tộc")
FIELDS = ("full_name", "birth_date", "sex", "number", "home_town", "ethnic_group")
SAMPLES = [["Trần Văn Mẫu Đông", "02/03/1980", "Nam", "001080000111", "Xã Mẫu", "Tày"]]


def a_list(officer: Officer, rows: Sequence[dict[str, Any]] = (), *, state: str = RosterState.CHECKED,
           file_name: str = "thon-2.xlsx", **fields: Any) -> Roster:  # fmt: skip
    """A list of the officer's commune; `rows` are what a row differs in from a new person who is to be written."""
    told = {"format": "xlsx", "encoding": "", "headings": list(HEADINGS), "samples": SAMPLES, "notes": [], "unsure": {},
            "sheets": [{"name": "Thôn 2", "rows": 3, "hidden": False}]}  # fmt: skip
    fields = {
        "told": told, "sheet": "Thôn 2", "columns": {str(at): name for at, name in enumerate(FIELDS)},
        "purge_on": timezone.localdate() + dt.timedelta(days=30), "total_rows": len(rows),
    } | fields  # fmt: skip
    roster = Roster.objects.create(
        commune=officer.unit, uploaded_by=officer, file_name=file_name, state=state, **fields
    )
    RosterRow.objects.bulk_create(RosterRow(roster=roster, number=number, **(PLAIN | one))
                                  for number, one in enumerate(rows, start=2))  # fmt: skip
    return roster


PLAIN: dict[str, Any] = {
    "name": "Trần Văn Mẫu Đông",
    "typed": dict(zip(FIELDS, SAMPLES[0], strict=True)),
    "raw": SAMPLES[0],
    "state": RowState.CHECKED,
    "verdict": "new",
    "decision": "write",
}


def new(name: str = "Trần Văn Mẫu Đông", **fields: Any) -> dict[str, Any]:
    return {"name": name, "typed": PLAIN["typed"] | {"full_name": name}} | fields


def changed(person: Resident, **fields: Any) -> dict[str, Any]:
    changes = [
        {"field": "home_town", "label": "Quê quán", "before": "Xã Cũ", "after": "Xã Mẫu", "take": True},
        {"field": "phone", "label": "Số thuê bao di động", "before": "", "after": "0912345678", "take": True},
        {"field": "ethnic_group", "label": "Dân tộc", "before": "Kinh", "after": "Tày", "take": False},
    ]
    return {"name": person.full_name, "verdict": "changed", "decision": "", "person": person, "changes": changes,
            "reasons": ["overwrite:home_town"]} | fields  # fmt: skip


def suspect(*people: Resident, **fields: Any) -> dict[str, Any]:
    candidates = [{"id": person.pk, "bits": 2100, "sentence": "Cùng họ tên, cùng ngày sinh.", "twin": False}
                  for person in people]  # fmt: skip
    return {"verdict": "suspect", "decision": "", "candidates": candidates, "reasons": ["suspect:review"]} | fields


def wrong(**fields: Any) -> dict[str, Any]:
    problems = [{"field": "birth_date", "code": "value", "said": "Không có ngày 31/02/1980.", "blocks": True}]
    return {"verdict": "wrong", "decision": "", "problems": problems, "reasons": ["value:birth_date"]} | fields
