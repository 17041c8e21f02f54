"""The nouns of accounts, one a file."""

from accounts.models.audit_event import Action, AuditEvent
from accounts.models.draft import LIVE, Draft, DraftState
from accounts.models.holiday import Holiday
from accounts.models.officer import Officer
from accounts.models.setting import Setting
from accounts.models.unit import Level, Unit, UnitSuccessor
from accounts.models.written_form import WrittenForm

__all__ = [
    "LIVE",
    "Action",
    "AuditEvent",
    "Draft",
    "DraftState",
    "Holiday",
    "Level",
    "Officer",
    "Setting",
    "Unit",
    "UnitSuccessor",
    "WrittenForm",
]
