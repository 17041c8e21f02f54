"""Names for whole arrays of people: Kinh names by cohort and region with a long tail, minority names in their orders.

The tables are those of the demo's sample; what is added here is how unevenly people draw from them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from accounts.text import fold
from registry.sample import tables

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SEXES: Final = ("1", "2")  # as the tables write them; 0 is a man, 1 a woman in the arrays
MARKER: Final = ("Văn", "Thị")

_POPULAR: Final = {
    "1": "Hùng Dũng Tuấn Minh Anh Huy Đức Long Thắng Cường Nam Hải Sơn Bình Hiếu Thành Trung Quang Hoàng Phúc Khang Bảo"
    " Khôi Kiên Đạt Tiến Toàn Thanh Phương",
    "2": "Hương Hoa Lan Anh Linh Trang Thảo Hằng Hà Hiền Nga Mai Thủy Hồng Huyền Ngọc Phương Thu Hạnh Dung Tuyết Loan"
    " Nhung Yến Vy Nhi Châu Hân Ngân Vân Liên",
}
_RARE_SURNAMES: Final = """
    Âu An Ân Bàng Bành Biện Bồ Ca Cái Cam Cấn Chế Chung Chử Công Cung Danh Diệp Du Đậu Đồng Đới Đường Giáp Hàn Hàng Hầu
    Hình Hứa Kha Khúc Khương Kim Kỷ Lã Lạc Lều Liễu Lộ Lữ Lục Lường Mạch Mẫn Mẫu Mộc Nhâm Nhan Nhữ Ông Phí Phó Phương
    Quan Quản Sầm Sử Tào Thang Thẩm Thi Thiều Thịnh Tiêu Trang Trác Triều Trình Trưng Ung Uông Vi Viên Vòng Vưu Xa Yên
