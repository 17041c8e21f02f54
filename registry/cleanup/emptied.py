"""E23: a household that nobody lives in. No living person stands for it: it is put to whoever belonged to it last."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef

from registry.cleanup.examples import person, someone, the_dead
from registry.cleanup.facts import Facts, register_facts
from registry.cleanup.rules import ON_THE_BOOKS, Evidence, rule
from registry.models import LIVING_STATES, Membership, ResidentState

NAME = "emptied"


@dataclass(frozen=True)
class Emptied:
    """An open household without a living member, whose last member this person was."""

    pk: int
    code: str
    address: str


@rule(
    "E23",
    fires=lambda: person(resident=someone(state="moved"), role="none", more={NAME: [Emptied(7, "00217", "Thôn 2")]}),
    quiet=lambda: person(more={NAME: []}),
    spared=lambda: the_dead(died_on=someone().source_on, more={NAME: None}, residences=[]),
    exception="Việc của cả hộ chỉ báo một lần, ở người sau cùng thuộc hộ; hộ đã đóng thì thôi.",
    limits="Không báo được hộ chưa từng có ai, hoặc mọi người của hộ nay do xã khác quản lý.",
    states=ON_THE_BOOKS,
    is_shared=True,
)
def household_is_empty(facts: Facts) -> Evidence | None:
    found: Sequence[Emptied] = facts.more.get(NAME) or []
    if not found:
        return None
    values = {f"Hộ {one.code}": one.address or "chưa ghi địa chỉ" for one in found}
    return Evidence("Hộ không còn ai đang sống trong hộ.", values, key=f"household {found[0].pk}")


def load(ids: list[int]) -> dict[int, list[Emptied]]:
    """The last member of each emptied household: whoever never left before whoever left last. One query."""
    belonged = Membership.objects.filter(resident__in=ids).values("household")
    living = Membership.objects.filter(
        household=OuterRef("household"), to_on=None, resident__state__in=LIVING_STATES
    )  # fmt: skip
    rows = Membership.objects.filter(~Exists(living), household__in=belonged, household__closed_on=None)
    rows = rows.exclude(resident__state=ResidentState.MERGED).filter(resident__commune=F("household__commune"))
    last = rows.order_by("household_id", F("to_on").desc(nulls_first=True), "-pk").distinct("household_id")
    found: dict[int, list[Emptied]] = defaultdict(list)
    for row in last.select_related("household"):
        if row.resident_id in ids:
            home = row.household
            found[row.resident_id].append(Emptied(home.pk, home.code, home.address))
    return found


register_facts(NAME, load)
