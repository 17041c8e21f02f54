"""Khai sinh: the child's record, its ties, household and residence, from the mother's or the father's record.

Source: Luật Hộ tịch 2014 Đ14 (what a birth certificate says), Luật Cư trú Đ20 (a child lives with its parents).
"""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from accounts.text import fold
from accounts.units.find import resolve_place
from registry import codes
from registry.changes.kinds import Concerned
from registry.changes.people_field import PersonField
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.facts import birth_of
from registry.duplicates import check
from registry.events.forms import OtherPersonForm
from registry.homes.rows import DAY, Place, begin, holding, open_rows
from registry.models import (
    HEAD,
    HouseholdRole,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    ResidenceKind,
    Resident,
    ResidentState,
    Sex,
)
from registry.residents import family
from registry.residents.fields import CHOOSE, DayField, NameField, PersonalNumberField
from registry.residents.forms import place, roles_today
from registry.residents.numbers import set_number
from registry.residents.refusal import RegisterRefused
from registry.values import personal_number
from registry.values.partial_date import PartialDate

REGISTER_WITHIN_DAYS = 60
AFTER_FATHER_DIED_DAYS = 300  # Luật Hôn nhân và gia đình Đ88
LEAST_PARENT_YEARS = 13  # rule D14
GRANDCHILD = {Sex.MALE: "CHAU_NOI", Sex.FEMALE: "CHAU_NGOAI"}
# What the child of a member is to the head, by what the member is (TT 116/2026 Đ6 k1).
OF_A_MEMBER = {
    HEAD: "CON_DE", "CON_DAU": "CHAU_NOI", "CON_RE": "CHAU_NGOAI", "CHAU_NOI": "CHAT_RUOT",
    "CHAU_NGOAI": "CHAT_RUOT", "ANH_RUOT": "CHAU_RUOT", "CHI_RUOT": "CHAU_RUOT", "EM_RUOT": "CHAU_RUOT",
}  # fmt: skip


