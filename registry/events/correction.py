"""Cải chính, thay đổi hộ tịch, xác định lại giới tính, dân tộc (Luật Hộ tịch 2014 Đ26–29): each value old -> new."""

from typing import Any, ClassVar

from django import forms

from accounts.units.find import resolve_place
from accounts.working_days import add_working_days
from registry import codes
from registry.changes.kinds import Concerned
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.facts import CARD_KINDS
from registry.events.forms import EventForm
from registry.homes.rows import DAY
from registry.models import DocumentState, NumberKind, Relation, RelationKind, Resident, Sex
from registry.numbers.work import RESET_DAYS
from registry.residents.family import set_parent
from registry.residents.fields import NameField, PartialDateField
from registry.residents.forms import place
from registry.residents.sources import Source, note_sources
from registry.values import personal_number

KEEP = "giữ nguyên"
ON_THE_CARD = ("full_name", "birth_date", "sex", "birth_registration_place", "home_town", "nationality")
PLACES = {"birth_registration_place": "birth_registration_unit", "home_town": "home_town_unit"}


class CorrectionForm(EventForm):
    """Only what is filled in changes: an empty field keeps what the record says."""

    PAPER_KIND = "Trích lục cải chính hộ tịch"
    SECTIONS = [
        ("Nội dung mới (ô trống: giữ nguyên)", [
            ("full_name", 6), ("birth_date", 3), ("sex", 3), ("birth_place", 6), ("birth_registration_place", 6),
            ("home_town", 6), ("ethnic_group", 6), ("father_name", 6), ("mother_name", 6)]),
    ]  # fmt: skip
    CHANGES: ClassVar[tuple[str, ...]] = (
        "full_name", "birth_date", "sex", "birth_place", "birth_registration_place", "home_town", "ethnic_group",
        "father_name", "mother_name",
    )  # fmt: skip
    effective_on = None  # type: ignore[assignment]
    full_name = NameField(label="Họ, chữ đệm và tên", required=False, max_length=100)
    birth_date = PartialDateField(label="Ngày sinh", required=False)
    sex = forms.TypedChoiceField(
        label="Giới tính", required=False, coerce=int, empty_value=None,
        choices=[("", KEEP), (Sex.MALE.value, "Nam"), (Sex.FEMALE.value, "Nữ")],
    )  # fmt: skip
    birth_place = place("Nơi sinh")
    birth_registration_place = place("Nơi đăng ký khai sinh")
    home_town = place("Quê quán")
    ethnic_group = forms.ChoiceField(
        label="Dân tộc", required=False, choices=codes.choices(codes.ETHNIC_GROUPS, blank=KEEP)
    )
    father_name = NameField(label="Họ tên cha", required=False, max_length=100)
    mother_name = NameField(label="Họ tên mẹ", required=False, max_length=100)

    def prepare(self) -> None:
        super().prepare()
        assert isinstance(self.subject, Resident)
        born = f"{self.subject.birth_date.display()}" if self.subject.birth_date else ""
        shown = {
            "full_name": self.subject.full_name, "birth_date": born, "sex": Sex(self.subject.sex).label,
            "birth_place": self.subject.birth_place, "home_town": self.subject.home_town,
            "birth_registration_place": self.subject.birth_registration_place,
        }  # fmt: skip
        for name, value in shown.items():
            self.fields[name].help_text = f"Hiện nay: {value}" if value else "Hiện nay: trống"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and not any(values.get(name) for name in self.CHANGES):
            raise forms.ValidationError("Ghi ít nhất một nội dung mới.")
        return values


def concerned(subject: Resident, values: dict[str, Any]) -> Concerned:
    """Also those whose records name this person: a new name is theirs too. And the parents, whose link may end."""
    naming = Relation.objects.filter(person=subject, is_current=True, resident__commune=subject.commune_id)
    parents = Relation.objects.filter(resident=subject, is_current=True, person__commune=subject.commune_id)
    ours = parents.filter(kind__in=[RelationKind.FATHER, RelationKind.MOTHER])
    return Concerned(frozenset({subject.pk, *naming.values_list("resident", flat=True),
                                *ours.values_list("person", flat=True)}))  # fmt: skip


def correct(order: Order) -> None:
    person, values = order.subject, order.values
    was_name, was_sex, was_year = person.full_name, person.sex, person.birth_year
    changed = [
        name for name in CorrectionForm.CHANGES[:7] if values.get(name) and getattr(person, name) != values[name]
    ]
    for name in changed:
        setattr(person, name, values[name])
        if name in PLACES:
            setattr(person, PLACES[name], resolve_place(values[name]))
    if "full_name" in changed:
        person.surname = person.middle_name = person.given_name = ""  # taken apart anew
        person.split_confirmed = False
    if "birth_date" in changed:
        person.birth_date_confirmed = person.birth_date is not None and person.birth_date.is_full
    note_sources(person, changed, Source("GIAY_TO", values["paper_on"]))
    person.save()
    _rename_in_the_family(order, was_name)
    for kind, name in ((RelationKind.FATHER, "father_name"), (RelationKind.MOTHER, "mother_name")):
        if values.get(name):
            set_parent(person, kind, values[name])
    if "ethnic_group" in changed:
        order.veiled(person, "dân tộc")
    if person.sex != was_sex or person.birth_year != was_year:
        _say_number_must_be_reset(order)
    if set(changed) & set(ON_THE_CARD):
        _say_card_must_be_changed(order)
    if person.sex != was_sex:
        _refuse_same_sex(order)


def _rename_in_the_family(order: Order, was_name: str) -> None:
    """Linked lines of the family that bear the old name."""
    if order.subject.full_name == was_name:
        return
    rows = Relation.objects.filter(person=order.subject, is_current=True, name=was_name, resident__in=order.people)
    for row in rows.order_by("pk"):
        row.name = order.subject.full_name
        row.save()


def _refuse_same_sex(order: Order) -> None:
    married = order.subject.relations.filter(kind=RelationKind.SPOUSE, is_current=True)
    if married.filter(person__sex=order.subject.sex).exists():
        raise ChangeRefused(
            "sex", "Hồ sơ đang ghi vợ, chồng cùng giới tính mới này: giải quyết quan hệ hôn nhân trước."
        )


def _say_number_must_be_reset(order: Order) -> None:
    """NĐ 70/2024 Đ11 k7: a corrected birth year or sex means another number, when the digits say otherwise."""
    person = order.subject
    row = person.numbers.filter(kind=NumberKind.PERSONAL, is_active=True).first()
    if row is None:
        return
    if personal_number.disagreements(row.number, sex=str(person.sex), birth_year=person.birth_year):
        due = add_working_days(order.values["received_on"], RESET_DAYS)
        order.then(
            f"Số định danh không còn khớp năm sinh, giới tính: lập DC02 đề nghị hủy, xác lập lại số (Nghị định 70/2024 "
            f"Điều 11 khoản 7), 15 ngày làm việc, hạn {due:{DAY}}."
        )


def _say_card_must_be_changed(order: Order) -> None:
    cards = order.subject.documents.filter(kind__in=CARD_KINDS, state=DocumentState.IN_USE)
    if cards.exists():
        order.then("Thẻ đang dùng in thông tin cũ: hướng dẫn công dân cấp đổi thẻ (Luật Căn cước Điều 24).")
