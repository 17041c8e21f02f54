"""The sheet as paper: households in the order somebody walks, each with its code and its boxes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.paper import render, words
from registry.models import FieldLine, FieldPrint, Outcome

RENDERER: Final = f"{render.ENGINE}, phiếu phúc tra 1"
BOXES: Final = [(one.value, one.label) for one in Outcome if one is not Outcome.MORE]


@dataclass
class Home:
    """One household of a sheet: its own line and the lines of its people."""

    line: FieldLine
    people: list[FieldLine] = field(default_factory=list)


def homes_of(lines: Iterable[FieldLine]) -> list[Home]:
    """Lines in their order, household by household."""
    found: list[Home] = []
    for line in lines:
        if line.resident_id is None:
            found.append(Home(line))
        else:
            found[-1].people.append(line)
    return found


def sheet_pdf(printing: FieldPrint, lines: Iterable[FieldLine]) -> tuple[bytes, int]:
    """(the bytes, how many pages). A third of a second a household; no database beyond what is given."""
    content = printing.sheet.content
    agencies = {name: words.kept_together(content.get(name, "")) for name in ("agency_above", "agency")}
    found = homes_of(lines)
    homes = [{"home": home, "qr": render.qr_image(home.line.code)} for home in found]
    people = sum(len(home.people) for home in found)
    context: dict[str, Any] = {
        "sheet": content | agencies,
        "homes": homes,
        "people": people,
        "boxes": BOXES,
        "printed": f"{printing.asked_by}, {timezone.localtime(printing.asked_at):%H:%M %d/%m/%Y}",
        "again": printing.copy - 1,
    }
    paper = render.Paper(render_to_string("print/field_sheet.html", context), "field-sheet.css")
    return paper.pdf(), paper.pages
