"""The weights: for each class and level how probable the level is, as whole hundredths of a bit. A readable file."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from registry.matching.fields import FIELDS

SAME: Final = "same"
SIBLINGS, TWINS, GENERATIONS = "siblings", "twins", "generations"
NEIGHBOURS: Final = "neighbours"
FAMILY: Final = (SIBLINGS, TWINS, GENERATIONS)
"""One family is no one pattern: children of one couple, children of one birth, and parent and child. Decision 33."""
CLASSES: Final = (SAME, *FAMILY, NEIGHBOURS)
"""Neighbours are namesakes of one place: strangers, but commune, home town and names go together."""
STRANGERS: Final = "strangers"

SHIPPED: Final = Path(__file__).with_name("models") / "shipped.json"


class ModelRefused(ValueError):
    """The file is no model of this engine; the message says why."""


@dataclass(frozen=True)
class Model:
    """`weights[class][field]` are hundredths of log2 P(level | class), one a level in the field's order; strangers'
    weights of levels with a rarity leave the value's own chance to rarity.py. `pairs` is how many pairs of a class
    there are for each record of a register. `threshold` and `certain` are hundredths of a bit of the score."""

    version: str
    weights: dict[str, dict[str, list[int]]]
    pairs: dict[str, float]
    threshold: int = 0
    certain: int = 1000
    about: dict[str, Any] = field(default_factory=dict)

    def prior(self, kind: str, size: int) -> int:
        """log2 of the share of a class among all pairs of a register of `size` records, in hundredths of a bit."""
        return min(0, round(100 * math.log2(2 * self.pairs[kind] / max(size, 2))))

    def as_json(self) -> dict[str, Any]:
        levels = {one.name: one.names() for one in FIELDS}
        weights = {
            kind: {name: dict(zip(levels[name], row, strict=True)) for name, row in rows.items()}
            for kind, rows in self.weights.items()
        }
        return {
            "version": self.version,
            "threshold": self.threshold,
            "certain": self.certain,
            "pairs": self.pairs,
            "about": self.about,
            "weights": weights,
        }

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(body: dict[str, Any]) -> Model:
    """From what as_json() made. Raises ModelRefused when a class, field or level is missing or another one there, or a
    number is none."""
    kinds = (*CLASSES, STRANGERS)
    try:
        _refuse_foreign("classes", body["weights"], kinds)
        return Model(
            version=str(body["version"]),
            weights={kind: _rows(body["weights"][kind]) for kind in kinds},
            pairs={kind: _share(body["pairs"][kind]) for kind in CLASSES},
            threshold=_whole(body["threshold"]),
            certain=_whole(body["certain"]),
            about=dict(body.get("about", {})),
        )
    except (KeyError, TypeError, AttributeError) as missing:
        raise ModelRefused(f"The model lacks {missing}") from missing


def _rows(rows: dict[str, dict[str, Any]]) -> dict[str, list[int]]:
    _refuse_foreign("fields", rows, [one.name for one in FIELDS])
    for one in FIELDS:
        _refuse_foreign(f"levels of {one.name}", rows[one.name], one.names())
    return {one.name: [_whole(rows[one.name][name]) for name in one.names()] for one in FIELDS}


def _refuse_foreign(what: str, found: Iterable[str], known: Collection[str]) -> None:
    if foreign := sorted(set(found) - set(known)):
        raise ModelRefused(f"The model has {what} this engine does not compare: {', '.join(foreign)}")


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise ModelRefused(f"{value!r} in the model is no whole number")
    return value


def _share(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value < math.inf:
        raise ModelRefused(f"{value!r} in the model is no number of pairs")
    return float(value)


def load(path: Path) -> Model:
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise ModelRefused(f"{path} is no JSON: {broken}") from broken


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that comes with the code."""
    return load(SHIPPED)
