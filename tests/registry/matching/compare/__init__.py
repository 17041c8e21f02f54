"""Real-looking pairs for every level of every field, with the reason beside each."""

from typing import NamedTuple

from registry.matching.compare.level import UNKNOWN
from registry.matching.fields import FIELDS
from registry.matching.normalise import normalise

Typed = str | dict[str, str]
COLUMNS = {
    "name": "full_name", "birth": "birth_date", "sex": "sex", "number": "personal_number", "cmnd": "cmnd",
    "mother": "mother_name", "father": "father_name", "address": "address", "home_town": "home_town", "phone": "phone",
}  # fmt: skip
NOT_KNOWN = "not known"


class Pair(NamedTuple):
    """`misses` is the level the pair nearly stands on, "" for an example of the level itself."""

    level: str
    one: Typed
    other: Typed
    why: str
    misses: str = ""


def level_of(field_name: str, one: Typed, other: Typed) -> str:
    """The level of two texts as they are typed (or of whole rows), the same from either side."""
    field = next(field for field in FIELDS if field.name == field_name)
    rows = [typed if isinstance(typed, dict) else {COLUMNS[field_name]: typed} for typed in (one, other)]
    left, right = (normalise({"full_name": "Nguyễn Văn An", **row, "id": str(at)}) for at, row in enumerate(rows))
    level = field.level(left, right)
    assert level == field.level(right, left)
    return NOT_KNOWN if level == UNKNOWN else field.levels[level].name
