"""ĐÚNG: what the record says agrees with the papers, and with itself. Rules D01–D36; those that need no query of
their own.

Not here: D01, D11 (refused.py), D19, D20 (kin.py), D24, D25 (papers.py), D26, D27 (units.py).
"""

import datetime as dt

from accounts.text import accent_key
from registry.cleanup.examples import (
    card,
    child,
    cmnd,
    father,
    home,
    homes,
    member,
    mother,
    number,
    person,
    relative,
    scanned,
    someone,
    the_dead,
)
from registry.cleanup.facts import Facts, birth_of
from registry.cleanup.rules import LIVING, ON_THE_BOOKS, THE_DEAD, Evidence, rule
from registry.codes import DIVORCED, HOME_COUNTRY, KINH, MARRIED, SEXES, UNMARRIED, WIDOWED
from registry.models import HEAD, Membership, RelationKind, ResidenceKind, ResidentState, ScanKind, Sex
from registry.values import cmnd as cmnd_value
from registry.values import partial_date, personal_number, phone
from registry.values.names import OWN_SPELLING
from registry.values.partial_date import PartialDate
from registry.values.periods import years_after

# Groups that write the father's or mother's surname first, as the Kinh do: Kinh, Tày, Thái, Hoa, Mường, Nùng, Dao,
# Sán Chay, Sán Dìu.
SURNAME_FIRST = frozenset({KINH, "02", "03", "04", "06", "07", "09", "15", "18"})
LONGEST_STAY_YEARS = 2  # of one temporary residence, Luật Cư trú Đ27
MARRIAGE_AGE_YEARS = {Sex.MALE: 20, Sex.FEMALE: 18}
LAST_CMND9 = dt.date(2020, 12, 31)
CARD_PERIODS = {
    "CMND9": (None, LAST_CMND9),
    "CMND12": (dt.date(2012, 1, 1), dt.date(2015, 12, 31)),
    "CCCD_MAVACH": (dt.date(2016, 1, 1), None),
    "CCCD_CHIP": (dt.date(2016, 1, 1), None),
    "CAN_CUOC": (dt.date(2024, 7, 1), None),
}
DAY = "%d/%m/%Y"


def _number_says(facts: Facts, code: str) -> Evidence | None:
    """What registry/values/personal_number.py finds between the number and the record, for one rule of D02–D06."""
    if not facts.personal_number:
        return None
    found = personal_number.disagreements(
        facts.personal_number,
        sex=str(facts.resident.sex),
        birth_year=facts.birth.year if facts.birth else None,
        birth_province=facts.resident.birth_registration_province or None,
    )
    for one in found:
        if one.rule == code:
            return Evidence(
                one.sentence,
                {"Số định danh": facts.personal_number, "Theo số": one.in_number, "Theo hồ sơ": one.in_record},
            )
    return None


@rule(
    "D02",
    fires=lambda: person(numbers=[number("003190000123")], birth_registration_province=""),
    quiet=lambda: person(),
    spared=lambda: person(numbers=[number("120190000123")], birth_registration_province=""),
    exception="Mã từ 100 trở lên là nơi khai sinh ở nước ngoài.",
    states=ON_THE_BOOKS,
)
def place_code_is_unknown(facts: Facts) -> Evidence | None:
    return _number_says(facts, "D02")


@rule(
    "D03",
    fires=lambda: person(numbers=[number("020390000123")]),
    quiet=lambda: person(),
    spared=lambda: person(born=None),
    exception="Chưa biết năm sinh thì không so.",
    states=ON_THE_BOOKS,
)
def century_differs(facts: Facts) -> Evidence | None:
    return _number_says(facts, "D03")


@rule(
    "D04",
    fires=lambda: person(numbers=[number("020090000123")]),
    quiet=lambda: person(),
    spared=lambda: person(sex=Sex.UNKNOWN, numbers=[number("020090000123")]),
    exception="Chưa biết giới tính thì không so; có quyết định xác định lại giới tính thì bấm “Đã xác minh”.",
    states=ON_THE_BOOKS,
)
def sex_differs_from_number(facts: Facts) -> Evidence | None:
    return _number_says(facts, "D04")


