"""Measuring a model where the truth is known: every pair of records of one person is to be found, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from registry.matching.batch import Pairs, dedupe
from registry.matching.batch.register import Register
from registry.matching.model import Model
from registry.matching.tables import TableRefused

LOWEST: Final = -2000
"""Hundredths: pairs below are not looked at when the curve is drawn."""


@dataclass(frozen=True)
class Report:
    """Shares between 0 and 1; `best_at` in hundredths of a bit."""

    true_pairs: int
    found: int
    precision: float
    recall: float
    best_f1: float
    best_at: int
    recall_at_995: float
    recall_at_999: float
    compared: int
    blocking_recall: float

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)

    def rows(self) -> list[tuple[str, str]]:
        return [
            ("true pairs", f"{self.true_pairs:,}"),
            ("pairs compared", f"{self.compared:,}"),
            ("of the true ones compared", f"{self.blocking_recall:.4f}"),
            ("pairs at the threshold", f"{self.found:,}"),
            ("precision", f"{self.precision:.4f}"),
            ("recall", f"{self.recall:.4f}"),
            ("F1", f"{self.f1:.4f}"),
            ("best F1 at any threshold", f"{self.best_f1:.4f} at {self.best_at / 100:.2f} bits"),
            ("recall at precision .995", f"{self.recall_at_995:.4f}"),
            ("recall at precision .999", f"{self.recall_at_999:.4f}"),
        ]


def harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def read_truth(path: Path) -> pl.DataFrame:
    """id, entity_id as texts."""
    try:
        table = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as broken:
        raise TableRefused(f"{path}: {broken}") from broken
    if not {"id", "entity_id"} <= set(table.columns):
        raise TableRefused(f"{path} needs the columns id and entity_id")
    return table.select(pl.col("id", "entity_id").cast(pl.String))


def entities_of(register: Register, truth: pl.DataFrame) -> npt.NDArray[np.int64]:
    """A number for each record's person. Raises TableRefused when the truth does not know a record."""
    joined = register.table.select("id").join(truth.unique("id"), on="id", how="left", maintain_order="left")
    if joined["entity_id"].null_count():
        raise TableRefused(f"the truth lacks {joined['entity_id'].null_count():,} of the records")
    return np.unique(joined["entity_id"].to_numpy().astype(str), return_inverse=True)[1]


def true_pairs(entities: npt.NDArray[np.int64]) -> int:
    sizes = np.bincount(entities)
    return int((sizes * (sizes - 1) // 2).sum())


def evaluate(register: Register, truth: pl.DataFrame, model: Model, threshold: int) -> Report:
    """Everything at one threshold (hundredths of a bit), and the curve below it."""
    entities = entities_of(register, truth)
    pairs = dedupe(register, model, threshold=-100_000)
    return report(pairs, entities, threshold)


def report(pairs: Pairs, entities: npt.NDArray[np.int64], threshold: int) -> Report:
    total = max(1, true_pairs(entities))
    hits = entities[pairs.left] == entities[pairs.right]
    bits, precision, recall = curve(pairs.bits, hits, total)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = int(f1.argmax()) if len(f1) else 0
    chosen = pairs.bits >= threshold
    found = int(chosen.sum())
    right = int((hits & chosen).sum())
    return Report(
        true_pairs=total,
        found=found,
        precision=right / found if found else 0.0,
        recall=right / total,
        best_f1=float(f1[best]) if len(f1) else 0.0,
        best_at=int(bits[best]) if len(f1) else 0,
        recall_at_995=recall_at(0.995, precision, recall),
        recall_at_999=recall_at(0.999, precision, recall),
        compared=pairs.compared,
        blocking_recall=float(hits.sum()) / total,
    )


Shares = npt.NDArray[np.float64]


def curve(bits: npt.NDArray, hits: npt.NDArray[np.bool_], total: int) -> tuple[npt.NDArray, Shares, Shares]:
    """(score, precision, recall) at every score that occurs, from the highest down."""
    order = np.argsort(-bits, kind="stable")
    ordered = bits[order]
    right = np.cumsum(hits[order])
    last = np.append(ordered[1:] != ordered[:-1], True) if len(ordered) else np.zeros(0, dtype=bool)
    return ordered[last], (right / np.arange(1, len(order) + 1))[last], (right / total)[last]


def recall_at(least: float, precision: Shares, recall: Shares) -> float:
    """The highest recall at which the precision is still at least so high."""
    enough = np.flatnonzero(precision >= least)
    return float(recall[enough[-1]]) if len(enough) else 0.0
