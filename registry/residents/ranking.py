"""Who stands before whom in an answer of the one box."""

from typing import NamedTuple

from accounts.text import accent_key
from registry.residents.asked import Asked


class Candidate(NamedTuple):
    pk: int
    full_name: str
    other_name: str
    name_folded: str
    birth_month: int | None
    birth_day: int | None
    sort_key: str


class Place:
    """Where a candidate stands among the others: the very name first, then all accents as typed, then folded ones;
    among equals whole names, names that end so, people called so; the date of birth; the alphabet."""

    def __init__(self, asked: Asked, *, unfinished: bool) -> None:
        self.asked, self.unfinished = asked, unfinished
        self.very = asked.name.casefold()
        self.folded = " ".join(asked.words)
        self.typed = () if asked.name.isascii() else tuple(asked.name.lower().split())

    def __call__(self, one: Candidate) -> tuple:
        return (
            one.full_name.casefold() != self.very,
            not self.has_accents(one),
            self._part(one.name_folded),
            self._date(one),
            one.sort_key,
            one.pk,
        )

    def has_accents(self, one: Candidate) -> bool:
        """Whether every word is there just as it was typed; nothing is asked for where no accent was typed."""
        if not self.typed:
            return True
        names = f"{one.full_name} {one.other_name}"
        keys = set(accent_key(names).split())
        *whole, last = self.typed
        if not all(accent_key(word) in keys for word in whole):
            return False
        begun = self.unfinished and any(word.startswith(last) for word in names.lower().split())
        return begun or accent_key(last) in keys

    def _part(self, name: str) -> int:
        if name == self.folded:
            return 0
        if name.endswith(f" {self.folded}"):
            return 1
        last, asked_last = name.rpartition(" ")[2], self.folded.rpartition(" ")[2]
        return 2 if last == asked_last or (self.unfinished and last.startswith(asked_last)) else 3

    def _date(self, one: Candidate) -> int:
        born = self.asked.born
        if born is None or born.month is None or (born.month, born.day) == (one.birth_month, one.birth_day):
            return 0
        return 1 if one.birth_month is None or (one.birth_month == born.month and one.birth_day is None) else 2