@rule(
    "D05",
    fires=lambda: person(numbers=[number("020191000123")]),
    quiet=lambda: person(),
    spared=lambda: person(born="1990"),
    exception="Chỉ biết năm sinh vẫn so được; có trích lục cải chính năm sinh thì bấm “Đã xác minh”.",
    states=ON_THE_BOOKS,
)
def year_differs_from_number(facts: Facts) -> Evidence | None:
    return _number_says(facts, "D05")


@rule(
    "D06",
    fires=lambda: person(birth_registration_province="001"),
    quiet=lambda: person(),
    spared=lambda: person(numbers=[number("080190000123")], birth_registration_province="080"),
    exception="So theo 63 tỉnh cũ: 080 là Long An dù mã tỉnh mới 80 là Tây Ninh.",
)
def birth_province_differs(facts: Facts) -> Evidence | None:
    return _number_says(facts, "D06")


@rule(
    "D07",
    fires=lambda: person(numbers=[number(), cmnd("08123")]),
    quiet=lambda: person(numbers=[number(), cmnd("081234567")]),
    spared=lambda: person(numbers=[number(), cmnd("020190000123")]),
    exception="Số 12 chữ số ở ô CMND là việc của S26: chuyển sang ô số định danh.",
)
def cmnd_has_not_nine_digits(facts: Facts) -> Evidence | None:
    for text in facts.cmnds:
        digits = personal_number.bare(text)
        if not cmnd_value.is_twelve_digits(text) and not (len(digits) == 9 and digits.isascii() and digits.isdigit()):
            return Evidence(f"Số CMND “{text}” không đủ 9 chữ số.", {"Số CMND": text})
    return None


@rule(
    "D08",
    fires=lambda: person(born="21/5/2027"),
    quiet=lambda: person(),
    spared=lambda: person(born="2026"),
    exception="Chỉ biết năm thì năm nay vẫn là ngày có thật.",
    states=ON_THE_BOOKS,
)
def birth_date_is_impossible(facts: Facts) -> Evidence | None:
    resident = facts.resident
    if facts.birth is None:
        if resident.birth_year is None:
            return None
        written = f"{resident.birth_day or '…'}/{resident.birth_month or '…'}/{resident.birth_year}"
        return Evidence(f"Không có ngày {written}.", {"Ngày sinh": written})
    if facts.birth.earliest() <= facts.on:
        return None
    return Evidence("Ngày sinh ở tương lai.", {"Ngày sinh": facts.birth.display()})


@rule(
    "D09",
    fires=lambda: person(born="1915", numbers=[number("020115000123")]),
    quiet=lambda: person(born="1935"),
    thresholds=("unusual_age_years",),
)
def age_is_unusual(facts: Facts) -> Evidence | None:
    if facts.birth is None or not (facts.birth.year < 1900 or facts.is_at_least(facts.thresholds["unusual_age_years"])):
        return None
    return Evidence(
        f"Hồ sơ ghi còn sống, sinh {facts.birth.display()}: cần phúc tra tại nơi ở.",
        {"Ngày sinh": facts.birth.display(), "Tình trạng": facts.resident.get_state_display()},
    )


@rule(
    "D10",
    fires=lambda: person(born="1/1/1990"),
    quiet=lambda: person(),
    spared=lambda: person(born="1/1/1990", birth_date_confirmed=True),
    exception="Cán bộ đã xác nhận đúng theo khai sinh; hồ sơ chỉ biết năm không phải 01/01.",
)
def first_of_january(facts: Facts) -> Evidence | None:
    resident = facts.resident
    if (resident.birth_day, resident.birth_month) != (1, 1) or resident.birth_date_confirmed or facts.birth is None:
        return None
    return Evidence("Ngày sinh 01/01, có thể do điền tạm khi chỉ biết năm.", {"Ngày sinh": facts.birth.display()})


@rule(
    "D12",
    fires=lambda: person(sex=Sex.MALE),
    quiet=lambda: person(),
    spared=lambda: person(full_name="Thị Đen Kiều", sex=Sex.MALE, ethnic_group="22"),
    exception="Thị, Văn là chữ đầu của họ tên; dân tộc đặt tên theo lối riêng (Khơ-me, Xtiêng, Mnông, Chăm …).",
)
def middle_name_and_sex(facts: Facts) -> Evidence | None:
    sex, middle = facts.resident.sex, facts.words[1:-1]
    wrong = {Sex.MALE: "Thị", Sex.FEMALE: "Văn"}.get(sex)  # type: ignore[call-overload]
    if wrong not in middle or facts.words[0] in ("Thị", "Văn") or facts.resident.ethnic_group in OWN_SPELLING:
        return None
    name, shown = facts.resident.full_name, facts.resident.get_sex_display()
    return Evidence(f"Chữ đệm “{wrong}” nhưng giới tính {shown.lower()}.", {"Họ và tên": name, "Giới tính": shown})


