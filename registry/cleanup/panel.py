"""The box of the home page: the four queues, how many cases each has, how clean the data are."""

from typing import Any

from accounts.home.panels import Panel
from accounts.home.panels import register as register_panel
from accounts.models import Officer
from accounts.roles import Right
from registry.cleanup.figures import group_figures
from registry.cleanup.queue import is_chief


def register() -> None:
    """Called by RegistryConfig.ready()."""
    register_panel(Panel("cleanup", 10, "top", Right.CLEANUP_VIEW, "registry/cleanup/_panel.html", context_for))


def context_for(officer: Officer) -> dict[str, Any]:
    """Two queries."""
    groups = group_figures(officer)
    return {
        "groups": groups,
        "can_work": officer.can(Right.CLEANUP_WORK),
        "for_me": sum(one.for_me for one in groups),
        "for_chief": sum(one.for_chief for one in groups) if is_chief(officer) else 0,
    }
