"""The engine from the command line, without a database: dedupe, train, evaluate and explain."""

from __future__ import annotations

import argparse
import io
import math
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl

from registry.matching import explain, tables
from registry.matching.batch import Pairs, dedupe
from registry.matching.batch.lines import frequencies_of, lines_of
from registry.matching.batch.register import Register
from registry.matching.evaluate import Report, evaluate, read_truth
from registry.matching.model import Model, ModelRefused, load, shipped
from registry.matching.score import score
from registry.matching.tables import PAIR_COLUMNS, People, TableRefused
from registry.matching.train import train

MOST_NAMED: Final = 20
"""Parked keys that are named one by one."""


def main(arguments: list[str] | None = None) -> int:
    """0 when all went well, also when bad rows were named; 2 when a file or the model cannot be used."""
    chosen = _parser().parse_args(arguments)
    try:
        return chosen.run(chosen)
    except (TableRefused, ModelRefused, OSError) as refused:
        _say(f"{chosen.command}: {refused}")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m registry.matching", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    one = commands.add_parser("dedupe", help="find the pairs of one file that may be one person")
    one.add_argument("people", type=Path, metavar="IN.csv", help="CSV (UTF-8) or .parquet")
    one.add_argument("pairs", type=Path, metavar="OUT.csv", help="CSV or .parquet")
    _add_model(one)
    one.add_argument(
        "--threshold", type=_hundredths, metavar="BITS", help="the least score of a pair; the model's own if left out"
    )
    one.set_defaults(run=_dedupe)

    one = commands.add_parser("train", help="learn a model from files nobody has labelled")
    one.add_argument("people", type=Path, nargs="+", metavar="IN.csv")
    one.add_argument("--out", type=Path, required=True, metavar="M.json")
    one.add_argument("--version", default="", help="a name for the model; the time if left out")
    one.add_argument("--threshold", type=_hundredths, metavar="BITS", help="the line the model is to ship with")
    one.add_argument("--seed", type=int, default=1)
    one.set_defaults(run=_train)

    one = commands.add_parser("evaluate", help="measure a model where the truth is known")
    one.add_argument("people", type=Path, metavar="IN.csv")
    one.add_argument("--truth", type=Path, required=True, metavar="T.csv", help="columns id, entity_id")
    _add_model(one)
    one.add_argument("--threshold", type=_hundredths, metavar="BITS")
    one.set_defaults(run=_evaluate)

    one = commands.add_parser("explain", help="why two rows of a file may be one person, or not")
    one.add_argument("ids", nargs=2, metavar="ID")
    one.add_argument("file", type=Path, nargs="?", metavar="IN.csv", help="the file the two stand in")
    one.add_argument("--people", type=Path, metavar="IN.csv", help="the same, by name")
    _add_model(one)
    one.set_defaults(run=_explain)
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, metavar="M.json", help="the model that ships with the code if left out")


def _model(chosen: argparse.Namespace) -> Model:
    return load(chosen.model) if chosen.model else shipped()


def _line(chosen: argparse.Namespace, model: Model) -> int:
    return model.threshold if chosen.threshold is None else chosen.threshold


def _hundredths(text: str) -> int:
    """Bits as they are typed, as the whole hundredths that scores are."""
    bits = float(text)
    if not math.isfinite(bits):
        raise ValueError(text)
    return round(100 * bits)


# ------------------------------------------------------------------------------------------------------------- commands


def _dedupe(chosen: argparse.Namespace) -> int:
    model, people = _model(chosen), _read(chosen.people)
    line = _line(chosen, model)
    _say(f"model {model.version}, threshold {line / 100:.2f} bits")
    register = Register(people.table)
    pairs = dedupe(register, model, threshold=line)
    tables.write_pairs(chosen.pairs, _table(register, pairs, model))
    _tell_parked(register, pairs)
    _say(f"{len(people.table):,} records, {pairs.compared:,} pairs compared, {len(pairs):,} written to {chosen.pairs}")
    return 0


def _train(chosen: argparse.Namespace) -> int:
    everybody = [_read(path) for path in chosen.people]
    version = chosen.version or f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    about = {
        "trained_on": [
            {"file": path.name, "records": len(one.table)}
            for path, one in zip(chosen.people, everybody, strict=True)
        ],
        "trained_at": f"{datetime.now(UTC):%Y-%m-%d}",
        "seed": chosen.seed,
    }  # fmt: skip
    model = train([Register(one.table) for one in everybody], version=version, about=about, seed=chosen.seed,
                  threshold=chosen.threshold, tell=_say)  # fmt: skip
    model.save(chosen.out)
    _say(f"model {model.version}, threshold {model.threshold / 100:.2f} bits, written to {chosen.out}")
    return 0


def _evaluate(chosen: argparse.Namespace) -> int:
    model, people = _model(chosen), _read(chosen.people)
    line = _line(chosen, model)
    report = evaluate(Register(people.table), read_truth(chosen.truth), model, line)
    _say(f"model {model.version}, threshold {line / 100:.2f} bits")
    _print(report)
    return 0


def _print(report: Report) -> None:
    for name, value in report.rows():
        sys.stdout.write(f"{name:<32}{value}\n")


def _explain(chosen: argparse.Namespace) -> int:
    path = chosen.people or chosen.file
    if path is None:
        raise TableRefused("which file? explain ID ID IN.csv")
    model, people = _model(chosen), _read(path)
    ids = people.table["id"].to_list()
    missing = [one for one in chosen.ids if one not in ids]
    if missing:
        raise TableRefused(f"no usable row has the id {', '.join(missing)}")
    register = Register(people.table)
    places = [ids.index(one) for one in chosen.ids]
    one, other = (register.record(place) for place in places)
    found = score(one, other, model, frequencies_of(register, places))
    sys.stdout.write(f"{found.bits / 100:+.2f} bits, {found.kind} ({explain.CLASS_WORDS[found.kind]})\n")
    for field, level, bits in explain.in_order(found.lines):
        sys.stdout.write(f"{bits / 100:+8.2f}  {explain.TITLES[field]}: {explain.words(field, level)}\n")
    sys.stdout.write(f"{explain.sentence(found)}\n")
    return 0


# -------------------------------------------------------------------------------------------------------------- helpers


def _read(path: Path) -> People:
    people = tables.read_people(path)
    if people.bad:
        _say(f"{path}: {len(people.bad):,} rows are bad")
        for bad in people.bad:
            _say(f"  {bad}")
    return people


def _table(register: Register, pairs: Pairs, model: Model) -> pl.DataFrame:
    """Strongest first, equal ones in the order of the file."""
    ids = register.table["id"]
    columns = (
        ids.gather(pairs.left), ids.gather(pairs.right), pl.Series(pairs.bits / 100), pl.Series(pairs.kind),
        pl.Series(
            [explain.sentence_of(kind, lines, rival=rival) for kind, lines, rival in lines_of(register, pairs, model)],
            dtype=pl.String,
        ),
    )  # fmt: skip
    table = pl.DataFrame(dict(zip(PAIR_COLUMNS, columns, strict=True)))
    return table.sort("score_bits", descending=True, maintain_order=True)


def _tell_parked(register: Register, pairs: Pairs) -> None:
    for parked in pairs.parked[:MOST_NAMED]:
        example = register.table["id"][parked.example]
        _say(f"parked: {parked.records:,} records share {parked.key} with id {example}; not followed")
    if len(pairs.parked) > MOST_NAMED:
        _say(f"parked: {len(pairs.parked) - MOST_NAMED:,} further keys")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # reasons are Vietnamese, whatever the console was set to
    sys.exit(main())
