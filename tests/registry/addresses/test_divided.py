"""A divided commune: an officer says once for a hamlet where everybody of it belongs now."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Unit, UnitSuccessor
from registry.addresses.divided import DivisionRefused, Waiting, decide, people_of, slug_of, waiting
from registry.models import Finding, Household, Residence
from registry.tasks import scan_due
from tests.conftest import settled
from tests.factories import HouseholdFactory, ResidenceFactory, ResidentFactory, UnitFactory

pytestmark = pytest.mark.django_db
BASIS = "Nghị quyết 12/NQ-HĐND"


@pytest.fixture
def old(commune: Unit, other_commune: Unit, province: Unit) -> Unit:
    """Xã Kim Mẫu went partly to Mẫu Sơn, partly to Mẫu Hạ."""
    old = UnitFactory(
        code="06900", name="Xã Kim Mẫu", parent=province, valid_from=dt.date(2008, 8, 1), valid_to=dt.date(2025, 6, 30)
    )
    for new in (commune, other_commune):
        UnitSuccessor.objects.create(old=old, new=new, kind="divided")
    return old


@pytest.fixture
def lan(resident, old):
    """Her permanent address still says Xã Kim Mẫu."""
    resident.residences.filter(kind="permanent").update(unit=old)
    return resident


def hamlet_of(officer, unit: Unit, key: str) -> Waiting:
    return next(one for one in waiting(officer) if (one.unit, one.key) == (unit, key))


def test_spellings_of_one_hamlet_wait_together(lan, officer, commune, old):
    other = ResidentFactory(commune=commune, full_name="Trần Mẫu Khôi")
    ResidenceFactory(resident=other, unit=old, hamlet="thôn 02")
    third = ResidentFactory(commune=commune, full_name="Phạm Mẫu An")
    ResidenceFactory(resident=third, unit=old, hamlet="Thôn 10")
    rows = waiting(officer)
    assert [(one.name, sorted(one.texts), one.people) for one in rows] == [
        ("Thôn 2", ["Thôn 2", "thôn 02"], 2),
        ("Thôn 10", ["Thôn 10"], 1),
    ]
    assert {unit.name for unit in rows[0].today} == {"Xã Mẫu Sơn", "Xã Mẫu Hạ"}


def test_next_door_waits_for_its_own_officer(lan, outsider, officer, stranger, old):
    outsider.residences.filter(kind="permanent").update(unit=old)
    assert [row.people for row in waiting(officer)] == [1]
    [theirs] = waiting(stranger)
    assert [one.pk for one in people_of(stranger, theirs)] == [outsider.pk]


def test_the_decision_moves_everybody_of_the_hamlet_and_nobody_else(lan, outsider, officer, commune, old):
    outsider.residences.filter(kind="permanent").update(unit=old)
    beside = ResidentFactory(commune=commune)
    ResidenceFactory(resident=beside, unit=old, hamlet="Thôn 3")
    one = hamlet_of(officer, old, "thon 2")
    assert decide(one, commune, seen=1, basis=BASIS, by=officer) == 1
    home = lan.residences.get(kind="permanent")
    assert (home.unit, home.hamlet, home.raw_text, home.from_on) == (
        commune, "Thôn 2", "Số 5, Thôn 2, Xã Kim Mẫu, Tỉnh Mẫu", dt.date(2010, 1, 1),
    )  # fmt: skip
    assert set(Residence.objects.filter(unit=old).values_list("resident", flat=True)) == {outsider.pk, beside.pk}
    line = AuditEvent.objects.get(target_ref=str(lan.public_id))
    assert (line.action, line.actor_badge, line.reason) == ("change", officer.badge_number, BASIS)


def test_the_record_and_the_household_go_along_where_the_old_commune_keeps_them(old, commune, officer):
    officer.unit = old
    officer.save()
    person = settled(old, number="001190000555")
    HouseholdFactory(commune=commune, code=Household.objects.get().code)
    one = hamlet_of(officer, old, "thon 2")
    decide(one, commune, seen=1, basis=BASIS, by=officer)
    person.refresh_from_db()
    assert person.commune == commune
    assert person.memberships.get().household.commune == commune
    assert Household.objects.filter(commune=commune).count() == 2


def test_rule_l04_closes(lan, officer, commune, old):
    lan.scan_due = True
    lan.save()
    scan_due()
    assert Finding.objects.filter(resident=lan, rule="L04", state="open").exists()
    decide(hamlet_of(officer, old, "thon 2"), commune, seen=1, basis=BASIS, by=officer)
    scan_due()
    assert not Finding.objects.filter(resident=lan, rule="L04").exclude(state="closed").exists()


@pytest.mark.parametrize(("to", "seen", "said"), [("commune", 2, "từ 2 thành 1 người"), ("province", 1, "không nhận")])
def test_what_does_not_hold_is_refused_and_nothing_is_written(lan, officer, old, to, seen, said, request):
    with pytest.raises(DivisionRefused, match=said):
        decide(hamlet_of(officer, old, "thon 2"), request.getfixturevalue(to), seen=seen, basis=BASIS, by=officer)
    assert lan.residences.get(kind="permanent").unit == old
    assert not AuditEvent.objects.filter(target_ref=str(lan.public_id)).exists()


def test_without_a_hamlet_nobody_is_moved_together(lan, officer, old, commune):
    lan.residences.update(hamlet="")
    one = hamlet_of(officer, old, "")
    with pytest.raises(DivisionRefused, match="sửa từng hồ sơ"):
        decide(one, commune, seen=1, basis=BASIS, by=officer)


# --- the pages --------------------------------------------------------------------------------------------------------


def page_of(old: Unit, hamlet: str = "thon 2") -> str:
    return f"{reverse('registry:divided_hamlet', args=[slug_of(old)])}?thon={hamlet}"


def test_the_pages_take_few_queries(lan, officer, commune, old, client_of, django_assert_max_num_queries):
    for n in range(3):
        person = ResidentFactory(commune=commune, full_name=f"Trần Mẫu {n}")
        ResidenceFactory(resident=person, unit=old, hamlet="Thôn 2")
    client = client_of(officer)
    with django_assert_max_num_queries(12):
        listed = client.get(reverse("registry:divided"))
    assert "Thôn 2" in listed.content.decode()
    with django_assert_max_num_queries(12):
        answer = client.get(page_of(old))
    text = answer.content.decode()
    assert "Nguyễn Thị Mẫu Lan" in text
    assert "Trần Mẫu 2" in text


def test_the_officer_decides_on_the_page_and_a_second_click_changes_nothing(lan, officer, commune, old, client_of):
    client = client_of(officer)
    sent = {"to": commune.code, "basis": BASIS, "seen": "1", "submit_token": "x1"}
    assert client.post(page_of(old), sent).status_code == 302
    assert lan.residences.get(kind="permanent").unit == commune
    lines = AuditEvent.objects.filter(target_ref=str(lan.public_id), action="change").count()
    assert client.post(page_of(old), sent).status_code == 302
    assert AuditEvent.objects.filter(target_ref=str(lan.public_id), action="change").count() == lines == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to": ""}, "Chọn nơi."),
        ({"basis": ""}, "Ghi căn cứ"),
        ({"seen": "4"}, "từ 4 thành 1 người"),
        ({"to": "9"}, "Chọn một"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(lan, officer, commune, old, client_of, change, said):
    sent = {"to": commune.code, "basis": BASIS, "seen": "1"} | change
    answer = client_of(officer).post(page_of(old), sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert lan.residences.get(kind="permanent").unit == old


def test_a_stranger_sees_nobody_of_ours(lan, stranger, old, client_of):
    client = client_of(stranger)
    assert "Thôn 2" not in client.get(reverse("registry:divided")).content.decode()
    answer = client.post(page_of(old), {"to": "06002", "basis": BASIS, "seen": "1"})
    assert answer.status_code == 302
    assert lan.residences.get(kind="permanent").unit == old


def test_a_unit_that_is_none_is_not_found(lan, officer, client_of):
    assert client_of(officer).get(reverse("registry:divided_hamlet", args=["99999-20250630"])).status_code == 404
