"""The form of one resident: the fields that a counter needs first (facts.md 2.2), one screen, keyboard order."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.html import format_html_join

from accounts.models import Officer, Unit
from accounts.units.find import current_unit
from registry import codes
from registry.addresses.fields import address_line
from registry.addresses.line import fill_from_line
from registry.models import (
    HEAD,
    NAME_PARTS,
    Household,
    HouseholdRole,
    NumberKind,
    RelationKind,
    ResidenceKind,
    Resident,
    Sex,
)
from registry.residents import sources
from registry.residents.current import Shown, shown
from registry.residents.fields import (
    CHOOSE,
    CmndField,
    DayField,
    NameField,
    PartialDateField,
    PersonalNumberField,
    PhoneField,
    TextField,
    speak_vietnamese,
)
from registry.residents.merging_edits import Opened, texts_of
from registry.residents.register import PLAIN_FIELDS
from registry.values.partial_date import DateRefused, PartialDate
from registry.values.periods import years_after

PLACE = {
    "list": "don-vi",
    "autocomplete": "off",
    "hx-get": reverse_lazy("accounts:units"),
    "hx-trigger": "input changed delay:250ms",
    "hx-target": "#don-vi",
    "hx-sync": "this:replace",
}
HAMLET = {"list": "thon", "autocomplete": "off"}

NUMBER_WORK = {  # field -> the work that changes a number once it is recorded
    "number": [("sua-so", "Sửa số ghi sai"), ("huy-so", "Hủy, lập lại số")],
    "cmnd": [("sua-cmnd", "Hủy, sửa số CMND"), ("them-so", "Ghi thêm số")],
}
NO_HOUSEHOLD, NEW_HOUSEHOLD, EXISTING_HOUSEHOLD = "none", "new", "existing"


def place(label: str, *, today: bool = False, **kwargs: Any) -> TextField:
    """A place by name, with suggestions; `today` leaves out units that no longer exist."""
    attrs = PLACE | ({"hx-vals": '{"chi-hien-nay": "1"}'} if today else {})
    return TextField(label=label, required=False, max_length=200, widget=forms.TextInput(attrs=attrs), **kwargs)


def hamlet(label: str = "Thôn, tổ dân phố") -> TextField:
    return TextField(label=label, required=False, max_length=100, widget=forms.TextInput(attrs=dict(HAMLET)))


def street() -> TextField:
    return TextField(label="Số nhà, đường, ngõ", required=False, max_length=150)


class ResidentForm(forms.Form):
    """What was typed, turned into values. Knows the officer's commune; writes nothing."""

    error_css_class = "has-error"

    number = PersonalNumberField(label="Số định danh cá nhân", required=False, help_text="12 chữ số, theo thẻ")
    full_name = NameField(
        label="Họ, chữ đệm và tên khai sinh", max_length=100, error_messages={"required": "Nhập họ, chữ đệm và tên."}
    )
    birth_date = PartialDateField(
        label="Ngày sinh",
        help_text="1/2/1980, 01021980; chỉ biết năm thì ghi 1980",
        error_messages={"required": "Nhập ngày sinh; chỉ biết năm thì ghi năm."},
    )
    sex = forms.TypedChoiceField(
        label="Giới tính",
        coerce=int,
        choices=[(Sex.MALE.value, "Nam"), (Sex.FEMALE.value, "Nữ")],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn giới tính.", "invalid_choice": "Giới tính chỉ là nam hoặc nữ."},
    )
    birth_date_confirmed = forms.BooleanField(label="Đã đối chiếu với giấy khai sinh", required=False)
    surname = NameField(label="Họ", required=False, max_length=40)
    middle_name = NameField(label="Chữ đệm", required=False, max_length=60)
    given_name = NameField(label="Tên", required=False, max_length=40)
    cmnd = CmndField(label="Số CMND 9 số (cũ)", required=False)
    never_had_cmnd = forms.BooleanField(label="Chưa từng được cấp CMND 9 số", required=False)
    phone = PhoneField(label="Điện thoại", required=False)
    other_name = NameField(label="Tên gọi khác", required=False, max_length=100)
    ethnic_group = forms.ChoiceField(
        label="Dân tộc", required=False, choices=codes.choices(codes.ETHNIC_GROUPS, blank=CHOOSE)
    )
    religion = forms.ChoiceField(label="Tôn giáo", required=False, choices=codes.choices(codes.RELIGIONS, blank=CHOOSE))
    nationality = forms.ChoiceField(label="Quốc tịch", required=False, choices=codes.country_choices(blank=CHOOSE))
    second_nationality = forms.ChoiceField(
        label="Quốc tịch thứ hai", required=False, choices=codes.country_choices(blank="không có")
    )
    marital_status = forms.ChoiceField(
        label="Tình trạng hôn nhân", required=False, choices=codes.choices(codes.MARITAL_STATUSES)
    )
    blood_group = forms.ChoiceField(
        label="Nhóm máu", required=False, choices=codes.choices(codes.BLOOD_GROUPS, blank=CHOOSE)
    )
    email = forms.EmailField(
        label="Thư điện tử", required=False, error_messages={"invalid": "Địa chỉ thư điện tử chưa đúng, ví dụ a@b.vn."}
    )
    residence_file_number = TextField(label="Số hồ sơ cư trú", required=False, max_length=30)
    other_information = TextField(label="Thông tin khác theo quy định", required=False, max_length=500)
    birth_place = place("Nơi sinh")
    birth_registration_place = place("Nơi đăng ký khai sinh", help_text="Giữ tên đơn vị cũ theo giấy khai sinh")
    birth_registration_province = forms.ChoiceField(
        label="Tỉnh đăng ký khai sinh (63 tỉnh cũ)",
        required=False,
        choices=codes.choices(codes.BIRTH_PROVINCES, blank=CHOOSE),
    )
    home_town = place("Quê quán", help_text="Đến cấp xã, theo giấy khai sinh")
    father_name = NameField(label="Họ tên cha", required=False, max_length=100)
    mother_name = NameField(label="Họ tên mẹ", required=False, max_length=100)
    parents_unknown = forms.BooleanField(label="Không xác định được cha, mẹ", required=False)

    permanent_line = address_line("permanent")
    permanent_unit = place("Thường trú tại xã, phường", today=True)
    permanent_hamlet = hamlet()
    permanent_street = street()
    permanent_from = DayField(label="Đăng ký thường trú từ", required=False, future=False)
    no_permanent_residence = forms.BooleanField(label="Không có nơi thường trú", required=False)
    temporary_line = address_line("temporary")
    temporary_hamlet = hamlet("Tạm trú tại thôn, tổ của xã này")
    temporary_street = street()
    temporary_from = DayField(label="Tạm trú từ", required=False)
    temporary_to = DayField(label="Tạm trú đến hết", required=False)
    present_same = forms.BooleanField(label="Nơi ở hiện tại trùng nơi đăng ký", required=False, initial=True)
    present_line = address_line("present")
    present_unit = place("Nơi ở hiện tại: xã, phường", today=True)
    present_hamlet = hamlet()
    present_street = street()

    household_choice = forms.ChoiceField(
        label="Hộ",
        choices=[(NO_HOUSEHOLD, "Chưa ghép hộ"), (EXISTING_HOUSEHOLD, "Vào hộ đã có"), (NEW_HOUSEHOLD, "Lập hộ mới")],
        widget=forms.RadioSelect,
        initial=NO_HOUSEHOLD,
        error_messages={"required": "Chọn hộ.", "invalid_choice": "Chọn một trong ba cách ghép hộ."},
    )
    household_code = forms.CharField(label="Số hộ", required=False, max_length=10)
    household_role = forms.ModelChoiceField(
        label="Quan hệ với chủ hộ",
        queryset=HouseholdRole.objects.none(),
        required=False,
        empty_label=CHOOSE,
        error_messages={"invalid_choice": "Quan hệ này không có trong danh mục hiện hành."},
    )
    source = forms.ChoiceField(
        label="Nguồn thông tin", required=False, choices=codes.choices(codes.SOURCES), initial=sources.SAID
    )
    source_on = DayField(label="Ngày của nguồn", required=False, future=False)
    from_card = forms.CharField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(label="Căn cứ, ghi chú", required=False, max_length=300)
    opened_with = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, officer: Officer, resident: Resident | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer, self.resident = officer, resident
        self.unit_choices: dict[str, list[Unit]] = {}  # beside a unit field: what it may be today
        self.notices: list[str] = []  # what the officer should know although it was written
        self.commune = cast(Unit, officer.unit)  # who may write residents has a unit (roles.py)
        cast(forms.ModelChoiceField, self.fields["household_role"]).queryset = HouseholdRole.objects.filter(
            valid_to=None
        )
        if not self.is_bound:
            self.fields["number"].widget.attrs["autofocus"] = True
        speak_vietnamese(self.fields.values())
        self._show_recorded_numbers_only()

    def _show_recorded_numbers_only(self) -> None:
        """A number that stands is not typed over: the field leads to the work that changes it (registry/numbers/)."""
        for name, kinds in NUMBER_WORK.items():
            if self.resident is None or not self.initial.get(name):
                continue
            ways = [(reverse("registry:resident_change_new", args=[self.resident.public_id, kind]), title)
                    for kind, title in kinds]  # fmt: skip
            self.fields[name].widget.attrs["readonly"] = True
            if self.fields[name].widget.attrs.pop("autofocus", None):
                self.fields["full_name"].widget.attrs["autofocus"] = True
            self.fields[name].help_text = format_html_join(" · ", '<a href="{}">{}</a>', ways)

    # --- Places: text is kept as typed, the unit is found where the text is exact ------------------------------------

    def clean_permanent_unit(self) -> Unit | None:
        return self._current_commune("permanent_unit")

    def clean_present_unit(self) -> Unit | None:
        return self._current_commune("present_unit")

    def _current_commune(self, name: str) -> Unit | None:
        """A residence stands in a unit of today (rule D26). A former name is taken as what it became, and told; of a
        divided one the choices stand beside the field. The officer's own commune needs no table."""
        text = self.cleaned_data.get(name, "")
        if not text:
            return None
        found = current_unit(text, near=self.commune)
        self.unit_choices[name] = found.choices
        if found.unit is None:
            raise forms.ValidationError(found.sentence)
        self.notices += filter(None, [found.sentence])
        return found.unit

    def clean_household_code(self) -> Household | None:
        """The household meant, when an existing one is to be joined."""
        if self.data.get(self.add_prefix("household_choice")) != EXISTING_HOUSEHOLD:
            return None
        code = self.cleaned_data.get("household_code", "").strip()
        if not code:
            raise forms.ValidationError("Nhập số hộ.")
        open_ones = Household.objects.in_scope(self.officer).filter(closed_on=None)
        household = open_ones.filter(code__in=[code, code.zfill(5)]).first()
        if household is None:
            raise forms.ValidationError(f"Xã không có hộ đang mở mang số {code}.")
        return household

    def clean_marital_status(self) -> str:
        return self.cleaned_data.get("marital_status") or "0"

    def clean_from_card(self) -> dict[str, str]:
        return sources.unsealed(self.cleaned_data.get("from_card", ""))

    def clean_opened_with(self) -> Opened | None:
        return Opened.read(self.cleaned_data.get("opened_with", ""))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._read_lines(values)
        self._check_household(values)
        self._check_temporary(values)
        if values.get("parents_unknown") and (values.get("father_name") or values.get("mother_name")):
            self.add_error("parents_unknown", "Đã có tên cha hoặc mẹ thì bỏ đánh dấu ô này.")
        if values.get("no_permanent_residence") and values.get("permanent_unit"):
            self.add_error("no_permanent_residence", "Đã ghi nơi thường trú thì bỏ đánh dấu ô này.")
        address = values.get("permanent_hamlet") or values.get("permanent_street")
        if address and values.get("permanent_unit") is None and "permanent_unit" not in self.errors:
            self.add_error("permanent_unit", "Ghi xã, phường của nơi thường trú.")
        self._check_dates(values)
        self._check_split(values)
        self._leave_what_was_not_sent(values)
        return values

    def _read_lines(self, values: dict[str, Any]) -> None:
        """A line of address that no script has taken apart fills the fields, where they are empty."""
        for kind in ("permanent", "temporary", "present"):
            filled = fill_from_line(values, kind, near=self.commune)
            if filled.error:
                self.add_error(f"{kind}_line", filled.error)
            if filled.choices:
                self.unit_choices[f"{kind}_unit"] = list(filled.choices)
            self.notices += filter(None, [filled.notice])

    def _leave_what_was_not_sent(self, values: dict[str, Any]) -> None:
        """A page that was opened before a field came to be knows nothing of it, and must not empty it."""
        for name in PLAIN_FIELDS:
            field = self.fields.get(name)
            if field and field.widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name)):
                values.pop(name, None)

    def _check_split(self, values: dict[str, Any]) -> None:
        """Họ, chữ đệm and tên as the officer took the name apart: the same words, none lost (facts.md 7.5)."""
        parts = [values.get(name, "") for name in NAME_PARTS]
        full_name = values.get("full_name", "")
        if not any(parts) or not full_name or any(name in self.errors for name in NAME_PARTS):
            return
        if not values.get("given_name"):
            self.add_error("given_name", "Tách họ, chữ đệm, tên thì phải có tên.")
        elif sorted(" ".join(parts).split()) != sorted(full_name.split()):
            if "full_name" in self.changed_data and not any(name in self.changed_data for name in NAME_PARTS):
                values |= dict.fromkeys(NAME_PARTS, "")  # another name: taken apart anew
            else:
                self.add_error("surname", f"Họ, chữ đệm và tên phải gồm đúng các chữ của “{full_name}”.")

    def _check_household(self, values: dict[str, Any]) -> None:
        if values.get("household_choice") == NEW_HOUSEHOLD and "household_role" not in self.errors:
            values["household_role"] = values.get("household_role") or roles_today().filter(code=HEAD).first()
        role_given = values.get("household_role") or "household_role" in self.errors
        if values.get("household_choice") in (EXISTING_HOUSEHOLD, NEW_HOUSEHOLD) and not role_given:
            self.add_error("household_role", "Chọn quan hệ với chủ hộ.")
        role, sex = values.get("household_role"), values.get("sex")
        if role and sex and role.required_sex and role.required_sex != sex:
            self.add_error("household_role", f"“{role.name}” không hợp với giới tính đã chọn.")

    def _check_temporary(self, values: dict[str, Any]) -> None:
        """Luật Cư trú Đ27: two years at most."""
        if self.resident and not any(name.startswith("temporary_") for name in self.changed_data):
            return  # an old row that lacks a date is a matter for clean-up, not a hurdle for every other correction
        start, end = values.get("temporary_from"), values.get("temporary_to")
        place_given = values.get("temporary_hamlet") or values.get("temporary_street")
        if not (place_given or start or end):
            return
        for name, value in (("temporary_hamlet", place_given), ("temporary_from", start), ("temporary_to", end)):
            if not value and name not in self.errors:
                self.add_error(name, "Tạm trú cần đủ địa chỉ, ngày bắt đầu và ngày hết hạn.")
        if not (start and end):
            return
        if end <= start:
            self.add_error("temporary_to", "Ngày hết hạn phải sau ngày bắt đầu.")
        elif end > years_after(start, 2):
            self.add_error("temporary_to", "Tạm trú tối đa 02 năm (Luật Cư trú Điều 27).")

    def _check_dates(self, values: dict[str, Any]) -> None:
        born, registered = values.get("birth_date"), values.get("permanent_from")
        if born and registered and registered < born.earliest():
            self.add_error("permanent_from", "Ngày đăng ký thường trú trước ngày sinh.")


