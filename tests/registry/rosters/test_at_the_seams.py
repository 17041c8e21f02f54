"""Two rows of one person, rows apart from their like, numbers brought along; the preview, which says what happens."""

import datetime as dt

import pytest
from django.utils import timezone

from registry.addresses.moving import move_households
from registry.models import DocumentImage, Residence, Resident, Roster
from registry.residents.register import correct
from registry.rosters import applying, checking, deciding, forgetting, parts, weighing, work
from tests.conftest import settled
from tests.factories import HouseholdFactory, ResidentFactory
from tests.registry.rosters.listing import approved, checked, finish, person, row_of, write
from tests.registry.rosters.test_checking import run
from tests.registry.rosters.test_taking_back import LAN, take_back

pytestmark = pytest.mark.django_db


def hamlet(many, key="Thôn 2"):
    first = ["An", "Bình", "Chi", "Dung", "Giang", "Hà", "Khánh", "Lan", "Minh", "Nga"]
    return [
        [
            key,
            f"Lò {first[at % 10]} {first[at // 10 % 10]} {first[at // 100 % 10]}",
            f"{at % 28 + 1:02d}/{at % 12 + 1:02d}/{1940 + at % 70}",
            "Nam",
            "",
            "",
            "",
            "",
            "",
            "",
        ]
        for at in range(many)
    ]


def test_the_row_after_the_longest_household_is_no_household_either(make, monkeypatch):
    """LONGEST 1,200 and MOST 60, made small: 61 rows of one key, cut after 60 + 40."""
    monkeypatch.setattr(parts, "LONGEST", 100)
    monkeypatch.setattr(checking, "CHECKED_PIECE", 50)
    rows = run(make(*hamlet(101)))
    keys = {row.number: row.household_key for row in rows if row.household_key}
    assert keys == {}


def test_a_row_of_a_hamlet_that_is_checked_again_founds_no_household(make, chief):
    roster = make(*hamlet(70))
    rows = run(roster)
    assert {row.household_key for row in rows} == {""}
    deciding.re_check(roster, roster.rows.filter(number=5), by=chief)
    row = row_of(roster, 5)
    assert (row.verdict, row.household_key) == ("new", "")


def test_a_double_of_the_file_that_is_checked_again_stays_a_double(make, chief):
    raw = [
        ["1", "Lê Văn Ba", "03/04/1980", "Nam", "001080000111", "", "", "", "", ""],
        ["1", "Lê Văn Ba", "03/04/1980", "Nam", "001080000111", "", "", "", "", ""],
    ]
    roster = make(*raw)
    run(roster)
    assert row_of(roster, 3).verdict == "suspect"
    deciding.re_check(roster, roster.rows.filter(number=3), by=chief)
    assert row_of(roster, 3).verdict == "suspect"


def two_of(chief, resident, one, other):
    roster = checked(chief, [LAN | one, LAN | other])
    for row in roster.rows.all():
        deciding.choose_person(row, resident, by=chief)
    assert set(roster.rows.values_list("verdict", "decision")) == {("changed", "as_person")}
    return roster


def test_two_rows_of_one_person_do_not_overwrite_each_other_unseen(chief, resident):
    roster = two_of(chief, resident, {"phone": "0987654321"}, {"phone": "0977777777"})
    write(roster, chief)
    states = list(roster.rows.values_list("number", "state", "said"))
    resident.refresh_from_db()
    assert [state for _, state, _ in states] == ["applied", "parked"], (states, resident.phone)


def test_two_rows_of_one_person_the_second_address_does_not_close_the_first(chief, resident):
    roster = two_of(
        chief,
        resident,
        {"temporary_line": "Số 9, Thôn 7, Xã Mẫu Sơn", "temporary_from": "01/01/2026", "temporary_to": "01/01/2027"},
        {"permanent_line": "Số 8, Thôn 7, Xã Mẫu Sơn", "permanent_from": "01/01/2020"},
    )
    write(roster, chief)
    states = list(roster.rows.values_list("number", "state", "said"))
    rows = list(Residence.objects.filter(resident=resident).values_list("kind", "street", "closed_at", "closed_reason"))
    temporary = Residence.objects.filter(resident=resident, kind="temporary", closed_at=None)
    assert temporary.exists(), (states, rows)


def test_households_moved_here_leave_the_numbers_set_aside_alone(chief, commune, other_commune):
    """A commune comes to ours while a list is written: the numbers set aside are not given away."""
    roster = approved(
        checked(chief, [person(f"Lò Văn {n}", household_key=f"H{n}") for n in ("Một", "Hai", "Ba")]), chief
    )
    applying.next_piece(roster)
    roster.save()
    HouseholdFactory(commune=commune, code="00000")
    ours = HouseholdFactory(commune=other_commune, code="00002")
    move_households([ours], commune, sentence="x", by=None)
    finish(roster, applying.next_piece)
    assert list(roster.rows.values_list("state", "said")) == [("applied", "")] * 3


