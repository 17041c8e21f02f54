"""Papers made by the hundred, set by Typst: the only file that imports it. What comes in other shapes: render.py."""

import json
import threading
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import segno
import typst
from django.conf import settings

from accounts.paper.render import FONTS, FontsMissing

TEMPLATES: Final = Path(settings.BASE_DIR) / "templates" / "print"
ENGINE: Final = f"Typst {version('typst')}"
# A compiler keeps what it read of its template and its fonts from one paper to the next.
_one_at_a_time = threading.Lock()


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The template of templates/print set with `data`, which is text to it and never markup: tagged, checked to be
    PDF/UA-1, with embedded fonts. A slip takes a hundredth of a second. No network, no file but the template's and
    the fonts for paper; the same data give the same bytes."""
    with _one_at_a_time:
        made = _compiler(template).compile(
            format="pdf", pdf_standards=["ua-1"], sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
        )
    assert isinstance(made, bytes)  # a list, where pages are pictures
    return made


def qr_picture(text: str, *, border: int = 4, mask: int | None = None) -> str:
    """The code as SVG, white under it. Level M survives a fold through the middle of the paper.

    `border` is the quiet zone in modules. `mask` (0 to 7) spares the search for the calmest of eight patterns; a text
    that is random by itself, as a signature is, needs none.
    """
    return segno.make_qr(text, error="m", mask=mask).svg_inline(border=border, light="#fff")


@cache
def _compiler(template: str) -> typst.Compiler:
    if not any(FONTS.glob("*.ttf")):
        raise FontsMissing("static/vendor/paper is empty: run `make setup`, which cuts the fonts for paper")
    return typst.Compiler(
        str(TEMPLATES / template), root=str(TEMPLATES), font_paths=[str(FONTS)], ignore_system_fonts=True
    )