@rule(
    "D13",
    fires=lambda: person(role="CHONG", household=[member(someone(pk=3))]),
    quiet=lambda: person(role="VO", household=[member(someone(pk=3))]),
    spared=lambda: person(role="EM_RUOT", household=[member(someone(pk=3))]),
    exception="Em, con, cháu không định giới tính.",
)
def sex_and_household_relation(facts: Facts) -> Evidence | None:
    for row in facts.current_memberships:
        if row.role and row.role.required_sex and facts.resident.sex not in (Sex.UNKNOWN, row.role.required_sex):
            shown = facts.resident.get_sex_display()
            return Evidence(
                f"Quan hệ “{row.role.name}” nhưng giới tính {shown.lower()}.",
                {"Quan hệ với chủ hộ": row.role.name, "Giới tính": shown, "Hộ": row.household.code},
            )
    return None


def _years_older(parent: PartialDate, of: PartialDate) -> int:
    return of.year - parent.year


def _parents_born(facts: Facts) -> list[tuple[str, PartialDate, str]]:
    """(Cha or Mẹ, birth date, name) of parents whose record is linked."""
    if facts.birth is None:
        return []
    linked = [(row, birth_of(row.person)) for row in facts.parents if row.person]
    return [(row.get_kind_display(), date, row.name) for row, date in linked if date is not None]


def _gap_evidence(facts: Facts, label: str, date: PartialDate, name: str) -> Evidence:
    assert facts.birth is not None
    gap = _years_older(date, facts.birth)
    return Evidence(
        f"{label} {name} hơn con {gap} tuổi." if gap >= 0 else f"{label} {name} nhỏ tuổi hơn con.",
        {f"{label} sinh": date.display(), "Con sinh": facts.birth.display()},
    )


@rule(
    "D14",
    fires=lambda: person(relations=[mother(person=someone(pk=5, born="1980")), father()]),
    quiet=lambda: person(relations=[mother(person=someone(pk=5, born="1965")), father()]),
    thresholds=("parent_gap_least_years",),
    limits="Chỉ so được với cha, mẹ đã liên kết hồ sơ, theo năm sinh.",
)
def parent_is_too_young(facts: Facts) -> Evidence | None:
    for label, date, name in _parents_born(facts):
        if facts.birth and _years_older(date, facts.birth) < facts.thresholds["parent_gap_least_years"]:
            return _gap_evidence(facts, label, date, name)
    return None


@rule(
    "D15",
    fires=lambda: person(relations=[mother(person=someone(pk=5, born="1975")), father()]),
    quiet=lambda: person(relations=[mother(person=someone(pk=5, born="1965")), father()]),
    spared=lambda: person(relations=[father(person=someone(pk=5, born="1930", sex=Sex.MALE)), mother()]),
    exception="Cha có thể hơn con nhiều tuổi hơn mẹ: mỗi bên có ngưỡng riêng.",
    thresholds=("parent_gap_least_years", "parent_gap_usual_years", "mother_oldest_years", "father_oldest_years"),
    limits="Chỉ so được với cha, mẹ đã liên kết hồ sơ, theo năm sinh.",
)
def parent_gap_is_unusual(facts: Facts) -> Evidence | None:
    limits = facts.thresholds
    least, usual = limits["parent_gap_least_years"], limits["parent_gap_usual_years"]
    for label, date, name in _parents_born(facts):
        gap = _years_older(date, facts.birth) if facts.birth else usual
        oldest = limits["mother_oldest_years" if label == "Mẹ" else "father_oldest_years"]
        if least <= gap < usual or gap > oldest:
            return _gap_evidence(facts, label, date, name)
    return None


