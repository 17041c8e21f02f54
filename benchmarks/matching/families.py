"""The people of one commune over four generations: couples, children, in-laws, brothers' families, twins.

Everything is arrays; a person is a row. Parents who live nowhere in the register (dead, or at home elsewhere) are rows
too, for their names stand in the records of their children.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.matching import naming
from benchmarks.matching.naming import Ints
from benchmarks.matching.profile import Profile

THIS_YEAR: Final = 2026
NOWHERE: Final = -1
_MOST_CHILDREN: Final = 9
_CHILDREN_OF: Final = ((1945, 4.4), (1955, 3.6), (1965, 2.8), (1975, 2.3), (3000, 2.0))
"""(mother born before, children on average)."""
_FIELDS: Final = (
    "sex", "year", "month", "day", "mother", "father", "home", "surname", "middle", "middle2", "given", "minority",
    "town", "twin", "couple",
)  # fmt: skip


@dataclass(slots=True)
class People:
    """Rows of people; -1 where there is none. `minority` is 1 for the commune's ethnic group; `town` the home town's
    number; `twin` the row of the elder twin; `couple` the row's own marriage."""

    sex: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    year: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    month: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    day: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    mother: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    father: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    home: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    surname: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    middle: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    middle2: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    given: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    minority: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    town: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    twin: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    couple: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.sex)

    def add(self, **columns: Ints) -> Ints:
        """Append rows; columns not given are -1. Answers their row numbers."""
        size, before = len(columns["sex"]), len(self)
        for name in _FIELDS:
            new = columns.get(name)
            rows = np.full(size, NOWHERE, dtype=np.int64) if new is None else new.astype(np.int64)
            setattr(self, name, np.concatenate([getattr(self, name), rows]))
        return np.arange(before, before + size, dtype=np.int64)


