"""The list of residents, every field of DC01 a column: also the one that may be edited and handed in again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import QueryDict

from accounts.models import Officer
from accounts.roles import Right
from registry.models import Resident
from registry.residents.tables import ResidentFilter, ResidentTable, listed
from registry.rosters.fields import DC01, FIELDS
from registry.rosters.out.kinds import Asked, Column, Kind, asked, asking

ON: Final = frozenset({"full_name", "number", "birth_date", "sex", "permanent_line", "household_key", "household_role"})
WIDE: Final = {"full_name": 28, "permanent_line": 44, "temporary_line": 40, "present_line": 40, "birth_place": 32,
               "birth_registration_place": 32, "home_town": 32, "father_name": 26, "mother_name": 26, "head_name": 26,
               "spouse_name": 26, "other_information": 32, "email": 26}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A resident with what stands of it by field name, and the digest of the whole (registry/rosters/current.py)."""

    resident: Resident
    texts: dict[str, str]
    digest: str


def residents_asked(officer: Officer, query: QueryDict) -> Asked:
    rows = Resident.objects.in_scope(officer)
    request = asking(officer, query)
    filtered = ResidentFilter(query, rows, request=request)
    if not (filtered.form.is_valid() and filtered.form.cleaned_data.get("state")):
        filtered = ResidentFilter(query, rows.current(), request=request)
    found = asked(ResidentTable(listed(filtered.qs), officer=officer), filtered, query)
    return replace(found, rows=found.rows.only("pk"))  # gathered() reads the records anew, whole


def gathered(rows: Sequence[Resident], officer: Officer) -> list[Person]:
    from registry.rosters import current

    records = current.records_of([one.pk for one in rows])
    found = [records[one.pk] for one in rows]
    return [Person(one.resident, one.texts, one.digest) for one in found]


def _field_column(name: str) -> Column:
    told = FIELDS[name]

    def text(row: Person) -> str:
        return row.texts.get(name, "")

    return Column(name, told.label, text, WIDE.get(name, 16), told.group, told.is_sensitive, name in ON)


def _people(row: Any) -> list[int]:
    return [row.resident.pk]


RESIDENTS: Final = Kind(
    "cu-dan", "Danh sách cư dân", Right.RESIDENT_VIEW, "registry:residents", residents_asked,
    columns=[
        *(_field_column(one.name) for one in DC01),
        Column("state", "Tình trạng", lambda row: row.resident.get_state_display(), 16, "Khác", is_on=False),
    ],
    people=_people, gather=gathered, is_for_return=True,
)  # fmt: skip
