"""HTML and CSS to PDF bytes: the only file that imports WeasyPrint."""

from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import segno
import weasyprint
from django.conf import settings
from django.template.loader import render_to_string
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cards.models import Paper
from cards.receipts import words

RENDERER: Final = f"WeasyPrint {weasyprint.__version__}, phiếu 2"
STATIC: Final = Path(settings.BASE_DIR) / "static"
VARIANT: Final = "pdf/ua-1"
FITS: Final = (0, 1, 2, 3)  # type sizes in slip-a4.css and slip-a5.css, largest first
ALLOWED: Final = tuple(folder.resolve() for folder in (STATIC / "print", STATIC / "vendor" / "tinos"))


class OwnFilesOnly(URLFetcher):
    """Fetches our own print files and data: addresses; anything else, on the network or on disk, is refused."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"file", "data"}, allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "file":
            path = Path(unquote(parts.path)).resolve()
            if parts.netloc or not any(path.is_relative_to(folder) for folder in ALLOWED):
                raise ValueError(f"outside the print files: {url}")
        elif parts.scheme != "data":
            raise ValueError(f"only own files and data: {url}")
        return super().fetch(url, headers)


def slip(content: dict[str, Any], paper: Paper) -> bytes:
    """The receipt on one sheet, tagged (PDF/UA-1), with embedded fonts. Takes about 0.3 s; no database.

    A slip with long names and addresses is set in smaller type until it fits one page.
    """
    agencies = {name: words.kept_together(content[name]) for name in ("agency_above", "agency")}
    context = {"slip": content | agencies, "qr": qr_image(content["qr"])}
    for fit in FITS:
        pages = _laid_out(render_to_string("print/slip.html", context | {"fit": fit}), paper)
        if len(pages.pages) == 1:
            break
    return pages.write_pdf(pdf_variant=VARIANT)


def _laid_out(html: str, paper: Paper) -> weasyprint.Document:
    fonts, sheets = _sheets(paper)
    page = weasyprint.HTML(string=html, base_url=(STATIC / "print").as_uri() + "/", url_fetcher=OwnFilesOnly())
    return page.render(stylesheets=sheets, font_config=fonts, pdf_variant=VARIANT)


def qr_image(text: str) -> str:
    """The code as an SVG in a data: address. Level M survives a fold through the middle of the slip."""
    return segno.make_qr(text, error="m").svg_data_uri(border=4, xmldecl=False, omitsize=False)


@cache
def _sheets(paper: Paper) -> tuple[FontConfiguration, list[weasyprint.CSS]]:
    """Style sheets and fonts, read once a process and paper."""
    fonts = FontConfiguration()
    names = ("slip.css", f"slip-{paper.lower()}.css")
    fetcher = OwnFilesOnly()
    sheets = [
        weasyprint.CSS(filename=STATIC / "print" / name, font_config=fonts, url_fetcher=fetcher) for name in names
    ]
    return fonts, sheets
