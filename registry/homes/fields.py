"""Fields of residence forms: a commune of today, and the choice of one row that the person has."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Unit
from accounts.units.find import current_unit
from registry.models import Residence
from registry.residents.fields import REQUIRED, TextField
from registry.residents.forms import PLACE


class UnitField(TextField):
    """A commune of today, written as people write it (rule D26). Answers a Unit or None; `near` is the officer's."""

    near: Unit | None = None

    def __init__(self, **kwargs: Any) -> None:
        attrs = PLACE | {"hx-vals": '{"chi-hien-nay": "1"}'}
        super().__init__(max_length=200, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.path if isinstance(value, Unit) else value

    def clean(self, value: Any) -> Unit | None:
        text = super().clean(value)
        if not text:
            return None
        meant = current_unit(text, near=self.near)
        if meant.unit is None:
            raise ValidationError(meant.sentence, code="place")
        return meant.unit


class AnywhereField(UnitField):
    """A commune of today where the words mean one, otherwise the words: a country, a camp, a school. Never None."""

    def clean(self, value: Any) -> Unit | str | None:  # type: ignore[override]
        text = TextField.clean(self, value)
        return current_unit(text, near=self.near).unit or text


class RowField(forms.ChoiceField):
    """One of the person's own residences. Answers its public id; the work reads the row again under lock."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = {"invalid_choice": "Nơi này vừa được xóa hoặc đổi; chọn lại.", "required": REQUIRED}
        super().__init__(widget=forms.RadioSelect, error_messages=wrong, **kwargs)

    def offer(self, rows: Iterable[Residence]) -> None:
        """The only one is chosen beforehand."""
        rows = list(rows)
        self.choices = [(str(row.public_id), words(row)) for row in rows]
        if len(rows) == 1:
            self.initial = str(rows[0].public_id)
        if not rows:
            self.error_messages["required"] = "Hồ sơ không có nơi nào để làm việc này."


def words(row: Residence) -> str:
    """ "Tạm trú: Số 5, Thôn 2, Xã Mẫu Sơn (từ 01/07/2025 đến hết 30/06/2027)"."""
    ends = (("từ", row.from_on), ("đến hết", row.to_on))
    dates = " ".join(f"{word} {day:%d/%m/%Y}" for word, day in ends if day)
    return f"{row}{f' ({dates})' if dates else ''}"
