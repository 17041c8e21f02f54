"""The only file that imports WeasyPrint, and only render.py imports it."""

from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from accounts.paper.render import FONTS, STATIC, VARIANT, FontsMissing

ALLOWED: Final = tuple(folder.resolve() for folder in (STATIC / "print", FONTS))
BASE: Final = (STATIC / "print").as_uri() + "/"
EVERY_PAPER: Final = "fonts.css"


def laid_out(html: str, styles: tuple[str, ...]) -> weasyprint.Document:
    fonts, sheets = _sheets(styles)
    page = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=OwnFilesOnly())
    return page.render(stylesheets=sheets, font_config=fonts, pdf_variant=VARIANT)


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
