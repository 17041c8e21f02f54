"""The queues of the card desk: every count is the length of its list, who sees what, the next of mine, giving over."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cards.applications import queues
from cards.applications.clock import calendar_for, clock_of
from cards.models import Application, State, Step
from tests.cards.conftest import queries
from tests.conftest import settled
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db

CAST = [
    ("mine and late", State.SENT_UP, {"promised": -3}),
    ("mine and today", State.RECEIVED, {"promised": 0}),
    ("waits for data", State.WAITING_FOR_DATA, {"promised": None, "received_at": None}),
    ("given back", State.RECEIVED, {"promised": 2, "returned_at": timezone.now(), "returned_reason": "Ảnh mờ"}),
    ("paused and late", State.RECEIVED, {"promised": -9, "paused_at": timezone.now(), "pause_reason": "Thiếu giấy"}),
    ("a draft", State.DRAFT, {"promised": None, "received_at": None}),
    ("done, once given back", State.HANDED_OVER, {"promised": -20, "returned_at": timezone.now()}),
    ("a colleague's", State.PRINTING, {"promised": 0}),
]
NAMES = ["", "Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám"]
HOLDS = {
    "cua-toi": ["a draft", "given back", "mine and late", "mine and today", "paused and late", "waits for data"],
    "hom-nay": ["a colleague's", "mine and today"],
    "qua-han": ["mine and late"],
    "lam-do": ["a draft"],
    "cho-du-lieu": ["waits for data"],
    "tra-lai": ["given back"],
    "cho-cong-dan": ["paused and late"],
    "tat-ca": ["a colleague's", "a draft", "given back", "mine and late", "mine and today", "paused and late",
               "waits for data"],
}  # fmt: skip


@pytest.fixture
def cast(commune, officer, colleague, outsider, stranger) -> dict[str, Application]:
    """One file of each kind, and the bait: a late one next door."""
    today, made = timezone.localdate(), {}
    for number, (name, state, more) in enumerate(CAST, start=1):
        person = settled(commune, number=f"0011900001{number:02d}", name=f"Nguyễn Văn Mẫu {NAMES[number]}")
        more = dict(more)
        days = more.pop("promised")
        more |= {"promised_on": None if days is None else today + dt.timedelta(days=days)}
        more |= {"paused_by": officer} if "paused_at" in more else {}
        holder = colleague if name == "a colleague's" else officer
        made[name] = ApplicationFactory(
            resident=person, created_by=officer, assigned_to=holder, state=state, serial=number, **more
        )
    ApplicationFactory(resident=outsider, created_by=stranger, assigned_to=stranger,
                       promised_on=today - dt.timedelta(days=5))  # fmt: skip
    return made


def rows_of(answer) -> int:
    return len(re.findall(r'<a href="/ho-so/[0-9a-f-]{36}/"', answer.content.decode().partition("<tbody")[2]))


def test_every_queue_holds_what_it_says_and_counts_it(cast, officer, browser, subtests):
    names = {file.pk: name for name, file in cast.items()}
    counted = queues.counts(officer)
    assert set(HOLDS) == set(queues.QUEUES)
    for slug, wanted in HOLDS.items():
        with subtests.test(queue=slug):
            assert sorted(names[file.pk] for file in queues.QUEUES[slug].rows(officer)) == wanted
            assert counted[slug] == len(wanted)
            answer = browser.get(reverse("cards:queue", args=[slug]))
            assert rows_of(answer) == len(wanted)
            assert f"{len(wanted)} hồ sơ." in answer.content.decode()


def test_the_first_page_of_an_officer_is_his_own_and_of_a_supervisor_what_is_late(cast, browser, client_of, supervisor):
    assert "<h1>Của tôi</h1>" in browser.get(reverse("cards:queues")).content.decode()
    above = client_of(supervisor).get(reverse("cards:queues")).content.decode()
    assert "<h1>Quá hạn</h1>" in above
    assert "Nguyễn Thị Mẫu Lạ" in above  # both communes are his
    assert "Làm tiếp" not in above


def test_an_unknown_queue_is_not_found(browser):
    assert browser.get(reverse("cards:queue", args=["khong-co"])).status_code == 404


FILTERS = [
    ({"q": "26-2"}, 1), ({"q": "001190000103"}, 1), ({"q": "mau ba"}, 1), ({"state": "received"}, 3),
    ({"kind": "first"}, 0), ({"can_bo": "toi"}, 6), ({"can_bo": "chua-giao"}, 0), ({"ly_do": "chua"}, 1),
    ({"ly_do": "da"}, 0),
]  # fmt: skip


def test_search_and_filters_narrow_the_list(cast, browser, colleague, subtests):
    Application.objects.update(year=2026)
    url = reverse("cards:queue", args=["tat-ca"])
    for asked, wanted in [*FILTERS, ({"can_bo": str(colleague.public_id)}, 1)]:
        with subtests.test(asked=asked):
            assert rows_of(browser.get(url, asked)) == wanted


def test_the_list_says_who_has_not_told_why_a_file_is_late(cast, browser, officer):
    url = reverse("cards:queue", args=["qua-han"])
    assert "Chưa ghi lý do quá hạn" in browser.get(url).content.decode()
    late = cast["mine and late"]
    browser.post(reverse("cards:application_move", args=[late.public_id, "explain"]), {"note": "Chờ in lại"})
    page = browser.get(url).content.decode()
    assert "Quá hạn: Chờ in lại" in page
    assert "Chưa ghi lý do quá hạn" not in page


def test_the_next_of_mine_is_the_most_urgent_and_goes_round(cast, officer, colleague):
    """Late without a reason first, then by promise, what has none last; paused and others' files never."""
    order, here = [], None
    for _ in range(6):
        here = queues.next_of(officer, after=here)
        order.append(here.pk)
    wanted = ["mine and late", "mine and today", "given back", "waits for data", "a draft", "mine and late"]
    assert order == [cast[name].pk for name in wanted]
    assert queues.next_of(colleague) is None  # it is printed: nothing to do


