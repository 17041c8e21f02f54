"""Ticking the parts of a file: who may, what is written where, what is refused."""

import pytest

from accounts.models import AuditEvent
from cards.components import ticking
from cards.components.table import missing
from cards.components.ticking import TickRefused
from cards.models import Application, Component, State
from registry.models import Resident
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(resident, officer) -> Application:
    return ApplicationFactory(
        resident=resident, created_by=officer, state=State.TAKING, reason="b", received_at=None, promised_on=None
    )


def told() -> list[str]:
    return list(AuditEvent.objects.filter(action="change").order_by("pk").values_list("sentence", flat=True))


def test_a_part_with_a_column_is_written_into_the_column_and_says_who(file, officer):
    ticking.tick(file, "cc01", by=officer, is_there=True)
    file.refresh_from_db()
    assert file.cc01_signed
    assert Component.objects.get(application=file, code="cc01").checked_by == officer
    assert told() == [f"Hồ sơ {file.file_number}: phiếu CC01 đã ký, có"]


def test_a_part_is_let_go_with_a_reason_and_missed_again_without(file, officer):
    ticking.tick(file, "change_paper", by=officer, is_there=False, note="đã có trong dữ liệu hộ tịch")
    assert "giấy tờ làm căn cứ thay đổi" not in missing(file)
    ticking.tick(file, "change_paper", by=officer, is_there=False)
    assert "giấy tờ làm căn cứ thay đổi" in missing(file)
    assert told()[0].endswith("không cần (đã có trong dữ liệu hộ tịch)")
    assert told()[1].endswith("chưa có")


def test_the_same_said_twice_is_said_once(file, officer, colleague):
    ticking.tick(file, "dc02", by=officer, is_there=True)
    ticking.tick(file, "dc02", by=colleague, is_there=True)
    assert Component.objects.get(code="dc02").checked_by == officer
    assert len(told()) == 1


def test_rules_look_at_the_person_again(file, officer):
    Resident.objects.update(scan_due=False)
    ticking.tick(file, "dc02", by=officer, is_there=True)
    assert Resident.objects.get().scan_due


def test_of_a_received_file_a_tick_is_taken_away_with_a_reason_only(resident, officer):
    file = ApplicationFactory(resident=resident, created_by=officer, cc01_signed=True)
    with pytest.raises(TickRefused, match="ghi lý do trước khi bỏ đánh dấu"):
        ticking.tick(file, "cc01", by=officer, is_there=False)
    ticking.tick(file, "cc01", by=officer, is_there=False, note="ký nhầm người")
    file.refresh_from_db()
    assert not file.cc01_signed
    assert AuditEvent.objects.filter(action="change").get().reason == "ký nhầm người"


@pytest.mark.parametrize(
    ("code", "changes", "sentence"),
    [
        ("giay-khac", {}, "Không có thành phần này trong danh mục"),
        ("old_card", {"reason": "lost"}, "Trường hợp này không có thẻ cũ để thu."),
        ("biometrics", {"birth_year": 2023}, "Người dưới 6 tuổi không thu nhận sinh trắc."),
        ("representative", {}, "Ghi họ tên người đại diện vào ô bên cạnh."),
        ("dc02", {"state": State.WITHDRAWN}, "đã kết thúc \\(công dân rút\\)"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(file, officer, code, changes, sentence):
    Resident.objects.update(birth_year=changes.pop("birth_year", 1990))
    Application.objects.update(**changes)
    with pytest.raises(TickRefused, match=sentence):
        ticking.tick(file, code, by=officer, is_there=True)
    assert not Component.objects.exists()
    assert told() == []


def test_nobody_from_elsewhere_ticks(file, stranger, supervisor):
    for somebody in (stranger, supervisor):
        with pytest.raises(TickRefused, match="không ghi được thành phần"):
            ticking.tick(file, "dc02", by=somebody, is_there=True)
    assert not Component.objects.exists()


def test_the_representative_is_named_and_of_a_received_file_not_struck_out(file, officer):
    named = {"name": "Lê Thị Mẫu", "number": "001170000111", "relation": "Mẹ"}
    ticking.name_representative(file, by=officer, **named)
    file.refresh_from_db()
    assert (file.representative_name, file.representative_relation) == ("Lê Thị Mẫu", "Mẹ")
    Application.objects.update(received_at="2026-11-20T03:00Z")
    with pytest.raises(TickRefused, match="không để trống"):
        ticking.name_representative(file, name="", number="", relation="", by=officer)


def test_parts_seen_at_the_counter_are_written_with_the_file_and_strange_codes_left_out(file, officer):
    ticking.note_parts(file, ["dc02", "change_paper", "dc02", "x"], by=officer)
    assert set(Component.objects.values_list("code", "is_there")) == {("dc02", True), ("change_paper", True)}
