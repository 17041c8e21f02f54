"""One contest: the register is made, its normal forms are written down, and each contender runs in a process of its own
on the same file."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.matching.generate import generate
from benchmarks.matching.metrics import Quality, quality
from benchmarks.matching.prepare import prepare

Numbers = dict[str, float]
ROOT: Final = Path(__file__).resolve().parents[2]


class Failed(RuntimeError):
    """A contender did not finish; the message is the end of what it said."""


@dataclass(frozen=True)
class Result:
    """What one contender did on one register."""

    contender: str
    size: int
    profile: str
    quality: Quality
    numbers: Numbers = field(default_factory=dict)


@dataclass(frozen=True)
class Arena:
    """A folder with the register, its truth and its normal forms."""

    folder: Path
    size: int
    profile: str
    seed: int

    @property
    def table(self) -> Path:
        return self.folder / "normal.parquet"

    @property
    def truth(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "truth.parquet")


def build(root: Path, *, size: int, profile: str, seed: int) -> Arena:
    """Make the register unless the folder holds it already. Says how long making and normalising took."""
    arena = Arena(root / f"{profile}-{size}-s{seed}-{_recipe()}", size, profile, seed)
    if arena.table.exists():
        return arena
    started = time.perf_counter()
    people, truth = generate(size, seed, profile)
    made = time.perf_counter()
    table = prepare(people.with_columns(pl.all().fill_null("")))
    arena.folder.mkdir(parents=True, exist_ok=True)
    truth.write_parquet(arena.folder / "truth.parquet")
    table.write_parquet(arena.table)
    print(
        f"{size:,} records, {profile}, seed {seed}: made in {made - started:.0f} s, normalised in"
        f" {time.perf_counter() - made:.0f} s",
        flush=True,
    )
    return arena


@cache
def _recipe() -> str:
    """A mark of everything that makes a register and its normal forms: what another recipe made is made anew."""
    sources = [*Path(__file__).parent.glob("*.py"), *ROOT.glob("registry/values/*.py"), ROOT / "accounts" / "text.py"]
    sources += [ROOT / "registry" / "matching" / name for name in ("normalise.py", "record.py", "text.py")]
    sources += sorted(ROOT.glob("registry/sample/*.csv"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sorted(sources))).hexdigest()[:8]


def run_ours(table: Path, out: Path, options: list[str]) -> Numbers:
    """Our pairs of a prepared table; options as of ours.py."""
    return _run(sys.executable, "benchmarks.matching.ours", table, out, options)


def ours(arena: Arena, *, options: list[str]) -> Result:
    """F1 at the threshold that ships with the model."""
    out = arena.folder / "ours.parquet"
    numbers = run_ours(arena.table, out, options)
    measured = quality(pl.read_parquet(out), arena.truth, threshold=numbers["threshold_bits"])
    return Result("ours", arena.size, arena.profile, measured, numbers)


def splink(arena: Arena, *, python: str) -> list[Result]:
    """Splink alone and with the hand-written guard against twins, each at the threshold that suits it best."""
    out = arena.folder / "splink.parquet"
    numbers = _run(python, "benchmarks.matching.splink_rival", arena.table, out, [])
    pairs = pl.read_parquet(out)
    results = []
    for name, column in (("Splink", "bits"), ("Splink + twin guard", "guarded_bits")):
        scored = pairs.select("left", "right", bits=pl.col(column))
        best = quality(scored, arena.truth, threshold=0.0).best_threshold
        results.append(Result(name, arena.size, arena.profile, quality(scored, arena.truth, threshold=best), numbers))
    return results


def has_splink(python: str) -> bool:
    return subprocess.run([python, "-c", "import splink, duckdb"], capture_output=True, check=False).returncode == 0


def _run(python: str, module: str, table: Path, out: Path, options: list[str]) -> Numbers:
    done = subprocess.run(
        [python, "-m", module, str(table), str(out), *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{module}:\n{done.stderr[-3000:]}")
    answer: Numbers = json.loads(done.stdout.strip().splitlines()[-1])
    return answer
