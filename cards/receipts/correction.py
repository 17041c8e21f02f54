"""What a corrected slip would say, line by line beside what the old one says. Nothing is written, no number taken."""

from dataclasses import dataclass
from typing import Any, Final

from accounts.models import Officer
from cards.models import Application, Receipt
from cards.receipts import issue

SAID: Final = [
    ("Họ, chữ đệm và tên", ("person", "name")),
    ("Số định danh cá nhân", ("person", "number")),
    ("Ngày sinh", ("person", "birth")),
    ("Giới tính", ("person", "sex")),
    ("Nơi cư trú", ("person", "address")),
    ("Người đại diện", ("representative",)),
    ("Thủ tục", ("procedure",)),
    ("Lý do", ("reason",)),
    ("Hẹn trả ngày", ("promised_date",)),
    ("Giờ hẹn", ("promised_hours",)),
    ("Nơi nhận thẻ", ("where",)),
    ("Lệ phí", ("fee",)),
    ("Căn cứ lệ phí", ("fee_text",)),
    ("Mang theo", ("bring",)),
]


@dataclass(frozen=True)
class Line:
    label: str
    old: str
    new: str

    @property
    def is_changed(self) -> bool:
        return self.old != self.new


def lines(standing: Receipt, application: Application, *, by: Officer) -> list[Line]:
    """Those that either slip says something in. Five queries. Raises IssueRefused for a file without a promise."""
    new = issue.freeze(application, by=by)
    found = [Line(label, _read(standing.content, path), _read(new, path)) for label, path in SAID]
    return [line for line in found if line.old or line.new]


def _read(content: dict[str, Any], path: tuple[str, ...]) -> str:
    value: Any = content
    for step in path:
        value = value.get(step, "") if isinstance(value, dict) else ""
    return str(value)
