"""HTML and CSS to PDF bytes, QR codes: the only file that imports WeasyPrint. Slips: typesetting.py."""

import threading
from base64 import b64encode
from functools import cache, lru_cache
from io import BytesIO
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
FONTS: Final = STATIC / "vendor" / "paper"
ALLOWED: Final = tuple(folder.resolve() for folder in (STATIC / "print", FONTS))
BASE: Final = (STATIC / "print").as_uri() + "/"
EVERY_PAPER: Final = "fonts.css"
DOTS_A_MODULE: Final = 4
# Pango and the fonts that were read are shared by the threads of a web server.
_one_at_a_time = threading.Lock()


class FontsMissing(RuntimeError):
    """A paper would silently come out in whatever font the machine has."""


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
        with _one_at_a_time:
            fonts, sheets = _sheets(styles)
            page = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=OwnFilesOnly())
            self._document = page.render(stylesheets=sheets, font_config=fonts, pdf_variant=VARIANT)

    @property
    def pages(self) -> int:
        return len(self._document.pages)

    def pdf(self) -> bytes:
        """Tagged (PDF/UA-1), with embedded fonts."""
        with _one_at_a_time:
            return self._document.write_pdf(pdf_variant=VARIANT)


@lru_cache(maxsize=64)
def qr_image(text: str, *, border: int = 4) -> str:
    """The code as a picture in a data: address, white under it. Level M survives a fold through the paper's middle.

    `border` is the quiet zone in modules; scanners want four where other print comes near. Dots drawn without
    smoothing: the outlines of a vector picture take as long to write as the rest of a page.
    """
    picture = BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", scale=DOTS_A_MODULE, border=border)
    return f"data:image/png;base64,{b64encode(picture.getvalue()).decode()}"


@cache
def _sheets(names: tuple[str, ...]) -> tuple[FontConfiguration, list[weasyprint.CSS]]:
    """Style sheets and fonts, read once a process and paper."""
    if not any(FONTS.glob("*.ttf")):
        raise FontsMissing("static/vendor/paper is empty: run `make setup`, which cuts the fonts for paper")
    fonts, fetcher = FontConfiguration(), OwnFilesOnly()
    sheets = [
        weasyprint.CSS(filename=STATIC / "print" / name, font_config=fonts, url_fetcher=fetcher)
        for name in (EVERY_PAPER, *names)
    ]
    return fonts, sheets
