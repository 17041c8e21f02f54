"""Asking for a report: what it will say is frozen in the same transaction; the files follow (making.py)."""

import datetime as dt
import uuid
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.periods import Period, name_of
from supervision.models import FrozenPeriod, Report
from supervision.reports.contents import NothingKnown, Wanted, contents_of
from supervision.reports.layout import SCHEDULED
from supervision.reports.refusal import ReportRefused
from supervision.reports.shape import Remarks

NO_REMARKS: Final[Remarks] = {"difficulties": "", "proposals": ""}
CLOSED: Final = "Kỳ đã chốt số liệu"
LOOKED_BACK: Final = dt.timedelta(days=21)


def versions(wanted: Wanted) -> QuerySet[Report]:
    """Every making of this report, the newest first."""
    rows = Report.objects.filter(
        kind=wanted.kind, unit=wanted.unit, period=wanted.period_kind, first=wanted.period.first
    )
    return rows.defer("pdf", "xlsx").order_by("-version")


@transaction.atomic
def ask(wanted: Wanted, *, by: Officer, remarks: Remarks, reason: str, token: uuid.UUID) -> Report:
    """One more making of a report, WAITING for its files. The same token with the same words answers the report it made
    before; with other words it is another sending.

    Raises ReportRefused: a period that has not begun, one of which nothing is known, a second making without a reason,
    or one that somebody else asked for at the same moment.
    """
    if made := Report.objects.filter(submit_token=token).defer("pdf", "xlsx").first():
        if made.asked_by == by and _is_the_same(made, wanted, remarks):
            return made
        token = uuid.uuid4()
    if wanted.period.first > timezone.localdate():
        raise ReportRefused("Kỳ này chưa bắt đầu.", "period")
    last = versions(wanted).first()
    if last is not None and not reason:
        raise ReportRefused(f"Báo cáo kỳ này đã lập (lần {last.version}); ghi lý do lập lại.", "reason")
    try:
        contents = contents_of(wanted, remarks=remarks, by=by)
    except NothingKnown:
        raise ReportRefused("Chưa có số liệu nào của kỳ này.", "period") from None
    try:
        with transaction.atomic():
            report = Report.objects.create(
                **_columns(wanted, last), submit_token=token, contents=contents, asked_by=by,
                is_preliminary=contents["is_preliminary"], reason=reason if last else "",
            )  # fmt: skip
    except IntegrityError:
        raise ReportRefused("Báo cáo này vừa được lập ở nơi khác. Mở lại trang Báo cáo.") from None
    record(by, Action.CREATE, target=report, sentence=f"Lập {report.audit_label()}", reason=report.reason)
    return report


def _is_the_same(made: Report, wanted: Wanted, remarks: Remarks) -> bool:
    told = (made.kind, made.unit, made.period, made.first, made.contents["remarks"])
    return told == (wanted.kind, wanted.unit, wanted.period_kind, wanted.period.first, remarks)


def _columns(wanted: Wanted, last: Report | None) -> dict[str, object]:
    return {
        "kind": wanted.kind, "unit": wanted.unit, "period": wanted.period_kind, "first": wanted.period.first,
        "last": wanted.period.last, "version": last.version + 1 if last else 1,
    }  # fmt: skip


# --- by the timetable -----------------------------------------------------------------------------------------------


def ask_scheduled(limit: int) -> list[int]:
    """Reports of periods that were closed lately and have none made of the closed figures: their ids. Run twice, or by
    two at once, each is made once."""
    made: list[int] = []
    for kind, period_kinds in SCHEDULED.items():
        for frozen in _without(kind, period_kinds)[: limit - len(made)]:
            wanted = Wanted(kind, frozen.unit, frozen.kind, Period(frozen.first, frozen.last))
            if (report := _ask_scheduled(wanted)) is not None:
                made.append(report.pk)
    return made


def _without(kind: str, period_kinds: tuple[str, ...]) -> QuerySet[FrozenPeriod]:
    """Of units that had anybody to count."""
    closed = Report.objects.filter(
        kind=kind, unit__isnull=False, unit=OuterRef("unit"), period=OuterRef("kind"), first=OuterRef("first"),
        is_preliminary=False,
    )  # fmt: skip
    of_country = Report.objects.filter(
        kind=kind, unit=None, period=OuterRef("kind"), first=OuterRef("first"), is_preliminary=False
    )
    rows = FrozenPeriod.objects.filter(kind__in=period_kinds, closed_at__gte=timezone.now() - LOOKED_BACK)
    rows = rows.exclude(values={}).exclude(Exists(closed)).exclude(Exists(of_country), unit=None)
    return rows.select_related("unit__parent").order_by("pk")


@transaction.atomic
def _ask_scheduled(wanted: Wanted) -> Report | None:
    """What was typed for the preliminary report is carried over; nobody signs by name."""
    last = versions(wanted).first()
    remarks: Remarks = last.contents["remarks"] if last else NO_REMARKS
    contents = contents_of(wanted, remarks=remarks, by=None)
    try:
        with transaction.atomic():
            report = Report.objects.create(
                **_columns(wanted, last), contents=contents, reason=CLOSED if last else "",
            )  # fmt: skip
    except IntegrityError:
        return None
    record(None, Action.SYSTEM, target=report, sentence=f"Tự lập {report.audit_label()}")
    return report


def own_unit(officer: Officer) -> Unit | None:
    """Whose reports an officer makes: the own commune's, the own province's; the ministry the country's."""
    return officer.unit


def title_of(report: Report) -> str:
    """ "Báo cáo Đề án 06, tuần 13/11–19/11/2026"."""
    name = name_of(report.period, Period(report.first, report.last))
    return f"{report.get_kind_display()}, {name[0].lower()}{name[1:]}"
