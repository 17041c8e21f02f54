"""The hours that the desk keeps: dated rules, written by the chief of the commune alone.

A rule that was in force is ended, never changed: what was offered on a past day stays readable.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.roles import Right
from cards.appointments.slots import ONE_DAY
from cards.models import Appointment, AppointmentState, Purpose, SlotRule, Weekday

LONGEST_MINUTES, MOST_PEOPLE = 480, 200


class HoursRefused(Exception):
    """Nothing was written; `field` is the field of the form, "" for none."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True)
class Wish:
    """The same hours on several weekdays, from one day on."""

    purpose: str
    weekdays: tuple[int, ...]
    starts: dt.time
    ends: dt.time
    minutes: int
    capacity: int
    valid_from: dt.date
    valid_to: dt.date | None = None


@transaction.atomic
def add(commune: Unit, wish: Wish, *, by: Officer) -> list[SlotRule]:
    """New hours. Raises HoursRefused when hours of the same kind lie across them, or they begin in the past."""
    _allow(commune, by)
    _sound(wish)
    Unit.objects.select_for_update(no_key=True).get(pk=commune.pk)  # two chiefs at once: the second sees the first's
    for weekday in wish.weekdays:
        _clear(commune, wish, weekday)
    made = [
        SlotRule.objects.create(
            commune=commune, purpose=wish.purpose, weekday=weekday, starts=wish.starts, ends=wish.ends,
            minutes=wish.minutes, capacity=wish.capacity, valid_from=wish.valid_from, valid_to=wish.valid_to,
        )
        for weekday in wish.weekdays
    ]  # fmt: skip
    days = ", ".join(Weekday(weekday).label for weekday in wish.weekdays)
    sentence = (
        f"Thêm khung giờ {Purpose(wish.purpose).label.lower()}: {days}, {wish.starts:%H:%M}–{wish.ends:%H:%M}, "
        f"mỗi khung {wish.minutes} phút {wish.capacity} người, từ {wish.valid_from:%d/%m/%Y}"
    )
    record(by, Action.CHANGE, target=commune, sentence=sentence)
    return made


@transaction.atomic
def end(rule: SlotRule, *, last_day: dt.date, by: Officer) -> int:
    """The last day on which these hours are kept; hours that never began are taken away. Answers how many people hold
    an appointment in them afterwards: they are to be called. Raises HoursRefused."""
    current = SlotRule.objects.in_scope(by).select_for_update().select_related("commune").filter(pk=rule.pk).first()
    if current is None:
        raise HoursRefused("Khung giờ này đã bỏ. Tải lại trang.")
    _allow(current.commune, by)
    today = timezone.localdate()
    if last_day < today - ONE_DAY:
        raise HoursRefused("Ngày cuối đã qua; chọn hôm nay hoặc ngày sau.", "last_day")
    if current.valid_to and last_day > current.valid_to:
        raise HoursRefused(f"Khung giờ này đã kết thúc {current.valid_to:%d/%m/%Y}.", "last_day")
    left = _booked_after(current, last_day)
    sentence = f"Kết thúc khung giờ {current} sau ngày {last_day:%d/%m/%Y}"
    record(by, Action.CHANGE, target=current.commune, sentence=sentence)
    if last_day < current.valid_from:
        current.delete()
    else:
        current.valid_to = last_day
        current.save(update_fields=["valid_to"])
    return left


def _allow(commune: Unit, by: Officer) -> None:
    if not by.can(Right.CARDS_MANAGE) or by.unit_id != commune.pk:
        raise HoursRefused("Chỉ trưởng công an xã đặt khung giờ của xã mình.")


def _sound(wish: Wish) -> None:
    if not wish.weekdays:
        raise HoursRefused("Chọn ít nhất một thứ trong tuần.", "weekdays")
    if wish.valid_from < timezone.localdate():
        raise HoursRefused("Khung giờ mới áp dụng từ hôm nay trở đi.", "valid_from")
    if wish.valid_to and wish.valid_to < wish.valid_from:
        raise HoursRefused("Ngày kết thúc phải từ ngày bắt đầu trở đi.", "valid_to")
    if wish.ends <= wish.starts:
        raise HoursRefused("Giờ kết thúc phải sau giờ bắt đầu.", "ends")
    if not 5 <= wish.minutes <= LONGEST_MINUTES:
        raise HoursRefused(f"Mỗi khung từ 5 đến {LONGEST_MINUTES} phút.", "minutes")
    if _minutes(wish.starts) + wish.minutes > _minutes(wish.ends):
        raise HoursRefused("Từ giờ bắt đầu đến giờ kết thúc không đủ một khung.", "minutes")
    if not 0 <= wish.capacity <= MOST_PEOPLE:
        raise HoursRefused(f"Mỗi khung từ 0 đến {MOST_PEOPLE} người.", "capacity")


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _clear(commune: Unit, wish: Wish, weekday: int) -> None:
    """No hours of the same work lie across these on any day."""
    rows = SlotRule.objects.filter(commune=commune, purpose=wish.purpose, weekday=weekday)
    rows = rows.filter(starts__lt=wish.ends, ends__gt=wish.starts)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=wish.valid_from))
    if wish.valid_to:
        rows = rows.filter(valid_from__lte=wish.valid_to)
    if other := rows.first():
        until = f" đến {other.valid_to:%d/%m/%Y}" if other.valid_to else ""
        raise HoursRefused(
            f"Trùng với khung {other} (từ {other.valid_from:%d/%m/%Y}{until}). Kết thúc khung đó trước.", "starts"
        )


def _booked_after(rule: SlotRule, last_day: dt.date) -> int:
    """Appointments that stand in these hours on later days."""
    rows = Appointment.objects.filter(
        commune=rule.commune_id, purpose=rule.purpose, state=AppointmentState.BOOKED, starts_at__date__gt=last_day,
        starts_at__time__gte=rule.starts, starts_at__time__lt=rule.ends,
        starts_at__iso_week_day=rule.weekday + 1,
    )  # fmt: skip
    return rows.count()


def current_and_coming(rules: Iterable[SlotRule], today: dt.date) -> list[SlotRule]:
    return [rule for rule in rules if rule.valid_to is None or rule.valid_to >= today]
