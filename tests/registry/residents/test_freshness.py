"""Every way in which a record is confirmed, and from which day on that is too long ago."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Setting
from registry.cleanup.facts import load
from registry.cleanup.rules import catalogue
from registry.models import CardScan, Resident
from registry.residents import freshness
from registry.residents.freshness import Terms
from tests.at_work import PAPER, do
from tests.factories import CardScanFactory, ResidentFactory
from tests.registry.residents.test_conflict import address_of, opened
from tests.registry.residents.test_scan import LAN, OTHER_NAME, choice, compared, scanned

pytestmark = pytest.mark.django_db
TERMS = Terms(12, 6)


@pytest.fixture
def client(client_of, officer):
    return client_of(officer)


@pytest.fixture
def monday(monkeypatch) -> None:
    moment = timezone.make_aware(dt.datetime(2026, 11, 23, 9))
    monkeypatch.setattr(timezone, "now", lambda: moment)


def how(person: Resident) -> tuple:
    person = Resident.objects.get(pk=person.pk)
    return person.confirmed_how, person.confirmed_by


NEVER = ("", None)


# --- the ways --------------------------------------------------------------------------------------------------------


def test_the_button_of_the_record_confirms_at_the_counter(client, resident, officer):
    client.post(reverse("registry:resident_confirm", args=[resident.public_id]))
    assert how(resident) == ("counter", officer)


def test_a_correction_from_the_record_confirms_at_the_counter(client, resident, officer):
    client.post(address_of(resident), opened(client, resident) | {"phone": "0987654321"})
    assert how(resident) == ("counter", officer)


def test_a_form_that_changed_nothing_confirms_nothing(client, resident):
    client.post(address_of(resident), opened(client, resident))
    assert how(resident) == NEVER


def test_a_correction_out_of_a_queue_has_met_nobody(client, resident):
    client.post(address_of(resident), opened(client, resident) | {"phone": "0987654321", "ve": "/lam-sach/d/"})
    assert Resident.objects.get(pk=resident.pk).phone == "0987654321"
    assert how(resident) == NEVER


def test_a_card_that_agrees_confirms(client, resident, officer):
    answer = client.post(reverse("registry:scan"), {"q": LAN.replace("|012345678|", "||")}, follow=True)
    assert how(resident) == ("scan", officer)
    assert "Thẻ khớp hồ sơ: đã ghi phúc tra hôm nay." in [str(one) for one in answer.context["messages"]]


@pytest.mark.parametrize("card", [OTHER_NAME, LAN, LAN.replace("|Nữ|", "|Nam|"), LAN.replace("21051990", "22051990")])
def test_a_card_that_differs_confirms_nothing(client, resident, card):
    """LAN itself has a CMND that the record does not."""
    scanned(client, card)
    assert CardScan.objects.filter(resident=resident).count() == 1
    assert how(resident) == NEVER


def test_taking_all_that_the_card_says_confirms(client, resident, officer):
    address = compared(client, OTHER_NAME)
    client.post(address, choice(client, address, full_name="the", birth_date="the", cmnd="the"))
    assert how(resident) == ("scan", officer)


def test_keeping_something_against_the_card_does_not(client, resident):
    address = compared(client, OTHER_NAME)
    client.post(address, choice(client, address, full_name="ho-so", birth_date="the", cmnd="the"))
    assert how(resident)[0] != "scan"


def test_a_wrong_check_digit_confirms_nothing(resident, officer):
    from registry.residents.scan_compare import confirm_where_it_agrees

    card = CardScanFactory(resident=resident, by=officer, faults=["birth"])
    assert confirm_where_it_agrees(resident, card, by=officer) is False
    sound = CardScanFactory(resident=resident, by=officer)
    assert confirm_where_it_agrees(resident, sound, by=officer) is True


def test_who_looks_from_above_confirms_nothing_by_scanning(client_of, supervisor, resident):
    scanned(client_of(supervisor), LAN.replace("|012345678|", "||"))
    assert how(resident) == NEVER


def test_a_marriage_confirms_both(monday, resident, commune, officer):
    groom = ResidentFactory(commune=commune, full_name="Trần Mẫu Chồng", sex=1, birth_year=1988)
    typed = PAPER | {"paper_kind": "Giấy chứng nhận kết hôn", "effective_on": "19/11/2026"}
    do("ket-hon", resident, officer, **typed, person=groom.full_name, person_chon=groom.public_id)
    assert [how(one) for one in (resident, groom)] == [("event", officer), ("event", officer)]


def test_a_registered_residence_confirms(monday, resident, officer):
    do("cap-nhat-noi-o", resident, officer, effective_on="20/11/2026", unit="Xã Mẫu Sơn", hamlet="Thôn 7",
       street="Số 9")  # fmt: skip
    assert how(resident) == ("event", officer)


def test_word_of_a_death_confirms_nobody(monday, resident, officer):
    do("bao-chet", resident, officer, effective_on="22/11/2026", basis="Trưởng thôn báo")
    assert how(resident) == NEVER


NOBODY_CAME = {"khai-tu", "dinh-chinh-con-song", "bao-chet", "bao-mat-tich", "vang-khong-khai-bao", "xoa-tam-tru",
               "xoa-thuong-tru", "thuong-tru-noi-khac", "xoa-noi-cu-tru"}  # fmt: skip


def test_which_kinds_of_change_confirm_is_a_table():
    """Events and residences do, for the person came with a paper; unless others speak of him, or he is gone."""
    from registry.changes import kinds

    every = kinds.every()
    confirming = {code for code, kind in every.items() if kind.confirms}
    personal = {code for code, kind in every.items() if kind.group in ("event", "residence")}
    assert confirming == personal - NOBODY_CAME


# --- what counts -----------------------------------------------------------------------------------------------------


def test_an_older_day_never_moves_a_record_back(resident, officer, colleague):
    freshness.confirm([resident.pk], "counter", by=officer)
    assert freshness.confirm([resident.pk], "visit", by=colleague, on=timezone.localdate() - dt.timedelta(days=3)) == 0
    assert how(resident) == ("counter", officer)


def test_nobody_who_left_is_confirmed(resident, officer):
    Resident.objects.filter(pk=resident.pk).update(state="moved")
    assert freshness.confirm([resident.pk], "visit", by=officer) == 0


def test_the_history_tells_how(client, resident):
    client.post(reverse("registry:resident_confirm", args=[resident.public_id]))
    text = client.get(reverse("registry:resident_history", args=[resident.public_id])).content.decode()
    assert "Phúc tra qua" in text and "tại trụ sở" in text
    assert "(tại trụ sở)" in client.get(resident.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("day", "months", "before"), [
    (dt.date(2026, 8, 31), 6, dt.date(2026, 2, 28)), (dt.date(2026, 11, 22), 12, dt.date(2025, 11, 22)),
    (dt.date(2024, 2, 29), 12, dt.date(2023, 2, 28)), (dt.date(2026, 1, 15), 1, dt.date(2025, 12, 15)),
])  # fmt: skip
def test_months_are_counted_as_the_calendar_does(day, months, before):
    assert freshness.months_before(day, months) == before


DAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(("since", "born", "is_past"), [
    (dt.date(2025, 11, 22), dt.date(1990, 1, 1), False), (dt.date(2025, 11, 21), dt.date(1990, 1, 1), True),
    (dt.date(2026, 5, 22), dt.date(1946, 11, 22), False), (dt.date(2026, 5, 21), dt.date(1946, 11, 22), True),
    (dt.date(2026, 5, 21), dt.date(1946, 11, 23), False), (dt.date(2026, 5, 21), None, False),
])  # fmt: skip
def test_past_due_is_by_age_on_the_day(commune, officer, since, born, is_past):
    at = timezone.make_aware(dt.datetime.combine(since, dt.time(23, 59)))
    person = ResidentFactory(commune=commune, confirmed_at=at, confirmed_by=officer)
    Resident.objects.filter(pk=person.pk).update(birth_latest_on=born)
    past = freshness.since(Resident.objects.all()).filter(TERMS.past(DAY))
    assert past.exists() is is_past


@settings(max_examples=50, deadline=None)
@given(since=st.dates(dt.date(2024, 1, 1), DAY), born=st.dates(dt.date(1935, 1, 1), DAY))
def test_the_last_day_is_the_last_that_is_not_past(since, born):
    """Never later; on the last days of a month a few days earlier, which only hurries."""
    terms, due = TERMS, TERMS.due_on(timezone.make_aware(dt.datetime.combine(since, dt.time(9))), born)

    def is_past(day: dt.date) -> bool:
        is_old = born <= freshness.months_before(day, 80 * 12)
        return since < freshness.months_before(day, terms.months_from_80 if is_old else terms.months)

    assert not is_past(due) or due < since
    assert any(is_past(due + dt.timedelta(days=n)) for n in range(1, 6))


def test_the_figures_and_rule_l22_say_the_same(commune, officer):
    """Over generated people: who is past due here is exactly who rule L22 finds."""
    today, rule = timezone.localdate(), catalogue()["L22"]
    for n in range(60):
        at = timezone.now() - dt.timedelta(days=150 + 7 * n)
        ResidentFactory(
            commune=commune, birth_year=1938 + n, created_at=at if n % 3 == 0 else timezone.now(),
            confirmed_at=None if n % 3 == 0 else at, confirmed_by=None if n % 3 == 0 else officer,
        )  # fmt: skip
    Setting.objects.create(code="confirm_months_from_80", value=7, valid_from=today)
    past = set(freshness.since(Resident.objects.all()).filter(Terms.read().past(today)).values_list("pk", flat=True))
    found = {one.resident.pk for one in load(list(Resident.objects.all()), on=today) if rule.check(one)}
    assert past == found
    assert 0 < len(past) < 60


def test_a_confirmation_is_taken_back_only_while_it_stands(resident, officer):
    before = freshness.standing(resident)
    freshness.confirm([resident.pk], "visit", by=officer)
    given = Resident.objects.get(pk=resident.pk).confirmed_at
    person = Resident.objects.get(pk=resident.pk)
    assert freshness.take_back(person, given=given - dt.timedelta(seconds=1), before=before) is False
    assert freshness.take_back(person, given=given, before=before) is True
    assert how(resident) == NEVER


def test_a_record_made_with_its_card_is_confirmed_by_it(client, commune, officer):
    from registry.residents.scan_compare import after_register

    person = ResidentFactory(commune=commune, submit_token=uuid.uuid4())
    person.numbers.create(kind="SDDCN", number="001190000123")
    fields = {"scan": "qr_2021", "number": "001190000123", "full_name": person.full_name,
              "birth_date": "21/05/1990", "sex": "2"}  # fmt: skip
    after_register(person, {"from_card": fields, "number": "001190000123"}, by=officer)
    assert how(person) == ("scan", officer)