@rule(
    "D16",
    fires=lambda: person(relations=[mother(person=someone(pk=5, born="1965", died_on=dt.date(1985, 3, 1))), father()]),
    quiet=lambda: person(relations=[mother(person=someone(pk=5, born="1965", died_on=dt.date(2001, 3, 1))), father()]),
    spared=lambda: person(
        relations=[father(person=someone(pk=5, born="1965", sex=Sex.MALE, died_on=dt.date(1989, 12, 1))), mother()]
    ),
    exception="Con sinh trong 300 ngày sau khi cha chết.",
)
def born_after_a_parents_death(facts: Facts) -> Evidence | None:
    for row in facts.parents:
        died_on = row.person.died_on if row.person else None
        if died_on is None or facts.birth is None:
            continue
        grace = dt.timedelta(days=300 if row.kind == RelationKind.FATHER else 0)
        if facts.birth.earliest() > died_on + grace:
            label = row.get_kind_display()
            return Evidence(
                f"Sinh sau khi {label.lower()} chết.",
                {f"{label} chết ngày": died_on.strftime(DAY), "Con sinh": facts.birth.display()},
            )
    return None


@rule(
    "D17",
    fires=lambda: person(born="2010", marital_status="2", relations=[father(), mother(), relative("spouse")]),
    quiet=lambda: person(marital_status="2", relations=[father(), mother(), relative("spouse")]),
)
def married_under_age(facts: Facts) -> Evidence | None:
    least = MARRIAGE_AGE_YEARS.get(facts.resident.sex)  # type: ignore[call-overload]
    if facts.resident.marital_status != MARRIED or least is None or facts.age is None or facts.age >= least:
        return None
    return Evidence(
        f"Chưa đủ {least} tuổi nhưng ghi đang có vợ/chồng.",
        {"Ngày sinh": facts.birth.display() if facts.birth else "", "Giới tính": facts.resident.get_sex_display()},
    )


@rule(
    "D18",
    fires=lambda: person(marital_status="1", relations=[father(), mother(), relative("spouse")]),
    quiet=lambda: person(marital_status="2", relations=[father(), mother(), relative("spouse")]),
    spared=lambda: person(marital_status="3a", relations=[father(), mother(), relative("spouse", is_current=False)]),
    exception="Vợ, chồng cũ đã ghi là không còn hiện tại.",
)
def marital_status_contradicts(facts: Facts) -> Evidence | None:
    spouses = facts.related(RelationKind.SPOUSE)
    status = facts.resident.marital_status
    values = {
        "Tình trạng hôn nhân": facts.resident.marital_status_name,
        "Vợ, chồng": ", ".join(row.name for row in spouses),
    }
    if status in (UNMARRIED, DIVORCED, WIDOWED) and spouses:
        return Evidence("Hồ sơ còn vợ hoặc chồng hiện tại.", values)
    if status == MARRIED and any(row.person and row.person.state == ResidentState.DECEASED for row in spouses):
        return Evidence("Ghi đang có vợ/chồng nhưng vợ hoặc chồng đã chết.", values)
    return None


@rule(
    "D21",
    fires=lambda: person(
        full_name="Lê Thị Hoa",
        relations=[
            father(person=someone(pk=5, born="1960", sex=Sex.MALE)),
            mother(person=someone(pk=6, born="1962")),
        ],
    ),
    quiet=lambda: person(
        relations=[
            father(person=someone(pk=5, born="1960", sex=Sex.MALE)),
            mother(person=someone(pk=6, born="1962")),
        ]
    ),
    spared=lambda: person(
        full_name="H'Nhung Mlô",
        ethnic_group="12",
        relations=[
            father("Y Thuyên Niê", person=someone(pk=5, born="1960", ethnic_group="12")),
            mother("H'Nhin Êban", person=someone(pk=6, born="1962", ethnic_group="12")),
        ],
    ),
    exception="Dân tộc không đặt họ lên đầu; con nuôi thì bấm “Đã xác minh”.",
)
def surname_of_neither_parent(facts: Facts) -> Evidence | None:
    linked = [row for row in facts.parents if row.person and row.name and not row.is_adoptive]
    groups = {facts.resident.ethnic_group, *(row.person.ethnic_group for row in linked if row.person)}
    if len(linked) < 2 or not groups <= SURNAME_FIRST or len(facts.words) < 2:
        return None
    if facts.words[0].casefold() in {row.name.split()[0].casefold() for row in linked}:
        return None
    values = {"Họ tên con": facts.resident.full_name} | {row.get_kind_display(): row.name for row in linked}
    return Evidence("Họ của con khác họ cha và họ mẹ.", values)


