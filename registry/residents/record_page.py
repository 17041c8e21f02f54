"""Everything about one person for one visit, read in a fixed number of queries."""

import datetime as dt
from collections import Counter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right
from accounts.scope import ScopedQuerySet
from registry import codes
from registry.changes.kinds import offered_to, title_of
from registry.cleanup.checklist import Item, open_items
from registry.models import (
    Change,
    Membership,
    NumberKind,
    Resident,
    Sex,
)
from registry.residents.masking import shown_number, shown_phone
from registry.residents.numbers import table as number_table
from registry.residents.panels import panels_for
from registry.residents.sources import Source, source_of
from registry.values import personal_number
from registry.values.partial_date import PartialDate

SENSITIVE = {
    "dan-toc": ("dân tộc", "ethnic_group_name"),
    "ton-giao": ("tôn giáo", "religion_name"),
    "nhom-mau": ("nhóm máu", "blood_group_name"),
}
COLUMNS = {"dan-toc": "ethnic_group", "ton-giao": "religion", "nhom-mau": "blood_group"}


def everything(person: Resident, officer: Officer) -> dict[str, Any]:
    """Five queries, and one for each panel that a higher app adds. The family, the life line, the history and who
    looked are fragments of their own (reading.py, views.py)."""
    numbers = list(person.numbers.all())
    checklist = open_items(person, officer)
    members = members_of(person, checklist)
    membership = next((one for one in members if one.resident_id == person.pk), None)
    active = next((one.number for one in numbers if one.kind == NumberKind.PERSONAL and one.is_active), "")
    return {
        "resident": person,
        "number": shown_number(active, officer) if active else "",
        "decoded": decoded(person, active),
        "facts": facts(person, numbers, officer),
        "numbers": number_table(numbers, officer),
        "masked": [masked(person, field) for field in SENSITIVE],
        "record_source": str(Source(person.source, person.source_on)),
        "documents": list(person.documents.all()),
        "membership": membership,
        "members": [one for one in members if membership and one.household_id == membership.household_id],
        "checklist": checklist,
        "waiting": [waiting_line(told) for told in getattr(person, "waiting_changes", [])],
        "being_checked": person.scan_due,
        "panels": panels_for(person, officer),
        "can_write": officer.can(Right.RESIDENT_WRITE) and person.is_current,
        "can_take": officer.can(Right.APPLICATION_TAKE) and person.is_current,
        "works": list(offered_to(person)) if officer.can(Right.RESIDENT_WRITE) else [],
        "can_reveal": officer.can(Right.SENSITIVE_VIEW),
    }


def with_waiting(rows: ScopedQuerySet[Resident]) -> ScopedQuerySet[Any]:
    """Each person with `waiting_changes`, what was received and not decided, in the same query."""
    told = JSONObject(ref="public_id", kind="kind", received_on="received_on", due_on="due_on")
    waiting = Change.objects.waiting().filter(resident=OuterRef("pk")).order_by("due_on", "pk")
    return rows.annotate(waiting_changes=ArraySubquery(waiting.values(told=told)))


def waiting_line(told: dict[str, Any]) -> dict[str, Any]:
    due = dt.date.fromisoformat(told["due_on"]) if told["due_on"] else None
    return {
        "url": reverse("registry:change", args=[told["ref"]]),
        "title": title_of(told["kind"]),
        "received_on": dt.date.fromisoformat(told["received_on"]),
        "due_on": due,
        "is_late": bool(due and due < timezone.localdate()),
    }


def decoded(person: Resident, number: str) -> dict[str, Any] | None:
    """What the digits say, and where they differ from the record."""
    if not number:
        return None
    try:
        read = personal_number.decode(number)
    except personal_number.NumberRefused as refused:
        return {"sentence": str(refused), "differs": True}
    differs = personal_number.disagreements(
        number, sex=str(person.sex), birth_year=person.birth_year, birth_province=person.birth_registration_province
    )
    return {"sentence": read.sentence(), "differs": [one.sentence for one in differs]}


