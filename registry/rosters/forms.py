"""What is asked when a list comes, when its columns are confirmed, and when it is taken back."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone

from accounts.models import Officer
from registry import codes
from registry.models import RosterSource
from registry.residents.fields import DayField, TextField, speak_vietnamese
from registry.rosters.fields import DC01, FIELDS, Kind
from registry.rosters.intake import LARGEST_BYTES, TOO_LARGE

ENDINGS: Final = (".xlsx", ".xls", ".ods", ".csv")
SENT_ON: Final = (*ENDINGS, ".txt", ".tsv", ".htm", ".html", ".xlsm", ".xlsb")
"""What the browser sends without a word: the reader goes by what a file is, and says why one is refused."""
SOURCES_OFFERED: Final = 30
NO_NAME: Final = "Chưa cột nào là họ tên; chọn cột có họ và tên (hoặc cột họ đệm và cột tên)."
NO_BIRTH: Final = "Chưa cột nào là ngày, năm sinh; chọn cột có ngày hoặc năm sinh."
NAME_FIELDS: Final = frozenset({"full_name", "given_name"})
BIRTH_FIELDS: Final = frozenset({"birth_date", "birth_year", "birth_male", "birth_female"})
LEFT_OUT: Final = ""


class UploadForm(forms.Form):
    """One file and where it comes from. One query, for the names of earlier sources."""

    file = forms.FileField(
        label="Tệp danh sách",
        max_length=200,
        help_text="Excel (.xlsx, .xls), OpenDocument (.ods) hoặc CSV; nhiều nhất 50 MB, 120.000 dòng.",
        error_messages={
            "required": "Chọn tệp danh sách.",
            "empty": "Tệp trống.",
            "invalid": "Chọn tệp .xlsx, .xls, .ods hoặc .csv.",
            "max_length": "Tên tệp dài quá 200 ký tự.",
        },
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS), "data-most-bytes": LARGEST_BYTES}),
    )
    source_name = TextField(
        label="Danh sách lấy từ đâu",
        required=False,
        max_length=100,
        help_text="Ví dụ: Sổ hộ khẩu Thôn 2. Lần sau cùng nguồn, các cột được nhận như đồng chí đã chọn.",
        widget=forms.TextInput(attrs={"list": "nguon-da-dung", "autocomplete": "off"}),
    )
    source_code = forms.ChoiceField(label="Nguồn thông tin", choices=codes.choices(codes.SOURCES), initial="TANG_THU")
    source_on = DayField(
        label="Ngày của nguồn",
        future=False,
        help_text="Ngày lập sổ hoặc ngày xuất danh sách.",
    )

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"source_on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        rows = RosterSource.objects.in_scope(officer).filter(commune=officer.unit)
        self.known_sources = list(rows.values_list("name", flat=True)[:SOURCES_OFFERED])
        speak_vietnamese(self.fields.values())

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


def token_in(sent: Mapping[str, Any]) -> uuid.UUID:
    """The token of the sending; a new one for what is none."""
    try:
        return uuid.UUID(str(sent.get("submit_token", "")))
    except ValueError:
        return uuid.uuid4()


class ReasonForm(forms.Form):
    reason = TextField(label="Lý do hoàn tác", max_length=300, error_messages={"required": "Ghi lý do hoàn tác."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_vietnamese(self.fields.values())


# --- columns ---------------------------------------------------------------------------------------------------------


class ColumnsForm(forms.Form):
    """One choice a column (`cot_3`): the field it is, or nothing. What two columns are is said beside both."""

    def __init__(self, *args: Any, headings: Sequence[str], columns: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at, heading in enumerate(headings):
            self.fields[f"cot_{at}"] = forms.ChoiceField(
                label=heading or f"Cột {letter_of(at)}",
                choices=offered(),
                required=False,
                initial=columns.get(str(at), LEFT_OUT),
            )
        speak_vietnamese(self.fields.values())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        used: dict[str, list[str]] = {}
        for name, field in values.items():
            if field:
                used.setdefault(field, []).append(name)
        for field, names in used.items():
            if len(names) > 1 and FIELDS[field].kind != Kind.IGNORED:
                self._say_twice(field, names)
        if not self.errors:
            self._refuse_unfit(set(used))
        return values

    def _say_twice(self, field: str, names: list[str]) -> None:
        columns = ", ".join(letter_of(int(name.removeprefix("cot_"))) for name in names)
        for name in names:
            self.add_error(name, f"“{FIELDS[field].label}” được chọn cho cả các cột {columns}; chỉ để một cột.")

    def _refuse_unfit(self, used: set[str]) -> None:
        if not used & NAME_FIELDS:
            self.add_error(None, NO_NAME)
        if not used & BIRTH_FIELDS:
            self.add_error(None, NO_BIRTH)

    def chosen(self) -> dict[int, str]:
        return {int(name.removeprefix("cot_")): field for name, field in self.cleaned_data.items() if field}


def offered() -> list[Any]:
    """The fields as a select shows them: DC01 by its parts, then what lists have besides."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in DC01:
        groups.setdefault(one.group, []).append((one.name, one.label))
    groups["Cột tách, gộp"] = [(one.name, one.label) for one in FIELDS.values() if not one.group]
    return [(LEFT_OUT, "– không nhập –"), *groups.items()]


def letter_of(at: int) -> str:
    """ "A" for 0, "AB" for 27: as Excel shows it."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
