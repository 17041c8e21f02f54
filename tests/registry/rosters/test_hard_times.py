"""Workers that die, fail, are overtaken or sleep while they do a list."""

import threading
import time
from dataclasses import replace

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from registry.models import Resident, Roster, RosterRow, RosterState
from registry.rosters import applying, checking, deciding, parts, taking_back, weighing, work
from tests.registry.rosters.listing import approved, checked, person, write
from tests.registry.rosters.test_checking import FAMILY
from tests.registry.rosters.test_taking_back import REASON
from tests.registry.rosters.test_work import later, ready, written_once

pytestmark = pytest.mark.django_db


def breaks(monkeypatch, state, fault, times=10**6):
    real, left = work.PARTS[state], [times]

    def do(roster, part):
        if left[0]:
            left[0] -= 1
            raise fault
        real.do(roster, part)

    monkeypatch.setitem(work.PARTS, state, replace(real, do=do))


def test_overtaken_leader_whose_part_fails_must_not_throw_away_the_parts(make, monkeypatch):
    """A sleeps > 90 s in its part, B takes the list; A's part then fails. A has no say any more."""
    monkeypatch.setattr(checking, "TYPED_PIECE", 2)
    roster = make(*FAMILY)
    slow = work.take(roster.pk)
    slow, _ = work._step(slow)  # cut for typing: two parts
    assert roster.parts.count() == 2
    later(roster)
    b = work.take(roster.pk)
    assert b is not None
    with monkeypatch.context() as patch:
        breaks(patch, RosterState.CHECKING, RuntimeError("A alone"))
        with pytest.raises(RuntimeError):
            work._piece(slow)
    left = roster.parts.count()
    work.give_back(b)
    assert work.go_on(roster.pk, seconds=60) is True
    roster.refresh_from_db()
    rows = list(roster.rows.values_list("verdict", "name"))
    assert (left, roster.state, {one[0] for one in rows}) == (2, "checked", {"new"}), (left, rows)


def test_lease_is_given_back_when_the_first_part_after_cutting_yields(chief, monkeypatch):
    """A deadlock in the very first part: the list must be free for the next turn at once, not after 90 s."""
    roster = ready(chief)
    breaks(monkeypatch, RosterState.APPLYING, OperationalError("deadlock detected"), times=1)
    assert work.go_on(roster.pk, seconds=5) is False
    roster.refresh_from_db()
    assert roster.claimed_until is None, roster.claimed_until - timezone.now()


def test_helper_does_not_count_on_a_list_that_moved_on(chief, monkeypatch):
    """The helper's last word arrives after the leader ended the step."""
    monkeypatch.setattr(applying, "PIECE", 2)
    roster = ready(chief)
    work.go_on(roster.pk, seconds=0.0001)
    real = work._do_part

    def slow(pk):
        done = real(pk)
        if done is not None and not parts.are_left(pk):
            work.go_on(pk, seconds=60)
        return done

    monkeypatch.setattr(work, "_do_part", slow)
    work.help_with(roster.pk, seconds=60)
    roster.refresh_from_db()
    assert (roster.state, roster.done_rows) == ("applied", 0)


class Killed(BaseException):
    pass


def test_a_part_that_kills_its_process_does_not_stop_the_list_forever(chief, monkeypatch):
    monkeypatch.setattr(applying, "PIECE", 2)
    roster = ready(chief)
    monkeypatch.setattr(work, "give_back", lambda claim: None)
    real = work.PARTS[RosterState.APPLYING]

    def do(one, part):
        if 2 in part.rows:
            raise Killed
        real.do(one, part)

    monkeypatch.setitem(work.PARTS, RosterState.APPLYING, replace(real, do=do))
    for _ in range(20):
        try:
            work.sweep(seconds=5)
        except Killed:
            later(roster)
    roster.refresh_from_db()
    assert RosterRow.objects.filter(state="applied").count() >= 5, (roster.state, roster.done_rows)


def test_weighing_that_kills_its_process_leaves_the_chief_a_way(chief, monkeypatch):
    roster = write(checked(chief, [person("Lò Văn Một")]), chief)
    weighing.ask(roster, by=chief)
    monkeypatch.setattr(work, "give_back", lambda claim: None)

    def dies(roster):
        raise Killed

    monkeypatch.setitem(work.STEPS, RosterState.WEIGHING, dies)
    for _ in range(20):
        try:
            work.sweep(seconds=5)
        except Killed:
            later(roster)
    roster.refresh_from_db()
    assert roster.state == "applied", roster.state


