"""The one box: what it takes, what it ranks first, what it never shows."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from registry.residents.asked import read
from registry.residents.search import find
from tests.conftest import settled
from tests.factories import IdentityNumberFactory, ResidentFactory, UnitFactory


@pytest.mark.parametrize(
    ("typed", "digits", "words", "born"),
    [
        ("001190000123", "001190000123", (), None),
        ("001 1 90 000123", "001190000123", (), None),
        ("0912.345.678", "0912345678", (), None),
        ("nguyen van hung 1980", "", ("nguyen", "van", "hung"), "1980"),
        ("Đặng 1980", "", ("dang",), "1980"),
        ("1980", "", (), "1980"),
        ("Lan 21/05/1990", "", ("lan",), "21/05/1990"),
        ("21051990 nguyễn lan", "", ("nguyen", "lan"), "21/05/1990"),
        ("lan 5/1990", "", ("lan",), "05/1990"),
        ("21.05.1990", "", (), "21/05/1990"),
        ("21051990", "", (), "21/05/1990"),
        ("lan 31/02/1990", "", ("lan", "31", "02", "1990"), None),
        ("00119000 1234", "001190001234", (), None),
        ("024.3825.1234", "02438251234", (), None),
        ("001190000123|012345678|Nguyễn Thị Mẫu Lan|21051990|Nữ|Thôn 2|10052021", "001190000123", (), None),
        ("", "", (), None),
        ("|", "", (), None),
    ],
)
def test_what_was_typed_is_read(typed, digits, words, born):
    asked = read(typed)
    assert (asked.digits, asked.words, asked.born and asked.born.display()) == (digits, words, born)


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
        with django_assert_max_num_queries(9):
            client.get(reverse("registry:suggest"), {"q": "nguyen thi"})
        with django_assert_max_num_queries(9):
            client.get(reverse("registry:search"), {"q": "nguyen thi"})


def test_a_cards_text_in_an_old_address_is_only_its_number(client_of, officer):
    """A card is scanned by POST (test_scan.py): what a person's card says stands in no address."""
    scanned = "001190000321|012345678|Nguyễn Thị Mẫu Mới|21051990|Nữ|Thôn 2, Xã Thử|10052021"
    found = client_of(officer).get(reverse("registry:search"), {"q": scanned})
    assert found.context["register_url"].endswith("?number=001190000321")


def test_every_answer_is_written_down(client_of, officer, resident):
    client_of(officer).get(reverse("registry:search"), {"q": "nguyen thi"})
    assert AuditEvent.objects.get(action="view").sentence == "Tra cứu “nguyen thi”: 1 kết quả"


def names(people):
    return [person.full_name for person in people]


def test_any_words_in_any_order_find_the_person_and_other_names_count(officer, commune, hungs):
    ResidentFactory(commune=commune, full_name="Lê Thị Hoa", other_name="Sư cô Diệu Tâm")
    assert names(find("hung tran", officer)) == ["Trần Hùng"]
    assert names(find("dieu tam", officer)) == names(find("hoa diệu", officer)) == ["Lê Thị Hoa"]


def test_accents_as_typed_stand_before_folded_ones_also_in_parts_of_a_name(officer, hungs):
    assert names(find("hùng", officer))[-1] == "Nguyễn Văn Hưng"
    assert names(find("hưng", officer))[0] == "Nguyễn Văn Hưng"
    assert names(find("văn hư", officer))[0] == "Nguyễn Văn Hưng"


def test_people_called_so_stand_before_those_who_have_the_word_elsewhere(officer, commune):
    for name in ("Hùng Văn An", "Lê Văn Hùng", "Bùi Hùng Anh"):
        ResidentFactory(commune=commune, full_name=name)
    assert names(find("hung", officer)) == ["Lê Văn Hùng", "Hùng Văn An", "Bùi Hùng Anh"]


def test_a_full_date_puts_the_one_born_that_day_first_and_alone_finds_only_her(officer, commune):
    for day in (20, 21, 22):
        ResidentFactory(commune=commune, full_name=f"Lê Thị Mẫu {'ABC'[day - 20]}", birth_day=day)
    unknown = ResidentFactory(commune=commune, full_name="Lê Thị Mẫu D", birth_month=None, birth_day=None)
    found = find("mau 22/05/1990", officer)
    assert [names(found)[0], found[1], len(found)] == ["Lê Thị Mẫu C", unknown, 4]
    assert names(find("22/5/1990", officer)) == ["Lê Thị Mẫu C"]


def test_among_very_many_the_very_name_is_still_first(officer, commune, monkeypatch):
    monkeypatch.setattr("registry.residents.search.FEW", 3)
    monkeypatch.setattr("registry.residents.search.CANDIDATES", 5)
    for letter in "ABCDEFGHIKLM":
        ResidentFactory(commune=commune, full_name=f"Lan Văn {letter}")
        ResidentFactory(commune=commune, full_name=f"Bùi {letter} Lan")
    ResidentFactory(commune=commune, full_name="Lan")
    assert names(find("lan", officer))[0] == "Lan"
    assert all(name.endswith("Lan") for name in names(find("lan", officer, limit=3)))


