"""The nouns of accounts, one a file."""

from accounts.models.audit_event import Action, AuditEvent
from accounts.models.draft import Draft
from accounts.models.holiday import Holiday
from accounts.models.officer import Officer
from accounts.models.setting import Setting
from accounts.models.unit import Level, Unit, UnitSuccessor

__all__ = [
    "Action",
    "AuditEvent",
    "Draft",
    "Holiday",
    "Level",
    "Officer",
    "Setting",
    "Unit",
    "UnitSuccessor",
]
