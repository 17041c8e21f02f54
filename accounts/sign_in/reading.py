"""A draft as text, to be looked at: the names and the choices of its form, which the apps above make known."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.urls import resolve

from accounts.models import Draft

Fields = Mapping[str, forms.Field]
_fields: dict[str, Callable[[dict[str, Any]], Fields]] = {}
# What belongs to the page and is no text of the officer's.
OF_THE_PAGE = {"ve", "about", "opened_with", "seen_with", "submit_token", "outcome", "preview",
             "buoc", "seen", "from_card", "hang", "chap_nhan", "da_xem", "versions"}  # fmt: skip


def describe(view_name: str, fields: Callable[[dict[str, Any]], Fields]) -> None:
    """The form at this address has these fields. Called in AppConfig.ready(); `fields` is asked when they are needed,
    with what the address names."""
    _fields[view_name] = fields


def lines(draft: Draft) -> list[tuple[str, str]]:
    """(label, text) of everything that was typed, in the order of the form. One query for each list from a table."""
    match = resolve(draft.path)
    known = _fields[match.view_name](match.kwargs) if match.view_name in _fields else {}
    typed = {name: values[-1] for name, values in draft.fields.items() if values and name not in OF_THE_PAGE}
    found = [(_label(name, field), _text(field, typed.pop(name))) for name, field in known.items() if name in typed]
    return [(label, text) for label, text in [*found, *typed.items()] if text.strip()]


def _label(name: str, field: forms.Field) -> str:
    return str(field.label or name)


def _text(field: forms.Field, value: str) -> str:
    """A value that is in no list stays as it was typed."""
    if isinstance(field, forms.BooleanField):
        return "có"
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        known = rows.model._default_manager.filter(pk=value) if value.isdigit() else rows.none()
        return str(known.first() or value)
    if isinstance(field, forms.ChoiceField):
        return _choices(field).get(value, value) if value else ""
    return value


def _choices(field: forms.ChoiceField) -> dict[str, str]:
    flat: dict[str, str] = {}
    choices: Any = field.choices
    for value, label in choices:
        group = label if isinstance(label, list | tuple) else [(value, label)]
        flat |= {str(one): str(words) for one, words in group}
    return flat
