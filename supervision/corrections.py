"""What turned out otherwise after a period was closed: found by counting it again, told beside the closed number, and
explained once by somebody."""

import datetime as dt
import time
from collections.abc import Collection, Iterable
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Level, Officer
from accounts.periods import Period
from accounts.text import clean
from supervision import recount
from supervision.catalogue.values import Values
from supervision.figures import FIGURES, HAPPENED
from supervision.models import Correction, FrozenPeriod, PeriodKind

CHECKED_DAYS: Final = {PeriodKind.WEEK: 35, PeriodKind.MONTH: 62, PeriodKind.QUARTER: 100, PeriodKind.YEAR: 400}
LEAST_NOTE, LONGEST_NOTE = 5, 300
Told = dict[tuple[str, bool], int]
"""(code, whether up to the end of the period) -> number."""


class CorrectionRefused(Exception):
    """Nothing was noted; the message is the sentence the officer reads."""


# --- finding ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def find_corrections(frozen: FrozenPeriod) -> list[Correction]:
    """Count a closed period again and write a line for each number that is another than was last told; answers those
    that differ from the closed ones today (corrections_of). Running twice writes nothing new: the row is locked
    meanwhile. Of a province and the country the communes' closed numbers and corrections are added up."""
    locked = FrozenPeriod.objects.select_for_update(of=("self",)).select_related("unit").get(pk=frozen.pk)
    closed, newest = _closed_numbers(locked), _newest([locked])
    for (code, is_total), now in _numbers_now(locked).items():
        was = closed.get((code, is_total), 0)
        last = newest.get((locked.pk, code, is_total))
        if now != (last.now if last else was):
            Correction.objects.create(frozen=locked, code=code, is_total=is_total, was=was, now=now)
    FrozenPeriod.objects.filter(pk=locked.pk).update(checked_at=timezone.now())
    return corrections_of([locked])[locked.pk]


def corrections_of(frozen: Iterable[FrozenPeriod]) -> dict[int, list[Correction]]:
    """Period's id -> the newest line of each of its figures that differs, in the order of the catalogue. One query."""
    rows = list(frozen)
    order = {code: place for place, code in enumerate(FIGURES)}
    found: dict[int, list[Correction]] = {row.pk: [] for row in rows}
    for (pk, code, _), line in _newest(rows).items():
        if line.was != line.now and code in order:
            found[pk].append(line)
    for lines in found.values():
        lines.sort(key=lambda line: (order[line.code], line.is_total))
    return found


def _newest(frozen: Collection[FrozenPeriod]) -> dict[tuple[int, str, bool], Correction]:
    lines = Correction.objects.filter(frozen__in=[row.pk for row in frozen]).order_by("found_at", "pk")
    return {(line.frozen_id, line.code, line.is_total): line for line in lines.select_related("noted_by")}


def _closed_numbers(frozen: FrozenPeriod) -> Told:
    return {(code, False): n for code, n in frozen.values.items()} | {
        (code, True): n for code, n in frozen.totals.items()
    }


def _numbers_now(frozen: FrozenPeriod) -> Told:
    """Of every number that can be counted again, zeros too; what was unknown when it was closed stays unknown."""
    period = Period(frozen.first, frozen.last)
    if frozen.unit is not None and frozen.unit.level == Level.COMMUNE:
        ids = [frozen.unit.pk]
        values, totals = (of(ids, period)[frozen.unit.pk] for of in (recount.happened_in, recount.happened_until))
        stood = recount.stood_at_end(ids, period)[frozen.unit.pk]
    else:
        values, totals = recount.added_up(_below(frozen), frozen.unit, period)
        stood = values
    standing = [one.code for one in recount.recountable()]
    now = {(code, False): values.get(code, 0) for code in HAPPENED}
    now |= {(code, True): totals.get(code, 0) for code in HAPPENED}
    now |= {(code, False): stood.get(code, 0) for code in standing}
    return {key: number for key, number in now.items() if key[0] not in frozen.missing}