def roles_today() -> QuerySet[HouseholdRole]:
    today = timezone.localdate()
    return HouseholdRole.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)


def initial_of(resident: Resident, rows: Shown | None = None) -> dict[str, Any]:
    """The form's values of an existing record: exactly the rows that a correction may change. Four queries, or none
    when the rows are at hand."""
    rows = rows or shown(resident)
    values: dict[str, Any] = {name: getattr(resident, name) for name in PLAIN_FIELDS if name != "birth_date"} | {
        "birth_date": birth_as_written(resident)
    }
    if resident.split_confirmed:
        values |= {name: getattr(resident, name) for name in NAME_PARTS}
    values |= {"number": rows.number(NumberKind.PERSONAL), "cmnd": rows.number(NumberKind.CMND9)}
    values |= {"father_name": rows.relative(RelationKind.FATHER), "mother_name": rows.relative(RelationKind.MOTHER)}
    for kind, residence in rows.residences.items():
        values |= {f"{kind}_hamlet": residence.hamlet, f"{kind}_street": residence.street}
        values |= {f"{kind}_from": residence.from_on, f"{kind}_to": residence.to_on}
        values[f"{kind}_unit"] = residence.unit.path
    values["present_same"] = ResidenceKind.PRESENT not in rows.residences
    if rows.membership:
        values |= {
            "household_choice": EXISTING_HOUSEHOLD,
            "household_code": rows.membership.household.code,
            "household_role": rows.membership.role_id,
        }
    opened = Opened(timezone.now(), texts_of(ResidentForm.base_fields, values))
    return values | {"opened_with": opened.sealed()}


def birth_as_written(resident: Resident) -> PartialDate | str | None:
    """A date that no calendar has (an import's 31/02, rule D08) as its digits, for the officer to put right."""
    try:
        return resident.birth_date
    except DateRefused:
        return f"{resident.birth_day:02d}/{resident.birth_month:02d}/{resident.birth_year}"


def drafted(typed: dict[str, Any]) -> dict[str, Any]:
    """A draft as the form's values: a box that was not ticked was not sent, and must not tick itself again."""
    boxes = [name for name, field in ResidentForm.base_fields.items() if isinstance(field, forms.BooleanField)]
    return dict.fromkeys(boxes, False) | typed
