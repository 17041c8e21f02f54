"""What the chief types about a hamlet."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Officer, Unit
from registry.cleanup.handing import workers_of
from registry.hamlets.names import open_hamlets
from registry.models import Hamlet
from registry.residents.fields import DayField, TextField

NAME_LENGTH = 100
NO_NAME = "Ghi tên thôn, tổ dân phố."
NONE = "– chọn –"


class NewHamletForm(forms.Form):
    name = TextField(label="Tên thôn, tổ dân phố", max_length=NAME_LENGTH, error_messages={"required": NO_NAME})
    since = DayField(label="Từ ngày", required=False, future=False)


class RenameForm(forms.Form):
    name = TextField(label="Tên mới", max_length=NAME_LENGTH, error_messages={"required": NO_NAME})
    basis = TextField(
        label="Căn cứ",
        max_length=300,
        help_text="Nghị quyết, quyết định đổi tên; hoặc “viết cho đúng”",
        error_messages={"required": "Ghi căn cứ."},
    )


class OfficerForm(forms.Form):
    """Who looks after a hamlet; nobody is an answer too."""

    officer = forms.ModelChoiceField(
        label="Cán bộ phụ trách",
        queryset=Officer.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="– chưa phân công –",
        help_text="Việc làm sạch của người trong thôn, tổ chuyển cho đồng chí này",
        error_messages={"invalid_choice": "Chọn một đồng chí đang công tác tại xã."},
    )

    def __init__(self, *args: Any, hamlet: Hamlet, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"officer": hamlet.officer and hamlet.officer.public_id})
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = workers_of(hamlet.commune)  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """`into` is a hamlet of the same commune; without it only an empty one is closed."""

    on = DayField(label="Đến hết ngày", future=False, error_messages={"required": "Ghi ngày."})
    into = forms.ModelChoiceField(
        label="Nhập vào",
        queryset=Hamlet.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="– không còn ai ở –",
        error_messages={"invalid_choice": "Chọn một thôn, tổ đang có của xã."},
    )
    basis = TextField(label="Căn cứ", max_length=300, error_messages={"required": "Ghi căn cứ."})

    def __init__(self, *args: Any, hamlet: Hamlet, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": f"{timezone.localdate():%d/%m/%Y}"})
        kwargs.setdefault("auto_id", "dong_%s")  # the page has the form of renaming as well
        super().__init__(*args, **kwargs)
        others = open_hamlets(hamlet.commune).exclude(pk=hamlet.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class CallForm(forms.Form):
    """What records write and what it is called: a hamlet of the list, or a new one."""

    key = forms.CharField(max_length=100, widget=forms.HiddenInput)
    name = TextField(label="Thêm vào danh sách với tên", required=False, max_length=NAME_LENGTH)
    hamlet = forms.ModelChoiceField(
        label="là",
        queryset=Hamlet.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=NONE,
        error_messages={"invalid_choice": "Chọn một thôn, tổ đang có của xã."},
    )

    def __init__(self, *args: Any, commune: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hamlet"].queryset = open_hamlets(commune)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and bool(values.get("name")) == bool(values.get("hamlet")):
            raise forms.ValidationError("Ghi tên để thêm vào danh sách, hoặc chọn thôn, tổ đang có.")
        return values
