"""The list of hamlets: what is done to it is done to the records in the same breath, and only in one's own commune."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from registry.hamlets import work
from registry.hamlets.names import as_listed, names_for, not_listed
from registry.hamlets.unlisted import by_key, texts_of, unlisted
from registry.hamlets.work import HamletRefused
from registry.models import Hamlet, Household, Residence, Resident
from tests.factories import HouseholdFactory, ResidenceFactory, ResidentFactory

pytestmark = pytest.mark.django_db
YESTERDAY = dt.timedelta(days=1)


@pytest.fixture
def two(commune) -> Hamlet:
    return Hamlet.objects.create(commune=commune, name="Thôn 2")


@pytest.fixture
def three(commune) -> Hamlet:
    return Hamlet.objects.create(commune=commune, name="Thôn 3")


# --- add --------------------------------------------------------------------------------------------------------------


def test_a_hamlet_is_added_with_a_line(chief, commune):
    new = work.add(commune, "  thôn  Nà Mạ ", by=chief)
    assert (new.name, new.commune) == ("Thôn Nà Mạ", commune)
    line = AuditEvent.objects.get(target_ref=str(new.public_id))
    assert (line.action, line.sentence) == ("create", "Thêm Thôn Nà Mạ vào danh sách thôn, tổ của Xã Mẫu Sơn")


@pytest.mark.parametrize("name", ["Tổ dân phố 5", "tổ 05", "TDP 5", "Tổ dân phố số 5"])
def test_one_place_is_in_the_list_once_however_it_is_written(chief, commune, name):
    work.add(commune, "Tổ 5", by=chief)
    with pytest.raises(HamletRefused, match="Danh sách đã có Tổ 5"):
        work.add(commune, name, by=chief)


@pytest.mark.parametrize("name", ["", " ", "...", "\u200b"])
def test_a_hamlet_without_a_name_is_refused(chief, commune, name):
    with pytest.raises(HamletRefused, match="Ghi tên"):
        work.add(commune, name, by=chief)


def test_next_door_may_have_a_hamlet_of_the_same_name(chief, commune, other_commune):
    work.add(other_commune, "Thôn 2", by=chief)
    work.add(commune, "Thôn 2", by=chief)
    assert Hamlet.objects.count() == 2


# --- rename -----------------------------------------------------------------------------------------------------------


def test_a_new_name_is_written_into_open_records_of_the_commune_and_nowhere_else(
    resident, outsider, chief, commune, other_commune, two
):
    other = ResidentFactory(commune=commune)
    ResidenceFactory(resident=other, hamlet="thôn 02")
    past = ResidenceFactory(resident=other, kind="temporary", hamlet="Thôn 2", to_on=timezone.localdate() - YESTERDAY)
    elsewhere = ResidenceFactory(resident=other, kind="stay", hamlet="Thôn 2", unit=other_commune)
    closed = HouseholdFactory(commune=commune, closed_on=dt.date(2020, 1, 1))
    done = work.rename(two, "Thôn Nà Mạ", by=chief, basis="NQ 5")
    assert (done.people, done.households) == (2, 1)
    assert {row.hamlet for row in resident.residences.all()} == {"Thôn Nà Mạ"}
    assert {row.hamlet for row in other.residences.filter(kind="permanent")} == {"Thôn Nà Mạ"}
    for row in (past, elsewhere, closed):
        row.refresh_from_db()
        assert row.hamlet == "Thôn 2"
    assert {row.hamlet for row in outsider.residences.all()} == {"Thôn 2"}
    assert set(Household.objects.filter(commune=other_commune).values_list("hamlet", flat=True)) == {"Thôn 2"}


def test_keys_marks_lines_and_history_follow_a_new_name(resident, chief, two):
    work.rename(two, "Thôn Nà Mạ", by=chief, basis="NQ 5")
    home = resident.residences.get(kind="permanent")
    assert home.address_folded == "5 thon na ma"
    person = Resident.objects.get(pk=resident.pk)
    assert (person.scan_due, person.matching_due) == (True, True)
    line = AuditEvent.objects.get(target_ref=str(resident.public_id))
    assert (line.sentence, line.reason, line.actor_badge) == (
        "Thôn, tổ của Nguyễn Thị Mẫu Lan, sinh 21/05/1990: Thôn 2 → Thôn Nà Mạ", "NQ 5", chief.badge_number,
    )  # fmt: skip
    events = Residence._meta.apps.get_model("registry", "ResidenceEvent").objects.filter(pgh_obj_id=home.pk)
    assert list(events.order_by("pgh_id").values_list("hamlet", flat=True)) == ["Thôn 2", "Thôn Nà Mạ"]
    assert AuditEvent.objects.filter(sentence="Đổi tên Thôn 2 thành Thôn Nà Mạ: 1 hộ, 1 người").exists()


def test_a_hamlet_may_be_written_otherwise_and_its_records_follow(resident, chief, two):
    work.rename(two, "Thôn số 2", by=chief)
    assert resident.residences.get(kind="permanent").hamlet == "Thôn số 2"


def test_the_name_of_another_hamlet_is_refused_and_nothing_is_written(resident, chief, two, three):
    with pytest.raises(HamletRefused, match="đã có Thôn 3"):
        work.rename(two, "thôn 03", by=chief)
    two.refresh_from_db()
    assert two.name == "Thôn 2"
    assert resident.residences.get(kind="permanent").hamlet == "Thôn 2"


# --- close ------------------------------------------------------------------------------------------------------------


def test_a_hamlet_where_people_live_is_not_closed(resident, chief, two):
    with pytest.raises(HamletRefused, match="Còn 1 người và 1 hộ ở Thôn 2; chọn thôn, tổ nhận."):
        work.close(two, by=chief)
    two.refresh_from_db()
    assert two.valid_to is None


def test_an_empty_hamlet_is_closed(chief, three):
    work.close(three, by=chief)
    three.refresh_from_db()
    assert three.valid_to == timezone.localdate()


def test_two_hamlets_become_one(resident, chief, two, three):
    done = work.close(two, by=chief, into=three, basis="NQ sáp nhập")
    assert (done.people, done.households) == (1, 1)
    assert {row.hamlet for row in resident.residences.all()} == {"Thôn 3"}
    assert Household.objects.get().hamlet == "Thôn 3"
    assert AuditEvent.objects.filter(sentence__contains="nhập vào Thôn 3: 1 hộ, 1 người").exists()


def test_nothing_is_merged_into_another_communes_hamlet(resident, chief, two, other_commune):
    bait = Hamlet.objects.create(commune=other_commune, name="Thôn 9")
    for heir in (bait, two):
        with pytest.raises(HamletRefused, match="thôn, tổ khác đang có"):
            work.close(two, by=chief, into=heir)
    assert resident.residences.get(kind="permanent").hamlet == "Thôn 2"


def test_days_that_cannot_be_are_refused(chief, commune):
    new = work.add(commune, "Thôn Mới", by=chief, since=dt.date(2026, 1, 1))
    for day in (dt.date(2025, 12, 31), timezone.localdate() + YESTERDAY):
        with pytest.raises(HamletRefused):
            work.close(new, by=chief, on=day)


def test_a_closed_hamlet_is_left_alone_and_its_name_is_free(chief, commune, three):
    work.close(three, by=chief)
    with pytest.raises(HamletRefused, match="đã đóng từ"):
        work.rename(three, "Thôn 4", by=chief)
    work.add(commune, "Thôn 3", by=chief)


# --- what records write (S28) -----------------------------------------------------------------------------------------


def test_what_records_write_and_the_list_does_not_is_found_with_the_hamlet_it_may_be(resident, commune, two):
    nama = Hamlet.objects.create(commune=commune, name="Thôn Nà Mạ")
    for hamlet in ("thôn 02", "Bản Nà Mạ", "Xóm Núi", "xóm núi", "Thôn Nà Mạ"):
        ResidenceFactory(resident=ResidentFactory(commune=commune), hamlet=hamlet)
    found = unlisted(texts_of(commune), [two, nama])
    assert [(one.name, sorted(one.texts), one.people, one.twin, one.like) for one in found] == [
        ("Bản Nà Mạ", ["Bản Nà Mạ"], 1, None, nama),
        ("Thôn 2", ["thôn 02"], 1, two, None),
        ("Xóm núi", ["Xóm Núi", "xóm núi"], 2, None, None),
    ]
    assert by_key(texts_of(commune))["thon 2"] == (2, 1), "both spellings live in one hamlet"


def test_a_number_with_another_kind_is_another_place(commune, two):
    ResidenceFactory(resident=ResidentFactory(commune=commune), hamlet="Tổ 2")
    [one] = unlisted(texts_of(commune), [two])
    assert one.proposed is None


def test_writings_are_corrected_for_everybody_at_once(resident, outsider, chief, commune, two):
    nama = Hamlet.objects.create(commune=commune, name="Thôn Nà Mạ")
    done = work.call_it(commune, ["Thôn 2"], nama, by=chief)
    assert (done.people, done.households) == (1, 1)
    assert {row.hamlet for row in resident.residences.all()} == {"Thôn Nà Mạ"}
    assert {row.hamlet for row in outsider.residences.all()} == {"Thôn 2"}


def test_the_hamlet_of_another_commune_is_nobodys_answer(resident, chief, commune, other_commune):
    bait = Hamlet.objects.create(commune=other_commune, name="Thôn 9")
    with pytest.raises(HamletRefused):
        work.call_it(commune, ["Thôn 2"], bait, by=chief)


# --- in the forms -----------------------------------------------------------------------------------------------------


def test_suggestions_are_the_list_in_its_natural_order(officer, commune, other_commune):
    for name in ("Thôn 10", "Thôn 2", "Thôn 1", "Bản Áng", "Bản An"):
        Hamlet.objects.create(commune=commune, name=name)
    Hamlet.objects.create(commune=commune, name="Thôn Cũ", valid_to=dt.date(2020, 1, 1))
    Hamlet.objects.create(commune=other_commune, name="Thôn Lạ")
    assert names_for(officer) == ["Bản An", "Bản Áng", "Thôn 1", "Thôn 2", "Thôn 10"]


def test_without_a_list_households_are_asked(officer, commune):
    for hamlet in ("Thôn 10", "Thôn 2"):
        HouseholdFactory(commune=commune, hamlet=hamlet)
    assert names_for(officer) == ["Thôn 2", "Thôn 10"]


def test_a_hamlet_that_is_not_in_the_list_is_a_warning(commune, two):
    assert not_listed(commune, "Thôn 9").startswith("“Thôn 9” chưa có trong danh sách")
    assert not_listed(commune, "thôn 02") == ""
    assert not_listed(commune, "") == ""
    assert as_listed(commune, "thôn 02") == "Thôn 2"
    assert as_listed(commune, "Thôn 9") == "Thôn 9"


def test_no_list_no_warning(commune):
    assert not_listed(commune, "Thôn 9") == ""
