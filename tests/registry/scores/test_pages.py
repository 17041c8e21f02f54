"""The pages: each number opens its own list, nobody sees next door, ways of asking that are none."""

import re

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from registry.models import Hamlet, ScoreDay
from registry.scores import history
from tests.registry.scores.test_figures import cast, fault, hamlets, lives  # noqa: F401 - fixtures
from tests.registry.scores.test_history import TODAY

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
SCORES = "/lam-sach/diem/"
FIGURE = re.compile(r'<a[^>]*href="(/lam-sach/diem/(?:nguoi|viec)/[^"]*)"[^>]*>(?:<b>)?([\d.]+)(?:</b>)?</a>')


def text(response) -> str:
    return response.content.decode()


def figures_of(html: str) -> dict[str, int]:
    return {url.replace("&amp;", "&"): int(number.replace(".", "")) for url, number in FIGURE.findall(html)}


@pytest.mark.parametrize("role", ["officer", "chief", "supervisor", "ministry"])
@pytest.mark.parametrize("query", ["", "?nhom=e", "?nhom=d&tu=01/01/2020"])
def test_every_number_of_the_page_opens_exactly_its_list(cast, role, query, request, client_of):  # noqa: F811
    client = client_of(request.getfixturevalue(role))
    found = figures_of(text(client.get(SCORES + query)))
    assert len(found) > 5
    for url, number in found.items():
        table = client.get(url).context["table"]
        assert table.page.count == len(table.page.object_list) == number, url


def test_the_numbers_of_a_commune_from_above_open_their_lists_too(cast, supervisor, client_of, commune):  # noqa: F811
    client = client_of(supervisor)
    page = text(client.get(SCORES))
    assert f"?xa={commune.code}" in page
    found = figures_of(text(client.get(f"{SCORES}?xa={commune.code}")))
    assert any("thon=" in url for url in found)
    for url, number in found.items():
        assert client.get(url).context["table"].page.count == number, url


def test_who_looks_after_a_hamlet_has_a_line_and_nobody_has_one_too(cast, client_of, officer):  # noqa: F811
    page = text(client_of(officer).get(SCORES))
    by_officer = page.split("Theo cán bộ phụ trách</h2>")[1]
    assert str(officer) in by_officer
    assert "Chưa phân công" in by_officer


def test_nobody_sees_next_door(cast, client_of, officer, other_commune, outsider):  # noqa: F811
    client = client_of(officer)
    theirs = Hamlet.objects.create(commune=other_commune, name="Thôn lạ")
    home = outsider.memberships.get().household
    for address in (
        f"nguoi/nhan-khau/?thon={theirs.public_id}",
        f"nguoi/nhan-khau/?ho={home.public_id}",
        f"viec/phai-lam/?cu_dan={outsider.public_id}",
        f"cu-dan/{outsider.public_id}/",
        f"ho/{home.public_id}/",
    ):
        assert client.get(SCORES + address).status_code == 404, address
        assert AuditEvent.objects.filter(action="refused", actor_badge=officer.badge_number).exists()
    assert outsider.full_name not in text(client.get(f"{SCORES}nguoi/nhan-khau/?xa={other_commune.code}"))


def test_a_supervisor_does_not_leave_the_province(cast, client_of, supervisor):  # noqa: F811
    client = client_of(supervisor)
    assert client.get(SCORES, {"xa": "99999"}).status_code == 404
    assert client.get(SCORES, {"tinh": "20"}).status_code == 404


@pytest.mark.parametrize("query", ["nhom=x", "xa=abc", "thon=1", "can_bo=abc", "ho=1", "cu_dan=abc"])
def test_what_is_no_question_is_not_found(cast, client_of, supervisor, query):  # noqa: F811
    assert client_of(supervisor).get(f"{SCORES}nguoi/con-lai/?{query}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("hôm qua", "Ghi ngày theo kiểu"), ("01/01/2100", "không được sau hôm nay"), ("1/1/1900", "từ năm 2000")],
)
def test_a_day_that_is_none_is_said_beside_the_field(cast, client_of, officer, typed, sentence):  # noqa: F811
    answer = client_of(officer).get(SCORES, {"tu": typed})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert f'value="{typed}"' in text(answer)


def test_households_show_their_own_numbers(cast, client_of, officer):  # noqa: F811
    client = client_of(officer)
    page = text(client.get(f"{SCORES}ho/"))
    found = figures_of(page)
    assert len(found) > 8
    for url, number in found.items():
        assert client.get(url).context["table"].page.count == number, url
    only = client.get(f"{SCORES}ho/?con=1").context["table"]
    assert len(only.rows) == 3
    assert all(row.record.left for row in only.rows)


def test_a_record_and_a_household_show_their_own_score(cast, client_of, officer):  # noqa: F811
    client, person = client_of(officer), cast["half"]
    page = text(client.get(reverse("registry:scores_resident", args=[person.public_id]), {"tu": "01/01/2020"}))
    assert "1/3" in page and "33,33 %" in page
    for url, number in figures_of(page).items():
        assert client.get(url).context["table"].page.count == number
    home = text(client.get(person.memberships.get().household.get_absolute_url()))
    assert reverse("registry:scores_household", args=[person.memberships.get().household.public_id]) in home
    record = text(client.get(person.get_absolute_url()))
    assert reverse("registry:scores_resident", args=[person.public_id]) in record
    clean = reverse("registry:scores_resident", args=[cast["never"].public_id])
    assert "Sạch: không có việc" in text(client.get(clean, headers={"HX-Request": "true"}))


def test_the_page_says_which_way_it_goes(cast, client_of, officer, commune):  # noqa: F811
    for back in (1, 7, 30):
        history.keep(commune, TODAY - history.DAY * back)
    ScoreDay.objects.filter(day=TODAY - history.WEEK).update(people=10, must=0, done=0)
    page = text(client_of(officer).get(SCORES))
    assert "<polyline" in page
    assert f"Tuần trước ({TODAY - history.WEEK:%d/%m})" in page
    assert "−37,50" in page  # 62,50 of 100 today, all clean a week ago


@pytest.mark.parametrize("more", [1, 3])
def test_pages_ask_few_questions(cast, client_of, officer, commune, django_assert_max_num_queries, more):  # noqa: F811
    for number in range(more):
        Hamlet.objects.create(commune=commune, name=f"Thôn {20 + number}", officer=officer)
        fault(lives(commune, f"Thôn {20 + number}"))
    client = client_of(officer)
    thon = Hamlet.objects.get(name="Thôn 20").public_id
    own = reverse("registry:scores_household", args=[cast["half"].memberships.get().household.public_id])
    for address in (
        SCORES,
        f"{SCORES}nguoi/con-lai/?thon={thon}",
        f"{SCORES}viec/con-lai/?can_bo={officer.public_id}",
        f"{SCORES}ho/",
        own,
    ):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(address).status_code == 200
