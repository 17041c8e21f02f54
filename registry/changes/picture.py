"""People and households as one reads them, before and after: what a change did is the difference of two pictures.

Nothing sensitive is in a picture (dân tộc, tôn giáo, nhóm máu): it is kept with the change and shown in lists.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from registry import codes
from registry.models import (
    HEAD,
    DocumentState,
    Household,
    IdentityDocument,
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    Sex,
)
from registry.values.partial_date import DateRefused

Picture = dict[str, str]
Line = dict[str, str]


def pictures(people: Iterable[int], households: Iterable[int]) -> dict[tuple[str, int], tuple[str, str, Picture]]:
    """("resident" or "household", id) -> (name, public id, picture). Seven queries however many they are."""
    ids, homes = set(people), set(households)
    numbers = _grouped(IdentityNumber.objects.filter(resident__in=ids).order_by("kind", "pk"))
    relations = _grouped(Relation.objects.filter(resident__in=ids, is_current=True).order_by("kind", "pk"))
    lived = Residence.objects.filter(resident__in=ids, closed_at=None).select_related("unit")
    residences = _grouped(lived.order_by("kind", "from_on", "pk"))
    cards = IdentityDocument.objects.filter(resident__in=ids, state=DocumentState.IN_USE)
    documents = _grouped(cards.order_by("pk"))
    rows = Membership.objects.filter(to_on=None).select_related("household", "role", "resident")
    memberships = list(
        (rows.filter(resident__in=ids) | rows.filter(household__in=homes)).order_by("role__position", "pk")
    )
    by_person, by_home = defaultdict(list), defaultdict(list)
    for row in memberships:
        by_person[row.resident_id].append(row)
        by_home[row.household_id].append(row)
    found: dict[tuple[str, int], tuple[str, str, Picture]] = {}
    for person in Resident.objects.filter(pk__in=ids).select_related("commune").order_by("sort_key", "pk"):
        picture = _plain(person) | _numbers(numbers[person.pk]) | _family(relations[person.pk])
        picture |= _homes(residences[person.pk]) | _cards(documents[person.pk]) | _roles(by_person[person.pk])
        found["resident", person.pk] = (person.full_name, str(person.public_id), picture)
    for home in Household.objects.filter(pk__in=homes).order_by("code"):
        found["household", home.pk] = (f"Hộ {home.code}", str(home.public_id), _household(home, by_home[home.pk]))
    return found


def lines_between(before: dict, after: dict) -> list[Line]:
    """What differs, person by person: {"of", "who", "ref", "what", "before", "after"}; new ones have nothing before."""
    lines = []
    for key, (name, ref, picture) in after.items():
        old: Picture = before[key][2] if key in before else {}
        for what, value in picture.items():
            if old.get(what, "") != value:
                lines.append({"of": key[0], "who": name, "ref": ref, "what": what, "before": old.get(what, ""),
                              "after": value})  # fmt: skip
    return lines


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.resident_id].append(row)
    return grouped


def _plain(person: Resident) -> Picture:
    try:
        born = person.birth_date.display() if person.birth_date else ""
    except DateRefused:
        born = f"{person.birth_day}/{person.birth_month}/{person.birth_year}"
    nationalities = [codes.COUNTRIES.name(code) for code in (person.nationality, person.second_nationality) if code]
    return {
        "họ tên": person.full_name,
        "tên gọi khác": person.other_name,
        "tình trạng": person.get_state_display(),
        "xã quản lý": person.commune.name,
        "ngày sinh": born,
        "giới tính": Sex(person.sex).label,
        "quốc tịch": ", ".join(nationalities),
        "hôn nhân": person.marital_status_name,
        "nơi sinh": person.birth_place,
        "nơi đăng ký khai sinh": person.birth_registration_place,
        "quê quán": person.home_town,
        "ngày chết": _day(person.died_on),
        "báo đã chết": _day(person.death_reported_on),
        "mất tích": _day(person.missing_on),
    }


def _numbers(rows: list[IdentityNumber]) -> Picture:
    return {
        "số định danh": _joined(row.number for row in rows if row.kind == NumberKind.PERSONAL and row.is_active),
        "CMND 9 số": _joined(row.number for row in rows if row.kind == NumberKind.CMND9 and row.is_active),
        "CMND 12 số": _joined(row.number for row in rows if row.kind == NumberKind.CMND12 and row.is_active),
        "giấy chứng nhận căn cước": _joined(
            row.number for row in rows if row.kind == NumberKind.CERTIFICATE and row.is_active
        ),
        "số cũ": _joined(row.number for row in rows if not row.is_active),
    }


def _family(rows: list[Relation]) -> Picture:
    return {
        RelationKind(kind).label.lower(): _joined(_relative(row) for row in rows if row.kind == kind)
        for kind in RelationKind.values
    }


def _relative(row: Relation) -> str:
    country = codes.COUNTRIES.name(row.nationality)
    marks = [
        f"sinh {row.birth_year}" if row.birth_year else "",
        f"số định danh {row.personal_number}" if row.personal_number else "",
        f"CMND {row.cmnd}" if row.cmnd else "",
        f"quốc tịch {country}" if country else "",
        "nuôi" if row.is_adoptive else "",
        "đã liên kết" if row.person_id else "",
    ]
    told = ", ".join(filter(None, marks))
    return row.name + (f" ({told})" if told else "")


def _homes(rows: list[Residence]) -> Picture:
    return {
        ResidenceKind(kind).label.lower(): _joined(_lived(row) for row in rows if row.kind == kind)
        for kind in ResidenceKind.values
    }


def _lived(row: Residence) -> str:
    ends = (("từ", row.from_on), ("đến hết", row.to_on))
    dates = " ".join(f"{word} {day:%d/%m/%Y}" for word, day in ends if day)
    purpose = f", {row.get_purpose_display().lower()}" if row.purpose else ""
    return row.address + purpose + (f" ({dates})" if dates else "")


def _cards(rows: list[IdentityDocument]) -> Picture:
    return {"thẻ đang dùng": _joined(f"{row.kind_name} {row.number}" for row in rows)}


def _roles(rows: list[Membership]) -> Picture:
    return {"hộ": _joined(f"{row.household.code} ({row.role or 'chưa rõ quan hệ'})" for row in rows)}


def _household(home: Household, rows: list[Membership]) -> Picture:
    heads = [row.resident.full_name for row in rows if row.role and row.role.code == HEAD]
    return {
        "địa chỉ": home.address,
        "chủ hộ": _joined(heads),
        "số người": str(len(rows)) if rows else "",
        "đóng ngày": _day(home.closed_on),
    }


def _joined(parts: Iterator[str] | list[str]) -> str:
    return "; ".join(parts)


def _day(day: Any) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
