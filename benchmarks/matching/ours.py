"""Our engine as a contender in a process of its own: `python -m benchmarks.matching.ours normal.parquet pairs.parquet`.

Reads the prepared table, writes every pair down to LOWEST_BITS for the curve, prints seconds and memory as JSON.
`--train` learns the weights from the very table first, as an office would that does not want those shipped.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Final

import polars as pl

from registry.matching import model as models
from registry.matching.batch.dedupe import dedupe
from registry.matching.batch.register import Register
from registry.matching.record import COLUMNS
from registry.matching.train import train

LOWEST_BITS: Final = -12


def run(parquet: Path, out: Path, *, model: Path | None, learn: bool) -> dict[str, float]:
    started = time.perf_counter()
    table = pl.read_parquet(parquet, columns=list(COLUMNS))
    read = time.perf_counter()
    weights = models.load(model) if model else models.shipped()
    if learn:
        weights = train([Register(table)], version="bench", begin=weights)
    trained = time.perf_counter()
    pairs = dedupe(table, weights, threshold=LOWEST_BITS * 100)
    done = time.perf_counter()
    ids = table["id"]
    pl.DataFrame(
        {
            "left": ids.gather(pairs.left),
            "right": ids.gather(pairs.right),
            "bits": pl.Series(pairs.bits).cast(pl.Float64) / 100,
            "kind": pairs.kind,
        }
    ).write_parquet(out)
    return {
        "seconds": done - trained + read - started,
        "train_seconds": trained - read,
        "memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        "threshold_bits": weights.threshold / 100,
        "compared": float(pairs.compared),
        "parked": float(len(pairs.parked)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parquet", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--train", action="store_true")
    given = parser.parse_args()
    print(json.dumps(run(given.parquet, given.out, model=given.model, learn=given.train)))


if __name__ == "__main__":
    main()
