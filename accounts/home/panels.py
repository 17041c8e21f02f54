"""The home page: panels that higher apps register in AppConfig.ready(); accounts knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from accounts.models import Officer
from accounts.roles import Right


@dataclass(frozen=True)
class Panel:
    """One box: shown to those with `right`; `context(officer)` gives the template what it shows, in few queries."""

    name: str
    order: int
    place: Literal["top", "main", "side"]
    right: Right
    template: str
    context: Callable[[Officer], dict[str, Any]]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    _panels[panel.name] = panel


def panels_for(officer: Officer) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """place -> [(template, context)], in order."""
    shown: dict[str, list[tuple[str, dict[str, Any]]]] = {"top": [], "main": [], "side": []}
    for panel in sorted(_panels.values(), key=lambda panel: panel.order):
        if officer.can(panel.right):
            shown[panel.place].append((panel.template, panel.context(officer)))
    return shown
