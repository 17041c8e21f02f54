"""What the forms and the database refuse to write: D01, D11, S01, S05. The rules stand all the same: an import that
goes around the forms, or a row older than its constraint, may bear such a value.
"""

from collections import defaultdict

from registry.cleanup.examples import home, homes, number, person
from registry.cleanup.facts import Facts, register_facts
from registry.cleanup.rules import ON_THE_BOOKS, Evidence, rule
from registry.models import IdentityNumber, NumberKind, ResidentState, Sex
from registry.values import personal_number

HOLDERS = "number_holders"
REFUSED = "Cơ sở dữ liệu không nhận thêm dòng như vậy; quy tắc chỉ còn gặp ở dữ liệu nhập cũ."


@rule(
    "D01",
    fires=lambda: person(numbers=[number("02019000012")]),
    quiet=lambda: person(),
    spared=lambda: person(numbers=[number("020 190 000 123")]),
    exception="Dấu cách, dấu chấm giữa các chữ số không tính.",
    limits="Các phiếu không nhận số thiếu chữ số; quy tắc gặp ở dữ liệu nhập từ nơi khác.",
    states=ON_THE_BOOKS,
)
def number_has_not_twelve_digits(facts: Facts) -> Evidence | None:
    text = facts.personal_number
    digits = personal_number.bare(text)
    if not text or (len(digits) == 12 and digits.isascii() and digits.isdigit()):
        return None
    return Evidence(f"Số định danh “{text}” không đủ 12 chữ số.", {"Số định danh": text})


@rule(
    "D11",
    fires=lambda: person(sex=9),
    quiet=lambda: person(),
    spared=lambda: person(sex=Sex.UNKNOWN),
    exception="Chưa có thông tin (0) là việc của E04.",
    limits=REFUSED,
    states=ON_THE_BOOKS,
)
def sex_is_no_code(facts: Facts) -> Evidence | None:
    if facts.resident.sex in Sex.values:
        return None
    return Evidence("Mã giới tính không có trong danh mục.", {"Mã giới tính": str(facts.resident.sex)})


@rule(
    "S01",
    fires=lambda: person(more={HOLDERS: {"020190000123": 2}}),
    quiet=lambda: person(more={HOLDERS: {"020190000123": 1}}),
    spared=lambda: person(
        numbers=[number(is_active=False), number("020190000999")], more={HOLDERS: {"020190000123": 2}}
    ),
    exception="Số không còn dùng, và hồ sơ đã gộp.",
    limits=REFUSED,
    states=ON_THE_BOOKS,
    is_shared=True,
)
def number_of_several_people(facts: Facts) -> Evidence | None:
    text = facts.personal_number
    holders = (facts.more.get(HOLDERS) or {}).get(text, 1)
    if not text or holders < 2:
        return None
    return Evidence(f"Số định danh {text} đang dùng ở {holders} hồ sơ.", {"Số định danh": text}, key=f"number {text}")


@rule(
    "S05",
    fires=lambda: person(residences=homes(home(hamlet="Thôn 5"))),
    quiet=lambda: person(),
    spared=lambda: person(residences=homes(home("temporary", hamlet="Thôn 5"))),
    exception="Tạm trú ở nơi khác không phải là nơi thường trú thứ hai.",
    limits=REFUSED,
)
def two_permanent_residences(facts: Facts) -> Evidence | None:
    if len(facts.permanent) < 2:
        return None
    places = sorted(row.address for row in facts.permanent)
    return Evidence("Có hai nơi thường trú cùng lúc.", {f"Nơi thường trú {n}": at for n, at in enumerate(places, 1)})


def load(ids: list[int]) -> dict[int, dict[str, int]]:
    """How many people use each of their personal numbers today, merged records aside. One query."""
    own = IdentityNumber.objects.filter(resident__in=ids, kind=NumberKind.PERSONAL, is_active=True)
    same = IdentityNumber.objects.filter(kind=NumberKind.PERSONAL, is_active=True, number__in=own.values("number"))
    rows = same.exclude(resident__state=ResidentState.MERGED).values_list("number", "resident")
    holders: dict[str, set[int]] = defaultdict(set)
    for text, resident in rows:
        holders[text].add(resident)
    asked = set(ids)
    found: dict[int, dict[str, int]] = {}
    for text, people in holders.items():
        for resident in people & asked:
            found.setdefault(resident, {})[text] = len(people)
    return found


register_facts(HOLDERS, load)
