"""HTML and CSS to PDF bytes, QR codes. Slips: typesetting.py.

WeasyPrint comes in with the first page that is laid out (layout.py): it costs a second and 40 MB, which a server of
pages, and a worker that reads lists, never need.
"""

import threading
from base64 import b64encode
from functools import lru_cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Final

import segno
from django.conf import settings

ENGINE: Final = f"WeasyPrint {version('weasyprint')}"
STATIC: Final = Path(settings.BASE_DIR) / "static"
VARIANT: Final = "pdf/ua-1"
FONTS: Final = STATIC / "vendor" / "paper"
DOTS_A_MODULE: Final = 4
# Pango and the fonts that were read are shared by the threads of a web server.
_one_at_a_time = threading.Lock()


class FontsMissing(RuntimeError):
    """A paper would silently come out in whatever font the machine has."""


class Paper:
    """A page laid out: how many sheets it takes is known before the bytes are made."""

    def __init__(self, html: str, *styles: str) -> None:
        """`styles`: files of static/print, in order. No database; the same text gives the same bytes."""
        from accounts.paper import layout

        with _one_at_a_time:
            self._document = layout.laid_out(html, styles)

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
