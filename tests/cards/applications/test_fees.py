"""What a procedure costs: TT 73/2024/TT-BTC, TT 64/2025/TT-BTC, by date, reason, channel and exemption."""

import datetime as dt

import pytest

from cards.applications.fees import FeeUnknown, age_contradicts, exemption_for_age, price
from cards.models import Fee

pytestmark = pytest.mark.django_db

BEFORE_HALF = dt.date(2025, 6, 30)
HALF = dt.date(2025, 7, 1)
FREE_ONLINE = dt.date(2026, 8, 15)
TODAY = dt.date(2026, 11, 21)
LAST_HALF = dt.date(2026, 12, 31)
FULL_AGAIN = dt.date(2027, 1, 1)
ONLINE_ENDED = dt.date(2027, 3, 1)

PRICES = [
    ("first", "from_14", "counter", TODAY, 0),
    ("first", "under_6", "online", TODAY, 0),
    ("change", "g", "counter", BEFORE_HALF, 50_000),
    ("change", "g", "counter", HALF, 25_000),
    ("change", "a", "counter", TODAY, 25_000),
    ("change", "a", "counter", LAST_HALF, 25_000),
    ("change", "a", "counter", FULL_AGAIN, 50_000),
    ("change", "cccd", "counter", BEFORE_HALF, 30_000),
    ("change", "cccd", "counter", TODAY, 15_000),
    ("change", "cccd", "counter", FULL_AGAIN, 30_000),
    ("change", "dd", "counter", BEFORE_HALF, 0),
    ("change", "dd", "counter", FULL_AGAIN, 0),
    ("reissue", "lost", "counter", BEFORE_HALF, 70_000),
    ("reissue", "damaged", "counter", TODAY, 35_000),
    ("reissue", "nationality", "counter", FULL_AGAIN, 70_000),
    ("change", "g", "online", dt.date(2026, 8, 14), 25_000),
    ("change", "g", "online", FREE_ONLINE, 0),
    ("change", "cccd", "online", TODAY, 0),
    ("reissue", "lost", "online", dt.date(2027, 2, 28), 0),
    ("reissue", "lost", "online", ONLINE_ENDED, 70_000),
]


@pytest.mark.parametrize(("kind", "reason", "channel", "on", "amount"), PRICES)
def test_a_procedure_costs_what_the_circulars_say(kind, reason, channel, on, amount):
    assert price(kind, reason, channel, on=on).amount_vnd == amount


def test_the_text_names_the_circulars_that_made_the_amount():
    text = price("change", "g", "counter", on=TODAY).legal_text
    assert text == "Thông tư 73/2024/TT-BTC; giảm 50 % theo Thông tư 64/2025/TT-BTC đến hết 31/12/2026"


def test_an_exemption_makes_it_nothing_and_says_why():
    cost = price("reissue", "lost", "counter", on=TODAY, exemption="HO_NGHEO")
    assert (cost.amount_vnd, cost.exemption) == (0, "HO_NGHEO")
    assert cost.legal_text == "Miễn lệ phí: Công dân thuộc hộ nghèo (Thông tư 73/2024/TT-BTC)"


def test_what_is_free_anyway_needs_no_exemption():
    cost = price("first", "from_14", "counter", on=TODAY, exemption="TRE_EM")
    assert (cost.amount_vnd, cost.exemption) == (0, "")


def test_before_any_row_the_fee_is_unknown_and_says_so():
    with pytest.raises(FeeUnknown, match="Chưa có mức lệ phí"):
        price("change", "g", "counter", on=dt.date(2024, 10, 20))


def test_an_exemption_outside_its_dates_is_refused():
    with pytest.raises(FeeUnknown, match="không áp dụng"):
        price("change", "g", "counter", on=TODAY, exemption="KHONG_CO")


def test_a_newer_row_replaces_an_open_older_one():
    Fee.objects.create(kind="change", amount_vnd=60_000, legal_text="mới", valid_from=dt.date(2028, 1, 1))
    assert price("change", "g", "counter", on=dt.date(2028, 1, 2)).amount_vnd == 60_000
    assert price("change", "g", "counter", on=dt.date(2027, 12, 31)).amount_vnd == 50_000


@pytest.mark.parametrize(("age", "code"), [(15, "TRE_EM"), (16, ""), (59, ""), (60, "NGUOI_CAO_TUOI"), (None, "")])
def test_age_alone_proposes_an_exemption(age, code):
    assert exemption_for_age(age) == code


def test_children_and_the_old_are_exempt_only_at_their_age():
    assert age_contradicts("TRE_EM", 16)
    assert age_contradicts("NGUOI_CAO_TUOI", 59)
    assert not age_contradicts("TRE_EM", 15)
    assert not age_contradicts("HO_NGHEO", 30)
