"""Long work: planned as rows, resumed where it stopped, with a heartbeat, and stopped when it runs away.

Most works on one commune and signs up with a function that does the next piece: the piece and how far the job came are
one transaction, so a worker that dies leaves neither half a piece nor a gap. What must see the whole register at once
signs up with a function that runs to the end and tells now and then how far it is (`run`): while its heart beats no
other worker touches it; when it falls silent the next one goes on where it was.
"""

import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.db import OperationalError, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Setting, Unit
from registry.models import Job, JobState, Resident
from registry.sweeping import told

LONGEST_ERROR = 2000
LEAST_PEOPLE = 1_000  # before so many were looked at, the share of what was found says little
SILENT_AFTER = dt.timedelta(minutes=10)
log = logging.getLogger(__name__)


class JobRefused(Exception):
    """The job was not started; the message is the sentence the officer reads."""


class RanAway(Exception):
    """A piece found far more than can be true. Nothing of that piece is kept; the message tells how much it was."""


@dataclass(frozen=True)
class Piece:
    """What one piece did: the last resident's id, how many people, how many things were found that are new."""

    last_id: int
    people: int
    found: int = 0
    is_last: bool = False
    error: str = ""


Beat = Callable[[int, int, int], None]
"""(people done, people in all, the last one's id)"""


@dataclass(frozen=True)
class Work:
    """A kind of long work. `step(job)` does the next piece, inside the caller's transaction; or `run(after, beat)` does
    the whole register from behind that resident's id and answers how much it found, in transactions of its own.

    `runaway` names the threshold (accounts/thresholds.py) of what may be found in a thousand people; "" knows none.
    """

    code: str
    title: str
    step: Callable[[Job], Piece] | None = None
    run: Callable[[int, Beat], int] | None = None
    found_words: str = ""
    runaway: str = ""


_works: dict[str, Work] = {}


def register(work: Work) -> None:
    _works[work.code] = work


def named(code: str) -> Work | None:
    return _works.get(code)


# --- planning --------------------------------------------------------------------------------------------------------


def plan_everywhere(code: str, *, on: dt.date | None = None) -> int:
    """Write one job a commune for this day; asking twice changes nothing. Answers how many were new. Three queries."""
    on = on or timezone.localdate()
    people = Resident.objects.order_by().values("commune").annotate(people=Count("pk"))
    jobs = [Job(kind=code, commune_id=row["commune"], for_day=on, total_count=row["people"]) for row in people]
    before = Job.objects.filter(kind=code, for_day=on).count()
    Job.objects.bulk_create(sorted(jobs, key=lambda job: job.commune_id or 0), ignore_conflicts=True)
    return Job.objects.filter(kind=code, for_day=on).count() - before


@transaction.atomic
def start(code: str, commune: Unit, *, by: Officer) -> Job:
    """Everybody of the commune, once more, now. Raises JobRefused while a job of this kind has not come to its end."""
    work = _works[code]
    Unit.objects.select_for_update(no_key=True).get(pk=commune.pk)  # two clicks
    unfinished = Job.objects.filter(kind=code, commune=commune, state__in=[JobState.WAITING, JobState.RUNNING])
    if known := unfinished.first():
        raise JobRefused(f"“{work.title}” đang chạy, {known.percent} % rồi; chờ việc này xong.")
    total = Resident.objects.filter(commune=commune).count()
    values = {"state": JobState.WAITING, "last_id": 0, "done_count": 0, "found_count": 0, "total_count": total,
              "may_exceed": False, "error": "", "started_at": None, "finished_at": None, "heartbeat_at": None,
              "asked_by": by}  # fmt: skip
    today = timezone.localdate()
    job, _ = Job.objects.update_or_create(kind=code, commune=commune, for_day=today, defaults=values)
    record(by, Action.CREATE, target=commune, sentence=f"Cho chạy “{work.title}”: {total} hồ sơ")
    return job


@transaction.atomic
def go_on(job: Job, *, by: Officer) -> Job:
    """Let a job that stopped go on where it was; one that parked itself is not stopped for the same reason again."""
    locked = Job.objects.select_for_update(of=("self",)).select_related("commune").get(pk=job.pk)
    if locked.state not in (JobState.PARKED, JobState.FAILED):
        raise JobRefused(f"Việc này không dừng: {locked.get_state_display().lower()}.")
    locked.may_exceed = locked.may_exceed or locked.state == JobState.PARKED
    locked.state, locked.error, locked.finished_at, locked.asked_by = JobState.WAITING, "", None, by
    locked.save()
    work = _works.get(locked.kind)
    title = work.title if work else locked.kind
    record(
        by,
        Action.DECIDE,
        target=locked.commune or locked,
        sentence=f"Cho “{title}” chạy tiếp từ hồ sơ {locked.done_count}",
    )
    return locked


@transaction.atomic
def plan_whole(code: str, *, by: Officer | None = None) -> Job:
    """The whole register, once more: the job of today, from its beginning unless it runs already."""
    today = timezone.localdate()
    job = Job.objects.filter(kind=code, commune=None, for_day=today).select_for_update(of=("self",)).first()
    if job is None:
        return Job.objects.create(kind=code, for_day=today, asked_by=by)
    if job.state != JobState.RUNNING or by is not None:
        job.state, job.last_id, job.done_count, job.found_count, job.error = JobState.WAITING, 0, 0, 0, ""
        job.started_at, job.heartbeat_at, job.finished_at, job.asked_by = None, None, None, by
        job.save()
    return job