def test_a_preview_that_fails_keeps_what_was_said_and_leaves_the_chief_a_way(chief, client_of, monkeypatch):
    roster = write(checked(chief, [person("Lò Văn Một")]), chief)
    assert roster.said == "Đã ghi 1 dòng"
    weighing.ask(roster, by=chief)
    monkeypatch.setitem(work.STEPS, RosterState.WEIGHING, lambda roster: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work.go_on(roster.pk, seconds=5)
    roster.refresh_from_db()
    assert roster.state == "applied"
    assert "Đã ghi 1 dòng" in roster.said, roster.said
    address = reverse("registry:roster_take_back", args=[roster.public_id])
    shown = client_of(chief).get(address).content.decode()
    assert "Lần xem trước vừa rồi không xong" in shown
    client_of(chief).post(address, {"reason": REASON})
    roster.refresh_from_db()
    assert roster.state == "taking_back"


def test_a_second_click_while_it_is_reckoned_neither_waits_nor_begins_anew(catalogues, chief, monkeypatch):
    roster = approved(checked(chief, [person("Lò Văn Một")]), chief)
    assert work.go_on(roster.pk, seconds=10) is True
    weighing.ask(roster, by=chief)
    inside, go = threading.Event(), threading.Event()
    real = weighing.preview

    def slow(one):
        inside.set()
        go.wait(20)
        return real(one)

    monkeypatch.setattr(weighing, "preview", slow)

    def worker():
        try:
            work.go_on(roster.pk, seconds=5)
        finally:
            connection.close()

    thread = threading.Thread(target=worker)
    thread.start()
    assert inside.wait(10)
    threading.Timer(3, go.set).start()
    began = time.monotonic()
    weighing.ask(Roster.objects.defer("content").get(pk=roster.pk), by=chief)
    waited = time.monotonic() - began
    thread.join()
    roster.refresh_from_db()
    assert (waited < 1, roster.state) == (True, "applied"), (waited, roster.state)


def test_leader_dies_and_the_helper_does_the_rest(chief, monkeypatch):
    monkeypatch.setattr(applying, "PIECE", 2)
    roster = ready(chief)
    work._step(work.take(roster.pk))  # cut, and dead
    assert work.help_with(roster.pk, seconds=30) is True
    assert not roster.parts.exists()
    assert work.sweep(seconds=5) == 0
    later(roster)
    assert work.sweep(seconds=5) == 1
    roster.refresh_from_db()
    assert (roster.state, roster.said) == ("applied", "Đã ghi 7 dòng")
    written_once()


def test_a_half_written_list_that_broke_is_previewed_and_taken_back(chief, monkeypatch):
    monkeypatch.setattr(applying, "PIECE", 2)
    roster = ready(chief)
    work.go_on(roster.pk, seconds=0.0001)
    monkeypatch.setitem(work.STEPS, "applying", lambda roster: 1 / 0)
    with monkeypatch.context() as patch:
        from dataclasses import replace

        patch.setitem(work.PARTS, "applying", replace(work.PARTS["applying"], do=lambda roster, part: 1 / 0))
        with pytest.raises(ZeroDivisionError):
            work.go_on(roster.pk, seconds=5)
    roster.refresh_from_db()
    assert roster.state == "applied"
    weighing.ask(roster, by=chief)
    assert work.go_on(roster.pk, seconds=5) is True
    roster.refresh_from_db()
    assert roster.told["preview"]["go"] == 2
    taking_back.begin(roster, by=chief, reason=REASON)
    assert work.go_on(roster.pk, seconds=5) is True
    assert not Resident.objects.exists()


def test_one_list_goes_back_while_another_is_written_over_the_same_people(catalogues, chief, commune):
    """Whatever wins: no row of the second is written of somebody who is gone."""
    names = [f"Lò Văn {a} {b}" for a in ("An", "Bình", "Chi", "Dung") for b in ("Một", "Hai", "Ba", "Tư")]
    rows = [person(name, number=f"0010800001{at:02d}", household_key=f"H{at // 3}") for at, name in enumerate(names)]
    first = approved(checked(chief, rows), chief)
    assert work.go_on(first.pk, seconds=30) is True
    second = checked(chief, [one | {"phone": f"09876543{at:02d}"} for at, one in enumerate(rows)])
    deciding.decide(second, second.rows.all(), "write", by=chief)
    approved(second, chief)
    taking_back.begin(first, by=chief, reason="Nhầm danh sách")
    old, taking_back.PIECE = taking_back.PIECE, 3
    old2, applying.PIECE = applying.PIECE, 3

    def run(pk):
        try:
            end = time.monotonic() + 30
            while not work.go_on(pk, seconds=10) and time.monotonic() < end:
                time.sleep(0.05)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one.pk]) for one in (first, second)]
    try:
        [one.start() for one in threads]
        [one.join() for one in threads]
    finally:
        taking_back.PIECE, applying.PIECE = old, old2
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == ("taken_back", "applied")
    for row in second.rows.all():
        assert (row.state == "applied") == (row.resident_id is not None), (row.number, row.state, row.said)
    alive = set(Resident.objects.values_list("pk", flat=True))
    assert alive == set(second.rows.filter(state="applied").values_list("resident", flat=True))
