"""What a decision "hai người khác nhau" stood on: fingerprints of the fields that decide. When one changes, it is told.

They are taken from the record's own rows, not from its MatchProfile: a better way of normalising would change every
profile, and bring back every pair that officers have decided.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping

from accounts.text import accent_key
from registry.cleanup.facts import birth_of
from registry.models import IdentityNumber, NumberKind, Relation, RelationKind, Resident

NAMES = {
    "name": "họ tên",
    "birth": "ngày sinh",
    "sex": "giới tính",
    "number": "số định danh",
    "cmnd": "số CMND",
    "mother": "mẹ",
    "father": "cha",
}
LEFT, RIGHT = "left", "right"
_NUMBERS = {
    NumberKind.PERSONAL: "number",
    NumberKind.CMND12: "number",
    NumberKind.CANCELLED: "number",
    NumberKind.CMND9: "cmnd",
}
_PARENTS = {RelationKind.MOTHER: "mother", RelationKind.FATHER: "father"}

Fingerprints = dict[str, str]


def fingerprints(resident_ids: Collection[int]) -> dict[int, Fingerprints]:
    """{id: {field: digest}} of every resident that exists; a field with no value has no digest. Three queries."""
    values: dict[int, dict[str, list[str]]] = {}
    for person in Resident.objects.filter(pk__in=resident_ids):
        values[person.pk] = defaultdict(list, _own(person))
    numbers = IdentityNumber.objects.filter(resident__in=resident_ids, kind__in=_NUMBERS)
    for owner, kind, number, is_active in numbers.values_list("resident_id", "kind", "number", "is_active"):
        values[owner][_NUMBERS[NumberKind(kind)]].append(f"{number} {'+' if is_active else '-'}")
    parents = Relation.objects.filter(resident__in=resident_ids, kind__in=_PARENTS, is_current=True)
    for owner, kind, name in parents.values_list("resident_id", "kind", "name"):
        values[owner][_PARENTS[RelationKind(kind)]].append(accent_key(name))
    return {pk: {field: _digest(pk, found) for field, found in fields.items()} for pk, fields in values.items()}


def _own(person: Resident) -> dict[str, list[str]]:
    birth = birth_of(person)
    found = {
        "name": accent_key(person.full_name),
        "birth": str(birth) if birth else "",
        "sex": str(person.sex) if person.sex else "",
    }
    return {field: [value] for field, value in found.items() if value}


def _digest(owner: int, values: list[str]) -> str:
    """Bound to its owner: two fingerprints that agree say nothing about two people."""
    text = "\n".join([str(owner), *sorted(values)])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Names of the deciding fields that differ, in the order of the form. Coming and going are changes too."""
    return [name for field, name in NAMES.items() if old.get(field) != new.get(field)]


def stood_on(left_id: int, right_id: int) -> dict[str, Fingerprints]:
    """What a decision about these two stands on now (`DuplicatePair.decided_on`)."""
    found = fingerprints([left_id, right_id])
    return {LEFT: found[left_id], RIGHT: found[right_id]}


def returned_for(decided_on: Mapping[str, Mapping[str, str]], left: Mapping[str, str], right: Mapping[str, str]) -> str:
    """ "họ tên của hồ sơ 2 đã đổi", or "" when the decision still holds. Nothing kept, nothing to compare with: ""."""
    if not decided_on:
        return ""
    said = []
    for number, side, now in ((1, LEFT, left), (2, RIGHT, right)):
        if fields := changed(decided_on.get(side, {}), now):
            said.append(f"{', '.join(fields)} của hồ sơ {number}")
    return f"{'; '.join(said)} đã đổi"[:300] if said else ""