# --- working ---------------------------------------------------------------------------------------------------------


def work_on(codes: Iterable[str], *, seconds: float) -> Counter[str]:
    """Take piece after piece of the planned jobs for so many seconds. Several workers may do so at once.

    When the database makes us yield (a deadlock, a lock, a lost connection), the job waits for the next sweep.
    """
    codes = list(codes)
    done: Counter[str] = Counter()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            piece = next_piece(codes)
        except OperationalError as yielded:
            log.warning("A piece of %s is put off: %s", ", ".join(codes), yielded)
            break
        if piece is None:
            break
        done["chunks"] += 1
        done["people"] += piece.people
    return done


def next_piece(codes: Iterable[str]) -> Piece | None:
    """Do the next piece of one unfinished job; None when no job is free.

    An OperationalError (a deadlock, a lock) is raised and leaves the job as it was, to be resumed. A job that ran away
    is parked and told; any other failure ends it until the next night, and is raised.
    """
    job = None
    try:
        with transaction.atomic():
            waiting = Job.objects.filter(kind__in=list(codes), state__in=[JobState.WAITING, JobState.RUNNING])
            ordered = waiting.order_by(F("asked_by").asc(nulls_last=True), "pk")  # somebody looks at what was asked for
            job = ordered.select_for_update(skip_locked=True, of=("self",)).first()
            return None if job is None else _piece_of(job)
    except OperationalError:
        raise
    except RanAway as stopped:
        assert job is not None
        return _park(job, str(stopped))
    except Exception as failure:
        if job is not None:
            said = told(failure)
            Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error=said, finished_at=timezone.now())
        raise


def _piece_of(job: Job) -> Piece:
    now, work = timezone.now(), _works[job.kind]
    assert work.step is not None, f"{job.kind} has no pieces"
    piece = work.step(job)
    job.error = "\n".join(filter(None, [job.error, piece.error]))[:LONGEST_ERROR]
    job.state, job.started_at, job.heartbeat_at = JobState.RUNNING, job.started_at or now, timezone.now()
    job.last_id, job.done_count = max(job.last_id, piece.last_id), job.done_count + piece.people
    job.found_count += piece.found
    job.total_count = max(job.total_count, job.done_count)
    _refuse_runaway(job, work)
    if piece.is_last:
        job.state, job.finished_at = JobState.DONE, timezone.now()
    job.save()
    return piece


def _refuse_runaway(job: Job, work: Work) -> None:
    if not work.runaway or job.may_exceed:
        return
    most = Setting.values_on()[work.runaway]
    if job.found_count * 1000 > most * max(job.done_count, LEAST_PEOPLE):
        raise RanAway(
            f"Tự dừng: {job.found_count} {work.found_words} trong {job.done_count} hồ sơ đầu, quá {most} trên 1.000. "
            "Phần vừa tìm không được ghi. Thường do một đợt nhập lặp hoặc một giá trị mẫu; xem lại rồi cho chạy tiếp."
        )


@transaction.atomic
def _park(job: Job, said: str) -> Piece:
    """Kept as it was before the piece that ran away; said on the job and in the trail."""
    Job.objects.filter(pk=job.pk).update(
        state=JobState.PARKED, error=said, heartbeat_at=timezone.now(), finished_at=timezone.now()
    )
    log.error("%s of unit %s parked itself: %s", job.kind, job.commune_id, said)
    record(None, Action.SYSTEM, target=job.commune or job, sentence=f"“{_works[job.kind].title}” tự dừng: {said}"[:300])
    return Piece(job.last_id, 0)


# --- the whole register at once --------------------------------------------------------------------------------------


def run_whole(code: str) -> bool:
    """Take up the job over the whole register, if one waits or its worker has fallen silent. Answers whether it ran.

    A job that ran away is parked and told; when the database makes us yield, it waits for the next sweep; any other
    failure ends it until the next night, and is raised.
    """
    job, work = _take_up(code), _works[code]
    if job is None:
        return False
    assert work.run is not None, f"{code} does not run as a whole"
    try:
        found = work.run(job.last_id, partial(_beat, job))
    except RanAway as stopped:
        _park(job, str(stopped))
    except OperationalError as yielded:
        log.warning("%s is put off: %s", code, yielded)
        Job.objects.filter(pk=job.pk).update(state=JobState.WAITING, heartbeat_at=None)
    except Exception as failure:
        said = told(failure)
        Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error=said, finished_at=timezone.now())
        raise
    else:
        now = timezone.now()
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING, started_at=job.started_at).update(
            state=JobState.DONE, found_count=found, heartbeat_at=now, finished_at=now
        )
    return True


@transaction.atomic
def _take_up(code: str) -> Job | None:
    now = timezone.now()
    free = Q(heartbeat_at=None) | Q(heartbeat_at__lt=now - SILENT_AFTER)
    rows = Job.objects.filter(free, kind=code, commune=None, state__in=[JobState.WAITING, JobState.RUNNING])
    job = rows.order_by("pk").select_for_update(skip_locked=True, of=("self",)).first()
    if job is not None:
        job.state, job.started_at, job.heartbeat_at = JobState.RUNNING, job.started_at or now, now
        job.save()
    return job


def _beat(job: Job, done: int, total: int, last_id: int) -> None:
    """Not of a run that was planned anew meanwhile: that one begins at its beginning."""
    still = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, started_at=job.started_at)
    still.update(done_count=done, total_count=total, last_id=last_id, heartbeat_at=timezone.now())
