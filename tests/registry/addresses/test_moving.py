"""A commune ends, one other takes its place: whoever stood in the old stands in the new, once, with a line."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEvent, Draft, Level, Unit, UnitSuccessor
from accounts.units.amendments import Amendment
from accounts.units.load import _Loading, load_units
from cards.models import Counter as Numbers
from cards.models import Receipt
from registry import tasks
from registry.addresses import moving
from registry.addresses.moving import move_to_successors
from registry.cleanup.scan import scan
from registry.models import Finding, Hamlet, Household, Residence, Resident
from tests.conftest import settled
from tests.factories import (
    ApplicationFactory,
    FindingFactory,
    HouseholdFactory,
    OfficerFactory,
    ResidenceFactory,
    ResidentFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
REFORM = dt.date(2026, 4, 30)
EVE = dt.date(2026, 4, 29)


@pytest.fixture
def phuong(commune: Unit, province: Unit) -> Unit:
    """Xã Mẫu Sơn became Phường Mẫu Sơn, code unchanged, as ten communes of Đồng Nai did on 30/04/2026."""
    new = UnitFactory(code=commune.code, name="Phường Mẫu Sơn", parent=province, valid_from=REFORM)
    Unit.objects.filter(pk=commune.pk).update(valid_to=EVE)
    commune.refresh_from_db()
    UnitSuccessor.objects.create(old=commune, new=new, kind="whole")
    return new


def test_the_whole_office_moves(resident, officer, chief, colleague, commune, phuong):
    application = ApplicationFactory(resident=resident, created_by=officer)
    receipt = Receipt.objects.create(
        application=application, commune=commune, year=2026, serial=1, content={}, state="ready"
    )
    Numbers.objects.create(commune=commune, year=2026, series="application", last=7)
    finding = FindingFactory(resident=resident)
    hamlet = Hamlet.objects.create(commune=commune, name="Thôn 2")
    draft = Draft.objects.create(officer=officer, path="/cu-dan/ghi-nhan/x/")
    done = move_to_successors()
    assert (done["officers"], done["households"], done["residents"], done["hamlets"]) == (3, 1, 1, 1)
    moved = [officer, chief, colleague, draft, resident, hamlet, application, receipt, finding]
    for row in moved:
        row.refresh_from_db()
        assert getattr(row, "unit" if hasattr(row, "unit") else "commune") == phuong, row
    assert Household.objects.get().commune == phuong
    assert Numbers.objects.get().commune == phuong


def test_the_registration_stays_the_row_and_the_day_that_it_is(resident, commune, phuong):
    """Unit changing its name is no move of the person (decision 19): no date changes, no row is added."""
    before = {row.pk: (row.kind, row.from_on, row.hamlet, row.street) for row in resident.residences.all()}
    move_to_successors()
    rows = Residence.objects.filter(resident=resident)
    assert {row.pk: (row.kind, row.from_on, row.hamlet, row.street) for row in rows} == before
    assert {row.unit for row in rows} == {phuong}
    assert {row.raw_text for row in rows} == {"Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu"}


def test_what_was_typed_once_is_never_overwritten(resident, commune, phuong):
    Residence.objects.filter(resident=resident).update(raw_text="số 5 thôn 2 xã mẫu sơn")
    move_to_successors()
    assert {row.raw_text for row in resident.residences.all()} == {"số 5 thôn 2 xã mẫu sơn"}


def test_what_ended_keeps_its_old_name(resident, commune, phuong):
    struck = ResidenceFactory(
        resident=resident,
        kind="temporary",
        from_on=dt.date(2020, 1, 1),
        closed_at=dt.datetime(2021, 1, 1, tzinfo=dt.UTC),
    )
    over = ResidenceFactory(resident=resident, kind="temporary", from_on=dt.date(2022, 1, 1), to_on=EVE)
    lapsed = ResidenceFactory(resident=resident, kind="stay", from_on=EVE, to_on=dt.date(2026, 6, 1))
    move_to_successors()
    units = {row.pk: row.unit for row in resident.residences.all()}
    assert (units[struck.pk], units[over.pk]) == (commune, commune)
    assert units[lapsed.pk] == phuong, "it held after the day, so it was in the new one"


def test_each_person_household_and_officer_has_a_line(resident, officer, phuong):
    move_to_successors()
    lines = AuditEvent.objects.filter(action="system", actor_name="Hệ thống")
    said = {(row.target_ref, row.sentence) for row in lines}
    why = "Xã Mẫu Sơn, Tỉnh Mẫu → Phường Mẫu Sơn, Tỉnh Mẫu (từ 30/04/2026)"
    household = Household.objects.get()
    assert (str(resident.public_id),
            f"Địa chỉ theo đơn vị mới của Nguyễn Thị Mẫu Lan, sinh 21/05/1990: {why}") in said  # fmt: skip
    assert (str(household.public_id), f"Hộ {household.code}: {why}") in said
    assert (str(officer.public_id), f"Đơn vị của {officer}: {why}") in said


def test_a_second_run_finds_nothing(resident, officer, phuong):
    move_to_successors()
    lines = AuditEvent.objects.count()
    assert not move_to_successors()
    assert AuditEvent.objects.count() == lines


def test_rule_l04_opens_before_and_closes_after(resident, phuong):
    scan([resident.pk])
    assert Finding.objects.filter(resident=resident, rule="L04", state="open").exists()
    move_to_successors()
    assert Resident.objects.get(pk=resident.pk).scan_due
    tasks.scan_due()
    assert not Finding.objects.filter(resident=resident, rule="L04").exclude(state="closed").exists()


def test_the_officer_finds_the_person_as_before(resident, officer, client_of, phuong):
    move_to_successors()
    officer.refresh_from_db()
    client = client_of(officer)
    assert client.get(reverse("registry:resident", args=[resident.public_id])).status_code == 200
    found = client.get(reverse("registry:search"), {"q": "nguyen thi mau lan"}, follow=True)
    assert str(resident.public_id) in found.content.decode()


def test_history_keeps_the_row_as_it_was(resident, commune, phuong):
    move_to_successors()
    home = resident.residences.get(kind="permanent")
    seen = home._meta.apps.get_model("registry", "ResidenceEvent").objects.filter(pgh_obj_id=home.pk)
    assert list(seen.order_by("pgh_id").values_list("unit", flat=True)) == [commune.pk, phuong.pk]


def test_next_door_stays_untouched(resident, outsider, stranger, other_commune, phuong):
    """The bait: a commune that did not change."""
    before = list(Residence.objects.filter(resident=outsider).values_list())
    move_to_successors()
    outsider.refresh_from_db(), stranger.refresh_from_db()
    assert (outsider.commune, stranger.unit) == (other_commune, other_commune)
    assert list(Residence.objects.filter(resident=outsider).values_list()) == before
    assert not AuditEvent.objects.filter(target_ref=str(outsider.public_id)).exists()


def test_an_address_in_the_old_commune_moves_whoever_keeps_the_record(outsider, other_commune, commune, phuong):
    away = Residence.objects.filter(resident=outsider, kind="permanent")
    away.update(unit=commune)
    move_to_successors()
    assert away.get().unit == phuong
    outsider.refresh_from_db()
    assert outsider.commune == other_commune


def test_a_divided_commune_waits_for_an_officer(resident, officer, commune, phuong, province):
    second = UnitFactory(name="Xã Mẫu Đông", parent=province, valid_from=REFORM)
    UnitSuccessor.objects.create(old=commune, new=second, kind="divided")
    assert not move_to_successors()
    resident.refresh_from_db(), officer.refresh_from_db()
    assert (resident.commune, officer.unit) == (commune, commune)


def test_two_steps_are_taken_at_once(resident, commune, phuong, province):
    """Thị trấn Trảng Bom -> Xã Trảng Bom -> Phường Trảng Bom."""
    first = UnitFactory(
        name="Thị trấn Mẫu", parent=province, valid_from=dt.date(2008, 8, 1), valid_to=dt.date(2025, 6, 30)
    )
    UnitSuccessor.objects.create(old=first, new=commune, kind="whole")
    Residence.objects.filter(resident=resident).update(unit=first)
    move_to_successors()
    home = resident.residences.get(kind="permanent")
    assert (home.unit, home.raw_text) == (phuong, "Số 5, Thôn 2, Thị trấn Mẫu, Tỉnh Mẫu")


def test_two_communes_become_one_and_numbers_that_clash_are_given_anew(commune, other_commune, phuong):
    UnitSuccessor.objects.create(old=other_commune, new=phuong, kind="whole")
    Unit.objects.filter(pk=other_commune.pk).update(valid_to=EVE)
    HouseholdFactory(commune=commune, code="00001")
    HouseholdFactory(commune=other_commune, code="00001")
    HouseholdFactory(commune=other_commune, code="00009")
    Hamlet.objects.create(commune=commune, name="Thôn 1")
    Hamlet.objects.create(commune=other_commune, name="Thôn 01")
    move_to_successors()
    assert sorted(Household.objects.filter(commune=phuong).values_list("code", flat=True)) == [
        "00001",
        "00009",
        "00010",
    ]
    assert AuditEvent.objects.filter(sentence__startswith="Hộ 00001, số hộ 00001 → 00010: ").count() == 1
    assert Hamlet.objects.filter(commune=phuong, valid_to=None).count() == 1
    assert AuditEvent.objects.filter(sentence__endswith="; đóng vì nơi mới đã có tên này").count() == 1


def test_files_of_one_number_stop_the_move_and_say_so(resident, outsider, officer, other_commune, phuong):
    """The number is printed on a slip in a citizen's hand: nobody renumbers it by night."""
    move_to_successors()
    UnitSuccessor.objects.create(old=other_commune, new=phuong, kind="whole")
    Unit.objects.filter(pk=other_commune.pk).update(valid_to=EVE)
    resident.refresh_from_db()
    one = ApplicationFactory(resident=resident, created_by=officer)
    two = ApplicationFactory(resident=outsider, created_by=officer, serial=one.serial)
    assert move_to_successors()["refused"] == 1
    outsider.refresh_from_db(), two.refresh_from_db()
    assert (outsider.commune, two.commune) == (other_commune, other_commune)
    assert AuditEvent.objects.filter(
        sentence__contains="Hai nơi cùng đã cấp các số giống nhau (hồ sơ căn cước)"
    ).exists()


