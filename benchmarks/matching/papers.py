"""Twelve-digit numbers, nine-digit CMND and telephone numbers with the structure of real ones, all drawn by chance."""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks.matching.families import THIS_YEAR, People
from benchmarks.matching.naming import Ints
from benchmarks.matching.profile import Profile

JUNK_NUMBERS: Final = ("000000000000", "123456789012", "111111111111", "999999999999", "012345678912")
JUNK_PHONES: Final = ("0900000000", "0123456789", "0999999999", "0912345678", "0000000000")
_MOBILE: Final = np.array(
    [32, 33, 34, 35, 36, 37, 38, 39, 56, 58, 70, 76, 77, 78, 79, 81, 82, 83, 84, 85, 86, 88, 89, 90, 91, 93, 94, 96, 97,
     98, 97, 98, 91, 90]
)  # fmt: skip
_CMND_PREFIX: Final = {  # old province -> first digits of its police (facts 1.4)
    "001": "01", "002": "073", "004": "085", "006": "095", "008": "070", "010": "063", "011": "040", "012": "045",
    "014": "050", "015": "060", "017": "113", "019": "090", "020": "082", "022": "100", "024": "121", "025": "131",
    "026": "135", "027": "125", "030": "142", "031": "031", "033": "145", "034": "151", "035": "168", "036": "162",
    "037": "164", "038": "17", "040": "18", "042": "183", "044": "194", "045": "197", "046": "191", "048": "201",
    "049": "205", "051": "212", "052": "215", "054": "221", "056": "225", "058": "264", "060": "261", "062": "233",
    "064": "230", "066": "240", "067": "245", "068": "250", "070": "285", "072": "290", "074": "280", "075": "271",
    "077": "273", "079": "02", "080": "301", "082": "311", "083": "321", "084": "334", "086": "331", "087": "341",
    "089": "351", "091": "371", "092": "362", "093": "363", "094": "365", "095": "385", "096": "381",
}  # fmt: skip
CMND_LAST_BIRTH_YEAR: Final = 2006  # the last were issued around 2021, at 14 at the earliest


def personal_numbers(random: np.random.Generator, province: Ints, sex: Ints, year: Ints) -> Ints:
    """AAA B CC DDDDDD as integers: province of birth, century and sex, year, six digits by chance."""
    mark = 2 * (year // 100 - 19) + sex
    return ((province * 10 + mark) * 100 + year % 100) * 1_000_000 + random.integers(0, 1_000_000, len(sex))


def cmnd(random: np.random.Generator, province: Ints) -> Ints:
    """Nine digits beginning as the province's do."""
    prefixes = np.zeros(1000, dtype=np.int64)
    widths = np.zeros(1000, dtype=np.int64)
    for code, prefix in _CMND_PREFIX.items():
        prefixes[int(code)], widths[int(code)] = int(prefix), len(prefix)
    room = 10 ** (9 - np.maximum(widths[province], 2))
    return prefixes[province] * room + (random.random(len(province)) * room).astype(np.int64)


def cmnd_text(random_digits: float, province: str) -> str:
    """One more CMND of a province, from a fraction between 0 and 1."""
    prefix = _CMND_PREFIX.get(province, "01")
    width = 9 - len(prefix)
    return f"{prefix}{int(random_digits * 10**width):0{width}d}"


def phones(random: np.random.Generator, size: int) -> Ints:
    """Mobile numbers without their leading zero."""
    return _MOBILE[random.integers(0, len(_MOBILE), size)] * 10_000_000 + random.integers(0, 10_000_000, size)


def phone_text(random_digits: float) -> str:
    """One more mobile number, from a fraction between 0 and 1."""
    at, rest = divmod(int(random_digits * len(_MOBILE) * 10_000_000), 10_000_000)
    return f"0{_MOBILE[at]}{rest:07d}"


class Papers:
    """Numbers and telephones of the residents, by their place in `here`."""

    def __init__(
        self, random: np.random.Generator, profile: Profile, people: People, here: Ints, province: Ints
    ) -> None:
        size = len(here)
        year, sex, self.home = people.year[here], people.sex[here], people.home[here]
        number = personal_numbers(random, province, sex, year)
        old = cmnd(random, province)
        self._twins_next(random, profile, people, here, number, old)
        self.numbers = [f"{one:012d}" for one in number.tolist()]
        has_cmnd = year <= CMND_LAST_BIRTH_YEAR
        self.cmnd = [f"{one:09d}" if has else "" for one, has in zip(old.tolist(), has_cmnd.tolist(), strict=True)]
        self._order = np.argsort(self.home, kind="stable")
        self._sorted_homes = self.home[self._order]
        self._house = phones(random, int(people.home.max()) + 1)
        self.phones = self._phones(random, profile, THIS_YEAR - year, phones(random, size))
        self._odd(random, profile)

    @staticmethod
    def _twins_next(
        random: np.random.Generator, profile: Profile, people: People, here: Ints, number: Ints, old: Ints
    ) -> None:
        """Twins registered in one visit hold neighbouring numbers."""
        place = np.full(len(people), -1)
        place[here] = np.arange(len(here))
        for at in np.flatnonzero(people.twin[here] >= 0):
            elder = place[people.twin[here[at]]]
            if elder < 0 or people.sex[here[at]] != people.sex[here[elder]]:
                continue
            if random.random() < profile.twins_next_number:
                number[at] = number[elder] // 1_000_000 * 1_000_000 + (number[elder] % 1_000_000 + 1) % 1_000_000
            if random.random() < profile.twins_next_number:
                old[at] = old[elder] + 1

    def _phones(self, random: np.random.Generator, profile: Profile, age: Ints, own: Ints) -> list[str]:
        chance, house = random.random(len(age)), self._house[self.home]
        shares_house = np.select([age < 14, age < 18, age < 76], [0.30, 0.30, profile.household_phone], 0.50)
        has_own = np.select([age < 14, age < 18, age < 76], [0.0, 0.45, 1.0 - profile.household_phone], 0.20)
        number = np.where(chance < shares_house, house, np.where(chance < shares_house + has_own, own, 0))
        return [f"0{one}" if one else "" for one in number.tolist()]

    def _odd(self, random: np.random.Generator, profile: Profile) -> None:
        """Borrowed and junk numbers in first records."""
        size = len(self.numbers)
        kept = list(self.numbers)
        for at in np.flatnonzero(random.random(size) < profile.borrowed_number):
            others = self._beside(kept, int(at))
            if others:
                self.numbers[at] = others[int(random.integers(len(others)))]
        for at in np.flatnonzero(random.random(size) < profile.junk_number):
            self.numbers[at] = JUNK_NUMBERS[int(random.integers(len(JUNK_NUMBERS)))]
        for at in np.flatnonzero(random.random(size) < profile.junk_phone):
            self.phones[at] = JUNK_PHONES[int(random.integers(len(JUNK_PHONES)))]

    def _beside(self, numbers: list[str], at: int) -> tuple[str, ...]:
        home = self.home[at]
        first, last = np.searchsorted(self._sorted_homes, [home, home + 1])
        return tuple(numbers[other] for other in self._order[first:last] if other != at)

    def numbers_beside(self, at: int) -> tuple[str, ...]:
        """The numbers of those in the same home."""
        return self._beside(self.numbers, at)

    def phone_of_home(self, home: int) -> str:
        return f"0{self._house[home]}"
