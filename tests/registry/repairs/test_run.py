"""A run from the choice to its undo: what is kept, what stops a line, what survives a death, and the way back."""

import dataclasses
import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from registry.cleanup import queue
from registry.models import Finding, LineState, RepairLine, RepairRun, Resident, ResidentState
from registry.repairs import choice, kinds, undo, work
from registry.repairs.refusals import ChoiceMoved, RepairRefused, TooLateToUndo
from tests.factories import ResidenceFactory
from tests.registry.repairs.conftest import (
    BASIS,
    checked,
    chosen,
    done,
    found,
    garbled,
    lodger,
    started,
)

pytestmark = pytest.mark.django_db
TEXTS = kinds.KINDS["chu-viet"]


@pytest.fixture
def three(commune) -> list[Finding]:
    return [checked(garbled(commune, name), "S15") for name in ("NguyÔn V¨n §øc", "TrÇn V¨n §øc", "§Æng V¨n §øc")]


def names() -> list[str]:
    return list(Resident.objects.order_by("pk").values_list("full_name", flat=True))


def states(run: RepairRun) -> list[str]:
    return list(run.lines.order_by("pk").values_list("state", flat=True))


def said(run: RepairRun) -> list[str]:
    return list(run.lines.order_by("pk").values_list("said", flat=True))


def take_back(run: RepairRun, by) -> None:
    undo.undo(run, by=by, reason="Chọn nhầm danh sách")
    work.go_on(run.pk)
    run.refresh_from_db()


# --- choosing --------------------------------------------------------------------------------------------------------


def test_what_is_ticked_stands_at_once_and_ticks_of_other_pages_stay(officer, three):
    first, second, third = (one.public_id for one in three)
    choice.tick(officer, TEXTS, shown=[first, second], ticked=[first, second])
    run = choice.tick(officer, TEXTS, shown=[third], ticked=[third])
    assert run.lines.count() == 3
    choice.tick(officer, TEXTS, shown=[first, second], ticked=[second])
    assert set(run.lines.values_list("finding__public_id", flat=True)) == {second, third}
    assert RepairRun.objects.count() == 1


def test_another_communes_finding_is_never_chosen_and_the_attempt_is_written_down(officer, stranger, three):
    bait = checked(garbled(stranger.unit), "S15")
    run = choice.tick(officer, TEXTS, shown=[bait.public_id], ticked=[bait.public_id, three[0].public_id])
    assert [line.finding for line in run.lines.all()] == [three[0]]
    assert AuditEvent.objects.filter(action="refused", target_ref=str(bait.public_id)).count() == 1
    everything = choice.choose_all(officer, TEXTS, Finding.objects.all())
    assert set(everything.lines.values_list("finding", flat=True)) == {one.pk for one in three}


def test_a_line_whose_record_went_to_another_commune_is_not_written(officer, other_commune, three):
    """As if a colleague's choice had been slipped in: the work looks at the commune itself."""
    run = started("chu-viet", three[:1], officer)
    Resident.objects.filter(pk=three[0].resident_id).update(commune=other_commune)
    work.go_on(run.pk)
    assert said(run) == ["Hồ sơ không còn thuộc địa bàn."]
    assert names()[0] == "NguyÔn V¨n §øc"


def test_all_of_a_filter_goes_as_far_as_a_run_may(officer, three):
    Setting.objects.create(code="repair_lines", value=2, valid_from="2026-01-01")
    run = choice.choose_all(officer, TEXTS, Finding.objects.all())
    assert [line.finding for line in run.lines.order_by("pk")] == three[:2]
    with pytest.raises(RepairRefused, match="Một đợt nhiều nhất 2 dòng"):
        choice.tick(officer, TEXTS, shown=[], ticked=[three[2].public_id])


def test_what_is_not_this_officers_to_decide_is_not_offered(officer, colleague, chief, three):
    queue.hand_over(three[0], by=officer, to=colleague, message="Nhờ đồng chí")
    queue.ask_chief(three[1], by=officer, message="Xin ý kiến đồng chí")
    assert list(choice.candidates(officer, TEXTS)) == [three[2]]
    assert set(choice.candidates(colleague, TEXTS)) == {three[0], three[2]}


# --- looking ---------------------------------------------------------------------------------------------------------


def test_a_preview_writes_nothing_but_itself(officer, three):
    run = chosen("chu-viet", three, officer)
    assert (run.state, states(run)) == ("previewed", ["ready"] * 3)
    assert names() == ["NguyÔn V¨n §øc", "TrÇn V¨n §øc", "§Æng V¨n §øc"]
    assert set(Finding.objects.filter(rule="S15").values_list("state", flat=True)) == {"open"}


