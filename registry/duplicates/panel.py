"""The box "Nghi trùng" of the home page."""

from typing import Any

from accounts.home import panels
from accounts.models import Officer
from accounts.roles import Right
from registry.duplicates.reasons import level
from registry.models import DuplicatePair

SHOWN = 4


def register() -> None:
    """Called by RegistryConfig.ready()."""
    panels.register(
        panels.Panel("duplicates", 20, "side", Right.CLEANUP_VIEW, "registry/duplicates/_panel.html", context_for)
    )


def context_for(officer: Officer) -> dict[str, Any]:
    """The strongest few that wait, and how many there are. Two queries."""
    waiting = DuplicatePair.objects.in_scope(officer).waiting()
    pairs = list(waiting.select_related("left", "right")[:SHOWN])
    return {
        "count": waiting.count(),
        "pairs": [{"pair": pair, "kind": level(pair.strength)[0], "level": level(pair.strength)[1]} for pair in pairs],
    }
