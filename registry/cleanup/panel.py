"""The box of the home page: the four queues, how many cases each has, how clean the data are."""

from typing import Any

from accounts.home.panels import Panel
from accounts.home.panels import register as register_panel
from accounts.models import Officer
from accounts.roles import Right
from registry.cleanup.figures import group_figures


def register() -> None:
    """Called by RegistryConfig.ready()."""
    register_panel(Panel("cleanup", 10, "top", Right.CLEANUP_VIEW, "registry/cleanup/_panel.html", context_for))


def context_for(officer: Officer) -> dict[str, Any]:
    """Two queries."""
    return {"groups": group_figures(officer), "can_work": officer.can(Right.CLEANUP_WORK)}
