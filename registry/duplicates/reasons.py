"""Why two records may be one person: the three reasons, what argues for and against, and the officer's sentence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts.text import accent_key, fold
from registry.values.partial_date import PartialDate

NUMBER = "number"
CMND = "cmnd"
NAME_BIRTH = "name_birth"
TITLES = {NUMBER: "số định danh", CMND: "số CMND", NAME_BIRTH: "họ tên và ngày sinh"}

# How strongly each agreement (+) or difference (-) argues, in points of 100. The engine brings measured weights.
NUMBER_POINTS, CMND_POINTS = 90, 60
OLD_NUMBER_POINTS, OLD_CMND_POINTS = 45, 30
"""A number that one side no longer bears may have been that person's, or only a slip that was corrected since."""
NAME_BIRTH_POINTS = {"day": 60, "month": 45, "year": 30}
PARENT_POINTS, OTHER_PARENT_POINTS = 15, -15
OTHER_NUMBER_POINTS, OTHER_SEX_POINTS, OTHER_GIVEN_NAME_POINTS = -30, -20, -30
ALMOST_CERTAIN, WORTH_A_LOOK = 80, 50


@dataclass(frozen=True, order=True, slots=True)
class Reason:
    """One shared key: which kind, and the shared value. Stored as text, "cmnd:211234567"."""

    code: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.code}:{self.key}" if self.key else self.code

    @classmethod
    def of(cls, text: str) -> "Reason":
        code, _, key = text.partition(":")
        return cls(code, key)


def read_reasons(stored: Iterable[str]) -> set[Reason]:
    return {Reason.of(text) for text in stored}


def write_reasons(reasons: Iterable[Reason]) -> list[str]:
    return [str(reason) for reason in sorted(reasons)]


