"""The slip as PDF bytes: its template (templates/print/slip.typ), its two papers, its stamp."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pypdfium2 import PdfDocument

from accounts.paper import typesetting
from cards.models import Paper
from cards.receipts import words

RENDERER: Final = f"{typesetting.ENGINE}, phiếu 3"
TEMPLATE: Final = "slip.typ"
MASK: Final = 3  # three quarters of a code are its signature: no pattern suits it better than another
# So long may each of these be, all of them together, on a slip that needs no smaller type (tests/cards/receipts).
SHORT: Final = {
    "where": 90, "fee_text": 110, "reason": 60, "article": 50, "fee_words": 45, "procedure": 35, "bring": 110,
    "representative": 40, "agency_above": 35, "agency": 35,
}  # fmt: skip
SHORT_OF_PERSON: Final = {"name": 32, "address": 80}
TEXTS: Final = ("slip_number", "replaces", "promised_hours")  # not yet there on slips of the first version

Content = dict[str, Any]


@dataclass(frozen=True)
class Stamp:
    """What a later printing bears: which one it is and when it was made, "14:05 22/11/2026"."""

    again: int
    at: str


def slip(content: Content, paper: Paper, stamp: Stamp | None = None) -> bytes:
    """The slip on one sheet, tagged and checked to be PDF/UA-1, with embedded fonts. No database."""
    title = f"Phiếu hẹn {content.get('slip_number') or content['file_number']} – {content['agency_in_text']}"
    return typesetting.pdf(TEMPLATE, {"paper": paper.value, "title": title, "slips": [_told(content, stamp)]})


def slips(printed: Iterable[tuple[Content, Stamp | None]], paper: Paper, *, title: str) -> tuple[bytes, int]:
    """(many slips in one document, its pages), each with a bookmark; fonts are embedded once. No database."""
    told = [_told(content, stamp) for content, stamp in printed]
    pdf = typesetting.pdf(TEMPLATE, {"paper": paper.value, "title": title, "slips": told})
    return pdf, len(PdfDocument(pdf))


def _told(content: Content, stamp: Stamp | None) -> Content:
    agencies = {name: words.kept_together(content[name]) for name in ("agency_above", "agency")}
    more = {
        "picture": typesetting.qr_picture(content["qr"], mask=MASK),
        "is_short": _is_short(content),
        "again": stamp.again if stamp else 0,
        "at": stamp.at if stamp else "",
    }
    return dict.fromkeys(TEXTS, "") | content | agencies | more


def _is_short(content: Content) -> bool:
    """Whether it fits in the largest type for certain; otherwise it is measured, which takes as long again."""
    person = content["person"]
    return all(len(content[name]) <= most for name, most in SHORT.items()) and all(
        len(person[name]) <= most for name, most in SHORT_OF_PERSON.items()
    )
