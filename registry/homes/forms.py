"""The forms of residence procedures. They check what the words alone can tell; the work checks the rows under lock."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from registry.changes.forms import ChangeForm
from registry.changes.kinds import Concerned, Subject
from registry.hamlets.names import names_for
from registry.homes.fields import AnywhereField, RowField, UnitField
from registry.homes.grounds import PERMANENT_GROUNDS, TEMPORARY_GROUNDS
from registry.homes.people import ALONG
from registry.homes.rows import DAY, LONGEST_TEMPORARY_YEARS, lasting, open_rows
from registry.models import Membership, Purpose, ResidenceKind, Resident
from registry.residents.fields import CHOOSE, DayField, TextField
from registry.residents.forms import hamlet as hamlet_field
from registry.residents.forms import street as street_field
from registry.values.periods import years_after

PLACE_SECTION = [("hamlet", 4), ("street", 5), ("effective_on", 3)]
PRESENT_SECTION = [("present_same", 12), ("present_unit", 5), ("present_hamlet", 3), ("present_street", 4)]
DECLARATION = "Tờ khai thay đổi thông tin cư trú (CT01)"


class ResidenceForm(ChangeForm):
    """`TOGETHER` offers the members of the household who go along, one box each: `with_<public id>`."""

    TOGETHER: ClassVar[bool] = True
    PAPER_KIND: ClassVar[str] = DECLARATION
    PAPER: ClassVar[list[tuple[str, int]]] = [
        ("received_on", 3), ("paper_kind", 9), ("paper_number", 3), ("paper_on", 3), ("paper_by", 6), ("basis", 12),
    ]  # fmt: skip

    def prepare(self) -> None:
        if "paper_kind" in self.fields:
            self.fields["paper_kind"].initial = self.PAPER_KIND
        for field in self.fields.values():
            if isinstance(field, UnitField):
                field.near = self.subject.commune
        self.members = {f"{ALONG}{one.resident.public_id.hex}": one for one in self._housemates()}
        for name, member in self.members.items():
            self.fields[name] = forms.BooleanField(required=False, label=_words(member))

    def _housemates(self) -> list[Membership]:
        if not self.TOGETHER or not isinstance(self.subject, Resident):
            return []
        homes = Membership.objects.filter(resident=self.subject, to_on=None).values("household")
        rows = Membership.objects.filter(household__in=homes, to_on=None).exclude(resident=self.subject)
        living = rows.filter(resident__state__in=["living", "absent"]).select_related("resident", "role")
        return list(living.order_by("role__position", "pk"))

    @property
    def hamlets(self) -> list[str]:
        return names_for(self.officer)

    def sections(self) -> Iterator[tuple[str, list[tuple[forms.BoundField, int]]]]:
        for title, fields in super().sections():
            yield title or "Người trong hộ cùng làm", fields

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["companions"] = [one.resident for name, one in self.members.items() if values.get(name)]
        if (
            "hamlet" in self.fields
            and not (values.get("hamlet") or values.get("street"))
            and "hamlet" not in self.errors
        ):
            self.add_error("hamlet", "Ghi thôn, tổ dân phố hoặc số nhà, đường.")
        if "present_unit" in self.fields and not (values.get("present_same") or values.get("present_unit")):
            self.miss("present_unit", "Ghi xã, phường nơi đang ở, hoặc đánh dấu ô bên trên.")
        return values

    def miss(self, field: str, sentence: str) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)


def with_companions(subject: Subject, values: dict[str, Any]) -> Concerned:
    return Concerned(residents=frozenset({subject.pk, *(one.pk for one in values.get("companions", []))}))


def _words(member: Membership) -> str:
    role = f", {member.role.name.lower()}" if member.role else ""
    year = f", {member.resident.birth_year}" if member.resident.birth_year else ""
    return f"{member.resident.full_name}{role}{year}"


class PresentPart(forms.Form):
    """Where the person really is: by law asked with every procedure (TT 116/2026 Đ6 k3)."""

    present_same = forms.BooleanField(label="Đang ở tại nơi này", required=False, initial=True)
    present_unit = UnitField(label="Đang ở xã, phường khác", required=False)
    present_hamlet = hamlet_field()
    present_street = street_field()


class PermanentForm(PresentPart, ResidenceForm):
    SECTIONS = [("Nơi đăng ký thường trú trong xã", PLACE_SECTION), ("Nơi ở hiện tại", PRESENT_SECTION)]
    hamlet = hamlet_field()
    street = street_field()
    effective_on = DayField(
        label="Đăng ký từ ngày", required=False, future=False, help_text="Trống: ngày ghi vào hồ sơ"
    )


class TemporaryForm(PresentPart, ResidenceForm):
    SECTIONS = [
        ("Nơi tạm trú trong xã", [("hamlet", 4), ("street", 8), ("effective_on", 3), ("to_on", 3), ("purpose", 6)]),
        ("Nơi ở hiện tại", PRESENT_SECTION),
    ]
    hamlet = hamlet_field()
    street = street_field()
    effective_on = DayField(label="Tạm trú từ ngày")
    to_on = DayField(label="Đến hết ngày", help_text="Tối đa 02 năm")
    purpose = forms.ChoiceField(label="Lý do", required=False, choices=[("", CHOOSE), *Purpose.choices])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        start, end = values.get("effective_on"), values.get("to_on")
        if start and end and end <= start:
            self.add_error("to_on", "Ngày hết hạn phải sau ngày bắt đầu.")
        elif start and end and end > years_after(start, LONGEST_TEMPORARY_YEARS):
            last = years_after(start, LONGEST_TEMPORARY_YEARS)
            self.add_error("to_on", f"Tạm trú tối đa 02 năm (Luật Cư trú Điều 27): muộn nhất {last:{DAY}}.")
        return values


class RowForm(ResidenceForm):
    """About one residence that the person has. `KINDS` are those that may be chosen."""

    KINDS: ClassVar[tuple[str, ...]] = ()
    row = RowField(label="Nơi")

    def prepare(self) -> None:
        super().prepare()
        chosen: Any = self.fields["row"]
        chosen.offer(self.rows())

    def rows(self) -> list[Any]:
        assert isinstance(self.subject, Resident)
        return open_rows(self.subject, *self.KINDS)


class RenewalForm(RowForm):
    SECTIONS = [("Tạm trú được gia hạn", [("row", 12), ("to_on", 4)])]
    KINDS = (ResidenceKind.TEMPORARY,)
    effective_on = None  # type: ignore[assignment]
    to_on = DayField(label="Gia hạn đến hết ngày", help_text="Tối đa 02 năm từ ngày hết hạn cũ")

    def rows(self) -> list[Any]:
        """Of one place only the latest can be renewed."""
        ours = [row for row in super().rows() if row.unit_id == self.subject.commune_id and row.to_on]
        latest = {(row.unit_id, row.address_folded): row for row in sorted(ours, key=lambda row: row.to_on)}
        return list(latest.values())


class StrikeTemporaryForm(RowForm):
    SECTIONS = [("Tạm trú bị xóa", [("row", 12), ("ground", 9), ("effective_on", 3)])]
    KINDS = (ResidenceKind.TEMPORARY,)
    ground = forms.ChoiceField(
        label="Căn cứ xóa (Luật Cư trú Điều 29 khoản 1)", choices=[("", CHOOSE), *TEMPORARY_GROUNDS.items()]
    )
    effective_on = DayField(label="Xóa từ ngày", required=False, future=False, help_text="Trống: ngày ghi vào hồ sơ")


class StrikePermanentForm(RowForm):
    SECTIONS = [("Thường trú bị xóa", [("row", 12), ("ground", 9), ("effective_on", 3), ("is_gone", 12)])]
    KINDS = (ResidenceKind.PERMANENT,)
    ground = forms.ChoiceField(
        label="Căn cứ xóa (Luật Cư trú Điều 24 khoản 1)", choices=[("", CHOOSE), *PERMANENT_GROUNDS.items()]
    )
    effective_on = DayField(label="Xóa từ ngày", required=False, future=False, help_text="Trống: ngày ghi vào hồ sơ")
    is_gone = forms.BooleanField(label="Không còn ở xã này (hồ sơ thành “Đã chuyển đi”)", required=False)

    def rows(self) -> list[Any]:
        return lasting(super().rows(), timezone.localdate())


class AbsenceForm(ResidenceForm):
    SECTIONS = [
        ("Tạm vắng", [("effective_on", 3), ("to_on", 3), ("purpose", 6), ("destination", 8), ("moves_present", 4),
                      ("needs_checking", 12)]),
    ]  # fmt: skip
    PAPER_KIND = "Phiếu khai báo tạm vắng"
    effective_on = DayField(label="Vắng từ ngày")
    to_on = DayField(label="Đến hết ngày", required=False, help_text="Trống: chưa biết ngày về")
    purpose = forms.ChoiceField(label="Lý do", choices=[("", CHOOSE), *Purpose.choices])
    destination = AnywhereField(label="Nơi đến", help_text="Xã, phường; hoặc tên nước, cơ sở")
    moves_present = forms.BooleanField(label="Đang ở tại nơi đến", required=False, initial=True)
    needs_checking = forms.BooleanField(label="Phức tạp, cần xác minh (trả lời trong 02 ngày làm việc)", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        start, end = values.get("effective_on"), values.get("to_on")
        if start and end and end < start:
            self.add_error("to_on", "Ngày về phải sau ngày đi.")
        return values


class UndeclaredAbsenceForm(ResidenceForm):
    """Found away by the hamlet's officer: nobody declared it (rule L09)."""

    SECTIONS = [("Vắng mặt không khai báo", [("effective_on", 3), ("basis", 9)])]
    PAPER = [("received_on", 3)]
    PAPER_TITLE = "Ghi nhận"
    paper_kind = paper_number = paper_on = paper_by = None  # type: ignore[assignment]
    effective_on = DayField(label="Vắng từ ngày", future=False)
    basis = TextField(label="Ai xác nhận, căn cứ", max_length=300)


