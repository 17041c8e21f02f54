"""A random sample of decisions goes to a second officer, who answers without knowing the first answer.

Of every ten decisions of an officer (accounts/thresholds.py: second_look_percent) one is drawn, at a place nobody can
foresee; of a bulk decision at least one. When the two agree, that is counted; when not, the pair goes to the chief.
"""

import datetime as dt
import random
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Setting
from accounts.roles import Role
from registry.cleanup.scan import mark_household
from registry.duplicates import cases, planned
from registry.duplicates.comparison import values
from registry.duplicates.merge_refusals import MergeRefused, NotWaiting
from registry.models import DuplicatePair, Merge, PairState, ResidentState, SecondLook, Verdict
from registry.models.second_look import SecondLookQuerySet

PERCENT = "second_look_percent"
MONTHS_SHOWN = 12
_dice = random.SystemRandom()


class Sample(StrEnum):
    BY_CHANCE = "by chance"
    SURELY = "surely"
    NOT = "not"


class LookRefused(Exception):
    """The second answer was not taken; the message is the sentence the officer reads. Nothing was written."""


# --- Drawing ---------------------------------------------------------------------------------------------------------


def draw(pair: DuplicatePair, verdict: str, *, by: Officer, sample: Sample = Sample.BY_CHANCE) -> SecondLook | None:
    """Put the pair before a second officer if the lot falls on it. In the transaction of the decision, before the pair
    itself is written: the count of decisions is that of the earlier ones."""
    if sample == Sample.NOT or (sample == Sample.BY_CHANCE and not _lot_falls(by)):
        return None
    if SecondLook.objects.contested().filter(pair=pair).exists():
        return None  # two have disagreed already: the chief's word ends it
    withdraw(pair)
    picture = [[row, *sides] for row, sides in values(pair.left, pair.right).items()]
    return SecondLook.objects.create(pair=pair, picture=picture, first_verdict=verdict, first_by=by)


def _lot_falls(by: Officer) -> bool:
    """One of each block of decisions, every place in the block equally likely. Three queries."""
    percent = Setting.values_on()[PERCENT]
    if percent <= 0:
        return False
    block = max(1, round(100 / percent))
    decided = DuplicatePair.objects.filter(decided_by=by, state__in=[PairState.SAME, PairState.DIFFERENT]).count()
    drawn = SecondLook.objects.filter(first_by=by).count()
    if drawn > decided // block:
        return False
    return _dice.randrange(block - decided % block) == 0


def bulk_sample(count: int) -> set[int]:
    """Which of `count` decisions made together are drawn: the share, and at least one; none when sampling is off."""
    percent = Setting.values_on()[PERCENT]
    if percent <= 0 or not count:
        return set()
    return set(_dice.sample(range(count), max(1, round(count * percent / 100))))


def draw_some(pairs: list[DuplicatePair], count: int, *, by: Officer) -> None:
    """Draw so many of these pairs, which this officer has just decided to be one person."""
    for pair in _dice.sample(pairs, min(count, len(pairs))):
        draw(pair, Verdict.SAME, by=by, sample=Sample.SURELY)


def withdraw(pair: DuplicatePair) -> None:
    """The first answer was taken back: nobody need look a second time."""
    SecondLook.objects.awaited().filter(pair=pair).delete()


# --- The queue, and the second answer --------------------------------------------------------------------------------


def looks_for(officer: Officer) -> SecondLookQuerySet:
    """What waits for this officer: looks of his communes, never his own decisions."""
    return SecondLook.objects.in_scope(officer).awaited().exclude(first_by=officer)


def next_for(officer: Officer) -> SecondLook | None:
    return looks_for(officer).first()


def blind_among(pairs: list[DuplicatePair], officer: Officer) -> set[int]:
    """Those of these pairs that this officer may yet be the second to look at: their pages keep the first answer to
    themselves. The chief sees everything. One query."""
    if officer.role == Role.CHIEF:
        return set()
    awaited = SecondLook.objects.awaited().filter(pair__in=pairs).exclude(first_by=officer)
    return set(awaited.values_list("pair_id", flat=True))


