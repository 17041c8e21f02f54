"""What one file needs, what is there, what is missing: the table of parts.py held against the file.

The ticks that the file itself keeps (biometrics_taken, cc01_signed, old_card_taken, representative_name) are the truth
for their parts; rows of Component hold the others. One query a file.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from cards.components.parts import COLUMNS, PARTS, Case, Part, reason_of
from cards.models import Application, Component
from registry.models import IdentityNumber, NumberKind, Relation, RelationKind, Resident

ON_PAPER = "thu nhận trước khi ghi từng giấy tờ"
REPRESENTING = (RelationKind.FATHER, RelationKind.MOTHER, RelationKind.GUARDIAN)


@dataclass(frozen=True)
class Tick:
    """What an officer said of one part: it is there, or (`is_there` False, with a note) not needed and why."""

    is_there: bool
    note: str = ""
    by: str = ""
    at: dt.datetime | None = None

    @property
    def is_spared(self) -> bool:
        return not self.is_there and bool(self.note)


@dataclass(frozen=True)
class Held:
    """What stands on record for one file: ticks by the code of their part."""

    ticks: Mapping[str, Tick] = field(default_factory=dict)
    is_on_paper_only: bool = False  # received before parts were kept here: papers were looked at, not ticked


@dataclass(frozen=True)
class Need:
    """One part of one file. `why_not`: why it is not needed."""

    part: Part
    is_needed: bool
    why_not: str
    tick: Tick | None

    @property
    def is_there(self) -> bool:
        return self.tick is not None and self.tick.is_there

    @property
    def is_spared(self) -> bool:
        return self.is_needed and self.part.may_be_spared and self.tick is not None and self.tick.is_spared

    @property
    def is_missing(self) -> bool:
        """Missing for the receipt of the file; what is good until the card is handed over is not."""
        return self.is_needed and not self.part.at_handover and not self.is_there and not self.is_spared


def weigh(case: Case, held: Held) -> list[Need]:
    """Every part that this file needs, that was ticked, or that it is spared for a reason worth telling. Pure."""
    needs = [_need(part, case, held) for part in PARTS.values()]
    return [need for need in needs if need.is_needed or need.why_not or need.is_there]


def _need(part: Part, case: Case, held: Held) -> Need:
    is_needed, why_not = part.asked(case)
    tick = held.ticks.get(part.code)
    if is_needed and held.is_on_paper_only and not part.column:
        return Need(part, False, ON_PAPER, tick)
    return Need(part, is_needed, "" if is_needed else why_not, tick)


def lacking(needs: Iterable[Need]) -> list[str]:
    """What is missing, as a sentence says it."""
    return [need.part.name for need in needs if need.is_missing]


def needed(application: Application) -> list[Need]:
    """What this file needs, has and lacks. One query."""
    case, held = read(application)
    return weigh(case, held) if case else []


def missing(application: Application, *, also: Collection[str] = ()) -> list[str]:
    """What this file still lacks before it can be received: "phiếu CC01 đã ký", "sinh trắc" … One query.

    The columns are read from `application` as it stands in memory, the other parts from their rows; `also` are codes
    that a form ticked and nobody wrote yet (ticking.note_parts writes them). A file that is not written yet may be
    asked about.
    """
    case, held = read(application)
    if case is None:
        return []
    ticks = dict(held.ticks) | {code: Tick(True) for code in also if not PARTS[code].column}
    return lacking(weigh(case, replace(held, ticks=ticks)))


def read(application: Application) -> tuple[Case | None, Held]:
    """The file as the table looks at it; None for a reason that no catalogue knows. One query."""
    known = with_parts(Application.objects.filter(pk=application.pk)) if application.pk else _unwritten(application)
    return told(application, known.values(*ANNOTATED).first() or {})


def told(application: Application, row: Mapping[str, Any]) -> tuple[Case | None, Held]:
    """The same from a row that was read already, with what `with_parts` adds."""
    return case_of(application, age_years=age_of(application), row=row), held_of(application, row)


def age_of(application: Application) -> int | None:
    """Full years on the day of receipt; before it, today. The resident is read along with the file."""
    born = application.resident.known_birth
    return born.age_on(_day_of(application)) if born else None


def _day_of(application: Application) -> dt.date:
    return timezone.localdate(application.received_at) if application.received_at else timezone.localdate()


ANNOTATED = ("part_rows", "has_number", "representative_on_record")


def with_parts(rows: Any) -> Any:
    """Files with what `case_of` and `held_of` look at, in the same query."""
    named = _named(OuterRef("representative_number"), OuterRef("representative_name"))
    parts = Component.objects.filter(application=OuterRef("pk")).order_by("pk")
    return rows.annotate(
        part_rows=ArraySubquery(
            parts.values(
                row=JSONObject(
                    code="code", is_there="is_there", note="note", at="checked_at", by=F("checked_by__full_name")
                )
            )
        ),
        has_number=Exists(_numbers("resident")),
        representative_on_record=Exists(_relations("resident").filter(named)),
    )


def _unwritten(application: Application) -> QuerySet[Resident]:
    """The same of a file that has no row yet, asked of its person."""
    named = _named(Value(application.representative_number), Value(application.representative_name))
    return Resident.objects.filter(pk=application.resident_id).annotate(
        part_rows=Value([], output_field=JSONField()),
        has_number=Exists(_numbers("pk")),
        representative_on_record=Exists(_relations("pk").filter(named)),
    )


def _numbers(path: str) -> QuerySet[IdentityNumber]:
    return IdentityNumber.objects.filter(resident=OuterRef(path), kind=NumberKind.PERSONAL, is_active=True)


def _relations(path: str) -> QuerySet[Relation]:
    return Relation.objects.filter(resident=OuterRef(path), kind__in=REPRESENTING, is_current=True)


def _named(number: Any, name: Any) -> Q:
    return (Q(personal_number=number) & ~Q(personal_number="")) | Q(name__iexact=name)


def case_of(application: Application, *, age_years: int | None, row: Mapping[str, Any]) -> Case | None:
    reason = reason_of(application.reason)
    if reason is None:
        return None
    return Case(
        reason=reason,
        channel=application.channel,
        age_years=age_years,
        exemption=application.exemption,
        has_number=bool(row.get("has_number", True)),
        representative_on_record=bool(application.representative_name and row.get("representative_on_record")),
    )


def held_of(application: Application, row: Mapping[str, Any]) -> Held:
    parts = row.get("part_rows") or []
    ticks = {part["code"]: _tick(part) for part in parts}
    for column, code in COLUMNS.items():
        noted = ticks.get(code, Tick(False))
        ticks[code] = Tick(bool(getattr(application, column)), noted.note, noted.by, noted.at)
    ticked = any(not PARTS[part["code"]].column for part in parts if part["code"] in PARTS)
    return Held(ticks, is_on_paper_only=application.received_at is not None and not ticked)


def _tick(part: Mapping[str, Any]) -> Tick:
    at = dt.datetime.fromisoformat(part["at"]) if part.get("at") else None
    return Tick(part["is_there"], part["note"], part["by"] or "", at)
