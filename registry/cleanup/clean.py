"""SẠCH: one person one record, and nothing in it but what belongs there. Rules S01–S30; those that need no query of
their own.

Not here: S01, S05 (refused.py), S03, S04 (pairs.py), S11 (cards registers it), S12, S27 (kin.py), S28, S29 (places.py).
"""

import re

from accounts.text import Defect, accent_key
from registry.cleanup.examples import (
    card,
    child,
    cmnd,
    father,
    in_two_homes,
    member,
    mother,
    number,
    person,
    relative,
    scanned,
    someone,
)
from registry.cleanup.facts import Facts, PhoneUse, Text
from registry.cleanup.rules import ON_THE_BOOKS, Evidence, rule
from registry.codes import HOME_COUNTRY
from registry.models import HEAD, RelationKind, ResidentState
from registry.values import cmnd as cmnd_value
from registry.values.names import is_placeholder

_DATE_OR_NUMBER = re.compile(r"\d{1,2}[/\-.]\d{1,2}[/\-.]\d{2,4}|\d{9,}")
_PLACES = ("birth_place", "birth_registration_place", "home_town")


def holds_date_or_number(text: str) -> bool:
    """Whether the text of a place holds what is no place: a date, the number of a paper."""
    return _DATE_OR_NUMBER.search(text) is not None


@rule(
    "S02",
    fires=lambda: person(numbers=[number(), cmnd("081234567")], cmnd_holders={"081234567": 2}),
    quiet=lambda: person(numbers=[number(), cmnd("081234567")], cmnd_holders={"081234567": 1}),
    spared=lambda: person(numbers=[number(), cmnd("271460000")], cmnd_holders={"271460000": 2}),
    exception="Dải 271450001–271500000 được cấp cho hai người ở Đồng Nai và Bà Rịa - Vũng Tàu.",
    states=ON_THE_BOOKS,
    is_shared=True,
)
def cmnd_of_several_people(facts: Facts) -> Evidence | None:
    for text in facts.cmnds:
        holders = facts.cmnd_holders.get(text, 1)
        allowed = 2 if cmnd_value.issued_twice(text) else 1
        if holders > allowed:
            return Evidence(
                f"Số CMND {text} có ở {holders} hồ sơ.", {"Số CMND": text, "Số hồ sơ": str(holders)}, key=f"cmnd {text}"
            )
    return None


@rule("S06", fires=lambda: in_two_homes(), quiet=lambda: person())
def in_two_households(facts: Facts) -> Evidence | None:
    codes = sorted(row.household.code for row in facts.current_memberships)
    if len(codes) < 2:
        return None
    return Evidence(f"Đang thuộc {len(codes)} hộ cùng lúc.", {"Các hộ": ", ".join(codes)})


@rule(
    "S07",
    fires=lambda: person(household=[member(someone(pk=3, born="1995"))]),
    quiet=lambda: person(household=[member(someone(pk=3, born="1995"), "EM_RUOT")]),
    spared=lambda: child(role=HEAD),
    exception="Việc của cả hộ chỉ báo một lần, ở người cao tuổi nhất trong hộ.",
    is_shared=True,
)
def two_heads(facts: Facts) -> Evidence | None:
    for row in facts.current_memberships:
        heads = facts.heads(row.household.pk)
        if len(heads) > 1 and facts.speaks_for(row.household.pk):
            names = ", ".join(sorted(head.resident.full_name for head in heads))
            values = {"Hộ": row.household.code, "Chủ hộ": names}
            return Evidence("Hộ đang có hai chủ hộ.", values, key=f"household {row.household.pk}")
    return None


def _too_many(facts: Facts, kind: str, sentence: str, label: str) -> Evidence | None:
    """By adoption there may be one more of each."""
    rows = [row for row in facts.related(kind) if not row.is_adoptive]
    if len(rows) < 2:
        return None
    return Evidence(sentence, {label: ", ".join(sorted(row.name for row in rows))})


