"""An invented register with its truth: `python -m benchmarks.matching.generate --size 30000 --seed 1 --profile normal
--out DIR`.

Writes DIR/people.csv and DIR/truth.csv (or .parquet). The same size, seed and profile always give the same bytes. Who
is who stands in truth alone: ids are dealt by chance. Nobody in it lives; well-known people's names are left out.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from benchmarks.matching.commune import COLUMNS, CommuneMaker
from benchmarks.matching.places import make_communes
from benchmarks.matching.profile import PROFILES

A_COMMUNE: Final = 30_000  # 101 million people in 3,321 communes


def generate(size: int, seed: int, profile: str, *, a_commune: int = A_COMMUNE) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(people, truth): exactly `size` records; what is unknown is null. Commune by commune, so that only the finished
    text stays in memory: about 0.3 GB a million."""
    rules = PROFILES[profile]
    count = max(1, round(size / a_commune))
    communes = make_communes(count, seed=seed, minority_every=rules.minority_commune_every)
    parts, before = [], 0
    for at in range(count):
        share = size * (at + 1) // count - size * at // count
        part = CommuneMaker(at, communes, seed=seed, profile=rules).records(share)
        parts.append(part.with_columns(entity_id=pl.col("person") + before).drop("person"))
        before += share
    whole = pl.concat(parts)
    deal = np.random.default_rng([seed, 37])
    ids = pl.Series("id", np.arange(1, size + 1)).cast(pl.String).str.zfill(8)
    whole = whole[deal.permutation(size)].with_columns(ids)
    names = pl.Series("entity_id", deal.permutation(before) + 1)  # so that neighbours in number are no neighbours
    whole = whole.with_columns(entity_id=names.gather(whole["entity_id"]))
    return whole.select("id", *COLUMNS), whole.select("id", "entity_id")


def write(people: pl.DataFrame, truth: pl.DataFrame, out: Path, *, kind: str = "csv") -> None:
    """people and truth into a folder, which is made."""
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in (("people", people), ("truth", truth)):
        if kind == "parquet":
            frame.write_parquet(out / f"{name}.parquet")
        else:
            frame.write_csv(out / f"{name}.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="normal")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--commune", type=int, default=A_COMMUNE, help="people a commune")
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    given = parser.parse_args()
    started = time.monotonic()
    people, truth = generate(given.size, given.seed, given.profile, a_commune=given.commune)
    write(people, truth, given.out, kind=given.format)
    print(
        f"{given.size:,} records of {truth['entity_id'].n_unique():,} people in {time.monotonic() - started:.1f} s:"
        f" {given.out}"
    )


if __name__ == "__main__":
    main()
