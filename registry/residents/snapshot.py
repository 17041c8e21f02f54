"""A record as the officer reads it: what a correction changed, and whether somebody else changed it meanwhile."""

from collections.abc import Iterator

from django.core import signing

from registry import codes
from registry.models import NumberKind, RelationKind, Residence, ResidenceKind, Resident, Sex
from registry.residents.current import Shown, shown
from registry.values.partial_date import DateRefused

Snapshot = dict[str, str]


def snapshot(resident: Resident, rows: Shown | None = None) -> Snapshot:
    """Vietnamese field name -> text. Four queries, or none when the rows are at hand."""
    rows = rows or shown(resident)
    membership, homes = rows.membership, rows.residences
    return {
        "số định danh": rows.number(NumberKind.PERSONAL),
        "CMND": rows.number(NumberKind.CMND9),
        "họ tên": resident.full_name,
        "tên gọi khác": resident.other_name,
        "ngày sinh": _born(resident),
        "giới tính": Sex(resident.sex).label,
        "dân tộc": resident.ethnic_group_name,
        "tôn giáo": resident.religion_name,
        "quốc tịch": resident.nationality_name,
        "hôn nhân": resident.marital_status_name,
        "nơi sinh": resident.birth_place,
        "nơi đăng ký khai sinh": resident.birth_registration_place,
        "tỉnh đăng ký khai sinh": codes.BIRTH_PROVINCES.name(resident.birth_registration_province),
        "quê quán": resident.home_town,
        "tách họ tên": " / ".join([resident.surname, resident.middle_name, resident.given_name])
        if resident.split_confirmed
        else "",
        "quốc tịch thứ hai": codes.COUNTRIES.name(resident.second_nationality),
        "nhóm máu": codes.BLOOD_GROUPS.name(resident.blood_group),
        "điện thoại": resident.phone,
        "thư điện tử": resident.email,
        "số hồ sơ cư trú": resident.residence_file_number,
        "thông tin khác": resident.other_information,
        "cha": rows.relative(RelationKind.FATHER),
        "mẹ": rows.relative(RelationKind.MOTHER),
        "thường trú": lived(homes.get(ResidenceKind.PERMANENT)),
        "tạm trú": lived(homes.get(ResidenceKind.TEMPORARY)),
        "nơi ở hiện tại": lived(homes.get(ResidenceKind.PRESENT)),
        "hộ": f"{membership.household.code} ({membership.role or 'chưa rõ quan hệ'})" if membership else "",
        "đánh dấu": ", ".join(ticks(resident)),
    }


def _born(resident: Resident) -> str:
    """Also of an imported date that no calendar has (rule D08): it must be readable to be mended."""
    try:
        return resident.birth_date.display() if resident.birth_date else ""
    except DateRefused:
        return f"{resident.birth_day}/{resident.birth_month}/{resident.birth_year}"


def differences(before: Snapshot, after: Snapshot) -> dict[str, list[str]]:
    return {name: [before.get(name, ""), value] for name, value in after.items() if before.get(name, "") != value}


def lived(residence: Residence | None) -> str:
    if residence is None:
        return ""
    dates = [f"{day:%d/%m/%Y}" for day in (residence.from_on, residence.to_on) if day]
    return residence.address + (f" ({'–'.join(dates)})" if dates else "")


def ticks(resident: Resident) -> Iterator[str]:
    if resident.birth_date_confirmed:
        yield "ngày sinh đúng theo khai sinh"
    if resident.parents_unknown:
        yield "không xác định được cha, mẹ"
    if resident.no_permanent_residence:
        yield "không có nơi thường trú"
    if resident.never_had_cmnd:
        yield "chưa từng được cấp CMND"


# --- What the form was opened with travels with the form, signed: a late submit is compared with it ------------------


def sealed(shot: Snapshot) -> str:
    return signing.dumps(shot, salt="opened-with", compress=True)


def unsealed(text: str) -> Snapshot | None:
    try:
        return signing.loads(text, salt="opened-with")
    except signing.BadSignature:
        return None
