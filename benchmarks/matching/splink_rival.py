"""Splink 5 with DuckDB, set up as somebody would who knows both it and Vietnamese registers.

What an expert adds to the defaults: levels of one's own per field, term frequencies on names, parents, places and
phones; a union of narrow blocking rules; u of the numbers set by hand, for random pairs never show two people with one
number; a prior from deterministic rules; EM on blocks that hold matches and others. `twin_guard` is the rule one then
writes by hand: same parents, same day, another given name is demoted.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import time
from pathlib import Path
from typing import Final

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

MAX_PAIRS: Final = 4e6
TWIN_DEMOTION_BITS: Final = 60.0

BLOCKING: Final = (
    ("number",),
    ("cmnd",),
    ("phone", "name_given_bare"),
    ("phone", "birth_year"),
    ("name_bare", "birth"),
    ("name_bare", "mother_bare"),
    ("name_bare", "father_bare"),
    ("name_bare", "home_town", "birth_year"),
    ("name_bare", "hamlet", "commune"),
    ("name_bare", "birth_year", "commune"),
    ("name_given_bare", "birth_year", "mother_bare"),
    ("name_given_bare", "birth_year", "father_bare"),
    ("name_given_bare", "mother_bare", "father_bare"),
    ("name_given_bare", "birth", "home_town"),
    ("name_given_bare", "birth", "commune"),
    ("birth", "mother_given_bare", "father_given_bare"),
    ("birth", "mother_bare"),
    ("birth", "father_bare"),
    ("birth", "hamlet", "commune"),
    ("birth_year", "mother_bare", "father_bare"),
    ("number_tail", "birth_year"),
    ("number_tail", "name_given_bare"),
    ("name_given_bare", "birth"),
    ("name_given_bare", "birth_year", "hamlet", "commune"),
    ("name_given_bare", "birth_year", "home_town"),
    ("name_given_bare", "day_month", "home_town"),
    ("birth", "home_town"),
    ("birth", "line"),
    ("birth_year", "mother_bare", "commune"),
    ("birth_year", "father_bare", "commune"),
)


def linker(connection: duckdb.DuckDBPyConnection, parquet: Path, *, seed: int = 1) -> Linker:
    """A trained linker over the prepared table."""
    connection.execute(f"""
        CREATE TABLE people AS SELECT *, substr(birth, 1, 4) AS birth_year,
            CASE WHEN length(birth) = 10 THEN substr(birth, 6) END AS day_month, right(number, 6) AS number_tail,
            commune || ' ' || address AS line, regexp_extract(home_town, '[^,]*$') AS province
        FROM read_parquet('{parquet}')
    """)
    size = connection.execute("SELECT count(*) FROM people").fetchall()[0][0]
    api = DuckDBAPI(connection)
    frame = api.register("people", dataset_display_name="people")
    made = Linker(frame, settings(size), log_level=logging.ERROR)
    made.training.estimate_probability_two_random_records_match(
        [
            block_on("number", "name_given_bare"),
            block_on("name_bare", "birth", "mother_bare"),
            block_on("name_bare", "birth", "cmnd"),
        ],
        recall=0.72,
    )
    made.training.estimate_u_using_random_sampling(max_pairs=MAX_PAIRS, seed=seed)
    for columns in (("name_bare", "birth"), ("number",), ("name_bare", "mother_bare")):
        made.training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), record_sample_proportion=1.0, max_pairs=5e6
        )
    return made


def settings(size: int) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            _name(), _birth(), cl.ExactMatch("sex"), _number("number", size), _number("cmnd", size), _parent("mother"),
            _parent("father"), _address(), _home_town(),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKING],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )  # fmt: skip


def _sql(condition: str, label: str) -> cll.CustomLevel:
    return cll.CustomLevel(condition, label_for_charts=label)


def _name() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.NullLevel("name"),
            cll.ExactMatchLevel("name").configure(tf_adjustment_column="name"),
            _sql(
                "name_bare_l = name_bare_r and (name_given_l = name_given_r or name_given_l = name_given_bare_l"
                " or name_given_r = name_given_bare_r)",
                "equal but for accents, given name agrees",
            ).configure(tf_adjustment_column="name_bare", disable_tf_exact_match_detection=True),
            _sql("name_bare_l = name_bare_r", "equal but for accents, given names differ"),
            _sql(
                "name_surname_l = name_surname_r and name_given_bare_l = name_given_bare_r",
                "surname and given name",
            ),
            cll.JaroWinklerLevel("name_bare", 0.95),
            cll.JaroWinklerLevel("name_bare", 0.88),
            _sql("name_given_bare_l = name_given_bare_r", "given name alone"),
            cll.ElseLevel(),
        ],
    )


def _birth() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            cll.NullLevel("birth"),
            _sql("birth_l = birth_r and length(birth_l) = 10", "exact"),
            _sql("starts_with(birth_l, birth_r) or starts_with(birth_r, birth_l)", "one side without day"),
            _sql(
                "substr(birth_l, 1, 4) = substr(birth_r, 1, 4) and substr(birth_l, 6, 2) = substr(birth_r, 9, 2)"
                " and substr(birth_l, 9, 2) = substr(birth_r, 6, 2)",
                "day and month swapped",
            ),
            _sql("levenshtein(birth_l, birth_r) <= 1", "one digit"),
            _sql(
                "substr(birth_l, 1, 4) = substr(birth_r, 1, 4)"
                " and (substr(birth_l, 6, 2) = substr(birth_r, 6, 2) or substr(birth_l, 9) = substr(birth_r, 9))",
                "year, and day or month",
            ),
            _sql(
                "substr(birth_l, 6) = substr(birth_r, 6) and length(birth_l) = 10"
                " and abs(cast(substr(birth_l, 1, 4) as int) - cast(substr(birth_r, 1, 4) as int)) in (1, 2, 10)",
                "day and month, year off by 1, 2, 10",
            ),
            _sql("substr(birth_l, 1, 4) = substr(birth_r, 1, 4)", "year"),
            cll.ElseLevel(),
        ],
    )


def _number(column: str, size: int) -> cl.CustomComparison:
    """Chance agreement is too rare for random pairs to show: its u is set by hand."""
    return cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            cll.NullLevel(column),
            cll.ExactMatchLevel(column).configure(u_probability=min(1e-6, 0.5 / size), fix_u_probability=True),
            cll.DamerauLevenshteinLevel(column, 1).configure(u_probability=2e-6, fix_u_probability=True),
            cll.ElseLevel(),
        ],
    )


def _parent(column: str) -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            cll.NullLevel(column),
            cll.ExactMatchLevel(column),
            cll.ExactMatchLevel(f"{column}_bare").configure(
                tf_adjustment_column=f"{column}_bare", disable_tf_exact_match_detection=True
            ),
            cll.JaroWinklerLevel(f"{column}_bare", 0.92),
            cll.JaroWinklerLevel(f"{column}_bare", 0.88),
            _sql(f"{column}_given_bare_l = {column}_given_bare_r", "given name"),
            cll.ElseLevel(),
        ],
    )


def _address() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            _sql(
                "address_l is null or address_r is null or commune_l is null or commune_r is null", "unknown"
            ).configure(is_null_level=True),
            cll.ExactMatchLevel("line"),
            _sql("commune_l = commune_r and hamlet_l = hamlet_r", "hamlet"),
            cll.ExactMatchLevel("commune").configure(
                tf_adjustment_column="commune", disable_tf_exact_match_detection=True
            ),
            cll.ElseLevel(),
        ],
    )


def _home_town() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="home_town",
        comparison_levels=[
            cll.NullLevel("home_town"),
            cll.ExactMatchLevel("home_town"),
            _sql("starts_with(home_town_l, split_part(home_town_r, ',', 1))", "smallest unit"),
            cll.ExactMatchLevel("province").configure(
                tf_adjustment_column="province", disable_tf_exact_match_detection=True
            ),
            cll.ElseLevel(),
        ],
    )


_TWINS: Final = """
    (l.mother_bare = r.mother_bare AND coalesce(l.father_bare = r.father_bare, true)
     OR l.father_bare = r.father_bare AND coalesce(l.mother_bare = r.mother_bare, true))
    AND l.birth = r.birth
    AND (l.name_given_bare <> r.name_given_bare OR
         l.name_given <> r.name_given AND l.name_given <> l.name_given_bare AND r.name_given <> r.name_given_bare)
    AND coalesce(l.number <> r.number, true) AND coalesce(l.cmnd <> r.cmnd, true)
