"""What every event asks: the paper of civil status it rests on, with number, day and issuer (Luật Hộ tịch 2014)."""

from typing import Any, ClassVar

from django import forms

from registry import codes
from registry.changes.forms import ChangeForm
from registry.changes.people_field import PersonField
from registry.models import Relation, Resident
from registry.residents.fields import CHOOSE, DayField, NameField, TextField


class EventForm(ChangeForm):
    """`BY_PEOPLES_COMMITTEE` fills in the issuer: most papers are the commune's own."""

    PAPER_KIND: ClassVar[str] = ""
    BY_PEOPLES_COMMITTEE: ClassVar[bool] = True
    PAPER_TITLE: ClassVar[str] = "Giấy tờ hộ tịch"
    PAPER: ClassVar[list[tuple[str, int]]] = [
        ("paper_kind", 6), ("paper_number", 3), ("paper_on", 3), ("paper_by", 6), ("received_on", 3), ("basis", 12),
    ]  # fmt: skip

    paper_kind = TextField(label="Giấy tờ", max_length=100)
    paper_number = TextField(label="Số", max_length=50)
    paper_on = DayField(label="Ngày cấp", future=False)
    paper_by = TextField(label="Nơi cấp", max_length=150)

    def prepare(self) -> None:
        self.fields["paper_kind"].initial = self.PAPER_KIND
        if self.BY_PEOPLES_COMMITTEE:
            name = self.subject.commune.name
            self.fields["paper_by"].initial = f"UBND {name[:1].lower()}{name[1:]}"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        happened, paper_on = values.get("effective_on"), values.get("paper_on")
        if happened and paper_on and paper_on < happened:
            self.add_error("paper_on", "Giấy tờ cấp trước ngày xảy ra sự kiện; kiểm tra lại hai ngày.")
        return values