def test_it_goes_on_where_it_was_broken_off(commune, phuong, monkeypatch):
    people = [settled(commune, number=f"00119000{n:04d}", name=f"Nguyễn Mẫu {n}") for n in range(5)]
    monkeypatch.setattr(moving, "BATCH", 2)
    move_to_successors(seconds=0)  # the office moves, then the time is up
    assert Resident.objects.filter(commune=commune).count() == 5
    assert move_to_successors()["residents"] == 5
    assert set(Resident.objects.filter(pk__in=[one.pk for one in people]).values_list("commune", flat=True)) == {
        phuong.pk
    }


def test_somebody_on_whom_it_fails_is_named_and_the_others_move(commune, other_commune, phuong, province):
    """Registered for a time in both communes that became one: two at a time in one unit are refused by the database."""
    UnitSuccessor.objects.create(old=other_commune, new=phuong, kind="whole")
    Unit.objects.filter(pk=other_commune.pk).update(valid_to=EVE)
    torn, plain = ResidentFactory(commune=commune), ResidentFactory(commune=commune)
    dates = {"kind": "temporary", "from_on": dt.date(2026, 1, 1), "to_on": dt.date(2027, 1, 1)}
    ResidenceFactory(resident=torn, unit=commune, **dates)
    ResidenceFactory(resident=torn, unit=other_commune, **dates)
    ResidenceFactory(resident=plain, unit=other_commune, **dates)
    done = move_to_successors()
    assert done["failed"] == 1
    assert plain.residences.get().unit == phuong
    assert AuditEvent.objects.filter(target_ref=str(torn.public_id), sentence__contains="tạm bỏ qua").exists()


