"""The list that citizens sign when they take their cards, as a paper; and what it froze, for typing it back."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone

from accounts.models import Officer, Unit
from cards.applications.handover import can_return_old_card
from cards.batches.content import personal_numbers
from cards.models import Application
from cards.papers import heads, orders
from cards.papers.orders import PaperKind

KIND: Final = "hand_over"
OLD_TAKEN, OLD_DUE, OLD_NONE = "đã thu", "phải thu", "không"


def sign_up() -> None:
    orders.register(
        PaperKind(KIND, "Danh sách trả thẻ, công dân ký nhận", template="print/hand_over.html", styles=("list-a4.css",))
    )


def content_of(commune: Unit, files: Iterable[Application], *, by: Officer) -> dict[str, Any]:
    """What is printed, in the order given. `file` of a row leads back to the file when the list is typed in. One query
    for the personal numbers."""
    chosen = list(files)
    numbers = personal_numbers(chosen)
    rows = [_row(place, file, numbers.get(file.resident_id, "")) for place, file in enumerate(chosen, start=1)]
    return heads.head(commune, by=by) | {
        "title": "Danh sách trả thẻ căn cước",
        "heading": "DANH SÁCH TRẢ THẺ CĂN CƯỚC",
        "under_heading": f"Lập ngày {timezone.localdate():%d/%m/%Y}",
        "about": "Người nhận kiểm tra thông tin in trên thẻ trước khi ký.",
        "wide": True,
        "rows": rows,
        "total": len(rows),
    }


def _row(place: int, file: Application, number: str) -> dict[str, Any]:
    person = file.resident
    due = OLD_DUE if can_return_old_card(file) else OLD_NONE
    return {
        "place": place,
        "file": str(file.public_id),
        "file_number": file.file_number,
        "name": person.full_name,
        "number": number,
        "birth": person.known_birth.display() if person.known_birth else "",
        "old_card": OLD_TAKEN if file.old_card_taken else due,
        "representative": file.representative_name,
    }