class OtherPersonForm(EventForm):
    """An event with somebody else in it: of the register (`person`), or by name only (`name`)."""

    OTHER: ClassVar[str] = "người kia"
    OTHER_REQUIRED: ClassVar[bool] = True

    person = PersonField(label="Người trong địa bàn", required=False)
    name = NameField(label="Hoặc họ tên (người nơi khác)", required=False, max_length=100)
    birth_year = forms.IntegerField(
        label="Năm sinh", required=False, min_value=1850, max_value=2100,
        error_messages={"invalid": "Năm sinh gồm 4 chữ số.", "min_value": "Năm này không hợp lý.",
                        "max_value": "Năm này không hợp lý."},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        person, name = values.get("person"), values.get("name")
        if person and name:
            self.add_error("name", "Đã chọn người trong địa bàn thì bỏ trống ô này.")
        if person and person.pk == self.subject.pk:
            self.add_error("person", "Đây chính là người đang làm thủ tục; chọn người khác.")
        if self.OTHER_REQUIRED and not (person or name) and not {"person", "name"} & set(self.errors):
            self.add_error("person", f"Chọn {self.OTHER} trong địa bàn, hoặc ghi họ tên ở ô bên.")
        return values


class DeathForm(EventForm):
    PAPER_KIND = "Trích lục khai tử"
    SECTIONS = [("Khai tử", [("effective_on", 3), ("card", 9)])]
    effective_on = DayField(label="Chết ngày", future=False)
    card = forms.ChoiceField(
        label="Thẻ căn cước, giấy tờ của người chết",
        required=False,
        choices=[("", "Còn ở gia đình"), ("thu", "Gia đình nộp lại"), ("mat", "Đã mất")],
    )


class AliveForm(ChangeForm):
    SECTIONS = [("Đính chính", [("basis", 12)])]
    PAPER = [("received_on", 3), ("paper_kind", 9), ("paper_number", 3), ("paper_on", 3), ("paper_by", 6)]
    effective_on = None  # type: ignore[assignment]
    basis = TextField(label="Vì sao ghi nhầm, ai xác nhận còn sống", max_length=300)


class ReportedDeathForm(ChangeForm):
    SECTIONS = [("Tin báo", [("effective_on", 3), ("basis", 9)])]
    PAPER = [("received_on", 3)]
    PAPER_TITLE = "Ghi nhận"
    paper_kind = paper_number = paper_on = paper_by = None  # type: ignore[assignment]
    effective_on = DayField(label="Báo ngày", future=False)
    basis = TextField(label="Ai báo (hộ, thôn), nội dung", max_length=300)


class MissingForm(EventForm):
    PAPER_KIND = "Quyết định tuyên bố mất tích"
    BY_PEOPLES_COMMITTEE = False
    SECTIONS = [("Mất tích", [("effective_on", 4)])]
    effective_on = DayField(label="Mất tích từ ngày (theo quyết định)", future=False)


class MarriageForm(OtherPersonForm):
    PAPER_KIND = "Giấy chứng nhận kết hôn"
    OTHER = "vợ hoặc chồng"
    SECTIONS = [("Kết hôn", [("effective_on", 3), ("person", 9), ("name", 6), ("birth_year", 3), ("nationality", 3)])]
    effective_on = DayField(label="Đăng ký kết hôn ngày", future=False)
    nationality = forms.ChoiceField(
        label="Quốc tịch (người nơi khác)", required=False, choices=codes.country_choices(blank=CHOOSE)
    )


class TieField(forms.ChoiceField):
    """One of the person's current relatives of some kinds. Answers the public id of the line."""

    def offer(self, person: Resident, *kinds: str) -> None:
        rows = Relation.objects.filter(resident=person, is_current=True, kind__in=kinds).order_by("kind", "pk")
        self.choices = [(str(row.public_id), str(row)) for row in rows]
        if self.choices:
            self.initial = self.choices[0][0]


class DivorceForm(EventForm):
    PAPER_KIND = "Quyết định công nhận thuận tình ly hôn"
    BY_PEOPLES_COMMITTEE = False
    SECTIONS = [("Ly hôn", [("tie", 6), ("effective_on", 4)])]
    tie = TieField(label="Với", required=False, widget=forms.RadioSelect)
    effective_on = DayField(label="Có hiệu lực từ", future=False)

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["tie"]
        field.offer(self.subject, "spouse")
        field.required = bool(field.choices)
        if not field.choices:
            del self.fields["tie"]

    def clean(self) -> dict[str, Any]:
        values = ChangeForm.clean(self) or {}
        happened, paper_on = values.get("effective_on"), values.get("paper_on")
        if happened and paper_on and happened < paper_on:
            self.add_error("effective_on", "Bản án, quyết định có hiệu lực không sớm hơn ngày ra bản án, quyết định.")
        return values


class GuardianForm(OtherPersonForm):
    PAPER_KIND = "Trích lục đăng ký giám hộ"
    OTHER = "người giám hộ"
    SECTIONS = [("Người giám hộ", [("effective_on", 3), ("person", 9), ("name", 9), ("birth_year", 3)])]
    effective_on = DayField(label="Giám hộ từ ngày", future=False)


class GuardianEndForm(EventForm):
    PAPER_KIND = "Trích lục chấm dứt giám hộ"
    SECTIONS = [("Chấm dứt giám hộ", [("tie", 6), ("effective_on", 3), ("reason", 12)])]
    tie = TieField(
        label="Quan hệ", widget=forms.RadioSelect,
        error_messages={"required": "Hồ sơ không ghi quan hệ giám hộ nào, hoặc chưa chọn."},
    )  # fmt: skip
    effective_on = DayField(label="Chấm dứt từ ngày", future=False)
    reason = TextField(label="Lý do (Bộ luật Dân sự Điều 62)", max_length=200)

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["tie"]
        field.offer(self.subject, "guardian", "ward")


class AdoptionForm(OtherPersonForm):
    PAPER_KIND = "Giấy chứng nhận nuôi con nuôi"
    OTHER = "cha nuôi hoặc mẹ nuôi"
    SECTIONS = [
        ("Cha nuôi, mẹ nuôi", [("effective_on", 3), ("parent", 4), ("person", 12), ("name", 9), ("birth_year", 3)])
    ]
    effective_on = DayField(label="Đăng ký ngày", future=False)
    parent = forms.ChoiceField(label="Nhận làm", choices=[("father", "Cha nuôi"), ("mother", "Mẹ nuôi")],
                               widget=forms.RadioSelect)  # fmt: skip


NATURALISED, BACK, RENOUNCED, STRIPPED = "nhap", "tro-lai", "thoi", "tuoc"


class NationalityForm(EventForm):
    PAPER_KIND = "Quyết định của Chủ tịch nước"
    BY_PEOPLES_COMMITTEE = False
    SECTIONS = [("Quốc tịch", [("what", 5), ("other", 4), ("effective_on", 3)])]
    what = forms.ChoiceField(
        label="Việc",
        choices=[("", CHOOSE), (NATURALISED, "Nhập quốc tịch Việt Nam"), (BACK, "Trở lại quốc tịch Việt Nam"),
                 (RENOUNCED, "Thôi quốc tịch Việt Nam"), (STRIPPED, "Bị tước quốc tịch Việt Nam")],
    )  # fmt: skip
    other = forms.ChoiceField(
        label="Quốc tịch khác", required=False,
        choices=[pair for pair in codes.country_choices(blank="không có") if pair[0] != codes.HOME_COUNTRY],
    )  # fmt: skip
    effective_on = DayField(label="Có hiệu lực từ", future=False)

    def clean(self) -> dict[str, Any]:
        values = ChangeForm.clean(self) or {}
        if values.get("what") in (RENOUNCED, STRIPPED) and not values.get("other"):
            self.add_error("other", "Ghi quốc tịch còn lại của người này.")
        return values
