"""SỐNG: the record follows life. Rules L01–L26; those that need no query of their own and no notice from elsewhere.

Not here: L15 (papers.py), L18–L20 (waiting.py), L16, L17, L23, L24 (cards registers them).
"""

import datetime as dt
from dataclasses import replace

from django.utils import timezone

from registry.cleanup.examples import (
    HOUSEHOLD,
    OLD_COMMUNE,
    TODAY,
    card,
    child,
    father,
    home,
    homes,
    member,
    moment,
    mother,
    person,
    relative,
    someone,
    the_dead,
)
from registry.cleanup.facts import CARD_AGE_YEARS, CARD_KINDS, CMND_KINDS, Facts
from registry.cleanup.right import DAY
from registry.cleanup.rules import THE_DEAD, Evidence, rule
from registry.models import HEAD, Purpose, RelationKind, Residence, ResidenceKind
from registry.values.partial_date import PartialDate

TERM_PURPOSES = (Purpose.MILITARY, Purpose.TREATMENT, Purpose.DETAINED)
KEEPS_THE_PLACE = (Purpose.ABROAD, Purpose.DETAINED, Purpose.MILITARY)
"""Đ24 k1 d spares who is abroad for a time, in prison, in a compulsory institution; soldiers live where they serve."""
CARD_MILESTONES_YEARS = (25, 40, 60)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def ahead(days: int) -> dt.date:
    return ago(-days)


@rule(
    "L01",
    fires=lambda: the_dead(died_on=ago(10)),
    quiet=lambda: the_dead(died_on=ago(10), residences=[home(closed_at=moment(ago(8)))]),
    spared=lambda: the_dead(died_on=ago(1)),
    exception="Trong 01 ngày làm việc kể từ khi có ngày chết.",
    states=THE_DEAD,
)
def dead_but_still_registered(facts: Facts) -> Evidence | None:
    died_on = facts.resident.died_on
    active = facts.living_at(ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY)
    if not active or (died_on is not None and died_on > facts.over_a_working_day_ago):
        return None
    values = {"Ngày chết": died_on.strftime(DAY) if died_on else "chưa ghi"}
    return Evidence(
        "Đã chết nhưng chưa xóa đăng ký cư trú.", values | {row.get_kind_display(): row.address for row in active}
    )


@rule(
    "L02",
    fires=lambda: person(death_reported_on=ago(16)),
    quiet=lambda: person(),
    spared=lambda: person(death_reported_on=ago(15)),
    exception="Còn trong thời hạn khai tử (Luật Hộ tịch Điều 33).",
    thresholds=("death_report_days",),
)
def reported_dead_without_a_paper(facts: Facts) -> Evidence | None:
    reported = facts.resident.death_reported_on
    days = facts.thresholds["death_report_days"]
    if reported is None or facts.resident.died_on or (facts.on - reported).days <= days:
        return None
    return Evidence(f"Hộ, thôn báo đã chết ngày {reported:{DAY}}, chưa khai tử.", {"Báo ngày": reported.strftime(DAY)})


@rule(
    "L03",
    fires=lambda: person(role="VO", household=[member(someone(pk=3, state="deceased", died_on=ago(9)))]),
    quiet=lambda: person(),
    spared=lambda: child(
        role="CHAU_NOI", household=[member(someone(), "CON_DE"), member(someone(pk=3, state="moved"))]
    ),
    exception="Việc của cả hộ chỉ báo một lần, ở người cao tuổi nhất trong hộ.",
    is_shared=True,
)
def household_lost_its_head(facts: Facts) -> Evidence | None:
    for row in facts.current_memberships:
        household = row.household
        former = [one for one in facts.housemates.get(household.pk, ()) if one.role and one.role.code == HEAD]
        if former and not facts.heads(household.pk) and facts.speaks_for(household.pk):
            last = former[-1].resident
            gone = "đã rời hộ" if last.is_current else last.get_state_display().lower()
            values = {"Hộ": household.code, "Chủ hộ": f"{last.full_name} ({gone})"}
            return Evidence(
                "Chủ hộ đã chết hoặc chuyển đi, hộ chưa đổi chủ hộ.", values, key=f"household {household.pk}"
            )
    return None


