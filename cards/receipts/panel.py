"""What the page of a file shows of its papers, besides the slip's own corner."""

import uuid
from typing import Any

from accounts.models import Officer
from accounts.roles import Right
from cards.applications import panels
from cards.models import Application, State


def sign_up() -> None:
    panels.register("refusal-notice", refusal_notice)


def refusal_notice(application: Application, officer: Officer) -> tuple[str, dict[str, Any]] | None:
    """The button that prints the slip for notice CC03, on a refused file. No query."""
    if application.state != State.REFUSED or not officer.can(Right.APPLICATION_TAKE):
        return None
    return "cards/receipts/_refusal.html", {"token": uuid.uuid4()}
