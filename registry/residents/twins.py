"""Born together: brothers and sisters with one full birth date; sure where their parents are linked records."""

from registry.cleanup.facts import birth_of
from registry.models import Resident

_WORDS = {2: "sinh đôi", 3: "sinh ba"}


def born_together(one: Resident, other: Resident) -> bool:
    """Whether both full birth dates are one. Says nothing of the parents."""
    born = birth_of(one)
    return born is not None and born.is_full and born == birth_of(other)


def words(people: int, *, is_sure: bool) -> str:
    """ "sinh đôi" for two; "nghi sinh đôi" where only names say that they are of the same parents."""
    said = _WORDS.get(people, "sinh tư" if people == 4 else f"sinh {people}")
    return said if is_sure else f"nghi {said}"
