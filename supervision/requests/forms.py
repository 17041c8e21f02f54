"""What is typed about a request: of which figure and commune, by when, the answers, the end."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Officer
from accounts.roles import Role
from registry.residents.fields import CHOOSE, DayField, TextField, speak_vietnamese
from registry.residents.forms import place
from supervision.figures import Figure
from supervision.requests.work import RequestRefused
from supervision.targets.choices import grouped
from supervision.targets.hundredths import NumberRefused, read
from supervision.targets.work import settable_units

LONGEST_TEXT, LONGEST_NOTE = 1000, 500
DAY = {"invalid": "Ghi ngày theo kiểu 01/12/2026.", "required": "Ghi hạn."}


def written(label: str, required: str, *, longest: int = LONGEST_TEXT, rows: int = 4) -> TextField:
    return TextField(
        label=label,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required},
    )


def day(label: str, **more: Any) -> DayField:
    field = DayField(label=label, error_messages=DAY, **more)
    field.widget.attrs["class"] = "w-date"
    return field


class Shown(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_vietnamese(self.fields.values())

    def show(self, refused: RequestRefused) -> None:
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class AboutForm(Shown):
    """The figure and the commune, by GET: `?chi-so=ty-le-sach&xa=06001`. What may be is asked by the view."""

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chi-so"] = forms.ChoiceField(
            label="Chỉ số", choices=grouped(), error_messages={"required": "Chọn chỉ số."}
        )
        if officer.role == Role.MINISTRY_SUPERVISOR:
            self.fields["xa"] = place("Xã, phường", today=True, help_text="Tên kèm tỉnh, hoặc mã 5 chữ số.")
            self.fields["xa"].required = True
        else:
            communes = [(one.code, one.name) for one in settable_units(officer) if one.pk != officer.unit_id]
            self.fields["xa"] = forms.ChoiceField(label="Xã, phường", choices=[("", CHOOSE), *communes])
        self.fields["xa"].error_messages["required"] = "Chọn xã, phường."


class AskForm(Shown):
    text = written("Yêu cầu", "Ghi việc xã phải làm.")
    goal = TextField(
        label="Cần đạt",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "is-number w-date", "autocomplete": "off"}),
    )
    due_on = day("Hạn", help_text="Một ngày làm việc sau hôm nay.")

    def __init__(self, *args: Any, figure: Figure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.figure = figure
        self.fields["goal"].label = f"Cần đạt ({figure.unit})" if figure.unit else "Cần đạt"

    def clean_goal(self) -> int | None:
        text = self.cleaned_data["goal"]
        if not text:
            return None
        try:
            return read(self.figure, text)
        except NumberRefused as refused:
            raise ValidationError(str(refused), code="number") from refused


class AnswerForm(Shown):
    """The chief's answer."""

    text = written("Trả lời", "Ghi kết quả, hoặc khó khăn và cách làm.")
    new_due_on = day("Xin lùi hạn đến", required=False, help_text="Bỏ trống nếu giữ hạn.")


class SayForm(Shown):
    """The supervisor's word; `seen` is how many answers the page showed."""

    text = written("Ghi thêm", "Ghi ý kiến.", rows=3)
    new_due_on = day("Hạn mới", required=False, help_text="Bỏ trống nếu giữ hạn.")
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class EndForm(Shown):
    """Stands on one page with SayForm: its fields have names of their own there."""

    state = forms.ChoiceField(
        label="Kết luận",
        choices=[("done", "Đã xong"), ("withdrawn", "Rút việc")],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn “Đã xong” hoặc “Rút việc”."},
    )
    note = written("Lý do, nhận xét", "Ghi lý do, nhận xét.", longest=LONGEST_NOTE, rows=2)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "ket-thuc-%s"} | kwargs)
