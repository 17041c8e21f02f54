"""The last back-up, as its folder tells."""

import os
import time

import pytest

from supervision.machine import backups

HOUR = 3600


@pytest.fixture
def folder(tmp_path, settings):
    settings.BACKUP_DIR = str(tmp_path)
    return tmp_path


def keep(folder, name: str, *, size: int, hours_ago: float):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x" * size)
    moment = time.time() - hours_ago * HOUR
    os.utime(path, (moment, moment))
    return path


def test_without_the_variable_nobody_told(settings):
    settings.BACKUP_DIR = ""
    assert backups.last() == backups.Backup(backups.NOT_TOLD)


def test_a_folder_that_is_not_there_and_one_that_is_empty(folder, settings):
    assert backups.last().standing == backups.EMPTY
    settings.BACKUP_DIR = str(folder / "none")
    assert backups.last().standing == backups.UNREADABLE


def test_the_newest_counts_and_what_is_still_being_written_does_not(folder):
    keep(folder, "dancu-21.dump", size=4000, hours_ago=30)
    keep(folder, "dancu-22.dump", size=3000, hours_ago=6)
    keep(folder, "dancu-23.dump.part", size=10, hours_ago=0)
    keep(folder, ".nfs0001", size=10, hours_ago=0)
    last = backups.last()
    assert (last.standing, last.name, last.size_bytes, last.count) == (backups.THERE, "dancu-22.dump", 3000, 2)
    assert 6 * HOUR <= last.age_seconds < 6 * HOUR + 60
    assert not last.has_shrunk


def test_a_folder_is_one_backup_as_big_as_its_files(folder):
    keep(folder, "dancu-22.d/toc.dat", size=100, hours_ago=5)
    keep(folder, "dancu-22.d/3001.dat.gz", size=900, hours_ago=4)
    (folder / "empty.d").mkdir()
    last = backups.last()
    assert (last.name, last.size_bytes, last.count) == ("dancu-22.d", 1000, 1)
    assert 4 * HOUR <= last.age_seconds < 4 * HOUR + 60


def test_one_of_less_than_half_the_size_of_the_one_before_has_shrunk(folder):
    keep(folder, "dancu-21.dump", size=4000, hours_ago=30)
    keep(folder, "dancu-22.dump", size=1999, hours_ago=6)
    assert backups.last().has_shrunk


def test_a_folder_on_a_machine_that_does_not_answer_holds_nobody_up(folder, monkeypatch):
    monkeypatch.setattr(backups, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(backups, "_look", lambda path: time.sleep(1))
    started = time.monotonic()
    assert backups.last().standing == backups.UNREADABLE
    assert backups.last().standing == backups.UNREADABLE  # and no second thread is begun
    assert time.monotonic() - started < 0.5
    backups._looking.join()
