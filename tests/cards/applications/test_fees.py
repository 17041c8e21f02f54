"""What a procedure costs: TT 73/2024/TT-BTC, TT 64/2025/TT-BTC, by date, reason, channel and exemption."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from cards.applications import intake
from cards.applications.fees import FeeUnknown, age_contradicts, exemption_for_age, last_used_on, price
from cards.applications.reasons import REASONS
from cards.models import Fee, FeeExemption

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


DAY = dt.timedelta(days=1)
BORDERS = [
    # kind, reason, channel, the first day of the new price, before it, from it
    ("change", "g", "counter", HALF, 50_000, 25_000),
    ("change", "cccd", "counter", HALF, 30_000, 15_000),
    ("reissue", "lost", "counter", HALF, 70_000, 35_000),
    ("change", "g", "counter", FULL_AGAIN, 25_000, 50_000),
    ("change", "cccd", "counter", FULL_AGAIN, 15_000, 30_000),
    ("reissue", "damaged", "counter", FULL_AGAIN, 35_000, 70_000),
    ("change", "g", "online", FREE_ONLINE, 25_000, 0),
    ("change", "cccd", "online", FREE_ONLINE, 15_000, 0),
    ("reissue", "lost", "online", FREE_ONLINE, 35_000, 0),
    ("change", "g", "online", FULL_AGAIN, 0, 0),
    ("change", "g", "online", ONLINE_ENDED, 0, 50_000),
    ("change", "cccd", "online", ONLINE_ENDED, 0, 30_000),
    ("reissue", "nationality", "online", ONLINE_ENDED, 0, 70_000),
    ("change", "g", "counter", FREE_ONLINE, 25_000, 25_000),
    ("change", "dd", "counter", HALF, 0, 0),
    ("change", "dd", "online", ONLINE_ENDED, 0, 0),
    ("first", "from_14", "counter", FULL_AGAIN, 0, 0),
]


@pytest.mark.parametrize(("kind", "reason", "channel", "day", "before", "after"), BORDERS)
def test_the_price_changes_overnight_and_not_a_day_off(kind, reason, channel, day, before, after):
    assert price(kind, reason, channel, on=day - DAY).amount_vnd == before
    assert price(kind, reason, channel, on=day).amount_vnd == after


@pytest.mark.parametrize("reason", ["g", "cccd", "dd"])
def test_what_is_free_says_by_which_text(reason):
    online = price("change", reason, "online", on=TODAY)
    assert online.amount_vnd == 0
    said = "sắp xếp đơn vị hành chính" if reason == "dd" else "miễn lệ phí từ 15/08/2026 đến hết 28/02/2027"
    assert said in online.legal_text


def test_an_exemption_ends_with_its_dates():
    FeeExemption.objects.filter(code="HO_NGHEO").update(valid_to=LAST_HALF)
    assert price("change", "g", "counter", on=LAST_HALF, exemption="HO_NGHEO").amount_vnd == 0
    with pytest.raises(FeeUnknown, match="không áp dụng"):
        price("change", "g", "counter", on=FULL_AGAIN, exemption="HO_NGHEO")


def test_every_reason_has_a_price_on_every_day_of_the_circular(subtests):
    for reason in REASONS.values():
        for channel in ("counter", "online"):
            for day in (dt.date(2024, 10, 21), TODAY, ONLINE_ENDED, dt.date(2030, 1, 1)):
                with subtests.test(reason=reason.code, channel=channel, day=day):
                    assert price(reason.kind, reason.code, channel, on=day).legal_text


def test_a_row_knows_the_last_day_on_which_it_priced_a_file(resident, officer, entry):
    rows = Fee.objects.filter(kind="change", reason="", channel="", valid_from__lte=timezone.localdate())
    row = rows.latest("valid_from")
    assert last_used_on(row) is None
    file = intake.open(resident, by=officer, entry=entry("g"), submit_token=uuid.uuid4())
    assert last_used_on(row) == timezone.localdate(file.received_at)
    others = Fee.objects.exclude(pk=row.pk)
    assert {last_used_on(row) for row in others} == {None}
