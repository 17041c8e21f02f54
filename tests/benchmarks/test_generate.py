"""The labelled registers of the benchmarks: what they hold, and that they are the same tomorrow."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from pathlib import Path
from random import Random

import polars as pl
import pytest

from accounts.text import fold
from benchmarks.matching import mistakes, spelling
from benchmarks.matching.commune import CommuneMaker
from benchmarks.matching.generate import generate, write
from benchmarks.matching.places import make_communes
from benchmarks.matching.profile import DIRTY, NORMAL
from registry.codes import BIRTH_PROVINCES
from registry.sample import tables
from registry.values import cmnd, personal_number, phone

SIZE = 6_000
COLUMNS = [
    "id", "full_name", "birth_date", "sex", "personal_number", "cmnd", "mother_name", "father_name", "commune_code",
    "address", "home_town", "phone",
]  # fmt: skip


@pytest.fixture(scope="module")
def normal() -> tuple[pl.DataFrame, pl.DataFrame]:
    return generate(SIZE, 5, "normal")


@pytest.fixture(scope="module")
def whole(normal) -> pl.DataFrame:
    people, truth = normal
    return people.join(truth, on="id")


def test_one_seed_always_gives_the_same_register(normal):
    people, truth = generate(SIZE, 5, "normal")
    assert people.equals(normal[0])
    assert truth.equals(normal[1])


def test_another_seed_gives_other_people(normal):
    people, _ = generate(SIZE, 6, "normal")
    assert people["full_name"].to_list() != normal[0]["full_name"].to_list()


def test_columns_and_number_of_records_are_as_asked(normal):
    people, truth = normal
    assert people.columns == COLUMNS
    assert truth.columns == ["id", "entity_id"]
    assert people.height == truth.height == SIZE
    assert people["id"].n_unique() == SIZE
    assert people["id"].to_list() == truth["id"].to_list()


def test_every_size_is_met_exactly():
    for size in (40, 333, 2_000):
        people, truth = generate(size, 2, "dirty")
        assert people.height == truth.height == size


def test_a_file_says_the_same_as_the_table(normal, tmp_path: Path):
    write(*normal, tmp_path)
    with (tmp_path / "people.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [list(row.values()) for row in rows] == [[value or "" for value in row] for row in normal[0].iter_rows()]


def test_people_written_twice_are_as_many_as_the_profile_says(normal):
    sizes = normal[1].group_by("entity_id").len()["len"].to_list()
    extra = sum(sizes) - len(sizes)
    assert extra / len(sizes) == pytest.approx(NORMAL.extra_records, abs=0.001)
    assert set(sizes) == {1, 2, 3, 4, 5}


def test_records_of_one_person_resemble_each_other(whole):
    """Of two records of one person nearly all share a number, a date or a name."""
    left = whole.join(whole, on="entity_id", suffix="_2").filter(pl.col("id") < pl.col("id_2"))
    alike = sum(
        any(
            row[name] and row[name] == row[f"{name}_2"]
            for name in ("personal_number", "cmnd", "birth_date", "full_name")
        )
        for row in left.iter_rows(named=True)
    )
    assert alike / left.height > 0.93


def test_the_order_of_ids_tells_nothing(whole):
    twice = whole.filter(pl.len().over("entity_id") == 2).group_by("entity_id").agg(pl.col("id").cast(pl.Int64))
    gaps = [abs(first - second) for first, second in twice["id"]]
    assert sum(gaps) / len(gaps) > SIZE / 5


def test_presence_of_fields_is_that_of_the_profiles():
    shares = {}
    for profile in ("normal", "dirty"):
        people, _ = generate(SIZE, 8, profile)
        shares[profile] = {name: 1 - people[name].null_count() / SIZE for name in COLUMNS}
    assert 0.72 < shares["normal"]["personal_number"] < 0.80
    assert 0.48 < shares["normal"]["cmnd"] < 0.60
    assert 0.82 < shares["normal"]["mother_name"] < 0.90
    assert 0.50 < shares["normal"]["phone"] < 0.60
    assert 0.55 < shares["dirty"]["mother_name"] < 0.70
    assert 0.55 < shares["dirty"]["father_name"] < 0.70
    assert shares["dirty"]["personal_number"] < 0.80 * shares["normal"]["personal_number"]
    assert shares["normal"]["full_name"] == shares["dirty"]["full_name"] == 1


def test_first_numbers_have_the_structure_of_real_ones(whole):
    """Of people written once: province, century, sex and year fit the record, but for the few slips."""
    once = whole.filter(
        (pl.len().over("entity_id") == 1) & pl.col("personal_number").is_not_null() & pl.col("sex").is_not_null()
    )
    fits = [_fits(row) for row in once.iter_rows(named=True)]
    assert sum(fits) / len(fits) > 0.96


def _fits(row: dict[str, str]) -> bool:
    read = personal_number.decode(row["personal_number"])
    says = (read.place_code in BIRTH_PROVINCES, read.birth_year, "F" if read.sex == "2" else "M")
    return says == (True, int(row["birth_date"][:4]), row["sex"])


def test_cmnd_and_phones_have_the_structure_of_real_ones(normal):
    people = normal[0]
    issued = people["cmnd"].drop_nulls()
    assert issued.str.contains(r"^\d{8,9}$").all()
    hinted = [bool(cmnd.issuer_hint(number)) for number in issued]
    assert sum(hinted) / len(hinted) > 0.95
    assert people.filter(pl.col("birth_date").str.head(4).cast(pl.Int32) > 2018)["cmnd"].null_count() > 0
    given = [number for number in people["phone"].drop_nulls() if len(set(number[2:])) > 1]
    assert sum(_is_phone(number) for number in given) / len(given) > 0.97


def _is_phone(number: str) -> bool:
    try:
        return bool(phone.normalise(number))
    except phone.PhoneRefused:
        return False


def test_surnames_have_the_shares_of_the_country(normal):
    first = Counter(name.split()[0] for name in normal[0]["full_name"] if name.strip())
    assert 0.24 < first["Nguyễn"] / SIZE < 0.36
    assert 0.07 < first["Trần"] / SIZE < 0.14
    assert len(first) > 80


def test_nobody_is_a_well_known_person(normal):
    denied = tables.denied()
    # Two records of one person may come to a well-known name by a slip; as a name that was given none is there.
    once = normal[0].join(normal[1], on="id").filter(pl.len().over("entity_id") == 1)
    assert sum(fold(name) in denied for name in once["full_name"]) <= 2


def test_twins_are_there_and_have_names_close_to_each_other(whole):
    known = whole.unique("entity_id").drop_nulls(["mother_name", "father_name"])
    births = known.group_by("mother_name", "father_name", "birth_date").agg("full_name", "sex")
    twins = births.filter(pl.col("full_name").list.len() == 2)
    assert 0.003 < 2 * twins.height / known.height < 0.02
    same_sex = [names for names, sex in zip(twins["full_name"], twins["sex"], strict=True) if len(set(sex)) == 1]
    share_all_but_given = [len({name.rpartition(" ")[0] for name in names}) == 1 for names in same_sex]
    assert sum(share_all_but_given) > len(share_all_but_given) / 3


def test_births_come_as_days_months_and_years(normal):
    lengths = Counter(map(len, normal[0]["birth_date"]))
    assert set(lengths) == {4, 7, 10}
    year_only = normal[0].filter(pl.col("birth_date").str.len_chars() == 4)["birth_date"].cast(pl.Int32)
    assert year_only.median() < 1965


def test_minorities_live_in_communes_of_their_own():
    communes = make_communes(16, seed=3, minority_every=NORMAL.minority_commune_every)
    assert len({commune.code for commune in communes}) == 16
    assert [commune.group != "01" for commune in communes] == ([False] * 7 + [True]) * 2
    own = CommuneMaker(7, communes, seed=3, profile=NORMAL).records(600)
    kinh = CommuneMaker(6, communes, seed=3, profile=NORMAL).records(600)
    assert _nguyen(own) < 0.12 < _nguyen(kinh)


def _nguyen(people: pl.DataFrame) -> float:
    return float(people["full_name"].str.starts_with("Nguyễn").mean() or 0)


# ------------------------------------------------------------------------------------------------------- corruption

NAMES = (
    "Nguyễn Văn Hòa", "Đặng Thị Thúy Vy", "Hoàng Quý Tiến", "Vũ Thị Mỹ Hạnh", "Trần Xuân Sơn", "Lê Thị Hương Giang",
    "Phạm Đức Dũng", "Huỳnh Bảo Long", "Đỗ Thị Trang", "Võ Phúc Nhân",
)  # fmt: skip


@pytest.mark.parametrize("kind", sorted(spelling.KINDS))
def test_each_kind_of_fault_occurs_and_changes_the_name(kind: str):
    random = Random(1)
    _, fault = spelling.KINDS[kind]
    changed = [other for name in NAMES if (other := fault(name, random)) and other != name]
    assert changed, kind


def test_each_kind_comes_up_when_names_are_spoilt_by_chance():
    random = Random(2)
    kinds = {spelling.spoil(random.choice(NAMES), random, 0.15)[1] for _ in range(4_000)}
    assert kinds >= {*spelling.KINDS, "typing_error"}


def test_the_table_of_variants_is_covered():
    """Every kind of names/name_variants.csv is one of ours."""
    kinds = {kind for others in tables.spelling_variants().values() for _, kind in others}
    assert kinds <= set(spelling.KINDS)


@pytest.mark.parametrize(
    ("kind", "name", "one_of"),
    [
        ("tone_style", "Nguyễn Hòa", {"Nguyễn Hoà"}),
        ("d_stroke", "Đỗ An", {"Ðỗ An", "Dỗ An"}),
        ("hoi_nga", "Lê Vũ", {"Lê Vủ"}),
        ("ime_leftover", "Đức", {"DDuwcs", "D9u7c1"}),
        ("no_diacritics", "Đặng Thúy", {"Dang Thuy"}),
        ("middle_dropped", "Lê Thị Lan", {"Lê Lan"}),
        ("abbreviated", "Nguyễn An", {"Ng. An", "Ng An", "N. An"}),
        ("decomposed", "Lê Hà", {unicodedata.normalize("NFD", "Lê Hà")}),
        ("tcvn3", "Đức", {"§øc"}),
    ],
)
def test_faults_write_what_clerks_write(kind: str, name: str, one_of: set[str]):
    assert {spelling.KINDS[kind][1](name, Random(seed)) for seed in range(40)} <= one_of


def test_other_dates_stay_dates():
    random, seen = Random(3), set()
    for _ in range(3_000):
        other = mistakes.other_birth("1984-05-09", random)
        year, *rest = map(int, other.split("-"))
        assert 1974 <= year <= 1994
        assert not rest or (1 <= rest[0] <= 12 and 1 <= rest[1] <= 31)
        seen.add(other)
    assert {"1984-09-05", "1984", "1984-01-01", "1994-05-09", "1985-05-09"} <= seen


def test_other_numbers_are_slips_relatives_or_junk():
    random = Random(4)
    others = Counter(mistakes.other_number("034184123456", random, ("034184999999",)) for _ in range(2_000))
    assert others["034184999999"] > 100
    assert others["000000000000"] > 20
    slips = [other for other in others if sum(a != b for a, b in zip(other, "034184123456", strict=True)) == 1]
    assert len(slips) > 50


def test_dirty_is_dirtier_than_normal_wherever_they_differ():
    for name in NORMAL.__dataclass_fields__:
        if isinstance(getattr(NORMAL, name), float):
            assert getattr(DIRTY, name) >= getattr(NORMAL, name), name
