"""The one box: what it takes, what it ranks first, what it never shows."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from registry.residents.search import find, read
from tests.conftest import settled
from tests.factories import IdentityNumberFactory, ResidentFactory


@pytest.mark.parametrize(
    ("typed", "digits", "words", "year"),
    [
        ("001190000123", "001190000123", (), None),
        ("001 1 90 000123", "001190000123", (), None),
        ("0912.345.678", "0912345678", (), None),
        ("nguyen van hung 1980", "", ("nguyen", "van", "hung"), 1980),
        ("Đặng 1980", "", ("dang",), 1980),
        ("001190000123|012345678|Nguyễn Thị Mẫu Lan|21051990|Nữ|Thôn 2|10052021", "001190000123", (), None),
        ("", "", (), None),
        ("|", "", (), None),
    ],
)
def test_what_was_typed_is_read(typed, digits, words, year):
    asked = read(typed)
    assert (asked.digits, asked.words, asked.year) == (digits, words, year)


@pytest.fixture
def hungs(commune):
    def person(name, year=1980):
        return ResidentFactory(commune=commune, full_name=name, birth_year=year, birth_month=None, birth_day=None)

    return {name: person(name) for name in ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "Nguyễn Văn Hùng Anh", "Trần Hùng")}


def test_exact_accents_rank_above_folded_ones(officer, hungs):
    found = [person.full_name for person in find("Nguyễn Văn Hưng", officer)]
    assert found == ["Nguyễn Văn Hưng", "Nguyễn Văn Hùng", "Nguyễn Văn Hùng Anh"]


def test_without_accents_every_spelling_is_found(officer, hungs):
    assert {person.full_name for person in find("nguyen van hung 1980", officer)} == set(hungs) - {"Trần Hùng"}


def test_capitals_do_not_matter(officer, hungs):
    assert find("nguyễn văn HƯNG", officer)[0].full_name == "Nguyễn Văn Hưng"


def test_the_last_word_may_be_unfinished(officer, hungs):
    assert len(find("nguyen van hu", officer)) == 3
    assert find("nguyen va hung", officer) == []


def test_a_birth_year_narrows(officer, commune, hungs):
    ResidentFactory(commune=commune, full_name="Nguyễn Văn Hùng", birth_year=1955)
    assert [person.birth_year for person in find("nguyen van hung 1955", officer)] == [1955]


@pytest.mark.parametrize("typed", ["001190000123", "0912345678", "012345678", "+84 912 345 678"])
def test_numbers_and_phones_find_the_person(officer, resident, typed):
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678", is_active=False)
    assert find(typed, officer) == [resident]


def test_the_neighbours_people_are_never_listed(client_of, officer, outsider):
    client = client_of(officer)
    for text in ("nguyen", "001190000999", "Nguyễn Thị Mẫu Lạ"):
        for name in ("registry:search", "registry:suggest"):
            assert "Mẫu Lạ</" not in client.get(reverse(name), {"q": text}).content.decode()


def test_a_lookup_outside_needs_a_reason_and_is_written_down(client_of, officer, outsider):
    client = client_of(officer)
    asked = {"q": "001190000999"}
    refused = client.post(reverse("registry:search"), asked)
    assert outsider.full_name not in refused.content.decode()
    assert not AuditEvent.objects.filter(action="search_outside").exists()
    shown = client.post(reverse("registry:search"), asked | {"ly_do": "xác minh trùng số"})
    assert outsider.full_name in shown.content.decode()
    event = AuditEvent.objects.get(action="search_outside")
    assert event.reason == "xác minh trùng số"
    assert event.data == {"found": [str(outsider.public_id)]}


@pytest.mark.parametrize("text", ["'", "a & b", "!!", "\\", "':*", "()", "nguyễn'", "%_", "x" * 600, "\x00"])
def test_strange_text_finds_nothing_and_never_fails(client_of, officer, resident, text):
    for name in ("registry:search", "registry:suggest"):
        assert client_of(officer).get(reverse(name), {"q": text}).status_code == 200


def test_suggestions_take_few_queries(client_of, officer, commune, django_assert_max_num_queries):
    client = client_of(officer)
    for number in ("001190000101", "001190000102", "001190000103"):
        settled(commune, number=number)
        with django_assert_max_num_queries(6):
            client.get(reverse("registry:suggest"), {"q": "nguyen thi"})


def test_a_card_of_an_unknown_person_leads_to_a_filled_form(client_of, officer):
    client = client_of(officer)
    scanned = "001190000321|012345678|Nguyễn Thị Mẫu Mới|21051990|Nữ|Thôn 2, Xã Thử|10052021"
    found = client.get(reverse("registry:search"), {"q": scanned})
    assert "Ghi nhận với thông tin trên thẻ" in found.content.decode()
    form = client.get(found.context["register_url"], follow=True).context["form"]
    filled = {name: form[name].value() for name in ("number", "cmnd", "full_name", "birth_date", "sex")}
    assert filled == {
        "number": "001190000321",
        "cmnd": "012345678",
        "full_name": "Nguyễn Thị Mẫu Mới",
        "birth_date": "21051990",
        "sex": "2",
    }


def test_every_answer_is_written_down(client_of, officer, resident):
    client_of(officer).get(reverse("registry:search"), {"q": "nguyen thi"})
    assert AuditEvent.objects.get(action="view").sentence == "Tra cứu “nguyen thi”: 1 kết quả"
