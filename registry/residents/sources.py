"""Where each value of a record comes from, and as of which day (Luật Căn cước Đ9; facts.md 5.2).

A value without a source of its own has the record's: `Resident.source`, `Resident.source_on`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils import timezone

from registry import codes
from registry.models import Resident

CARD = "QR"
SAID = "CONG_DAN_KHAI"
SALT = "from-card"


@dataclass(frozen=True)
class Source:
    """`code` of codes.SOURCES, and the day on which it said so."""

    code: str
    on: dt.date

    @property
    def columns(self) -> dict[str, Any]:
        """For a row that keeps its source itself (models/sourced.py)."""
        return {"source": self.code, "source_on": self.on}

    def __str__(self) -> str:
        return f"{codes.SOURCES.name(self.code)}, {self.on:%d/%m/%Y}"


def note_sources(resident: Resident, fields: Iterable[str], source: Source) -> None:
    """Write down that these fields (names of columns) now come from `source`. The caller saves the resident."""
    told = dict(resident.sources)
    for field in fields:
        if (source.code, source.on) == (resident.source, resident.source_on):
            told.pop(field, None)
        else:
            told[field] = {"source": source.code, "on": source.on.isoformat()}
    resident.sources = told


def source_of(resident: Resident, field: str) -> Source:
    told = resident.sources.get(field)
    if told:
        return Source(told["source"], dt.date.fromisoformat(told["on"]))
    return Source(resident.source, resident.source_on)


def chosen(values: dict[str, Any], *fields: str) -> Source:
    """What the form says of these values: the card, while they still are what the card said; else the choice."""
    card: dict[str, str] = values.get("from_card") or {}
    told = [field for field in fields if field in card]
    if told and all(same(card[field], values.get(field)) for field in told):
        return Source(CARD, timezone.localdate())
    return Source(values.get("source") or SAID, values.get("source_on") or timezone.localdate())


def same(told: str, value: Any) -> bool:
    """Whether the text of the card is still what the form holds: a date as it is shown, a unit by name or path."""
    if hasattr(value, "display"):
        shown = [value.display()]
    elif hasattr(value, "path"):
        shown = [value.name, value.path]
    else:
        shown = [str(value if value is not None else "")]
    return told.strip().casefold() in [text.strip().casefold() for text in shown]


# --- What a card filled into a form travels with the form, signed: the officer's own words are not called the card's --


def sealed(card: dict[str, str]) -> str:
    """`card`: name of the form's field -> text as the form shows it."""
    return signing.dumps(card, salt=SALT, compress=True)


def unsealed(text: str) -> dict[str, str]:
    """Nothing for a seal that is not ours, or none."""
    try:
        return signing.loads(text, salt=SALT) if text else {}
    except signing.BadSignature:
        return {}
