"""What the cells of a column look like, whatever its heading says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from accounts.text import fold
from registry.rosters.fields import FIELDS, Kind
from registry.rosters.reading import words

_TWELVE: Final = re.compile(r"'?\d{12}|[1-9]\d{9,10}(?:\.0)?")
_NINE: Final = re.compile(r"\d{8,9}(?:\.0)?")
_PHONE: Final = re.compile(r"(?:\+?84|0)?[ .]?[235789]\d{1,2}[ .\-]?\d{3}[ .\-]?\d{3,4}(?:\.0)?|01\d{9}")
_DATE: Final = re.compile(r"\D{0,12}\d{1,2}\s*[/.\- ]\s*\d{1,2}\s*[/.\- ]\s*\d{2,4}.*|\d{4}-\d\d-\d\d.*"
                          r"|\d{1,2}[/\-.]\d{4}|[1-5]\d{4}|\d{1,2}-[A-Za-z]{3}-\d{2,4}|.*tháng.*")  # fmt: skip
_YEAR: Final = re.compile(r"(?:18|19|20)\d\d(?:\.0)?")
_ROLES: Final = frozenset({
    "chu ho", "ch", "vo", "chong", "con", "con de", "con trai", "con gai", "con dau", "con re", "chau", "me", "cha",
    "bo", "me de", "cha de", "em", "anh", "chi", "ong", "ba", "chau noi", "chau ngoai", "em ruot", "anh ruot",
    "chi ruot", "o nho", "o thue", "con ruot",
})  # fmt: skip
_ETHNIC: Final = frozenset(
    {"kinh", "tay", "thai", "muong", "nung", "hmong", "mong", "dao", "hoa", "khmer", "khome", "ede"}
)
ENOUGH: Final = 0.6
LEAST_CELLS: Final = 3


@dataclass(frozen=True)
class Seen:
    """Shares of the filled cells, 0 to 1."""

    filled: int
    twelve: float = 0
    nine: float = 0
    phone: float = 0
    date: float = 0
    year: float = 0
    sex: float = 0
    tick: float = 0
    role: float = 0
    ethnic: float = 0
    person: float = 0
    one_word: float = 0
    small: float = 0
    digits: float = 0


def look(cells: Sequence[str]) -> Seen:
    filled = [cell for cell in cells if cell and not cell.startswith("#")]
    if not filled:
        return Seen(0)
    keys = [fold(cell) for cell in filled[:300]]

    def share(hits: list[bool]) -> float:
        return sum(hits) / len(keys)

    texts = [cell.strip() for cell in filled[:300]]
    return Seen(
        filled=len(filled),
        twelve=share([bool(_TWELVE.fullmatch(text.replace(" ", "").replace(".0", ""))) for text in texts]),
        nine=share([bool(_NINE.fullmatch(text.replace(" ", ""))) for text in texts]),
        phone=share([bool(_PHONE.fullmatch(text)) for text in texts]),
        date=share([bool(_DATE.fullmatch(text)) for text in texts]),
        year=share([bool(_YEAR.fullmatch(text)) for text in texts]),
        sex=share([bool(words.sex_of(text)) for text in texts]),
        tick=share([words.tick_of(text) is True for text in texts]),
        role=share([key in _ROLES for key in keys]),
        ethnic=share([key in _ETHNIC for key in keys]),
        person=share([_is_person(text, key) for text, key in zip(texts, keys, strict=True)]),
        one_word=share([text.isalpha() and len(key.split()) == 1 for text, key in zip(texts, keys, strict=True)]),
        small=share([bool(re.fullmatch(r"\d{1,2}(?:\.0)?", text)) and float(text) <= 31 for text in texts]),
        digits=share([any(char.isdigit() for char in text) for text in texts]),
    )


def _is_person(text: str, key: str) -> bool:
    parts = key.split()
    return 2 <= len(parts) <= 6 and not any(char.isdigit() for char in text) and key not in _ROLES and "," not in text


def speaks_against(name: str, seen: Seen) -> bool:
    """Whether the cells can hardly be what the heading says."""
    if seen.filled < LEAST_CELLS:
        return False
    kind = FIELDS[name].kind
    if kind in (Kind.NUMBER, Kind.CMND, Kind.PHONE, Kind.BIRTH, Kind.DAY, Kind.DAY_PART):
        return seen.digits < 0.2 and seen.tick < ENOUGH
    if name in ("full_name", "father_name", "mother_name", "head_name"):
        return seen.digits > 0.7
    if kind == Kind.SEX:
        return seen.sex < 0.2 and seen.small < ENOUGH
    return False


def narrowed(names: Sequence[str], seen: Seen) -> tuple[str, ...]:
    """Of the fields a heading may mean, those that the cells allow; a plain heading is mended where they are sure."""
    if seen.filled < LEAST_CELLS:
        return tuple(names)
    if len(names) == 1:
        return (_mended(names[0], seen),)
    fits = {
        "phone": seen.phone >= ENOUGH, "ethnic_group": seen.ethnic >= 0.4, "number": seen.twelve >= ENOUGH,
        "ordinal": seen.digits >= ENOUGH and seen.twelve < 0.1,
        "household_key": seen.digits >= ENOUGH and seen.twelve < 0.2,
        "surname": seen.one_word >= 0.5, "is_male": seen.tick >= ENOUGH, "is_female": seen.tick >= ENOUGH,
        "birth_male": seen.date + seen.year >= ENOUGH, "birth_female": seen.date + seen.year >= ENOUGH,
        "birth_year": False, "birth_date": seen.date + seen.year >= ENOUGH,
    }  # fmt: skip
    kept = tuple(name for name in names if fits.get(name, name.endswith("_line") and seen.digits + seen.person > 0.3))
    return kept or tuple(names)


def _mended(name: str, seen: Seen) -> str:
    if name in ("any_number", "cmnd") and seen.twelve >= 0.9 and seen.nine < 0.05:
        return "number"
    if name in ("number", "any_number") and seen.nine >= 0.9:
        return "cmnd"
    if name in ("number", "cmnd") and seen.twelve >= 0.1 and seen.nine >= 0.1:
        return "any_number"
    if name == "is_male" and seen.date + seen.year >= ENOUGH:
        return "birth_male"
    if name == "is_female" and seen.date + seen.year >= ENOUGH:
        return "birth_female"
    return name


def suggested(seen: Seen) -> list[str]:
    """What a column without a telling heading may be."""
    if seen.filled < LEAST_CELLS:
        return []
    if seen.twelve >= ENOUGH:
        return ["number"]
    for name, share in (("sex", seen.sex), ("household_role", seen.role), ("birth_date", seen.date),
                        ("phone", seen.phone), ("cmnd", seen.nine), ("ethnic_group", seen.ethnic),
                        ("birth_date", seen.year)):  # fmt: skip
        if share >= ENOUGH:
            return [name]
    return ["full_name"] if seen.person >= 0.8 else []
