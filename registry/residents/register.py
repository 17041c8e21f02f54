"""Register and correct: the only writers of Resident. One transaction each; all or nothing."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.units.find import resolve_place
from registry import codes
from registry.cleanup.scan import mark_household
from registry.models import (
    HEAD,
    Household,
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    ResidentState,
    Sex,
)

PLAIN_FIELDS = (
    "full_name", "other_name", "birth_date", "sex", "ethnic_group", "religion", "nationality", "marital_status",
    "birth_place", "birth_registration_place", "birth_registration_province", "home_town", "phone",
    "parents_unknown", "no_permanent_residence", "never_had_cmnd",
)  # fmt: skip


class RegisterRefused(Exception):
    """The record was not written. `field` is where the sentence belongs on the form."""

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def register(values: dict[str, Any], *, by: Officer, token: uuid.UUID) -> tuple[Resident, bool]:
    """Write a new resident with numbers, parents, residences and household. Answers (resident, was it new).

    The same token twice answers the first record: a double click makes one person. Raises RegisterRefused, with
    nothing written, when the number belongs to another record (rule S01).
    """
    known = Resident.objects.filter(submit_token=token).first()
    if known:
        return known, False
    try:
        with transaction.atomic():
            resident = Resident(submit_token=token, commune=by.unit, created_by=by)
            _write(resident, values, by=by)
            record(by, Action.CREATE, target=resident, sentence=f"Ghi nhận cư dân {resident.audit_label()}")
    except IntegrityError as clash:
        return _after_clash(clash, token), False
    return resident, True


def correct(resident: Resident, values: dict[str, Any], *, by: Officer, basis: str = "") -> list[str]:
    """Change an existing record to `values`. Answers the Vietnamese names of the fields that changed.

    A number that changes is retired, not overwritten. Raises RegisterRefused with nothing written.
    """
    try:
        with transaction.atomic():
            locked = Resident.objects.select_for_update().get(pk=resident.pk)
            before = snapshot(locked)
            _write(locked, values, by=by)
            changed = [name for name, value in snapshot(locked).items() if value != before[name]]
            if changed:
                record(by, Action.CHANGE, target=locked, reason=basis,
                       sentence=f"Sửa {locked.audit_label()}: {', '.join(changed)}",
                       data={name: [before[name], snapshot(locked)[name]] for name in changed})  # fmt: skip
    except IntegrityError as clash:
        raise _explained(clash) from clash
    return changed


def confirm(resident: Resident, *, by: Officer) -> None:
    """ "Đã phúc tra": the whole record was checked today by this officer."""
    with transaction.atomic():
        resident.confirmed_at, resident.confirmed_by, resident.scan_due = timezone.now(), by, True
        resident.save(update_fields=["confirmed_at", "confirmed_by", "scan_due"])
        record(by, Action.CHANGE, target=resident, sentence=f"Phúc tra {resident.audit_label()}: thông tin đúng")


# --- Writing ---------------------------------------------------------------------------------------------------------


def _write(resident: Resident, values: dict[str, Any], *, by: Officer) -> None:
    for name in PLAIN_FIELDS:
        if name in values:
            setattr(resident, name, values[name])
    resident.surname = resident.middle_name = resident.given_name = ""  # split anew from the full name
    resident.birth_registration_unit = _place(resident.birth_registration_place)
    resident.home_town_unit = _place(resident.home_town)
    resident.scan_due = resident.matching_due = True
    resident.save()
    _set_number(resident, NumberKind.PERSONAL, values.get("number", ""))
    _set_number(resident, NumberKind.CMND9, values.get("cmnd", ""))
    _set_parent(resident, RelationKind.FATHER, values.get("father_name", ""))
    _set_parent(resident, RelationKind.MOTHER, values.get("mother_name", ""))
    _set_residences(resident, values)
    if _set_household(resident, values):
        mark_household([resident.pk])


def _place(text: str) -> Unit | None:
    return resolve_place(text) if text else None


def _set_number(resident: Resident, kind: NumberKind, number: str) -> None:
    current = resident.numbers.filter(kind=kind, is_active=True).first()
    if current and current.number == number:
        return
    if current:
        current.is_active, current.valid_to = False, timezone.localdate()
        current.save()
    if number:
        _refuse_taken(resident, kind, number)
        IdentityNumber.objects.create(resident=resident, kind=kind, number=number)


def _refuse_taken(resident: Resident, kind: NumberKind, number: str) -> None:
    """Rule S01, said kindly before the database says it. Names the commune, never the person."""
    if kind != NumberKind.PERSONAL:
        return
    others = IdentityNumber.objects.filter(kind=kind, number=number, is_active=True).exclude(resident=resident)
    other = others.select_related("resident__commune").first()
    if other:
        raise RegisterRefused("number", _taken(other.resident.commune, resident.commune))


def _taken(commune: Unit, ours: Unit) -> str:
    where = "của xã ta" if commune == ours else f"do Công an {commune.name} quản lý"
    return f"Số định danh này đã có ở một hồ sơ khác {where}. Kiểm tra lại số, hoặc tìm và mở hồ sơ đó."


def _set_parent(resident: Resident, kind: RelationKind, name: str) -> None:
    current = resident.relations.filter(kind=kind, is_current=True).first()
    if current is None and name:
        Relation.objects.create(resident=resident, kind=kind, name=name)
    elif current and not name:
        current.delete()
    elif current and current.name != name:
        current.name, current.person = name, None
        current.save()


def _set_residences(resident: Resident, values: dict[str, Any]) -> None:
    permanent = _address(values, "permanent", values.get("permanent_unit"))
    temporary = _address(values, "temporary", resident.commune if values.get("temporary_from") else None)
    present = _address(values, "present", values.get("present_unit"))
    if values.get("present_same"):
        present = temporary or permanent
    if present:  # the form asks where, not since when
        present = {key: present[key] for key in ("unit", "hamlet", "street")}
    for kind, address in (
        (ResidenceKind.PERMANENT, permanent),
        (ResidenceKind.TEMPORARY, temporary),
        (ResidenceKind.PRESENT, present),
    ):
        _set_residence(resident, kind, address)


def _address(values: dict[str, Any], kind: str, unit: Unit | None) -> dict[str, Any] | None:
    if unit is None:
        return None
    return {
        "unit": unit,
        "hamlet": values.get(f"{kind}_hamlet", ""),
        "street": values.get(f"{kind}_street", ""),
        "from_on": values.get(f"{kind}_from"),
        "to_on": values.get(f"{kind}_to"),
    }


def _set_residence(resident: Resident, kind: ResidenceKind, address: dict[str, Any] | None) -> None:
    """Correct the open residence of a kind, begin one, or close it when the form no longer names it."""
    current = resident.residences.filter(kind=kind, closed_at=None).order_by("-from_on").first()
    if address is None:
        if current:
            current.closed_at, current.closed_reason = timezone.now(), "Bỏ khi sửa hồ sơ"
            current.save()
        return
    current = current or Residence(resident=resident, kind=kind)
    if current.pk and all(getattr(current, name) == value for name, value in address.items()):
        return
    for name, value in address.items():
        setattr(current, name, value)
    current.save()


def _set_household(resident: Resident, values: dict[str, Any]) -> bool:
    """Join, found, leave or change the role. Answers whether anything changed, for the housemates' sake."""
    choice, role = values.get("household_choice"), values.get("household_role")
    current = resident.memberships.filter(to_on=None).first()
    household = values.get("household_code") if choice == "existing" else None
    if choice == "new":
        household = _new_household(resident.commune, values)
    if current and current.household == household:
        if current.role == role:
            return False
        current.role = role
        current.save()
        return True
    if current:
        mark_household([resident.pk])  # those who are left behind
        current.to_on = timezone.localdate()
        current.save()
    if household:
        _refuse_second_head(household, role)
        Membership.objects.create(
            household=household, resident=resident, role=role, from_on=values.get("permanent_from")
        )
    return bool(current or household)


