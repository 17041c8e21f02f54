"""What higher apps add to the record page: they register in AppConfig.ready(); registry knows none of them."""

from collections.abc import Callable
from typing import Any

from accounts.models import Officer
from registry.models import Resident

Added = tuple[str, dict[str, Any]]
_added: dict[str, Callable[[Resident, Officer], Added]] = {}


def register(name: str, panel: Callable[[Resident, Officer], Added]) -> None:
    """`panel(resident, officer)` answers a template and its context, in one query."""
    _added[name] = panel


def panels_for(resident: Resident, officer: Officer) -> list[Added]:
    return [panel(resident, officer) for panel in _added.values()]
