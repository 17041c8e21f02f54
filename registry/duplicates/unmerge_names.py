"""What officers call the columns of a record, for saying which of them changed since a merge was seen or done."""

from collections.abc import Mapping
from typing import Any

from registry.duplicates.choosing import FIELDS

LABELS = {column: field.label for field in FIELDS for column in field.columns} | {
    "confirmed_at": "Phúc tra",
    "commune_id": "Xã quản lý",
}


def changed_columns(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [name for name, value in new.items() if name in LABELS and old.get(name) != value]


def changed_names(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Each name once, in the order of the form."""
    return list(dict.fromkeys(LABELS[name] for name in changed_columns(old, new)))