def _refuse_second_head(household: Household, role: Any) -> None:
    """Rule S07: one head a household. Changing the head is a workflow of its own."""
    if role and role.code == HEAD and household.memberships.filter(role__code=HEAD, to_on=None).exists():
        raise RegisterRefused("household_role", f"Hộ {household.code} đã có chủ hộ; chọn quan hệ khác.")


def _new_household(commune: Unit, values: dict[str, Any]) -> Household:
    """The next number of the commune. The unit's row is locked meanwhile, or two officers would take the same one."""
    Unit.objects.select_for_update().get(pk=commune.pk)
    numbered = Household.objects.filter(commune=commune, code__regex=r"^\d+$")
    last = numbered.aggregate(last=Max(Cast("code", IntegerField())))["last"] or 0
    kind = "permanent" if values.get("permanent_unit") else "temporary"
    return Household.objects.create(
        commune=commune,
        code=f"{last + 1:05d}",
        hamlet=values.get(f"{kind}_hamlet", ""),
        street=values.get(f"{kind}_street", ""),
    )


# --- When the database refuses ---------------------------------------------------------------------------------------


def _after_clash(clash: IntegrityError, token: uuid.UUID) -> Resident:
    """Two submits of one form at once: the loser answers the winner's record."""
    known = Resident.objects.filter(submit_token=token).first()
    if known:
        return known
    raise _explained(clash) from clash


