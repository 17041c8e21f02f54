"""The figures of Project 06: each opens exactly its list, by the reporting week of the office."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import periods
from accounts.models import Setting
from accounts.periods import Period
from cards.eid import figures
from cards.eid.figures import FIGURES
from cards.eid.listing import accounts_of
from tests.factories import EidAccountFactory, ResidentFactory

pytestmark = pytest.mark.django_db
PERIOD = Period(dt.date(2026, 11, 13), dt.date(2026, 11, 19))


def at(day: dt.date, hour: int = 0, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def account(commune, by, *, level: int = 2, collected=None, granted=None, activated=None, **more):
    days = {"collected": collected, "granted": granted, "activated": activated}
    told = {f"{step}_at": moment for step, moment in days.items()}
    told |= {f"{step}_by": by for step, moment in days.items() if moment}
    state = next(step for step in ("activated", "granted", "collected") if days[step])
    return EidAccountFactory(resident=ResidentFactory(commune=commune), level=level, state=state, **(told | more))


def fill(commune, by) -> None:
    """The first and the last minute of the period count, the minutes beside it do not."""
    first, after = at(PERIOD.first), at(PERIOD.last + dt.timedelta(days=1))
    minute = dt.timedelta(minutes=1)
    account(commune, by, collected=first)
    account(commune, by, collected=after - minute)
    account(commune, by, collected=first - minute, granted=first)
    account(commune, by, collected=first - minute, granted=first - minute, activated=after - minute)
    account(commune, by, collected=first - minute, granted=after, activated=after)
    account(commune, by, collected=after)
    account(commune, by, level=1, collected=first, granted=first, activated=first)
    merged = account(commune, by, collected=first, granted=first, activated=first)
    type(merged.resident).objects.filter(pk=merged.resident_id).update(state="merged")


def test_counts_of_a_period_and_up_to_its_end(commune, other_commune, officer, stranger):
    fill(commune, officer)
    account(other_commune, stranger, collected=at(PERIOD.first), granted=at(PERIOD.first))
    assert figures.counts(officer, PERIOD) == {
        "thu-2-ky": 2, "thu-2-luy-ke": 5, "cap-2-ky": 1, "cap-2-luy-ke": 2, "kich-2-ky": 1, "kich-2-luy-ke": 1,
        "thu-1-ky": 1, "thu-1-luy-ke": 1, "cap-1-ky": 1, "cap-1-luy-ke": 1, "kich-1-ky": 1, "kich-1-luy-ke": 1,
    }  # fmt: skip


def test_every_figure_opens_exactly_its_list(commune, other_commune, officer, stranger, client_of):
    fill(commune, officer)
    fill(other_commune, stranger)
    browser = client_of(officer)
    page = browser.get(f"{reverse('cards:eid_figures')}?{PERIOD.query}")
    found = figures.counts(officer, PERIOD)
    seen = set()
    for level in page.context["levels"]:
        for cell in (one for row in level["rows"] for one in (row["in_period"], row["in_all"])):
            code = parse_qs(urlsplit(cell["url"]).query)["so"][0]
            behind = browser.get(cell["url"]).context["table"]
            asked = FIGURES[code].rows(PERIOD)
            assert cell["value"] == found[code] == behind.page.count, code
            rows = {row.record.pk for row in behind.page.object_list}
            assert rows == set(accounts_of(officer).filter(asked).values_list("pk", flat=True)), code
            seen.add(code)
    assert seen == FIGURES.keys()


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(543_906, 4_026_354, "13,50"), (1, 3, "33,33"), (2, 3, "66,66"), (99_999, 100_000, "99,99"), (5, 5, "100,00"),
     (0, 7, "0,00"), (0, 0, "—")],
)  # fmt: skip
def test_shares_have_two_decimals_and_a_comma_and_are_never_rounded_up_to_all(part, whole, words):
    assert figures.percent(part, whole) == words


@pytest.mark.parametrize(
    ("day", "first"),
    [(dt.date(2026, 11, 19), dt.date(2026, 11, 13)), (dt.date(2026, 11, 20), dt.date(2026, 11, 20)),
     (dt.date(2026, 11, 26), dt.date(2026, 11, 20)), (dt.date(2027, 1, 1), dt.date(2027, 1, 1))],
)  # fmt: skip
def test_the_week_runs_from_friday_to_thursday(db, day, first):
    week = periods.week_of(day, starts=periods.week_starts())
    assert (week.first, week.last) == (first, first + dt.timedelta(days=6))


def test_the_first_day_of_the_week_is_a_setting(db):
    Setting.objects.create(code="card_report_week_starts", value=0, valid_from=timezone.localdate())
    assert periods.week_of(dt.date(2026, 11, 19), starts=periods.week_starts()).first == dt.date(2026, 11, 16)


def test_periods_to_choose_follow_each_other_without_a_gap():
    offered = {name: period for name, (_, period) in figures.choices(dt.date(2027, 1, 3), starts=4).items()}
    one_day = dt.timedelta(days=1)
    assert offered["tuan-truoc"].last + one_day == offered["tuan-nay"].first
    assert offered["thang-truoc"] == Period(dt.date(2026, 12, 1), dt.date(2026, 12, 31))
    assert offered["thang-nay"] == Period(dt.date(2027, 1, 1), dt.date(2027, 1, 31))
    assert periods.month_of(dt.date(2028, 2, 29)) == Period(dt.date(2028, 2, 1), dt.date(2028, 2, 29))


def test_a_period_that_cannot_be_read_is_said_and_this_week_shown(officer, client_of):
    for query in ("tu=31/02/2026&den=19/11/2026", "tu=20/11/2026&den=19/11/2026", "tu=20/11/2026"):
        page = client_of(officer).get(f"{reverse('cards:eid_figures')}?{query}")
        assert "ngày đầu không sau ngày cuối" in page.content.decode()
        assert page.context["chosen"] == "tuan-nay"
