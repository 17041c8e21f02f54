"""The kinds of work orders that stand in the database: which rows wait, since when, which failed, and why.

Reasons are our own sentences, or the kind of an error: what an error said may quote a record, and the administrator has
no right to records.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from django.db.models import (
    DateTimeField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Left
from django.utils import timezone

from accounts.claims import FAILED, WAITING, Orders
from accounts.models import Action, AuditEvent
from cards.models import PrintJob, Receipt
from cards.papers import store as papers
from cards.receipts import store as receipts
from registry.cleanup import scan
from registry.duplicates import search_job
from registry.fieldwork import printing
from registry.jobs import work
from registry.models import (
    FieldPrint,
    Job,
    JobState,
    LineState,
    ListExport,
    Merge,
    MergeState,
    RepairLine,
    RepairRun,
    Resident,
    Roster,
    SheetState,
)
from registry.models.repair import AT_WORK as REPAIRS_AT_WORK
from registry.models.roster import AT_WORK as ROSTERS_AT_WORK
from registry.repairs.work import FAILED as LINE_FAILED
from registry.rosters.out import store as exports
from registry.rosters.work import BROKE
from registry.scores import history
from supervision.models import FigureDay, Report
from supervision.reports import making as reports

RECENT_ROWS: Final = 100_000
"""Failures are looked for among so many of the newest rows: there is no index on them, and the page must be quick."""
RECENT: Final = dt.timedelta(days=7)
LONGEST_ERROR: Final = 300
NO_MOMENT: Final = Cast(Value(None), DateTimeField())
PASSED_BY: Final = "{}: hệ thống không xử lý được hồ sơ này, tạm bỏ qua"  # registry/sweeping.py
OF_LINES: Final = "lỗi tính theo dòng, 7 ngày qua"
MERGE_FAILED: Final = "Hệ thống không gộp được"  # registry/duplicates/planned.py
MARKS: Final = "đếm theo dấu trên hồ sơ, không ghi lúc đánh dấu"
CULPRITS: Final = (
    "Hồ sơ hệ thống không xử lý được trong 24 giờ qua; nhật ký truy cập có tên, sửa hồ sơ thì được làm lại."
)
ERROR_KIND: Final = re.compile(r"([A-Z][A-Za-z]{2,59}): ")
Rows = Callable[[], QuerySet[Any]]


@dataclass(frozen=True)
class Kind:
    """`asked` says since when a row waits, None where the mark keeps no moment. `slow_minutes`: when that is too long.
    Without `sweep` nobody but the desk it belongs to lets a failed one run again: `advice` says how."""

    code: str
    title: str
    waiting: Rows
    failed: Rows
    asked: Any = None
    slow_minutes: int = 15
    sweep: str = ""
    orders: Orders[Any] | None = None
    failed_at: Any = NO_MOMENT
    error: Any = Value("")
    ref: str = "public_id"
    commune: str = "commune__name"
    said: tuple[str, ...] = ()
    advice: str = ""
    note: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether failures are shown one by one."""
        return bool(self.sweep)


def reason_of(kind: Kind, error: str) -> str:
    """Of what a row keeps as its error, what may be shown: sentences known to be ours; of an exception its kind."""
    if any(error.startswith(one) for one in kind.said):
        return error
    found = ERROR_KIND.match(error)
    return f"Lỗi chương trình: {found[1]}" if found else "Lý do không hiện ở đây; xem nhật ký máy chủ."


# --- The kinds -------------------------------------------------------------------------------------------------------


def _recent(rows: QuerySet[Any]) -> QuerySet[Any]:
    newest = rows.model._base_manager.order_by("-pk").values("pk")[:1]
    return rows.filter(pk__gt=Subquery(newest) - Value(RECENT_ROWS))


def _of_orders(
    code: str, title: str, model: Any, orders: Orders[Any], *, sweep: str, among: Q | None = None, **more: Any
) -> Kind:
    def failed() -> QuerySet[Any]:
        return _recent(orders.rows().filter(among or Q(), state=FAILED))

    asked = F(orders.asked)
    return Kind(code, title, partial(_in_state, model, WAITING), failed, asked, sweep=sweep, orders=orders,
                failed_at=asked, error=F("error"), **({"said": (orders.gave_up,)} | more))  # fmt: skip


def _in_state(model: Any, state: str) -> QuerySet[Any]:
    return model.objects.filter(state=state)


MIDNIGHT: Final = Func(
    F("for_day"), template="(%(expressions)s)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'", output_field=DateTimeField()
)


