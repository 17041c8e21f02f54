"""The list of files handed up, as a paper: signed by who hands over and who receives."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Officer
from cards.models import Batch
from cards.papers import heads, orders
from cards.papers.orders import PaperKind

KIND = "handed_up"


def sign_up() -> None:
    orders.register(
        PaperKind(KIND, "Danh sách hồ sơ chuyển cấp trên", template="print/handed_up.html", styles=("list-a4.css",))
    )


def title_of(batch: Batch) -> str:
    return f"Danh sách hồ sơ chuyển cấp trên, đợt {batch.number}"


def content_of(batch: Batch, *, by: Officer) -> dict[str, Any]:
    """What is printed, from what was frozen: the same however often it is printed."""
    told = batch.content
    return heads.head(batch.commune, by=by, on=batch.day, number=f"{batch.number}/DS-CC") | {
        "title": title_of(batch),
        "heading": "DANH SÁCH HỒ SƠ CĂN CƯỚC CHUYỂN CẤP TRÊN",
        "under_heading": f"Đợt {batch.number}, ngày {batch.day:%d/%m/%Y}",
        "wide": True,
        "rows": list(_rows(told["files"])),
        "total": told["count"],
    }


def _rows(files: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for file in files:
        yield {
            "place": file["position"],
            "file": file["file_number"],
            "name": file["full_name"],
            "number": file["personal_number"],
            "birth": file["birth"],
            "kind": f"{file['kind']}: {file['reason']}",
            "received": file["received_on"],
            "promised": file["promised_on"],
            "note": "chuyển lại" if file["again"] else "",
        }
