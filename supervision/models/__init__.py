"""What supervision keeps: figures as they were, targets, alerts, reports, requests. Of people it keeps nothing."""

from supervision.models.about_units import PeriodKind
from supervision.models.alert import Alert, AlertKind
from supervision.models.failed_task import FailedTask
from supervision.models.figure_day import FigureDay
from supervision.models.frozen import Correction, FrozenPeriod
from supervision.models.report import Report, ReportKind, ReportState
from supervision.models.request import Request, RequestAnswer, RequestState
from supervision.models.target import Target

__all__ = [
    "Alert",
    "AlertKind",
    "Correction",
    "FailedTask",
    "FigureDay",
    "FrozenPeriod",
    "PeriodKind",
    "Report",
    "ReportKind",
    "ReportState",
    "Request",
    "RequestAnswer",
    "RequestState",
    "Target",
]
