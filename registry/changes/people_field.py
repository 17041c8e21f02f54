"""Choosing somebody of the register on a form: by number, by name and year, or from what was found."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from accounts.models import Officer
from registry.models import Resident
from registry.residents.search import find

SHOWN = 8
PICKED = "_chon"  # the radio beside the text: <name>_chon = public id


class Typed(str):
    """What was typed, and the public id that was picked beside it."""

    picked: str = ""


class PersonWidget(forms.TextInput):
    """Drawn by components/person_picker.html: a text, and under it the people found, as radios."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = Typed(data.get(name, "") or "")
        typed.picked = data.get(name + PICKED, "") or ""
        return typed

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and name + PICKED not in data


class PersonField(forms.CharField):
    """Answers a Resident in the officer's scope, or None. One hit is taken; of several the officer picks.

    The form sets `officer`. `found` and `picked` are there for the page that asks again.
    """

    picks = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, widget=PersonWidget(), **kwargs)
        self.officer: Officer | None = None
        self.found: list[Resident] = []
        self.picked: Resident | None = None
        self.pick_url = reverse_lazy("registry:pick_person")

    def clean(self, value: Any) -> Resident | None:
        assert self.officer is not None, "the form names the officer"
        picked = getattr(value, "picked", "")
        text = super().clean(str(value or "")) if not picked else str(value)
        if picked:
            self.picked = self._by_id(picked)
            if self.picked is None:
                raise ValidationError("Không tìm thấy người đã chọn; tìm lại.", code="gone")
        elif text:
            self.found = found_people(text, self.officer)
            if len(self.found) == 1:
                self.picked = self.found[0]
            elif not self.found:
                raise ValidationError("Không thấy ai trong địa bàn; ghi số định danh, hoặc họ tên kèm năm sinh.")
            else:
                raise ValidationError("Có nhiều người khớp; chọn một người trong danh sách dưới đây.", code="several")
        return self.picked

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Resident):
            self.picked = value
            return value.full_name
        return value

    def _by_id(self, text: str) -> Resident | None:
        try:
            public_id = uuid.UUID(text)
        except ValueError:
            return None
        rows = Resident.objects.on_the_books().in_scope(self.officer)  # type: ignore[arg-type]
        return rows.filter(public_id=public_id).select_related("commune").first()


def found_people(text: str, officer: Officer) -> list[Resident]:
    """Who may be meant, best first; at most SHOWN."""
    return list(find(text, officer, limit=SHOWN))
