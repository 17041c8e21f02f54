"""Going on with a list: one worker at a time, once each, whatever dies on the way."""

import datetime as dt
import os
import signal
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from registry.models import Resident, Roster, RosterRow, RosterState
from registry.rosters import applying, work
from tests.registry.rosters.listing import approved, checked, person

pytestmark = pytest.mark.django_db
NAMES = ["Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy"]

KILLED = """
import sys, time, django
django.setup()
from registry.rosters import applying, work, writing

applying.PIECE = 2
real, pieces = writing.record_all, []

def stuck(*args, **kwargs):
    real(*args, **kwargs)
    pieces.append(1)
    if len(pieces) == 2:
        print("here", flush=True)
        time.sleep(60)

writing.record_all = stuck
work.go_on(int(sys.argv[1]), seconds=60)
"""


def ready(chief) -> Roster:
    return approved(checked(chief, [person(f"Lò Văn {name}") for name in NAMES]), chief)


def later(roster: Roster) -> None:
    """The lease runs out."""
    Roster.objects.filter(pk=roster.pk).update(claimed_until=timezone.now() - dt.timedelta(seconds=1))


def written_once() -> None:
    assert sorted(Resident.objects.values_list("full_name", flat=True)) == sorted(f"Lò Văn {one}" for one in NAMES)
    assert RosterRow.objects.filter(state="applied", resident__isnull=False).count() == len(NAMES)
    assert AuditEvent.objects.filter(action="create", target_kind="cư dân").count() == len(NAMES)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_piece_leaves_every_row_to_be_written_once(catalogues, chief):
    """Killed with -9 when everything of its second piece is written and nothing of it committed."""
    roster = ready(chief)
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(roster.pk)], env=environment,
                               stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR)  # fmt: skip
    assert process.stdout.readline().strip() == "here"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    roster.refresh_from_db()
    assert (roster.state, roster.done_rows, Resident.objects.count()) == (RosterState.APPLYING, 2, 2)
    assert work.sweep(seconds=10) == 0  # the dead worker's lease still runs
    later(roster)
    assert work.sweep(seconds=60) == 1
    roster.refresh_from_db()
    assert (roster.state, roster.claimed_until, roster.said) == (RosterState.APPLIED, None, "Đã ghi 7 dòng")
    written_once()


def test_a_list_that_somebody_holds_is_left_alone(chief):
    roster = ready(chief)
    claim = work.take(roster.pk)
    assert work.take(roster.pk) is None
    assert work.go_on(roster.pk, seconds=5) is False
    work.give_back(claim)
    assert work.go_on(roster.pk, seconds=60) is True
    written_once()


def test_a_worker_that_was_overtaken_writes_nothing(chief):
    roster = ready(chief)
    slow = work.take(roster.pk)
    later(roster)
    assert work.take(roster.pk) is not None
    with pytest.raises(work.Overtaken):
        work._piece(slow)
    assert not Resident.objects.exists()


def test_time_that_is_over_leaves_the_rest_to_the_next_turn(chief, monkeypatch):
    monkeypatch.setattr(applying, "PIECE", 2)
    roster = ready(chief)
    assert work.go_on(roster.pk, seconds=0.0001) is False
    roster.refresh_from_db()
    assert (roster.done_rows, roster.claimed_until, roster.percent) == (2, None, 28)
    assert work.go_on(roster.pk, seconds=60) is True
    written_once()


def test_a_step_that_fails_sets_the_list_aside_where_an_officer_decides(chief, monkeypatch):
    roster = ready(chief)
    monkeypatch.setitem(work.STEPS, RosterState.APPLYING, lambda roster: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work.go_on(roster.pk, seconds=5)
    roster.refresh_from_db()
    assert (roster.state, roster.said, roster.claimed_until) == (RosterState.CHECKED, work.BROKE, None)


def test_a_list_that_fails_half_written_is_never_open_for_other_columns_again(chief, monkeypatch):
    monkeypatch.setattr(applying, "PIECE", 2)
    roster = ready(chief)
    work.go_on(roster.pk, seconds=0.0001)
    monkeypatch.setitem(work.STEPS, RosterState.APPLYING, lambda roster: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work.go_on(roster.pk, seconds=5)
    roster.refresh_from_db()
    assert roster.state == RosterState.APPLIED


def test_lists_of_which_nothing_is_to_be_done_are_not_taken_up(chief):
    checked(chief, [person("Lò Văn Một")])
    assert work.sweep(seconds=5) == 0
    assert work.go_on(Roster.objects.get().pk, seconds=5) is True