class BackForm(RowForm):
    SECTIONS = [("Đã về", [("row", 12), ("effective_on", 4), ("present_same", 8)])]
    KINDS = (ResidenceKind.ABSENCE,)
    TOGETHER = False
    PAPER_KIND = ""
    effective_on = DayField(label="Về từ ngày", future=False)
    present_same = forms.BooleanField(label="Đang ở nơi thường trú", required=False, initial=True)


class StayForm(ResidenceForm):
    SECTIONS = [("Lưu trú", [("hamlet", 4), ("street", 8), ("effective_on", 3), ("to_on", 3), ("purpose", 6)])]
    PAPER_KIND = "Thông báo lưu trú"
    hamlet = hamlet_field()
    street = street_field()
    effective_on = DayField(label="Lưu trú từ ngày", initial=timezone.localdate)
    to_on = DayField(label="Đến hết ngày", help_text="Tối đa 30 ngày")
    purpose = forms.ChoiceField(label="Lý do", required=False, choices=[("", CHOOSE), *Purpose.choices])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        start, end = values.get("effective_on"), values.get("to_on")
        if start and end and end < start:
            self.add_error("to_on", "Ngày đi phải sau ngày đến.")
        return values


class PresentForm(ResidenceForm):
    SECTIONS = [("Nơi ở hiện tại", [("unit", 5), ("hamlet", 3), ("street", 4), ("effective_on", 4)])]
    PAPER_KIND = ""
    unit = UnitField(label="Xã, phường")
    hamlet = hamlet_field()
    street = street_field()
    effective_on = DayField(label="Ở từ ngày", required=False, future=False, help_text="Trống: hôm nay")

    def prepare(self) -> None:
        super().prepare()
        self.fields["unit"].initial = self.subject.commune.name


