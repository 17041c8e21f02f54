"""How clean it was, day by day: kept every night, and made up from the findings for nights that were missed.

A finding knows when it opened and when it was fixed or verified, so a day gone by is counted like today. What it does
not know any more: who lived here then (today's people are counted, as far as their records existed) and the first life
of a verified finding that lapsed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from accounts.models import Officer, Unit
from registry.jobs import work
from registry.jobs.work import Piece
from registry.models import LIVING_STATES, Finding, Job, Resident, ScoreDay, Severity
from registry.scores.figures import ALL, GROUPS
from registry.scores.places import Place, hamlet_text, hamlets_of, key_of
from registry.scores.share import Share
from registry.scores.standing import SERIOUS, left, morning_of, was_open, year_began

JOB_KIND = "scores"
DAYS_BACK = 62
DAYS_AT_ONCE = 8
DAY, WEEK, MONTH = dt.timedelta(days=1), dt.timedelta(days=7), dt.timedelta(days=30)
COUNTED = ("people", "must", "done", "block", "error", "warning", "remind")
SEVERITIES = {"block": Severity.BLOCK, "error": Severity.ERROR, "warning": Severity.WARNING, "remind": Severity.REMIND}


# --- keeping ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def keep(commune: Unit | int, day: dt.date) -> int:
    """Write one day of a commune, in place of what was written of it before; answers how many rows. Seven queries."""
    unit = Unit.objects.select_for_update(no_key=True).get(pk=getattr(commune, "pk", commune))
    rows = list(_rows(unit, day))
    ScoreDay.objects.filter(commune=unit, day=day).delete()
    ScoreDay.objects.bulk_create(rows)
    return len(rows)


def _rows(commune: Unit, day: dt.date) -> Iterable[ScoreDay]:
    at = morning_of(day + DAY) if day < timezone.localdate() else None
    listed = {one.name_folded: one for one in hamlets_of(commune)}
    counted: dict[tuple[Any, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for hamlet in [None, *listed.values()]:
        for group in GROUPS:
            counted[hamlet, group]
    for text, number in _people(commune, at):
        for group in GROUPS:
            counted[listed.get(key_of(text)), group]["people"] += number
    for row in _cases(commune, day, at):
        figures = counted[listed.get(key_of(row["text"])), row["group"]]
        figures["must"] += row["must"]
        figures["done"] += row["must"] - row["left"]
        for name in SEVERITIES:
            figures[name] += row[name]
    return (ScoreDay(commune=commune, hamlet=hamlet, group=group, day=day, **figures)
            for (hamlet, group), figures in counted.items())  # fmt: skip


def _people(commune: Unit, at: dt.datetime | None) -> Iterable[tuple[str, int]]:
    rows = Resident.objects.current().filter(commune=commune)
    rows = rows if at is None else rows.filter(created_at__lt=at)
    return rows.order_by().values(text=hamlet_text("pk")).annotate(n=Count("pk")).values_list("text", "n")


def _cases(commune: Unit, day: dt.date, at: dt.datetime | None) -> Iterable[Mapping[str, Any]]:
    """By hamlet's text and group, and by text alone: two queries."""
    begun = Q() if at is None else Q(opened_at__lt=at, resident__created_at__lt=at)
    rows = Finding.objects.filter(begun, resident__commune=commune, resident__state__in=LIVING_STATES)
    must, waits = was_open(year_began(day), at), left(at)
    columns = {
        "must": Count("resident", distinct=True, filter=SERIOUS & must),
        "left": Count("resident", distinct=True, filter=SERIOUS & waits),
    } | {name: Count("pk", filter=waits & Q(severity=severity)) for name, severity in SEVERITIES.items()}
    rows = rows.filter(must).order_by()
    yield from rows.values("group", text=hamlet_text("resident")).annotate(**columns)
    for row in rows.values(text=hamlet_text("resident")).annotate(**columns):
        yield {"group": ALL, **row}


def step(job: Job) -> Piece:
    """The day of the job, then the nights missed within DAYS_BACK, the latest first, some at a time."""
    assert job.commune_id is not None
    kept = set(ScoreDay.objects.filter(commune=job.commune_id).values_list("day", flat=True).distinct())
    wanted = [job.for_day - DAY * back for back in range(1, DAYS_BACK)]
    missing = [job.for_day] * (not job.last_id) + [day for day in wanted if day not in kept]
    for day in missing[:DAYS_AT_ONCE]:
        keep(job.commune_id, day)
    is_last = len(missing) <= DAYS_AT_ONCE
    return Piece(1, job.total_count if is_last else 0, is_last=is_last)


JOB = work.Work(JOB_KIND, "Ghi điểm sạch trong ngày", step)


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Night:
    """A place at the end of one day."""

    day: dt.date
    people: int
    must: int
    done: int
    block: int
    error: int
    warning: int
    remind: int

    @property
    def share(self) -> Share:
        return Share(self.done, self.must)

    @property
    def clean(self) -> Share:
        return Share(self.people - self.must + self.done, self.people)


def nights(officer: Officer, place: Place, *, group: str = ALL, every: int = 1) -> list[Night]:
    """The days kept of a commune or several before today, the oldest first. `every` seventh day is enough where many
    communes add up. One query."""
    today = timezone.localdate()
    days = [today - DAY * back for back in range(1, DAYS_BACK) if back % every == 0 or back == MONTH.days]
    rows = ScoreDay.objects.in_scope(officer).filter(place.of("commune"), group=group, day__in=days)
    summed = rows.order_by("day").values("day").annotate(**{f"sum_{name}": Sum(name) for name in COUNTED})
    found: Iterable[Mapping[str, Any]] = summed
    return [Night(row["day"], **{name: row[f"sum_{name}"] for name in COUNTED}) for row in found]


def night_of(found: list[Night], back: dt.timedelta) -> Night | None:
    """So long ago, or the last one kept in the week before."""
    wanted = timezone.localdate() - back
    return next((one for one in reversed(found) if wanted - WEEK < one.day <= wanted), None)


def by_hamlet(commune: Unit, day: dt.date, *, group: str = ALL) -> dict[int | None, Share]:
    """Hamlet id (None: outside the list) -> clean records of its people at the end of a day. One query."""
    rows = ScoreDay.objects.filter(commune=commune, day=day, group=group)
    return {row.hamlet_id: Share(row.people - row.must + row.done, row.people) for row in rows}


# --- the line --------------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, EDGE = 320, 64, 4


@dataclass(frozen=True)
class Line:
    """Points of an SVG polyline of WIDTH × HEIGHT, days across, percent upwards between the lowest and the highest."""

    points: str
    last_x: str
    last_y: str
    lowest: str
    highest: str
    first_day: dt.date
    last_day: dt.date


def line_of(days: list[tuple[dt.date, Share]]) -> Line | None:
    """None with fewer than two days that have a share."""
    known = [(day, float(share.percent)) for day, share in days if share.percent is not None]
    if len(known) < 2:
        return None
    (first, _), (last, _) = known[0], known[-1]
    least, most = min(value for _, value in known), max(value for _, value in known)
    wide, high = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    spread = most - least
    at = [
        (EDGE + wide * (day - first).days / (last - first).days,
         EDGE + (high * (most - value) / spread if spread else high / 2))
        for day, value in known
    ]  # fmt: skip
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    lowest, highest = (f"{value:.2f} %".replace(".", ",") for value in (least, most))
    return Line(points, f"{at[-1][0]:.1f}", f"{at[-1][1]:.1f}", lowest, highest, first, last)
