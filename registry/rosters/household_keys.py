"""Which household of ours the households of a file are, before anything is written: where somebody of them lives
already, where the head they name is head, or the one of that number whose head has that name. Else the list founds it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.text import fold
from registry.models import HEAD, Household, IdentityNumber, Membership, NumberKind, Roster, RosterHousehold
from registry.rosters import reasons
from registry.rosters.current import CurrentRecord
from registry.rosters.problems import Problem
from registry.rosters.values import RowValues

MOST = 60
"""People of one number beyond which it is no household (a running number, a hamlet)."""
TOO_MANY = "Số hộ này có {} dòng; không coi là một hộ. Xem lại cột “Số hộ”."
SECOND_HEAD = "Hộ {} trong tệp đã có chủ hộ ở dòng {}; mỗi hộ một chủ hộ."
HAS_A_HEAD = "Hộ {} đã có chủ hộ; chọn quan hệ khác."
CODE_LENGTH = 5


@dataclass(frozen=True)
class Told:
    """What one row says of its household, and whom it is of when that is sure."""

    number: int
    key: str
    row: RowValues
    record: CurrentRecord | None = None

    @property
    def is_head(self) -> bool:
        role = self.row.extra.get("household_role")
        return role is not None and role.code == HEAD

    @property
    def head_name(self) -> str:
        return self.row.values.get("full_name", "") if self.is_head else self.row.extra.get("head_name", "")


def homes_of(roster: Roster, rows: Sequence[Told]) -> dict[str, Household]:
    """Key -> household of ours. Five queries at most."""
    keys = {row.key for row in rows if row.key}
    if not keys:
        return {}
    kept = RosterHousehold.objects.filter(roster=roster, key__in=keys, household__closed_on=None)
    found = {one.key: one.household for one in kept.select_related("household") if one.household is not None}
    found = _lived_in(roster, rows) | found
    found = _of_heads(roster, [row for row in rows if row.key and row.key not in found]) | found
    return _of_codes(roster, [row for row in rows if row.key and row.key not in found]) | found


def _lived_in(roster: Roster, rows: Iterable[Told]) -> dict[str, Household]:
    """Where most of those whom we have live; the older household where they are as many."""
    lived: dict[str, Counter[int]] = defaultdict(Counter)
    homes: dict[int, Household] = {}
    for row in rows:
        membership = row.record.shown.membership if row.record else None
        if row.key and membership and _is_ours(membership.household, roster):
            lived[row.key][membership.household_id] += 1
            homes[membership.household_id] = membership.household
    return {key: homes[min(counts, key=lambda pk: (-counts[pk], pk))] for key, counts in lived.items()}


def _is_ours(home: Household, roster: Roster) -> bool:
    return home.commune_id == roster.commune_id and home.closed_on is None


def _of_heads(roster: Roster, rows: Sequence[Told]) -> dict[str, Household]:
    numbers = {row.row.extra["head_number"]: row.key for row in rows if row.row.extra.get("head_number")}
    if not numbers:
        return {}
    held = IdentityNumber.objects.filter(kind=NumberKind.PERSONAL, is_active=True, number__in=numbers)
    heads = Membership.objects.filter(
        resident__in=held.values("resident"), to_on=None, role__code=HEAD, household__commune=roster.commune_id,
        household__closed_on=None,
    )  # fmt: skip
    of_person = dict(held.values_list("resident", "number"))
    return {numbers[of_person[one.resident_id]]: one.household for one in heads.select_related("household")}


def _of_codes(roster: Roster, rows: Sequence[Told]) -> dict[str, Household]:
    """The household of that very number, while its head has the name that the file says."""
    named = {row.key: row.head_name for row in rows if row.head_name and len(row.key) <= CODE_LENGTH * 2}
    codes = {code: key for key in named for code in (key, key.zfill(CODE_LENGTH))}
    if not codes:
        return {}
    heads = Membership.objects.filter(
        household__commune=roster.commune_id, household__code__in=codes, household__closed_on=None, to_on=None,
        role__code=HEAD,
    )  # fmt: skip
    return {
        codes[one.household.code]: one.household
        for one in heads.select_related("household", "resident")
        if fold(one.resident.full_name) == fold(named[codes[one.household.code]])
    }


def problems_of(rows: Sequence[Told], homes: Mapping[str, Household], headed: Mapping[int, int]) -> dict[int, Problem]:
    """Row number -> what is wrong with its household: a second head, of the file or beside the one there is.

    `headed`: household -> its head today."""
    found: dict[int, Problem] = {}
    first: dict[str, int] = {}
    for row in sorted(rows, key=lambda one: one.number):
        if not (row.key and row.is_head):
            continue
        home = homes.get(row.key)
        head = headed.get(home.pk) if home else None
        if home and head and (row.record is None or row.record.resident.pk != head):
            found[row.number] = _problem(HAS_A_HEAD.format(home.code))
        elif row.key in first:
            found[row.number] = _problem(SECOND_HEAD.format(row.key, first[row.key]))
        else:
            first[row.key] = row.number
    return found


def _problem(said: str) -> Problem:
    return Problem("household_role", reasons.SECOND_HEAD, said)


def heads_of(homes: Iterable[Household]) -> dict[int, int]:
    """Household -> who is its head today. One query."""
    rows = Membership.objects.filter(household__in=[home.pk for home in homes], role__code=HEAD, to_on=None)
    return dict(rows.order_by("-pk").values_list("household", "resident"))
