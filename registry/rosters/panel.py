"""On the record page of a resident: from which lists, and which rows of them, the record came."""

from typing import Any

from accounts.models import Officer
from accounts.roles import Right
from registry.models import Resident
from registry.residents import panels
from registry.rosters import origin

SHOWN = 3


def sign_up() -> None:
    panels.register("roster", of_resident)


def of_resident(resident: Resident, officer: Officer) -> tuple[str, dict[str, Any]]:
    """One query. A list of another commune (the person moved here since) is named and not opened."""
    may = officer.can(Right.ROSTERS_WORK)
    lines = [
        {"row": row, "roster": row.roster, "may_open": may and row.roster.commune_id == officer.unit_id}
        for row in origin.of_resident(resident)[:SHOWN]
    ]
    return "registry/rosters/_origin.html", {"lines": lines}
