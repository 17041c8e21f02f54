"""The hours the chief sets: dated, never lying across each other, ended and not changed."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from cards.appointments import booking, opening
from cards.appointments.opening import HoursRefused, Wish
from cards.models import Purpose, SlotRule
from tests.cards.appointments.conftest import EARLIER, hours

pytestmark = pytest.mark.django_db


def today() -> dt.date:
    return timezone.localdate()


def wish(**changes) -> Wish:
    values = {
        "purpose": Purpose.INTAKE, "weekdays": (0, 2), "starts": dt.time(7, 30), "ends": dt.time(11, 30), "minutes": 30,
        "capacity": 4, "valid_from": today() + dt.timedelta(days=1),
    }  # fmt: skip
    return Wish(**values | changes)


def test_hours_are_set_for_several_weekdays_at_once_and_the_trail_says_so(commune, chief):
    opening.add(commune, wish(), by=chief)
    assert list(SlotRule.objects.values_list("weekday", "capacity")) == [(0, 4), (2, 4)]
    told = AuditEvent.objects.get(action="change").sentence
    assert told.startswith("Thêm khung giờ thu nhận hồ sơ: Thứ Hai, Thứ Tư, 07:30–11:30, mỗi khung 30 phút 4 người")


def test_only_the_chief_of_the_commune_sets_them(commune, officer, other_commune, chief):
    for somebody, where in ((officer, commune), (chief, other_commune)):
        with pytest.raises(HoursRefused, match="Chỉ trưởng công an xã"):
            opening.add(where, wish(), by=somebody)
    assert not SlotRule.objects.exists()


UNSOUND = [
    ({"weekdays": ()}, "weekdays", "Chọn ít nhất một thứ"),
    ({"valid_from": dt.date(2026, 1, 1)}, "valid_from", "từ hôm nay trở đi"),
    ({"valid_to": dt.date(2026, 1, 1)}, "valid_to", "từ ngày bắt đầu trở đi"),
    ({"ends": dt.time(7, 30)}, "ends", "sau giờ bắt đầu"),
    ({"minutes": 4}, "minutes", "từ 5 đến 480 phút"),
    ({"minutes": 241}, "minutes", "không đủ một khung"),
    ({"capacity": 201}, "capacity", "từ 0 đến 200 người"),
]


@pytest.mark.parametrize(("changes", "field", "sentence"), UNSOUND, ids=[field for _, field, _ in UNSOUND])
def test_hours_that_make_no_sense_are_refused_beside_their_field(commune, chief, changes, field, sentence):
    with pytest.raises(HoursRefused, match=sentence) as refused:
        opening.add(commune, wish(**changes), by=chief)
    assert refused.value.field == field


OVERLAPS = [
    ({}, True),
    ({"starts": 11}, False),  # 11:00 to 14:00 against 7:30 to 11:00
    ({"starts": 10}, True),
    ({"purpose": Purpose.HANDOVER}, False),
    ({"weekday": 1}, False),
    ({"valid_to": dt.date(2026, 6, 30)}, False),
]


@pytest.mark.parametrize(("there", "refused"), OVERLAPS)
def test_hours_of_one_kind_never_lie_across_each_other(commune, chief, there, refused):
    hours(commune, **there)
    asked = wish(ends=dt.time(11))
    if not refused:
        assert len(opening.add(commune, asked, by=chief)) == 2
        return
    with pytest.raises(HoursRefused, match="Trùng với khung Thu nhận hồ sơ, Thứ Hai"):
        opening.add(commune, asked, by=chief)
    assert SlotRule.objects.count() == 1


def test_hours_that_end_leave_their_past_and_say_who_is_left_over(commune, chief, draft, nine, officer, rule):
    booking.book(draft, starts_at=nine, by=officer)
    assert opening.end(rule, last_day=today(), by=chief) == 1
    rule.refresh_from_db()
    assert (rule.valid_from, rule.valid_to) == (EARLIER, today())
    with pytest.raises(HoursRefused, match="đã kết thúc"):
        opening.end(rule, last_day=today() + dt.timedelta(days=1), by=chief)


def test_hours_that_never_began_are_taken_away(commune, chief):
    rule = hours(commune, valid_from=today() + dt.timedelta(days=5))
    assert opening.end(rule, last_day=today(), by=chief) == 0
    assert not SlotRule.objects.exists()
    with pytest.raises(HoursRefused, match="đã bỏ"):
        opening.end(rule, last_day=today(), by=chief)


def test_hours_do_not_end_in_the_past_nor_by_a_stranger(commune, chief, stranger, officer, rule):
    with pytest.raises(HoursRefused, match="đã qua"):
        opening.end(rule, last_day=today() - dt.timedelta(days=2), by=chief)
    with pytest.raises(HoursRefused, match="đã bỏ"):
        opening.end(rule, last_day=today(), by=stranger)
    with pytest.raises(HoursRefused, match="Chỉ trưởng"):
        opening.end(rule, last_day=today(), by=officer)