def test_a_preview_costs_the_same_for_one_line_and_for_three(officer, three, django_assert_max_num_queries):
    choice.tick(officer, TEXTS, shown=[], ticked=[three[0].public_id])
    run = choice.open_choice(officer, TEXTS)
    with django_assert_max_num_queries(12):
        choice.look(run, by=officer)
    choice.tick(officer, TEXTS, shown=[], ticked=[one.public_id for one in three])
    with django_assert_max_num_queries(12):
        choice.look(run, by=officer)


def test_a_choice_that_changed_in_another_window_is_looked_at_again(officer, three):
    run = chosen("chu-viet", three[:2], officer)
    choice.tick(officer, TEXTS, shown=[three[2].public_id], ticked=[three[2].public_id])
    with pytest.raises(ChoiceMoved):
        choice.start(run, by=officer, seen=run.seal, ground="", basis="")
    again = choice.look(run, by=officer)
    with pytest.raises(ChoiceMoved):
        choice.start(again, by=officer, seen=run.seal, ground="", basis="")


def test_a_colleagues_choice_is_not_mine_to_run(officer, colleague, three):
    run = chosen("chu-viet", three, officer)
    with pytest.raises(RepairRefused, match="do đồng chí Đại úy Lê Mẫu Hải chọn"):
        choice.start(run, by=colleague, seen=run.seal, ground="", basis="")


@pytest.mark.parametrize(("given", "field"), [({"basis": "ok"}, "basis"), ({"ground": "chet"}, "ground")])
def test_where_the_law_asks_for_a_ground_and_a_basis_they_are_asked_for(commune, officer, given, field):
    run = chosen("tam-tru-het-han", [found("tam-tru-het-han", commune)], officer)
    with pytest.raises(RepairRefused) as refused:
        choice.start(run, by=officer, seen=run.seal, **{"ground": "het-han", "basis": BASIS} | given)
    assert refused.value.field == field
    run.refresh_from_db()
    assert run.state == "previewed"


# --- running ---------------------------------------------------------------------------------------------------------


def test_each_line_says_what_came_of_it(officer, colleague, three):
    """One was corrected since the preview, one is in a colleague's hands, one is done."""
    run = started("chu-viet", three, officer)
    person = three[0].resident
    person.full_name = "NguyÔn V¨n §øc Anh"
    person.save()
    queue.take(three[1], by=colleague)
    work.go_on(run.pk)
    run.refresh_from_db()
    assert (run.state, states(run)) == ("done", ["refused", "refused", "done"])
    moved, held, _ = said(run)
    assert moved.startswith("Hồ sơ đã thay đổi sau khi xem trước; nay là: Họ, chữ đệm và tên: NguyÔn V¨n §øc Anh →")
    assert held.startswith("Đồng chí Trung úy Trần Mẫu Vân đang xử lý người này, đến ")
    assert names() == ["NguyÔn V¨n §øc Anh", "TrÇn V¨n §øc", "Đặng Văn Đức"]


def test_a_lease_on_another_case_of_the_person_counts(officer, colleague, three):
    run = started("chu-viet", three[:1], officer)
    other = Finding.objects.filter(resident=three[0].resident_id).exclude(rule="S15").first()
    Finding.objects.filter(pk=other.pk).update(
        claimed_by=colleague, claimed_until=timezone.now() + dt.timedelta(minutes=5)
    )
    work.go_on(run.pk)
    assert said(run)[0].startswith("Đồng chí Trung úy Trần Mẫu Vân đang xử lý người này")


def test_what_the_work_refuses_is_said_in_its_words(commune, officer):
    """The database keeps two residences of one time apart, whoever writes."""
    finding = found("don-vi-moi", commune)
    run = started("don-vi-moi", [finding], officer)
    old = finding.resident.residences.get()
    old.kind = "temporary"
    old.save()
    ResidenceFactory(resident=finding.resident, kind="temporary", unit=commune)
    line = run.lines.get()
    line.changes = [one | {"what": "Tạm trú"} for one in line.changes]
    line.save()
    work.go_on(run.pk)
    assert (states(run), said(run)) == (["refused"], ["Trùng thời gian với một lần tạm trú khác tại xã này."])
    old.refresh_from_db()
    assert old.unit != commune


def test_a_case_that_was_decided_or_merged_meanwhile_is_left(officer, three):
    run = started("chu-viet", three, officer)
    queue.set_aside(three[0], by=officer, until=timezone.localdate() + dt.timedelta(days=3))
    Resident.objects.filter(pk=three[1].resident_id).update(state=ResidentState.MERGED)
    work.go_on(run.pk)
    assert said(run) == ["Việc này không còn mở: để sau.", "Hồ sơ vừa được gộp vào hồ sơ khác.", ""]


