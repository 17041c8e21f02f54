"""What every change asks: when it was received, on which paper it rests, since when it holds."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.models import Officer
from registry.changes.kinds import Subject
from registry.changes.people_field import PersonField
from registry.residents.fields import DayField, TextField, speak_vietnamese


class ChangeForm(forms.Form):
    """Base of the forms of changes. Knows who asks and whom it is about; writes nothing.

    `SECTIONS` lays the page out: (title, [(field name, span of twelve columns)]). Fields that no section names follow
    in a last one; `PAPER` is the section of the paper, always the last. A form drops what it does not need with
    `field = None`.
    """

    error_css_class = "has-error"
    SECTIONS: ClassVar[list[tuple[str, list[tuple[str, int]]]]] = []
    PAPER: ClassVar[list[tuple[str, int]]] = [
        ("received_on", 3), ("effective_on", 3), ("paper_kind", 6), ("paper_number", 3), ("paper_on", 3),
        ("paper_by", 6), ("basis", 12),
    ]  # fmt: skip
    PAPER_TITLE: ClassVar[str] = "Giấy tờ, căn cứ"

    received_on = DayField(label="Ngày nhận", future=False)
    effective_on = DayField(label="Có hiệu lực từ", required=False)
    paper_kind = TextField(label="Giấy tờ", required=False, max_length=100)
    paper_number = TextField(label="Số", required=False, max_length=50)
    paper_on = DayField(label="Ngày cấp", required=False, future=False)
    paper_by = TextField(label="Nơi cấp", required=False, max_length=150)
    basis = TextField(label="Căn cứ, ghi chú", required=False, max_length=300)

    def __init__(self, *args: Any, officer: Officer, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer, self.subject = officer, subject
        self.prepare()
        if "received_on" in self.fields:
            self.fields["received_on"].initial = timezone.localdate
        speak_vietnamese(self.fields.values())
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.officer = officer

    def prepare(self) -> None:
        """Fields that depend on the subject (one for each member of a household …) are made here."""

    def sections(self) -> Iterator[tuple[str, list[tuple[forms.BoundField, int]]]]:
        named = {name for _, fields in [*self.SECTIONS, ("", self.PAPER)] for name, _ in fields}
        rest = [(name, 6) for name, field in self.fields.items() if name not in named and not self[name].is_hidden]
        for title, fields in [*self.SECTIONS, ("", rest), (self.PAPER_TITLE, self.PAPER)]:
            shown = [(self[name], span) for name, span in fields if name in self.fields]
            if shown:
                yield title, shown
