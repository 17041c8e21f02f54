"""People who stand in the register twice, and numbers that two people share; the truth about each pair is kept."""

from collections import defaultdict
from random import Random

from accounts.text import clean
from registry.models import NumberKind, RelationKind, ResidenceKind, ResidentState
from registry.sample.flaws import variant
from registry.sample.planting import Field
from registry.sample.sheet import Sheet, invented_id

SAME_FOLDED_NAME = ("tone_style", "hoi_nga", "tone_misplaced", "no_diacritics")
OTHER_WRITING = ("i_y", "north_south_pair", "dialect_initial", "dialect_final", "middle_dropped", "letter_lost")
HERE, NEXT_DOOR, OTHERWISE_WRITTEN, CMND_ACROSS, REUSED = 6, 4, 6, 3, 3
COPIES = HERE + NEXT_DOOR + OTHERWISE_WRITTEN
"""How many second records one commune gets."""

Pairs = dict[str, list[tuple[Sheet, Sheet]]]


def sow(fields: list[Field]) -> Pairs:
    """Second records in each commune: of its own people, and of the neighbours'."""
    pairs: Pairs = defaultdict(list)
    for here, there in zip(fields, [*fields[1:], fields[0]], strict=True):
        for _ in range(HERE):
            pairs["name_birth"].append(_second_record(here, of=_whole(here), kinds=SAME_FOLDED_NAME))
        for _ in range(NEXT_DOOR):
            pairs["name_birth_across"].append(_second_record(here, of=_whole(there), kinds=SAME_FOLDED_NAME))
        for _ in range(OTHERWISE_WRITTEN):
            pairs["other_writing"].append(_second_record(here, of=_whole(here, NumberKind.CMND9), kinds=OTHER_WRITING))
        for _ in range(REUSED):
            pairs["number_reused"].append(_reuse_number(_whole(here), _whole(there)))
    for _ in range(CMND_ACROSS):
        pairs["cmnd_across"].append(_share_cmnd(*[_whole(field, NumberKind.CMND9) for field in fields[:2]]))
    return pairs


def _whole(field: Field, kind: str = NumberKind.PERSONAL) -> Sheet:
    """Somebody grown up and without a flaw; from now on part of a pair."""

    def fits(sheet: Sheet) -> bool:
        resident = sheet.resident
        return (
            resident.state == ResidentState.LIVING
            and resident.birth_day is not None
            and 18 <= field.age(sheet) <= 70
            and sheet.number(kind) is not None
            and clean(resident.full_name) == resident.full_name
        )

    return field.take(fits, rule="pair")


def _second_record(field: Field, *, of: Sheet, kinds: tuple[str, ...]) -> tuple[Sheet, Sheet]:
    """The same person as a second clerk wrote her down: hardly more than name, birth and where she lives now.
    With a letter lost the old CMND stays: without it the name is a twin's as well as hers."""
    random: Random = field.random
    first = of.resident
    written = variant(first.full_name, random=random, kinds=kinds)
    copy = field.people.record(written.name, first.sex, of.born_on, first.ethnic_group)
    copy.public_id = invented_id(random)
    copy.birth_year, copy.birth_month, copy.birth_day = first.birth_year, first.birth_month, first.birth_day
    copy.birth_registration_province = copy.birth_registration_place = ""
    copy.birth_registration_unit = None
    copy.source, copy.religion, copy.phone = (
        "CONG_DAN_KHAI",
        "",
        random.choice([first.phone, ""]),
    )
    copy.marital_status = "0"
    sheet = Sheet(copy, of.born_on, planted="pair")
    sheet.add_residence(
        ResidenceKind.PRESENT,
        unit=copy.commune,
        hamlet=random.choice(field.homes.hamlets),
        from_on=field.day(-random.randrange(20, 300)),
    )
    for row in of.related(RelationKind.FATHER, RelationKind.MOTHER):
        if random.random() < 0.7:
            sheet.add_relation(row.kind, row.name)
    cmnd = of.number(NumberKind.CMND9)
    if cmnd is not None and (written.kind == "letter_lost" or random.random() < 0.3):
        sheet.add_number(cmnd.number, NumberKind.CMND9)
    field.sheets.append(sheet)
    return of, sheet


def _reuse_number(first: Sheet, second: Sheet) -> tuple[Sheet, Sheet]:
    """A number that was cancelled for one person is the number in use of another (facts 1.3 forbids it)."""
    row = second.number()
    assert row is not None
    first.add_number(row.number, NumberKind.CANCELLED, is_active=False)
    return first, second


def _share_cmnd(first: Sheet, second: Sheet) -> tuple[Sheet, Sheet]:
    one, two = first.number(NumberKind.CMND9), second.number(NumberKind.CMND9)
    assert one is not None and two is not None
    two.number = one.number
    return first, second