def test_a_list_whose_commune_is_renamed_under_it_founds_its_households(chief, commune, other_commune):
    """Followers give the list to the successor while its parts hold numbers of the old commune."""
    roster = approved(
        checked(chief, [person(f"Lò Văn {n}", household_key=f"H{n}") for n in ("Một", "Hai", "Ba")]), chief
    )
    for number in (1, 2, 3):
        HouseholdFactory(commune=other_commune, code=f"{number:05d}")
    applying.next_piece(roster)
    roster.save()
    Roster.objects.filter(pk=roster.pk).update(commune=other_commune)  # Follower.move
    work.go_on(roster.pk, seconds=30)
    assert list(roster.rows.values_list("state", "said")) == [("applied", "")] * 3


# --- preview and reality ----------------------------------------------------------------------------------------------


def counts(roster):
    told = weighing.preview(roster)
    return told["go"] + told["back"], told["stay"] + told["stay_changed"]


def real(roster, chief):
    take_back(roster, chief)
    return (roster.rows.filter(state="taken_back").count(), roster.rows.filter(state="kept").count())


def test_preview_of_a_changed_person_who_went_to_another_commune(chief, resident, other_commune):
    roster = checked(chief, [LAN | {"email": "a@b.vn"}])
    deciding.decide(roster, roster.rows.all(), "write", by=chief)
    write(roster, chief)
    resident.refresh_from_db()
    resident.commune = other_commune
    resident.save()
    told = counts(roster)
    assert told == real(roster, chief)


def test_preview_of_a_line_that_somebody_took_off(chief, resident):
    roster = checked(chief, [LAN | {"cmnd": "012345678"}])
    deciding.decide(roster, roster.rows.all(), "write", by=chief)
    write(roster, chief)
    assert resident.numbers.filter(kind="CMND9").delete()[0]
    told = counts(roster)
    assert told == real(roster, chief)


def test_preview_of_a_changed_person_who_is_gone(chief, resident):
    roster = checked(chief, [LAN | {"email": "a@b.vn"}])
    deciding.decide(roster, roster.rows.all(), "write", by=chief)
    write(roster, chief)
    roster.rows.update(resident=None)
    told = counts(roster)
    assert told == real(roster, chief)


def test_preview_of_a_card_that_got_a_picture(chief, resident):
    roster = checked(chief, [LAN | {"card_issued_on": "05/03/2022"}])
    deciding.decide(roster, roster.rows.all(), "write", by=chief)
    write(roster, chief)
    card = resident.documents.get()
    DocumentImage.objects.create(document=card, jpeg=b"\xff\xd8", sha256="0" * 64, added_by=chief)
    told = counts(roster)
    assert told == real(roster, chief)


def test_preview_of_a_father_that_an_officer_emptied(chief, officer, commune):
    known = settled(commune, number="001190000456", name="Nguyễn Thị Mẫu Lam")
    known.relations.all().delete()
    told = {
        "full_name": "Nguyễn Thị Mẫu Lam",
        "birth_date": "21/05/1990",
        "sex": "Nữ",
        "number": "001190000456",
        "father_name": "Nguyễn Văn Cha",
    }
    roster = checked(chief, [told])
    assert row_of(roster, 2).verdict == "changed"
    deciding.decide(roster, roster.rows.all(), "write", by=chief)
    write(roster, chief)
    correct(known, {"father_name": "", "source": "GIAY_TO"}, by=officer)
    assert not known.relations.filter(kind="father").exists()
    told = counts(roster)
    assert told == real(roster, chief)


def test_what_the_preview_named_is_forgotten_with_the_list(chief, officer):
    roster = write(checked(chief, [person("Lò Văn Một")]), chief)
    made = row_of(roster, 2).resident
    made.email = "a@b.vn"
    made.save()
    Roster.objects.filter(pk=roster.pk).update(purge_on=timezone.localdate() - dt.timedelta(days=1))
    forgetting.forget()
    weighing.ask(roster, by=chief)
    assert work.go_on(roster.pk, seconds=10) is True
    roster.refresh_from_db()
    assert roster.told["preview"]["kept"]
    Roster.objects.filter(pk=roster.pk).update(applied_at=timezone.now() - dt.timedelta(days=60))
    forgetting.forget()
    roster.refresh_from_db()
    assert not roster.rows.exists()
    assert "Lò Văn Một" not in str(roster.told)


def test_a_parked_row_of_a_hamlet_founds_no_household(make, chief, commune):
    roster = make(*hamlet(70))
    run(roster)
    told = row_of(roster, 5)
    ResidentFactory(commune=commune, full_name=told.name)
    values = told.typed["birth_date"].split("/")
    Resident.objects.update(birth_day=int(values[0]), birth_month=int(values[1]), birth_year=int(values[2]))
    roster.refresh_from_db()
    roster.rows.exclude(number=5).update(decision="skip")
    roster.rows.filter(number=5).update(decision="write", verdict="new")
    roster = write(roster, chief)
    row = row_of(roster, 5)
    assert row.state == "parked", (row.state, row.said)
    assert row.household_key == ""