"""
"""Same known parents, same day, another given name, no number in common."""


def run(parquet: Path, out: Path, *, threads: int, memory: str) -> dict[str, float]:
    """Train, predict, and write the pairs: left, right, bits and guarded_bits. Answers seconds by phase."""
    started = time.perf_counter()
    spill = str(out.with_suffix(".spill"))
    connection = duckdb.connect(config={"threads": threads, "memory_limit": memory, "temp_directory": spill})
    made = linker(connection, parquet)
    trained = time.perf_counter()
    pairs = made.inference.predict(threshold_match_weight=-12).physical_name
    predicted = time.perf_counter()
    connection.execute(f"""
        COPY (SELECT p.id_l AS "left", p.id_r AS "right", p.match_weight AS bits,
                p.match_weight - CASE WHEN {_TWINS} THEN {TWIN_DEMOTION_BITS} ELSE 0 END AS guarded_bits
            FROM {pairs} p JOIN people l ON l.id = p.id_l JOIN people r ON r.id = p.id_r)
        TO '{out}' (FORMAT parquet)
    """)
    return {
        "train_seconds": trained - started,
        "predict_seconds": predicted - trained,
        "seconds": predicted - started,
        "memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parquet", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="12GB")
    given = parser.parse_args()
    print(json.dumps(run(given.parquet, given.out, threads=given.threads, memory=given.memory)))


if __name__ == "__main__":
    main()
