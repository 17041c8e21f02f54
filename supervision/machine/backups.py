"""The last back-up: the newest file (or folder) in BACKUP_DIR, its size and its age. What is in it nobody looks at."""

import datetime as dt
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

PATIENCE_SECONDS: Final = 2
UNFINISHED: Final = (".part", ".partial", ".tmp", ".filepart")
MOST_FILES: Final = 20_000
NOT_TOLD, UNREADABLE, EMPTY, THERE = "not told", "unreadable", "empty", "there"


@dataclass(frozen=True)
class Backup:
    """`standing` is one of the four words above; the rest is of the newest, `before_bytes` of the one before it."""

    standing: str
    name: str = ""
    size_bytes: int = 0
    made_at: dt.datetime | None = None
    before_bytes: int = 0
    count: int = 0

    @property
    def age_seconds(self) -> float | None:
        return (timezone.now() - self.made_at).total_seconds() if self.made_at else None

    @property
    def has_shrunk(self) -> bool:
        """Less than half of the one before: a dump that broke off looks like this."""
        return self.standing == THERE and self.size_bytes * 2 < self.before_bytes


_looking: threading.Thread | None = None
_turn = threading.Lock()


def last() -> Backup:
    """In a thread with a limit of time: such folders lie on other machines, and a dead one never answers. While a look
    has not come back no second one is begun."""
    global _looking
    folder = str(settings.BACKUP_DIR).strip()
    if not folder:
        return Backup(NOT_TOLD)
    found: list[Backup] = []
    with _turn:
        if _looking is not None and _looking.is_alive():
            return Backup(UNREADABLE)
        _looking = threading.Thread(target=lambda: found.append(_look(Path(folder))), daemon=True)
        _looking.start()
        _looking.join(PATIENCE_SECONDS)
    return found[0] if found else Backup(UNREADABLE)


def _look(folder: Path) -> Backup:
    try:
        kept = sorted(_kept(folder), reverse=True)
    except OSError:
        return Backup(UNREADABLE)
    if not kept:
        return Backup(EMPTY)
    made, size, name = kept[0]
    made_at = dt.datetime.fromtimestamp(made, tz=dt.UTC)
    return Backup(THERE, name, size, made_at, before_bytes=kept[1][1] if len(kept) > 1 else 0, count=len(kept))


def _kept(folder: Path) -> Iterator[tuple[float, int, str]]:
    """(when written, bytes, name). A folder is one back-up (pg_dump --format=directory) as big as its files."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith(UNFINISHED):
                continue
            with suppress(FileNotFoundError):  # an old one that was taken away meanwhile
                if told := _sizes(entry):
                    yield max(when for when, _ in told), sum(size for _, size in told), entry.name


def _sizes(entry: os.DirEntry[str]) -> list[tuple[float, int]]:
    if entry.is_file():
        told = entry.stat()
        return [(told.st_mtime, told.st_size)]
    if not entry.is_dir():
        return []
    with os.scandir(entry) as inner:
        files = [one.stat() for one in islice(inner, MOST_FILES) if one.is_file()]
    return [(one.st_mtime, one.st_size) for one in files]
