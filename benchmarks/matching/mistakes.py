"""A second record of the same person: what another clerk, another year and another paper make of it.

Each field has one function that may spoil it; each draws by itself, so that faults come together as chance has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from benchmarks.matching import papers, spelling
from benchmarks.matching.places import HomeTown
from benchmarks.matching.profile import Profile


@dataclass(slots=True)
class Record:
    """One row of the register, and beside it what a clerk could mix in: the relatives' numbers, the house's phone."""

    full_name: str
    birth_date: str
    sex: str
    personal_number: str
    cmnd: str
    mother_name: str
    father_name: str
    commune_code: str
    address: str
    home_town: str
    phone: str
    town: HomeTown
    relatives_numbers: tuple[str, ...]
    house_phone: str
    old_address: str
    province: str


DEPTHS: Final = ("full", "bare", "new", "district", "province", "short", "dashes")
_DEPTH_SHARES: Final = (2, 3, 3, 2, 2.5, 2, 1.5)
_REWRITES: Final = (
    ("Tổ dân phố ", ("TDP ", "Tổ ", "Tổ DP ", "tổ dân phố số ")),
    ("Khu phố ", ("KP ", "KP", "Khu ")),
    ("Thôn ", ("thôn ", "Xóm ", "T. ")),
    ("Ấp ", ("ấp ", "Ap ", "A. ")),
    ("Số ", ("SN ", "số ", "Nhà số ", "")),
    ("đường ", ("Đ. ", "Đường ", "")),
    ("ngõ ", ("ng. ", "Ngõ ", "hẻm ")),
    ("phường ", ("P. ", "P.", "Phường ")),
    ("xã ", ("X. ", "Xã ", "x.")),
)


def spoil(record: Record, random: Random, profile: Profile) -> None:
    """Change the record in place, every field by its own chance."""
    for fault in (_name, _birth, _sex, _number, _cmnd, _parents, _address, _phone, _home_town):
        fault(record, random, profile)


def _name(record: Record, random: Random, profile: Profile) -> None:
    if random.random() >= profile.name_changed:
        return
    record.full_name, _ = spelling.spoil(record.full_name, random, profile.typing_error)
    if random.random() < profile.name_changed_twice:
        record.full_name, _ = spelling.spoil(record.full_name, random, profile.typing_error)


def _birth(record: Record, random: Random, profile: Profile) -> None:
    if record.birth_date and random.random() < profile.birth_changed:
        record.birth_date = other_birth(record.birth_date, random)


def other_birth(text: str, random: Random) -> str:
    """Day and month swapped, the year alone, a year or ten off, 01/01, a digit mistyped."""
    year, *rest = text.split("-")
    kind = random.random()
    if kind < 0.22 and len(rest) == 2 and int(rest[1]) <= 12 and rest[0] != rest[1]:
        return f"{year}-{rest[1]}-{rest[0]}"
    if kind < 0.38 and rest:
        return year
    if kind < 0.58:
        return _with_day(int(year) + random.choice((-1, 1, 1, -2)), rest)
    if kind < 0.66:
        return _with_day(int(year) + random.choice((-10, 10)), rest)
    if kind < 0.78:
        return f"{year}-01-01"
    if len(rest) < 2:
        return str(int(year) + random.choice((-1, 1, -3)))
    month, day = int(rest[0]), int(rest[1])
    if random.random() < 0.7:
        day = random.choice([other for other in _slips(day) if 1 <= other <= 28] or [15])
    else:
        month = random.choice([other for other in _slips(month) if 1 <= other <= 12])
    return f"{year}-{month:02d}-{min(day, 28):02d}"


def _slips(number: int) -> tuple[int, ...]:
    return number + 1, number - 1, number + 10, number - 10, number + 2, number // 10 * 10 + (number + 5) % 10


def _with_day(year: int, rest: list[str]) -> str:
    if rest == ["02", "29"]:
        rest = ["02", "28"]
    return "-".join([str(min(year, 2026)), *rest])


def _sex(record: Record, random: Random, profile: Profile) -> None:
    if record.sex and random.random() < profile.sex_wrong:
        record.sex = "F" if record.sex == "M" else "M"


def _number(record: Record, random: Random, profile: Profile) -> None:
    if random.random() < profile.number_lost:
        record.personal_number = ""
    if record.personal_number and random.random() < profile.number_wrong:
        record.personal_number = other_number(record.personal_number, random, record.relatives_numbers)


def other_number(number: str, random: Random, relatives: tuple[str, ...]) -> str:
    """One digit wrong, two neighbours swapped, a relative's, junk."""
    kind = random.random()
    if kind < 0.42:
        at = random.randrange(len(number))
        return number[:at] + random.choice([digit for digit in "0123456789" if digit != number[at]]) + number[at + 1 :]
    if kind < 0.64:
        places = [at for at in range(len(number) - 1) if number[at] != number[at + 1]]
        if places:
            at = random.choice(places)
            return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if kind < 0.86 and relatives:
        return random.choice(relatives)
    return random.choice(papers.JUNK_NUMBERS)