def test_going_on_opens_the_next_file_or_says_that_none_is_left(cast, browser, client_of, colleague):
    url, late = reverse("cards:queue_next"), cast["mine and late"]
    assert browser.get(url).url == reverse("cards:application", args=[late.public_id])
    onward = browser.get(url, {"sau": str(late.public_id)}).url
    assert onward == reverse("cards:application", args=[cast["mine and today"].public_id])
    assert client_of(colleague).get(url, {"sau": "x"}).url == reverse("cards:queue", args=["cua-toi"])


def test_the_chief_gives_many_files_to_one_colleague_once(cast, client_of, chief, colleague, browser):
    url, all_of_it = reverse("cards:queue_assign"), reverse("cards:queue", args=["tat-ca"])
    chosen = [str(cast[name].public_id) for name in ("mine and late", "a draft", "a colleague's")]
    bait = str(Application.objects.exclude(commune=chief.unit).get().public_id)
    sent = {"ho_so": [*chosen, bait, "x"], "to": str(colleague.public_id), "submit_token": "t", "ve": all_of_it}
    client = client_of(chief)
    assert client.post(url, sent).url == all_of_it
    client.post(url, sent)
    assert Step.objects.filter(move="assign").count() == 2
    assert Application.objects.filter(assigned_to=colleague).count() == 3
    assert browser.post(url, sent).status_code == 403
    page = client.post(url, {"ho_so": chosen, "ve": all_of_it}, follow=True).content.decode()
    assert "Chọn đồng chí nhận hồ sơ." in page
    assert "Đánh dấu hồ sơ" in client.post(url, {"to": str(colleague.public_id)}, follow=True).content.decode()
    assert Step.objects.filter(move="assign").count() == 2


CLOCKS = [
    (State.SENT_UP, {"promised_on": dt.date(2026, 12, 4)}, "còn 7 ngày làm việc"),
    (State.SENT_UP, {"promised_on": dt.date(2026, 11, 25)}, "hạn hôm nay"),
    (State.RECEIVED, {"promised_on": dt.date(2026, 11, 20)}, "quá 2 ngày làm việc"),  # Tuesday 24/11 is a day off
    (State.WAITING_FOR_DATA, {"data_due_on": dt.date(2026, 11, 26)}, "dữ liệu: còn 1 ngày làm việc"),
    (State.ARRIVED, {"promised_on": dt.date(2026, 11, 20)}, None),
    (State.DRAFT, {}, None),
]


@pytest.mark.parametrize(("state", "columns", "words"), CLOCKS)
def test_the_clock_counts_working_days(holidays, monkeypatch, state, columns, words):
    monkeypatch.setattr(timezone, "now", lambda: timezone.make_aware(dt.datetime(2026, 11, 25, 9)))
    file = Application(state=state, **columns)
    clock = clock_of(file, calendar_for([file]))
    assert (clock.words if clock else None) == words


def test_a_queue_takes_as_many_queries_with_three_files_as_with_one(cast, browser, client_of, chief):
    one, three = reverse("cards:queue", args=["qua-han"]), reverse("cards:queue", args=["cua-toi"])
    assert queries(browser, one) == queries(browser, three) <= 12
    assert queries(client_of(chief), three) <= 12
