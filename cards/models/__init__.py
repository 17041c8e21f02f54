"""The nouns of cards, one a file."""

from cards.models.application import (
    FINAL_STATES,
    PROMISED_STATES,
    Application,
    Channel,
    Counter,
    Delivery,
    Kind,
    State,
    days_overdue,
    due_today,
    overdue,
    waiting_long,
)
from cards.models.eid import EidAccount, EidLevel, EidState
from cards.models.fee import Fee, FeeExemption
from cards.models.receipt import Paper, Receipt, ReceiptFile, RenderState
from cards.models.step import Step

__all__ = [
    "FINAL_STATES",
    "PROMISED_STATES",
    "Application",
    "Channel",
    "Counter",
    "Delivery",
    "EidAccount",
    "EidLevel",
    "EidState",
    "Fee",
    "FeeExemption",
    "Kind",
    "Paper",
    "Receipt",
    "ReceiptFile",
    "RenderState",
    "State",
    "Step",
    "days_overdue",
    "due_today",
    "overdue",
    "waiting_long",
]
