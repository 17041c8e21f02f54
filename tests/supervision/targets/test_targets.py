"""Targets: which one holds for whom on which day, who may set and end them, what becomes of them with their commune."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Level, UnitSuccessor
from registry.addresses.moving import move_to_successors
from supervision.models import Target
from supervision.targets.resolve import is_reached, resolve
from supervision.targets.work import TargetRefused, end_target, set_target
from tests.factories import OfficerFactory, TargetFactory, UnitFactory

pytestmark = pytest.mark.django_db
PAGE, NEW = "/chi-tieu/", "/chi-tieu/moi/"
TODAY = timezone.localdate()
SHARE, PIECES, TAKEN = "ty-le-sach", "chua-sach", "thu-nhan"


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def text(response) -> str:
    return response.content.decode()


def typed(**fields) -> dict:
    return {"code": SHARE, "unit": "06001", "value": "95,5", "period": "", "since": f"{TODAY:%d/%m/%Y}", "until": "",
            "note": ""} | fields  # fmt: skip


# --- which one holds -------------------------------------------------------------------------------------------------


def test_the_nearest_holds(commune, other_commune, province, ministry, supervisor, django_assert_num_queries):
    far = UnitFactory(code="30001", parent=UnitFactory(code="30", level=Level.PROVINCE))
    country = TargetFactory(set_by=ministry, value=90_00)
    of_province = TargetFactory(unit=province, set_by=supervisor, value=92_00)
    own = TargetFactory(unit=commune, set_by=supervisor, value=95_00)
    with django_assert_num_queries(1):
        found = resolve([commune, other_commune, far, province, None], [SHARE, PIECES], TODAY)
    assert found == {
        (commune.pk, SHARE): own,
        (other_commune.pk, SHARE): of_province,
        (far.pk, SHARE): country,
        (province.pk, SHARE): of_province,
        (None, SHARE): country,
    }


def test_the_one_that_began_last_holds_and_only_on_its_days(commune, supervisor):
    old = TargetFactory(unit=commune, set_by=supervisor, value=90_00, valid_from=ago(60))
    new = TargetFactory(unit=commune, set_by=supervisor, value=95_00, valid_from=ago(10), valid_to=ago(2))
    TargetFactory(unit=commune, set_by=supervisor, value=99_00, valid_from=TODAY + dt.timedelta(days=1))
    days = {day: resolve([commune], [SHARE], ago(day)).get((commune.pk, SHARE)) for day in (70, 30, 10, 2, 1, 0)}
    assert days == {70: None, 30: old, 10: new, 2: new, 1: old, 0: old}


def test_what_was_ended_held_until_then_but_a_slip_never_did(commune, supervisor):
    ended = TargetFactory(
        unit=commune, set_by=supervisor, valid_from=ago(30), set_at=timezone.now() - dt.timedelta(days=30),
        ended_at=timezone.now() - dt.timedelta(days=3), ended_by=supervisor,
    )  # fmt: skip
    TargetFactory(
        unit=commune, set_by=supervisor, value=9_50, valid_from=ago(20), ended_at=timezone.now(), ended_by=supervisor
    )
    assert resolve([commune], [SHARE], ago(10)) == {(commune.pk, SHARE): ended}
    assert resolve([commune], [SHARE], TODAY) == {}


def test_a_number_of_pieces_is_asked_of_communes_not_of_their_sum(commune, province, ministry):
    pieces = TargetFactory(code=PIECES, unit=province, set_by=ministry, value=20_00)
    assert resolve([commune, province, None], [PIECES], TODAY) == {(commune.pk, PIECES): pieces}


def test_of_several_periods_the_one_asked_for_or_the_shortest(commune, supervisor):
    month = TargetFactory(code=TAKEN, period="month", unit=commune, set_by=supervisor, value=100_00)
    week = TargetFactory(code=TAKEN, period="week", unit=commune, set_by=supervisor, value=30_00)
    key = (commune.pk, TAKEN)
    assert resolve([commune], [TAKEN], TODAY)[key] == week
    assert resolve([commune], [TAKEN], TODAY, period="month")[key] == month
    assert key not in resolve([commune], [TAKEN], TODAY, period="year")


def test_a_target_says_whether_a_number_reaches_it(commune, supervisor):
    share = TargetFactory(unit=commune, set_by=supervisor)
    gone = Target(code="khong-con", value=5_00)
    assert [is_reached(share, value) for value in (95_00, 94_99, None)] == [True, False, None]
    assert is_reached(gone, 5_00) is None


# --- setting and ending ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "khong-co"}, "code"), ({"code": "nhan-khau"}, "code"), ({"period": "week"}, "period"),
        ({"code": TAKEN}, "period"), ({"value": 100_01}, "value"), ({"value": -1}, "value"),
        ({"since": dt.date(TODAY.year - 1, 12, 31)}, "since"), ({"since": TODAY + dt.timedelta(days=400)}, "since"),
        ({"until": ago(1)}, "until"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_target_is_refused_and_nothing_is_written(commune, supervisor, fields, field):
    asked = {"code": SHARE, "value": 95_00, "since": TODAY} | fields
    with pytest.raises(TargetRefused) as refused:
        set_target(commune, asked.pop("code"), asked.pop("value"), by=supervisor, **asked)
    assert refused.value.field == field
    assert not Target.objects.exists()


def test_the_second_supervisor_of_the_same_day_is_told(commune, supervisor):
    other = OfficerFactory(unit=supervisor.unit, role=supervisor.role)
    set_target(commune, SHARE, 95_00, by=supervisor, since=TODAY)
    with pytest.raises(TargetRefused, match="Đã có chỉ tiêu"):
        set_target(commune, SHARE, 90_00, by=other, since=TODAY)
    assert Target.objects.get().value == 95_00


def test_an_ended_target_makes_room_and_a_second_click_changes_nothing(commune, supervisor):
    target = set_target(commune, SHARE, 95_00, by=supervisor, since=TODAY)
    ended = end_target(target, by=supervisor)
    assert end_target(target, by=supervisor).ended_at == ended.ended_at
    set_target(commune, SHARE, 90_00, by=supervisor, since=TODAY)
    lines = AuditEvent.objects.filter(target_kind="chỉ tiêu").order_by("pk")
    assert [line.sentence.split(" Tỷ lệ")[0] for line in lines] == [
        "Đặt chỉ tiêu", "Thôi áp dụng chỉ tiêu", "Đặt chỉ tiêu",
    ]  # fmt: skip


def test_what_the_ministry_set_the_province_cannot_take_back(province, supervisor, ministry):
    target = set_target(province, SHARE, 95_00, by=ministry, since=TODAY)
    with pytest.raises(TargetRefused, match="cấp trên"):
        end_target(target, by=supervisor)
    end_target(target, by=ministry)
    assert Target.objects.get().ended_by == ministry


# --- a commune that ends ---------------------------------------------------------------------------------------------


@pytest.fixture
def successor(commune, other_commune, province):
    """Both communes became one this morning."""
    new = UnitFactory(code="06009", name="Xã Mẫu Mới", parent=province, valid_from=TODAY)
    for old in (commune, other_commune):
        old.valid_to = ago(1)
        old.save()
        UnitSuccessor.objects.create(old=old, new=new, kind="whole")
    return new


def test_targets_follow_into_the_successor_and_of_two_one(commune, other_commune, successor, supervisor):
    first = TargetFactory(unit=commune, set_by=supervisor, value=95_00)
    second = TargetFactory(unit=other_commune, set_by=supervisor, value=90_00)
    alone = TargetFactory(unit=other_commune, set_by=supervisor, code=PIECES, value=20_00)
    ended = TargetFactory(
        unit=commune, set_by=supervisor, code="song-moi", ended_at=timezone.now(), ended_by=supervisor
    )  # fmt: skip
    move_to_successors()
    move_to_successors()
    found = resolve([successor], [SHARE, PIECES, "song-moi"], TODAY)
    assert found[successor.pk, PIECES] == alone
    assert found[successor.pk, SHARE] in (first, second)
    assert Target.objects.filter(unit=successor).count() == 2
    left = Target.objects.exclude(unit=successor).get(code=SHARE)
    assert left.valid_to == ago(1)
    ended.refresh_from_db()
    assert ended.unit == commune


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_supervisor_sets_a_target_by_the_form_once(client_of, supervisor, commune):
    client = client_of(supervisor)
    form = client.get(NEW, {"chi-so": SHARE, "xa": commune.code}).context["form"]
    assert (form["code"].value(), form["unit"].value()) == (SHARE, commune.code)
    sent = typed(submit_token="4b7b6f0e-0000-4000-8000-000000000001")
    assert [client.post(NEW, sent).status_code for _ in range(2)] == [302, 302]
    target = Target.objects.get()
    assert (target.value, target.unit, target.set_by) == (95_50, commune, supervisor)
    page = text(client.get(PAGE))
    assert "ít nhất 95,50 %" in page
    assert "đang áp dụng" in page


def test_bad_input_keeps_the_text_beside_its_sentence(client_of, supervisor):
    response = client_of(supervisor).post(NEW, typed(value="cao", note="Kế hoạch năm", since="hôm qua"))
    assert response.status_code == 422
    page = text(response)
    assert "Ghi một số không âm, ví dụ 95,5." in page
    assert "Kế hoạch năm" in page
    assert not Target.objects.exists()


@pytest.mark.parametrize("place", ["30001", "30", "ca-nuoc"])
def test_a_province_sets_nothing_for_another_nor_for_the_country(client_of, supervisor, place):
    UnitFactory(code="30001", parent=UnitFactory(code="30", level=Level.PROVINCE))
    response = client_of(supervisor).post(NEW, typed(unit=place))
    assert response.status_code == 404
    assert not Target.objects.exists()
    assert AuditEvent.objects.filter(action="refused", actor_badge=supervisor.badge_number).count() == 1


def test_the_ministry_sets_for_everybody_and_the_chief_reads_what_holds_there(
    client_of, ministry, chief, commune, other_commune, province, supervisor
):  # fmt: skip
    client_of(ministry).post(NEW, typed(unit="ca-nuoc", value="90"))
    TargetFactory(unit=province, set_by=supervisor, value=92_00)
    TargetFactory(unit=other_commune, set_by=supervisor, value=77_00)
    page = text(client_of(chief).get(PAGE))
    assert "90,00 %" in page
    assert "92,00 %" in page
    assert "77,00 %" not in page  # of the commune next door
    assert "Thôi áp dụng" not in page
    assert "77,00 %" in text(client_of(supervisor).get(PAGE))


def test_the_button_ends_a_target_of_ones_own_and_not_the_ministrys(client_of, supervisor, ministry, province):
    own = TargetFactory(unit=province, set_by=supervisor, code=PIECES)
    above = TargetFactory(unit=province, set_by=ministry)
    client = client_of(supervisor)
    page = text(client.get(PAGE))
    assert f"{PAGE}{own.public_id}/thoi/" in page
    assert f"{PAGE}{above.public_id}/thoi/" not in page
    client.post(f"{PAGE}{own.public_id}/thoi/")
    client.post(f"{PAGE}{above.public_id}/thoi/")
    assert set(Target.objects.filter(ended_at=None)) == {above}
    assert str(own.public_id) not in text(client.get(PAGE))
    assert "thôi từ" in text(client.get(PAGE, {"loc": "da-het"}))


def test_the_list_costs_the_same_for_one_and_for_three(client_of, supervisor, province, django_assert_max_num_queries):
    client = client_of(supervisor)
    for code in (SHARE, PIECES, "song-moi"):
        TargetFactory(unit=province, set_by=supervisor, code=code)
        with django_assert_max_num_queries(12):
            client.get(PAGE)
