"""Asking for a list as a file: with a right, a reason, chosen columns and a cap; asked twice, made once."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.audit import note_basis, record
from accounts.models import Action, Officer, Setting
from accounts.roles import Right, Role
from accounts.scope import works_in_one_commune
from accounts.text import clean
from registry.models import ExportFormat, ListExport
from registry.rosters.fields import FIELDS
from registry.rosters.out.kinds import Asked, Column, Kind
from registry.rosters.out.refusal import ExportRefused

LONGEST_QUERY: Final = 500
FEWEST_LETTERS, FEWEST_WORDS = 10, 3
REASON: Final = "Ghi rõ mục đích, ít nhất ba từ, ví dụ: “Đối chiếu với nhà trường năm học 2026”."


@dataclass(frozen=True)
class Counted:
    """How many rows a list has, counted no further than one past the cap."""

    rows: int
    cap: int

    @property
    def is_too_many(self) -> bool:
        return self.rows > self.cap

    @property
    def words(self) -> str:
        return f"hơn {figure(self.cap)}" if self.is_too_many else figure(self.rows)


def counted(rows: QuerySet[Any]) -> Counted:
    """Two queries."""
    cap = Setting.values_on()["export_rows"]
    return Counted(rows.order_by().values("pk")[: cap + 1].count(), cap)


def too_many(cap: int) -> str:
    return (
        f"Danh sách có hơn {figure(cap)} dòng, mỗi tệp nhiều nhất {figure(cap)}. Lọc hẹp lại (theo thôn, tổ, tình "
        "trạng, độ tuổi …) rồi xuất từng phần."
    )


def may_ask(officer: Officer, kind: Kind) -> bool:
    return officer.can(Right.LISTS_EXPORT) and officer.can(kind.right)


def may_return(officer: Officer, kind: Kind) -> bool:
    """Whether the list may be asked for to be edited and handed in again."""
    rights = (Right.ROSTERS_WORK, Right.RESIDENT_WRITE, Right.SENSITIVE_VIEW)
    return kind.is_for_return and works_in_one_commune(officer) and all(officer.can(one) for one in rights)


def lists_of(officer: Officer) -> QuerySet[ListExport]:
    """The lists out that an officer may have: one's own, and a chief's are those of the commune. A colleague's is not
    for him, although it is of his commune: it was asked for with a reason that is not his. Without the files."""
    whose = Q(asked_by=officer)
    if officer.role == Role.CHIEF:
        whose |= Q(commune=officer.unit_id)
    return ListExport.objects.filter(whose).select_related("commune", "asked_by__unit").defer("content", "originals")


def ask(
    kind: Kind,
    query: QueryDict,
    *,
    columns: Sequence[str],
    file_format: str,
    reason: str,
    for_return: bool = False,
    by: Officer,
    token: uuid.UUID,
) -> ListExport:
    """A list to be made by the worker. The same token answers the same list, whatever else is sent with it.

    Raises ExportRefused for a missing right or reason, columns that may not go out, no rows, or more than the cap.
    """
    if not may_ask(by, kind):
        raise ExportRefused("Đồng chí không có quyền xuất danh sách này.")
    if (known := _known(by, token)) is not None:
        return known
    _check_format(kind, file_format, for_return, by)
    chosen = _chosen(kind, columns, by, for_return)
    reason = _reason(reason)
    text = query.urlencode()
    if len(text) > LONGEST_QUERY:
        raise ExportRefused("Bộ lọc quá dài; bỏ bớt điều kiện rồi xuất.")
    asked = kind.asked(by, query)
    count = counted(asked.rows)
    if not count.rows:
        raise ExportRefused("Không có dòng nào khớp bộ lọc, không có gì để xuất.")
    if count.is_too_many:
        raise ExportRefused(too_many(count.cap))
    note_basis(reason)
    today = timezone.localdate()
    values = {
        "commune": by.unit if works_in_one_commune(by) else None, "kind": kind.code, "title": title_of(kind, asked),
        "query": text, "columns": [one.name for one in chosen], "format": file_format, "for_return": for_return,
        "reason": reason, "asked_by": by, "rows_count": count.rows,
        "purge_on": today + dt.timedelta(days=Setting.values_on(today)["roster_keep_days"]),
    }  # fmt: skip
    with transaction.atomic():
        export, is_new = ListExport.objects.get_or_create(submit_token=token, defaults=values)
        if not is_new:
            return _own(export, by)
        _write_down(export, chosen, by)
    return export


def title_of(kind: Kind, asked: Asked) -> str:
    return f"{kind.title}, {asked.called}"[:200] if asked.called else kind.title


def figure(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _known(by: Officer, token: uuid.UUID) -> ListExport | None:
    found = ListExport.objects.filter(submit_token=token).defer("content", "originals").first()
    return _own(found, by) if found else None


def _own(export: ListExport, by: Officer) -> ListExport:
    if export.asked_by_id != by.pk:
        raise ExportRefused("Mở lại trang xuất danh sách rồi gửi.")
    return export


def _chosen(kind: Kind, wanted: Sequence[str], by: Officer, for_return: bool) -> list[Column]:
    offered = {one.name: one for one in kind.offered(by)}
    if unknown := [name for name in wanted if name not in offered]:
        raise ExportRefused(f"Có cột không xuất được: {', '.join(unknown)[:100]}.", "columns")
    chosen = [one for one in kind.columns if one.name in set(wanted)]
    if for_return:
        chosen = [one for one in chosen if one.name in FIELDS]
    if not chosen:
        raise ExportRefused("Chọn ít nhất một cột.", "columns")
    return chosen


def _reason(text: str) -> str:
    reason = clean(text)[:300]
    if len(reason) < FEWEST_LETTERS or len(reason.split()) < FEWEST_WORDS:
        raise ExportRefused(REASON, "reason")
    return reason


def _check_format(kind: Kind, file_format: str, for_return: bool, by: Officer) -> None:
    if file_format not in ExportFormat.values:
        raise ExportRefused("Chọn Excel hoặc CSV.", "format")
    if for_return and not may_return(by, kind):
        raise ExportRefused("Danh sách này không nhận lại để sửa.", "for_return")
    if for_return and file_format != ExportFormat.XLSX:
        raise ExportRefused("Để sửa rồi nộp lại thì chọn Excel: CSV không khóa được cột, mất số 0 ở đầu.", "for_return")


def _write_down(export: ListExport, chosen: Sequence[Column], by: Officer) -> None:
    sensitive = [one.label for one in chosen if one.is_sensitive]
    told = f"Yêu cầu xuất {export.title}: {figure(export.rows_count)} dòng, {export.get_format_display()}"
    told += ", để sửa rồi nộp lại" if export.for_return else ""
    told += f", có cột nhạy cảm: {', '.join(sensitive)}" if sensitive else ""
    data = {"kind": export.kind, "query": export.query, "columns": export.columns, "rows": export.rows_count}
    record(by, Action.CREATE, target=export, sentence=told, reason=export.reason, data=data)
