"""What the page of a file shows of its card: where it lies, or where it went."""

from typing import Any

from accounts.models import Officer
from cards.applications import panels
from cards.deliveries.tables import PILLS, note_of
from cards.models import Application, State, StockCard, StockState

FROM_ARRIVAL = (State.ARRIVED, State.HANDED_OVER, State.PRINTING)


def sign_up() -> None:
    panels.register("stock", of_file)


def of_file(application: Application, officer: Officer) -> tuple[str, dict[str, Any]] | None:
    """One query, none for a file whose card never came."""
    if application.state not in FROM_ARRIVAL:
        return None
    card = StockCard.objects.filter(application=application).first()
    if card is None and application.state != State.ARRIVED:
        return None
    state = StockState(card.state) if card else StockState.HERE
    context = {"card": card, "state": state.label, "pill": PILLS[state], "note": note_of(card) if card else ""}
    return "cards/deliveries/_panel.html", context