@rule(
    "L04",
    fires=lambda: person(residences=[home(unit=OLD_COMMUNE), home("present")]),
    quiet=lambda: person(),
    spared=lambda: person(residences=homes(home(unit=OLD_COMMUNE, from_on=ago(900), to_on=ago(600)))),
    exception="Nơi cư trú đã kết thúc giữ tên đơn vị cũ.",
)
def address_in_a_former_unit(facts: Facts) -> Evidence | None:
    for row in facts.living_at(ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY, ResidenceKind.PRESENT):
        if row.unit.valid_to and row.unit.valid_to < facts.on:
            values = {row.get_kind_display(): row.address, "Đơn vị hết hiệu lực": row.unit.valid_to.strftime(DAY)}
            return Evidence(f"{row.unit.name} không còn từ {row.unit.valid_to:{DAY}}.", values)
    return None


@rule(
    "L05",
    fires=lambda: person(residences=homes(home("temporary", from_on=ago(400), to_on=ago(3)))),
    quiet=lambda: person(residences=homes(home("temporary", from_on=ago(400), to_on=ahead(100)))),
    spared=lambda: person(
        residences=homes(
            home("temporary", from_on=ago(400), to_on=ago(3)), home("temporary", from_on=ago(2), to_on=ahead(300))
        )
    ),
    exception="Đã gia hạn: có lần tạm trú khác đang còn hạn.",
)
def temporary_residence_has_ended(facts: Facts) -> Evidence | None:
    if facts.living_at(ResidenceKind.TEMPORARY):
        return None
    for row in facts.not_struck_out(ResidenceKind.TEMPORARY):
        if row.to_on and row.to_on < facts.on:
            values = {"Tạm trú": row.address, "Đến hết ngày": row.to_on.strftime(DAY)}
            return Evidence(f"Tạm trú hết hạn {row.to_on:{DAY}}.", values)
    return None


@rule(
    "L06",
    fires=lambda: person(residences=homes(home("temporary", from_on=ago(300), to_on=ahead(15)))),
    quiet=lambda: person(residences=homes(home("temporary", from_on=ago(300), to_on=ahead(16)))),
    spared=lambda: person(
        residences=homes(
            home("temporary", from_on=ago(300), to_on=ahead(9)), home("temporary", from_on=ahead(10), to_on=ahead(300))
        )
    ),
    exception="Đã gia hạn: lần tạm trú sau nối tiếp.",
    thresholds=("temporary_renewal_days",),
)
def temporary_residence_ends_soon(facts: Facts) -> Evidence | None:
    soon = facts.on + dt.timedelta(days=facts.thresholds["temporary_renewal_days"])
    terms = facts.not_struck_out(ResidenceKind.TEMPORARY)
    for row in facts.living_at(ResidenceKind.TEMPORARY):
        if row.to_on and row.to_on <= soon and not any(one.carries_on(row) for one in terms):
            values = {"Tạm trú": row.address, "Đến hết ngày": row.to_on.strftime(DAY)}
            return Evidence(f"Tạm trú hết hạn {row.to_on:{DAY}}, cần nhắc gia hạn.", values)
    return None


@rule(
    "L07",
    fires=lambda: person(residences=homes(home("stay", from_on=ago(31)))),
    quiet=lambda: person(residences=homes(home("stay", from_on=ago(30)))),
    thresholds=("stay_days",),
)
def stay_is_too_long(facts: Facts) -> Evidence | None:
    days = facts.thresholds["stay_days"]
    for row in facts.living_at(ResidenceKind.STAY):
        if row.from_on and (facts.on - row.from_on).days > days:
            values = {"Lưu trú": row.address, "Từ ngày": row.from_on.strftime(DAY)}
            return Evidence(f"Lưu trú từ {row.from_on:{DAY}}, quá {days} ngày.", values)
    return None


