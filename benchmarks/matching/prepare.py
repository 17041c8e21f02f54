"""The normal forms of a register as a table, for every contender the same: what the engine normalises, nobody else has
to. `python -m benchmarks.matching.prepare people.csv normal.parquet`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import polars as pl

from registry.matching.normalise import RAW_COLUMNS, normalise
from registry.matching.record import COLUMNS
from registry.matching.text import read_name

A_SLICE: Final = 200_000


def read_people(path: Path) -> pl.DataFrame:
    """Everything as text, "" for what is missing."""
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema_length=0)
    return frame.select(pl.col(name).fill_null("") for name in RAW_COLUMNS if name in frame.columns)


def prepare(people: pl.DataFrame) -> pl.DataFrame:
    """The columns of a Record and what SQL would have to take apart; None is not known. In slices: a row as Python
    objects takes ten times the place it takes in the table."""
    return pl.concat([_prepared(part) for part in people.iter_slices(A_SLICE)])


def _prepared(people: pl.DataFrame) -> pl.DataFrame:
    names = people.columns
    rows = [normalise(dict(zip(names, row, strict=True))) for row in people.iter_rows()]
    table = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    table = table.with_columns(pl.all().replace("", None))
    return table.with_columns(
        *_taken_apart(table, "name"), *_taken_apart(table, "mother"), *_taken_apart(table, "father")
    )


def _taken_apart(table: pl.DataFrame, column: str) -> list[pl.Series]:
    read = [read_name(text) if text else None for text in table[column]]
    series = {
        f"{column}_bare": [name.bare if name else None for name in read],
        f"{column}_surname": [name.bares[0] if name else None for name in read],
        f"{column}_given": [name.given if name else None for name in read],
        f"{column}_given_bare": [name.bares[-1] if name else None for name in read],
    }
    return [pl.Series(name, values, dtype=pl.String) for name, values in series.items()]


if __name__ == "__main__":
    prepare(read_people(Path(sys.argv[1]))).write_parquet(sys.argv[2])
