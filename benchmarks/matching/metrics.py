"""How good scored pairs are, measured against the truth. A true pair is any two records of one person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
PRECISIONS: Final = (0.995, 0.999)


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares between 0 and 1; `threshold` and `best_threshold` in bits. `blocking_recall` is the share of the true
    pairs that were scored at all."""

    true_pairs: int
    scored_pairs: int
    blocking_recall: float
    threshold: float
    precision: float
    recall: float
    f1: float
    best_threshold: float
    best_f1: float
    recall_at_995: float
    recall_at_999: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def true_pairs(truth: pl.DataFrame) -> int:
    """All pairs within an entity."""
    sizes = truth.group_by("entity_id").len()["len"].to_numpy().astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def is_true(pairs: pl.DataFrame, truth: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """For each row of `pairs` (left, right: ids as text) whether both are one person."""
    left = pairs.select("left").join(truth, left_on="left", right_on="id", how="left", maintain_order="left")
    right = pairs.select("right").join(truth, left_on="right", right_on="id", how="left", maintain_order="left")
    return (left["entity_id"] == right["entity_id"]).to_numpy()


def quality(pairs: pl.DataFrame, truth: pl.DataFrame, *, threshold: float) -> Quality:
    """`pairs` has left, right (each pair once) and bits; pairs at the threshold or above count as found."""
    total = true_pairs(truth)
    good = is_true(pairs, truth)
    bits, precision, recall = curve(pairs["bits"].to_numpy().astype(np.float64), good, total)
    f1 = _f1(precision, recall)
    at = int(np.searchsorted(-bits, -threshold, side="right")) - 1
    best = int(np.argmax(f1)) if len(f1) else -1
    return Quality(
        true_pairs=total,
        scored_pairs=len(pairs),
        blocking_recall=float(good.sum() / max(total, 1)),
        threshold=threshold,
        precision=float(precision[at]) if at >= 0 else 1.0,
        recall=float(recall[at]) if at >= 0 else 0.0,
        f1=float(f1[at]) if at >= 0 else 0.0,
        best_threshold=float(bits[best]) if best >= 0 else 0.0,
        best_f1=float(f1[best]) if best >= 0 else 0.0,
        recall_at_995=_recall_at(precision, recall, PRECISIONS[0]),
        recall_at_999=_recall_at(precision, recall, PRECISIONS[1]),
    )


def curve(bits: Floats, good: npt.NDArray[np.bool_], total: int) -> tuple[Floats, Floats, Floats]:
    """(threshold, precision, recall), thresholds falling; one point for each score that occurs, for equal scores stand
    or fall together."""
    order = np.argsort(-bits, kind="stable")
    bits, good = bits[order], good[order]
    found = np.cumsum(good)
    last = np.flatnonzero(np.append(bits[1:] != bits[:-1], len(bits) > 0))
    return bits[last], found[last] / (last + 1), found[last] / max(total, 1)


def _f1(precision: Floats, recall: Floats) -> Floats:
    return 2 * precision * recall / np.maximum(precision + recall, 1e-12)


def _recall_at(precision: Floats, recall: Floats, wanted: float) -> float:
    """The most that is found while precision is at least `wanted`."""
    reached = recall[precision >= wanted]
    return float(reached.max()) if len(reached) else 0.0
