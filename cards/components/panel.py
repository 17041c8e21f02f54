"""What a file needs, has and lacks, with its scans: the panel on its page, and the page that shows the panel alone."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from accounts.models import Officer
from accounts.roles import Right
from cards.components.parts import PARTS
from cards.components.scans import MOST_AT_ONCE
from cards.components.table import ANNOTATED, ON_PAPER, Need, lacking, told, weigh, with_parts
from cards.models import Application, Scan
from registry.papers.image import MOST_BYTES

TEMPLATE = "cards/components/_panel.html"


@dataclass(frozen=True)
class KeptScan:
    """One scan as the panel lists it; removed ones say who and why."""

    public_id: str
    name: str
    kind: str
    pages: int
    size_bytes: int
    by: str
    at: dt.datetime
    removed_by: str
    removed_reason: str


@dataclass(frozen=True)
class Line:
    """One part on the screen."""

    need: Need
    scans: list[KeptScan]

    @property
    def pill(self) -> tuple[str, str]:
        """Kind and text."""
        if self.need.is_there:
            return "ok", "đã có"
        if self.need.is_missing:
            return "block", "thiếu"
        if self.need.why_not == ON_PAPER:
            return "quiet", "không ghi riêng"
        if self.need.is_spared:
            return "quiet", "không cần"
        return ("remind", "thu khi trả thẻ") if self.need.is_needed else ("quiet", "không cần")

    @property
    def is_asked(self) -> bool:
        """Still to come: what it is, who is asked and by which article is shown."""
        return self.need.is_needed and not self.need.is_there and not self.need.is_spared

    @property
    def says(self) -> str:
        """Why it is not needed, or what the officer noted."""
        tick = self.need.tick
        return self.need.why_not or (tick.note if tick else "")


def build(application: Application, officer: Officer) -> tuple[str, dict[str, Any]]:
    """For cards.applications.panels. One query."""
    return TEMPLATE, everything(application, officer)


def everything(application: Application, officer: Officer) -> dict[str, Any]:
    rows = with_parts(Application.objects.filter(pk=application.pk)).annotate(scan_rows=ArraySubquery(_scans()))
    row = rows.values(*ANNOTATED, "scan_rows").first() or {}
    case, held = told(application, row)
    scans = _by_part(row.get("scan_rows") or [])
    needs = weigh(case, held) if case else []
    lines = [Line(need, scans.pop(need.part.code, [])) for need in needs]
    may_write = officer.can(Right.APPLICATION_TAKE) and application.is_open
    return {
        "lines": sorted(lines, key=lambda line: not line.need.is_missing),
        "missing": lacking(needs),
        "stray": [(PARTS[code].title, kept) for code, kept in scans.items() if code in PARTS],
        "may_write": may_write,
        "may_see": officer.can(Right.SENSITIVE_VIEW),
        "must_say_why": application.received_at is not None,
        "most_at_once": MOST_AT_ONCE,
        "most_image_mb": MOST_BYTES // 1024 // 1024,
    }


def _scans() -> Any:
    rows = Scan.objects.filter(application=OuterRef("pk")).order_by("pk")
    return rows.values(
        row=JSONObject(
            public_id="public_id",
            component="component",
            name="name",
            kind="kind",
            pages="pages",
            size_bytes="size_bytes",
            at="added_at",
            by=F("added_by__full_name"),
            removed_by=F("removed_by__full_name"),
            removed_reason="removed_reason",
        )  # fmt: skip
    )


def _by_part(rows: list[dict[str, Any]]) -> dict[str, list[KeptScan]]:
    found: dict[str, list[KeptScan]] = defaultdict(list)
    for row in rows:
        at, component = dt.datetime.fromisoformat(row.pop("at")), row.pop("component")
        removed_by = row.pop("removed_by") or ""
        found[component].append(KeptScan(**row, at=at, removed_by=removed_by))
    return dict(found)
