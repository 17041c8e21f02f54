"""The box "Nghi trùng" of the home page."""

from typing import Any

from accounts.home import panels
from accounts.models import Officer
from accounts.roles import Right
from registry.duplicates.queue import cases_open
from registry.duplicates.score import band
from registry.duplicates.tables import listed, shown_pair

SHOWN = 4


def register() -> None:
    """Called by RegistryConfig.ready()."""
    panels.register(
        panels.Panel("duplicates", 20, "side", Right.CLEANUP_VIEW, "registry/duplicates/_panel.html", context_for)
    )


def context_for(officer: Officer) -> dict[str, Any]:
    """The strongest few that wait, and how many there are. Three queries."""
    waiting = cases_open(officer)
    rows = []
    for case in listed(officer).filter(pk__in=waiting.values("pk"))[:SHOWN]:
        kind, level = band(case.score, case.kind)
        rows.append({"case": case, "pair": shown_pair(case), "kind": kind, "level": level})
    return {"count": waiting.count(), "rows": rows}
