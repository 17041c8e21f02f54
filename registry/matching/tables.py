"""Files of people in and pairs out: UTF-8 CSV or Parquet. A bad row is named, never dropped in silence."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from registry.matching import normalise as forms
from registry.matching.normalise import RAW_COLUMNS
from registry.matching.record import COLUMNS, Record

NEEDED: Final = ("id", "full_name")
PAIR_COLUMNS: Final = ("id_left", "id_right", "score_bits", "class", "reason")
LONGEST_FIELD: Final = 10_000_000


class TableRefused(ValueError):
    """The file as a whole cannot be read; the message says why. Nothing was written."""


@dataclass(frozen=True)
class BadRow:
    """`line` counts the file's rows, 1 is the header; `reason` is an English sentence."""

    line: int
    id: str
    reason: str

    def __str__(self) -> str:
        shown = self.id if self.id.isprintable() else repr(self.id)
        return f"row {self.line}{f' (id {shown})' if shown else ''}: {self.reason}"


@dataclass(frozen=True)
class People:
    """The normalised table (record.COLUMNS) of the rows that could be read, and the others."""

    table: pl.DataFrame
    bad: list[BadRow] = field(default_factory=list)


def read_people(path: Path) -> People:
    """Raises TableRefused for a file that is missing, empty, not UTF-8, or lacks a column of NEEDED."""
    if not path.is_file():
        raise TableRefused(f"{path} is no file")
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)
    records: list[Record] = []
    bad: list[BadRow] = []
    seen: set[str] = set()
    for line, row, problem in rows:
        row["id"] = row.get("id", "").strip()
        reason = problem or _problem(row, seen)
        if reason:
            bad.append(BadRow(line, row["id"], reason))
            continue
        seen.add(row["id"])
        record = forms.normalise(row)
        records.append(record)
        bad += [BadRow(line, row["id"], f"{said}; the rest of the row is used") for said in _unread(row, record)]
    return People(table_of(records), bad)


def table_of(records: list[Record]) -> pl.DataFrame:
    columns = zip(*records, strict=True) if records else [()] * len(COLUMNS)
    return pl.DataFrame(
        [pl.Series(name, list(texts), dtype=pl.String) for name, texts in zip(COLUMNS, columns, strict=True)]
    )


def write_pairs(path: Path, pairs: pl.DataFrame) -> None:
    """PAIR_COLUMNS to CSV or Parquet, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            if path.suffix == ".parquet":
                pairs.write_parquet(file)
            else:
                pairs.write_csv(file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _problem(row: dict[str, str], seen: set[str]) -> str:
    if not row["id"]:
        return "no id"
    if not row.get("full_name", "").strip():
        return "no full_name"
    return f"id {row['id']} stands in an earlier row too" if row["id"] in seen else ""


def _unread(row: dict[str, str], record: Record) -> Iterator[str]:
    """Values that were typed and that nobody can read. Junk such as 000000000000 is read: as junk."""
    if row.get("birth_date", "").strip() and not record.birth and not forms.is_known_junk_birth(row["birth_date"]):
        yield f"birth_date {row['birth_date']!r} is no date"
    if row.get("sex", "").strip() and not record.sex:
        yield f"sex {row['sex']!r} is neither M nor F"


Row = tuple[int, dict[str, str], str]
"""(the line, the cells of RAW_COLUMNS, what is wrong with the row or "")"""


def _csv_rows(path: Path) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            names = _checked_header(next(reader, None))
            wanted = [(name, at) for at, name in enumerate(names) if name in RAW_COLUMNS]
            for line, cells in enumerate(reader, 2):
                if len(cells) == len(names):
                    yield line, {name: cells[at] for name, at in wanted}, ""
                elif cells:
                    row = {name: cells[at] for name, at in wanted if at < len(cells)}
                    yield line, row, f"{len(cells)} cells under {len(names)} headings"
    except UnicodeDecodeError as broken:
        raise TableRefused(f"{path} is not UTF-8: {broken}") from broken
    except csv.Error as broken:
        raise TableRefused(f"{path} is no CSV: {broken}") from broken


def _parquet_rows(path: Path) -> Iterator[Row]:
    try:
        table = pl.read_parquet(path)
        names = _checked_header(table.columns)
        wanted = [pl.col(name).cast(pl.String).fill_null("") for name in names if name in RAW_COLUMNS]
        kept = table.rename(dict(zip(table.columns, names, strict=True))).select(wanted)
    except pl.exceptions.PolarsError as broken:
        raise TableRefused(f"{path} cannot be read as Parquet: {broken}") from broken
    for line, row in enumerate(kept.iter_rows(named=True), 2):
        yield line, row, ""


def _checked_header(header: list[str] | None) -> list[str]:
    """The names of the columns, in the file's order."""
    if header is None:
        raise TableRefused("the file is empty")
    names = [name.strip() for name in header]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise TableRefused(f"the file lacks the column {' and '.join(missing)}; it has {', '.join(names) or 'none'}")
    twice = sorted({name for name in names if name in RAW_COLUMNS and names.count(name) > 1})
    if twice:
        raise TableRefused(f"the column {', '.join(twice)} stands twice")
    return names
