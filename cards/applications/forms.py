"""The form that takes an application in: turns what was typed into an Entry."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Officer
from cards.applications.eligibility import Entry, Fault
from cards.applications.fees import exemptions_on
from cards.applications.guards import PART_FIELD
from cards.applications.handover import PrintedCard, can_return_old_card, expiry
from cards.applications.reasons import REASONS
from cards.applications.workflow import LONGEST_NOTE
from cards.components.parts import PARTS
from cards.models import Application, Channel, Component, Delivery, Kind, Receiver
from cards.models.application import ApplicationQuerySet
from registry.residents.fields import DayField, NameField, PersonalNumberField, TextField

NO_EXEMPTION = ("", "Không thuộc đối tượng miễn")
PAPERS = {PART_FIELD + part.code: part for part in PARTS.values() if not part.column}
"""The papers that are ticked on the form, by the name of their tick."""
RELATIONS = ("Cha", "Mẹ", "Ông", "Bà", "Anh", "Chị", "Người giám hộ")


def _reasons() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (kind.label, [(reason.code, reason.title) for reason in REASONS.values() if reason.kind == kind])
        for kind in Kind
    ]


class ApplicationForm(forms.Form):
    """One reason, which names the procedure too; then what was taken. Whether it may be is asked by intake.open()."""

    reason = forms.ChoiceField(
        label="Thủ tục và lý do",
        choices=_reasons,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Chọn thủ tục và lý do.",
            "invalid_choice": "Lý do này không có trong danh mục. Chọn lại.",
        },
    )
    channel = forms.ChoiceField(
        label="Hình thức nộp",
        choices=Channel.choices,
        initial=Channel.COUNTER,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn hình thức nộp.", "invalid_choice": "Chọn lại hình thức nộp."},
    )
    exemption = forms.ChoiceField(
        label="Miễn lệ phí",
        required=False,
        help_text="Xem giấy tờ chứng minh trước khi chọn.",
        error_messages={"invalid_choice": "Đối tượng này không có trong danh mục đang áp dụng. Chọn lại."},
    )
    delivery = forms.ChoiceField(
        label="Nơi nhận thẻ",
        choices=Delivery.choices,
        initial=Delivery.OFFICE,
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn nơi nhận thẻ.", "invalid_choice": "Chọn lại nơi nhận thẻ."},
    )
    delivery_address = TextField(
        label="Địa chỉ nhận qua bưu chính",
        required=False,
        max_length=250,
        error_messages={"max_length": "Địa chỉ dài quá 250 ký tự; ghi ngắn lại."},
    )
    representative_name = NameField(
        label="Người đại diện",
        required=False,
        max_length=100,
        help_text="Bắt buộc khi công dân dưới 14 tuổi.",
        error_messages={"max_length": "Họ tên dài quá 100 ký tự."},
    )
    representative_number = PersonalNumberField(label="Số định danh của người đại diện", required=False)
    representative_relation = TextField(
        label="Quan hệ với công dân",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"list": "quan-he-dai-dien"}),
        error_messages={"max_length": "Quan hệ dài quá 30 ký tự; ghi ngắn lại."},
    )
    biometrics_taken = forms.BooleanField(label="Đã thu nhận ảnh khuôn mặt, vân tay, mống mắt", required=False)
    cc01_signed = forms.BooleanField(label="Công dân đã kiểm tra và ký phiếu CC01", required=False)
    old_card_taken = forms.BooleanField(label="Đã thu thẻ cũ", required=False)
    note = TextField(
        label="Ghi chú",
        required=False,
        max_length=300,
        error_messages={"max_length": "Ghi chú dài quá 300 ký tự; ghi ngắn lại."},
    )

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(row.code, row.name) for row in exemptions_on(on).order_by("pk")]
        self.declared("exemption").choices = [NO_EXEMPTION, *groups]

    def declared(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def entry(self) -> Entry:
        """What was entered, as values. Only after is_valid()."""
        values = dict(self.cleaned_data)
        parts = tuple(part.code for name, part in PAPERS.items() if values.pop(name))
        return Entry(reason=REASONS[values.pop("reason")], parts=parts, **values)

    def show(self, faults: tuple[Fault, ...]) -> None:
        """Put a refusal's sentences beside their fields."""
        for fault in faults:
            self.add_error(fault.field if fault.field in self.fields else None, fault.sentence)


for _name, _part in PAPERS.items():
    # Kept as it is while the ticks are drawn anew for another reason: a click during the request must not be lost.
    ApplicationForm.base_fields[_name] = forms.BooleanField(
        label=_part.title, help_text=_part.hint, required=False,
        widget=forms.CheckboxInput(attrs={"hx-preserve": "true"}),
    )  # fmt: skip


