"""What was typed back does what it says, once, through the writers that each thing has; or nothing at all."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from registry.cleanup.scan import scan
from registry.fieldwork import entering, following, making
from registry.fieldwork.entering import Typed, name_of, version_of
from registry.fieldwork.refusal import EntryRefused, SheetRefused
from registry.models import Change, FieldLine, Finding, Resident
from tests.registry.fieldwork.conftest import today

pytestmark = pytest.mark.django_db


def line_of(sheet, person: Resident) -> FieldLine:
    return sheet.lines.select_related("resident", "entered_by").get(resident=person)


def enter(sheet, by, *pairs, on: dt.date | None = None):
    typed = {line.public_id: Typed(*told) if isinstance(told, tuple) else told for line, told in pairs}
    return entering.enter(sheet, typed, visited_on=on or today(), by=by)


def fresh(person: Resident) -> Resident:
    return Resident.objects.get(pk=person.pk)


def test_right_confirms_the_person_by_a_visit(sheet, people, officer):
    done = enter(sheet, officer, (line_of(sheet, people[0]), ("1",)))
    person = fresh(people[0])
    assert (person.confirmed_by, person.confirmed_how, person.scan_due) == (officer, "visit", True)
    assert timezone.localdate(person.confirmed_at) == today()
    assert (done.lines, done.confirmed, done.to_do) == (1, 1, 0)
    assert fresh(people[1]).confirmed_at is None
    told = AuditEvent.objects.filter(target_ref=str(person.public_id)).latest("pk")
    assert told.sentence == f"Phúc tra ngày {today():%d/%m/%Y}, phiếu {sheet.number}, {person.audit_label()}: đúng"


def test_right_verifies_what_was_asked_with_the_sheet_as_its_basis(sheet, people, finding, officer):
    line = line_of(sheet, people[0])
    done = enter(sheet, officer, (line, ("1", "", (str(finding.public_id),))))
    finding.refresh_from_db()
    assert (finding.state, finding.decided_by) == ("verified", officer)
    assert finding.basis == f"Phúc tra ngày {today():%d/%m/%Y}, phiếu {sheet.number}"
    assert done.verified == 1


def test_what_was_not_ticked_stays_open(sheet, people, finding, officer):
    enter(sheet, officer, (line_of(sheet, people[0]), ("1",)))
    finding.refresh_from_db()
    assert finding.state == "open"


def test_values_that_changed_since_the_print_are_not_verified(sheet, people, finding, officer):
    Finding.objects.filter(pk=finding.pk).update(evidence={"sentence": "x", "values": [["Điện thoại", "1"]], "key": ""})
    done = enter(sheet, officer, (line_of(sheet, people[0]), ("1", "", (str(finding.public_id),))))
    finding.refresh_from_db()
    assert finding.state == "open"
    assert done.told == ["Nguyễn Văn Mẫu An, D31: dữ liệu đã đổi sau khi in phiếu nên chưa xác minh."]


def test_a_finding_of_somebody_else_is_never_verified_by_this_line(sheet, people, finding, officer):
    enter(sheet, officer, (line_of(sheet, people[1]), ("1", "", (str(finding.public_id),))))
    finding.refresh_from_db()
    assert finding.state == "open"


def test_what_a_colleague_is_working_on_refuses_the_whole_save(sheet, people, finding, officer, colleague):
    Finding.objects.filter(pk=finding.pk).update(
        claimed_by=colleague, claimed_until=timezone.now() + dt.timedelta(minutes=5)
    )
    line = line_of(sheet, people[0])
    with pytest.raises(EntryRefused) as refused:
        enter(sheet, officer, (line, ("1", "", (str(finding.public_id),))), (line_of(sheet, people[1]), ("1",)))
    assert list(refused.value.errors) == [name_of("o", line)]
    assert f"Đồng chí {colleague} đang xử lý" in refused.value.errors[name_of("o", line)]
    assert not FieldLine.objects.filter(entered_at__isnull=False).exists()
    assert fresh(people[1]).confirmed_at is None


def test_dead_is_reported_as_from_any_other_door_and_l02_asks_after_15_days(sheet, people, officer):
    visited = today() - dt.timedelta(days=16)
    type(sheet).objects.filter(pk=sheet.pk).update(created_at=timezone.now() - dt.timedelta(days=20))
    enter(sheet, officer, (line_of(sheet, people[0]), ("3", "Con báo")), on=visited)
    person = fresh(people[0])
    assert person.death_reported_on == visited
    assert person.confirmed_at is None
    change = Change.objects.get(kind="bao-chet", resident=person)
    assert change.state == "applied"
    assert change.basis == f"Phúc tra ngày {visited:%d/%m/%Y}, phiếu {sheet.number}. Con báo"
    scan([person.pk])
    assert Finding.objects.filter(resident=person, rule="L02", state="open").exists()
    assert line_of(sheet, people[0]).follow_up == "open"


def test_dead_twice_is_reported_once(sheet, people, officer):
    line = line_of(sheet, people[0])
    enter(sheet, officer, (line, ("3",)))
    enter(sheet, officer, (line_of(sheet, people[0]), ("3", "thêm ghi chú")))
    assert Change.objects.filter(kind="bao-chet").count() == 1


@pytest.mark.parametrize(("outcome", "remark", "follow_up"), [
    ("2", "SĐT nay là 0987", "open"), ("4", "Về Hà Nội", "open"), ("4", "", "open"), ("5", "", ""),
    ("5", "Đi làm ca đêm", "open"), ("1", "Xin số điện thoại mới", "open"), ("1", "", ""),
])  # fmt: skip
def test_what_is_left_to_be_done_is_kept_as_work(sheet, people, officer, outcome, remark, follow_up):
    enter(sheet, officer, (line_of(sheet, people[0]), (outcome, remark)))
    line = line_of(sheet, people[0])
    assert (line.outcome, line.remark, line.follow_up, line.entered_by) == (outcome, remark, follow_up, officer)
    assert (fresh(people[0]).confirmed_at is not None) == (outcome == "1")


def test_more_people_and_notes_are_the_households(sheet, home, officer):
    line = sheet.lines.get(resident=None, household=home)
    enter(sheet, officer, (line, ("6", "Nguyễn Mẫu Hà, 2024, con")))
    line.refresh_from_db()
    assert (line.outcome, line.follow_up) == ("6", "open")
    assert AuditEvent.objects.filter(target_ref=str(home.public_id), action="change").exists()


def test_the_work_is_done_once(sheet, people, officer, colleague):
    enter(sheet, officer, (line_of(sheet, people[0]), ("4",)))
    line = line_of(sheet, people[0])
    assert following.done(line, by=colleague) is True
    assert following.done(line, by=officer) is False
    line.refresh_from_db()
    assert (line.follow_up, line.done_by) == ("done", colleague)


BAD = [
    (("2", ""), "r", "Ghi chỗ sai và nội dung đúng."),
    (("7", ""), "o", "Chọn một trong các ô 1 đến 5."),
    (("6", "ai"), "o", "Chọn một trong các ô 1 đến 5."),
    (("", "chỉ ghi chú"), "o", "Chọn kết quả của người này."),
    (("1", "x" * 501), "r", "Dài quá 500 ký tự."),
    (("5", "", ("id",)), "o", "“Đã hỏi, đúng” chỉ đi với ô 1 hoặc 2: người này chưa được gặp."),
]


@pytest.mark.parametrize(("told", "where", "sentence"), BAD)
def test_bad_lines_are_said_beside_their_field_and_nothing_is_written(sheet, people, officer, told, where, sentence):
    line, good = line_of(sheet, people[0]), line_of(sheet, people[1])
    with pytest.raises(EntryRefused) as refused:
        enter(sheet, officer, (line, told), (good, ("1",)))
    assert refused.value.errors == {name_of(where, line): sentence}
    assert not FieldLine.objects.filter(entered_at__isnull=False).exists()
    assert fresh(people[1]).confirmed_at is None


@pytest.mark.parametrize(("told", "where", "sentence"), [
    (("6", ""), "r", "Ghi họ tên, ngày sinh, quan hệ của người thêm."),
    (("1", ""), "o", "Dòng của hộ chỉ có ô 6."),
])  # fmt: skip
def test_bad_lines_of_a_household(sheet, officer, told, where, sentence):
    line = sheet.lines.filter(resident=None).first()
    with pytest.raises(EntryRefused) as refused:
        enter(sheet, officer, (line, told))
    assert refused.value.errors == {name_of(where, line): sentence}


@pytest.mark.parametrize(("days", "sentence"), [(1, "ở tương lai"), (-1, "không thể sớm hơn")])
def test_the_day_lies_between_the_print_and_today(sheet, people, officer, days, sentence):
    with pytest.raises(EntryRefused) as refused:
        enter(sheet, officer, (line_of(sheet, people[0]), ("1",)), on=today() + dt.timedelta(days=days))
    assert sentence in refused.value.errors["visited_on"]


def test_without_a_day_nothing_is_written(sheet, people, officer):
    line = line_of(sheet, people[0])
    with pytest.raises(EntryRefused) as refused:
        entering.enter(sheet, {line.public_id: Typed("1")}, visited_on=None, by=officer)
    assert list(refused.value.errors) == ["visited_on"]


def test_a_person_who_died_meanwhile_is_not_right(sheet, people, officer):
    Resident.objects.filter(pk=people[0].pk).update(state="deceased")
    with pytest.raises(EntryRefused, match="có mục cần sửa") as refused:
        enter(sheet, officer, (line_of(sheet, people[0]), ("1",)))
    assert "“Đã chết”" in "".join(refused.value.errors.values())


def test_the_same_save_twice_is_one(sheet, people, officer):
    pair = (line_of(sheet, people[0]), ("1",))
    enter(sheet, officer, pair)
    first = fresh(people[0]).confirmed_at
    again = enter(sheet, officer, (line_of(sheet, people[0]), ("1",)))
    assert (again.lines, again.sentence) == (0, "Không có gì mới để ghi.")
    assert fresh(people[0]).confirmed_at == first


def test_a_sheet_is_filled_in_on_two_evenings_and_then_it_is_done(sheet, people, officer, colleague):
    lines = list(sheet.lines.of_people().select_related("resident"))
    enter(sheet, officer, *[(line, ("1",)) for line in lines[:3]])
    sheet.refresh_from_db()
    assert sheet.state == "open"
    done = enter(sheet, colleague, *[(line, ("5",)) for line in lines[3:]])
    sheet.refresh_from_db()
    assert (sheet.state, sheet.closed_by, done.is_done) == ("done", colleague, True)
    assert [line.entered_by for line in sheet.lines.of_people()] == [officer] * 3 + [colleague] * 3


def test_a_cancelled_sheet_takes_nothing(sheet, people, officer):
    making.cancel(sheet, by=officer, reason="In nhầm")
    with pytest.raises(SheetRefused, match="đã hủy"):
        enter(sheet, officer, (line_of(sheet, people[0]), ("1",)))


def test_a_colleagues_line_is_not_overwritten_unseen(sheet, people, officer, colleague):
    """Both opened the empty sheet; the colleague saved first."""
    enter(sheet, colleague, (line_of(sheet, people[0]), Typed("4", version="")))
    line = line_of(sheet, people[0])
    with pytest.raises(EntryRefused) as refused:
        enter(sheet, officer, (line, Typed("1", version="")))
    assert f"Đồng chí {colleague} đã nhập" in refused.value.errors[name_of("o", line)]
    done = enter(sheet, officer, (line, Typed(version="")), (line_of(sheet, people[1]), Typed("1", version="")))
    assert done.lines == 1  # what I never touched is no quarrel
    enter(sheet, officer, (line, Typed("1", version=version_of(line))))
    assert line_of(sheet, people[0]).outcome == "1"


# --- taking back -----------------------------------------------------------------------------------------------------


def test_right_by_mistake_is_taken_back_to_what_stood_before(sheet, people, officer, colleague):
    before = timezone.now() - dt.timedelta(days=300)
    Resident.objects.filter(pk=people[0].pk).update(confirmed_at=before, confirmed_by=colleague, confirmed_how="scan")
    enter(sheet, officer, (line_of(sheet, people[0]), ("1",)))
    enter(sheet, officer, (line_of(sheet, people[0]), ("5",)))
    person = fresh(people[0])
    assert (person.confirmed_at, person.confirmed_by, person.confirmed_how) == (before, colleague, "scan")


def test_right_by_mistake_leaves_a_newer_confirmation_alone(sheet, people, officer, colleague):
    enter(sheet, officer, (line_of(sheet, people[0]), ("1",)))
    newer = timezone.now()
    Resident.objects.filter(pk=people[0].pk).update(confirmed_at=newer, confirmed_by=colleague)
    enter(sheet, officer, (line_of(sheet, people[0]), ("5",)))
    assert fresh(people[0]).confirmed_at == newer


def test_dead_by_mistake_is_taken_back(sheet, people, officer):
    enter(sheet, officer, (line_of(sheet, people[0]), ("3",)))
    enter(sheet, officer, (line_of(sheet, people[0]), ("1",)))
    person = fresh(people[0])
    assert (person.death_reported_on, person.confirmed_how) == (None, "visit")
    assert AuditEvent.objects.filter(sentence__startswith="Bỏ tin báo đã chết nhập nhầm").exists()


def test_an_outcome_can_be_cleared(sheet, people, officer):
    enter(sheet, officer, (line_of(sheet, people[0]), ("4", "Về quê")))
    enter(sheet, officer, (line_of(sheet, people[0]), ("", "")))
    line = line_of(sheet, people[0])
    assert (line.outcome, line.remark, line.entered_at, line.visited_on, line.follow_up) == ("", "", None, None, "")


def test_a_remark_added_later_keeps_the_day_of_the_visit(sheet, people, officer):
    type(sheet).objects.update(created_at=timezone.now() - dt.timedelta(days=9))
    sheet.refresh_from_db()
    earlier = today() - dt.timedelta(days=5)
    enter(sheet, officer, (line_of(sheet, people[0]), ("1",)), on=earlier)
    enter(sheet, officer, (line_of(sheet, people[0]), ("1", "Có số điện thoại mới")))
    assert line_of(sheet, people[0]).visited_on == earlier
    assert timezone.localdate(fresh(people[0]).confirmed_at) == earlier


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.lists(st.tuples(st.integers(0, 7), st.text("123456 ax", max_size=3)), max_size=8))
def test_whatever_is_typed_all_of_it_is_written_or_nothing(sheet, officer, typed):
    lines = list(sheet.lines.select_related("resident", "entered_by"))
    before = {line.pk: line.values() for line in lines}
    wanted = {lines[place].public_id: Typed(text.strip()[:2], text.strip()) for place, text in typed}
    try:
        entering.enter(sheet, wanted, visited_on=today(), by=officer)
    except EntryRefused as refused:
        assert refused.errors
        assert {line.pk: line.values() for line in sheet.lines.all()} == before
    else:
        now = {line.public_id: line for line in sheet.lines.all()}
        assert all(now[key].outcome == one.outcome and now[key].remark == one.remark for key, one in wanted.items())
