"""ĐỦ: every fact that Luật Căn cước Đ9 asks for is there. Rules E01–E30; those that need no query of their own.

Not here: E13 (kin.py), E23 (emptied.py), E24, E30 (cards registers them).
"""

from registry.cleanup.examples import (
    card,
    child,
    father,
    home,
    member,
    mother,
    number,
    person,
    relative,
    someone,
)
from registry.cleanup.facts import Facts
from registry.cleanup.rules import Evidence, rule
from registry.codes import MARRIED
from registry.models import HEAD, RelationKind, ResidenceKind, Sex
from registry.values.names import OWN_SPELLING

UNKNOWN_ETHNIC_GROUP = "99"
LAST_CMND_BIRTH_YEAR = 2001


@rule("E01", fires=lambda: person(numbers=[]), quiet=lambda: person())
def no_personal_number(facts: Facts) -> Evidence | None:
    return None if facts.personal_number else Evidence("Hồ sơ chưa có số định danh cá nhân.")


@rule(
    "E02",
    fires=lambda: person(full_name="Hoa"),
    quiet=lambda: person(),
    spared=lambda: person(full_name="Rin", ethnic_group="14"),
    exception="Một số dân tộc có tên một từ.",
)
def name_is_one_word(facts: Facts) -> Evidence | None:
    name, many = facts.resident.full_name.strip(), len(facts.words)
    if many > 1 or (many == 1 and facts.resident.ethnic_group in OWN_SPELLING):
        return None
    return Evidence("Họ tên chỉ có một từ." if many else "Chưa có họ tên.", {"Họ và tên": name})


@rule(
    "E03",
    fires=lambda: person(born="1990"),
    quiet=lambda: person(),
    spared=lambda: person(born="1990", birth_date_confirmed=True),
    exception="Cán bộ đã xác nhận khai sinh chỉ ghi năm.",
)
def birth_date_is_partial(facts: Facts) -> Evidence | None:
    if facts.birth is None:
        return Evidence("Chưa có ngày, tháng, năm sinh.")
    if facts.birth.is_full or facts.resident.birth_date_confirmed:
        return None
    missing = "ngày" if facts.birth.precision == "month" else "ngày và tháng"
    return Evidence(f"Thiếu {missing} sinh.", {"Ngày sinh": facts.birth.display()})


@rule("E04", fires=lambda: person(sex=Sex.UNKNOWN), quiet=lambda: person())
def no_sex(facts: Facts) -> Evidence | None:
    return Evidence("Hồ sơ chưa ghi giới tính.") if facts.resident.sex == Sex.UNKNOWN else None


@rule("E05", fires=lambda: person(birth_place=""), quiet=lambda: person())
def no_birth_place(facts: Facts) -> Evidence | None:
    return None if facts.resident.birth_place else Evidence("Hồ sơ chưa ghi nơi sinh.")


@rule(
    "E06",
    fires=lambda: person(birth_registration_place="", birth_registration_province=""),
    quiet=lambda: person(),
    spared=lambda: person(birth_registration_place="", birth_registration_province="020"),
    exception="Biết tỉnh đăng ký khai sinh là đủ để so với số định danh.",
)
def no_place_of_birth_registration(facts: Facts) -> Evidence | None:
    resident = facts.resident
    if resident.birth_registration_place or resident.birth_registration_unit_id or resident.birth_registration_province:
        return None
    return Evidence("Hồ sơ chưa ghi nơi đăng ký khai sinh.")


@rule(
    "E07",
    fires=lambda: person(home_town="Lạng Sơn", home_town_unit=None),
    quiet=lambda: person(),
    spared=lambda: person(home_town="Xã Mẫu Cũ, Huyện Lộc Bình, Lạng Sơn", home_town_unit=None),
    exception="Tên đơn vị cũ theo khai sinh được giữ.",
)
def home_town_is_vague(facts: Facts) -> Evidence | None:
    resident = facts.resident
    if not resident.home_town and not resident.home_town_unit_id:
        return Evidence("Hồ sơ chưa ghi quê quán.")
    if resident.home_town_unit_id or "," in resident.home_town:
        return None
    return Evidence("Quê quán chưa ghi đến cấp xã.", {"Quê quán": resident.home_town})


@rule("E08", fires=lambda: person(ethnic_group=UNKNOWN_ETHNIC_GROUP), quiet=lambda: person())
def no_ethnic_group(facts: Facts) -> Evidence | None:
    missing = facts.resident.ethnic_group in ("", UNKNOWN_ETHNIC_GROUP)
    return Evidence("Hồ sơ chưa ghi dân tộc.") if missing else None


