"""Claim a report that waits, draw its files from the frozen contents, store them (accounts/claims.py)."""

import datetime as dt
import hashlib
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.claims import Claim, Orders
from accounts.models import Action, Officer
from supervision.models import Report, ReportState
from supervision.reports import excel, paper
from supervision.reports.shape import read

GAVE_UP: Final = "Đã thử lập tệp 5 lần nhưng chưa được. Bấm “Lập lại tệp”; nếu vẫn vậy, báo quản trị kèm giờ này."


def _tell(report: Report) -> None:
    record(None, Action.SYSTEM, target=report, sentence=f"Không lập được tệp: {report.audit_label()}")


ORDERS = Orders(
    rows=lambda: Report.objects.defer("pdf", "xlsx"),
    lease=dt.timedelta(seconds=240),  # a province of 170 communes takes half a minute on a slow machine
    gave_up=GAVE_UP,
    told=_tell,
)
due = ORDERS.due


def make_and_store(report_pk: int) -> bool:
    """Make the files of one report, if it waits and nobody holds it. True when this call stored them.

    An error gives the row back and is raised on, for the log.
    """
    claim = ORDERS.take(report_pk)
    if claim is None:
        return False
    try:
        contents = read(claim.row.contents)
        (pdf, pages), xlsx = paper.pdf(contents), excel.book(contents)
    except Exception:
        ORDERS.give_back(claim)
        raise
    return store(claim, pdf, pages, xlsx)


@transaction.atomic
def store(claim: Claim[Report], pdf: bytes, pages: int, xlsx: bytes) -> bool:
    """The bytes, their hashes, the state and the audit line at once. False when the claim was lost meanwhile."""
    report = ORDERS.held(claim)
    if report is None:
        return False
    report.pdf, report.pdf_sha256, report.pages = pdf, hashlib.sha256(pdf).hexdigest(), pages
    report.xlsx, report.xlsx_sha256 = xlsx, hashlib.sha256(xlsx).hexdigest()
    report.state, report.ready_at, report.claimed_until, report.error = ReportState.READY, timezone.now(), None, ""
    report.save(update_fields=["pdf", "pdf_sha256", "pages", "xlsx", "xlsx_sha256", "state", "ready_at",
                               "claimed_until", "error"])  # fmt: skip
    record(None, Action.SYSTEM, target=report, sentence=f"Lập tệp: {report.audit_label()}",
           data={"pdf": report.pdf_sha256, "xlsx": report.xlsx_sha256})  # fmt: skip
    return True


def retry(report: Report, *, by: Officer) -> bool:
    """Set a failed report waiting again. False when it is not failed: nothing to do."""
    return ORDERS.again(
        report.pk, by=by,
        told=lambda row: record(by, Action.CHANGE, target=row, sentence=f"Yêu cầu lập lại tệp: {row.audit_label()}"),
    )  # fmt: skip
