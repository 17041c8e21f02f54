"""Our matching engine beside Splink 5 on DuckDB, in the same run, on the same normalised registers.

    make bench NAME=matching SIZE=300000
    make bench NAME=matching SIZE="30000 300000 1000000 3000000"

Accuracy on registers of fresh seeds, normal and dirty (above 1 million normal alone), and on febrl3 and febrl4; wall
seconds and peak memory of each contender in a process of its own; how ours grows from size to size. Ours is judged at
the one threshold that ships with the model, Splink at the threshold that suits each register best. The last line is
JSON: F1 of ours and of plain Splink on the normal register of the last size, and their ratio.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.matching import contest
from benchmarks.matching.chart import write_chart
from benchmarks.matching.contest import ROOT, Result
from benchmarks.matching.metrics import curve, is_true, quality, true_pairs
from benchmarks.matching.prepare import prepare, read_people

CHART: Final = ROOT / "docs" / "img" / "matching-threshold.svg"
FRESH_SEED: Final = 7001  # no model that ships was trained on it
DIRTY_UP_TO: Final = 1_000_000
HEADER: Final = (
    "| size | data | contender | threshold | precision | recall | F1 | best F1 | recall at P .995 | at P .999 |"
    " blocking recall | seconds | training | GB |\n|" + "---|" * 14
)


def main() -> None:
    given = arguments()
    sizes = sorted(int(size) for size in re.split(r"[\s,]+", given.size.strip()))
    rival = contest.has_splink(given.rival_python) and not given.no_rival
    if not rival:
        print("Splink is left out: it is not installed here (requirements-bench.txt).\n")
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    results: list[Result] = []
    for size in sizes:
        for profile in ("normal", "dirty") if size <= DIRTY_UP_TO else ("normal",):
            results += one_register(given, size=size, profile=profile, rival=rival)
    print("\n" + HEADER)
    for result in results:
        print(line(result))
    if rival and not given.no_febrl:
        febrl(given)
    grown(results)
    summary(results, sizes[-1])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--size", default="30000", help="one number of records, or several")
    parser.add_argument("--seed", type=int, default=FRESH_SEED)
    parser.add_argument(
        "--data", type=Path, default=ROOT / ".data" / "bench" / "matching", help="where registers are kept"
    )
    parser.add_argument("--model", type=Path, help="weights instead of those that ship")
    parser.add_argument("--rival-python", default=sys.executable, help="a Python that has splink and duckdb")
    parser.add_argument("--no-rival", action="store_true")
    parser.add_argument("--no-febrl", action="store_true")
    return parser.parse_args()


def one_register(given: argparse.Namespace, *, size: int, profile: str, rival: bool) -> list[Result]:
    arena = contest.build(given.data, size=size, profile=profile, seed=given.seed)
    options = ["--model", str(given.model)] if given.model else []
    results = [contest.ours(arena, options=options)]
    print(line(results[0]), flush=True)
    if profile == "normal":
        draw(arena, results[0])
    if rival:
        results += contest.splink(arena, python=given.rival_python)
        for result in results[1:]:
            print(line(result), flush=True)
    return results


def line(result: Result) -> str:
    q, n = result.quality, result.numbers
    cells = [
        f"{result.size:,}", result.profile, result.contender, f"{q.threshold:.1f}", f"{q.precision:.4f}",
        f"{q.recall:.4f}", f"{q.f1:.4f}", f"{q.best_f1:.4f}", f"{q.recall_at_995:.3f}", f"{q.recall_at_999:.3f}",
        f"{q.blocking_recall:.4f}", f"{n.get('predict_seconds', n.get('seconds', 0)):.1f}",
        f"{n.get('train_seconds', 0):.0f}", f"{n.get('memory_gb', 0):.1f}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def draw(arena: contest.Arena, result: Result) -> None:
    pairs = pl.read_parquet(arena.folder / "ours.parquet")
    bits, precision, recall = curve(pairs["bits"].to_numpy(), is_true(pairs, arena.truth), true_pairs(arena.truth))
    write_chart(
        CHART,
        title=f"{arena.size:,} records, seed {arena.seed}: what a threshold finds, and how much of it is right",
        bits=bits,
        precision=precision,
        recall=recall,
        marks=[(result.quality.threshold, "needs a look"), (10.0, "almost certain")],
    )


def febrl(given: argparse.Namespace) -> None:
    """Another country's people: nothing there was tuned for."""
    folder = given.data / "febrl"
    done = subprocess.run(
        [given.rival_python, "-m", "benchmarks.matching.febrl", str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(f"\nfebrl: {done.stderr[-2000:]}")
        return
    print("\n| data | contender | F1 at threshold | best F1 | recall at P .995 |\n|---|---|---|---|---|")
    for name in ("febrl3", "febrl4"):
        here = folder / name
        truth = pl.read_parquet(here / "truth.parquet")
        prepare(read_people(here / "people.parquet")).write_parquet(here / "normal.parquet")
        shipped = ["--model", str(given.model)] if given.model else []
        for contender, options in (
            ("ours, weights as shipped", shipped),
            ("ours, weights learnt here", [*shipped, "--train"]),
        ):
            numbers = contest.run_ours(here / "normal.parquet", here / "ours.parquet", options)
            pairs = _across(pl.read_parquet(here / "ours.parquet"), name)
            _febrl_line(name, contender, pairs, truth, numbers["threshold_bits"])
        _febrl_line(name, "Splink", _across(pl.read_parquet(here / "splink.parquet"), name), truth, None)


def _across(pairs: pl.DataFrame, name: str) -> pl.DataFrame:
    """febrl4 is two lists: only pairs with one of each count."""
    if name != "febrl4":
        return pairs
    return pairs.filter(pl.col("left").str.ends_with("org") != pl.col("right").str.ends_with("org"))


def _febrl_line(name: str, contender: str, pairs: pl.DataFrame, truth: pl.DataFrame, threshold: float | None) -> None:
    best = quality(pairs, truth, threshold=0.0)
    at = quality(pairs, truth, threshold=best.best_threshold if threshold is None else threshold)
    print(f"| {name} | {contender} | {at.f1:.4f} | {at.best_f1:.4f} | {at.recall_at_995:.4f} |", flush=True)


def grown(results: list[Result]) -> None:
    """Seconds go as size to the power of this."""
    normal = [result for result in results if result.profile == "normal"]
    for contender in dict.fromkeys(result.contender for result in normal):
        steps = [(result.size, _seconds(result)) for result in normal if result.contender == contender]
        for (size, seconds), (larger, longer) in zip(steps, steps[1:], strict=False):
            exponent = math.log(longer / seconds) / math.log(larger / size)
            print(f"growth {contender}, {size:,} to {larger:,}: exponent {exponent:.2f}")
    print(f"load after: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _seconds(result: Result) -> float:
    return result.numbers.get("predict_seconds", result.numbers["seconds"])


def summary(results: list[Result], size: int) -> None:
    last = {result.contender: result.quality for result in results if (result.size, result.profile) == (size, "normal")}
    ours = last["ours"].f1
    rival = last["Splink"].best_f1 if "Splink" in last else None
    answer = {"name": "matching", "size": size, "ours": round(ours, 4), "rival": rival and round(rival, 4)}
    print(json.dumps({**answer, "ratio": round(ours / rival, 4) if rival else None}))


if __name__ == "__main__":
    main()