@rule(
    "D22",
    fires=lambda: person(
        ethnic_group="02",
        relations=[father(person=someone(pk=5, born="1960")), mother(person=someone(pk=6, born="1962"))],
    ),
    quiet=lambda: person(
        relations=[
            father(person=someone(pk=5, born="1960", ethnic_group="02")),
            mother(person=someone(pk=6, born="1962")),
        ]
    ),
    spared=lambda: person(ethnic_group="02", relations=[father(), mother(person=someone(pk=6, born="1962"))]),
    exception="Chỉ so khi biết dân tộc của cả cha và mẹ.",
)
def ethnic_group_of_neither_parent(facts: Facts) -> Evidence | None:
    """The groups themselves are sensitive, so they stand in the key, not in the sentence."""
    own = facts.resident.ethnic_group
    born_of = [row.person for row in facts.parents if row.person and not row.is_adoptive]
    parents = [one.ethnic_group for one in born_of if one.ethnic_group]
    if not own or len(parents) < 2 or own in parents:
        return None
    return Evidence("Dân tộc của con khác dân tộc của cả cha và mẹ.", key="/".join([own, *parents]))


@rule(
    "D23",
    fires=lambda: person(documents=[card(issued_on=dt.date(2023, 9, 2))]),
    quiet=lambda: person(),
    spared=lambda: person(documents=[card(), card(kind="CMND9", number="081234567", issued_on=dt.date(2009, 5, 1))]),
    exception="Mỗi loại thẻ có thời kỳ riêng: CMND 9 số đến hết 2020, CMND 12 số 2012–2015.",
)
def card_date_is_unreasonable(facts: Facts) -> Evidence | None:
    for row in facts.documents:
        issued = row.issued_on
        if issued is None or row.kind not in CARD_PERIODS:
            continue
        first, last = CARD_PERIODS[row.kind]
        before_birth = facts.birth is not None and issued < facts.birth.earliest()
        if before_birth or issued > facts.on or (first and issued < first) or (last and issued > last):
            kind = row.kind_name
            return Evidence(
                f"{kind} không thể cấp ngày {issued:{DAY}}.", {"Loại": kind, "Ngày cấp": issued.strftime(DAY)}
            )
    return None


@rule(
    "D28",
    fires=lambda: the_dead(died_on=dt.date(1980, 1, 1), residences=[]),
    quiet=lambda: the_dead(died_on=dt.date(2026, 1, 1), residences=[]),
    states=THE_DEAD | LIVING,
)
def death_date_is_impossible(facts: Facts) -> Evidence | None:
    died = facts.resident.died_on
    if died is None or (died <= facts.on and (facts.birth is None or died >= facts.birth.earliest())):
        return None
    values = {"Ngày chết": died.strftime(DAY), "Ngày sinh": facts.birth.display() if facts.birth else ""}
    return Evidence("Ngày chết ở tương lai hoặc trước ngày sinh.", values)


@rule(
    "D29",
    fires=lambda: person(nationality="FR"),
    quiet=lambda: person(),
    spared=lambda: person(nationality="FR", second_nationality=HOME_COUNTRY),
    exception="Người có hai quốc tịch, một là Việt Nam.",
)
def foreigner_with_a_personal_number(facts: Facts) -> Evidence | None:
    held = [code for code in (facts.resident.nationality, facts.resident.second_nationality) if code]
    if not held or HOME_COUNTRY in held or not facts.personal_number:
        return None
    return Evidence(
        "Không có quốc tịch Việt Nam nhưng có số định danh công dân.",
        {"Quốc tịch": facts.resident.nationality_name, "Số định danh": facts.personal_number},
    )