class AdjustForm(RowForm):
    SECTIONS = [("Thông tin cư trú được điều chỉnh", [("row", 12), ("hamlet", 4), ("street", 5), ("from_on", 3)])]
    KINDS = (ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY, ResidenceKind.PRESENT)
    effective_on = None  # type: ignore[assignment]
    hamlet = hamlet_field("Thôn, tổ dân phố đúng")
    street = street_field()
    from_on = DayField(label="Từ ngày", required=False, future=False, help_text="Trống: giữ nguyên")


class NotEligibleForm(PresentForm):
    SECTIONS = [("Nơi ở hiện tại", [("unit", 5), ("hamlet", 3), ("street", 4), ("effective_on", 4)])]
    PAPER_KIND = "Tờ khai thay đổi thông tin cư trú (CT01)"


class CloseForm(RowForm):
    SECTIONS = [("Nơi cư trú bị xóa", [("row", 12), ("reason", 9), ("effective_on", 3)])]
    KINDS = tuple(ResidenceKind)
    TOGETHER = False
    PAPER_KIND = ""
    reason = TextField(label="Lý do", max_length=200)
    effective_on = DayField(label="Ngày cuối", required=False, future=False, help_text="Trống: hôm nay")


class ElsewhereForm(ResidenceForm):
    SECTIONS = [("Nơi thường trú mới", [("unit", 5), ("hamlet", 3), ("street", 4), ("effective_on", 4)])]
    PAPER_KIND = "Thông báo của cơ quan đăng ký cư trú nơi mới"
    unit = UnitField(label="Xã, phường")
    hamlet = hamlet_field()
    street = street_field()
    effective_on = DayField(label="Đăng ký nơi mới từ ngày", future=False)
