"""Setting a target from a day on, and ending it. Nothing is deleted or changed: who set what stays on record."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Level, Officer, Unit
from accounts.roles import Right, Role
from supervision.figures import FIGURES
from supervision.models import PeriodKind, Target
from supervision.targets.hundredths import MOST, RATIO, WHOLE, is_of_period, said

LONGEST_AHEAD = dt.timedelta(days=366)


class TargetRefused(Exception):
    """Nothing was written; the message is the sentence the officer reads. `field` is where it belongs on the form."""

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def may_set(officer: Officer, unit: Unit | None) -> bool:
    """For a unit in scope; for the whole country only the ministry."""
    if not officer.can(Right.REQUESTS_ASK):
        return False
    if officer.role == Role.MINISTRY_SUPERVISOR:
        return True
    return unit is not None and officer.unit_id in (unit.pk, unit.parent_id)


def may_end(officer: Officer, target: Target) -> bool:
    """A supervisor for the units in scope; what the ministry set, only the ministry takes back."""
    by_ministry = target.set_by.role == Role.MINISTRY_SUPERVISOR
    return may_set(officer, target.unit) and (not by_ministry or officer.role == Role.MINISTRY_SUPERVISOR)


@transaction.atomic
def set_target(
    unit: Unit | None,
    code: str,
    value: int,
    *,
    by: Officer,
    since: dt.date,
    until: dt.date | None = None,
    period: str = "",
    note: str = "",
) -> Target:
    """`value` hundredths of a figure, asked of a commune, of every commune of a province, or (no unit) of all.

    Of several for the same unit the one that began last holds. Raises TargetRefused.
    """
    if not may_set(by, unit):
        raise TargetRefused("unit", f"{unit or 'Cả nước'} không thuộc địa bàn của đồng chí.")
    _check_figure(code, value, period)
    _check_days(since, until)
    try:
        with transaction.atomic():
            target = Target.objects.create(
                unit=unit, code=code, value=value, period=period, valid_from=since, valid_to=until, note=note, set_by=by
            )
    except IntegrityError as clash:  # the same day was set before, or by somebody at this moment
        raise TargetRefused(
            "since", "Đã có chỉ tiêu cho chỉ số này, đơn vị này từ đúng ngày này; thôi áp dụng chỉ tiêu đó trước."
        ) from clash
    record(by, Action.CREATE, target=target, reason=note, sentence=f"Đặt chỉ tiêu {in_words(target)}",
           data={"code": code, "value": value, "unit": unit.code if unit else ""})  # fmt: skip
    return target


def _check_figure(code: str, value: int, period: str) -> None:
    figure = FIGURES.get(code)
    if figure is None:
        raise TargetRefused("code", "Không có chỉ số này; chọn lại.")
    if not figure.better:
        raise TargetRefused("code", "Chỉ số này tăng hay giảm đều không nói lên tốt xấu; không đặt chỉ tiêu được.")
    if is_of_period(figure) and period not in PeriodKind.values:
        raise TargetRefused("period", "Số phát sinh tính trong một kỳ; chọn tuần, tháng, quý hay năm.")
    if not is_of_period(figure) and period:
        raise TargetRefused("period", "Số này tính tại một thời điểm; bỏ trống kỳ.")
    if not 0 <= value <= (WHOLE if figure.kind == RATIO else MOST):
        raise TargetRefused("value", "Chỉ tiêu ngoài khoảng cho phép.")


def _check_days(since: dt.date, until: dt.date | None) -> None:
    today = timezone.localdate()
    if not today.replace(month=1, day=1) <= since <= today + LONGEST_AHEAD:
        raise TargetRefused("since", "Chọn ngày bắt đầu trong năm nay, hoặc trong vòng một năm tới.")
    if until is not None and until < max(since, today):
        raise TargetRefused("until", "Ngày kết thúc không trước ngày bắt đầu và không ở quá khứ.")


@transaction.atomic
def end_target(target: Target, *, by: Officer) -> Target:
    """From today on it holds no more. A second click finds it ended and changes nothing. Raises TargetRefused."""
    row = Target.objects.select_for_update(of=("self",)).select_related("unit", "set_by").get(pk=target.pk)
    if not may_end(by, row):
        raise TargetRefused(None, "Chỉ tiêu này do cấp trên đặt; đồng chí không thôi áp dụng được.")
    if row.ended_at is not None:
        return row
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    record(by, Action.CHANGE, target=row, sentence=f"Thôi áp dụng chỉ tiêu {in_words(row)}")
    return row


def in_words(target: Target) -> str:
    """ "Tỷ lệ làm sạch, Tỉnh Mẫu: ít nhất 95,50 % từ 01/12/2026"."""
    title = FIGURES[target.code].title if target.code in FIGURES else target.code
    return f"{title}, {place_of(target)}: {goal_of(target)} từ {target.valid_from:%d/%m/%Y}"


def place_of(target: Target) -> str:
    if target.unit is None:
        return "mọi xã trong cả nước"
    return f"mọi xã của {target.unit}" if target.unit.level == Level.PROVINCE else str(target.unit)


def goal_of(target: Target) -> str:
    """ "ít nhất 95,50 %", "nhiều nhất 20 hồ sơ mỗi tháng"."""
    figure = FIGURES.get(target.code)
    if figure is None:
        return f"{target.value / 100:g}"
    bound = "nhiều nhất" if figure.better == "down" else "ít nhất"
    within = f" mỗi {target.get_period_display().lower()}" if target.period else ""
    return f"{bound} {said(figure, target.value)}{within}"


def settable_units(officer: Officer) -> list[Unit]:
    """What a supervisor may choose from: the province and its communes; of the ministry the provinces. One query."""
    units = Unit.objects.current().select_related("parent")
    if officer.role == Role.MINISTRY_SUPERVISOR:
        return list(units.provinces())
    own = units.filter(Q(pk=officer.unit_id) | Q(parent=officer.unit_id), level__in=[Level.PROVINCE, Level.COMMUNE])
    return sorted(own, key=lambda one: (one.level != Level.PROVINCE, one.sort_key))