@rule(
    "S08",
    fires=lambda: person(
        marital_status="2",
        relations=[father(), mother(), relative("spouse", "Lê Văn A"), relative("spouse", "Lê Văn B")],
    ),
    quiet=lambda: person(marital_status="2", relations=[father(), mother(), relative("spouse", "Lê Văn A")]),
    spared=lambda: person(
        marital_status="2",
        relations=[
            father(),
            mother(),
            relative("spouse", "Lê Văn A"),
            relative("spouse", "Lê Văn B", is_current=False),
        ],
    ),
    exception="Vợ, chồng trước đã kết thúc.",
)
def two_spouses(facts: Facts) -> Evidence | None:
    return _too_many(facts, RelationKind.SPOUSE, "Có hai vợ hoặc chồng hiện tại.", "Vợ, chồng")


@rule(
    "S09",
    fires=lambda: person(relations=[father(), father("Lê Văn Tám"), mother()]),
    quiet=lambda: person(),
    spared=lambda: person(relations=[father(), father("Lê Văn Tám", is_adoptive=True), mother()]),
    exception="Cha nuôi, mẹ nuôi.",
)
def two_fathers_or_mothers(facts: Facts) -> Evidence | None:
    return _too_many(facts, RelationKind.FATHER, "Có hai cha.", "Cha") or _too_many(
        facts, RelationKind.MOTHER, "Có hai mẹ.", "Mẹ"
    )


@rule(
    "S10",
    fires=lambda: person(documents=[card(), card(kind="CCCD_CHIP")]),
    quiet=lambda: person(),
    spared=lambda: person(documents=[card(), card(kind="CCCD_CHIP", state="replaced")]),
    exception="Thẻ cũ đã ghi là đã đổi, đã thu, đã mất.",
)
def two_cards_in_use(facts: Facts) -> Evidence | None:
    if len(facts.cards) < 2:
        return None
    kinds = ", ".join(sorted(str(row) for row in facts.cards))
    return Evidence("Có hai thẻ cùng ghi đang dùng.", {"Các thẻ": kinds})


def _defective(facts: Facts, code: str) -> Evidence | None:
    """Texts with a defect of this rule. What the scan can repair is gone before rules are asked; the rest needs a
    hand."""
    found: list[tuple[Text, Defect]] = [pair for pair in facts.text_defects if pair[1].rule == code]
    if not found:
        return None
    return Evidence(found[0][1].sentence, {text.label: text.value for text, _ in found})


@rule(
    "S13",
    fires=lambda: person(full_name="Nguye\u0302\u0303n Thị Hoa"),
    quiet=lambda: person(),
    spared=lambda: person(full_name="H'Nhung Niê", ethnic_group="12"),
    exception="Dấu ' trong H'Nhung là một phần của tên.",
    states=ON_THE_BOOKS,
)
def not_composed(facts: Facts) -> Evidence | None:
    return _defective(facts, "S13")


@rule(
    "S14",
    fires=lambda: person(full_name="Ðặng Thị Hoa"),
    quiet=lambda: person(full_name="Đặng Thị Hoa", relations=[father("Đặng Văn Nam"), mother()]),
    spared=lambda: person(full_name="Guðmundur Jónsson", nationality="IS", sex=1, numbers=[]),
    exception="Người nước ngoài có tên thật dùng chữ ð.",
    states=ON_THE_BOOKS,
)
def looks_like_d(facts: Facts) -> Evidence | None:
    return _defective(facts, "S14")


def _garbled(facts: Facts, code: str, sentence: str) -> Evidence | None:
    """Texts in a broken encoding of this rule's kind, with the repair that is proposed where it can be told."""
    values = {}
    for text, flaw in facts.encoding_flaws:
        if flaw.rule == code:
            values[text.label] = text.value
            if flaw.proposal:
                values[f"{text.label} (gợi ý)"] = flaw.proposal
    return Evidence(sentence, values) if values else None


