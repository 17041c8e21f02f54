"""Which household of ours the households of a file are: joined where somebody of the file lives there, else founded."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.models import (
    HEAD,
    Household,
    Membership,
    Roster,
    RosterHousehold,
    RosterPart,
    RosterRow,
    RowDecision,
    RowVerdict,
)
from registry.residents.membership import founded, is_head, next_number
from registry.rosters.household_keys import HAS_A_HEAD, Told, homes_of
from registry.rosters.values import RowValues

KNOWN = (RowVerdict.SAME, RowVerdict.CHANGED)


@dataclass(frozen=True)
class Wish:
    """One row's household: the file's key, what the row says of address and head, and the role in it."""

    key: str
    values: dict[str, Any]
    extra: dict[str, Any]

    @property
    def is_head(self) -> bool:
        return is_head(self.extra.get("household_role"))


@dataclass
class Homes:
    """Key -> household, of one piece. `new` are founded with it; `headed` are ids of those with a head already."""

    by_key: dict[str, Household] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    headed: set[int] = field(default_factory=set)

    def refused(self, wish: Wish) -> str:
        """A second head (rule S07); "" otherwise, and a head is remembered."""
        home = self.by_key[wish.key]
        if not wish.is_head:
            return ""
        if home.pk in self.headed:
            return HAS_A_HEAD.format(home.code)
        self.headed.add(home.pk)
        return ""


def settle(part: RosterPart, wishes: Sequence[Wish]) -> Homes:
    """The households of these rows, locked; those that nobody of ours lives in are founded and written, with numbers of
    the part.

    The caller holds the part: no other worker has rows of these households. Eight queries at most.
    """
    homes, roster = Homes(), part.roster
    keys = list(dict.fromkeys(wish.key for wish in wishes))
    if not keys:
        return homes
    kept = {one.key: one for one in RosterHousehold.objects.filter(roster=roster, key__in=keys)}
    known = {key: one.household_id for key, one in kept.items() if one.household_id}
    known |= _of_known_people(roster, [key for key in keys if key not in known])
    told = [Told(0, wish.key, RowValues(wish.values, wish.extra)) for wish in wishes if wish.key not in known]
    known |= {key: home.pk for key, home in homes_of(roster, told).items()}
    open_ones = Household.objects.filter(pk__in=known.values(), closed_on=None, commune=roster.commune_id)
    standing = {one.pk: one for one in open_ones.order_by("pk").select_for_update()}
    homes.by_key = {key: standing[pk] for key, pk in known.items() if pk in standing}
    homes.headed = _headed(standing)
    wanted = [key for key in keys if key not in homes.by_key]
    for key, home in _found(part, wanted, wishes).items():
        homes.by_key[key] = home
        homes.new.add(home.pk)
    _remember(roster, homes, kept)
    return homes


def _of_known_people(roster: Roster, keys: Sequence[str]) -> dict[str, int]:
    """Where the people of a key whom we have live today: most of them, the older household where they differ."""
    if not keys:
        return {}
    rows = RosterRow.objects.filter(roster=roster, household_key__in=keys, person__isnull=False)
    rows = rows.filter(verdict__in=KNOWN) | rows.filter(decision=RowDecision.AS_PERSON)
    here = rows.filter(person__memberships__to_on=None, person__memberships__household__commune=roster.commune_id,
                       person__memberships__household__closed_on=None)  # fmt: skip
    lived: dict[str, Counter[int]] = defaultdict(Counter)
    for key, home in here.order_by().values_list("household_key", "person__memberships__household"):
        lived[key][home] += 1
    return {key: min(counts, key=lambda pk: (-counts[pk], pk)) for key, counts in lived.items()}


def _headed(homes: Iterable[int]) -> set[int]:
    rows = Membership.objects.filter(household__in=list(homes), role__code=HEAD, to_on=None)
    return set(rows.values_list("household", flat=True))


def _found(part: RosterPart, keys: Sequence[str], wishes: Sequence[Wish]) -> dict[str, Household]:
    """New households, in the order of the file, where their heads live: in the piece at hand, or else whoever is
    first."""
    if not keys:
        return {}
    number = _numbers(part, len(keys))
    made = {}
    for at, key in enumerate(keys):
        theirs = [wish for wish in wishes if wish.key == key]
        speaks = next((wish for wish in theirs if wish.is_head), theirs[0])
        made[key] = founded(part.roster.commune, number + at, speaks.values)
    Household.objects.bulk_create(made.values())
    return made


def _numbers(part: RosterPart, many: int) -> int:
    """The first of so many numbers: of those set aside, while they last and nobody brought one of them along, as the
    households of a commune do that comes to ours."""
    first = part.next_household
    codes = [f"{number:05d}" for number in range(first, first + many)]
    is_short = first + many - 1 > part.last_household
    if is_short or Household.objects.filter(commune=part.roster.commune, code__in=codes).exists():
        return next_number(part.roster.commune)
    part.next_household += many
    return first


def _remember(roster: Roster, homes: Homes, kept: dict[str, RosterHousehold]) -> None:
    rows = [
        RosterHousehold(roster=roster, key=key, household=home, is_new=home.pk in homes.new)
        for key, home in homes.by_key.items()
        if key not in kept or kept[key].household_id != home.pk
    ]
    RosterHousehold.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["roster", "key"], update_fields=["household", "is_new"]
    )