def _cmnd(record: Record, random: Random, profile: Profile) -> None:
    if random.random() < profile.cmnd_lost:
        record.cmnd = ""
    if record.cmnd and random.random() < profile.cmnd_wrong:
        at, kind = random.randrange(9), random.random()
        if kind < 0.40:
            record.cmnd = papers.cmnd_text(random.random(), record.province)  # issued anew, another number
        elif kind < 0.85:
            record.cmnd = record.cmnd[:at] + random.choice("0123456789") + record.cmnd[at + 1 :]
        else:
            record.cmnd = random.choice(("000000000", "123456789", record.cmnd[1:]))


def _parents(record: Record, random: Random, profile: Profile) -> None:
    if random.random() < profile.parents_lost:
        record.mother_name = record.father_name = ""
    record.mother_name = _parent(record.mother_name, random, profile, titles=("Bà", "Bà", "cụ"))
    record.father_name = _parent(record.father_name, random, profile, titles=("Ông", "Ô.", "cụ"))
    if random.random() < profile.parents_swapped:
        record.mother_name, record.father_name = record.father_name, record.mother_name


def _parent(name: str, random: Random, profile: Profile, *, titles: tuple[str, ...]) -> str:
    if not name or random.random() >= profile.parent_changed:
        return name
    kind = random.random()
    if kind < 0.14:
        return name.split()[-1]
    if kind < 0.22:
        return f"{random.choice(titles)} {name}"
    if kind < 0.34:
        return spelling.plain(name)
    if kind < 0.40:
        return ""
    return spelling.spoil(name, random, profile.typing_error)[0]


def _address(record: Record, random: Random, profile: Profile) -> None:
    if record.address and random.random() < profile.address_changed:
        if random.random() < 0.30:
            record.address = record.old_address
        record.address = rewritten(record.address, random)


def rewritten(address: str, random: Random) -> str:
    """Another hand: other abbreviations, no house number, the hamlet alone, no commune, no accents."""
    parts = address.split(", ")
    kind = random.random()
    if kind < 0.14 and len(parts) > 2:
        parts = parts[-2:]
    elif kind < 0.34:
        parts = parts[:-1]
    address = ", ".join(parts)
    for word, others in _REWRITES:
        if word in address and random.random() < 0.55:
            address = address.replace(word, random.choice(others), 1)
    kind = random.random()
    if kind < 0.10:
        return spelling.plain(address)
    if kind < 0.16:
        return address.upper()
    return address.replace(", ", random.choice((" - ", ",", " "))) if kind < 0.30 else address


def _phone(record: Record, random: Random, profile: Profile) -> None:
    if record.phone and random.random() < profile.phone_changed:
        kind = random.random()
        if kind < 0.62:
            record.phone = papers.phone_text(random.random())
        elif kind < 0.78:
            record.phone = record.house_phone
        elif kind < 0.86:
            record.phone = random.choice(papers.JUNK_PHONES)
        elif kind < 0.93:
            at = random.randrange(2, 10)
            record.phone = record.phone[:at] + random.choice("0123456789") + record.phone[at + 1 :]
        else:
            record.phone = f"+84{record.phone[1:]}"


def _home_town(record: Record, random: Random, profile: Profile) -> None:
    if record.home_town and random.random() < profile.home_town_changed:
        written = record.town.written(random.choices(DEPTHS, _DEPTH_SHARES)[0])
        record.home_town = spelling.plain(written) if random.random() < 0.08 else written