def facts(person: Resident, numbers: list, officer: Officer) -> list[dict[str, Any]]:
    """The fields of Luật Căn cước Đ9 that are one value; a source is told where it is not the record's own."""
    cmnd = [shown_number(one.number, officer) for one in numbers if one.kind == NumberKind.CMND9 and one.is_active]
    born = person.known_birth
    age = "" if person.died_on else age_words(born)
    rows = [
        ("Sinh ngày", f"{born.display()}{age}" if born else "", birth_note(person, born), "birth_date"),
        ("Giới tính", Sex(person.sex).label, "", "sex"),
        ("Quốc tịch", ", ".join(nationalities(person)), "", "nationality"),
        ("Nơi đăng ký khai sinh", person.birth_registration_place, birth_province(person), "birth_registration_place"),
        ("Quê quán", person.home_town, "", "home_town"),
        ("Hôn nhân", person.marital_status_name, "", "marital_status"),
        ("Nơi sinh", person.birth_place, "", "birth_place"),
        ("Điện thoại", shown_phone(person.phone, officer) if person.phone else "", "", "phone"),
        ("Thư điện tử", person.email if officer.can(Right.SENSITIVE_VIEW) else "", "", "email"),
        ("CMND 9 số", ", ".join(cmnd), "hết giá trị từ 01/01/2025" if cmnd else "", ""),
        ("Tên gọi khác", person.other_name, "", "other_name"),
        ("Tách họ tên", name_parts(person), "cán bộ đã tách" if person.split_confirmed else "", "full_name"),
        ("Số hồ sơ cư trú", person.residence_file_number, "", "residence_file_number"),
    ]
    days = (("Chết ngày", person.died_on), ("Báo đã chết", person.death_reported_on), ("Mất tích", person.missing_on))
    rows += [(label, f"{day:%d/%m/%Y}", "", "") for label, day in days if day]
    if person.other_information:
        rows.append(("Thông tin khác", person.other_information, "", "other_information"))
    return [
        {"label": label, "value": value, "note": " · ".join(filter(None, [note, own_source(person, field)]))}
        for label, value, note, field in rows
    ]


def own_source(person: Resident, field: str) -> str:
    """ "nguồn: Mã QR trên thẻ, 12/08/2026" where the value came otherwise than the record as a whole."""
    return f"nguồn: {source_of(person, field)}" if field in person.sources else ""


def masked(person: Resident, field: str) -> dict[str, str]:
    label = SENSITIVE[field][0]
    url = reverse("registry:reveal", args=[person.public_id, field])
    return {"field": field, "label": label, "url": url, "note": own_source(person, COLUMNS[field])}


def nationalities(person: Resident) -> list[str]:
    return [codes.COUNTRIES.name(code) for code in (person.nationality, person.second_nationality) if code]


def name_parts(person: Resident) -> str:
    return " / ".join(part or "–" for part in (person.surname, person.middle_name, person.given_name))


def birth_note(person: Resident, born: PartialDate | None) -> str:
    if born and not born.is_full:
        return "chỉ biết năm" if born.month is None else "chỉ biết tháng, năm"
    return "đúng theo khai sinh" if person.birth_date_confirmed else ""


def age_words(born: PartialDate | None) -> str:
    """ "36 tuổi"; of a birth known only to the year both ages it may be: "75–76 tuổi"."""
    if born is None:
        return ""
    today = timezone.localdate()
    youngest, oldest = born.age_on(today), PartialDate.of(born.earliest()).age_on(today)
    return f" · {youngest} tuổi" if youngest == oldest else f" · {youngest}–{oldest} tuổi"


def birth_province(person: Resident) -> str:
    code = person.birth_registration_province
    return f"tỉnh cũ: {codes.BIRTH_PROVINCES.name(code)}" if code else ""


def sensitive(person: Resident, field: str) -> tuple[str, str]:
    if field not in SENSITIVE:
        raise Http404
    label, attribute = SENSITIVE[field]
    return label, getattr(person, attribute) or "chưa có thông tin"


def members_of(person: Resident, checklist: list[Item]) -> list[Membership]:
    """Everybody of the person's household, each with `open_items`: how many problems are open. One query."""
    homes = Membership.objects.filter(resident=person, to_on=None).values("household")
    rows = Membership.objects.filter(household__in=homes, to_on=None).select_related("household", "resident", "role")
    members = list(rows.order_by("household", "role__position", "pk"))
    counts = Counter(item.finding.resident_id for item in checklist)
    for member in members:
        member.open_items = counts[member.resident_id]  # type: ignore[attr-defined]
    return members