"""
COHORTS: Final = np.array([1900, 1930, 1950, 1955, 1965, 1975, 1985, 1990, 1995, 2000, 2004, 2010, 2018])
_NO_TAIL: Final = ""


class Pool:
    """Words with shares, drawn by the thousand."""

    def __init__(self, shares: dict[str, float]) -> None:
        self.words: list[str] = list(shares)
        weights = np.array(list(shares.values()), dtype=np.float64)
        self._edges = np.cumsum(weights / weights.sum())
        self._edges[-1] = 1.0

    def draw(self, random: np.random.Generator, size: int) -> Ints:
        return np.searchsorted(self._edges, random.random(size), side="right").astype(np.int64)


class Vocabulary:
    """Every word a name can hold, numbered; the pools number into it."""

    def __init__(self) -> None:
        self.words: list[str] = [_NO_TAIL]
        self._at: dict[str, int] = {_NO_TAIL: 0}

    def number(self, word: str) -> int:
        if word not in self._at:
            self._at[word] = len(self.words)
            self.words.append(word)
        return self._at[word]

    def numbers(self, pool: Pool) -> Ints:
        return np.array([self.number(word) for word in pool.words], dtype=np.int64)


VOCABULARY: Final = Vocabulary()


class NumberedPool:
    """A pool whose draws are numbers of the vocabulary."""

    def __init__(self, shares: dict[str, float]) -> None:
        self._pool = Pool(shares)
        self._numbers = VOCABULARY.numbers(self._pool)

    def draw(self, random: np.random.Generator, size: int) -> Ints:
        return self._numbers[self._pool.draw(random, size)]


@cache
def surnames(region: str) -> NumberedPool:
    """Nguyễn 31, Trần 11, Lê 10 of a hundred, and a tail of a hundred rare ones."""
    names, weights = tables.surnames(region)
    shares = {name: weight**0.97 for name, weight in zip(names, weights, strict=True)}
    scale = sum(shares.values())
    shares = {name: weight / scale for name, weight in shares.items()}
    rare = _RARE_SURNAMES.split()
    for name in rare:
        shares[name] = shares.get(name, 0.0) + 0.06 / len(rare)
    return NumberedPool(shares)


@cache
def given(sex: int, cohort: int) -> NumberedPool:
    """Given names of one cohort: the well-liked ones four times as often, the liked ones of other times as a tail."""
    mark, year = SEXES[sex], int(COHORTS[cohort])
    liked = set(_POPULAR[mark].split())
    shares: dict[str, float] = {}
    for at, name in enumerate(tables.names("given", mark, year)):
        shares[name] = shares.get(name, 0.0) + (3.5 if name in liked else 1.0) * (0.6 + (at * 7919 % 11) / 11)
    total = sum(shares.values())
    for name in _all_given(mark):
        shares[name] = shares.get(name, 0.0) + 0.10 * total / len(_all_given(mark))
    return NumberedPool(shares)


@cache
def _all_given(mark: str) -> tuple[str, ...]:
    found = {name for year in COHORTS for name in tables.names("given", mark, int(year))}
    others = {name for year in COHORTS for name in tables.names("middle", mark, int(year))}
    return tuple(sorted(found | others))


@cache
def middles(sex: int, cohort: int) -> NumberedPool:
    """Middle names but Văn and Thị, unevenly liked."""
    names = [name for name in tables.names("middle", SEXES[sex], int(COHORTS[cohort])) if name not in MARKER]
    return NumberedPool({name: 0.3 + (at * 104729 % 13) / 13 for at, name in enumerate(dict.fromkeys(names))})


@cache
def near_names(sex: int) -> dict[int, tuple[int, ...]]:
    """For each given name those a parent of twins would put beside it: other accents or one letter off."""
    words = _all_given(SEXES[sex])
    folded = [fold(word) for word in words]
    heard = [word.lower().replace("y", "i").replace("ý", "í").replace("ỳ", "ì") for word in words]
    found: dict[int, tuple[int, ...]] = {}
    for at, word in enumerate(words):
        near = [
            VOCABULARY.number(other)
            for other_at, other in enumerate(words)
            if heard[other_at] != heard[at]  # Vi and Vy are one name to the ear: nobody calls two children so
            and Levenshtein.distance(folded[at], folded[other_at], score_cutoff=1) <= 1
        ]
        found[VOCABULARY.number(word)] = tuple(near)
    return found


@cache
def kinh_shares(sex: int) -> tuple[Floats, Floats]:
    """By cohort: how many carry Văn or Thị, how many have four words."""
    rows = [tables.shares(SEXES[sex], int(year)) for year in COHORTS]
    return np.array([row.marker for row in rows]), np.array([row.four_words for row in rows])


def cohort_of(years: Ints) -> Ints:
    return np.clip(np.searchsorted(COHORTS, years, side="right") - 1, 0, len(COHORTS) - 1)


def draw_given(random: np.random.Generator, sex: Ints, years: Ints) -> Ints:
    return _by_cohort(given, random, sex, years)


def draw_middle(random: np.random.Generator, sex: Ints, years: Ints) -> Ints:
    return _by_cohort(middles, random, sex, years)


def _by_cohort(pools: Callable[[int, int], NumberedPool], random: np.random.Generator, sex: Ints, years: Ints) -> Ints:
    out = np.zeros(len(years), dtype=np.int64)
    cohort = cohort_of(years)
    for which in np.unique(cohort * 2 + sex):
        rows = np.flatnonzero(cohort * 2 + sex == which)
        out[rows] = pools(int(which % 2), int(which // 2)).draw(random, len(rows))
    return out


def kinh_middles(random: np.random.Generator, sex: Ints, years: Ints, family: Ints) -> tuple[Ints, Ints]:
    """One or two middle words (0: none) by the shares of the cohort. `family` is the middle word the row of brothers
    or sisters shares, 0 for none."""
    size = len(sex)
    marked, four = np.zeros(size), np.zeros(size)
    cohort = cohort_of(years)
    for which in (0, 1):
        rows = sex == which
        by_cohort = kinh_shares(which)
        marked[rows], four[rows] = by_cohort[0][cohort[rows]], by_cohort[1][cohort[rows]]
    two_words = random.random(size) < np.where(years < 1955, np.where(sex == 0, 0.06, 0.01), 0.008)
    has_marker, has_four = random.random(size) < marked, random.random(size) < four
    first, second = draw_middle(random, sex, years), draw_middle(random, sex, years)
    first = np.where(family > 0, family, first)
    second = np.where(second == first, 0, second)
    marker = np.array([VOCABULARY.number(word) for word in MARKER])[sex]
    one = np.where(has_marker, marker, first)
    two = np.where(has_four, np.where(has_marker, first, second), 0)
    return np.where(two_words, 0, one), np.where(two_words, 0, two)


def minority_name(random: np.random.Generator, group: str, sex: int, surname: str, given_word: str) -> str:
    """A name in the group's own order (facts 7.5). `given_word` serves where the group has no list of its own."""
    naming = tables.ethnic_naming(group)
    own = tables.ethnic_given(group, SEXES[sex])
    word = own[int(random.integers(len(own)))] if own and random.random() < 0.6 else given_word
    if naming is None:
        return f"{surname} {word}"
    marker = naming.markers[SEXES[sex]]
    joined = f"{marker}{word}" if marker.endswith("'") else f"{marker} {word}".strip()
    if naming.order == "MARK TEN HO":
        return f"{joined} {surname}"
    if naming.order == "MARK TEN" or (naming.order == "MARK TEN or HO TEN" and random.random() < 0.7):
        return joined
    if naming.order == "HO [H'] TEN":
        return f"{surname} {joined if random.random() < 0.7 else word}"
    if marker and random.random() < 0.75:
        return f"{surname} {marker} {word}"
    return f"{surname} {word}"


def minority_surname(random: np.random.Generator, group: str) -> str:
    """ "" for groups without surnames."""
    naming = tables.ethnic_naming(group)
    if naming is None or not naming.surnames:
        return ""
    return naming.surnames[int(random.integers(len(naming.surnames)))]