class BirthForm(OtherPersonForm):
    PAPER_KIND = "Giấy khai sinh"
    OTHER = "cha hoặc mẹ"
    OTHER_REQUIRED = False
    SECTIONS = [
        ("Người con", [("full_name", 6), ("sex", 3), ("effective_on", 3), ("number", 4),
                       ("birth_registration_province", 8), ("birth_place", 6), ("birth_registration_place", 6),
                       ("home_town", 6), ("ethnic_group", 6)]),
        ("Cha hoặc mẹ còn lại", [("person", 12), ("name", 9), ("birth_year", 3)]),
        ("Hộ và nơi cư trú", [("joins", 4), ("household_role", 8), ("lives_here", 12)]),
    ]  # fmt: skip
    full_name = NameField(label="Họ, chữ đệm và tên", max_length=100)
    sex = forms.TypedChoiceField(
        label="Giới tính", coerce=int, choices=[(Sex.MALE.value, "Nam"), (Sex.FEMALE.value, "Nữ")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    effective_on = DayField(label="Sinh ngày", future=False)
    number = PersonalNumberField(label="Số định danh (nếu đã có)", required=False)
    birth_place = place("Nơi sinh")
    birth_registration_place = place("Nơi đăng ký khai sinh")
    birth_registration_province = forms.ChoiceField(
        label="Tỉnh đăng ký khai sinh (63 tỉnh cũ)", required=False,
        choices=codes.choices(codes.BIRTH_PROVINCES, blank=CHOOSE),
    )  # fmt: skip
    home_town = place("Quê quán")
    ethnic_group = forms.ChoiceField(
        label="Dân tộc", required=False, choices=codes.choices(codes.ETHNIC_GROUPS, blank=CHOOSE)
    )
    person = PersonField(label="Người trong địa bàn", required=False)
    joins = forms.BooleanField(label="Vào hộ của cha, mẹ", required=False, initial=True)
    household_role = forms.ModelChoiceField(
        label="Quan hệ với chủ hộ", queryset=HouseholdRole.objects.none(), required=False,
        empty_label="theo quan hệ của cha, mẹ với chủ hộ",
        error_messages={"invalid_choice": "Quan hệ này không có trong danh mục hiện hành."},
    )  # fmt: skip
    lives_here = forms.BooleanField(label="Đăng ký thường trú theo cha, mẹ", required=False, initial=True)

    def prepare(self) -> None:
        super().prepare()
        roles: Any = self.fields["household_role"]
        roles.queryset = roles_today()
        self.fields["birth_registration_place"].initial = self.subject.commune.path
        assert isinstance(self.subject, Resident)
        self.fields["home_town"].initial = self.subject.home_town
        if not self.is_bound:
            married = Relation.objects.filter(resident=self.subject, kind=RelationKind.SPOUSE, is_current=True)
            row = married.filter(person__commune=self.subject.commune_id).select_related("person__commune").first()
            self.fields["person"].initial = row.person if row else None

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        role, sex = values.get("household_role"), values.get("sex")
        if role and sex and role.required_sex and role.required_sex != sex:
            self.add_error("household_role", f"“{role.name}” không hợp với giới tính đã chọn.")
        other = values.get("person")
        if other and other.sex == self.subject.sex != Sex.UNKNOWN:  # type: ignore[union-attr]
            words = "cha" if other.sex == Sex.MALE else "mẹ"
            self.add_error("person", f"Người đang làm thủ tục đã là {words}; chọn người kia.")
        return values


def concerned(subject: Resident, values: dict[str, Any]) -> Concerned:
    other = values.get("person")
    return Concerned(frozenset({subject.pk, *([other.pk] if other else [])}))


def record_birth(order: Order) -> None:
    """Raises ChangeRefused; RegisterRefused when the number belongs to another record (rule S01)."""
    parent, born = order.subject, order.values["effective_on"]
    if parent.sex == Sex.UNKNOWN:
        raise ChangeRefused(None, "Hồ sơ này chưa ghi giới tính nên chưa biết là cha hay mẹ; ghi giới tính trước.")
    other = order.people[order.values["person"].pk] if order.values.get("person") else None
    for one in filter(None, [parent, other]):
        _check_parent(order, one, born)
    _refuse_twice(order, parent, born)
    child = _write_child(order, born)
    order.also(residents=[child.pk])
    _link(order, child, parent, other)
    _number(order, child)
    _join(order, child, parent, other)
    _live(order, child, parent)
    for sentence in check.like(child, officer=order.by).sentences():
        order.warn(sentence)
    if (order.values["received_on"] - born).days > REGISTER_WITHIN_DAYS:
        order.warn("Quá 60 ngày từ ngày sinh: kiểm tra việc đăng ký cư trú quá hạn.")


def _check_parent(order: Order, parent: Resident, born: dt.date) -> None:
    """Rules D14, D16."""
    died, own = parent.died_on, birth_of(parent)
    if died and parent.sex == Sex.FEMALE and born > died:
        raise ChangeRefused("effective_on", f"Sau ngày mẹ chết ({died:{DAY}}).")
    if died and (born - died).days > AFTER_FATHER_DIED_DAYS:
        order.warn(f"Sinh quá 300 ngày sau khi cha chết ({died:{DAY}}): kiểm tra lại người cha (quy tắc D16).")
    if own and own.age_on(born) < LEAST_PARENT_YEARS:
        order.warn(f"{parent.full_name} chưa đủ {LEAST_PARENT_YEARS} tuổi khi sinh con: kiểm tra lại (quy tắc D14).")


def _refuse_twice(order: Order, parent: Resident, born: dt.date) -> None:
    """A certificate brought twice, once by the mother and once by the father. Twins have two names."""
    same = Resident.objects.on_the_books().filter(
        commune=order.commune, name_folded=fold(order.values["full_name"]), birth_year=born.year,
        birth_month=born.month, birth_day=born.day,
    )  # fmt: skip
    if same.filter(relations__person=parent, relations__is_current=True).exists():
        raise ChangeRefused("full_name", "Đã ghi người con cùng tên, cùng ngày sinh của người này.")
    if same.exists():
        order.warn("Trong xã đã có người cùng tên, cùng ngày sinh: kiểm tra để không ghi một người hai lần.")


def _write_child(order: Order, born: dt.date) -> Resident:
    values = order.values
    taken = ("full_name", "sex", "birth_place", "birth_registration_place", "birth_registration_province",
             "home_town", "ethnic_group")  # fmt: skip
    child = Resident(
        commune=order.commune, created_by=order.by, marital_status="1", nationality=codes.HOME_COUNTRY,
        source="GIAY_TO", source_on=values["paper_on"], never_had_cmnd=True, birth_date_confirmed=True,
        **{name: values.get(name) or "" for name in taken},
    )  # fmt: skip
    child.birth_date = PartialDate.of(born)
    child.birth_registration_unit = (
        resolve_place(child.birth_registration_place) if child.birth_registration_place else None
    )
    child.home_town_unit = resolve_place(child.home_town) if child.home_town else None
    child.save()
    if child.ethnic_group:
        order.tell(child, "dân tộc", "", "đã ghi")
    return child


def _link(order: Order, child: Resident, parent: Resident, other: Resident | None) -> None:
    kind = RelationKind.FATHER if parent.sex == Sex.MALE else RelationKind.MOTHER
    try:
        family.link(child, kind, by=order.by, person=parent)
    except RegisterRefused as refused:
        raise ChangeRefused(None, str(refused)) from refused
    other_kind = RelationKind.MOTHER if kind == RelationKind.FATHER else RelationKind.FATHER
    name = order.values.get("name") or ""
    if other or name:
        family.link(child, other_kind, by=order.by, person=other, name=name, birth_year=order.values.get("birth_year"))


def _number(order: Order, child: Resident) -> None:
    number = order.values.get("number")
    if not number:
        return
    set_number(child, NumberKind.PERSONAL, number)
    child.numbers.update(valid_from=order.values["paper_on"], source="GIAY_TO", source_on=order.values["paper_on"])
    province = child.birth_registration_province
    differs = personal_number.disagreements(
        number, sex=str(child.sex), birth_year=child.birth_year, birth_province=province
    )
    for one in differs:
        order.warn(one.sentence)


def _join(order: Order, child: Resident, parent: Resident, other: Resident | None) -> None:
    if not order.values.get("joins"):
        order.then(f"{child.full_name} chưa thuộc hộ nào: ghép vào hộ.")
        return
    rows = parent.memberships.filter(to_on=None, household__closed_on=None).select_related("household", "role")
    own = rows.order_by("pk").first()
    if own is None:
        order.then(f"{parent.full_name} chưa thuộc hộ nào: ghép {child.full_name} vào hộ sau.")
        return
    role = order.values.get("household_role") or role_of_child(
        own, parent, is_of_another=_is_of_another(order, own, other)
    )
    Membership.objects.create(
        household=own.household, resident=child, role=role, from_on=child.birth_latest_on,
        source="GIAY_TO", source_on=order.values["paper_on"],
    )  # fmt: skip
    if role is None:
        order.then(f"Chọn quan hệ của {child.full_name} với chủ hộ {own.household.code}.")


def role_of_child(own: Membership, parent: Resident, *, is_of_another: bool) -> HouseholdRole | None:
    """What the child is to the head, from what the parent is; None where that leaves it open.

    `is_of_another`: the certificate names another parent than the head. Otherwise a child of a marriage is the couple's
    (Luật Hôn nhân và gia đình Đ88).
    """
    code = own.role.code if own.role else ""
    if code in ("VO", "CHONG"):
        wanted = "CON_RIENG" if is_of_another else "CON_DE"
    elif code in ("CON_DE", "CON_NUOI"):
        wanted = GRANDCHILD.get(Sex(parent.sex), "")
    else:
        wanted = OF_A_MEMBER.get(code, "")
    return roles_today().filter(code=wanted).first() if wanted else None


def _is_of_another(order: Order, own: Membership, other: Resident | None) -> bool:
    heads = own.household.memberships.filter(to_on=None, role__code=HEAD)
    if other is not None:
        return not heads.filter(resident=other).exists()
    name = order.values.get("name") or ""
    return bool(name) and not heads.filter(resident__name_folded=fold(name)).exists()


def _live(order: Order, child: Resident, parent: Resident) -> None:
    """Permanently with the parent from the day of receipt; present from birth."""
    today = timezone.localdate()
    homes = [
        row for row in holding(open_rows(parent, ResidenceKind.PERMANENT), today) if row.unit_id == order.commune.pk
    ]
    if order.values.get("lives_here") and homes:
        place = Place.of_row(homes[-1])
        begin(order, child, ResidenceKind.PERMANENT, place, on=order.values["received_on"])
    else:
        order.then(f"{child.full_name} chưa có nơi thường trú: đăng ký trong 60 ngày từ ngày đăng ký khai sinh.")
    present = holding(open_rows(parent, ResidenceKind.PRESENT), today) or homes
    if present and parent.state != ResidentState.DECEASED:
        begin(order, child, ResidenceKind.PRESENT, Place.of_row(present[-1]), on=child.birth_latest_on or today)
