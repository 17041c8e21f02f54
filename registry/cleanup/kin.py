"""Rules about both ends of a family tie, and about a number that must not stand anywhere: D19, D20, E13, S12, S27.

They read what other records say, loaded for a whole batch by register_facts().
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from registry.cleanup.examples import card, father, mother, number, person, relative, someone
from registry.cleanup.facts import CARD_KINDS, Facts, register_facts
from registry.cleanup.rules import Evidence, rule
from registry.models import (
    DocumentState,
    IdentityDocument,
    IdentityNumber,
    NumberKind,
    Relation,
    RelationKind,
    ResidentState,
    Sex,
)

NAME, CIRCLE = "kin", "in_circle"
PARENTS = (RelationKind.FATHER, RelationKind.MOTHER)
LIVING_TIES = (RelationKind.SPOUSE, RelationKind.GUARDIAN, RelationKind.WARD)
"""Ties that end with a death: who is named in one lives."""


@dataclass(frozen=True)
class Kin:
    """`named_by` are current lines of other records that are linked to this person; `numbered` the linked relatives who
    have a personal number; `cancelled` the cancelled numbers that stand on this record as if they held.
    """

    named_by: Sequence[Relation] = ()
    numbered: frozenset[int] = frozenset()
    cancelled: frozenset[str] = frozenset()

    def is_named(self, by: int | None, *kinds: str) -> bool:
        return any(row.resident_id == by and row.kind in kinds for row in self.named_by)


def kin_of(facts: Facts) -> Kin:
    return facts.more.get(NAME) or Kin()


def _named_by(kind: str, of: int, **more: object) -> Kin:
    return Kin(named_by=[Relation(resident=someone(pk=of), kind=kind, name="Nguyễn Thị Hoa")], **more)  # type: ignore[arg-type]


def _husband() -> Relation:
    return relative("spouse", "Lê Văn A", person=someone(pk=5, born="1988", sex=Sex.MALE))


@rule(
    "D19",
    fires=lambda: person(relations=[_husband()], more={NAME: Kin()}),
    quiet=lambda: person(relations=[_husband()], more={NAME: _named_by("spouse", 5)}),
    spared=lambda: person(relations=[relative("spouse", "Lê Văn A")], more={NAME: Kin()}),
    exception="Vợ, chồng chỉ ghi họ tên, chưa liên kết.",
)
def spouses_disagree(facts: Facts) -> Evidence | None:
    for row in facts.related(RelationKind.SPOUSE):
        if row.person_id and not kin_of(facts).is_named(row.person_id, RelationKind.SPOUSE):
            return Evidence(f"Hồ sơ của {row.name} không ghi người này là vợ, chồng.", {"Vợ, chồng": row.name})
    return None


@rule(
    "D20",
    fires=lambda: person(relations=[father(person=someone(pk=6, born="1960", sex=Sex.MALE))], more={NAME: Kin()}),
    quiet=lambda: person(
        relations=[father(person=someone(pk=6, born="1960", sex=Sex.MALE))], more={NAME: _named_by("child", 6)}
    ),
    spared=lambda: person(relations=[father(), mother()], more={NAME: Kin()}),
    exception="Cha, mẹ, con chỉ ghi họ tên, chưa liên kết.",
    limits="Báo ở hồ sơ có ghi; hồ sơ thiếu là của người kia.",
)
def parent_and_child_disagree(facts: Facts) -> Evidence | None:
    for row in facts.related(*PARENTS, RelationKind.CHILD):
        back = PARENTS if row.kind == RelationKind.CHILD else (RelationKind.CHILD,)
        if row.person_id and not kin_of(facts).is_named(row.person_id, *back):
            what = "cha hoặc mẹ" if row.kind == RelationKind.CHILD else "con"
            return Evidence(f"Hồ sơ của {row.name} không ghi người này là {what}.", {row.get_kind_display(): row.name})
    return None


@rule(
    "E13",
    fires=lambda: person(relations=[father(person=someone(pk=6, born="1960", sex=Sex.MALE))], more={NAME: Kin()}),
    quiet=lambda: person(
        relations=[father(person=someone(pk=6, born="1960", sex=Sex.MALE)),
                   relative("spouse", "Lê Văn A", personal_number="001088000001")],
        more={NAME: Kin(numbered=frozenset({6}))},
    ),
    spared=lambda: person(relations=[father(), father(person=someone(pk=7, born="1930", state="deceased"))]),
    exception="Người thân đã chết; cha, mẹ, con chỉ ghi họ tên thì chưa biết còn sống hay không.",
)  # fmt: skip
def relative_without_number(facts: Facts) -> Evidence | None:
    numbered = kin_of(facts).numbered
    named: dict[str, str] = {}
    for row in facts.related(*RelationKind.values):
        if row.person is not None:
            lacks = row.person.is_current and row.person_id not in numbered
        else:
            lacks = row.kind in LIVING_TIES and not row.personal_number
        if lacks:
            named.setdefault(row.get_kind_display(), row.name)
    return Evidence("Người thân chưa có số định danh.", named) if named else None


@rule(
    "S12",
    fires=lambda: person(documents=[card()], more={NAME: Kin(cancelled=frozenset({"020190000123"}))}),
    quiet=lambda: person(more={NAME: Kin()}),
    spared=lambda: person(
        numbers=[number("020190000999"), number("020190000123", NumberKind.CANCELLED, is_active=False)],
        documents=[card(state="replaced")],
        more={NAME: Kin(cancelled=frozenset({"020190000123"}))},
    ),
    exception="Số đã hủy được giữ trong lịch sử số và trên thẻ đã đổi, đã thu.",
    limits="Hồ sơ căn cước lấy số lúc trả thẻ, không giữ số riêng.",
)
def cancelled_number_in_use(facts: Facts) -> Evidence | None:
    cancelled = kin_of(facts).cancelled
    places = [(row.get_kind_display(), row.number) for row in facts.numbers if row.is_active]
    places += [(row.kind_name, row.number) for row in facts.cards]
    places += [(f"Số của {row.name}", row.personal_number) for row in facts.relations if row.is_current]
    found = {label: text for label, text in places if text in cancelled}
    return Evidence("Số định danh đã hủy còn ghi ở nơi đang dùng.", found) if found else None


@rule(
    "S27",
    fires=lambda: person(more={CIRCLE: True}),
    quiet=lambda: person(more={CIRCLE: None}),
    limits="Chỉ theo liên kết tới hồ sơ của cha, mẹ; người thân chỉ ghi họ tên thì không biết là ai.",
)
def own_ancestor(facts: Facts) -> Evidence | None:
    if not facts.more.get(CIRCLE):
        return None
    parents = {row.get_kind_display(): row.name for row in facts.parents if row.person_id}
    return Evidence("Theo liên kết cha, mẹ thì người này là tổ tiên của chính mình.", parents)


# --- reading ----------------------------------------------------------------------------------------------------------


def load(ids: list[int]) -> dict[int, Kin]:
    """Three queries for the whole batch."""
    named_by: dict[int, list[Relation]] = defaultdict(list)
    lines = Relation.objects.filter(person__in=ids, is_current=True).exclude(resident__state=ResidentState.MERGED)
    for row in lines:
        if row.person_id is not None:
            named_by[row.person_id].append(row)
    linked = Relation.objects.filter(resident__in=ids, is_current=True).exclude(person=None).values("person")
    with_number = IdentityNumber.objects.filter(kind=NumberKind.PERSONAL, is_active=True, resident__in=linked)
    numbered = frozenset(with_number.values_list("resident", flat=True))
    cancelled = _cancelled(ids)
    return {pk: Kin(named_by[pk], numbered, cancelled) for pk in ids}


def _cancelled(ids: list[int]) -> frozenset[str]:
    """Of the numbers that these records use, those that are cancelled, whoever bore them."""
    numbers = IdentityNumber.objects.filter(resident__in=ids, is_active=True).order_by().values("number")
    cards = IdentityDocument.objects.filter(resident__in=ids, kind__in=CARD_KINDS, state=DocumentState.IN_USE)
    named = Relation.objects.filter(resident__in=ids, is_current=True).exclude(personal_number="")
    used = numbers.union(cards.order_by().values("number"), named.order_by().values("personal_number"))
    rows = IdentityNumber.objects.filter(number__in=used, kind=NumberKind.CANCELLED)
    return frozenset(rows.values_list("number", flat=True))


_CIRCLES = f"""
    WITH RECURSIVE line (start, id) AS (
        SELECT resident_id, person_id FROM {Relation._meta.db_table}
        WHERE resident_id = ANY(%s) AND is_current AND kind IN ('father', 'mother') AND person_id IS NOT NULL
        UNION
        SELECT line.start, above.person_id FROM line JOIN {Relation._meta.db_table} AS above
            ON above.resident_id = line.id AND above.is_current AND above.kind IN ('father', 'mother')
        WHERE above.person_id IS NOT NULL AND line.id <> line.start
    )
    SELECT DISTINCT start FROM line WHERE start = id
"""  # noqa: S608 - only the table's name is put in, from the model


def in_circles(ids: Iterable[int]) -> dict[int, bool]:
    """Who is met again on the way up by linked fathers and mothers. UNION meets each ancestor once: it always ends."""
    with connection.cursor() as cursor:
        cursor.execute(_CIRCLES, [list(ids)])
        return {row[0]: True for row in cursor.fetchall()}


register_facts(NAME, load)
register_facts(CIRCLE, in_circles)
