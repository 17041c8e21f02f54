"""The sweeps make room for others when their time is up."""

import time

import pytest

from registry import tasks
from registry.cleanup import scan
from registry.duplicates import search


@pytest.fixture
def endless(monkeypatch) -> list[int]:
    """Full batches for ever, and a sweep of a fifth of a second."""
    taken: list[int] = []

    def take(limit: int) -> int:
        taken.append(limit)
        time.sleep(0.01)
        return limit

    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 0.2)
    monkeypatch.setattr(scan, "scan_due", take)
    monkeypatch.setattr(search, "search_due", take)
    return taken


@pytest.mark.timeout(10)
@pytest.mark.parametrize("task", [tasks.scan_due, tasks.search_due], ids=["scan", "search"])
def test_a_sweep_ends_when_its_time_is_up(endless, task):
    task()
    assert 2 <= len(endless) <= 21


def test_what_time_is_left_goes_to_the_night_scan(monkeypatch):
    monkeypatch.setattr(scan, "scan_due", lambda limit: 0)
    given: list[float] = []
    monkeypatch.setattr(scan, "work_on_jobs", lambda *, seconds: given.append(seconds))
    tasks.scan_due()
    assert given[0] == pytest.approx(tasks.SWEEP_SECONDS, abs=1)