def test_a_number_in_use_stands_before_the_same_number_retired(officer, commune):
    retired, active = (ResidentFactory(commune=commune, phone="") for _ in range(2))
    IdentityNumberFactory(resident=retired, kind="CMND9", number="012345678", is_active=False)
    IdentityNumberFactory(resident=active, kind="CMND9", number="012345678")
    assert find("012345678", officer) == [active, retired]


def test_those_who_see_more_communes_find_in_all_of_theirs(supervisor, ministry, auditor, resident, outsider):
    elsewhere = ResidentFactory(commune=UnitFactory(parent=UnitFactory(level="province")), full_name="Nguyễn Mẫu Xa")
    assert set(find("nguyen mau", supervisor)) == {resident, outsider}
    assert set(find("nguyen mau", ministry)) == {resident, outsider, elsewhere}
    assert names(find("nguyen lan", supervisor, typing=True)) == [resident.full_name]
    assert find("mau l", supervisor, typing=True) == []  # of a whole province, from the third letter on
    assert find("nguyen mau", auditor) == find("001190000123", auditor) == []


def test_who_moves_is_found_in_the_new_commune_alone(officer, stranger, resident, other_commune):
    resident.commune = other_commune
    resident.save()
    assert find("mau lan", officer) == []
    assert find("mau lan", stranger) == [resident]


def test_a_whole_name_with_its_year_may_be_asked_outside(client_of, officer, resident, outsider):
    client, url = client_of(officer), reverse("registry:search")
    for text in ("Nguyễn Thị Mẫu Lạ", "lạ 1990", "mẫu lạ 1990"):
        client.post(url, {"q": text, "ly_do": "xác minh theo yêu cầu"})
    assert not AuditEvent.objects.filter(action="search_outside").exclude(data={"found": []}).exists()
    assert "Lý do" in client.get(url, {"q": "Nguyễn Thị Mẫu Lạ 1990"}).content.decode()
    page = client.post(url, {"q": "nguyen thi mau la 1990", "ly_do": "xác minh theo yêu cầu"})
    assert page.context["outside"] == [outsider]
    assert page.content.decode().count("21/05/1990") == 1  # of the one found in the commune
    event = AuditEvent.objects.filter(action="search_outside").latest("pk")
    assert (event.reason, event.data) == ("xác minh theo yêu cầu", {"found": [str(outsider.public_id)]})
    assert event.sentence == "Tra cứu ngoài địa bàn “nguyen thi mau la” sinh năm 1990: 1 kết quả"


def test_own_people_do_not_stand_among_those_outside_and_twenty_are_enough(client_of, officer, resident, other_commune):
    ResidentFactory.create_batch(22, commune=other_commune, full_name=resident.full_name)
    asked = {"q": f"{resident.full_name} 1990", "ly_do": "xác minh trùng tên"}
    outside = client_of(officer).post(reverse("registry:search"), asked).context["outside"]
    assert len(outside) == 20
    assert resident not in outside


def test_suggestions_leave_one_line_a_question(client_of, officer, resident):
    client, lines = client_of(officer), AuditEvent.objects.filter(sentence__startswith="Xem gợi ý")
    for text in ("xyz", "m", "ma", "mau", "mau l", "mau lan", "mau"):
        client.get(reverse("registry:suggest"), {"q": text})
    assert [(line.sentence, line.data) for line in lines] == [
        ("Xem gợi ý khi gõ “ma”: 1 người", {"found": [str(resident.public_id)]})
    ]
    client.get(reverse("registry:suggest"), {"q": "thi lan"})
    assert lines.all().count() == 2


def test_the_filter_of_the_list_reads_the_same_words(client_of, officer, resident, outsider, hungs):
    def shown(**chosen):
        table = client_of(officer).get(reverse("registry:residents"), chosen).context["table"]
        return {row.full_name for row in table.page.object_list.data}

    assert shown(q="nguyễn hùng") == {"Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "Nguyễn Văn Hùng Anh"}
    assert shown(q="tr hung") == set()
    assert shown(q="hung tr") == {"Trần Hùng"}
    assert shown(q="mau 1990") == {resident.full_name}
    assert shown(q="!!") == set()


def test_many_hits_of_the_filter_are_walked_through(client_of, officer, resident, hungs, monkeypatch):
    monkeypatch.setattr("registry.residents.search.MANY", 1)
    table = client_of(officer).get(reverse("registry:residents"), {"q": "hung"}).context["table"]
    assert len(table.page.object_list) == 4


def test_homes_are_found_by_the_name_of_their_head(client_of, officer, resident, outsider):
    def shown(text):
        return client_of(officer).get(reverse("registry:households"), {"q": text}).context["table"].page.count

    assert (shown("mau lan"), shown("hung"), shown("mau la")) == (1, 0, 1)