def with_seen_papers() -> ApplicationQuerySet:
    """Files with the codes of the papers that were ticked, in the same query."""
    seen = Component.objects.filter(application=OuterRef("pk"), is_there=True)
    return Application.objects.annotate(seen_papers=ArraySubquery(seen.order_by("pk").values("code")))


def initial_of(application: Application) -> dict[str, Any]:
    """What was entered into a file so far, by the fields of the form. `application` comes from with_seen_papers()."""
    entered = {name: getattr(application, name) for name in ApplicationForm.base_fields if name not in PAPERS}
    return entered | {PART_FIELD + code: True for code in getattr(application, "seen_papers", [])}


class MoveForm(forms.Form):
    """The note that goes with a move."""

    note = TextField(
        required=False,
        max_length=LONGEST_NOTE,
        error_messages={"max_length": "Lý do dài quá 300 ký tự; ghi ngắn lại."},
    )

    def values(self) -> dict[str, Any]:
        """What workflow.move() takes. Only after is_valid()."""
        return {"note": self.cleaned_data["note"]}

    def show(self, faults: tuple[Fault, ...]) -> None:
        """The sentence of the refusal says it all: there is one field."""


class AssignForm(forms.Form):
    """The colleague who takes a file on."""

    to = forms.ModelChoiceField(
        queryset=Officer.objects.none(),
        to_field_name="public_id",
        label="Giao cho",
        empty_label="Chọn đồng chí",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": "Chọn đồng chí nhận hồ sơ.", "invalid_choice": "Chọn lại đồng chí nhận hồ sơ."},
    )

    def __init__(self, *args: Any, among: QuerySet[Officer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = among

    def values(self) -> dict[str, Any]:
        return {"to": self.cleaned_data["to"]}

    def show(self, faults: tuple[Fault, ...]) -> None:
        for fault in faults:
            self.add_error("to", fault.sentence)


class HandOverForm(forms.Form):
    """What is printed on the card that is handed over. The end that the law gives is proposed."""

    issued_on = DayField(
        label="Ngày cấp in trên thẻ", future=False, error_messages={"required": "Ghi ngày cấp in trên thẻ."}
    )
    expires_on = DayField(label="Ngày hết hạn in trên thẻ", required=False)
    no_expiry = forms.BooleanField(label="Thẻ in “Không thời hạn”", required=False)
    as_printed = forms.BooleanField(label="Thẻ in đúng như đã nhập", required=False)
    receiver = forms.ChoiceField(
        label="Ai nhận thẻ", choices=Receiver.choices, required=False,
        error_messages={"invalid_choice": "Chọn lại người nhận thẻ."},
    )  # fmt: skip
    receiver_name = NameField(
        label="Họ tên người nhận thay", required=False, max_length=100,
        error_messages={"max_length": "Họ tên dài quá 100 ký tự."},
    )  # fmt: skip
    receiver_number = PersonalNumberField(label="Số định danh người nhận thay", required=False)
    old_card_returned = forms.BooleanField(label="Đã thu thẻ cũ", required=False)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        born = application.resident.known_birth
        initial = _receiver(application)
        if born is not None:
            ends = expiry(born, timezone.localdate())
            initial |= {"expires_on": ends, "no_expiry": ends is None}
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        if not can_return_old_card(application):
            del self.fields["old_card_returned"]

    def clean(self) -> dict[str, Any]:
        """Either a day or "không thời hạn"."""
        found = super().clean() or {}
        if "expires_on" in found and bool(found["expires_on"]) == found["no_expiry"]:
            self.add_error("expires_on", "Ghi ngày hết hạn, hoặc chỉ đánh dấu “Không thời hạn”, đúng như thẻ in.")
        return found

    def values(self) -> dict[str, Any]:
        """What workflow.move() takes. Only after is_valid()."""
        found = dict(self.cleaned_data)
        del found["no_expiry"]
        found["receiver"] = found["receiver"] or Receiver.SELF
        return {"card": PrintedCard(**found)}

    def show(self, faults: tuple[Fault, ...]) -> None:
        for fault in faults:
            self.add_error(fault.field if fault.field in self.fields else None, fault.sentence)


def _receiver(application: Application) -> dict[str, Any]:
    """Who will take the card, as the file says: the post, the representative, or the citizen."""
    if application.delivery == Delivery.POST:
        return {"receiver": Receiver.POST}
    if application.representative_name:
        return {
            "receiver": Receiver.REPRESENTATIVE,
            "receiver_name": application.representative_name,
            "receiver_number": application.representative_number,
        }
    return {"receiver": Receiver.SELF}
