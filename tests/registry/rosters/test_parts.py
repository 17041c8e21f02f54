"""A step cut into parts: what belongs together stays together, each part is done once, and nobody waits in vain."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from registry import tasks
from registry.models import Household, Resident, RosterPart, RosterState
from registry.residents.membership import next_number
from registry.rosters import applying, checking, parts, work
from tests.registry.rosters.listing import approved, checked, finish, person
from tests.registry.rosters.test_checking import FAMILY
from tests.registry.rosters.test_work import NAMES, ready, written_once

HELPER = """
import sys, time, django
django.setup()
from registry.rosters import work, writing

real = writing.record_all

def stuck(*args, **kwargs):
    real(*args, **kwargs)
    print("here", flush=True)
    time.sleep(60)

writing.record_all = stuck
work.help_with(int(sys.argv[1]), seconds=60)
"""


# --- cutting ----------------------------------------------------------------------------------------------------------


def test_rows_of_one_key_stay_together_wherever_they_stand():
    rows = [(2, ["a"]), (3, []), (4, ["b"]), (5, ["a"]), (6, ["b", "c"]), (7, []), (8, ["c"])]
    assert list(parts.cut(rows, 2)) == [[2, 5], [3, 4, 6, 8], [7]]


def test_rows_hang_together_over_third_ones_that_come_later():
    assert list(parts.cut([(2, ["a"]), (3, ["b"]), (4, ["c"]), (5, ["b", "a"])], 1)) == [[2, 3, 5], [4]]


def test_a_key_of_thousands_is_no_household_and_is_cut(monkeypatch):
    monkeypatch.setattr(parts, "LONGEST", 3)
    assert list(parts.cut([(number, ["thôn 2"]) for number in range(2, 10)], 2)) == [[2, 3, 4], [5, 6, 7], [8, 9]]


@trials(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=2)), st.integers(1, 6))
def test_every_row_is_in_one_part_and_no_key_in_two(keys, size):
    rows = list(enumerate(keys, start=2))
    made = list(parts.cut(rows, size))
    assert sorted(number for part in made for number in part) == [number for number, _ in rows]
    borne = dict(rows)
    for key in "abcdefgh":
        assert sum(any(key in borne[number] for number in part) for part in made) <= 1


@pytest.mark.django_db
def test_rows_of_one_number_are_written_by_one_worker(chief, monkeypatch):
    """Two writers of one number would wait for each other, and one of them would have to begin anew."""
    monkeypatch.setattr(applying, "PIECE", 1)
    number = {"number": "001080000111"}
    roster = checked(chief, [person("Lò Văn Một", **number), person("Lò Văn Hai"), person("Lò Văn Ba", **number)])
    roster.rows.update(verdict="new", decision="write")
    applying.next_piece(approved(roster, chief))
    assert [part.rows for part in roster.parts.all()] == [[2, 4], [3]]


# --- households -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_numbers_of_households_are_set_aside_and_the_counter_takes_those_behind(chief, commune, monkeypatch):
    monkeypatch.setattr(applying, "PIECE", 2)
    rows = [person(f"Lò Văn {name}", household_key=f"H{at // 2}") for at, name in enumerate(NAMES)]
    roster = approved(checked(chief, rows), chief)
    applying.next_piece(roster)
    assert [(one.next_household, one.last_household) for one in roster.parts.all()] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    at_the_counter = next_number(commune)
    assert at_the_counter == 5
    Household.objects.create(commune=commune, code=f"{at_the_counter:05d}")
    roster.save()
    finish(roster, applying.next_piece)
    assert sorted(Household.objects.values_list("code", flat=True)) == [f"{number:05d}" for number in range(1, 6)]
    assert next_number(commune) == 6


@pytest.mark.django_db
def test_a_part_that_fails_and_is_halved_founds_with_the_same_numbers(chief, monkeypatch):
    rows = [person(f"Lò Văn {name}", household_key=f"H{name}") for name in NAMES]
    roster = approved(checked(chief, rows), chief)
    real, tries = applying.write_new, []

    def fails_once(*args, **kwargs):
        written = real(*args, **kwargs)
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("a clash")
        return written

    monkeypatch.setattr(applying, "write_new", fails_once)
    finish(roster, applying.next_piece)
    assert len(tries) == 3
    assert sorted(Household.objects.values_list("code", flat=True)) == [f"{number:05d}" for number in range(1, 8)]


# --- several workers --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_helper_killed_in_its_part_leaves_it_to_whoever_holds_the_list(catalogues, chief, monkeypatch):
    """Killed with -9 when everything of its part is written and nothing of it committed; the others are done
    meanwhile."""
    monkeypatch.setattr(applying, "PIECE", 2)
    roster = ready(chief)
    called: list[int] = []
    assert work.go_on(roster.pk, seconds=0.0001, call_help=called.append) is False  # cuts, and does the first part
    assert called == [roster.pk]
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {"DATABASE_URL": urlunsplit(address), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    helper = subprocess.Popen([sys.executable, "-c", HELPER, str(roster.pk)], env=environment, text=True,
                              stdout=subprocess.PIPE, cwd=settings.BASE_DIR)  # fmt: skip
    assert helper.stdout.readline().strip() == "here"
    assert work.go_on(roster.pk, seconds=1) is False  # two parts are done, the third is waited for
    roster.refresh_from_db()
    assert (roster.state, roster.done_rows, Resident.objects.count()) == (RosterState.APPLYING, 5, 5)
    assert work.help_with(roster.pk, seconds=1) is False
    helper.send_signal(signal.SIGKILL)
    helper.wait()
    helper.stdout.close()
    assert work.go_on(roster.pk, seconds=60) is True
    roster.refresh_from_db()
    assert (roster.state, roster.said) == (RosterState.APPLIED, "Đã ghi 7 dòng")
    written_once()


@pytest.mark.django_db
def test_a_helper_does_what_is_left_and_says_how_far_it_is(chief, monkeypatch):
    monkeypatch.setattr(applying, "PIECE", 2)
    roster = ready(chief)
    assert work.help_with(roster.pk, seconds=1) is False  # nothing is cut yet
    work.go_on(roster.pk, seconds=0.0001)
    assert work.help_with(roster.pk, seconds=0.0001) is True
    roster.refresh_from_db()
    assert (roster.done_rows, roster.state) == (4, RosterState.APPLYING)
    assert work.help_with(roster.pk, seconds=60) is True
    assert work.help_with(roster.pk, seconds=60) is False
    roster.refresh_from_db()
    assert (roster.done_rows, roster.state) == (7, RosterState.APPLYING)  # whoever holds the list ends the step
    assert work.go_on(roster.pk, seconds=60) is True
    written_once()


@pytest.mark.django_db
def test_a_part_that_fails_sets_the_list_aside_and_leaves_no_part(chief, monkeypatch):
    roster = ready(chief)
    fails = replace(work.PARTS[RosterState.APPLYING], do=lambda roster, part: 1 / 0)
    monkeypatch.setitem(work.PARTS, RosterState.APPLYING, fails)
    with pytest.raises(ZeroDivisionError):
        work.go_on(roster.pk, seconds=5)
    roster.refresh_from_db()
    assert (roster.state, roster.said, RosterPart.objects.count()) == (RosterState.CHECKED, work.BROKE, 0)


@pytest.mark.django_db
def test_a_check_begun_anew_forgets_the_parts_of_the_old_one(make):
    roster = make(*FAMILY)
    checking.next_piece(roster)
    assert RosterPart.objects.filter(roster=roster).exists()
    roster.told = {}
    checking.next_piece(roster)
    assert [part.rows for part in roster.parts.all()] == [[2, 3, 4, 5]]


@pytest.mark.django_db
def test_help_is_sent_again_while_there_is_something_to_help_with(chief, monkeypatch):
    sent: list = []
    monkeypatch.setattr(tasks.roster_help, "apply_async", lambda args, **options: sent.append(args))
    roster = ready(chief)
    tasks.roster_help(roster.pk)
    assert sent == []
    work.go_on(roster.pk, seconds=0)
    monkeypatch.setattr(applying, "PIECE", 2)
    applying.next_piece(roster)
    tasks.roster_help(roster.pk)
    assert sent == [[roster.pk]]