@dataclass(frozen=True, slots=True)
class Person:
    """What the search compares of one record."""

    id: int
    full_name: str
    given_name: str
    name_folded: str
    birth: PartialDate | None
    sex: int
    active_number: str = ""
    numbers: frozenset[str] = frozenset()
    retired: frozenset[str] = frozenset()  # those of `numbers` that are no longer this person's: replaced, cancelled
    father: str = ""
    mother: str = ""
    linked_parents: frozenset[tuple[str, int]] = frozenset()  # (father or mother, id of that record), by birth

    def search_keys(self) -> set[Reason]:
        """Every key under which others may hold the same person."""
        kinds = {9: CMND, 12: NUMBER}
        keys = {Reason(kinds[len(number)], number) for number in self.numbers if _says_something(number)}
        if self.birth and self.name_folded:
            keys.add(Reason(NAME_BIRTH, f"{self.name_folded}|{_iso(self.birth)}"))
        return keys


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the evidence: what was compared, both values, how it argues (points) and in words."""

    label: str
    left: str
    right: str
    strength: int
    note: str
    phrase: str = ""  # how the sentence names it, after "cùng" or "khác"
    is_number: bool = False  # to be masked where numbers are


def shared_reasons(left: Person, right: Person) -> set[Reason]:
    """The keys both hold. Twins (see `may_be_twins`) need more than a like-sounding name and a birth date."""
    shared = left.search_keys() & right.search_keys()
    if may_be_twins(left, right):
        return {reason for reason in shared if reason.code != NAME_BIRTH}
    return shared


def may_be_twins(left: Person, right: Person) -> bool:
    """Born together of the same parents under different given names (Hùng and Hưng): family, not one person.

    Parents linked to one record are the same however their names are spelt. Names typed without any accent prove
    nothing, so they do not count as different.
    """
    if not left.birth or left.birth != right.birth or not left.birth.is_full:
        return False
    parents = [_agreement(left.mother, right.mother), _agreement(left.father, right.father)]
    of_the_same = bool(left.linked_parents & right.linked_parents) or (True in parents and False not in parents)
    return of_the_same and _other_given_name(left, right)


def are_twins(left: Person, right: Person) -> bool:
    """The same, and both are linked to the record of a parent: no guess any more."""
    return bool(left.linked_parents & right.linked_parents) and may_be_twins(left, right)


def evidence(left: Person, right: Person, reasons: Iterable[Reason]) -> list[Evidence]:
    """What argues for and against, strongest kinds of proof first. Fields that say nothing are left out."""
    reasons = sorted(reasons)
    codes = {reason.code for reason in reasons}
    return [
        *_of_shared_numbers(left, right, reasons),
        *_of_other_numbers(left, right, codes),
        *_of_name_and_birth(left, right, codes),
        *_of_parent("Mẹ", "mẹ", left.mother, right.mother),
        *_of_parent("Cha", "cha", left.father, right.father),
        *_of_sex(left, right),
    ]


def strength(lines: Iterable[Evidence]) -> int:
    """The sum of the points, 1 to 100. Two people who bear one personal number are always worth a look (rule S01)."""
    points = [line.strength for line in lines]
    least = WORTH_A_LOOK if NUMBER_POINTS in points else 1
    return max(least, min(100, sum(points)))


def sentence(left: Person, right: Person, lines: Iterable[Evidence]) -> str:
    """ "Cùng họ tên khi bỏ dấu và ngày sinh; khác số định danh." """
    lines = list(lines)
    same = [line.phrase for line in lines if line.strength > 0 and line.phrase]
    other = [line.phrase for line in lines if line.strength < 0 and line.phrase]
    parts = [f"cùng {_listed(same)}" if same else "", f"khác {_listed(other)}" if other else ""]
    if may_be_twins(left, right):
        parts.append("là sinh đôi, cha mẹ đã liên kết" if are_twins(left, right) else "có thể là sinh đôi")
    text = "; ".join(filter(None, parts))
    return f"{text[:1].upper()}{text[1:]}."[:300] if text else ""


def what_is_new(reasons: Iterable[str], decided_on: Iterable[str]) -> str:
    """What a pair that was decided "different" came back with: "cùng số CMND". Empty when nothing is new."""
    new = read_reasons(reasons) - read_reasons(decided_on)
    codes = sorted({reason.code for reason in new}, key=list(TITLES).index)
    return ", ".join(f"cùng {TITLES[code]}" for code in codes)


def level(points: int) -> tuple[str, str]:
    """(pill kind, words) of a strength."""
    if points >= ALMOST_CERTAIN:
        return "block", "gần như chắc"
    return ("warn", "cần xem") if points >= WORTH_A_LOOK else ("quiet", "yếu")


# (which number, whether one side no longer bears it) -> label, points, note, how the sentence names it
_SHARED_NUMBERS = {
    (NUMBER, False): ("Số định danh", NUMBER_POINTS, "trùng, rất mạnh", "số định danh"),
    (NUMBER, True): ("Số định danh cũ", OLD_NUMBER_POINTS, "trùng số cũ/đã hủy", "số định danh cũ/đã hủy"),
    (CMND, False): ("CMND 9 số", CMND_POINTS, "trùng; CMND từng cấp trùng số", "số CMND"),
    (CMND, True): ("CMND 9 số cũ", OLD_CMND_POINTS, "trùng số cũ/đã hủy", "số CMND cũ/đã hủy"),
}


def _of_shared_numbers(left: Person, right: Person, reasons: list[Reason]) -> Iterator[Evidence]:
    """Each line shows the very numbers that are shared, under whoever still has them on record."""
    for (code, is_old), (label, points, note, phrase) in _SHARED_NUMBERS.items():
        keys = [one.key for one in reasons if one.code == code and _is_old(one.key, left, right) == is_old]
        if keys:
            one, two = (_listed([key for key in keys if key in side.numbers]) for side in (left, right))
            yield Evidence(label, one, two, points, note, phrase, is_number=True)


def _is_old(number: str, *sides: Person) -> bool:
    return any(number in side.retired for side in sides)


def _of_other_numbers(left: Person, right: Person, codes: set[str]) -> Iterator[Evidence]:
    """Two different personal numbers in use argue for two people, whatever else they share."""
    one, two = left.active_number, right.active_number
    if one and two and one != two:
        phrase = "số định danh đang dùng" if NUMBER in codes else "số định danh"
        yield Evidence("Số định danh đang dùng", one, two, OTHER_NUMBER_POINTS, "khác nhau", phrase, is_number=True)


def _of_name_and_birth(left: Person, right: Person, codes: set[str]) -> list[Evidence]:
    names = (left.full_name, right.full_name)
    if NAME_BIRTH not in codes:
        if _other_given_name(left, right) or fold(left.given_name) != fold(right.given_name):
            return [Evidence("Tên", *names, OTHER_GIVEN_NAME_POINTS, "khác tên", "tên")]
        return []
    precision = left.birth.precision if left.birth else "year"
    born = {"day": "ngày sinh", "month": "tháng, năm sinh", "year": "năm sinh"}[precision]
    alike = accent_key(left.full_name) == accent_key(right.full_name)
    note = "trùng cả dấu" if alike else "trùng khi bỏ dấu"
    phrase = f"họ tên và {born}" if alike else f"họ tên khi bỏ dấu và {born}"
    return [Evidence("Họ tên, ngày sinh", *names, NAME_BIRTH_POINTS[precision], f"{note}; cùng {born}", phrase)]


def _of_parent(label: str, phrase: str, left: str, right: str) -> list[Evidence]:
    match _agreement(left, right):
        case True:
            return [Evidence(label, left, right, PARENT_POINTS, "cùng tên", phrase)]
        case False:
            return [Evidence(label, left, right, OTHER_PARENT_POINTS, "khác tên", phrase)]
        case _:
            return []


def _of_sex(left: Person, right: Person) -> list[Evidence]:
    if not left.sex or not right.sex or left.sex == right.sex:
        return []
    words = {1: "Nam", 2: "Nữ"}
    return [Evidence("Giới tính", words[left.sex], words[right.sex], OTHER_SEX_POINTS, "khác nhau", "giới tính")]


def _agreement(left: str, right: str) -> bool | None:
    """Whether two names are the same without accents; None when either is not known."""
    return fold(left) == fold(right) if left and right else None


def _other_given_name(left: Person, right: Person) -> bool:
    if left.full_name.isascii() or right.full_name.isascii():
        return False
    return accent_key(left.given_name) != accent_key(right.given_name)


def _says_something(number: str) -> bool:
    """Nine or twelve digits that are not one digit repeated, as people type when they have none."""
    return number.isascii() and number.isdigit() and len(number) in (9, 12) and len(set(number)) > 1


def _iso(birth: PartialDate) -> str:
    return "-".join(f"{part:02d}" for part in (birth.year, birth.month, birth.day) if part is not None)


def _listed(words: list[str]) -> str:
    return ", ".join(words)