@rule("S15", fires=lambda: person(full_name="NguyÔn V¨n §øc", sex=1), quiet=lambda: person())
def text_of_an_old_font(facts: Facts) -> Evidence | None:
    return _garbled(facts, "S15", "Chữ bị lỗi phông chữ cũ (TCVN3, VNI).")


@rule("S16", fires=lambda: person(full_name="Nguyá»…n VÄƒn Nam", sex=1), quiet=lambda: person())
def broken_utf8(facts: Facts) -> Evidence | None:
    return _garbled(facts, "S16", "Chữ bị vỡ mã UTF-8.")


@rule("S17", fires=lambda: person(full_name="Nguyễn  Thị\u200b Hoa"), quiet=lambda: person(), states=ON_THE_BOOKS)
def spaces_and_hidden_characters(facts: Facts) -> Evidence | None:
    return _defective(facts, "S17")


def _name_flaw(facts: Facts, code: str) -> Evidence | None:
    """What registry/values/names.py finds wrong with the name, for one rule. Foreign names are spelt their own way."""
    flaw = next((flaw for flaw in facts.name_flaws if flaw.rule == code), None)
    if flaw is None or (code in ("S19", "S20") and facts.resident.nationality not in ("", HOME_COUNTRY)):
        return None
    values = {"Họ và tên": facts.resident.full_name}
    return Evidence(flaw.sentence, values | ({"Gợi ý": flaw.proposal} if flaw.proposal else {}))


@rule(
    "S18",
    fires=lambda: person(full_name="Nguyễn Thị Hoa 2"),
    quiet=lambda: person(),
    spared=lambda: person(full_name="K’ Brêu", ethnic_group="16", sex=1),
    exception="Dấu ’ và ' trong tên các dân tộc (H', K’).",
)
def odd_characters_in_name(facts: Facts) -> Evidence | None:
    return _name_flaw(facts, "S18")


@rule(
    "S19",
    fires=lambda: person(full_name="Nguyeenx Thij Hoa"),
    quiet=lambda: person(),
    spared=lambda: person(full_name="Ksor H'Nhi", ethnic_group="10"),
    exception="Tên của dân tộc và người nước ngoài không theo âm tiết tiếng Việt.",
)
def typed_keys_left_in_name(facts: Facts) -> Evidence | None:
    return _name_flaw(facts, "S19")


@rule(
    "S20",
    fires=lambda: person(full_name="Hùynh Thị Qúy"),
    quiet=lambda: person(full_name="Nguyễn Thị Thúy"),
    spared=lambda: person(full_name="Nguyễn Thị Hoà"),
    exception="Hòa, hoà đều đúng: giữ như khai sinh.",
)
def tone_on_the_wrong_vowel(facts: Facts) -> Evidence | None:
    return _name_flaw(facts, "S20")


@rule(
    "S21",
    fires=lambda: person(full_name="Nguyễn Thị Hòa", scans=[scanned(full_name="NGUYỄN THỊ HOÀ")]),
    quiet=lambda: person(full_name="Nguyễn Thị Hòa", scans=[scanned(full_name="NGUYỄN THỊ HÒA")]),
    spared=lambda: person(full_name="Nguyễn Thị Hoa", scans=[scanned(full_name="NGUYỄN THỊ HÓA")]),
    exception="Khác cả chữ hoặc khác dấu là việc của D32.",
    limits="Không mở việc nào, vì cả hai kiểu đặt dấu đều đúng; khi tìm trùng, hai kiểu được coi là một.",
)
def tone_style_differs_from_the_card(facts: Facts) -> Evidence | None:
    """Hòa and hoà, Mỹ and Mĩ: one name. Only shows the difference; the severity keeps it from opening anything."""
    name = facts.resident.full_name
    on_card = facts.last_qr.fields.get("full_name", "") if facts.last_qr else ""
    if not on_card or name.casefold() == on_card.casefold() or accent_key(name) != accent_key(on_card):
        return None
    return Evidence("Hồ sơ và thẻ khác nhau ở kiểu đặt dấu.", {"Hồ sơ": name, "Thẻ": on_card})


