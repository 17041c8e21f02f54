"""The Celery app and the timetable: every periodic job on one screen."""

import logging
import logging.config
import os
import time
from typing import Any

import redis
from celery import Celery, signals
from celery.beat import PersistentScheduler
from celery.contrib.django.task import DjangoTask
from celery.schedules import crontab
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")  # of `celery -A config.celery`

HEARTBEAT_SECONDS = 30
log = logging.getLogger(__name__)


class Task(DjangoTask):
    """A task whose start never fails the request: what Redis does not take, the sweep finds by the mark on the row."""

    Request = "supervision.machine.lost:ToldRequest"

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        def start() -> None:
            try:
                self.delay(*args, **kwargs)
            except (OperationalError, RedisError, OSError) as fault:
                log.warning("%s was not sent, the sweep will find it: %s", self.name, fault)

        transaction.on_commit(start)


app = Celery("portal", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Receipts have a queue of their own, and a worker that names no other: somebody stands at the counter meanwhile. Papers
# by the hundred go to "bulk", all else to "celery"; another worker serves both (-Q celery,bulk), or one for each.
app.conf.task_routes = {
    "cards.tasks.render_receipt": {"queue": "receipts"},
    "cards.tasks.render_due": {"queue": "receipts"},
    "cards.tasks.render_print": {"queue": "bulk"},
    "registry.tasks.roster_go_on": {"queue": "bulk"},
    "registry.tasks.roster_help": {"queue": "bulk"},
    "registry.tasks.rosters_left": {"queue": "bulk"},
    "registry.tasks.make_export": {"queue": "bulk"},
    "supervision.tasks.make_report": {"queue": "bulk"},
}

app.conf.beat_schedule = {
    # name of the work               task                                  when
    "receipts left unrendered": {"task": "cards.tasks.render_due", "schedule": 20.0, "options": {"expires": 20}},
    "papers left unrendered": {"task": "cards.tasks.prints_due", "schedule": 20.0, "options": {"expires": 20}},
    "field sheets left unrendered": {
        "task": "registry.tasks.field_prints_due",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "residents to check": {"task": "registry.tasks.scan_due", "schedule": 20.0, "options": {"expires": 20}},
    "residents to compare": {"task": "registry.tasks.search_due", "schedule": 20.0, "options": {"expires": 20}},
    "merges whose hour has come": {
        "task": "registry.tasks.run_planned_merges",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "repairs of many left in the middle": {
        "task": "registry.tasks.repairs_left",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "lists left in the middle": {"task": "registry.tasks.rosters_left", "schedule": 30.0, "options": {"expires": 30}},
    "lists asked for and not made": {
        "task": "registry.tasks.exports_due",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "files whose days are over": {"task": "registry.tasks.forget_files", "schedule": crontab(hour=3, minute=20)},
    "units that have a successor": {
        "task": "registry.tasks.move_to_successors",
        "schedule": crontab(hour="0-4", minute=5),
    },
    "every record, every night": {"task": "registry.tasks.scan_all", "schedule": crontab(hour=1, minute=30)},
    "everybody compared, every night": {
        "task": "registry.tasks.search_all",
        "schedule": crontab(hour=2, minute=15),
    },
    "a search of everybody that waits": {
        "task": "registry.tasks.search_everything",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "scores of the day": {"task": "registry.tasks.scores_all", "schedule": crontab(hour=23, minute=30)},
    "scores left in the middle": {
        "task": "registry.tasks.scores_due",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "reports of closed periods": {
        "task": "supervision.tasks.reports_due",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "figures of today": {"task": "supervision.tasks.figures_due", "schedule": 60.0, "options": {"expires": 60}},
    "figures of the day that ended": {
        "task": "supervision.tasks.figures_night",
        "schedule": crontab(hour=0, minute=10),
    },
    "communes that fall behind": {"task": "supervision.tasks.alerts_night", "schedule": crontab(hour=2, minute=50)},
    "periods to close": {"task": "supervision.tasks.close_periods", "schedule": crontab(minute=40)},
    "drafts nobody came back to": {"task": "accounts.tasks.forget_old_drafts", "schedule": crontab(hour=3, minute=0)},
    "sessions that ended": {"task": "accounts.tasks.clear_sessions", "schedule": crontab(hour=3, minute=10)},
}


def beat_heart(name: str) -> bool:
    """Tell /healthz that `name` ("worker" or "beat") is alive: a Redis key that fades after HEARTBEAT_SECONDS. False
    when Redis did not take it; one that hangs holds nobody up."""
    try:
        with redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
            client.set(f"health:{name}", int(time.time()), ex=HEARTBEAT_SECONDS)
    except redis.RedisError:
        log.warning("Redis did not take the heartbeat of %s", name)
        return False
    return True


@signals.setup_logging.connect
def log_as_the_web_does(**kwargs: Any) -> None:
    """Celery's own set-up would print what PostgreSQL says of a row (config/logs.py)."""
    logging.config.dictConfig(settings.LOGGING)


# What follows imports inside: this module is read before Django knows its apps.


@signals.worker_ready.connect
@signals.heartbeat_sent.connect
def worker_is_alive(sender: Any = None, **kwargs: Any) -> None:
    from supervision.machine import queues

    name = getattr(sender, "hostname", "") or getattr(getattr(sender, "eventer", None), "hostname", "")
    if beat_heart("worker") and name:
        queues.tell(name)


@signals.worker_shutdown.connect
def worker_ends(sender: Any = None, **kwargs: Any) -> None:
    from supervision.machine import queues

    queues.tell_end(getattr(sender, "hostname", ""))


@signals.before_task_publish.connect
def message_says_when(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    from supervision.machine import queues

    if headers is not None:
        queues.stamp(headers)


@signals.task_failure.connect
def task_failed(
    sender: Any = None, task_id: str = "", exception: Any = None, args: Any = (), kwargs: Any = None, **more: Any
) -> None:
    from supervision.machine import failures

    if type(exception).__name__ == "WorkerLostError":  # written down by supervision.machine.lost
        return
    queue = (getattr(sender.request, "delivery_info", None) or {}).get("routing_key") or ""
    failures.note(task=sender.name, task_id=task_id or "", queue=queue, args=args, kwargs=kwargs, error=exception,
                  traceback=more.get("traceback"))  # fmt: skip


class Timetable(PersistentScheduler):
    """Celery's scheduler, which also says that it is alive at every tick (5 seconds apart at most)."""

    max_interval = 5
    last_beat = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() - self.last_beat > 5:
            beat_heart("beat")
            self.last_beat = time.monotonic()
        return min(super().tick(*args, **kwargs), self.max_interval)


app.conf.beat_scheduler = "config.celery:Timetable"
