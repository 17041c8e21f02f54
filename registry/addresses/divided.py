"""A commune that was divided: nobody but the office knows which hamlet went where, so an officer says it, once for all
who live in the hamlet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.scope import ScopedQuerySet
from accounts.text import plain_sort_key
from accounts.units.find import successors_of
from registry.addresses.moving import move_households, move_people, reaching_past_its_unit
from registry.models import Household, Residence, Resident
from registry.values.address import fold_address

NO_HAMLET = "chưa ghi thôn, tổ"


class DivisionRefused(Exception):
    """Nothing was moved. `field` is where the sentence belongs on the form."""

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass
class Waiting:
    """One hamlet of a divided unit that still has open addresses: how many people, and where they may belong now.

    `texts` are the spellings that mean this hamlet ("Tổ 5", "TDP 05"); `key` is what they have in common.
    """

    unit: Unit
    key: str
    today: Sequence[Unit]
    texts: list[str] = field(default_factory=list)
    people: int = 0

    @property
    def name(self) -> str:
        return min(self.texts, key=len, default="") or NO_HAMLET

    @property
    def slug(self) -> str:
        """The unit in an address: its code and its last day, which together name one row."""
        return slug_of(self.unit)


def slug_of(unit: Unit) -> str:
    return f"{unit.code}-{unit.valid_to:%Y%m%d}"


def waiting(officer: Officer) -> list[Waiting]:
    """Every hamlet that waits for an answer in the officer's communes, by unit and name. Four queries."""
    rows = open_addresses(officer).values("unit", "hamlet").annotate(people=Count("resident", distinct=True)).order_by()
    counted = list(rows)
    units = Unit.objects.filter(pk__in={row["unit"] for row in counted}).select_related("parent__parent").in_bulk()
    today = successors_of(units.values())
    found: dict[tuple[int, str], Waiting] = {}
    for row in counted:
        if len(today[row["unit"]]) < 2:
            continue
        key = fold_address(row["hamlet"])
        one = found.setdefault((row["unit"], key), Waiting(units[row["unit"]], key, today[row["unit"]]))
        one.texts.append(row["hamlet"])
        one.people += row["people"]
    return sorted(found.values(), key=lambda one: (one.unit.sort_key, plain_sort_key(one.name)))


def open_addresses(officer: Officer) -> ScopedQuerySet[Residence]:
    """Addresses in units that are no more, of the people of the officer's communes."""
    rows = Residence.objects.in_scope(officer).filter(unit__valid_to__lt=timezone.localdate())
    return rows.filter(reaching_past_its_unit()).exclude(resident__state="merged")


def people_of(officer: Officer, one: Waiting) -> ScopedQuerySet[Resident]:
    """Who would move, for the preview: people of the officer's communes with an open address in that hamlet."""
    lived = open_addresses(officer).filter(unit=one.unit, hamlet__in=one.texts)
    return Resident.objects.in_scope(officer).filter(pk__in=lived.values("resident"))


@transaction.atomic
def decide(one: Waiting, to: Unit, *, seen: int, basis: str, by: Officer) -> int:
    """Everybody of the hamlet now lives in `to`: addresses, households, and the record where the old unit keeps it.

    `seen` is how many people the officer saw in the preview. Raises DivisionRefused, with nothing written, when there
    are others now, when `to` did not come out of the division, or when no hamlet is written. Answers how many moved.
    """
    if not one.key:
        raise DivisionRefused(None, "Những người này chưa ghi thôn, tổ: sửa từng hồ sơ.")
    if to.pk not in {unit.pk for unit in one.today}:
        raise DivisionRefused("to", f"{to.path} không nhận phần nào của {one.unit.name}.")
    rows = people_of(by, one).order_by("pk")
    ids = list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    if len(ids) != seen:
        raise DivisionRefused(None, f"Danh sách đã đổi từ {seen} thành {len(ids)} người; xem lại rồi ghi.")
    why = f"{one.name}, {one.unit.path} → {to.path}"
    move_people(ids, one.unit, to, by=by, why=why, reason=basis, only=Q(hamlet__in=one.texts))
    homes = Household.objects.select_for_update(no_key=True).filter(commune=one.unit, hamlet__in=one.texts)
    move_households(list(homes.order_by("pk")), to, sentence=why, by=by)
    sentence = f"Chọn nơi cho thôn, tổ của đơn vị đã chia: {why}, {len(ids)} người"
    record(by, Action.DECIDE, reason=basis, sentence=sentence)
    return len(ids)


def by_unit(rows: list[Waiting]) -> list[tuple[Unit, list[Waiting]]]:
    """For a page: a unit, and its hamlets that wait."""
    grouped: dict[int, list[Waiting]] = defaultdict(list)
    for row in rows:
        grouped[row.unit.pk].append(row)
    return [(group[0].unit, group) for group in grouped.values()]
