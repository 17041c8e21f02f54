"""The nouns of cards, one a file."""

from cards.models.application import (
    AFTER_RECEIPT,
    FINAL_STATES,
    PROMISED_STATES,
    Application,
    Channel,
    Counter,
    Delivery,
    Kind,
    State,
    days_overdue,
    due_by,
    due_today,
    overdue,
    waiting_long,
)
from cards.models.appointment import (
    Appointment,
    AppointmentState,
    AppointmentVia,
    Purpose,
    SlotRule,
    Weekday,
)
from cards.models.batch import Batch, BatchLine, BatchState, Result, ResultFile
from cards.models.component import Component, Scan, ScanKind
from cards.models.contact import About, Contact, ContactResult, ContactVia, Invitation, Why
from cards.models.eid import EidAccount, EidLevel, EidState, EidStep
from cards.models.fee import Fee, FeeExemption
from cards.models.print_job import PrintJob
from cards.models.receipt import Paper, Receipt, ReceiptCopy, ReceiptFile, RenderState, SigningKey
from cards.models.step import Step
from cards.models.stock import Receiver, StockCard, StockState

__all__ = [
    "AFTER_RECEIPT",
    "FINAL_STATES",
    "PROMISED_STATES",
    "About",
    "Application",
    "Appointment",
    "AppointmentState",
    "AppointmentVia",
    "Batch",
    "BatchLine",
    "BatchState",
    "Channel",
    "Component",
    "Contact",
    "ContactResult",
    "ContactVia",
    "Counter",
    "Delivery",
    "EidAccount",
    "EidLevel",
    "EidState",
    "EidStep",
    "Fee",
    "FeeExemption",
    "Invitation",
    "Kind",
    "Paper",
    "PrintJob",
    "Purpose",
    "Receipt",
    "ReceiptCopy",
    "ReceiptFile",
    "Receiver",
    "RenderState",
    "Result",
    "ResultFile",
    "Scan",
    "ScanKind",
    "SigningKey",
    "SlotRule",
    "State",
    "Step",
    "StockCard",
    "StockState",
    "Weekday",
    "Why",
    "days_overdue",
    "due_by",
    "due_today",
    "overdue",
    "waiting_long",
]
