"""What each work on a family tie asks."""

from typing import Any, cast

from django import forms
from django.utils import timezone

from registry import codes
from registry.changes.forms import ChangeForm
from registry.changes.people_field import PersonField
from registry.models import Relation, RelationKind, Resident
from registry.residents.fields import CHOOSE, CmndField, NameField, PersonalNumberField
from registry.residents.proposals import proposals

ADOPTABLE = (RelationKind.FATHER, RelationKind.MOTHER, RelationKind.CHILD)
EARLIEST_BIRTH = 1880
END_REASONS = [
    ("Ly hôn", "Ly hôn"),
    ("Người thân đã chết", "Người thân đã chết"),
    ("Chấm dứt việc nuôi con nuôi", "Chấm dứt việc nuôi con nuôi"),
    ("Chấm dứt đại diện, giám hộ", "Chấm dứt đại diện, giám hộ"),
    ("Xác định lại cha, mẹ, con", "Xác định lại cha, mẹ, con"),
    ("Ghi, liên kết nhầm người", "Ghi, liên kết nhầm người"),
]


def source_field() -> forms.ChoiceField:
    return forms.ChoiceField(label="Nguồn", choices=codes.choices(codes.SOURCES), initial="GIAY_TO", required=False)


class LineForm(ChangeForm):
    """About one line of the family as it stands. `lines` says which may be chosen."""

    line = forms.ChoiceField(label="Người thân đang ghi")

    def prepare(self) -> None:
        self.rows = {str(row.public_id): row for row in self.lines()}
        field = cast(forms.ChoiceField, self.fields["line"])
        field.choices = [("", CHOOSE), *((key, _called(row)) for key, row in self.rows.items())]
        if len(self.rows) == 1:
            field.initial = next(iter(self.rows))

    def lines(self) -> list[Relation]:
        person = cast(Resident, self.subject)
        return list(person.relations.filter(is_current=True).select_related("person").order_by("kind", "pk"))

    def clean_line(self) -> Relation:
        return self.rows[self.cleaned_data["line"]]

    @property
    def line_meant(self) -> Relation | None:
        """The line that was typed, or that a link brought along, or the only one."""
        given = (self.data.get("line") if self.is_bound else None) or self.initial.get("line")
        return self.rows.get(str(given or self.fields["line"].initial or ""))


class AddRelationForm(ChangeForm):
    SECTIONS = [
        ("Quan hệ", [("relation_kind", 4), ("is_adoptive", 4), ("source", 4), ("person", 12)]),
        (
            "Nếu không có hồ sơ trong địa bàn",
            [("name", 6), ("birth_year", 3), ("nationality", 3), ("number", 6), ("cmnd", 6)],
        ),
    ]

    relation_kind = forms.ChoiceField(label="Là gì của công dân", choices=[("", CHOOSE), *RelationKind.choices])
    is_adoptive = forms.BooleanField(label="Cha, mẹ, con nuôi", required=False)
    source = source_field()
    person = PersonField(label="Người thân có hồ sơ trong địa bàn", required=False)
    name = NameField(label="Họ, chữ đệm và tên", required=False, max_length=100)
    birth_year = forms.IntegerField(
        label="Năm sinh", required=False, min_value=EARLIEST_BIRTH,
        error_messages={"invalid": "Chỉ ghi năm, ví dụ 1960.", "min_value": "Năm sinh không hợp lý."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "is-number"}),
    )  # fmt: skip
    nationality = forms.ChoiceField(label="Quốc tịch", required=False, choices=codes.country_choices(blank=CHOOSE))
    number = PersonalNumberField(label="Số định danh", required=False)
    cmnd = CmndField(label="Số CMND 9 số", required=False)

    def clean_source(self) -> str:
        return self.cleaned_data.get("source") or "GIAY_TO"

    def clean_birth_year(self) -> int | None:
        year = self.cleaned_data.get("birth_year")
        if year and year > timezone.localdate().year:
            raise forms.ValidationError("Năm sinh ở tương lai; kiểm tra lại.")
        return year

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("person") and values.get("name"):
            self.add_error("name", "Đã chọn người trong địa bàn thì để trống ô này.")
        if not values.get("person") and not values.get("name") and not {"person", "name"} & set(self.errors):
            self.add_error("person", "Chọn người trong địa bàn, hoặc ghi họ tên ở dưới.")
        if values.get("is_adoptive") and values.get("relation_kind") not in ADOPTABLE:
            self.add_error("is_adoptive", "Chỉ đánh dấu với cha, mẹ, con.")
        return values


class LinkForm(LineForm):
    """People who may be the one named are offered under the field."""

    SECTIONS = [("Liên kết", [("line", 6), ("person", 12)])]
    effective_on = None  # type: ignore[assignment]  # the tie itself does not change

    person = PersonField(label="Là hồ sơ nào trong địa bàn")

    def prepare(self) -> None:
        super().prepare()
        field = cast(PersonField, self.fields["person"])
        if (line := self.line_meant) is not None:
            field.found = proposals([line], self.officer).get(line.pk, [])

    def lines(self) -> list[Relation]:
        return [row for row in super().lines() if row.person_id is None]


class EndRelationForm(LineForm):
    SECTIONS = [("Quan hệ", [("line", 6), ("reason", 6)])]

    reason = forms.ChoiceField(label="Lý do", choices=[("", CHOOSE), *END_REASONS])


def _called(row: Relation) -> str:
    marks = [mark for mark, holds in (("nuôi", row.is_adoptive), ("đã liên kết", row.person_id)) if holds]
    return f"{row.get_kind_display()}: {row.name}" + (f" ({', '.join(marks)})" if marks else "")
