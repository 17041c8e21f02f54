"""Full names and parents' names: compare/name.py and compare/parent.py over columns of name codes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from registry.matching.batch.columns import Flags, Ints, Longs
from registry.matching.batch.levels.distances import FAR, distances, may_be_near
from registry.matching.batch.levels.ladder import Ladder, Levels, among
from registry.matching.batch.names import Names
from registry.matching.batch.register import Register
from registry.matching.compare.level import Field
from registry.matching.compare.name import LEAST_LETTERS, NAME

_UNASKED = -1


def name_levels(register: Register, field: Field, left: Longs, right: Longs) -> Levels:
    pairs = NamePairs(register, "name", left, right)
    ladder = Ladder(field, pairs.known)
    for level in NAME.levels[:-1]:
        ladder.take_some(level.name, getattr(pairs, level.name))
    return ladder.done()


def parent_levels(register: Register, field: Field, left: Longs, right: Longs) -> Levels:
    pairs = NamePairs(register, field.name, left, right)
    ladder = Ladder(field, pairs.known)
    ladder.take_some("exact", pairs.exact)
    ladder.take_some("same_letters", pairs.other_given_accents)
    ladder.take_some("swapped", lambda at: _swapped(register, left[at], right[at]))
    ladder.take_some("alike", lambda at: _alike(pairs, at))
    ladder.take_some("given", pairs.given)
    return ladder.done()


def _alike(pairs: NamePairs, at: Longs) -> Flags:
    flags = np.zeros(len(at), dtype=bool)
    for holds in (
        pairs.contained, pairs.other_order, pairs.north_south, pairs.sounds_alike, pairs.slip_in_given, pairs.two_slips
    ):  # fmt: skip
        left = np.flatnonzero(~flags)
        flags[left] = holds(at[left])
    return flags


def _swapped(register: Register, left: Longs, right: Longs) -> Flags:
    mothers, fathers = register.column("mother").codes, register.column("father").codes
    mother_left, mother_right, father_left, father_right = mothers[left], mothers[right], fathers[left], fathers[right]
    known = (mother_left >= 0) & (father_left >= 0) & (mother_right >= 0) & (father_right >= 0)
    mother, father = register.names["mother"], register.names["father"]

    def holds(at: Longs) -> Flags:
        crossed = mother.bare[mother_left[at]] == father.bare[father_right[at]]
        crossed |= father.bare[father_left[at]] == mother.bare[mother_right[at]]
        return crossed

    return among(known, holds)


class NamePairs:
    """Each method is the level of that name in compare/name.py, for the pairs at some places."""

    def __init__(self, register: Register, column: str, left: Longs, right: Longs) -> None:
        codes = register.column(column).codes
        self.one, self.other = codes[left], codes[right]
        self.known: Flags = (self.one >= 0) & (self.other >= 0)
        if self.known.any():
            self.names: Names = register.names[column]
            self.bare_is_same = self._is_same("bare", np.arange(len(left))) & self.known
        self._slips = np.full(len(left), _UNASKED, dtype=np.int8)

    def exact(self, at: Longs) -> Flags:
        one = self.one[at]
        return (one == self.other[at]) & ~self.names.is_plain[one]

    def without_accents(self, at: Longs) -> Flags:
        plain = self.names.is_plain
        return self._same_letters(at, lambda at: plain[self.one[at]] | plain[self.other[at]])

    def same_given_accents(self, at: Longs) -> Flags:
        return self._same_letters(at, lambda at: self._is_same("last", at))

    def hoi_for_nga(self, at: Longs) -> Flags:
        return self._same_letters(at, lambda at: self._is_same("southern", at))

    def other_given_accents(self, at: Longs) -> Flags:
        return self.bare_is_same[at]

    def contained(self, at: Longs) -> Flags:
        names, stands_for = self.names, self.names.dictionary.stands_for
        one, other = self.one[at], self.other[at]
        lengths = names.lengths[one], names.lengths[other]
        may = (lengths[0] != lengths[1]) | names.has_short[one] | names.has_short[other]
        may &= np.minimum(*lengths) > 1
        may = among(may, lambda at: stands_for(names.last[one[at]], names.last[other[at]]))
        may = among(may, lambda at: stands_for(names.first[one[at]], names.first[other[at]]))
        return among(may, lambda at: self._all_stand_for(names.rows[one[at]], names.rows[other[at]]))

    def other_order(self, at: Longs) -> Flags:
        return self._is_same("sorted", at)

    def north_south(self, at: Longs) -> Flags:
        return self._is_same("reading", at)

    def sounds_alike(self, at: Longs) -> Flags:
        return self._is_same("sound", at)

    def slip(self, at: Longs) -> Flags:
        return self._is_same("given", at) & (self._distances(at) <= 1)

    def slip_to_no_word(self, at: Longs) -> Flags:
        return among(self._distances(at) <= 1, lambda near: ~self._is_same("is_word", at[near]))

    def slip_in_given(self, at: Longs) -> Flags:
        return self._distances(at) <= 1

    def two_slips(self, at: Longs) -> Flags:
        lengths = self.names.letters.lengths

        def is_long(places: Longs) -> Flags:
            return np.minimum(lengths[self.one[places]], lengths[self.other[places]]) >= LEAST_LETTERS

        near = among(self._distances(at) <= 2, lambda near: self._is_same("given", at[near]))
        return among(near, lambda near: is_long(at[near]))

    def other_given(self, at: Longs) -> Flags:
        lengths = self.names.lengths
        several = lengths[self.one[at]] > 2
        return among(several & self._is_same("head", at), lambda near: self._is_same("lengths", at[near]))

    def surname_and_given(self, at: Longs) -> Flags:
        lengths = self.names.lengths
        several = np.minimum(lengths[self.one[at]], lengths[self.other[at]]) > 1
        return several & self._is_same("given", at) & self._is_same("surname", at)

    def given(self, at: Longs) -> Flags:
        return self._is_same("given", at)

    def surname(self, at: Longs) -> Flags:
        return self._is_same("surname", at)

    def _is_same(self, spelling: str, at: Longs) -> Flags:
        """Whether a way of writing (an attribute of Names) is the same on both sides."""
        spelt = getattr(self.names, spelling)
        return spelt[self.one[at]] == spelt[self.other[at]]

    def _same_letters(self, at: Longs, holds: Callable[[Longs], Flags]) -> Flags:
        return among(self.bare_is_same[at], lambda near: holds(at[near]))

    def _all_stand_for(self, one: Ints, other: Ints) -> Flags:
        """Row by row: every syllable of the shorter stands for one of the longer; of equal rows, each for its like."""
        lengths = (one >= 0).sum(axis=1), (other >= 0).sum(axis=1)
        is_shorter = (lengths[0] <= lengths[1])[:, None]
        few, many = np.where(is_shorter, one, other), np.where(is_shorter, other, one)
        equal = lengths[0] == lengths[1]
        every = some = np.ones(len(one), dtype=bool)
        for place, against in np.ndindex(few.shape[1], many.shape[1]):
            if against == 0:
                every &= some
                some = few[:, place] < 0
            asked = np.flatnonzero(~some & (many[:, against] >= 0) & (~equal | (place == against)))
            some[asked] = self.names.dictionary.stands_for(few[asked, place], many[asked, against])
        return every & some

    def _distances(self, at: Longs) -> npt.NDArray[np.int8]:
        """How many slips apart; FAR beyond two, or beyond one where the given names differ, which no level asks for.
        Asked once a pair."""
        asked = at[self._slips[at] == _UNASKED]
        if len(asked):
            one, other = self.one[asked], self.other[asked]
            letters = self.names.letters
            cutoff = self._is_same("given", asked).astype(np.int8) + np.int8(1)
            near = np.flatnonzero(may_be_near(letters, letters, one, other, cutoff))
            self._slips[asked] = FAR
            texts = self.names.bare_texts(one[near]), self.names.bare_texts(other[near])
            self._slips[asked[near]] = distances(*texts, cutoff=2)
        return self._slips[at]
