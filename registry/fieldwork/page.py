"""The one screen on which a sheet is typed back: read from a POST, and laid out in the order of the paper."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.text import clean
from registry.fieldwork.entering import Typed, name_of, version_of
from registry.fieldwork.paper import homes_of
from registry.models import FieldLine, Outcome

VERSIONS = "versions"
SHORT = {"1": "Đúng", "2": "Sai", "3": "Đã chết", "4": "Chuyển đi", "5": "Không gặp"}
"""Words for the buttons of the screen; the paper has room for the whole."""


@dataclass
class Row:
    """One line as the page shows it: what stands, or what was typed and refused."""

    line: FieldLine
    outcome: str = ""
    remark: str = ""
    ticked: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        return {kind: name_of(kind, self.line) for kind in ("o", "r")}

    @property
    def outcome_error(self) -> str:
        return self.errors.get(self.names["o"], "")

    @property
    def remark_error(self) -> str:
        return self.errors.get(self.names["r"], "")

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Each thing that was asked, with the name of its box and whether it is ticked."""
        return [
            one | {"name": f"{name_of('f', self.line)}-{place}", "ticked": one["id"] in self.ticked}
            for place, one in enumerate(self.line.asked)
        ]

    @property
    def choices(self) -> list[dict[str, Any]]:
        return [
            {"value": value, "label": label, "full": Outcome(value).label, "chosen": value == self.outcome}
            for value, label in SHORT.items()
        ]


def typed_of(lines: list[FieldLine], data: Mapping[str, str]) -> dict[uuid.UUID, Typed]:
    """What a POST, or a draft of it, says of each line."""
    versions = _versions(data.get(VERSIONS, ""))
    found = {}
    for line in lines:
        boxes = name_of("f", line)
        ticked = tuple(one["id"] for place, one in enumerate(line.asked) if data.get(f"{boxes}-{place}"))
        outcome = data.get(name_of("o", line), "").strip()[:10]
        found[line.public_id] = Typed(
            outcome=outcome,
            remark=clean(data.get(name_of("r", line), "")),
            verified=ticked,
            version=versions.get(line.public_id.hex, ""),
        )
    return found


def _versions(text: str) -> dict[str, str]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else {}


def versions_of(lines: list[FieldLine]) -> str:
    return json.dumps({line.public_id.hex: version_of(line) for line in lines if line.is_entered})


def rows_of(
    lines: list[FieldLine],
    typed: Mapping[uuid.UUID, Typed] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Household by household: its row, its people's rows, and whether somebody is still to be typed in."""
    rows = {line.pk: _row(line, (typed or {}).get(line.public_id), dict(errors or {})) for line in lines}
    return [
        {
            "home": rows[home.line.pk],
            "people": [rows[line.pk] for line in home.people],
            "open": any(not line.is_entered for line in home.people),
        }
        for home in homes_of(lines)
    ]


def _row(line: FieldLine, typed: Typed | None, errors: dict[str, str]) -> Row:
    if typed is None or (typed.is_blank and line.is_entered and typed.version != version_of(line)):
        return Row(line, line.outcome, line.remark, set(line.verified), errors)
    return Row(line, typed.outcome, typed.remark, set(typed.verified), errors)
