"""The rows of a list that was asked for, written piece by piece: what is held is one piece, and the file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone

from accounts.models import Officer, Setting
from accounts.roles import Right
from accounts.scope import works_in_one_commune
from registry.models import ExportFormat, ListExport
from registry.residents.masking import shown_text
from registry.rosters.fields import FIELDS
from registry.rosters.out import kinds, returning
from registry.rosters.out.asking import figure, may_ask, may_return, too_many
from registry.rosters.out.excel import ExcelWriter
from registry.rosters.out.originals import Original, Packer
from registry.rosters.out.refusal import ExportRefused
from registry.rosters.out.separated import CsvWriter
from registry.rosters.out.sheet import Sheet, SheetColumn, office_of, watermark_of

PIECE: Final = 500
NOTE: Final = (
    "Chỉ sửa ô nền vàng rồi nộp lại tệp này ở trang Nhập danh sách. Không thêm dòng; không sửa hai cột Mã hồ sơ, Phiên "
    "bản. Ô xóa trắng thì thông tin giữ nguyên."
)
Beat = Callable[[int], None]
"""Called after each piece with the rows done so far; raises when the list is not ours any more."""


@dataclass
class Made:
    content: bytes
    originals: bytes | None
    rows: int
    people: list[int] = field(default_factory=list)  # ids, each once, in the order of the file


def make(export: ListExport, *, beat: Beat) -> Made:
    """The file of a list, as its page shows it now to who asked. Raises ExportRefused when that officer may no longer
    have it, or when it has grown over the cap."""
    officer = Officer.objects.get(pk=export.asked_by_id)
    kind = _allowed(export, officer)
    query = QueryDict(export.query)
    asked = kind.asked(officer, query)
    columns = [one for one in kind.offered(officer) if one.name in set(export.columns)]
    writer = _writer(export, officer, asked, columns)
    packer = Packer([one.name for one in columns]) if export.for_return else None
    cap, done, people = Setting.values_on()["export_rows"], 0, dict[int, None]()
    may_see = officer.can(Right.SENSITIVE_VIEW)
    try:
        for piece in pieces(asked.rows):
            done += len(piece)
            if done > cap:
                raise ExportRefused(too_many(cap))
            for row in kind.gather(piece, officer):
                texts = [one.text(row) for one in columns]
                if not may_see:
                    texts = [shown_text(text, officer) for text in texts]
                if packer is not None:
                    texts += _identity(export, packer, row, texts)
                writer.add_row(texts)
                people.update(dict.fromkeys(kind.people(row)))
            beat(done)
    except BaseException:
        writer.throw_away()
        raise
    return Made(writer.close(), packer.packed() if packer else None, done, list(people))


def pieces(rows: Any) -> Iterator[Sequence[Any]]:
    """By a cursor of the server, so that neither side holds more than a piece."""
    walked = rows.iterator(chunk_size=PIECE)
    while piece := list(islice(walked, PIECE)):
        yield piece


def _allowed(export: ListExport, officer: Officer) -> kinds.Kind:
    kind = kinds.named(export.kind)
    moved = export.commune_id != (officer.unit_id if works_in_one_commune(officer) else None)
    if moved or not may_ask(officer, kind) or (export.for_return and not may_return(officer, kind)):
        raise ExportRefused("Người yêu cầu không còn quyền xuất danh sách này; yêu cầu lại.")
    return kind


def _identity(export: ListExport, packer: Packer, row: Any, texts: Sequence[str]) -> list[str]:
    original = Original(row.resident.public_id.hex, row.digest, tuple(texts))
    return [original.record_id, returning.version_of(export, packer.add(original), original)]


def _writer(
    export: ListExport, officer: Officer, asked: kinds.Asked, columns: Sequence[kinds.Column]
) -> ExcelWriter | CsvWriter:
    told = [SheetColumn(one.name, one.label, one.width, one.name in returning.NO_TYPING_OVER) for one in columns]
    if export.for_return:
        told += [SheetColumn(name, FIELDS[name].label, 4, True) for name in (returning.ID, returning.VERSION)]
    narrowed = "; ".join(f"{label}: {words}" for label, words in asked.filters)
    sheet = Sheet(
        office=office_of(officer),
        title=export.title.upper(),
        filters=f"Lọc theo: {narrowed}" if narrowed else f"Không lọc, {figure(export.rows_count)} dòng khi yêu cầu",
        watermark=watermark_of(export, officer, timezone.now()),
        author=str(officer),
        columns=told,
        mark=returning.mark_of(export) if export.for_return else "",
        notes=[NOTE] if export.for_return else [],
    )
    return ExcelWriter(sheet) if export.format == ExportFormat.XLSX else CsvWriter(sheet)
