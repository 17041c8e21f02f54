"""The table of moves: every role × state × move, what a guard holds back, and what a move leaves behind."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.roles import Right, Role
from accounts.working_days import add_working_days
from cards.applications.promise import promised_on
from cards.applications.workflow import MOVES, ROAD, MoveRefused, may_make, move, moves_for
from cards.models import FINAL_STATES, PROMISED_STATES, Application, State, Step, StockCard
from registry.models import IdentityDocument
from tests.factories import ApplicationFactory, OfficerFactory

pytestmark = pytest.mark.django_db

LEADS = {(state, name): row.target or state for name, row in MOVES.items() for state in row.sources}
UNITS = {Role.OFFICER: "commune", Role.CHIEF: "commune", Role.PROVINCE_SUPERVISOR: "province"}


@pytest.fixture
def file(resident, officer) -> Application:
    return ApplicationFactory(
        resident=resident, created_by=officer, assigned_to=officer, biometrics_taken=True, cc01_signed=True
    )


def put(file: Application, state: str, **columns) -> Application:
    Application.objects.filter(pk=file.pk).update(state=state, **columns)
    file.refresh_from_db()
    return file


def with_what_it_needs(name: str, printed, colleague) -> dict:
    row = MOVES[name]
    card = {"card": printed} if row.needs_card else {}
    return {"note": "Theo yêu cầu"} | card | ({"to": colleague} if row.needs_officer else {})


def ready_for(file: Application, state: str, name: str) -> Application:
    """Where the guard of the move holds: paused for going on, late for giving the reason, no slip for receiving."""
    columns: dict = {}
    if name == "resume":
        columns = {"paused_at": timezone.now(), "paused_by": file.created_by}
    if name == "explain":
        columns = {"promised_on": timezone.localdate() - dt.timedelta(days=1)}
    return put(file, state, **columns)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, so that many cases share one cast."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CHIEF])
def test_every_role_in_every_state_makes_the_moves_of_the_table_and_no_other(file, commune, colleague, printed, role):
    """Role × state × move: what the table allows leads where it says and leaves step and trail; all else is refused
    and changes nothing."""
    somebody = OfficerFactory(role=role, unit=commune)
    wrong = []
    for state in State:
        allowed = [row for row in MOVES.values() if somebody.can(row.right) and may_leave(row, state)]
        with undone():
            before = columns(put(file, state))
            refused = [row for row in MOVES.values() if row not in allowed]
            wrong += [(state, row.name) for row in refused if not is_refused(file, row, somebody, printed, colleague)]
            wrong += [(state, "changed")] if columns(file) != before or Step.objects.exists() else []
        for row in allowed:
            with undone():
                ready_for(file, state, row.name)
                offered = row in moves_for(file, somebody)
                made = is_made(file, state, row, somebody, printed, colleague)
                wrong += [] if made and offered == bool(row.group) else [(state, row.name, offered, made)]
        file.state = state
        wrong += [(state, row.name, "offered") for row in moves_for(file, somebody) if row not in allowed]
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in Role if role not in UNITS or role == Role.PROVINCE_SUPERVISOR])
def test_a_role_that_takes_nothing_in_moves_nothing_in_any_state(file, province, colleague, printed, role):
    """Asked of the table in every state; and made, where each move would be lawful for an officer."""
    somebody = OfficerFactory(role=role, unit=province if role in UNITS else None)
    for state in State:
        file.state = state
        assert moves_for(file, somebody) == []
        assert not [name for name, row in MOVES.items() if may_make(row, file, somebody)]
    for name, row in MOVES.items():
        ready_for(file, row.sources[0], name)
        assert is_refused(file, row, somebody, printed, colleague), name
        assert file.state == row.sources[0]
    assert not Step.objects.exists()


def may_leave(row, state: str) -> bool:
    """A reason for being late is asked only where a promise binds."""
    return state in row.sources and (row.name != "explain" or state in PROMISED_STATES)


def columns(file: Application) -> dict:
    return Application.objects.filter(pk=file.pk).values().get()


def is_refused(file, row, by, printed, colleague) -> bool:
    try:
        move(file, row.name, by=by, **with_what_it_needs(row.name, printed, colleague))
    except MoveRefused:
        return True
    return False


def is_made(file, state, row, by, printed, colleague) -> bool:
    moved = move(file, row.name, by=by, **with_what_it_needs(row.name, printed, colleague))
    step, line = Step.objects.get(), AuditEvent.objects.get(action="move")
    lands = LEADS[state, row.name]
    said = (step.move, step.from_state, step.to_state, step.by_id, moved.state)
    is_said = line.sentence == f"{row.sentence} {file.file_number}"
    return said == (row.name, state, lands, by.pk, lands) and is_said


def test_every_move_has_words_and_final_states_have_no_way_out():
    for row in MOVES.values():
        assert row.label
        assert row.sentence
        assert row.right in Right
    assert not {state for state, _ in LEADS} & set(FINAL_STATES)
    assert set(ROAD) <= {row.target for row in MOVES.values()}
    assert {row.name for row in MOVES.values() if not row.group} == {"book", "unbook", "not_arrived"}


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


# --- the clock, the level above, the holder -------------------------------------------------------------------------


def test_the_clock_stands_while_the_citizen_is_waited_for_and_the_promise_moves_by_the_days(
    file, officer, holidays, monkeypatch
):
    """Paused on Friday 20/11/2026, gone on with on Thursday 26/11: Monday, Wednesday, Thursday passed; Tuesday is a
    day off."""
    put(file, "received", promised_on=dt.date(2026, 12, 1), paused_at=moment(2026, 11, 20), paused_by=officer)
    monkeypatch.setattr(timezone, "now", lambda: moment(2026, 11, 26))
    moved = move(file, "resume", by=officer)
    assert (moved.promised_on, moved.paused_at, moved.pause_reason) == (dt.date(2026, 12, 4), None, "")
    assert Step.objects.get().note == "Đã chờ 3 ngày làm việc; hẹn trả dời từ 01/12/2026 sang 04/12/2026"


def moment(year: int, month: int, day: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime(year, month, day, 9))


def test_a_paused_file_goes_on_only_by_the_citizen_or_ends(file, officer, colleague):
    paused = move(file, "pause", by=officer, note="Thiếu khai sinh")
    assert (paused.state, paused.pause_reason, paused.is_paused) == ("received", "Thiếu khai sinh", True)
    with pytest.raises(MoveRefused, match="đang chờ công dân"):
        move(paused, "send_up", by=officer)
    assert {row.name for row in moves_for(paused, colleague)} == {
        "resume", "take", "refuse", "withdraw", "cancel_duplicate",
    }  # fmt: skip
    ended = move(paused, "withdraw", by=officer, note="Đổi ý")
    assert (ended.state, ended.paused_at, ended.paused_by) == ("withdrawn", None, None)


def test_a_late_promise_is_late_by_nothing_once_the_days_of_waiting_are_added(file, officer):
    long_ago = timezone.localdate() - dt.timedelta(days=30)
    waited = {"paused_at": timezone.now() - dt.timedelta(days=40), "paused_by": officer, "overdue_reason": "Cũ",
              "overdue_reason_at": timezone.now(), "overdue_reason_by": officer}  # fmt: skip
    moved = move(put(file, "received", promised_on=long_ago, **waited), "resume", by=officer)
    assert moved.promised_on >= timezone.localdate() - dt.timedelta(days=5)
    assert (moved.overdue_reason, moved.overdue_reason_by) == ("", None)


def test_what_the_level_above_gave_back_says_so_until_it_goes_up_again(file, officer):
    back = move(put(file, "printing"), "return_down", by=officer, note="Ảnh mờ")
    assert (back.state, back.returned_reason, back.returned_at is not None) == ("received", "Ảnh mờ", True)
    again = move(back, "send_up", by=officer)
    assert (again.returned_reason, again.returned_at) == ("", None)


def test_a_file_waiting_for_data_has_two_working_days_and_goes_back_to_where_it_was(file, officer):
    waits = move(put(file, "taking", received_at=None, promised_on=None), "wait_for_data", by=officer, note="Sai tên")
    assert waits.data_due_on == add_working_days(timezone.localdate(), 2)
    assert waits.promised_on is None
    goes_on = move(waits, "data_corrected", by=officer)
    assert (goes_on.state, goes_on.data_due_on, goes_on.promised_on) == ("taking", None, None)


def test_the_reason_for_being_late_is_kept_with_who_and_when(file, officer):
    late = put(file, "sent_up", promised_on=timezone.localdate() - dt.timedelta(days=4))
    told = move(late, "explain", by=officer, note="Máy in của tỉnh hỏng")
    assert (told.overdue_reason, told.overdue_reason_by) == ("Máy in của tỉnh hỏng", officer)
    assert told.overdue_reason_at is not None
    with pytest.raises(MoveRefused, match="chưa quá hạn"):
        move(put(file, "sent_up", promised_on=timezone.localdate()), "explain", by=officer, note="x")


def test_a_file_is_given_to_a_colleague_of_the_commune_and_to_nobody_else(file, chief, colleague, stranger):
    given = move(file, "assign", by=chief, to=colleague)
    assert given.assigned_to == colleague
    assert Step.objects.get().note == f"Từ {file.assigned_to} sang {colleague}"
    for wrong in (stranger, None, colleague):
        with pytest.raises(MoveRefused):
            move(given, "assign", by=chief, to=wrong)
    assert move(given, "take", by=chief).assigned_to == chief


def test_the_card_is_in_stock_from_its_arrival_to_the_hand(file, officer, printed):
    arrived = move(put(file, "sent_up"), "arrive", by=officer)
    assert StockCard.objects.get().state == "here"
    with pytest.raises(MoveRefused, match="người nhận thay") as refused:
        move(arrived, "hand_over", by=officer, card=replace(printed, receiver="authorised"))
    assert [fault.field for fault in refused.value.faults] == ["receiver_name"]
    assert not IdentityDocument.objects.exists()
    move(arrived, "hand_over", by=officer, card=replace(printed, receiver="representative", receiver_name="Lê Thị Mẫu"))
    assert StockCard.objects.values_list("state", "receiver_name").get() == ("handed_over", "Lê Thị Mẫu")