@rule(
    "L08",
    fires=lambda: person(residences=homes(home("absence", from_on=ago(90), to_on=ago(8)))),
    quiet=lambda: person(residences=homes(home("absence", from_on=ago(90), to_on=ago(7)))),
    spared=lambda: person(residences=homes(home("absence", from_on=ago(90), to_on=ago(8), purpose="military"))),
    exception="Hết thời hạn ở trại, nghĩa vụ quân sự, cơ sở chữa bệnh là việc của L25.",
    thresholds=("absence_grace_days",),
)
def not_back_from_absence(facts: Facts) -> Evidence | None:
    for row in facts.not_struck_out(ResidenceKind.ABSENCE):
        if row.purpose in TERM_PURPOSES:
            continue
        if row.to_on and row.to_on < facts.on - dt.timedelta(days=facts.thresholds["absence_grace_days"]):
            return Evidence(
                f"Tạm vắng đến {row.to_on:{DAY}}, chưa ghi đã về.", {"Tạm vắng đến": row.to_on.strftime(DAY)}
            )
    return None


@rule(
    "L09",
    fires=lambda: person(residences=homes(home("absence", from_on=ago(366), to_on=None))),
    quiet=lambda: person(residences=homes(home("absence", from_on=ago(360), to_on=None))),
    spared=lambda: person(residences=homes(home("absence", from_on=ago(800), to_on=None, purpose="abroad"))),
    exception="Đang trong thời hạn khai báo tạm vắng, ra nước ngoài có thời hạn, chấp hành án, cơ sở bắt buộc, nghĩa "
    "vụ quân sự; đã đăng ký tạm trú nơi khác.",
    thresholds=("absence_months",),
    limits="Vắng mặt không khai báo chỉ biết khi cán bộ ghi nhận; tạm vắng hết hạn tính từ ngày hết hạn.",
)
def absent_for_a_year(facts: Facts) -> Evidence | None:
    """Luật Cư trú Đ24 k1 d. What is declared counts from its end; what nobody declared, from its beginning."""
    if not facts.permanent or any(row.unit_id != facts.resident.commune_id
                                  for row in facts.living_at(ResidenceKind.TEMPORARY)):  # fmt: skip
        return None
    months = facts.thresholds["absence_months"]
    for row in facts.not_struck_out(ResidenceKind.ABSENCE):
        since = _undeclared_since(row)
        if since and since <= _months_before(facts.on, months):
            values = {"Vắng mặt không khai báo từ": since.strftime(DAY)}
            return Evidence(f"Vắng mặt liên tục từ {since:{DAY}}, quá {months} tháng.", values)
    return None


def _undeclared_since(row: Residence) -> dt.date | None:
    """The first day not covered by a declaration; None while one covers it or the law spares its reason."""
    if row.purpose in KEEPS_THE_PLACE or (row.purpose and row.to_on is None):
        return None
    return row.to_on + dt.timedelta(days=1) if row.to_on else row.from_on


@rule(
    "L10",
    fires=lambda: child(
        resident=someone(pk=2, born="1/8/2026", full_name="Nguyễn Thị Lan", phone=""),
        numbers=[],
        residences=[home("present")],
        role="none",
    ),
    quiet=lambda: child(),
    spared=lambda: child(
        resident=someone(pk=2, born="1/10/2026", full_name="Nguyễn Thị Lan", phone=""),
        numbers=[],
        residences=[home("present")],
        role="none",
    ),
    exception="Còn trong thời hạn đăng ký cư trú cho trẻ mới sinh.",
    thresholds=("newborn_days",),
    limits="Ngày đăng ký khai sinh chưa ghi riêng: tính từ ngày sinh; chỉ xét trẻ dưới 14 tuổi.",
)
def newborn_without_residence(facts: Facts) -> Evidence | None:
    if facts.birth is None or facts.age is None or facts.age >= CARD_AGE_YEARS:
        return None
    days = facts.thresholds["newborn_days"]
    late = (facts.on - facts.birth.latest()).days > days
    if not late or facts.living_at(ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY):
        return None
    return Evidence(f"Trẻ sinh quá {days} ngày chưa đăng ký cư trú.", {"Ngày sinh": facts.birth.display()})


def _turns_soon(facts: Facts, age_years: int) -> dt.date | None:
    """The day of this birthday when it comes within the warning time."""
    if facts.birth is None:
        return None
    day = facts.birth.turns_on(age_years)
    soon = facts.on + dt.timedelta(days=facts.thresholds["coming_of_age_days"])
    return day if facts.on < day <= soon else None


