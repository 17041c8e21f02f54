"""The records of one commune: its people, their papers, what the clerks wrote, and the second records."""

from __future__ import annotations

import random as plain_random
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from accounts.text import fold
from benchmarks.matching import mistakes, naming, papers, places
from benchmarks.matching.families import THIS_YEAR, People, Village, residents
from benchmarks.matching.mistakes import Record
from benchmarks.matching.naming import Ints
from benchmarks.matching.places import Commune, HomeTown
from benchmarks.matching.profile import Profile
from registry.sample import tables

COLUMNS: Final = (
    "full_name", "birth_date", "sex", "personal_number", "cmnd", "mother_name", "father_name", "commune_code",
    "address", "home_town", "phone",
)  # fmt: skip
_TOWNS: Final = 240
_A_COUPLE_LEAVES: Final = 9.4  # residents four generations later, by counting


class CommuneMaker:
    """Writes the records of one commune; the same seed and number always give the same."""

    def __init__(self, at: int, communes: list[Commune], *, seed: int, profile: Profile) -> None:
        self.commune, self.communes, self.profile = communes[at], communes, profile
        self.random = np.random.default_rng([seed, 23, at])
        self.dice = plain_random.Random(seed * 1_000_003 + at)
        self.towns = self._home_towns()

    def records(self, count: int) -> pl.DataFrame:
        """`count` rows with COLUMNS and "person", a number within this commune."""
        extra = round(count * self.profile.extra_records / (1 + self.profile.extra_records))
        people, here = self._people(count - extra)
        firsts = self._first_records(people, here)
        seconds = self._second_records(people, here, firsts, extra)
        columns = {
            name: pl.Series([*firsts[name], *(getattr(record, name) for _, record in seconds)], dtype=pl.String)
            for name in COLUMNS
        }
        person = [*range(len(here)), *(who for who, _ in seconds)]
        return pl.DataFrame(columns).with_columns(pl.Series("person", person, dtype=pl.Int64))

    # ---------------------------------------------------------------- people

    def _people(self, count: int) -> tuple[People, Ints]:
        commune, profile = self.commune, self.profile
        share = profile.minority_share_elsewhere if commune.group == "01" else profile.minority_share_there
        couples = max(3, int(count / _A_COUPLE_LEAVES * 1.1))
        while True:
            village = Village(self.random, profile, region=commune.region, minority_share=share, towns=len(self.towns))
            people = village.grow(couples)
            here = residents(people, self.random)
            if len(here) >= count:
                return people, self._whole_homes(people, here, count)
            couples = int(couples * 1.3) + 1

    def _whole_homes(self, people: People, here: Ints, count: int) -> Ints:
        """So many residents, homes kept together but for the last."""
        homes = np.unique(people.home[here])
        rank = np.zeros(int(homes.max()) + 1, dtype=np.int64)
        rank[homes] = self.random.permutation(len(homes))
        return here[np.argsort(rank[people.home[here]], kind="stable")][:count]

    def _home_towns(self) -> list[HomeTown]:
        """Four of the commune itself, the others from the whole country, some places more often than others."""
        commune, random = self.commune, self.random
        own = [
            HomeTown(commune.old_names[at % len(commune.old_names)], commune.district, commune.province)
            for at in range(4)
        ]
        codes = [code for code, _, _ in places.provinces()]
        popular = [codes[at] for at in random.integers(0, len(codes), 6)] + [commune.province] * 4
        others = []
        for _ in range(_TOWNS - 4):
            province = popular[int(random.integers(10))] if random.random() < 0.7 else codes[int(random.integers(63))]
            others.append(HomeTown(places.place_name(random), places.place_name(random), province))
        return own + others

    # ---------------------------------------------------------------- first records

    def _first_records(self, people: People, here: Ints) -> dict[str, list[str | None]]:
        names = self._names(people)
        self.papers = papers.Papers(self.random, self.profile, people, here, self._birth_provinces(people, here))
        self.addresses = places.Addresses(self.random, self.commune, self.communes)
        live = self.addresses.of_homes(people.home[here])
        births = self._births(people, here)
        full: dict[str, list[str | None]] = {
            "full_name": [names[at] for at in here],
            "birth_date": list(births),
            "sex": ["MF"[sex] for sex in people.sex[here]],
            "personal_number": list(self.papers.numbers),
            "cmnd": list(self.papers.cmnd),
            "mother_name": [names[at] for at in people.mother[here]],
            "father_name": [names[at] for at in people.father[here]],
            "commune_code": [commune.code for commune, _ in live],
            "address": [line for _, line in live],
            "home_town": [self._town_text(at) for at in people.town[here]],
            "phone": list(self.papers.phones),
        }
        self.whole = full
        written = {name: list(values) for name, values in full.items()}
        for at in np.flatnonzero(self.random.random(len(here)) < self.profile.first_record_care):
            self._write(written, int(at), self._spoilt(people, here, int(at), moved=False))
        self._leave_out(written, people.year[here])
        return written

    def _names(self, people: People) -> list[str]:
        words = naming.VOCABULARY.words
        names = [
            f"{words[s]} {words[m]} {words[m2]} {words[g]}" if m2 else f"{words[s]} {words[m]} {words[g]}" if m
            else f"{words[s]} {words[g]}"
            for s, m, m2, g in zip(people.surname, people.middle, people.middle2, people.given, strict=True)
        ]  # fmt: skip
        of_mother: set[tuple[int, str]] = set()  # brothers do not share a name, though their groups have few of them
        for at in map(int, np.flatnonzero(people.minority > 0)):
            names[at] = self._minority_name(people, at)
            if people.mother[at] < 0:
                continue
            for _ in range(4):
                if (int(people.mother[at]), names[at]) not in of_mother and names[at] != names[people.father[at]]:
                    break
                people.given[at] = naming.draw_given(self.random, people.sex[[at]], people.year[[at]])[0]
                names[at] = self._minority_name(people, at)
            of_mother.add((int(people.mother[at]), names[at]))
        for at in self._well_known(people):
            while fold(names[at]) in tables.denied():
                other = naming.draw_given(self.random, people.sex[[at]], people.year[[at]])[0]
                names[at] = f"{names[at].rpartition(' ')[0]} {words[other]}"
        return names

    def _minority_name(self, people: People, at: int) -> str:
        group = self.commune.group
        if group == "01":
            scattered = places.SCATTERED[self.commune.area]
            group = scattered[int(people.surname[at]) // 7 % len(scattered)]
        naming_of_group = tables.ethnic_naming(group)
        own = naming_of_group.surnames if naming_of_group else ()
        surname = own[int(people.surname[at]) % len(own)] if own else ""
        word = naming.VOCABULARY.words[int(people.given[at])]
        return naming.minority_name(self.random, group, int(people.sex[at]), surname, word)

    def _well_known(self, people: People) -> list[int]:
        pairs = _denied_pairs(len(naming.VOCABULARY.words))
        return [int(at) for at in np.flatnonzero(np.isin(people.surname * 100_000 + people.given, pairs))]

    def _births(self, people: People, here: Ints) -> list[str]:
        """The papers' dates: of the old often the year alone, or 01/01."""
        random, profile = self.random, self.profile
        year, month, day = people.year[here], people.month[here], people.day[here]
        first = (random.random(len(here)) < profile.birth_first_january) & (year < 1980)
        month, day = np.where(first, 1, month), np.where(first, 1, day)
        share = np.zeros(len(here))
        for before, of in reversed(profile.birth_year_only_before):
            share[year < before] = of
        chance = random.random(len(here))
        month_only = (chance >= share) & (chance < share + profile.birth_month_only) & (year < 1970)
        return [
            f"{y}" if only else f"{y}-{m:02d}" if half else f"{y}-{m:02d}-{d:02d}"
            for y, m, d, only, half in zip(year, month, day, chance < share, month_only, strict=True)
        ]

    def _birth_provinces(self, people: People, here: Ints) -> Ints:
        """The old province a number begins with: that of the home town, or of the commune for half the others."""
        of_town = np.array([int(town.province) for town in self.towns])[people.town[here]]
        born_here = (self.random.random(len(here)) < 0.5) | (people.year[here] > 1985)
        return np.where(born_here, int(self.commune.province), of_town)

    def _town_text(self, at: int) -> str:
        return _written(self.towns[at], ("full", "full", "bare", "new")[at % 4])

    # ---------------------------------------------------------------- second records

    def _second_records(
        self, people: People, here: Ints, firsts: dict[str, list[str | None]], extra: int
    ) -> list[tuple[int, Record]]:
        sizes = self.random.choice(len(self.profile.cluster_shares), size=extra, p=self.profile.cluster_shares) + 1
        enough = int(np.searchsorted(np.cumsum(sizes), extra)) + 1 if extra else 0
        who = np.repeat(self.random.permutation(len(here))[:enough], sizes[:enough])[:extra]
        made = [
            (int(at), self._spoilt(people, here, int(at), moved=self.dice.random() < self.profile.moved)) for at in who
        ]
        columns: dict[str, list[str | None]] = {name: [getattr(record, name) for _, record in made] for name in COLUMNS}
        self._leave_out(columns, people.year[here][who] if extra else np.zeros(0, dtype=np.int64))
        for row, (_, record) in enumerate(made):
            for name in COLUMNS:
                setattr(record, name, columns[name][row])
        return made

    def _spoilt(self, people: People, here: Ints, at: int, *, moved: bool) -> Record:
        whole, dice = self.whole, self.dice
        home = int(people.home[here[at]])
        values = {name: str(whole[name][at] or "") for name in COLUMNS}
        record = Record(
            **values,
            town=self.towns[int(people.town[here[at]])],
            relatives_numbers=self.papers.numbers_beside(at),
            house_phone=self.papers.phone_of_home(home),
            old_address=self.addresses.another(self.commune)[1],
            province=self.commune.province,
        )
        if moved:
            to, record.address = self.addresses.anywhere()
            record.commune_code = to.code
        mistakes.spoil(record, dice, self.profile)
        return record

    @staticmethod
    def _write(columns: dict[str, list[str | None]], at: int, record: Record) -> None:
        for name in COLUMNS:
            columns[name][at] = getattr(record, name)

    def _leave_out(self, columns: dict[str, list[str | None]], year: Ints) -> None:
        """What no clerk wrote down; empty text becomes None."""
        random, profile, size = self.random, self.profile, len(columns["full_name"])
        old = np.where(year < THIS_YEAR - 65, 2.0, 0.85)
        both = random.random(size) < profile.parents_missing * old
        for name, missing in (
            ("personal_number", random.random(size) < profile.number_missing),
            ("cmnd", random.random(size) < profile.cmnd_missing),
            ("mother_name", both | (random.random(size) < profile.mother_missing)),
            ("father_name", both | (random.random(size) < profile.father_missing)),
            ("phone", random.random(size) < profile.phone_missing),
            ("sex", random.random(size) < profile.sex_missing),
            ("home_town", random.random(size) < profile.home_town_missing),
            ("address", random.random(size) < profile.address_missing),
        ):
            columns[name] = [
                None if gone else value or None for gone, value in zip(missing, columns[name], strict=True)
            ]


@cache
def _written(town: HomeTown, depth: str) -> str:
    return town.written(depth)


@cache
def _denied_pairs(words: int) -> Ints:
    """Surname and given name of well-known people, as numbers of the vocabulary (which holds so many words)."""
    ends = {tuple(name.split()[:: len(name.split()) - 1]) for name in tables.denied() if " " in name}
    by_fold: dict[str, list[int]] = {}
    for number, word in enumerate(naming.VOCABULARY.words[:words]):
        by_fold.setdefault(fold(word), []).append(number)
    return np.array(
        [s * 100_000 + g for one in ends for s in by_fold.get(one[0], ()) for g in by_fold.get(one[1], ())],
        dtype=np.int64,
    )