@rule(
    "D30",
    fires=lambda: person(residences=homes(home("temporary", from_on=dt.date(2025, 1, 1), to_on=dt.date(2028, 1, 1)))),
    quiet=lambda: person(residences=homes(home("temporary", from_on=dt.date(2025, 7, 1), to_on=dt.date(2027, 7, 1)))),
    spared=lambda: person(residences=homes(home("temporary", from_on=dt.date(2025, 7, 1), to_on=None))),
    exception="Chưa ghi thời hạn thì không xét.",
)
def temporary_residence_is_too_long(facts: Facts) -> Evidence | None:
    for row in facts.not_struck_out(ResidenceKind.TEMPORARY):
        if row.from_on is None or row.to_on is None:
            continue
        if row.to_on <= row.from_on or row.to_on > years_after(row.from_on, LONGEST_STAY_YEARS):
            values = {"Từ ngày": row.from_on.strftime(DAY), "Đến ngày": row.to_on.strftime(DAY)}
            return Evidence("Thời hạn tạm trú không hợp lệ (tối đa 02 năm).", values)
    return None


@rule(
    "D31",
    fires=lambda: person(phone="0112345678"),
    quiet=lambda: person(),
    spared=lambda: person(phone="+84 912 345 678"),
    exception="Đầu +84 và đầu số 11 chữ số trước 15/9/2018 được quy về số hiện nay; số máy bàn có mã vùng là hợp lệ.",
)
def phone_is_wrong(facts: Facts) -> Evidence | None:
    written = facts.resident.phone
    if not written:
        return None
    try:
        phone.normalise(written)
    except phone.PhoneRefused as refusal:
        return Evidence(str(refusal), {"Số điện thoại": written})
    return None


@rule(
    "D32",
    fires=lambda: person(scans=[scanned(full_name="Nguyễn Thị Hòa")]),
    quiet=lambda: person(scans=[scanned()]),
    spared=lambda: person(scans=[scanned(birth_date="1990", full_name="NGUYỄN THỊ HOA", cmnd="012345678")]),
    exception="Chữ hoa, kiểu đặt dấu, ngày chỉ ghi năm trên thẻ và ô hồ sơ còn trống không phải là khác.",
)
def card_says_otherwise(facts: Facts) -> Evidence | None:
    """The last QR only: what an older card said is history. Fields that came garbled are not in the scan."""
    if facts.last_qr is None:
        return None
    said, who = facts.last_qr.fields, facts.resident
    pairs = {
        "Số định danh": (facts.personal_number, said.get("number", "")),
        "Số CMND": (facts.cmnds[0] if facts.cmnds else "", said.get("cmnd", "")),
        "Họ tên": (who.full_name, said.get("full_name", "")),
        "Ngày sinh": (facts.birth.display() if facts.birth else "", said.get("birth_date", "")),
        "Giới tính": (SEXES.name(str(who.sex)) if who.sex else "", SEXES.name(said.get("sex"))),
    }
    other = {label: pair for label, pair in pairs.items() if all(pair) and not _same_on_card(label, *pair, facts)}
    if not other:
        return None
    values = {f"{label}: hồ sơ – thẻ": f"{ours} – {theirs}" for label, (ours, theirs) in other.items()}
    return Evidence(f"Hồ sơ khác mã QR trên thẻ: {', '.join(label.lower() for label in other)}.", values)


def _same_on_card(label: str, ours: str, theirs: str, facts: Facts) -> bool:
    if label == "Số CMND":
        return theirs in facts.cmnds
    if label == "Họ tên":
        return accent_key(ours) == accent_key(theirs)
    if label == "Ngày sinh" and facts.birth:
        on_card = partial_date.parse(theirs)
        return ours == theirs or (not on_card.is_full and on_card.covers(facts.birth.earliest()))
    return ours == theirs


@rule(
    "D33",
    fires=lambda: person(scans=[scanned(ScanKind.MRZ, faults=["birth", "composite"])]),
    quiet=lambda: person(scans=[scanned(ScanKind.MRZ)]),
    spared=lambda: person(numbers=[], scans=[scanned(ScanKind.MRZ)]),
    exception="Hồ sơ chưa có số định danh thì không so số.",
)
def mrz_is_wrong(facts: Facts) -> Evidence | None:
    scan = facts.last_mrz
    if scan is None:
        return None
    if scan.faults:
        return Evidence("Dòng MRZ quét lần cuối sai số kiểm tra.", {"Sai ở": ", ".join(map(_mrz_part, scan.faults))})
    number = scan.fields.get("number", "")
    if facts.personal_number and number and number != facts.personal_number:
        values = {"Theo MRZ": number, "Theo hồ sơ": facts.personal_number}
        return Evidence("Số trong dòng MRZ khác số định danh của hồ sơ.", values)
    return None


