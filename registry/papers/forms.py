"""What is asked of a card or paper. What the law fixes (issuer, end) may be left empty: it is then proposed."""

from typing import Any, cast

from django import forms

from registry import codes
from registry.changes.forms import ChangeForm
from registry.cleanup.facts import CARD_KINDS
from registry.cleanup.right import CARD_PERIODS, DAY
from registry.models import DocumentState, IdentityDocument, Resident
from registry.residents.fields import CHOOSE, DayField, TextField
from registry.values import cmnd, personal_number

TWELVE_DIGITS = (*CARD_KINDS, "CMND12", "GCN_CAN_CUOC", "VNEID")


class PaperForm(ChangeForm):
    """One card or paper. The paper itself is the basis: the section of the paper asks only what it rests on."""

    SECTIONS = [
        ("Thẻ, giấy tờ", [("kind", 6), ("number", 6), ("issued_on", 3), ("issued_by", 6), ("expires_on", 3)]),
        ("Tình trạng", [("no_expiry", 4), ("state", 4), ("source", 4)]),
    ]
    PAPER = [("received_on", 3), ("basis", 9)]
    PAPER_TITLE = "Căn cứ"
    effective_on = paper_kind = paper_number = paper_on = paper_by = None  # type: ignore[assignment]

    kind = forms.ChoiceField(label="Loại", choices=codes.choices(codes.DOCUMENT_KINDS, blank=CHOOSE))
    number = forms.CharField(
        label="Số", required=False, max_length=20, help_text="Thẻ căn cước, CCCD: để trống thì lấy số định danh",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "is-number"}),
    )  # fmt: skip
    issued_on = DayField(label="Ngày cấp", future=False)
    issued_by = TextField(
        label="Nơi cấp", required=False, max_length=120, help_text="Thẻ căn cước, CCCD: để trống thì theo ngày cấp"
    )
    expires_on = DayField(label="Có giá trị đến", required=False, help_text="Thẻ: để trống thì theo Điều 21")
    no_expiry = forms.BooleanField(label="Không thời hạn", required=False)
    state = forms.ChoiceField(label="Tình trạng", choices=DocumentState.choices, initial=DocumentState.IN_USE)
    source = forms.ChoiceField(label="Nguồn", choices=codes.choices(codes.SOURCES), initial="GIAY_TO", required=False)

    def clean_source(self) -> str:
        return self.cleaned_data.get("source") or "GIAY_TO"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if kind := values.get("kind"):
            self._read_number(kind, values)
            self._check_period(kind, values)
        issued, expires = values.get("issued_on"), values.get("expires_on")
        if issued and expires and expires <= issued:
            self.add_error("expires_on", "Ngày hết hạn phải sau ngày cấp.")
        if expires and values.get("no_expiry"):
            self.add_error("no_expiry", "Đã ghi ngày hết hạn thì bỏ đánh dấu ô này.")
        return values

    def _read_number(self, kind: str, values: dict[str, Any]) -> None:
        text = (values.get("number") or "").strip()
        try:
            if text and kind in TWELVE_DIGITS:
                values["number"] = personal_number.parse(text)
            elif text and kind == "CMND9":
                values["number"] = cmnd.parse(text)
            elif not text and kind not in (*CARD_KINDS, "VNEID"):
                self.add_error("number", "Ghi số của giấy tờ này.")
        except ValueError as refused:
            self.add_error("number", str(refused))

    def _check_period(self, kind: str, values: dict[str, Any]) -> None:
        """Rule D23 at the door."""
        issued = values.get("issued_on")
        if issued is None or kind not in CARD_PERIODS:
            return
        first, last = CARD_PERIODS[kind]
        if (first and issued < first) or (last and issued > last):
            self.add_error("issued_on", f"{codes.DOCUMENT_KINDS.name(kind)} không thể cấp ngày {issued:{DAY}}.")


class PaperStateForm(ChangeForm):
    SECTIONS = [("Tình trạng", [("line", 6), ("state", 6)])]
    PAPER_TITLE = "Căn cứ"

    line = forms.ChoiceField(label="Thẻ, giấy tờ")
    state = forms.ChoiceField(label="Tình trạng mới", choices=[("", CHOOSE), *DocumentState.choices])
    basis = TextField(label="Lý do, căn cứ", max_length=300)

    def prepare(self) -> None:
        person = cast(Resident, self.subject)
        self.rows = {str(row.public_id): row for row in person.documents.all()}
        field = cast(forms.ChoiceField, self.fields["line"])
        field.choices = [("", CHOOSE), *((key, f"{row}, {row.get_state_display()}") for key, row in self.rows.items())]
        if len(self.rows) == 1:
            field.initial = next(iter(self.rows))

    def clean_line(self) -> IdentityDocument:
        return self.rows[self.cleaned_data["line"]]