def test_a_birth_date_that_is_none_does_not_stop_the_move(commune, phuong):
    person = ResidentFactory(commune=commune)
    Resident.objects.filter(pk=person.pk).update(birth_day=31, birth_month=2)
    assert move_to_successors()["failed"] == 0
    assert Resident.objects.get(pk=person.pk).commune == phuong


def test_the_job_and_the_command_do_the_same(resident, phuong, capsys):
    tasks.move_to_successors()
    resident.refresh_from_db()
    assert resident.commune == phuong
    call_command("move_to_successors")
    assert "Không còn gì" in capsys.readouterr().out


def test_it_takes_few_queries_a_batch(commune, phuong, django_assert_max_num_queries):
    for n in range(4):
        settled(commune, number=f"00119000{n:04d}", name=f"Nguyễn Mẫu {n}")
    move_to_successors(seconds=0)
    with connection.execute_wrapper(_count := Counting()):
        move_to_successors()
    written = AuditEvent.objects.filter(action="system").count()
    assert _count.queries - written < 55, "lines of the trail aside, as many for four as for one"


class Counting:
    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)


# --- with the real table ----------------------------------------------------------------------------------------------


def test_an_office_of_dong_nai_wakes_up_as_a_phuong_on_30_april_2026(client_of, monkeypatch):
    """237/NQ-UBTVQH16 in a running office: the table of units gains the decision, the night does the rest."""
    from accounts.units import load

    later: list[Amendment] = list(load.AMENDMENTS)
    monkeypatch.setattr(load, "AMENDMENTS", [])
    load_units()
    province = Unit.objects.get(level=Level.PROVINCE, code="75", valid_from=load.NEW_FROM)
    xa = Unit.objects.get(name="Xã Trảng Bom", parent=province)
    beside = Unit.objects.get(name="Xã An Viễn", parent=province)
    officer = OfficerFactory(badge_number="TB-001", unit=xa)
    supervisor = OfficerFactory(badge_number="T75-1", unit=province, role="province_supervisor")
    lan = settled(xa, number="075190000123")
    bait = settled(beside, number="075190000999", name="Nguyễn Thị Mẫu Lạ")
    old_home = Unit.objects.get(name="Thị trấn Trảng Bom")
    Residence.objects.filter(resident=lan, kind="permanent").update(unit=old_home)

    monkeypatch.setattr(load, "AMENDMENTS", later)
    assert not _Loading(load.source.data_folder()).run().nothing
    done = move_to_successors()

    # Lan twice: for her address in the thị trấn of 2025, and for her record in the xã of 2026.
    assert (done["officers"], done["residents"], done["failed"], done["refused"]) == (2, 2, 0, 0)
    for row in (officer, supervisor, lan, bait):
        row.refresh_from_db()
    assert officer.unit.path == "Phường Trảng Bom, Thành phố Đồng Nai"
    assert supervisor.unit.path == "Thành phố Đồng Nai"
    assert lan.commune == officer.unit
    assert {home.unit for home in lan.residences.all()} == {officer.unit}
    assert lan.residences.get(kind="permanent").raw_text.endswith("Thị trấn Trảng Bom, Huyện Trảng Bom, Tỉnh Đồng Nai")
    assert bait.commune == beside, "a commune that the decision does not name keeps its row"
    assert client_of(officer).get(reverse("registry:resident", args=[lan.public_id])).status_code == 200
    assert client_of(supervisor).get(reverse("registry:resident", args=[bait.public_id])).status_code == 200
    assert not move_to_successors()
