"""What stands on a list that leaves, whatever its format: office, title, filters, who took it out, when and why."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from django.utils import timezone

from accounts.models import Officer
from accounts.paper.words import police_of
from registry.models import ListExport

LONGEST: Final = 32_000
"""Characters of a cell; Excel holds a few more."""


@dataclass(frozen=True)
class SheetColumn:
    name: str
    label: str
    width: int = 16
    is_locked: bool = False


@dataclass(frozen=True)
class Sheet:
    """`mark` tells a list that may come back (returning.py); its note says what may be edited."""

    office: str
    title: str
    filters: str
    watermark: str
    author: str
    columns: Sequence[SheetColumn]
    mark: str = ""
    notes: list[str] = field(default_factory=list)


class Writer(Protocol):
    """Takes the rows one by one and holds none of them."""

    def add_row(self, texts: Sequence[str]) -> None: ...

    def close(self) -> bytes: ...


def office_of(officer: Officer) -> str:
    return police_of(officer.unit) if officer.unit else "CỔNG DÂN CƯ"


def watermark_of(export: ListExport, officer: Officer, at: dt.datetime) -> str:
    """Who, when and why: on top of the file and at the foot of every printed page."""
    who = f"Người xuất: {officer}, số hiệu {officer.badge_number}"
    return f"{who} · {timezone.localtime(at):%H:%M %d/%m/%Y} · Mục đích: {export.reason} · Có dữ liệu cá nhân"
