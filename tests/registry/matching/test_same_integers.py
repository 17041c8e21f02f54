"""One pair alone and a million pairs at once come to the same integer, whatever was typed."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching.generate import generate
from registry.matching import keys
from registry.matching.batch.blocks import candidates
from registry.matching.batch.dedupe import Pairs
from registry.matching.batch.lines import frequencies_of, lines_of
from registry.matching.batch.register import Register
from registry.matching.batch.scores import Rarities, score_pairs
from registry.matching.model import shipped
from registry.matching.normalise import normalise
from registry.matching.rarity import VALUES, Counted
from registry.matching.record import Record
from registry.matching.score import score
from registry.matching.tables import table_of

PAIRS = 100_000


def _register(rows: list[dict[str, str]]) -> Register:
    return Register(table_of([normalise(row | {"id": str(place)}) for place, row in enumerate(rows)]))


def _frequencies(register: Register) -> Counted:
    """Every value of the register, counted the scalar way."""
    counts: dict[tuple[str, int], int] = {}
    for place in range(register.size):
        record = register.record(place)
        for value, text_of in VALUES.items():
            if text := text_of(record):
                counts[value, keys.hashed(text)] = counts.get((value, keys.hashed(text)), 0) + 1
    return Counted(register.size, counts)


@pytest.fixture(scope="module", params=["normal", "dirty"])
def generated(request) -> Register:
    people, _ = generate(12_000, 77, request.param)
    return _register(people.fill_null("").to_dicts())


def test_the_scores_of_a_hundred_thousand_pairs_are_the_same(generated):
    found = candidates(generated)
    others = np.random.default_rng(5).integers(0, generated.size, (2, PAIRS // 2))
    others = others[:, others[0] != others[1]]
    left = np.concatenate([found.left, others.min(axis=0)])[: PAIRS // 2]
    right = np.concatenate([found.right, others.max(axis=0)])[: PAIRS // 2]
    assert len(left) == PAIRS // 2  # of each of the two profiles
    model, frequencies = shipped(), _frequencies(generated)
    batch = score_pairs(generated, left, right, model, Rarities(generated, None))
    records = [generated.record(place) for place in range(generated.size)]
    alone = [
        score(records[one], records[two], model, frequencies)
        for one, two in zip(left.tolist(), right.tolist(), strict=True)
    ]
    assert batch.bits.tolist() == [one.bits for one in alone]
    assert batch.kinds.tolist() == [one.kind for one in alone]
    assert len({one.kind for one in alone}) == 3  # the pairs are of every class


def test_the_lines_behind_a_score_are_the_same_and_sum_up(generated):
    found = candidates(generated)
    left, right = found.left[:2_000], found.right[:2_000]
    model, frequencies = shipped(), _frequencies(generated)
    scored = score_pairs(generated, left, right, model, Rarities(generated, None))
    batch = list(lines_of(generated, Pairs(left, right, scored.bits, scored.kinds), model))
    for place, (kind, lines, rival) in enumerate(batch):
        alone = score(generated.record(left[place]), generated.record(right[place]), model, frequencies)
        assert (kind, tuple(lines), rival) == (alone.kind, alone.lines, alone.rival)


def test_counting_few_values_gives_the_frequencies_of_all(generated):
    place = 7
    few, everything = frequencies_of(generated, [place]), _frequencies(generated)
    record = generated.record(place)
    for value, text_of in VALUES.items():
        if text := text_of(record):
            assert few.count(value, text) == everything.count(value, text)


def test_both_paths_bear_the_same_keys(generated):
    """Who shares a hashed key is a candidate of the batch, and nobody else (no block of this register is too large)."""
    found = candidates(generated, cap=10**9)
    bearers: dict[int, list[int]] = {}
    for place in range(generated.size):
        for key in keys.keys_of(generated.record(place)):
            bearers.setdefault(key, []).append(place)
    expected = {(one, two) for held in bearers.values() for at, one in enumerate(held) for two in held[at + 1 :]}
    assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == expected


SYLLABLES = st.sampled_from(
    [
        "Nguyễn",
        "nguyen",
        "Ng.",
        "Trần",
        "Tran",
        "Văn",
        "Van",
        "Thị",
        "Thi",
        "Hùng",
        "Hưng",
        "Hoà",
        "Hòa",
        "Huỳnh",
        "Hoàng",
        "Lmên",
        "Liên",
        "Vn",
        "K'Brêu",
        "H'Nhung",
        "Niê",
        "Y",
        "漢",
        "ß",
        "Ø",
        "ﬁ",
    ]
)
NAMES = st.one_of(st.text(max_size=25), st.lists(SYLLABLES, max_size=10).map(" ".join))
DIGITS = st.one_of(
    st.text("0123456789 .-", max_size=30), st.sampled_from(["079190001234", "079190001243", "123456789"])
)
DATES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["1990", "1990-05", "1990-05-03", "1990-03-05", "1990-01-01", "2000-05-03", "1991-05-03", "3/5/1990"]
    ),
)
PLACES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["Số 5, thôn 3, xã A", "SN 05, Thôn III", "Tổ 3", "TDP 03", "Đồng Tiến, Hưng Yên", "Hưng Yên", "a,a", "a,b"]
    ),
)
ROWS = st.fixed_dictionaries(
    {
        "full_name": NAMES, "birth_date": DATES, "sex": st.sampled_from(["", "M", "F", "Nữ", "x"]),
        "personal_number": DIGITS, "cmnd": DIGITS, "mother_name": NAMES, "father_name": NAMES,
        "commune_code": st.sampled_from(["", "00001", "00002"]), "address": PLACES, "home_town": PLACES,
        "phone": DIGITS,
    }
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(ROWS, min_size=2, max_size=6))
def test_whatever_is_typed_both_paths_agree_and_neither_raises(rows):
    register = _register(rows)
    left, right = np.triu_indices(register.size, 1)
    model, frequencies = shipped(), _frequencies(register)
    batch = score_pairs(register, left, right, model, Rarities(register, None))
    for place, (one, two) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        alone = score(register.record(one), register.record(two), model, frequencies)
        assert alone == score(register.record(two), register.record(one), model, frequencies)  # symmetric
        assert (alone.bits, alone.kind) == (int(batch.bits[place]), str(batch.kinds[place]))


def test_a_retired_number_finds_its_person_in_both_paths():
    one = Record("1", name="trân` thi. lan", number="001190000123 079190001234")
    two = Record("2", name="trân` thi. lan", number="079190001234")
    register = Register(table_of([one, two]))
    assert set(keys.keys_of(one)) & set(keys.keys_of(two))
    assert list(zip(candidates(register).left, candidates(register).right, strict=True)) == [(0, 1)]
    alone = {line[0]: line for line in score(one, two, shipped(), _frequencies(register)).lines}
    assert alone["number"][1] == "equal"
    assert next(lines_of(register, _pair(register), shipped()))[1][1] == alone["number"]


def _pair(register: Register) -> Pairs:
    found = candidates(register)
    scored = score_pairs(register, found.left, found.right, shipped(), Rarities(register, None))
    return Pairs(found.left, found.right, scored.bits, scored.kinds)


def test_an_empty_register_has_no_pairs():
    register = Register(pl.DataFrame(schema=dict.fromkeys(Record._fields, pl.String)))
    assert len(candidates(register).left) == 0