@rule(
    "S22",
    fires=lambda: person(full_name="NGUYỄN thị Hoa"),
    quiet=lambda: person(),
    spared=lambda: person(full_name="H'Nhung K'Brêu", ethnic_group="12"),
    exception="H', K', Y, A và chữ hoa bên trong tên các dân tộc.",
    limits="Chỉ gợi ý, không tự sửa: cán bộ chấp nhận.",
)
def wrong_capitals(facts: Facts) -> Evidence | None:
    return _name_flaw(facts, "S22")


@rule(
    "S23",
    fires=lambda: person(full_name="Ng. Thị Hoa"),
    quiet=lambda: person(),
    spared=lambda: person(full_name="Ông Thị Hoa", relations=[father("Ông Văn Nam"), mother()]),
    exception="Ông là họ có thật.",
)
def shortened_name_or_form_of_address(facts: Facts) -> Evidence | None:
    return _name_flaw(facts, "S23")


@rule(
    "S24",
    fires=lambda: person(birth_place="Không rõ"),
    quiet=lambda: person(),
    spared=lambda: person(relations=[], parents_unknown=True),
    exception="Không xác định được cha mẹ thì đánh dấu, không ghi “không rõ”.",
)
def placeholder(facts: Facts) -> Evidence | None:
    found = {text.label: text.value for text in facts.texts if is_placeholder(text.value)}
    numbers = [("Số điện thoại", facts.resident.phone), *(("Số CMND", text) for text in facts.cmnds)]
    found |= {label: text for label, text in numbers if text and is_placeholder(text)}
    if not found:
        return None
    label, value = next(iter(found.items()))
    return Evidence(f"{label} ghi “{value}” để giữ chỗ.", found)


@rule(
    "S25",
    fires=lambda: person(phone_use=PhoneUse(6, 1)),
    quiet=lambda: person(phone_use=PhoneUse(2, 2)),
    spared=lambda: person(phone_use=PhoneUse(5, 1)),
    exception="Người trong một, hai hộ dùng chung một số.",
    thresholds=("phone_people", "phone_households"),
    is_shared=True,
)
def phone_of_too_many_people(facts: Facts) -> Evidence | None:
    use, phone = facts.phone_use, facts.resident.phone
    most_people, most_homes = facts.thresholds["phone_people"], facts.thresholds["phone_households"]
    if not phone or (use.people <= most_people and use.households <= most_homes):
        return None
    return Evidence(
        f"Số {phone} gắn với {use.people} người, {use.households} hộ.",
        {"Số điện thoại": phone, "Số người": str(use.people), "Số hộ": str(use.households)},
        key=f"phone {phone}",
    )


@rule(
    "S26",
    fires=lambda: person(numbers=[number(), cmnd("020190000123")]),
    quiet=lambda: person(numbers=[number(), cmnd("081234567")]),
    spared=lambda: person(birth_place="Số 12, ngõ 5, Xã Mẫu Sơn"),
    exception="Số nhà, số ngõ trong địa chỉ.",
)
def data_in_the_wrong_field(facts: Facts) -> Evidence | None:
    for text in facts.cmnds:
        if cmnd_value.is_twelve_digits(text):
            return Evidence("Ô CMND chứa số 12 chữ số.", {"Số CMND": text})
    for text_field in facts.texts:
        if text_field.attribute in _PLACES and holds_date_or_number(text_field.value):
            return Evidence(f"{text_field.label} chứa ngày hoặc số giấy tờ.", {text_field.label: text_field.value})
    return None


@rule(
    "S30",
    fires=lambda: person(relations=[father(person=someone(pk=5, born="1960", state="merged")), mother()]),
    quiet=lambda: person(),
)
def relation_to_a_merged_record(facts: Facts) -> Evidence | None:
    for row in facts.relations:
        if row.is_current and row.person and row.person.state == ResidentState.MERGED:
            return Evidence("Quan hệ trỏ tới hồ sơ đã gộp.", {row.get_kind_display(): row.name})
    return None
