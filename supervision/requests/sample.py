"""The sample's follow-up: three targets, one request that was answered and one that is overdue, and what is behind.

Planted when the figures of the days before are there (supervision/snapshots.py). Only where nobody asked anything yet.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import Officer, Unit
from accounts.periods import moment
from accounts.roles import Role
from registry.sample import afterwards
from supervision import alerts, kept
from supervision.figures import FIGURES
from supervision.models import PeriodKind, Request, RequestAnswer, RequestState, Target
from supervision.requests.work import next_working_day

CLEAN, HAS_EID, CARDS_HERE, TAKEN = "ty-le-sach", "phu-dd2-tu-14", "the-cho-tra", "thu-nhan"
NINE = dt.timedelta(hours=9)
ORDER = 20  # after the figures of the last weeks


def sign_up() -> None:
    afterwards.register(afterwards.Step("follow-up", ORDER, plant))


@transaction.atomic
def plant() -> None:
    supervisor = Officer.objects.filter(role=Role.PROVINCE_SUPERVISOR, is_active=True).order_by("pk").first()
    ministry = Officer.objects.filter(role=Role.MINISTRY_SUPERVISOR, is_active=True).order_by("pk").first()
    if supervisor is None or ministry is None or Request.objects.exists() or Target.objects.exists():
        return
    chiefs = Officer.objects.filter(role=Role.CHIEF, is_active=True, unit__parent=supervisor.unit).order_by("pk")
    _targets(supervisor, ministry)
    answered, overdue = [*chiefs, None, None][:2]
    if answered is not None:
        _answered(answered, supervisor)
    if overdue is not None and overdue.unit is not None:
        _request(overdue.unit, supervisor, CARDS_HERE, "Mời công dân đến nhận, trả hết thẻ đang tồn tại trụ sở.",
                 asked_days_ago=20, due_in=-4, goal=2_00)  # fmt: skip
    alerts.find_all()


def _targets(supervisor: Officer, ministry: Officer) -> None:
    year = timezone.localdate().replace(month=1, day=1)
    for unit, by, code, value, period in (
        (None, ministry, CLEAN, 95_00, ""),
        (supervisor.unit, supervisor, HAS_EID, 50_00, ""),
        (supervisor.unit, supervisor, TAKEN, 60_00, PeriodKind.MONTH),
    ):
        Target.objects.create(
            unit=unit, set_by=by, code=code, value=value, period=period, valid_from=year, note="Kế hoạch năm (số mẫu)"
        )  # fmt: skip


def _answered(chief: Officer, supervisor: Officer) -> None:
    assert chief.unit is not None
    request = _request(
        chief.unit, supervisor, HAS_EID, "Thu nhận định danh mức 2 tại từng thôn; báo thôn nào còn thấp và vì sao.",
        asked_days_ago=12, due_in=6, goal=50_00, state=RequestState.ANSWERED,
    )  # fmt: skip
    day, later = timezone.localdate() - dt.timedelta(days=5), request.due_on + dt.timedelta(days=7)
    RequestAnswer.objects.create(
        request=request, by=chief, at=moment(day) + NINE, new_due_on=next_working_day(later),
        text="Đã xuống ba thôn; hai thôn xa trụ sở còn thấp vì công dân đi làm, xin lùi hạn một tuần.",
        value_then=_value(chief.unit, HAS_EID, day),
    )  # fmt: skip


def _request(
    unit: Unit, by: Officer, code: str, text: str, *, asked_days_ago: int, due_in: int, goal: int,
    state: str = RequestState.OPEN,
) -> Request:  # fmt: skip
    today = timezone.localdate()
    day = today - dt.timedelta(days=asked_days_ago)
    return Request.objects.create(
        unit=unit, asked_by=by, code=code, text=text, goal=goal, state=state, asked_at=moment(day) + NINE,
        due_on=next_working_day(today + dt.timedelta(days=due_in)), value_then=_value(unit, code, day),
    )  # fmt: skip


def _value(unit: Unit, code: str, day: dt.date) -> int | None:
    row = kept.on([unit], day).get(unit.pk)
    return FIGURES[code].hundredths(row.values) if row else None
