"""A report as a paper of the office (NĐ 30/2020/NĐ-CP, facts.md 12): A4, on its side where a row is a unit."""

from typing import Any, Final

from django.template.loader import render_to_string

from accounts.paper.render import Paper
from supervision.reports.charts import drawing
from supervision.reports.shape import Contents, every_table, headings

TEMPLATE: Final = "print/report.html"
STYLES: Final = ("list-a4.css", "report.css")


def pdf(contents: Contents) -> tuple[bytes, int]:
    """(the bytes, how many pages), tagged (PDF/UA-1), with embedded fonts. No database; the same contents give the same
    paper. About a second for a commune, a quarter of a second for each
    commune of a province."""
    laid_out = Paper(render_to_string(TEMPLATE, {"paper": told(contents)}), *STYLES)
    return laid_out.pdf(), laid_out.pages


def told(contents: Contents) -> dict[str, Any]:
    """What the template reads: the head under the keys of _paper.html, the tables with their headings."""
    return {
        **contents["head"],
        "wide": contents["is_wide"],
        "foot": f"{contents['head']['agency_in_text']}. {contents['as_of']}.",
        "contents": contents,
        "tables": [(table, headings(table)) for table in every_table(contents)],
        "charts": [(chart, drawn) for chart in contents["charts"] if (drawn := drawing(chart)) is not None],
    }