class Village:
    """Grows the people of one commune. `people` and `homes` (how many) are what it leaves."""

    def __init__(
        self, random: np.random.Generator, profile: Profile, *, region: str, minority_share: float, towns: int
    ) -> None:
        self.random, self.profile = random, profile
        self.region, self.minority_share, self.towns = region, minority_share, towns
        self.people = People()
        self.homes = 0
        self.family_middles: list[Ints] = []  # by couple: the middle word of its sons, of its daughters
        self.husbands: list[Ints] = []
        self.wives: list[Ints] = []

    def grow(self, founding_couples: int) -> People:
        """Four generations from so many couples."""
        children = self._children(*self._founders(founding_couples))
        for _ in range(3):
            couples = self._marry(children)
            if not len(couples[0]):
                break
            children = self._children(*couples)
        self._old_move_to_their_sons()
        return self.people

    # ---------------------------------------------------------------- couples

    def _founders(self, count: int) -> tuple[Ints, Ints, Ints]:
        random = self.random
        old = random.random(count) < 0.55
        wife_year = (
            np.where(old, random.normal(1945, 9, count), random.normal(1975, 12, count)).round().astype(np.int64)
        )
        wife_year = np.clip(wife_year, 1925, 2002)
        husband_year = np.maximum(wife_year - random.normal(2.5, 3, count).round().astype(np.int64), 1922)
        minority = (random.random(count) < self.minority_share).astype(np.int64)
        incomers = random.random(count) < self.profile.incomers
        town = self._towns(count, incomers)
        # Brothers among the oldest: the second of two couples shares the parents of the first.
        husbands = self._persons(np.zeros(count, dtype=np.int64), husband_year, minority, town, brothers=0.35)
        wives = self._persons(np.ones(count, dtype=np.int64), wife_year, minority, self._towns(count, incomers))
        return self._wed(husbands, wives)

    def _towns(self, count: int, incomers: np.ndarray) -> Ints:
        """The first home towns of the list are the commune's own old communes."""
        own = self.random.integers(0, 4, count)
        return np.where(incomers, self.random.integers(4, self.towns, count), own)

    def _wed(self, husbands: Ints, wives: Ints) -> tuple[Ints, Ints, Ints]:
        """Each couple gets a home and, some of them, a middle word for all sons and one for all daughters."""
        count = len(husbands)
        couples = np.arange(self.homes, self.homes + count, dtype=np.int64)
        self.homes += count
        for rows in (husbands, wives):
            self.people.home[rows] = couples
            self.people.couple[rows] = couples
        year = self.people.year[wives] + 26
        middles = []
        for sex, share in ((0, self.profile.brothers_share_middle), (1, self.profile.sisters_share_middle)):
            drawn = naming.draw_middle(self.random, np.full(count, sex), year)
            middles.append(np.where(self.random.random(count) < share, drawn, 0))
        self.family_middles.append(np.stack(middles, axis=1))
        self.husbands.append(husbands)
        self.wives.append(wives)
        return husbands, wives, couples

    def _marry(self, children: Ints) -> tuple[Ints, Ints, Ints]:
        """Grown-up children marry one another, or somebody from outside; some stay alone."""
        random, people = self.random, self.people
        year = people.year[children]
        age = THIS_YEAR - year
        ready = children[random.random(len(children)) < np.clip((age - 19) / 14, 0, 0.9)]
        sons, daughters = ready[people.sex[ready] == 0], ready[people.sex[ready] == 1]
        sons = sons[np.argsort(people.year[sons] + random.normal(0, 1.5, len(sons)), kind="stable")]
        daughters = daughters[
            np.argsort(people.year[daughters] + random.normal(-2, 1.5, len(daughters)), kind="stable")
        ]
        both = min(len(sons), len(daughters))
        fits = (people.father[sons[:both]] != people.father[daughters[:both]]) & (random.random(both) < 0.62)
        at_home = (sons[:both][fits], daughters[:both][fits])
        single_sons = np.concatenate([sons[:both][~fits], sons[both:]])
        single_daughters = np.concatenate([daughters[:both][~fits], daughters[both:]])
        brides, grooms = self._from_outside(single_sons, 1), self._from_outside(single_daughters, 0)
        husbands = np.concatenate([at_home[0], single_sons, grooms])
        wives = np.concatenate([at_home[1], brides, single_daughters])
        return self._wed(husbands, wives)

    def _from_outside(self, partners: Ints, sex: int) -> Ints:
        random, people, count = self.random, self.people, len(partners)
        year = people.year[partners] + random.normal(2 if sex else -2, 2.5, count).round().astype(np.int64)
        minority = people.minority[partners] * (random.random(count) < 0.85)
        town = self._towns(count, random.random(count) < 0.6)
        return self._persons(np.full(count, sex), np.minimum(year, THIS_YEAR - 18), minority, town)

    # ---------------------------------------------------------------- persons

    def _persons(self, sex: Ints, year: Ints, minority: Ints, town: Ints, *, brothers: float = 0.0) -> Ints:
        """People whose parents stand in no register."""
        random, count = self.random, len(sex)
        surname = naming.surnames(self.region).draw(random, count)
        # Groups have tables of surnames of their own, into which this number points: each as likely as the next.
        surname = np.where(minority > 0, random.integers(1, 200, count), surname)
        parents = np.arange(count)
        if brothers:
            second = np.flatnonzero(random.random(count) < brothers)
            second = second[second % 2 == 1]
            parents[second] = second - 1
            surname, town, minority = surname[parents], town[parents], minority[parents]
        heads = np.unique(parents)
        fathers = np.full(count, NOWHERE)
        mothers = np.full(count, NOWHERE)
        birth = year[heads] - random.normal(29, 5, len(heads)).round().astype(np.int64)
        fathers[heads] = self._named(np.zeros(len(heads), dtype=np.int64), birth, surname[heads], minority[heads])
        wives_surnames = naming.surnames(self.region).draw(random, len(heads))
        mothers[heads] = self._named(np.ones(len(heads), dtype=np.int64), birth + 3, wives_surnames, minority[heads])
        rows = self._named(sex, year, surname, minority)
        self.people.town[rows] = town
        self.people.father[rows], self.people.mother[rows] = fathers[parents], mothers[parents]
        return rows

    def _named(self, sex: Ints, year: Ints, surname: Ints, minority: Ints, family: Ints | None = None) -> Ints:
        """New rows with a name and a date of birth."""
        random, count = self.random, len(sex)
        shared = np.zeros(count, dtype=np.int64) if family is None else family
        middle, middle2 = naming.kinh_middles(random, sex, year, shared)
        middle2 = np.where(middle2 == surname, 0, middle2)
        middle = np.where(middle == surname, middle2, middle)
        middle2 = np.where(middle == middle2, 0, middle2)
        given = naming.draw_given(random, sex, year)
        given = np.where((given == middle) | (given == middle2), naming.draw_given(random, sex, year), given)
        month = random.integers(1, 13, count)
        longest = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[month]
        day = (random.random(count) * longest).astype(np.int64) + 1
        return self.people.add(
            sex=sex, year=year, month=month, day=day, surname=surname, middle=middle, middle2=middle2, given=given,
            minority=minority,
        )  # fmt: skip

    # ---------------------------------------------------------------- children

    def _children(self, husbands: Ints, wives: Ints, couples: Ints) -> Ints:
        """The children of these couples, named after the father (3 in 100 after the mother), twins among them."""
        random, people, profile = self.random, self.people, self.profile
        at, year = self._births(people.year[wives])
        twins = np.flatnonzero(random.random(len(at)) < profile.twins)
        at, year = np.concatenate([at, at[twins]]), np.concatenate([year, year[twins]])
        elder = np.concatenate([np.full(len(at) - len(twins), NOWHERE), twins])
        sex = (random.random(len(at)) < 0.485).astype(np.int64)
        same = random.random(len(twins)) < profile.twins_same_sex - 0.5 + 0.5 * profile.twins_same_sex
        sex[len(at) - len(twins) :] = np.where(same, sex[twins], sex[len(at) - len(twins) :])
        from_mother = random.random(len(at)) < 0.03
        surname = np.where(from_mother, people.surname[wives[at]], people.surname[husbands[at]])
        family = self.family_middles[-1][at, sex] * (random.random(len(at)) < 0.85)
        rows = self._named(sex, year, surname, people.minority[husbands[at]], family)
        people.father[rows], people.mother[rows] = husbands[at], wives[at]
        people.home[rows], people.town[rows] = couples[at], people.town[husbands[at]]
        self._no_two_alike(rows)
        self._namesakes(rows)
        self._twins(rows, elder)
        return rows

    def _births(self, mothers_year: Ints) -> tuple[Ints, Ints]:
        """(which couple, year) for every birth."""
        random, count = self.random, len(mothers_year)
        mean = np.array([of for _, of in _CHILDREN_OF])[
            np.searchsorted([before for before, _ in _CHILDREN_OF], mothers_year, side="right")
        ]
        wanted = np.minimum(random.poisson(mean), _MOST_CHILDREN)
        first = mothers_year + 19 + random.exponential(3.5, count).astype(np.int64)
        gaps = 1 + random.gamma(2.0, 1.3, (count, _MOST_CHILDREN)).round().astype(np.int64)
        gaps[:, 0] = 0
        year = first[:, None] + np.cumsum(gaps, axis=1)
        born = (np.arange(_MOST_CHILDREN)[None, :] < wanted[:, None]) & (year <= THIS_YEAR - 1)
        born &= year - mothers_year[:, None] <= 45
        at, which = np.nonzero(born)
        return at, year[at, which]

    def _no_two_alike(self, rows: Ints) -> None:
        """Brothers do not share a given name: who came second gets another."""
        people = self.people
        for _ in range(3):
            key = people.mother[rows] * 100_000 + people.given[rows]
            first = np.unique(key, return_index=True)[1]
            again = np.setdiff1d(np.arange(len(rows)), first)
            if not len(again):
                return
            late = rows[again]
            people.given[late] = naming.draw_given(self.random, people.sex[late], people.year[late])

    def _namesakes(self, rows: Ints) -> None:
        """A few sons are called as their father is."""
        people = self.people
        sons = rows[(people.sex[rows] == 0) & (self.random.random(len(rows)) < self.profile.namesake_sons)]
        sons = sons[np.unique(people.father[sons], return_index=True)[1]]
        fathers = people.father[sons]
        people.middle[sons], people.middle2[sons] = people.middle[fathers], people.middle2[fathers]
        people.given[sons] = people.given[fathers]

    def _twins(self, rows: Ints, elder: Ints) -> None:
        """Twins share the day of birth; of one sex, mostly the middle name, and often names one accent apart."""
        people, random = self.people, self.random
        for at in np.flatnonzero(elder >= 0):
            younger, first = rows[at], rows[elder[at]]
            people.twin[younger] = first
            people.year[younger], people.month[younger] = people.year[first], people.month[first]
            people.day[younger], people.surname[younger] = people.day[first], people.surname[first]
            if people.sex[younger] != people.sex[first]:
                continue
            if random.random() < 0.85:
                people.middle[younger], people.middle2[younger] = people.middle[first], people.middle2[first]
            near = naming.near_names(int(people.sex[first])).get(int(people.given[first]), ())
            if near and random.random() < self.profile.twins_near_names:
                people.given[younger] = near[int(random.integers(len(near)))]
            elif people.given[younger] == people.given[first]:
                people.given[younger] = naming.draw_given(random, people.sex[[first]], people.year[[first]])[0]

    # ---------------------------------------------------------------- homes

    def _old_move_to_their_sons(self) -> None:
        """Past 68, many live with a married son."""
        people, random = self.people, self.random
        sons = np.flatnonzero((people.sex == 0) & (people.couple >= 0) & (people.father >= 0))
        sons = sons[people.couple[people.father[sons]] >= 0]
        take = (people.year[people.father[sons]] < THIS_YEAR - 68) & (random.random(len(sons)) < 0.35)
        for son in sons[take]:
            people.home[people.father[son]] = people.home[son]
            people.home[people.mother[son]] = people.home[son]


def residents(people: People, random: np.random.Generator) -> Ints:
    """The rows who live here: they have a home and are alive. Half at 82, nobody past 104."""
    age = THIS_YEAR - people.year
    alive = random.random(len(people)) > np.clip((age - 55) / 50, 0, 1) ** 1.35
    return np.flatnonzero((people.home >= 0) & alive & (age <= 104) & (age >= 0))
