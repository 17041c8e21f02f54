"""Everything about one person for one visit, read in a fixed number of queries."""

import datetime as dt
from typing import Any, cast

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right
from registry import codes
from registry.cleanup.checklist import open_items
from registry.models import (
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    Sex,
)
from registry.residents.masking import shown_number, shown_phone
from registry.residents.panels import panels_for
from registry.residents.register import may_be_corrected
from registry.values import personal_number
from registry.values.partial_date import DateRefused, PartialDate

SENSITIVE = {"dan-toc": ("dân tộc", "ethnic_group_name"), "ton-giao": ("tôn giáo", "religion_name")}


def everything(person: Resident, officer: Officer) -> dict[str, Any]:
    """Seven queries, and one for each panel that a higher app adds."""
    numbers = list(person.numbers.all())
    relations = sorted(person.relations.select_related("person").filter(is_current=True), key=family_order)
    residences = list(person.residences.select_related("unit"))
    membership = person.memberships.filter(to_on=None).select_related("household", "role").first()
    active = next((one.number for one in numbers if one.kind == NumberKind.PERSONAL and one.is_active), "")
    return {
        "resident": person,
        "number": shown_number(active, officer) if active else "",
        "decoded": decoded(person, active),
        "facts": facts(person, numbers, officer),
        "relations": [family_line(one, relations, person, officer) for one in relations],
        "residences": residences,
        "spans": life_line(person, residences),
        "documents": list(person.documents.all()),
        "membership": membership,
        "members": members_of(membership),
        "checklist": open_items(person, officer),
        "being_checked": person.scan_due,
        "panels": panels_for(person, officer),
        "can_write": officer.can(Right.RESIDENT_WRITE) and may_be_corrected(person),
        "can_take": officer.can(Right.APPLICATION_TAKE) and may_be_corrected(person),
        "can_reveal": officer.can(Right.SENSITIVE_VIEW),
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
    live = {one.number for one in numbers if one.is_active}
    cmnd = [shown_number(one.number, officer) for one in numbers if one.kind == NumberKind.CMND9 and one.is_active]
    retired = [shown_number(one.number, officer) for one in numbers if not one.is_active and one.number not in live]
    born = known_birth(person)
    age = "" if person.died_on else age_words(born)
    rows = [
        ("Sinh ngày", f"{born.display()}{age}" if born else "", "chỉ biết năm" if born and not born.is_full else ""),
        ("Giới tính", Sex(person.sex).label, ""),
        ("Quốc tịch", person.nationality_name, ""),
        ("Nơi đăng ký khai sinh", person.birth_registration_place, birth_province(person)),
        ("Quê quán", person.home_town, ""),
        ("Hôn nhân", person.marital_status_name, ""),
        ("Nơi sinh", person.birth_place, ""),
        ("Điện thoại", shown_phone(person.phone, officer) if person.phone else "", ""),
        ("CMND 9 số", ", ".join(cmnd), "hết giá trị từ 01/01/2025" if cmnd else ""),
        ("Tên gọi khác", person.other_name, ""),
        ("Số hồ sơ cư trú", person.residence_file_number, ""),
    ]
    if retired:
        rows.append(("Số cũ, đã hủy", ", ".join(retired), ""))
    if person.died_on:
        rows.append(("Chết ngày", f"{person.died_on:%d/%m/%Y}", ""))
    return [{"label": label, "value": value, "note": note} for label, value, note in rows]


def family_order(relation: Relation) -> int:
    return list(RelationKind).index(RelationKind(relation.kind))


def known_birth(person: Resident) -> PartialDate | None:
    """The birth date; of one that no calendar has (an import's 31/02, rule D08) the month and the year."""
    try:
        return person.birth_date
    except DateRefused:
        return PartialDate(cast(int, person.birth_year), person.birth_month)


def age_words(born: PartialDate | None) -> str:
    """ "36 tuổi"; of a birth known only to the year both ages it may be: "75–76 tuổi"."""
    if born is None:
        return ""
    today = timezone.localdate()
    youngest, oldest = born.age_on(today), PartialDate.of(born.earliest()).age_on(today)
    return f" · {youngest} tuổi" if youngest == oldest else f" · {youngest}–{oldest} tuổi"


def family_line(relation: Relation, family: list[Relation], person: Resident, officer: Officer) -> dict[str, Any]:
    """One relative: linked where the officer may open the record; of two fathers or mothers each can be taken off."""
    single = relation.kind in (RelationKind.FATHER, RelationKind.MOTHER)
    twice = single and sum(one.kind == relation.kind for one in family) > 1
    near = relation.person is not None and relation.person.commune_id == person.commune_id
    return {
        "label": relation.get_kind_display(),
        "name": relation.name,
        "person": relation.person if near else None,
        "end_url": reverse("registry:relation_end", args=[person.public_id, relation.public_id])
        if twice and officer.can(Right.RESIDENT_WRITE)
        else "",
    }


def birth_province(person: Resident) -> str:
    code = person.birth_registration_province
    return f"tỉnh cũ: {codes.BIRTH_PROVINCES.name(code)}" if code else ""


def sensitive(person: Resident, field: str) -> tuple[str, str]:
    if field not in SENSITIVE:
        raise Http404
    label, attribute = SENSITIVE[field]
    return label, getattr(person, attribute) or "chưa có thông tin"


def members_of(membership: Membership | None) -> list[Membership]:
    if membership is None:
        return []
    rows = Membership.objects.filter(household=membership.household_id, to_on=None)
    return list(rows.select_related("resident", "role").order_by("role__position", "pk"))


def life_line(person: Resident, residences: list[Residence]) -> dict[str, Any] | None:
    """The residences as bars between birth and today, for components/spans.html: x and width in percent."""
    today = timezone.localdate()
    drawn = (ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY)
    dated = [(row.from_on, row) for row in residences if row.from_on and row.kind in drawn]
    if not dated:
        return None
    starts = [start for start, _ in dated]
    first = min([*starts, person.birth_latest_on or today, today - dt.timedelta(days=365)])
    whole = (today - first).days

    def share(day: dt.date) -> float:
        return round(max(0, min((day - first).days, whole)) / whole * 100, 1)

    spans = []
    for start, row in dated:
        end = row.to_on or (timezone.localdate(row.closed_at) if row.closed_at else today)
        is_open = row.closed_at is None and (row.to_on is None or row.to_on >= today)
        spans.append({
            "label": f"{row.get_kind_display()}: {row.hamlet or row.street}, {row.unit.name}",
            "x": share(start),
            "width": max(share(end) - share(start), 1.5),
            "lane": 1 if row.kind == ResidenceKind.TEMPORARY else 0,
            "kind": ("now" if is_open else "past") if row.kind == ResidenceKind.PERMANENT else "temporary",
        })  # fmt: skip
    ticks = [{"x": share(day), "label": f"{day.year}"} for day in sorted({first, *starts})]
    return {"spans": spans, "ticks": spaced(ticks), "label": "; ".join(str(span["label"]) for span in spans)}


def spaced(ticks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out year marks that would print over each other."""
    kept: list[dict[str, Any]] = []
    for tick in ticks:
        if not kept or tick["x"] - kept[-1]["x"] > 8:
            kept.append(tick)
    return kept