def test_a_double_click_runs_it_once(officer, three):
    run = chosen("chu-viet", three, officer)
    clicks = [choice.start(run, by=officer, seen=run.seal, ground="", basis="") for _ in range(2)]
    assert [was_begun for _, was_begun in clicks] == [True, False]
    for _ in range(2):
        work.go_on(run.pk)
    assert AuditEvent.objects.filter(sentence__startswith="Sửa hàng loạt").count() == 3
    assert AuditEvent.objects.filter(sentence__startswith="Chạy sửa hàng loạt").count() == 1


class Killed(BaseException):
    """Nothing catches it on the way, as nothing catches a signal."""


def dies_at(monkeypatch, nth: int) -> None:
    """The process dies while it is writing the nth line."""
    count = iter(range(1, 100))

    def apply(proposal, doing):
        TEXTS.apply(proposal, doing)
        if next(count) == nth:
            raise Killed

    monkeypatch.setitem(kinds.KINDS, "chu-viet", dataclasses.replace(TEXTS, apply=apply))


def test_a_run_killed_in_the_middle_goes_on_where_it_was_and_doubles_nothing(officer, three, monkeypatch):
    run = started("chu-viet", three, officer)
    with monkeypatch.context() as dying:
        dies_at(dying, 2)
        with pytest.raises(Killed):
            work.go_on(run.pk)
    run.refresh_from_db()
    assert (run.state, states(run)) == ("running", ["done", "ready", "ready"])
    assert names() == ["Nguyễn Văn Đức", "TrÇn V¨n §øc", "§Æng V¨n §øc"]
    assert work.sweep(seconds=60) == 1
    run.refresh_from_db()
    assert (run.state, states(run)) == ("done", ["done"] * 3)
    assert AuditEvent.objects.filter(sentence__startswith="Sửa hàng loạt").count() == 3
    assert work.sweep(seconds=60) == 0


