"""The table of moves: every role × state × move, what a guard holds back, and what a move leaves behind."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.roles import Right, Role
from cards.applications.promise import promised_on
from cards.applications.workflow import MOVES, ROAD, MoveRefused, move, moves_for
from cards.models import FINAL_STATES, Application, State, Step
from tests.factories import ApplicationFactory, OfficerFactory

pytestmark = pytest.mark.django_db

LEADS = {(state, name): row.target for name, row in MOVES.items() for state in row.sources}


@pytest.fixture
def file(resident, officer) -> Application:
    return ApplicationFactory(resident=resident, created_by=officer, biometrics_taken=True, cc01_signed=True)


def put(file: Application, state: str) -> Application:
    Application.objects.filter(pk=file.pk).update(state=state)
    file.refresh_from_db()
    return file


def with_what_it_needs(name: str, printed) -> dict:
    return {"note": "Theo yêu cầu"} | ({"card": printed} if MOVES[name].needs_card else {})


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, so that many cases share one cast."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", MOVES)
def test_a_move_leads_where_the_table_says_or_is_refused(file, officer, printed, name, subtests):
    for state in State:
        with subtests.test(state=state), undone():
            put(file, state)
            target = LEADS.get((state, name))
            if target is None:
                with pytest.raises(MoveRefused, match="không thực hiện được"):
                    move(file, name, by=officer, **with_what_it_needs(name, printed))
                assert not Step.objects.exists()
            else:
                assert move(file, name, by=officer, **with_what_it_needs(name, printed)).state == target
                step = Step.objects.get()
                assert (step.move, step.from_state, step.to_state, step.by) == (name, state, target, officer)
                line = AuditEvent.objects.get(action="move")
                assert line.sentence == f"{MOVES[name].sentence} {file.file_number}"
            file.refresh_from_db()
            assert file.state == (target or state)


@pytest.mark.parametrize("role", Role.values)
def test_only_those_with_the_right_move(file, commune, province, printed, role, subtests):
    unit = {Role.OFFICER: commune, Role.CHIEF: commune, Role.PROVINCE_SUPERVISOR: province}.get(Role(role))
    somebody = OfficerFactory(role=role, unit=unit)
    for name, row in MOVES.items():
        with subtests.test(move=name), undone():
            put(file, row.sources[0])
            if somebody.can(Right.APPLICATION_TAKE):
                assert name in [one.name for one in moves_for(file, somebody)]
                assert move(file, name, by=somebody, **with_what_it_needs(name, printed)).state == row.target
            else:
                assert moves_for(file, somebody) == []
                with pytest.raises(MoveRefused):
                    move(file, name, by=somebody, **with_what_it_needs(name, printed))
                assert not Step.objects.exists()


def test_every_move_has_words_and_final_states_have_no_way_out():
    for row in MOVES.values():
        assert row.label
        assert row.sentence
        assert row.right in Right
    assert not {state for state, _ in LEADS} & set(FINAL_STATES)
    assert set(ROAD) <= {row.target for row in MOVES.values()}


def test_every_open_state_can_reach_the_hand():
    reaches = {State.HANDED_OVER}
    while more := {state for (state, _), target in LEADS.items() if target in reaches} - reaches:
        reaches |= more
    assert set(State) - set(FINAL_STATES) <= reaches


@pytest.mark.parametrize("name", [name for name, row in MOVES.items() if row.needs_note])
def test_a_move_that_needs_a_reason_is_refused_without(file, officer, name):
    put(file, MOVES[name].sources[0])
    with pytest.raises(MoveRefused, match="Ghi lý do"):
        move(file, name, by=officer, note="   ")
    assert not Step.objects.exists()


def test_a_note_too_long_is_refused(file, officer):
    with pytest.raises(MoveRefused, match="300 ký tự"):
        move(file, "refuse", by=officer, note="x" * 301)


def test_an_incomplete_file_is_not_sent_up(file, officer):
    Application.objects.update(cc01_signed=False)
    with pytest.raises(MoveRefused, match="CC01"):
        move(file, "send_up", by=officer)
    assert not Step.objects.exists()


@pytest.mark.parametrize(("source", "name"), [("waiting_for_data", "data_corrected"), ("taking", "receive")])
def test_the_promise_runs_from_the_day_the_data_are_right(file, officer, source, name):
    """The old promise, long broken, is nobody's fault any more: seven working days from today, and the step says so."""
    long_ago = timezone.localdate() - dt.timedelta(days=40)
    Application.objects.update(promised_on=long_ago, received_at=timezone.now() - dt.timedelta(days=50))
    moved = move(put(file, source), name, by=officer)
    moved.refresh_from_db()
    assert moved.promised_on == promised_on(timezone.localdate())
    assert Step.objects.get().note.startswith(f"Hẹn trả {moved.promised_on:%d/%m/%Y}, tính từ ngày")
    assert (timezone.localdate(moved.received_at) == timezone.localdate()) is (name == "receive")


def test_other_moves_leave_the_promise_alone(file, officer):
    day = file.promised_on
    assert move(file, "send_up", by=officer).promised_on == day
    assert Step.objects.get().note == ""


def test_the_stranger_cannot_move_it(file, stranger):
    with pytest.raises(MoveRefused, match="địa bàn"):
        move(file, "send_up", by=stranger)


def test_an_unknown_move_is_refused(file, officer):
    with pytest.raises(MoveRefused, match="Không có bước này"):
        move(file, "fly", by=officer)


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_press_at_once_one_moves(file, officer, colleague):
    start, refused = threading.Barrier(2), []

    def press(by) -> None:
        start.wait()
        try:
            move(file, "send_up", by=by)
        except MoveRefused as refusal:
            refused.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[by]) for by in (officer, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Step.objects.count() == 1
    assert len(refused) == 1
    assert "đã chuyển cấp trên" in refused[0]
