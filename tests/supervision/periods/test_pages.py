"""The list of closed periods and the page of one: whose they are, what it tells, and giving a reason once."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from supervision.figures import FIGURES
from supervision.models import Correction
from tests.factories import CorrectionFactory, FrozenPeriodFactory, UnitFactory

pytestmark = pytest.mark.django_db
LIST = "/ky-da-chot/"


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def week(commune):
    return FrozenPeriodFactory(unit=commune)


@pytest.fixture
def foreign(db):
    """The bait: a commune of another province."""
    unit = UnitFactory(code="09001", name="Xã Mẫu Xa", parent=UnitFactory(code="30", name="Tỉnh Xa", level="province"))
    return FrozenPeriodFactory(unit=unit)


@pytest.fixture
def two(week):
    """Two numbers of the week turned out otherwise."""
    return [CorrectionFactory(frozen=week), CorrectionFactory(frozen=week, is_total=True, was=40, now=41)]


def page_of(week) -> str:
    return reverse("supervision:period", args=[week.public_id])


def send(client, week, lines, reason, token="8d0b6f0e-0f0e-4ab9-9d8c-4f1f3f3f0a01"):
    address = reverse("supervision:period_note", args=[week.public_id])
    ids = [str(line.public_id) for line in lines]
    return client.post(address, {"submit_token": token, "lines": ids, "reason": reason})


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("officer", {"own"}),
        ("chief", {"own"}),
        ("stranger", {"next"}),
        ("supervisor", {"own", "next", "province"}),
        ("ministry", {"own", "next", "province", "foreign", "country"}),
    ],
)
def test_each_sees_the_periods_of_the_own_units(request, client_of, who, sees, week, foreign, other_commune, province):
    rows = {
        "own": week,
        "foreign": foreign,
        "next": FrozenPeriodFactory(unit=other_commune),
        "province": FrozenPeriodFactory(unit=province),
        "country": FrozenPeriodFactory(),
    }
    client = client_of(request.getfixturevalue(who))
    page = text(client.get(LIST))
    assert {name for name, row in rows.items() if page_of(row) in page} == sees
    assert {name for name, row in rows.items() if client.get(page_of(row)).status_code == 200} == sees


def test_an_address_of_elsewhere_is_audited(client_of, chief, foreign):
    assert client_of(chief).get(page_of(foreign)).status_code == 404
    assert AuditEvent.objects.get(action="refused").sentence.startswith("Mở địa chỉ ngoài địa bàn")


def test_the_list_can_be_narrowed_and_says_what_waits_for_a_reason(client_of, supervisor, week, two, other_commune):
    month = FrozenPeriodFactory(unit=other_commune, kind="month", first="2026-10-01", last="2026-10-31")
    client = client_of(supervisor)
    page = text(client.get(LIST))
    assert page.count("2 số chưa ghi lý do") == 1
    assert "Tuần 30/10–05/11/2026" in page
    assert "Tháng 10/2026" in page
    only = text(client.get(LIST, {"ky": "month"}))
    assert (page_of(month) in only, page_of(week) in only) == (True, False)
    only = text(client.get(LIST, {"q": "mau son"}))
    assert (page_of(month) in only, page_of(week) in only) == (False, True)


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_pages_ask_a_constant_number_of_queries(
    client_of, supervisor, commune, how_many, django_assert_max_num_queries
):
    for number in range(how_many):
        week = FrozenPeriodFactory(unit=commune, first=f"2026-10-{10 + 7 * number}")
        for code in ("thu-nhan", "the-ve", "the-tra")[:how_many]:
            CorrectionFactory(frozen=week, code=code)
    client = client_of(supervisor)
    with django_assert_max_num_queries(12):
        assert client.get(LIST).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(page_of(week)).status_code == 200


def test_the_page_tells_the_closed_number_and_beside_it_what_it_is_today(client_of, chief, week, two):
    page = text(client_of(chief).get(page_of(week)))
    assert "Hồ sơ thu nhận" in page
    assert '2<span class="cell-note">nay 3</span>' in page
    assert '40<span class="cell-note">nay 41</span>' in page
    assert page.count("chưa ghi lý do") == 2


def test_what_was_unknown_is_a_dash(client_of, chief, commune):
    week = FrozenPeriodFactory(unit=commune, missing=["the-ton-lau"])
    title = re.escape(FIGURES["the-ton-lau"].title)
    row = re.search(rf">{title}</th>.*?</tr>", text(client_of(chief).get(page_of(week))))
    assert row is not None
    assert re.search(r'data-label="Trong kỳ, cuối kỳ">(.*?)</td>', row[0])[1] == "–"


def test_who_only_looks_is_offered_no_form(client_of, officer, week, two):
    page = text(client_of(officer).get(page_of(week)))
    assert "Ghi lý do</button>" not in page
    assert "Đối chiếu lại" not in page
    assert send(client_of(officer), week, two, "Nhập bù hồ sơ lưu động").status_code == 403


def test_one_reason_for_the_ticked_lines(client_of, chief, week, two):
    client = client_of(chief)
    assert send(client, week, two[:1], "Nhập bù hồ sơ lưu động").status_code == 302
    noted = Correction.objects.get(pk=two[0].pk)
    assert (noted.note, noted.noted_by) == ("Nhập bù hồ sơ lưu động", chief)
    assert Correction.objects.get(pk=two[1].pk).noted_at is None
    page = text(client.get(page_of(week)))
    assert "Nhập bù hồ sơ lưu động" in page
    assert page.count("chưa ghi lý do") == 1


def test_sent_twice_it_is_written_once(client_of, chief, week, two):
    client = client_of(chief)
    for _ in range(2):
        assert send(client, week, two, "Nhập bù hồ sơ lưu động").status_code == 302
    assert AuditEvent.objects.filter(sentence__startswith="Ghi lý do đính chính").count() == 1


@pytest.mark.parametrize(
    ("ticked", "reason", "sentence"),
    [(True, "", "Ghi lý do đính chính."), (True, "ok", "Ghi rõ lý do"), (False, "Nhập bù hồ sơ", "Chọn ít nhất một")],
)
def test_a_bad_form_writes_nothing_and_keeps_the_text(client_of, chief, week, two, ticked, reason, sentence):
    answer = send(client_of(chief), week, two if ticked else [], reason)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert reason in text(answer)
    assert not Correction.objects.exclude(noted_at=None).exists()


def test_a_line_somebody_explained_meanwhile_is_refused(client_of, chief, supervisor, week, two):
    from supervision import closing

    closing.note(two[0], "Hồ sơ lưu động nhập sau", by=supervisor)
    answer = send(client_of(chief), week, two, "Lý do khác hẳn")
    assert answer.status_code == 422
    assert Correction.objects.get(pk=two[0].pk).note == "Hồ sơ lưu động nhập sau"
    assert Correction.objects.get(pk=two[1].pk).noted_at is None


def test_the_chief_has_it_counted_again(client_of, chief, week):
    """The week closed with two files of which there are none in the register."""
    address = reverse("supervision:period_check", args=[week.public_id])
    answer = client_of(chief).post(address, follow=True)
    assert "Đã đối chiếu: 2 số liệu nay khác khi chốt." in text(answer)
    lines = Correction.objects.values_list("code", "is_total", "was", "now")
    assert set(lines) == {("thu-nhan", False, 2, 0), ("thu-nhan", True, 40, 0)}
    week.refresh_from_db()
    assert week.checked_at.date() == timezone.now().date()
