"""The state as plain JSON for a monitor: codes, counts, bytes, seconds and moments. No sentence, no name of anybody."""

import datetime as dt
from collections import Counter
from typing import Any

from supervision.machine.backups import Backup
from supervision.machine.queues import Seen
from supervision.machine.state import State, Stored


def as_json(state: State) -> dict[str, Any]:
    return {
        "status": state.level.value,
        "at": state.at.isoformat(),
        "version": state.version,
        "problems": [{"code": one.code, "level": one.level.value} for one in state.problems],
        "redis": _redis(state.seen) if state.seen else {"answers": False},
        "database": _database(state.stored) if state.stored else {"answers": False},
        "backup": _backup(state.backup),
    }


def _redis(seen: Seen) -> dict[str, Any]:
    return {
        "answers": True,
        "beat_seconds": _whole(seen.beat_seconds),
        "workers": [
            {
                "name": one.name,
                "lives": one.lives,
                "silent_seconds": _whole(one.silent_seconds),
                "version": one.version,
                "queues": one.queues,
                "doing": [{"task": task, "seconds": _whole(since)} for task, since in one.doing],
            }
            for one in seen.workers
        ],
        "queues": {
            one.name: {
                "length": one.length,
                "oldest_seconds": _whole(one.oldest_seconds),
                "workers": len(seen.serving(one.name)),
            }
            for one in seen.queues
        },
        "held": {"count": seen.held, "oldest_seconds": _whole(seen.held_seconds)},
    }


def _database(stored: Stored) -> dict[str, Any]:
    return {
        "answers": True,
        "bytes": stored.sizes.whole_bytes,
        "tables": {one.name: one.size_bytes for one in stored.sizes.tables},
        "migrations": {"applied": stored.migrations.applied, "missing": stored.migrations.missing},
        "orders": {
            one.kind.code: {
                "waiting": one.waiting,
                "oldest_seconds": _whole(one.age_seconds),
                "failed": one.failed,
            }
            for one in stored.standing
        },
        "failed_tasks": _tasks(stored),
        "runs": {one.kind: {"day": _moment(one.day), "whole_at": _moment(one.whole_at)} for one in stored.runs},
    }


def _tasks(stored: Stored) -> dict[str, int]:
    """Task -> how many times it failed, of those nobody closed."""
    times: Counter[str] = Counter()
    for one in stored.tasks:
        times[one.task] += one.times
    return dict(times)


def _backup(backup: Backup) -> dict[str, Any]:
    """Without the name of the file: it is whatever somebody called it."""
    return {
        "declared": backup.standing != "not told",
        "standing": backup.standing,
        "age_seconds": _whole(backup.age_seconds),
        "bytes": backup.size_bytes,
    }


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds)


def _moment(moment: dt.date | None) -> str | None:
    return moment.isoformat() if moment else None
