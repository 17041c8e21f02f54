"""The invented people look like a commune and are nobody."""

from collections import Counter
from random import Random

import pytest

from accounts.text import clean, defects, fold
from registry.codes import ETHNIC_GROUPS
from registry.sample import tables
from registry.sample.flaws import TEXT_RULES, all_variants, spoil, variant
from registry.sample.names import DENIED, NameMaker
from registry.sample.places import PlaceMaker, other_writing
from registry.values.address import fold_address
from registry.values.names import flaws, split_name

SIZE = 3000


def people(*, sex: str, birth_year: int, region: str = "north") -> list[str]:
    maker = NameMaker(Random(7), region=region)
    return [maker.full_name(sex=sex, birth_year=birth_year) for _ in range(SIZE)]


def share(names: list[str], word: str) -> float:
    return sum(word in name.split()[1:-1] for name in names) / len(names)


def test_the_same_seed_gives_the_same_people() -> None:
    assert people(sex="1", birth_year=1990) == people(sex="1", birth_year=1990)


def test_surnames_have_their_shares() -> None:
    for region, third in (("north", "Hoàng"), ("south", "Huỳnh")):
        counted = Counter(name.split()[0] for name in people(sex="1", birth_year=1980, region=region))
        assert abs(counted["Nguyễn"] / SIZE - 0.38) < 0.04
        assert abs(counted["Trần"] / SIZE - 0.12) < 0.03
        assert abs(counted[third] / SIZE - 0.05) < 0.02


@pytest.mark.parametrize("birth_year", [1930, 1960, 1980, 1995, 2005, 2015])
@pytest.mark.parametrize(("sex", "marker"), [("1", "Văn"), ("2", "Thị")])
def test_van_thi_and_four_words_follow_the_cohort(sex: str, marker: str, birth_year: int) -> None:
    names = people(sex=sex, birth_year=birth_year)
    expected = tables.shares(sex, birth_year)
    assert abs(share(names, marker) - expected.marker) < 0.06
    assert abs(sum(len(name.split()) == 4 for name in names) / SIZE - expected.four_words) < 0.06
    assert share(names, "Văn" if sex == "2" else "Thị") == 0


@pytest.mark.parametrize("birth_year", [1930, 1960, 1995, 2020])
@pytest.mark.parametrize("sex", ["1", "2"])
def test_no_name_has_a_flaw_of_its_own(sex: str, birth_year: int) -> None:
    for name in people(sex=sex, birth_year=birth_year):
        assert (flaws(name), defects(name)) == ([], [])


def test_no_name_is_a_well_known_persons() -> None:
    assert {"nguyen phu trong", "vo nguyen giap", "ngo bao chau"} <= DENIED
    for birth_year in (1930, 1960, 1990):
        assert not DENIED & {fold(name) for name in people(sex="1", birth_year=birth_year)}


def test_there_are_many_given_names() -> None:
    given = {name for year in range(1900, 2027) for sex in "12" for name in tables.names("given", sex, year)}
    assert len(given) >= 300


@pytest.mark.parametrize("group", list(ETHNIC_GROUPS))
def test_every_group_has_clean_names_and_children(group: str) -> None:
    maker = NameMaker(Random(3))
    for sex in "12":
        father = maker.full_name(sex="1", birth_year=1970, ethnic_group=group)
        mother = maker.full_name(sex="2", birth_year=1972, ethnic_group=group)
        child = maker.child(sex=sex, birth_year=2001, father=father, mother=mother, ethnic_group=group)
        for name in (father, mother, child):
            assert clean(name) == name
            assert flaws(name, ethnic_group=group) == []


def test_children_carry_the_fathers_surname_and_sometimes_the_mothers() -> None:
    maker = NameMaker(Random(5))
    children = [maker.child(sex="1", birth_year=2010, father="Bế Văn Mẫu", mother="Lục Thị Mẫu") for _ in range(2000)]
    counted = Counter(split_name(name).surname for name in children)
    assert set(counted) == {"Bế", "Lục"}
    assert 0.01 < counted["Lục"] / 2000 < 0.06
    assert split_name(maker.child(sex="2", birth_year=2010, father=None, mother="Lục Thị Mẫu")).surname == "Lục"


def test_ethnic_orders() -> None:
    maker = NameMaker(Random(1))
    assert maker.full_name(sex="1", birth_year=1980, ethnic_group="12").startswith("Y ")
    assert maker.full_name(sex="2", birth_year=1980, ethnic_group="12").startswith("H'")
    assert maker.full_name(sex="2", birth_year=1980, ethnic_group="14").startswith("Y ")
    assert maker.full_name(sex="1", birth_year=1980, ethnic_group="16").startswith("K'")


def test_variants_differ_and_are_named() -> None:
    kinds = {one.kind for one in all_variants("Nguyễn Thị Thúy Hoàng")}
    assert {"tone_style", "hoi_nga", "north_south_pair", "middle_dropped", "no_diacritics"} <= kinds
    random = Random(2)
    for name in people(sex="2", birth_year=1985)[:300]:
        assert variant(name, random=random).name != name


@pytest.mark.parametrize("rule", TEXT_RULES)
def test_a_spoilt_name_fires_its_rule(rule: str) -> None:
    for name in people(sex="2", birth_year=1985)[:200]:
        spoilt = spoil(name, rule=rule)
        fired = {flaw.rule for flaw in flaws(spoilt)} | {defect.rule for defect in defects(spoilt)}
        assert rule in fired


def test_hamlets_are_different_and_addresses_have_other_writings() -> None:
    random = Random(4)
    for style in ("north", "upland", "south"):
        places = PlaceMaker(random, style=style)
        assert len(set(places.hamlets(12))) == 12
        assert len(set(places.hamlets(12, urban=True))) == 12
        for _ in range(50):
            address = f"{places.street_line(urban=True)}, Tổ dân phố 5"
            other = other_writing(address, random=random)
            assert other != address
            assert fold_address(other) == fold_address(address)
