"""Putting the letters of a record right as proposed: what it says stays, it only becomes legible."""

from collections.abc import Iterable, Mapping

from accounts.models import Unit
from accounts.units.find import resolve_place
from registry.cleanup.facts import Text, birth_of
from registry.models import NAME_PARTS, Resident
from registry.residents.refusal import RegisterRefused

PLACES = {"birth_registration_place": "birth_registration_unit", "home_town": "home_town_unit"}
FULL_NAME = "full_name"


def respell(person: Resident, repairs: Iterable[tuple[Text, str]]) -> None:
    """Write these texts of one record: the person's own, those of family ties and of residences.

    Each value keeps its source, which said the same in other letters. The caller holds the person, of whose rows the
    texts were read, marks who else is concerned, and leaves the line of the trail. Raises RegisterRefused for a record
    whose birth date no calendar has (rule D08): it cannot be stored before that is corrected.
    """
    if birth_of(person) is None and person.birth_year is not None:
        raise RegisterRefused(None, "Ngày sinh của hồ sơ không có trong lịch; sửa ngày sinh trước.")
    rows = []
    for text, new in repairs:
        if text.row is person and text.attribute == FULL_NAME:
            _set_parts(person, repaired_parts(person, new))
        setattr(text.row, text.attribute, new)
        if text.row is person and text.attribute in PLACES:
            setattr(person, PLACES[text.attribute], _place(new))
        elif text.row is not person and text.row not in rows:
            rows.append(text.row)
    person.scan_due = person.matching_due = True
    person.save()
    for row in rows:
        row.save()


def repaired_parts(person: Resident, new: str) -> dict[str, str]:
    """Họ, đệm and tên as the officer had taken the name apart, each word repaired; empty when it is to be taken apart
    anew: nobody had confirmed it, or the words are others."""
    old_words, new_words = person.full_name.split(), new.split()
    better = dict(zip(old_words, new_words, strict=False))
    parts = {name: getattr(person, name).split() for name in NAME_PARTS}
    known = len(old_words) == len(new_words) and all(word in better for words in parts.values() for word in words)
    if not (person.split_confirmed and known):
        return {}
    return {name: " ".join(better[word] for word in words) for name, words in parts.items()}


def _set_parts(person: Resident, parts: Mapping[str, str]) -> None:
    """Without parts, saving takes the name apart by the order of the ethnic group."""
    person.split_confirmed = bool(parts)
    for name in NAME_PARTS:
        setattr(person, name, parts.get(name, ""))


def _place(text: str) -> Unit | None:
    return resolve_place(text) if text else None
