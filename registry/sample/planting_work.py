"""More flaws on purpose: ties that one side only names, cards and scans that disagree, work that waits too long."""

import datetime as dt

from django.utils import timezone

from registry.models import (
    CardScan,
    Change,
    ChangeState,
    NumberKind,
    Purpose,
    RelationKind,
    ResidenceKind,
    ResidentState,
    ScanKind,
    Sex,
)
from registry.sample import papers
from registry.sample.planting import ADULT, CHILD, PARENTS, Field, fits, plant
from registry.sample.sheet import Sheet

NEW_CARD = "CAN_CUOC"


def _has_new_card(sheet: Sheet) -> bool:
    card = sheet.card
    return card is not None and card.kind == NEW_CARD and card.expires_on is not None


HAS_NEW_CARD = fits(also=_has_new_card)


def _linked_spouse(sheet: Sheet) -> bool:
    return any(row.person is not None and row.is_current for row in sheet.related(RelationKind.SPOUSE))


def _relative(sheet: Sheet, *kinds: str) -> Sheet:
    """The housemate whom a linked line of these kinds names."""
    assert sheet.home is not None
    people = {id(other.resident): other for other in sheet.home.members}
    rows = [row for row in sheet.related(*kinds) if row.person is not None and id(row.person) in people]
    return people[id(rows[0].person)]


def _unlink(sheet: Sheet, kind: str, other: Sheet) -> None:
    for row in sheet.related(kind):
        if row.person is other.resident:
            row.person = None


@plant("D19", fits(ages=(25, 70), marital="2", also=_linked_spouse))
def _(it: Field, sheet: Sheet) -> None:
    _unlink(_relative(sheet, RelationKind.SPOUSE), RelationKind.SPOUSE, sheet)


@plant("D20", fits(ages=(1, 30), linked_parents=True))
def _(it: Field, sheet: Sheet) -> None:
    for parent in PARENTS:
        _unlink(_relative(sheet, parent), RelationKind.CHILD, sheet)


@plant("D24", HAS_NEW_CARD)
def _(it: Field, sheet: Sheet) -> None:
    assert sheet.card is not None
    sheet.card.issued_by = papers.ISSUER_BEFORE


@plant("D25", HAS_NEW_CARD)
def _(it: Field, sheet: Sheet) -> None:
    assert sheet.card is not None and sheet.card.expires_on is not None
    sheet.card.expires_on += dt.timedelta(days=500)


def _scan(it: Field, sheet: Sheet, kind: ScanKind, fields: dict[str, str], faults: list[str] | None = None) -> None:
    number = sheet.number()
    assert number is not None
    sheet.scans.append(
        CardScan(
            resident=sheet.resident,
            kind=kind,
            fields={"number": number.number} | fields,
            faults=faults or [],
            at=it.people.moment(it.day(-it.random.randrange(2, 90))),
            by=sheet.resident.created_by,
        )
    )


@plant("D32", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    born = sheet.born_on + dt.timedelta(days=1)
    _scan(it, sheet, ScanKind.QR_2024, {"full_name": sheet.resident.full_name, "birth_date": f"{born:%d/%m/%Y}"})


@plant("D33", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _scan(it, sheet, ScanKind.MRZ, {}, faults=["birth"])


@plant("E13", CHILD)
def _(it: Field, sheet: Sheet) -> None:
    sheet.add_relation(RelationKind.GUARDIAN, "Nông Thị Duyên")


@plant("S12", fits(also=lambda sheet: sheet.card is not None))
def _(it: Field, sheet: Sheet) -> None:
    assert sheet.card is not None
    province = sheet.resident.birth_registration_province
    old = it.numbers.personal(province=province, sex=sheet.resident.sex, born=sheet.born_on)
    sheet.add_number(old, NumberKind.CANCELLED, is_active=False)
    sheet.card.number = old


@plant("S27", fits(ages=(40, 60), sex=Sex.MALE, linked_parents=False))
def _(it: Field, sheet: Sheet) -> list[Sheet]:
    """Two men, each written down as the other's father."""
    fitting = fits(ages=(40, 60), sex=Sex.MALE, linked_parents=False)
    other = it.take(lambda one: fitting(it, one), rule="S27")
    for one, father in ((sheet, other), (other, sheet)):
        row = one.related(RelationKind.FATHER)[0]
        row.name, row.person = father.resident.full_name, father.resident
    return [sheet, other]


@plant("L02", fits(ages=(60, 90)))
def _(it: Field, sheet: Sheet) -> None:
    sheet.resident.death_reported_on = it.day(-it.random.randrange(20, 60))


def _away(it: Field, sheet: Sheet, **more) -> None:
    unit = it.random.choice(it.homes.elsewhere)
    sheet.add_residence(ResidenceKind.ABSENCE, unit=unit, **more)
    sheet.resident.state = ResidentState.ABSENT


@plant("L09", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _away(it, sheet, from_on=it.day(-it.random.randrange(400, 700)))


@plant("L25", fits(ages=(20, 26), sex=Sex.MALE))
def _(it: Field, sheet: Sheet) -> None:
    _away(it, sheet, from_on=it.day(-750), to_on=it.day(-it.random.randrange(5, 19)), purpose=Purpose.MILITARY)


# --- Work that was received -----------------------------------------------------------------------------------------


def _received(it: Field, sheet: Sheet, kind: str, *, days_ago: int, **more) -> None:
    received = it.day(-days_ago)
    sheet.changes.append(
        Change(
            kind=kind,
            commune=sheet.resident.commune,
            resident=sheet.resident,
            received_on=received,
            due_on=received + dt.timedelta(days=5),
            fields={"received_on": [f"{received:%d/%m/%Y}"]},
            created_at=it.people.moment(received),
            created_by=sheet.resident.created_by,
            **more,
        )
    )


@plant("L18", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _received(it, sheet, "sua-so", days_ago=12, basis="Đơn của công dân: số ghi nhầm một chữ số")


@plant("L19", fits(ages=(22, 35), marital="1"))
def _(it: Field, sheet: Sheet) -> None:
    _received(it, sheet, "ket-hon", days_ago=12, paper_kind="Giấy chứng nhận kết hôn", paper_number="12/2026")


@plant("L20", ADULT)
def _(it: Field, sheet: Sheet) -> None:
    _received(it, sheet, "thuong-tru-noi-khac", days_ago=3, basis="Thông báo của nơi đăng ký mới")


@plant("L15", fits(also=lambda sheet: _has_new_card(sheet) or sheet.card is not None))
def _(it: Field, sheet: Sheet) -> None:
    """The name was corrected last week by decision; the card still bears the old one."""
    assert sheet.card is not None
    sheet.card.issued_on = min(sheet.card.issued_on or it.today, it.day(-30))
    name = sheet.resident.full_name
    line = {"of": "resident", "who": name, "ref": str(sheet.resident.public_id), "what": "họ tên",
            "before": name.replace(name.split()[-1], "Mẫu"), "after": name}  # fmt: skip
    _received(
        it, sheet, "cai-chinh", days_ago=8, effective_on=it.day(-8), paper_kind="Trích lục cải chính hộ tịch",
        paper_number="03/TLCC", state=ChangeState.APPLIED, lines=[line], decided_at=timezone.now(),
        decided_by=sheet.resident.created_by,
    )  # fmt: skip