def answer(look: SecondLook, verdict: str, *, by: Officer) -> SecondLook:
    """Record the second answer. Where the two differ and the records are still two, the pair waits again, for the
    chief. One transaction. Sent twice it is one answer. Raises LookRefused."""
    verdict = Verdict(verdict)
    with transaction.atomic():
        if verdict != look.first_verdict:
            _withdraw_merges(look, by)
        rows = SecondLook.objects.in_scope(by).select_related("first_by", "second_by")
        # The pair first: whoever decides locks it, and then withdraws the look.
        pairs = DuplicatePair.objects.select_related("left", "right")
        pair = pairs.select_for_update(of=("self",)).get(pk=look.pair_id)
        locked = rows.select_for_update(of=("self",)).filter(pk=look.pk).first()
        if locked is None:
            raise LookRefused("Kết luận thứ nhất đã được rút, không cần xem lần hai nữa.")
        if locked.second_at:
            if locked.second_by_id == by.pk and locked.second_verdict == verdict:
                return locked
            raise LookRefused(f"{locked.second_by} đã xem lần hai cặp này.")
        if locked.first_by_id == by.pk:
            raise LookRefused("Đồng chí đã kết luận lần thứ nhất; lần hai phải do đồng chí khác.")
        locked.second_verdict, locked.second_by, locked.second_at = verdict, by, timezone.now()
        locked.picture = []
        locked.save()
        _write_down(locked, pair, by)
        if verdict != locked.first_verdict:
            _give_to_the_chief(pair)
    return locked


def _withdraw_merges(look: SecondLook, by: Officer) -> None:
    """A merge that waits for its hour, or for another officer, does not happen. Before the pair is locked: merges lock
    themselves first, then people, then pairs."""
    both = [look.pair.left_id, look.pair.right_id]
    for merge in Merge.objects.open().filter(survivor__in=both, folded__in=both):
        try:
            planned.withdraw(merge, by=by, note="Đồng chí xem lần hai kết luận khác")
        except NotWaiting:
            continue  # done, or withdrawn, at this very moment
        except MergeRefused as refused:
            raise LookRefused(str(refused)) from refused


def _write_down(look: SecondLook, pair: DuplicatePair, by: Officer) -> None:
    agreed = look.second_verdict == look.first_verdict
    said = "cùng kết luận" if agreed else "khác kết luận thứ nhất, chuyển trưởng công an xã"
    verdict = look.get_second_verdict_display().lower()
    for one, other in ((pair.left, pair.right), (pair.right, pair.left)):
        sentence = f"Xem lần hai: {verdict} ({said}); người kia: {other.audit_label()}"
        record(by, Action.DECIDE, target=one, sentence=sentence, data={"pair": str(pair.public_id)})


def _give_to_the_chief(pair: DuplicatePair) -> None:
    """The decision no longer stands. Records that are one already stay so: the chief sees it among the disagreements,
    and takes the merge back if the second was right."""
    if ResidentState.MERGED in (pair.left.state, pair.right.state):
        return
    pair.state, pair.decided_at, pair.decided_by, pair.decided_on = PairState.SUSPECTED, None, None, {}
    pair.returned_for = "hai đồng chí kết luận khác nhau, trưởng công an xã quyết định"
    pair.save()
    mark_household([pair.left_id, pair.right_id])
    cases.regroup([pair.left_id, pair.right_id])


# --- Agreement -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Agreement:
    """Second looks of one month (or of one officer's decisions): how many, and in how many both answered alike."""

    title: str
    looked: int
    agreed: int

    @property
    def percent(self) -> int | None:
        """Rounded down: 100 means all of them. None when nobody has looked."""
        return self.agreed * 100 // self.looked if self.looked else None


AGREED = Q(second_verdict=F("first_verdict"))


def by_month(officer: Officer) -> list[Agreement]:
    """The last twelve months that have any, the newest first. One query."""
    rows = SecondLook.objects.in_scope(officer).done().order_by()
    months = rows.annotate(month=TruncMonth("second_at")).values("month")
    counted = months.annotate(looked=Count("pk"), agreed=Count("pk", filter=AGREED)).order_by("-month")
    return [
        Agreement(f"{timezone.localtime(row['month']):%m/%Y}", row["looked"], row["agreed"])
        for row in counted[:MONTHS_SHOWN]
    ]


def by_officer(officer: Officer, *, days: int = 365) -> list[Agreement]:
    """Whose first answers were looked at, for the chief. One query."""
    since = timezone.now() - dt.timedelta(days=days)
    rows = SecondLook.objects.in_scope(officer).done().filter(second_at__gte=since).order_by()
    named = rows.values("first_by__rank", "first_by__full_name")
    counted = named.annotate(looked=Count("pk"), agreed=Count("pk", filter=AGREED)).order_by("first_by__full_name")
    return [
        Agreement(f"{row['first_by__rank']} {row['first_by__full_name']}".strip(), row["looked"], row["agreed"])
        for row in counted
    ]
