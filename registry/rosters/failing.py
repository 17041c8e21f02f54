"""The rows that could not be written, as a file of the shape in which they came, with the reason at the end.

Mended there, it is uploaded alone: its columns are those of the list it comes from (Roster.parent), and the column of
reasons is nobody's.
"""

import io
from collections.abc import Iterator
from typing import Final

import xlsxwriter
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.scope import answers_for
from registry.fieldwork.excel import write_text
from registry.models import Roster, RosterRow, RowState, RowVerdict
from registry.rosters.refusal import RosterRefused

REASON: Final = "Lý do chưa ghi được"
TAB: Final = "Dòng chưa ghi"
LONGEST_CELL: Final = 32_767


def rows_of(roster: Roster) -> QuerySet[RosterRow]:
    """What was not written and somebody has to look at: wrong, parked, suspected and not decided or left out."""
    open_rows = Q(state__in=[RowState.CHECKED, RowState.PARKED])
    failing = Q(verdict=RowVerdict.WRONG) | Q(state=RowState.PARKED)
    suspects = Q(verdict=RowVerdict.SUSPECT, decision__in=["", "skip"])
    return RosterRow.objects.filter(open_rows & (failing | suspects), roster=roster).order_by("number")


def file_of(roster: Roster, *, by: Officer) -> bytes:
    """The .xlsx. Every cell is text as it was read (leading zeros stay), no cell is a formula. Audited. Raises
    RosterRefused when no row failed, or the file's rows are forgotten already."""
    if not answers_for(by, roster.commune):
        raise RosterRefused("Danh sách này không thuộc địa bàn của đồng chí.")
    count = rows_of(roster).count()
    if not count:
        raise RosterRefused("Không còn dòng nào chưa ghi được; không có tệp để tải.")
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": f"{TAB}: {roster.file_name}", "author": str(by), "created": timezone.now()})
        _fill(book, roster)
    record(by, Action.PRINT, target=roster, data={"rows": count},
           sentence=f"Tải {count} dòng chưa ghi được của {roster.audit_label()}")  # fmt: skip
    return buffer.getvalue()


def _fill(book: xlsxwriter.Workbook, roster: Roster) -> None:
    tab = book.add_worksheet(TAB)
    plain, quoted = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "quote_prefix": True})
    head = book.add_format({"bold": True, "num_format": "@", "bg_color": "#E4F1E9", "text_wrap": True})
    headings = [str(one) for one in roster.told.get("headings", [])]
    rows = rows_of(roster).values_list("raw", "problems", "said", "verdict")
    width = max([len(headings), *(len(raw) for raw, *_ in rows.iterator(chunk_size=2000))])
    for column, text in enumerate([*headings, *[""] * (width - len(headings)), REASON]):
        tab.write_string(0, column, text, head)
    tab.set_column(0, width - 1, 18)
    tab.set_column(width, width, 60)
    for at, (raw, problems, said, verdict) in enumerate(rows.iterator(chunk_size=2000), start=1):
        reason = " ".join(f"{one.rstrip('.')}." for one in _reasons(problems, said, verdict))
        for column, text in enumerate([*raw, *[""] * (width - len(raw)), reason]):
            write_text(tab, at, column, str(text)[:LONGEST_CELL], plain, quoted)
    tab.freeze_panes(1, 0)


def _reasons(problems: list[dict[str, str]], said: str, verdict: str) -> Iterator[str]:
    if said:
        yield said
    for one in problems:
        if one.get("said"):
            yield one["said"]
    if verdict == RowVerdict.SUSPECT and not said and not problems:
        yield "Nghi trùng với người đã có; chưa kết luận"