def _issued_from(facts: Facts, day: dt.date) -> bool:
    """Whether a card in use was issued on or after a day."""
    return any(row.issued_on and row.issued_on >= day for row in facts.cards)


@rule(
    "L11",
    fires=lambda: child(resident=someone(pk=2, born="1/1/2013", full_name="Nguyễn Thị Lan", phone="")),
    quiet=lambda: child(),
    spared=lambda: child(
        resident=someone(pk=2, born="1/1/2013", full_name="Nguyễn Thị Lan", phone=""),
        documents=[card(issued_on=dt.date(2025, 6, 1), expires_on=dt.date(2038, 1, 1))],
    ),
    exception="Đã có thẻ cấp từ 12 tuổi: dùng đến tuổi đổi tiếp theo.",
    thresholds=("coming_of_age_days",),
)
def turns_14_soon(facts: Facts) -> Evidence | None:
    day = _turns_soon(facts, CARD_AGE_YEARS)
    if day is None or facts.birth is None or _issued_from(facts, facts.birth.turns_on(12)):
        return None
    return Evidence(f"Đủ 14 tuổi ngày {day:{DAY}}.", {"Ngày sinh": facts.birth.display()})


@rule(
    "L12",
    fires=lambda: person(born="1/1/2002", documents=[card(issued_on=dt.date(2021, 3, 1), kind="CCCD_CHIP")]),
    quiet=lambda: person(),
    spared=lambda: person(born="1/1/2002", documents=[card(issued_on=dt.date(2025, 3, 1))]),
    exception="Thẻ cấp trong 02 năm trước tuổi đổi: dùng đến tuổi đổi tiếp theo.",
    thresholds=("coming_of_age_days",),
)
def card_must_be_changed_soon(facts: Facts) -> Evidence | None:
    for age_years in CARD_MILESTONES_YEARS:
        day = _turns_soon(facts, age_years)
        if day and facts.cards and facts.birth and not _issued_from(facts, facts.birth.turns_on(age_years - 2)):
            return Evidence(
                f"Đủ {age_years} tuổi ngày {day:{DAY}}: đến tuổi đổi thẻ.", {"Ngày sinh": facts.birth.display()}
            )
    return None


@rule(
    "L13",
    fires=lambda: person(documents=[card(expires_on=ago(1))]),
    quiet=lambda: person(),
    spared=lambda: person(documents=[card(expires_on=ago(1), state="replaced"), card()]),
    exception="Thẻ cũ đã đổi, đã thu.",
)
def card_has_expired(facts: Facts) -> Evidence | None:
    for row in facts.cards:
        if row.expires_on and row.expires_on < facts.on:
            values = {"Thẻ": row.kind_name, "Có giá trị đến": row.expires_on.strftime(DAY)}
            return Evidence(f"Thẻ đã hết hạn {row.expires_on:{DAY}}.", values)
    return None


@rule(
    "L14",
    fires=lambda: person(
        documents=[card(kind="CMND9", number="081234567", issued_on=dt.date(2010, 4, 1), expires_on=None)]
    ),
    quiet=lambda: person(),
    spared=lambda: person(documents=[card(), card(kind="CMND9", number="081234567", issued_on=dt.date(2010, 4, 1))]),
    exception="Đã có thẻ cấp sau CMND.",
)
def only_a_cmnd(facts: Facts) -> Evidence | None:
    papers = [row for row in facts.documents if row.kind in (*CARD_KINDS, *CMND_KINDS)]
    if not papers or any(row.kind in CARD_KINDS for row in papers):
        return None
    latest = max(papers, key=lambda row: row.issued_on or dt.date.min)
    return Evidence("Chỉ còn CMND, hết giá trị từ 01/01/2025.", {latest.kind_name: latest.number})


@rule(
    "L21",
    fires=lambda: person(relations=[father(), mother(), relative("guardian", "Lê Thị Sen")]),
    quiet=lambda: person(),
    spared=lambda: child(relations=[relative("guardian", "Lê Thị Sen")]),
    exception="Người chưa đủ 18 tuổi; có quyết định mất năng lực hành vi thì bấm “Đã xác minh”.",
)
def guardian_of_an_adult(facts: Facts) -> Evidence | None:
    guardians = facts.related(RelationKind.GUARDIAN)
    if not guardians or not facts.is_at_least(18):
        return None
    return Evidence("Đủ 18 tuổi vẫn ghi người đại diện.", {"Người đại diện": ", ".join(row.name for row in guardians)})


