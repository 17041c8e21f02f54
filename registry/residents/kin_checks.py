"""Which ties cannot be: each refusal is the sentence the officer reads. What is only unlikely is a finding (D14, D15).

Sources: Luật Hôn nhân và gia đình Đ5, Đ8 (one spouse, of the other sex, none in the direct line); Luật Căn cước Đ9 k15.
"""

from django.db import connection

from accounts.models import Officer
from accounts.scope import answers_for
from registry.cleanup.facts import birth_of
from registry.models import Relation, RelationKind, Resident, ResidentState, Sex
from registry.residents.refusal import RegisterRefused
from registry.values.partial_date import PartialDate

PARENTS = (RelationKind.FATHER, RelationKind.MOTHER)
PARENT_SEX = {RelationKind.FATHER: Sex.MALE, RelationKind.MOTHER: Sex.FEMALE}
PERSON = "person"  # the field of the form beside which most sentences belong

_ANCESTORS = f"""
    WITH RECURSIVE line (id) AS (
        SELECT %s::bigint
        UNION
        SELECT parent.id FROM line CROSS JOIN LATERAL (
            SELECT person_id AS id FROM {Relation._meta.db_table}
            WHERE resident_id = line.id AND person_id IS NOT NULL AND is_current AND kind IN ('father', 'mother')
            UNION ALL
            SELECT resident_id FROM {Relation._meta.db_table}
            WHERE person_id = line.id AND is_current AND kind = 'child'
        ) AS parent
    )
    SELECT id FROM line WHERE id <> %s
"""  # noqa: S608 - only the table's name is put in, from the model


def ancestors(resident_id: int) -> set[int]:
    """Everybody above a person by linked parents. UNION meets nobody twice, so a circle in old data ends it too."""
    with connection.cursor() as cursor:
        cursor.execute(_ANCESTORS, [resident_id, resident_id])
        return {row[0] for row in cursor.fetchall()}


def refuse_impossible(
    resident: Resident, kind: RelationKind, person: Resident | None, *, name: str, birth_year: int | None, by: Officer
) -> None:
    """Raises RegisterRefused for a tie that no paper can prove. One or two queries, none for a name only."""
    if person is not None:
        _refuse_person(resident, person, by)
    match kind:
        case RelationKind.FATHER | RelationKind.MOTHER:
            _refuse_wrong_sex(person, kind)
            _refuse_younger_parent(_born(person, birth_year), birth_of(resident), name)
            _refuse_circle(parent=person, child=resident, chosen=person)
        case RelationKind.CHILD:
            if person is not None and resident.sex == Sex.UNKNOWN:
                raise RegisterRefused(None, "Hồ sơ chưa ghi giới tính, chưa biết là cha hay mẹ; ghi giới tính trước.")
            _refuse_younger_parent(birth_of(resident), _born(person, birth_year), resident.full_name)
            _refuse_circle(parent=resident, child=person, chosen=person)
        case RelationKind.SPOUSE if person is not None:
            _refuse_spouse(resident, person)
        case RelationKind.GUARDIAN | RelationKind.WARD if person is not None:
            _refuse_mutual_guardians(resident, kind, person)


def refuse_second(holder: Resident, kind: RelationKind, *, is_adoptive: bool, chosen: Resident | None) -> None:
    """Rules S08, S09: one spouse, one father and one mother (by birth, and by adoption) at a time. One query."""
    if kind not in (*PARENTS, RelationKind.SPOUSE):
        return
    rows = holder.relations.filter(kind=kind, is_current=True)
    if kind != RelationKind.SPOUSE:
        rows = rows.filter(is_adoptive=is_adoptive)
    known = rows.order_by("pk").first()
    if known is None:
        return
    what = f"{known.get_kind_display().lower()}{' nuôi' if is_adoptive and kind in PARENTS else ''}"
    field = PERSON if chosen else "name"
    raise RegisterRefused(
        field,
        f"Hồ sơ của {holder.full_name} đã ghi {what} là {known.name}; kết thúc quan hệ đó trước khi ghi người khác.",
    )


def _refuse_person(resident: Resident, person: Resident, by: Officer) -> None:
    if person.pk == resident.pk:
        raise RegisterRefused(PERSON, "Không ghi một người là người thân của chính mình.")
    if person.state == ResidentState.MERGED:
        raise RegisterRefused(PERSON, "Hồ sơ này đã gộp vào hồ sơ khác; chọn hồ sơ còn giữ lại.")
    if not answers_for(by, person.commune):
        raise RegisterRefused(PERSON, "Hồ sơ này do xã khác quản lý; ghi theo họ tên, không liên kết.")


def _born(person: Resident | None, birth_year: int | None) -> PartialDate | None:
    if person is not None:
        return birth_of(person)
    return PartialDate(birth_year) if birth_year else None


def _refuse_wrong_sex(person: Resident | None, kind: RelationKind) -> None:
    if person is not None and person.sex not in (Sex.UNKNOWN, PARENT_SEX[kind]):
        what, sex = kind.label.lower(), person.get_sex_display().lower()
        raise RegisterRefused(PERSON, f"Hồ sơ của {person.full_name} ghi giới tính {sex}, không ghi là {what} được.")


def _refuse_younger_parent(parent: PartialDate | None, child: PartialDate | None, name: str) -> None:
    if parent and child and parent.earliest() > child.latest():
        raise RegisterRefused(
            PERSON, f"{name} sinh {parent.display()}, sau người con ({child.display()}): không là cha, mẹ được."
        )


def _refuse_circle(*, parent: Resident | None, child: Resident | None, chosen: Resident | None) -> None:
    """Rule S27 at the door. Two officers closing one circle from both ends at the same moment leave it to the rule."""
    if parent is None or child is None or chosen is None:
        return
    if child.pk in ancestors(parent.pk):
        raise RegisterRefused(
            PERSON, f"{parent.full_name} là con, cháu của {child.full_name}: ghi là cha, mẹ thì thành vòng tròn."
        )


def _refuse_spouse(resident: Resident, person: Resident) -> None:
    if resident.sex == person.sex != Sex.UNKNOWN:
        raise RegisterRefused(
            PERSON, "Hai hồ sơ ghi cùng giới tính, không ghi là vợ chồng được (Luật Hôn nhân và gia đình Điều 8); "
            "kiểm tra giới tính của hai hồ sơ."
        )  # fmt: skip
    if person.pk in ancestors(resident.pk) or resident.pk in ancestors(person.pk):
        raise RegisterRefused(
            PERSON,
            f"{person.full_name} là người cùng dòng máu trực hệ theo liên kết cha mẹ: không ghi là vợ chồng được.",
        )


def _refuse_mutual_guardians(resident: Resident, kind: RelationKind, person: Resident) -> None:
    if resident.relations.filter(person=person, is_current=True, kind=OTHER_GUARD[kind]).exists():
        raise RegisterRefused(PERSON, "Hai người đang ghi đại diện theo chiều ngược lại; không đại diện lẫn nhau được.")


OTHER_GUARD = {RelationKind.GUARDIAN: RelationKind.WARD, RelationKind.WARD: RelationKind.GUARDIAN}
