"""A batch as an Excel list, and the Excel form in which results come back: text cells only, whatever they hold."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import xlsxwriter
from django.utils import timezone
from xlsxwriter.worksheet import Worksheet

from accounts.models import Officer, Unit
from cards.batches import result_lines
from cards.models import Batch
from registry.fieldwork.excel import write_text

OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
COLUMNS: Final = (
    ("STT", "position", 6), ("Số hồ sơ", "file_number", 11), ("Số định danh", "personal_number", 16),
    ("Họ và tên", "full_name", 28), ("Ngày sinh", "birth", 12), ("Giới tính", "sex", 10), ("Thủ tục", "kind", 11),
    ("Lý do", "reason", 40), ("Thu nhận", "received_on", 12), ("Hẹn trả", "promised_on", 12),
    ("Người đại diện", "representative", 26), ("Chuyển lại", "again", 11),
)  # fmt: skip
SPARE_ROWS: Final = 200
"""Rows of the empty form that have the drop-down."""


def batch_list(batch: Batch, *, by: Officer) -> bytes:
    """The list as it was frozen, whatever the files have become since."""
    told = batch.content
    commune = told["commune"]
    title = f"Đợt {told['number']} · {commune['name']} (mã {commune['code']}) · {told['count']} hồ sơ"
    rows = [[_text(file[key]) for _, key, _ in COLUMNS] for file in told["files"]]
    return _book(title, COLUMNS, rows, tab_name="Hồ sơ chuyển", by=by, note=f"Chuyển lúc {told['sent_at'][:16]}")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else ""
    return str(value)


def _book(
    title: str, columns: Sequence[tuple[str, str, int]], rows: Sequence[Sequence[str]], *, tab_name: str, by: Officer,
    note: str,
) -> bytes:  # fmt: skip
    buffer = io.BytesIO()
    now = timezone.localtime()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": title, "author": str(by), "created": now})
        tab = book.add_worksheet(tab_name)
        cell = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#B8C0CA", "num_format": "@"}
        head = book.add_format(cell | {"bold": True, "bg_color": "#E4F1E9"})
        plain, quoted = book.add_format(cell), book.add_format(cell | {"quote_prefix": True})
        tab.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 13}))
        tab.write_string(1, 0, note, book.add_format({"italic": True}))
        for column, (words, _, width) in enumerate(columns):
            tab.write_string(2, column, words, head)
            tab.set_column(column, column, width)
        for row, cells in enumerate(rows, start=3):
            for column, text in enumerate(cells):
                write_text(tab, row, column, text, plain, quoted)
        _paper(tab, 2, f"{title} · {by}, {now:%H:%M %d/%m/%Y}")
    return buffer.getvalue()


def _paper(tab: Worksheet, head_row: int, foot: str) -> None:
    tab.freeze_panes(head_row + 1, 2)
    tab.set_landscape()
    tab.set_paper(9)
    tab.fit_to_pages(1, 0)
    tab.repeat_rows(head_row)
    tab.set_footer(f"&L&8{foot.replace('&', '&&')} · có dữ liệu cá nhân&R&8Trang &P/&N")


# --- the form of results ---------------------------------------------------------------------------------------------


def result_form(commune: Unit, files: Iterable[dict[str, Any]], *, by: Officer) -> bytes:
    """The form that the level above fills in: what identifies a file is there already (of a batch; else the rows are
    empty), the result is chosen from a list. What is read back: result_lines.py."""
    buffer = io.BytesIO()
    rows = [(file["file_number"], file["personal_number"], file["full_name"]) for file in files]
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"title": "Kết quả hồ sơ căn cước", "author": str(by), "created": timezone.now()})
        tab = book.add_worksheet("Kết quả")
        cell = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#B8C0CA", "num_format": "@"}
        head = book.add_format(cell | {"bold": True, "bg_color": "#E4F1E9"})
        plain, quoted = book.add_format(cell), book.add_format(cell | {"quote_prefix": True})
        asked = book.add_format(cell | {"bg_color": "#FFF7DC"})
        tab.write_row(0, 0, (result_lines.EXCEL_MARK, commune.code, commune.name), book.add_format({"num_format": "@"}))
        tab.write_string(1, 0, "Nhập các cột nền vàng. Không đổi hai dòng đầu và dòng tên cột.",
                         book.add_format({"italic": True}))  # fmt: skip
        for column, (words, width) in enumerate(zip(result_lines.TITLES, (12, 16, 28, 16, 13, 50), strict=True)):
            tab.write_string(result_lines.TITLE_ROW, column, words, head)
            tab.set_column(column, column, width)
        last = result_lines.TITLE_ROW + max(len(rows), 0 if rows else SPARE_ROWS)
        for row, cells in enumerate(rows, start=result_lines.TITLE_ROW + 1):
            for column, text in enumerate(cells):
                write_text(tab, row, column, text, plain, quoted)
        for row in range(result_lines.TITLE_ROW + 1, last + 1):
            for column in range(len(result_lines.TITLES)):
                if column >= 3 or not rows:
                    tab.write_blank(row, column, None, asked)
        choices = [str(one.label) for one in result_lines.ANSWERS]
        tab.data_validation(result_lines.TITLE_ROW + 1, 3, last, 3, {
            "validate": "list", "source": choices, "error_title": "Chưa đúng",
            "error_message": "Chọn một kết quả trong danh sách.",
        })  # fmt: skip
        _paper(tab, result_lines.TITLE_ROW, f"Kết quả hồ sơ căn cước · {commune.name}")
    return buffer.getvalue()
