"""Have a workbook taken apart by a process that may be killed, and say what it was that stopped it."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from registry.rosters.reading import unpack
from registry.rosters.refusal import FileRefused

BLOCK_ROWS: Final = unpack.BLOCK_ROWS
MOST_ROWS: Final = 120_501
MOST_MEGABYTES: Final = 1500
LARGEST_UNPACKED: Final = 1024 * 1024 * 1024
CPU_SECONDS: Final = 60
WALL_SECONDS: Final = 80  # below the lease of a step (rosters/work.py)
NO_EXCEL: Final = "Không đọc được tệp: tệp hỏng hoặc không phải bảng tính. Mở bằng Excel, lưu lại dạng .xlsx rồi nộp."
TOO_HEAVY: Final = (
    "Tệp phình quá lớn khi mở (có thể do định dạng kéo tới hết trang tính). "
    "Chép phần danh sách sang tệp Excel mới, lưu dạng .xlsx rồi nộp."
)
SAID: Final = {
    unpack.REFUSED: NO_EXCEL,
    unpack.PASSWORD: "Tệp đặt mật khẩu. Mở bằng Excel, bỏ mật khẩu (Tệp › Thông tin), lưu rồi nộp lại.",
    unpack.MACROS: "Tệp có mã macro; không đọc. Lưu lại dạng .xlsx (không macro) rồi nộp.",
    unpack.UNPACKS_TOO_LARGE: TOO_HEAVY,
    unpack.NO_ROWS: "Tệp không có trang tính nào có dữ liệu.",
    unpack.WORD: "Đây là tệp Word. Chép bảng sang Excel, lưu dạng .xlsx rồi nộp.",
    unpack.ARCHIVE: "Đây là tệp nén. Giải nén rồi nộp từng tệp Excel hoặc CSV.",
    unpack.BINARY: "Đây là tệp Excel nhị phân (.xlsb). Mở bằng Excel, lưu lại dạng .xlsx rồi nộp.",
}


def unpacked(content: bytes) -> bytes:
    """The frames that unpack.py writes. Raises FileRefused, also for what hangs, bursts or crashes."""
    limits = map(str, (MOST_ROWS, MOST_MEGABYTES, CPU_SECONDS, LARGEST_UNPACKED))
    command = [sys.executable, "-I", str(Path(unpack.__file__)), *limits]
    try:
        done = subprocess.run(
            command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(TOO_HEAVY) from None
    if done.returncode:
        # A crash (1: panic, or a signal) says nothing of the cause; killed for memory or time it was too heavy.
        raise FileRefused(SAID.get(done.returncode, NO_EXCEL if done.returncode == 1 else TOO_HEAVY))
    return done.stdout


def notes_of(told: dict[str, Any]) -> list[str]:
    """Sentences on what the parts of the workbook showed."""
    notes = []
    if told.get("no_values"):
        notes.append(f"Có {told['no_values']} ô công thức không lưu kết quả, đọc như ô trống; mở bằng Excel, lưu lại.")
    if told.get("formulas"):
        notes.append(f"Có {told['formulas']} ô công thức; lấy kết quả đã tính khi lưu tệp.")
    if told.get("errors"):
        notes.append(f"Có {told['errors']} ô báo lỗi của Excel (#N/A, #REF! …); sửa ở tệp gốc hoặc sửa từng dòng.")
    if told.get("hidden_rows"):
        notes.append(f"Có {told['hidden_rows']} dòng bị ẩn trong tệp; vẫn được đọc.")
    if told.get("hidden_columns"):
        notes.append(f"Có {told['hidden_columns']} nhóm cột bị ẩn trong tệp; vẫn được đọc.")
    return notes


def notes_of_sheets(sheets: Sequence[tuple[str, bool]]) -> list[str]:
    """`sheets`: (name, is hidden) of those with rows."""
    hidden = [f"“{name}”" for name, is_hidden in sheets if is_hidden]
    shown = [name for name, is_hidden in sheets if not is_hidden]
    notes = [f"Trang tính ẩn không tự chọn: {', '.join(hidden)}."] if hidden else []
    if len(shown) > 1:
        notes.append(f"Tệp có {len(shown)} trang tính có dữ liệu; mỗi lần nhập một trang.")
    return notes