def _below(frozen: FrozenPeriod) -> Iterable[tuple[Values, Values]]:
    """What each commune says today: as it was closed, and as far as it was corrected. Two queries."""
    communes = FrozenPeriod.objects.filter(kind=frozen.kind, first=frozen.first, unit__level=Level.COMMUNE)
    rows = list(communes.filter(unit__parent=frozen.unit) if frozen.unit else communes)
    lines = corrections_of(rows)
    for row in rows:
        values, totals = recount.told(row)
        now = {line.code: line.now for line in lines[row.pk] if not line.is_total}
        ever = {line.code: line.now for line in lines[row.pk] if line.is_total}
        yield (
            Values(dict(values) | now, values.spreads, values.missing),
            Values(dict(totals) | ever, totals.spreads, totals.missing),
        )


def check_due(seconds: float) -> int:
    """Count lately closed periods again, each once a day, and what is summed of them when one below has moved: communes
    first, then provinces, then the country. Answers how many were looked at; what is left is the next run's."""
    until, today, done = time.monotonic() + seconds, timezone.localdate(), 0
    lately = Q()
    for kind, days in CHECKED_DAYS.items():
        lately |= Q(kind=kind, last__gte=today - dt.timedelta(days=days))
    unchecked = Q(checked_at=None) | Q(checked_at__date__lt=today)
    newer = Correction.objects.filter(
        frozen__kind=OuterRef("kind"), frozen__first=OuterRef("first"), found_at__gt=OuterRef("checked_at")
    )
    of_province = Exists(newer.filter(frozen__unit__parent=OuterRef("unit")))
    of_country = Q(unit=None) & Q(Exists(newer.exclude(frozen__unit=None)))
    rows = FrozenPeriod.objects.filter(lately).order_by(F("checked_at").asc(nulls_first=True), "pk")
    for level in (
        Q(unchecked, unit__level=Level.COMMUNE),
        Q(unchecked | of_province, unit__level=Level.PROVINCE),
        Q(unchecked | of_country, unit=None),
    ):
        for row in rows.filter(level):
            if time.monotonic() > until:
                return done
            find_corrections(row)
            done += 1
    return done


# --- explaining ------------------------------------------------------------------------------------------------------


@transaction.atomic
def note(correction: Correction, text: str, *, by: Officer) -> Correction:
    """Say why a number is another, once. Raises CorrectionRefused for one that was explained before, that is not in the
    officer's scope, or without a reason. One line in the trail."""
    [noted] = note_all([correction], text, by=by)
    return noted


@transaction.atomic
def note_all(corrections: Collection[Correction], text: str, *, by: Officer) -> list[Correction]:
    """One reason for several lines of one period, all or none; as note()."""
    text = clean(text)
    if len(text) < LEAST_NOTE:
        raise CorrectionRefused("Ghi rõ lý do đính chính.")
    if len(text) > LONGEST_NOTE:
        raise CorrectionRefused(f"Lý do dài nhất {LONGEST_NOTE} ký tự.")
    wanted = [line.pk for line in corrections]
    rows = Correction.objects.in_scope(by).filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk")
    lines = list(rows.select_related("frozen__unit", "noted_by"))
    if not lines or len(lines) != len(set(wanted)):
        raise CorrectionRefused("Chọn ít nhất một dòng đính chính của kỳ này.")
    if noted := next((line for line in lines if line.noted_at), None):
        raise CorrectionRefused(f"{title_of(noted)}: {noted.noted_by} đã ghi lý do; tải lại trang để xem.")
    now = timezone.now()
    for line in lines:
        line.note, line.noted_at, line.noted_by = text, now, by
    Correction.objects.bulk_update(lines, ["note", "noted_at", "noted_by"])
    told = "; ".join(f"{title_of(line)} {line.was} → {line.now}" for line in lines)
    record(by, Action.CHANGE, target=lines[0].frozen, reason=text, sentence=f"Ghi lý do đính chính: {told}"[:500])
    return lines


def title_of(line: Correction) -> str:
    figure = FIGURES.get(line.code)
    return f"{figure.title if figure else line.code}{', lũy kế' if line.is_total else ''}"