def _mrz_part(fault: str) -> str:
    parts = {"document": "số thẻ", "number": "số định danh", "birth": "ngày sinh", "expiry": "ngày hết hạn"}
    return parts.get(fault, "số kiểm tra chung")


def _head(facts: Facts, row: Membership) -> Membership | None:
    others = [head for head in facts.heads(row.household_id or row.household.pk) if head.resident != facts.resident]
    return others[0] if others else None


@rule(
    "D34",
    fires=lambda: child(role="CHAU_NOI", household=[member(someone(born="1/2/2005"))]),
    quiet=lambda: child(role="CHAU_NOI", household=[member(someone(born="1/2/1960"))]),
    spared=lambda: child(role="CHAU_RUOT", household=[member(someone(born="1/2/2015"))]),
    exception="Chú, bác nhỏ tuổi hơn cháu là có thật; chỉ xét ông bà với cháu và anh, chị, em ruột.",
    thresholds=("grandparent_gap_years",),
    limits="Chỉ biết vai vế qua quan hệ với chủ hộ, theo năm sinh.",
)
def generations_are_upside_down(facts: Facts) -> Evidence | None:
    for row in facts.current_memberships:
        head = _head(facts, row)
        if head is None or row.role is None or facts.birth is None or not head.resident.birth_year:
            continue
        older = facts.birth.year - head.resident.birth_year  # how much older the head is
        if _upside_down(row.role.code, row.role.generation or 0, older, facts.thresholds["grandparent_gap_years"]):
            return Evidence(
                f"Là “{row.role.name}” của chủ hộ nhưng tuổi không hợp.",
                {"Sinh": facts.birth.display(), "Chủ hộ sinh năm": str(head.resident.birth_year)},
            )
    return None


def _upside_down(role: str, generation: int, head_older_years: int, grandparent_gap_years: int) -> bool:
    if abs(generation) == 2:
        return head_older_years * (1 if generation > 0 else -1) < grandparent_gap_years
    if role in ("ANH_RUOT", "CHI_RUOT"):
        return head_older_years > 0
    return role == "EM_RUOT" and head_older_years < 0


@rule(
    "D35",
    fires=lambda: child(role=HEAD, household=[member(someone(), "ME_DE")]),
    quiet=lambda: child(),
    spared=lambda: child(role=HEAD, household=[]),
    exception="Hộ không có người thành niên nào.",
)
def head_is_a_minor(facts: Facts) -> Evidence | None:
    if facts.age is None or facts.age >= 18:
        return None
    for row in facts.current_memberships:
        members = facts.members(row.household.pk)
        if row.role and row.role.code == HEAD and any(_is_adult(other, facts.on) for other in members):
            assert facts.birth is not None
            return Evidence(
                "Chủ hộ chưa đủ 18 tuổi trong khi hộ có người thành niên.",
                {"Hộ": row.household.code, "Chủ hộ sinh": facts.birth.display()},
            )
    return None


def _is_adult(row: Membership, on: dt.date) -> bool:
    born_on = row.resident.birth_latest_on
    return born_on is not None and PartialDate.of(born_on).age_on(on) >= 18


@rule(
    "D36",
    fires=lambda: person(residences=homes(home(from_on=dt.date(1980, 1, 1), to_on=dt.date(1985, 1, 1)))),
    quiet=lambda: person(),
    spared=lambda: person(born="1990", residences=[home(from_on=dt.date(1990, 2, 1)), home("present")]),
    exception="Chỉ biết năm sinh thì so với ngày đầu năm.",
    states=LIVING | THE_DEAD,
)
def permanent_residence_outside_life(facts: Facts) -> Evidence | None:
    died = facts.resident.died_on
    for row in facts.not_struck_out(ResidenceKind.PERMANENT):
        if row.from_on is None:
            continue
        if (facts.birth and row.from_on < facts.birth.earliest()) or (died and row.from_on > died):
            values = {"Thường trú từ": row.from_on.strftime(DAY), "Sinh": facts.birth.display() if facts.birth else ""}
            return Evidence("Đăng ký thường trú trước khi sinh hoặc sau khi chết.", values)
    return None
