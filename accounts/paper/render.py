"""HTML and CSS to PDF bytes, QR codes: the only file that imports WeasyPrint."""

from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import segno
import weasyprint
from django.conf import settings
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

ENGINE: Final = f"WeasyPrint {weasyprint.__version__}"
STATIC: Final = Path(settings.BASE_DIR) / "static"
VARIANT: Final = "pdf/ua-1"
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


class Paper:
    """A page laid out: how many sheets it takes is known before the bytes are made."""

    def __init__(self, html: str, *styles: str) -> None:
        """`styles`: files of static/print, in order. No database; the same text gives the same bytes."""
        fonts, sheets = _sheets(styles)
        page = weasyprint.HTML(string=html, base_url=(STATIC / "print").as_uri() + "/", url_fetcher=OwnFilesOnly())
        self._document = page.render(stylesheets=sheets, font_config=fonts, pdf_variant=VARIANT)

    @property
    def pages(self) -> int:
        return len(self._document.pages)

    def pdf(self) -> bytes:
        """Tagged (PDF/UA-1), with embedded fonts."""
        return self._document.write_pdf(pdf_variant=VARIANT)


def qr_image(text: str, *, border: int = 4) -> str:
    """The code as an SVG in a data: address, white under it. Level M survives a fold through the middle of the paper.

    `border` is the quiet zone in modules; scanners want four where other print comes near.
    """
    return segno.make_qr(text, error="m").svg_data_uri(border=border, light="#fff", xmldecl=False, omitsize=False)


@cache
def _sheets(names: tuple[str, ...]) -> tuple[FontConfiguration, list[weasyprint.CSS]]:
    """Style sheets and fonts, read once a process and paper."""
    fonts, fetcher = FontConfiguration(), OwnFilesOnly()
    sheets = [
        weasyprint.CSS(filename=STATIC / "print" / name, font_config=fonts, url_fetcher=fetcher) for name in names
    ]
    return fonts, sheets