@rule(
    "E09",
    fires=lambda: person(religion=""),
    quiet=lambda: person(religion="01"),
    spared=lambda: person(religion="00"),
    exception="“Không” là một giá trị.",
)
def no_religion(facts: Facts) -> Evidence | None:
    return None if facts.resident.religion else Evidence("Hồ sơ chưa ghi tôn giáo.")


@rule("E10", fires=lambda: person(nationality=""), quiet=lambda: person())
def no_nationality(facts: Facts) -> Evidence | None:
    return None if facts.resident.nationality else Evidence("Hồ sơ chưa ghi quốc tịch.")


@rule(
    "E11",
    fires=lambda: person(relations=[]),
    quiet=lambda: person(),
    spared=lambda: person(relations=[], parents_unknown=True),
    exception="Đã đánh dấu không xác định được cha, mẹ.",
)
def no_parents(facts: Facts) -> Evidence | None:
    if facts.parents or facts.resident.parents_unknown:
        return None
    return Evidence("Hồ sơ chưa ghi cha và mẹ.")


@rule(
    "E12",
    fires=lambda: person(relations=[mother()]),
    quiet=lambda: person(),
    spared=lambda: person(relations=[mother()], parents_unknown=True),
    exception="Đã đánh dấu không xác định được cha hoặc mẹ.",
)
def one_parent_missing(facts: Facts) -> Evidence | None:
    kinds = {row.kind for row in facts.parents}
    if len(kinds) != 1 or facts.resident.parents_unknown:
        return None
    missing = "mẹ" if RelationKind.FATHER in kinds else "cha"
    return Evidence(f"Hồ sơ chưa ghi {missing}.")


@rule(
    "E14",
    fires=lambda: person(marital_status="2"),
    quiet=lambda: person(marital_status="2", relations=[father(), mother(), relative("spouse")]),
)
def no_spouse_named(facts: Facts) -> Evidence | None:
    if facts.resident.marital_status != MARRIED or facts.related(RelationKind.SPOUSE):
        return None
    return Evidence("Ghi đang có vợ/chồng nhưng chưa ghi vợ, chồng là ai.")


@rule(
    "E15",
    fires=lambda: person(marital_status="0"),
    quiet=lambda: person(),
    spared=lambda: child(),
    exception="Người dưới 18 tuổi.",
)
def no_marital_status(facts: Facts) -> Evidence | None:
    if facts.resident.marital_status not in ("", "0") or not facts.is_at_least(18):
        return None
    return Evidence("Từ đủ 18 tuổi nhưng chưa ghi tình trạng hôn nhân.")


@rule(
    "E16",
    fires=lambda: person(residences=[home(ResidenceKind.PRESENT)], role="none"),
    quiet=lambda: person(),
    spared=lambda: person(residences=[home(ResidenceKind.PRESENT)], role="none", no_permanent_residence=True),
    exception="Đã đánh dấu không có nơi thường trú.",
)
def no_permanent_residence(facts: Facts) -> Evidence | None:
    if facts.permanent or facts.resident.no_permanent_residence:
        return None
    return Evidence("Hồ sơ không có nơi thường trú còn hiệu lực.")


@rule("E17", fires=lambda: person(residences=[home()]), quiet=lambda: person())
def no_present_residence(facts: Facts) -> Evidence | None:
    return None if facts.living_at(ResidenceKind.PRESENT) else Evidence("Hồ sơ chưa ghi nơi ở hiện tại.")


@rule(
    "E18",
    fires=lambda: person(residences=[], role="none"),
    quiet=lambda: person(residences=[home("temporary")], role="none"),
)
def no_residence_at_all(facts: Facts) -> Evidence | None:
    if facts.living_at(ResidenceKind.PERMANENT, ResidenceKind.TEMPORARY, ResidenceKind.PRESENT):
        return None
    return Evidence("Hồ sơ không có nơi thường trú, tạm trú hay nơi ở hiện tại.")


@rule("E19", fires=lambda: person(residences=[home(hamlet=""), home("present")]), quiet=lambda: person())
def address_is_only_a_commune(facts: Facts) -> Evidence | None:
    for row in facts.permanent:
        if not row.hamlet and not row.street:
            return Evidence("Nơi thường trú chỉ ghi đến cấp xã.", {"Nơi thường trú": row.unit.name})
    return None


