"""The queues of the card desk: each one condition, which the count and the list both ask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import RIGHTS, Right
from cards.models import FINAL_STATES, PROMISED_STATES, Application, State, overdue

OPEN: Final = ~Q(state__in=FINAL_STATES)
BEGUN: Final = (State.DRAFT, State.BOOKED, State.TAKING)
TO_DO: Final = (*BEGUN, State.WAITING_FOR_DATA, State.RECEIVED)
"""States in which the commune has the next step; afterwards the level above has it, or the citizen."""
WORKERS: Final = [role for role, rights in RIGHTS.items() if Right.APPLICATION_TAKE in rights]


@dataclass(frozen=True)
class Queue:
    """`slug` stands in the address. `hint` is the sentence under the title."""

    slug: str
    title: str
    hint: str
    condition: Callable[[Officer], Q]

    def rows(self, officer: Officer) -> QuerySet[Application]:
        return Application.objects.in_scope(officer).filter(self.condition(officer))


def _mine(officer: Officer) -> Q:
    return OPEN & Q(assigned_to=officer)


def due_on_this_day(officer: Officer) -> Q:
    return Q(state__in=PROMISED_STATES, promised_on=timezone.localdate(), paused_at=None)


QUEUES: Final[dict[str, Queue]] = {
    queue.slug: queue
    for queue in [
        Queue("cua-toi", "Của tôi", "Hồ sơ chưa xong đang do đồng chí giữ.", _mine),
        Queue("hom-nay", "Hạn hôm nay", "Hẹn trả hôm nay, thẻ chưa về.", due_on_this_day),
        Queue("qua-han", "Quá hạn", "Quá ngày hẹn trả, thẻ chưa về; hồ sơ nào cũng phải có lý do.",
              lambda officer: overdue()),
        Queue("lam-do", "Làm dở", "Nháp, đã đặt lịch, đang thu nhận: chưa có phiếu hẹn.",
              lambda officer: Q(state__in=BEGUN)),
        Queue("cho-du-lieu", "Chờ điều chỉnh dữ liệu", "Dữ liệu in trên thẻ phải sửa trước; hạn 2 ngày làm việc.",
              lambda officer: Q(state=State.WAITING_FOR_DATA)),
        Queue("tra-lai", "Cấp trên trả lại", "Xem lý do, sửa rồi chuyển lại.",
              lambda officer: OPEN & Q(returned_at__isnull=False)),
        Queue("cho-cong-dan", "Chờ công dân", "Đồng hồ đang dừng; công dân bổ sung thì bấm tiếp tục.",
              lambda officer: OPEN & Q(paused_at__isnull=False)),
        Queue("tat-ca", "Tất cả chưa xong", "Mọi hồ sơ chưa kết thúc.", lambda officer: OPEN),
    ]
}  # fmt: skip
MINE: Final = "cua-toi"
OVERDUE: Final = "qua-han"


def counts(officer: Officer) -> dict[str, int]:
    """How many files each queue holds, in one query, by the conditions that its list asks."""
    named = {slug.replace("-", "_"): Count("pk", filter=queue.condition(officer)) for slug, queue in QUEUES.items()}
    found = Application.objects.in_scope(officer).aggregate(**named)
    return {slug: found[slug.replace("-", "_")] for slug in QUEUES}


def next_of(officer: Officer, *, after: Application | None = None) -> Application | None:
    """The next file of this officer where the commune has the next step, or whose lateness nobody explained; behind
    `after`, and round again. Most urgent first: what was promised soonest, then what was begun first. Two queries."""
    unexplained = overdue() & Q(overdue_reason="")
    rows = Application.objects.in_scope(officer).filter(assigned_to=officer, paused_at=None)
    rows = rows.filter(Q(state__in=TO_DO) | unexplained)
    keys = list(rows.order_by(F("promised_on").asc(nulls_last=True), "created_at", "pk").values_list("pk", flat=True))
    if after is not None and after.pk in keys:
        place = keys.index(after.pk)
        keys = [*keys[place + 1 :], *keys[:place]]
    return Application.objects.in_scope(officer).filter(pk=keys[0]).first() if keys else None


def workers_of(officer: Officer) -> QuerySet[Officer]:
    """Who takes files in at the counter of this officer's commune."""
    rows = Officer.objects.filter(unit=officer.unit_id, is_active=True, role__in=WORKERS)
    return rows.exclude(unit=None).order_by("full_name", "badge_number")