def test_an_undo_killed_in_the_middle_goes_on_too(officer, three, monkeypatch):
    run = done("chu-viet", three, officer)
    undo.undo(run, by=officer, reason="Chọn nhầm danh sách")
    calls = iter(range(1, 100))
    reopen = undo._reopen

    def dying(findings) -> None:
        reopen(findings)
        if next(calls) == 2:
            raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(undo, "_reopen", dying)
        work.go_on(run.pk)
    assert states(run) == ["done", "done", "undone"]
    work.sweep(seconds=60)
    run.refresh_from_db()
    assert (run.state, states(run)) == ("undone", ["undone"] * 3)
    assert names() == ["NguyÔn V¨n §øc", "TrÇn V¨n §øc", "§Æng V¨n §øc"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_run_do_each_line_once(catalogues, officer, three):
    run = started("chu-viet", three, officer)

    def worker() -> None:
        work.go_on(run.pk)
        connection.close()

    both = [threading.Thread(target=worker) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    work.sweep(seconds=60)
    run.refresh_from_db()
    assert (run.state, states(run)) == ("done", ["done"] * 3)
    assert AuditEvent.objects.filter(sentence__startswith="Sửa hàng loạt").count() == 3


def test_a_line_on_which_the_work_itself_fails_is_told_and_the_others_go_on(officer, three, monkeypatch):
    def apply(proposal, doing):
        if doing.person.pk == three[1].resident_id:
            raise ZeroDivisionError
        TEXTS.apply(proposal, doing)

    monkeypatch.setitem(kinds.KINDS, "chu-viet", dataclasses.replace(TEXTS, apply=apply))
    run = done("chu-viet", three, officer)
    assert (states(run), said(run)[1]) == (["done", "refused", "done"], work.FAILED)


def test_what_time_is_left_goes_to_the_next_sweep(officer, three):
    run = started("chu-viet", three, officer)
    assert work.go_on(run.pk, seconds=0) is False
    assert states(run).count("done") == 1


def test_the_history_of_each_row_names_the_officer_though_a_worker_wrote_it(officer, three):
    done("chu-viet", three[:1], officer)
    event = three[0].resident.events.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["badge"] == officer.badge_number


# --- taking it back --------------------------------------------------------------------------------------------------


def test_undone_as_one_with_the_findings_open_again_as_old_as_they_were(officer, colleague, three):
    opened = {one.pk: one.opened_at for one in three}
    run = done("chu-viet", three, officer)
    take_back(run, colleague)
    assert (run.state, run.undone_by, states(run)) == ("undone", colleague, ["undone"] * 3)
    assert names() == ["NguyÔn V¨n §øc", "TrÇn V¨n §øc", "§Æng V¨n §øc"]
    standing = Finding.objects.filter(rule="S15", state="open").values_list("pk", "opened_at")
    assert dict(standing) == opened


def test_a_value_that_somebody_edited_since_stays_and_is_named(officer, three):
    run = done("chu-viet", three, officer)
    person = Resident.objects.get(pk=three[1].resident_id)
    person.full_name = "Trần Văn Đức Anh"
    person.save()
    take_back(run, officer)
    assert states(run) == ["undone", "kept", "undone"]
    kept = run.lines.get(finding=three[1]).kept
    assert kept[0].startswith("Cư dân, họ, chữ đệm và tên: nay là “Trần Văn Đức Anh”, khi sửa xong là “Trần Văn Đức”")
    assert names() == ["NguyÔn V¨n §øc", "Trần Văn Đức Anh", "§Æng V¨n §øc"]
    three[1].refresh_from_db()
    assert three[1].state == "closed"


def test_an_edit_of_something_else_does_not_stand_in_the_way(officer, three):
    run = done("chu-viet", three[:1], officer)
    Resident.objects.filter(pk=three[0].resident_id).update(phone="0987654321")
    take_back(run, officer)
    person = Resident.objects.get(pk=three[0].resident_id)
    assert (states(run), person.full_name, person.phone) == (["undone"], "NguyÔn V¨n §øc", "0987654321")


def test_where_a_line_belongs_together_one_edited_half_keeps_the_other(commune, officer):
    run = done("het-dai-dien", [found("het-dai-dien", commune)], officer)
    person = run.lines.get().finding.resident
    ward = person.related_from.get()
    ward.ended_reason = "Quyết định của Tòa án"
    ward.save()
    take_back(run, officer)
    line = run.lines.get()
    assert (line.state, person.relations.get().is_current) == ("kept", False)
    assert "nay là “Quyết định của Tòa án”" in line.kept[0]


def test_a_residence_that_would_overlap_a_new_one_stays_struck_out(commune, officer):
    run = done("tam-tru-het-han", [checked(lodger(commune), "L05")], officer)
    row = run.lines.get().finding.resident.residences.get()
    ResidenceFactory(resident=row.resident, kind="temporary", unit=row.unit, from_on=row.to_on, to_on=None)
    take_back(run, officer)
    assert run.lines.get().kept == ["Nơi cư trú: không trả về được vì nay trùng với dữ liệu khác."]


def test_a_record_that_was_merged_since_is_left_and_named(officer, three):
    run = done("chu-viet", three[:1], officer)
    Resident.objects.filter(pk=three[0].resident_id).update(state=ResidentState.MERGED)
    take_back(run, officer)
    assert run.lines.get().kept == ["Hồ sơ đã được gộp vào hồ sơ khác: hoàn tác việc gộp trước."]
    assert names()[0] == "Nguyễn Văn Đức"


def test_on_the_eighth_day_it_is_refused_with_a_sentence(officer, three, clock):
    run = done("chu-viet", three, officer)
    clock(run.finished_at + dt.timedelta(days=7))
    undo.refuse_undo(run)
    clock(run.finished_at + dt.timedelta(days=7, seconds=1))
    with pytest.raises(TooLateToUndo, match="đã quá 7 ngày"):
        undo.undo(run, by=officer, reason="Chọn nhầm danh sách")
    assert names()[0] == "Nguyễn Văn Đức"


def test_a_stranger_takes_nothing_back_and_a_reason_is_asked_for(officer, stranger, three):
    run = done("chu-viet", three, officer)
    with pytest.raises(RepairRefused, match="không thuộc địa bàn"):
        undo.undo(run, by=stranger, reason="Chọn nhầm danh sách")
    with pytest.raises(RepairRefused) as refused:
        undo.undo(run, by=officer, reason=" ")
    assert refused.value.field == "reason"


def test_a_second_undo_changes_nothing(officer, three):
    run = done("chu-viet", three, officer)
    take_back(run, officer)
    assert undo.undo(run, by=officer, reason="Chọn nhầm danh sách")[1] is False
    assert AuditEvent.objects.filter(sentence__startswith="Hoàn tác sửa hàng loạt “", action="decide").count() == 1


def test_a_run_that_wrote_nothing_has_nothing_to_take_back(officer, three):
    run = started("chu-viet", three[:1], officer)
    Resident.objects.filter(pk=three[0].resident_id).update(full_name="Nguyễn Văn Đức")
    work.go_on(run.pk)
    run.refresh_from_db()
    with pytest.raises(RepairRefused, match="không có gì để trả lại"):
        undo.undo(run, by=officer, reason="Chọn nhầm danh sách")


def test_lines_are_kept_to_the_commune_of_their_run(officer, stranger, three):
    chosen("chu-viet", three, officer)
    assert RepairLine.objects.in_scope(officer).count() == 3
    assert RepairLine.objects.in_scope(stranger).count() == 0
    assert set(LineState.values) >= set(RepairLine.objects.values_list("state", flat=True))