@rule(
    "E20",
    fires=lambda: person(role="VO"),
    quiet=lambda: person(),
    spared=lambda: child(household=[member(someone(), "ME_DE")]),
    exception="Việc của cả hộ chỉ báo một lần, ở người cao tuổi nhất trong hộ.",
    is_shared=True,
)
def household_without_head(facts: Facts) -> Evidence | None:
    """A household whose head died or left is L03; this one never had any."""
    for row in facts.current_memberships:
        household = row.household
        ever = [one for one in facts.housemates.get(household.pk, ()) if one.role and one.role.code == HEAD]
        if not ever and facts.speaks_for(household.pk):
            return Evidence("Hộ chưa có chủ hộ.", {"Hộ": household.code}, key=f"household {household.pk}")
    return None


@rule("E21", fires=lambda: person(role=None, household=[member(someone(pk=3))]), quiet=lambda: person())
def no_relation_to_head(facts: Facts) -> Evidence | None:
    for row in facts.current_memberships:
        if row.role is None:
            return Evidence("Chưa ghi quan hệ với chủ hộ.", {"Hộ": row.household.code})
    return None


@rule(
    "E22",
    fires=lambda: person(role="none"),
    quiet=lambda: person(),
    spared=lambda: person(role="none", residences=[home("temporary"), home("present")]),
    exception="Người chỉ tạm trú chưa phải thuộc hộ.",
)
def permanent_but_in_no_household(facts: Facts) -> Evidence | None:
    if not facts.permanent or facts.current_memberships:
        return None
    return Evidence("Đang thường trú nhưng chưa thuộc hộ nào.", {"Nơi thường trú": facts.permanent[0].address})


@rule(
    "E25",
    fires=lambda: person(documents=[card(issued_by="")]),
    quiet=lambda: person(),
    spared=lambda: person(born="1950", documents=[card(expires_on=None, no_expiry=True)]),
    exception="Thẻ cấp sau 60 tuổi không có thời hạn.",
)
def card_is_incomplete(facts: Facts) -> Evidence | None:
    for row in facts.cards:
        missing = [
            label
            for label, empty in (
                ("ngày cấp", row.issued_on is None),
                ("nơi cấp", not row.issued_by),
                ("thời hạn", row.expires_on is None and not row.no_expiry),
            )
            if empty
        ]
        if missing:
            return Evidence(f"Thẻ thiếu {', '.join(missing)}.", {"Thẻ": row.kind_name, "Thiếu": ", ".join(missing)})
    return None


@rule(
    "E26",
    fires=lambda: child(relations=[]),
    quiet=lambda: child(),
    spared=lambda: child(relations=[relative("guardian", "Lê Thị Sen")], parents_unknown=True),
    exception="Có người giám hộ thay cha mẹ.",
)
def child_without_representative(facts: Facts) -> Evidence | None:
    if facts.age is None or facts.age >= 14 or facts.parents or facts.related(RelationKind.GUARDIAN):
        return None
    return Evidence("Người dưới 14 tuổi chưa có người đại diện.")


@rule(
    "E27",
    fires=lambda: person(phone=""),
    quiet=lambda: person(),
    spared=lambda: child(),
    exception="Người dưới 14 tuổi.",
)
def no_phone(facts: Facts) -> Evidence | None:
    if facts.resident.phone or not facts.is_at_least(14):
        return None
    return Evidence("Từ đủ 14 tuổi nhưng chưa có số điện thoại.")


@rule(
    "E28",
    fires=lambda: person(never_had_cmnd=False),
    quiet=lambda: person(never_had_cmnd=False, numbers=[number(), number("081234567", "CMND9")]),
    spared=lambda: person(),
    exception="Đã đánh dấu chưa từng được cấp CMND 9 số.",
    limits="Hồ sơ không cho biết người này từng được cấp CMND hay chưa: cán bộ tra tàng thư rồi đánh dấu.",
)
def no_cmnd_number(facts: Facts) -> Evidence | None:
    if facts.birth is None or facts.birth.year > LAST_CMND_BIRTH_YEAR or facts.cmnds or facts.resident.never_had_cmnd:
        return None
    return Evidence("Sinh trước 2002, chưa ghi số CMND 9 số.")


@rule(
    "E29",
    fires=lambda: person(residence_file_number=""),
    quiet=lambda: person(),
    spared=lambda: person(residence_file_number="", residences=[home("present")], role="none"),
    exception="Chưa có nơi thường trú thì chưa có hồ sơ cư trú.",
)
def no_residence_file_number(facts: Facts) -> Evidence | None:
    if facts.resident.residence_file_number or not facts.permanent:
        return None
    return Evidence("Có nơi thường trú nhưng chưa ghi số hồ sơ cư trú.")