def _of_jobs(code: str, sweep: str) -> Kind:
    """A failure is over when a later day has a job of its own. A job that parked itself is shown, and not let go here:
    somebody has to look first at what it found."""

    def of_kind(*states: JobState) -> QuerySet[Job]:
        return Job.objects.filter(kind=code, state__in=states)

    def failed() -> QuerySet[Job]:
        same = Q(commune=OuterRef("commune")) | Q(commune=None)  # of one kind all have a commune, or none has
        later = Job.objects.filter(same, kind=code, for_day__gt=OuterRef("for_day"))
        rows = of_kind(JobState.FAILED, JobState.PARKED).filter(for_day__gte=timezone.localdate() - RECENT)
        return rows.filter(~Exists(later))

    job = work.named(code)
    return Kind(
        f"viec-{code}",
        job.title if job else code,
        partial(of_kind, JobState.WAITING, JobState.RUNNING),
        failed,
        Coalesce("heartbeat_at", "started_at", MIDNIGHT),
        slow_minutes=12 * 60,
        sweep=sweep,
        failed_at=F("finished_at"),
        error=Left("error", LONGEST_ERROR),
        said=("Tự dừng:",),
    )


def _marked(column: str) -> QuerySet[Resident]:
    return Resident.objects.filter(**{column: True})


def _passed_by(what: str) -> QuerySet[AuditEvent]:
    day_ago = timezone.now() - dt.timedelta(days=1)
    return AuditEvent.objects.filter(at__gte=day_ago, action=Action.SYSTEM, sentence=PASSED_BY.format(what))


def _merges_due() -> QuerySet[Merge]:
    return Merge.objects.filter(state=MergeState.PLANNED, not_before__lte=timezone.now())


def _merges_failed() -> QuerySet[Merge]:
    rows = Merge.objects.filter(state=MergeState.RETURNED, decision_note__startswith=MERGE_FAILED)
    return _recent(rows).filter(not_before__gte=timezone.now() - RECENT)


def _lines_failed() -> QuerySet[RepairLine]:
    rows = RepairLine.objects.filter(state=LineState.REFUSED, said=LINE_FAILED)
    return _recent(rows).filter(run__finished_at__gte=timezone.now() - RECENT)


BY_HAND: Final = "Việc trở lại nơi cán bộ quyết định; cán bộ làm lại từ trang của việc đó."


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of work order, in reading order."""
    every = [
        _of_orders("phieu-hen", "Phiếu hẹn", Receipt, receipts.ORDERS, sweep="cards.tasks.render_due", slow_minutes=2,
                   among=Q(withdrawn_at=None)),
        _of_orders("giay-in", "Giấy in của bàn căn cước", PrintJob, papers.ORDERS, sweep="cards.tasks.prints_due"),
        _of_orders("phieu-phuc-tra", "Phiếu phúc tra", FieldPrint, printing.ORDERS,
                   sweep="registry.tasks.field_prints_due", among=~Q(sheet__state=SheetState.CANCELLED),
                   ref="sheet__public_id", commune="sheet__commune__name"),
        _of_orders("danh-sach-xuat", "Danh sách xuất", ListExport, exports.ORDERS, sweep="registry.tasks.exports_due",
                   said=(exports.GAVE_UP, "Người yêu cầu không còn quyền", "Danh sách có hơn")),
        _of_orders("bao-cao", "Báo cáo", Report, reports.ORDERS, sweep="supervision.tasks.reports_due", slow_minutes=30,
                   commune="unit__name"),
        Kind("danh-sach-nhap", "Danh sách nhập", partial(_at_work, Roster, ROSTERS_AT_WORK),
             lambda: Roster.objects.filter(said=BROKE, uploaded_at__gte=timezone.now() - 4 * RECENT),
             Coalesce("step_began_at", "uploaded_at"), slow_minutes=60, advice=BY_HAND),
        Kind("sua-hang-loat", "Sửa hàng loạt", partial(_at_work, RepairRun, REPAIRS_AT_WORK), _lines_failed,
             Coalesce("undone_at", "started_at"), slow_minutes=30, advice=BY_HAND, note=OF_LINES),
        Kind("gop-ho-so", "Gộp hồ sơ đã đến giờ", _merges_due, _merges_failed, F("not_before"),
             advice=BY_HAND, note="lỗi trong 7 ngày qua"),
        Kind("kiem-tra", "Hồ sơ chờ kiểm tra", partial(_marked, "scan_due"), partial(_passed_by, scan.WHAT),
             note=MARKS, advice=CULPRITS),
        Kind("tim-trung", "Hồ sơ chờ tìm trùng", partial(_marked, "matching_due"), partial(_passed_by, search_job.WHAT),
             note=MARKS, advice=CULPRITS),
        _of_jobs(scan.JOB_KIND, "registry.tasks.scan_due"),
        _of_jobs(search_job.COMMUNE, "registry.tasks.search_due"),
        _of_jobs(search_job.EVERYBODY, "registry.tasks.search_everything"),
        _of_jobs(history.JOB_KIND, "registry.tasks.scores_due"),
        Kind("so-lieu", "Số liệu cần ghi lại", lambda: FigureDay.objects.filter(is_due=True), FigureDay.objects.none,
             F("taken_at"), slow_minutes=60, note="tuổi tính từ lần ghi trước"),
    ]  # fmt: skip
    return {one.code: one for one in every}


def _at_work(model: Any, states: Any) -> QuerySet[Any]:
    return model.objects.filter(state__in=states)