@rule(
    "L22",
    fires=lambda: person(confirmed_at=moment(ago(400))),
    quiet=lambda: person(born="1940", confirmed_at=moment(ago(150))),
    spared=lambda: person(confirmed_at=None, created_at=moment(ago(100))),
    exception="Hồ sơ mới ghi nhận tính từ ngày ghi nhận; từ 80 tuổi có thời hạn riêng.",
    thresholds=("confirm_months", "confirm_months_from_80"),
)
def not_confirmed_for_long(facts: Facts) -> Evidence | None:
    months = facts.thresholds["confirm_months_from_80" if facts.is_at_least(80) else "confirm_months"]
    resident = facts.resident
    recorded = timezone.localdate(resident.created_at)
    last = timezone.localdate(resident.confirmed_at) if resident.confirmed_at else recorded
    if last >= _months_before(facts.on, months):
        return None
    said = f"{last:{DAY}}" if resident.confirmed_at else "chưa lần nào"
    return Evidence(f"Phúc tra lần cuối: {said}.", {"Phúc tra lần cuối": said, "Ghi nhận": f"{recorded:{DAY}}"})


def _after_another_head(*, written_on: dt.date) -> Facts:
    """A child in a household whose head died 40 days ago; another has been head for nine days."""
    dead = member(someone(pk=3, state="deceased", died_on=ago(40)), to_on=ago(40), source_on=ago(900))
    facts = child(household=[dead, member(someone(), source_on=ago(9))])
    own = member(facts.resident, "CON_DE", from_on=ago(900), source_on=written_on)
    return replace(facts, memberships=[own], housemates={HOUSEHOLD.pk: [own, *facts.housemates[HOUSEHOLD.pk][1:]]})


@rule(
    "L26",
    fires=lambda: _after_another_head(written_on=ago(900)),
    quiet=lambda: _after_another_head(written_on=ago(9)),
    limits="Chỉ thấy khi chủ hộ cũ đã rời hộ và quan hệ chưa được ghi lại từ ngày có chủ hộ mới.",
)
def relation_to_a_former_head(facts: Facts) -> Evidence | None:
    for row in facts.current_memberships:
        heads = facts.heads(row.household_id)
        if row.role is None or row.role.code == HEAD or len(heads) != 1:
            continue
        head, begun = heads[0], row.from_on or dt.date.min
        former = [
            one for one in facts.housemates[row.household_id]
            if one.to_on and one.to_on >= begun and one.role and one.role.code == HEAD
            and one.resident_id != head.resident_id
        ]  # fmt: skip
        if former and row.source_on < head.source_on:
            values = {
                "Quan hệ đang ghi": row.role.name,
                "Ghi ngày": row.source_on.strftime(DAY),
                "Chủ hộ": f"{head.resident.full_name}, ghi ngày {head.source_on:{DAY}}",
                "Chủ hộ cũ": former[-1].resident.full_name,
            }
            return Evidence("Quan hệ với chủ hộ ghi trước khi đổi chủ hộ.", values)
    return None


@rule(
    "L25",
    fires=lambda: person(residences=homes(home("absence", from_on=ago(700), to_on=ago(1), purpose="military"))),
    quiet=lambda: person(residences=homes(home("absence", from_on=ago(700), to_on=TODAY, purpose="military"))),
)
def term_is_over(facts: Facts) -> Evidence | None:
    for row in facts.not_struck_out(ResidenceKind.ABSENCE):
        if row.purpose in TERM_PURPOSES and row.to_on and row.to_on < facts.on:
            values = {"Lý do": row.get_purpose_display(), "Đến hết ngày": row.to_on.strftime(DAY)}
            return Evidence(f"{row.get_purpose_display()}: hết thời hạn {row.to_on:{DAY}}, chưa ghi đã về.", values)
    return None


def _months_before(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last_day = PartialDate(year, month + 1).latest().day
    return dt.date(year, month + 1, min(day.day, last_day))
