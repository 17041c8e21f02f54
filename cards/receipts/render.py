"""The slip as PDF bytes: its template, its two papers, and how small its type may become."""

from typing import Any, Final

from django.template.loader import render_to_string

from accounts.paper import render as paper_of
from cards.models import Paper
from cards.receipts import words

RENDERER: Final = f"{paper_of.ENGINE}, phiếu 2"
FITS: Final = (0, 1, 2, 3)  # type sizes in slip-a4.css and slip-a5.css, largest first


def slip(content: dict[str, Any], paper: Paper) -> bytes:
    """The receipt on one sheet, tagged (PDF/UA-1), with embedded fonts. Takes about 0.3 s; no database.

    A slip with long names and addresses is set in smaller type until it fits one page.
    """
    agencies = {name: words.kept_together(content[name]) for name in ("agency_above", "agency")}
    context = {"slip": content | agencies, "qr": paper_of.qr_image(content["qr"])}
    for fit in FITS:
        html = render_to_string("print/slip.html", context | {"fit": fit})
        laid_out = paper_of.Paper(html, "slip.css", f"slip-{paper.lower()}.css")
        if laid_out.pages == 1:
            break
    return laid_out.pdf()