def _explained(clash: IntegrityError) -> Exception:
    constraint = getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "")
    if constraint == "one_active_personal_number":
        return RegisterRefused("number", "Số định danh này vừa được ghi ở một hồ sơ khác. Kiểm tra lại số.")
    if constraint == "one_permanent_residence_at_a_time":
        return RegisterRefused("permanent_from", "Trùng thời gian với một nơi thường trú khác của người này.")
    return clash


# --- Before and after ------------------------------------------------------------------------------------------------


def snapshot(resident: Resident) -> dict[str, str]:
    """The record as the officer reads it: Vietnamese field name -> text. For the audit line of a correction."""
    numbers = {number.kind: number.number for number in resident.numbers.filter(is_active=True)}
    relations = {relation.kind: relation.name for relation in resident.relations.filter(is_current=True)}
    residences = {row.kind: _lived(row) for row in resident.residences.filter(closed_at=None).select_related("unit")}
    membership = resident.memberships.filter(to_on=None).select_related("household", "role").first()
    return {
        "số định danh": numbers.get(NumberKind.PERSONAL, ""),
        "CMND": numbers.get(NumberKind.CMND9, ""),
        "họ tên": resident.full_name,
        "tên gọi khác": resident.other_name,
        "ngày sinh": resident.birth_date.display() if resident.birth_date else "",
        "giới tính": Sex(resident.sex).label,
        "dân tộc": resident.ethnic_group_name,
        "tôn giáo": resident.religion_name,
        "quốc tịch": resident.nationality_name,
        "hôn nhân": resident.marital_status_name,
        "nơi sinh": resident.birth_place,
        "nơi đăng ký khai sinh": resident.birth_registration_place,
        "tỉnh đăng ký khai sinh": codes.BIRTH_PROVINCES.name(resident.birth_registration_province),
        "quê quán": resident.home_town,
        "điện thoại": resident.phone,
        "cha": relations.get(RelationKind.FATHER, ""),
        "mẹ": relations.get(RelationKind.MOTHER, ""),
        "thường trú": residences.get(ResidenceKind.PERMANENT, ""),
        "tạm trú": residences.get(ResidenceKind.TEMPORARY, ""),
        "nơi ở hiện tại": residences.get(ResidenceKind.PRESENT, ""),
        "hộ": f"{membership.household.code} ({membership.role})" if membership else "",
        "đánh dấu": ", ".join(_ticks(resident)),
    }


def _lived(residence: Residence) -> str:
    dates = [f"{day:%d/%m/%Y}" for day in (residence.from_on, residence.to_on) if day]
    return residence.address + (f" ({'–'.join(dates)})" if dates else "")


def _ticks(resident: Resident) -> Iterable[str]:
    if resident.parents_unknown:
        yield "không xác định được cha, mẹ"
    if resident.no_permanent_residence:
        yield "không có nơi thường trú"
    if resident.never_had_cmnd:
        yield "chưa từng được cấp CMND"


def may_be_corrected(resident: Resident) -> bool:
    return resident.state in (ResidentState.LIVING, ResidentState.ABSENT)
