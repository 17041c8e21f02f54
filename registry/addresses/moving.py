"""When a commune ends and one other takes its place: people, households, officers, files and addresses follow.

The unit changing its name is no move of the person. So an open residence stays the row that it is, with the day of its
registration, and only says its place by the name of today; the old address stays in `raw_text`, the history holds the
row as it was, and the life line draws both names from the dated units (accounts/units/history.py). What ended before
keeps its old name. Source: NQ 190/2025/QH15 Đ10 (papers stay valid); docs/decisions.md.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, IntegerField, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.units.find import successors_of
from registry.addresses import followers
from registry.models import Hamlet, Household, Residence, Resident
from registry.sweeping import work_around
from registry.values import search_words

BATCH = 500
WHAT = "Chuyển theo đơn vị mới"
RAW_LENGTH = 300


class MoveRefused(Exception):
    """A commune was not moved, with nothing written. The message says what an administrator has to decide."""


@dataclass(frozen=True)
class Succession:
    """A unit that has ended and the one that answers for its whole area today."""

    old: Unit
    new: Unit

    @property
    def sentence(self) -> str:
        return f"{self.old.path} → {self.new.path} (từ {self.new.valid_from:%d/%m/%Y})"

    def move(self, ids: Iterable[int]) -> None:
        move_people(ids, self.old, self.new, by=None, why=self.sentence)


def move_to_successors(*, seconds: float | None = None) -> Counter[str]:
    """Move whatever still stands in units that ended and have one successor. Answers what was moved, by kind.

    One transaction for the office (officers, files, hamlets), one for each batch of households and people. Run twice,
    the second finds nothing; broken off, the next goes on where it stopped. Rows that somebody holds wait for the next
    run; somebody on whom it fails is passed by and named in the trail.
    """
    done: Counter[str] = Counter()
    until = time.monotonic() + seconds if seconds is not None else None
    for succession in successions():
        try:
            done += _move_office(succession)
        except MoveRefused as refused:
            record(None, Action.SYSTEM, sentence=f"{WHAT}: chưa chuyển {succession.sentence}. {refused}")
            done["refused"] += 1
            continue
        for batch in (_move_households, _move_people):
            last: int | None = 0
            while last is not None and (until is None or time.monotonic() < until):
                last, moved = batch(succession, after=last)
                done += moved
    return done


def successions() -> list[Succession]:
    """Ended units that something still stands in, where it is clear what took over. Four queries."""
    today = timezone.localdate()
    ended = Unit.objects.filter(valid_to__lt=today).filter(_something_stands_in_it())
    rows = list(ended.select_related("parent__parent").order_by("valid_from", "pk"))
    reached = successors_of(rows, on=today)
    return [Succession(row, reached[row.pk][0]) for row in rows if len(reached[row.pk]) == 1]


def _something_stands_in_it() -> Q:
    here = OuterRef("pk")
    stands = (
        Q(Exists(Officer.objects.filter(unit=here)))
        | Q(Exists(Household.objects.filter(commune=here)))
        | Q(Exists(Resident.objects.filter(commune=here)))
        | Q(Exists(Hamlet.objects.filter(commune=here)))
        | Q(Exists(Residence.objects.filter(unit=here).filter(reaching_past_its_unit())))
    )
    for follower in followers.every().values():
        stands |= Q(Exists(follower.model._default_manager.filter(**{follower.field: here})))
    return stands


def reaching_past_its_unit() -> Q:
    """Residences that still hold after their unit has ended: these are called by the name of today."""
    return Q(closed_at=None) & (Q(to_on=None) | Q(to_on__gt=F("unit__valid_to")))


# --- the office -------------------------------------------------------------------------------------------------------


@transaction.atomic
def _move_office(succession: Succession) -> Counter[str]:
    """Officers, the list of hamlets, and the tables that signed up. The unit's row is locked: two workers queue."""
    old, new = succession.old, succession.new
    Unit.objects.select_for_update(no_key=True).get(pk=old.pk)
    done: Counter[str] = Counter()
    following = [one for one in followers.every().values() if one.waits(old)]
    clashing = [one for one in following if one.clashes(old, new)]
    if clashing:
        names = ", ".join(str(one.model._meta.verbose_name) for one in clashing)
        raise MoveRefused(f"Hai nơi cùng đã cấp các số giống nhau ({names}); quản trị quyết định cách đánh số.")
    for officer in Officer.objects.select_for_update(no_key=True).filter(unit=old).order_by("pk"):
        officer.unit = new
        officer.save(update_fields=["unit"])
        record(None, Action.SYSTEM, target=officer, sentence=f"Đơn vị của {officer}: {succession.sentence}")
        done["officers"] += 1
    done["hamlets"] += _move_hamlets(succession)
    for follower in following:
        moved = follower.move(old, new)
        done["rows"] += moved
        name = follower.model._meta.verbose_name
        record(None, Action.SYSTEM, sentence=f"Chuyển {moved} {name}: {succession.sentence}")
    return +done


def _move_hamlets(succession: Succession) -> int:
    """The list goes along. Where the successor has a hamlet of that name already, the one that comes is closed: two of
    one name cannot be told apart, and the chief gives the second another."""
    known = set(Hamlet.objects.filter(commune=succession.new, valid_to=None).values_list("name_folded", flat=True))
    rows = list(Hamlet.objects.select_for_update(no_key=True).filter(commune=succession.old).order_by("pk"))
    for row in rows:
        row.commune = succession.new
        twice = row.valid_to is None and row.name_folded in known
        if twice:
            row.valid_to = max(filter(None, [succession.old.valid_to, row.valid_from]))
        known.add(row.name_folded)
        row.save()
        note = "; đóng vì nơi mới đã có tên này" if twice else ""
        record(None, Action.SYSTEM, target=row, sentence=f"{row.name}: {succession.sentence}{note}")
    return len(rows)


# --- households and people --------------------------------------------------------------------------------------------


@transaction.atomic
def _move_households(succession: Succession, *, after: int) -> tuple[int | None, Counter[str]]:
    """The next batch; answers how far it came, None at the end. A number that the successor has given already is
    replaced by its next free one."""
    old, new = succession.old, succession.new
    rows = Household.objects.select_for_update(no_key=True, skip_locked=True).filter(commune=old, pk__gt=after)
    batch = list(rows.order_by("pk")[:BATCH])
    if not batch:
        return None, Counter()
    move_households(batch, new, sentence=succession.sentence, by=None)
    return batch[-1].pk, Counter(households=len(batch))


def move_households(batch: Iterable[Household], new: Unit, *, sentence: str, by: Officer | None) -> None:
    """Give these households to another commune. The caller holds their rows; the unit's row is locked meanwhile."""
    Unit.objects.select_for_update(no_key=True).get(pk=new.pk)
    batch = list(batch)
    there = Household.objects.filter(commune=new)
    taken = set(there.filter(code__in=[row.code for row in batch]).values_list("code", flat=True))
    numbered = there.filter(code__regex=r"^\d{1,9}$")
    last = numbered.aggregate(last=Max(Cast("code", IntegerField())))["last"] or 0
    last = max([last, *(int(row.code) for row in batch if row.code.isdecimal() and len(row.code) < 10)])
    for row in batch:
        was, row.commune = row.code, new
        if was in taken:
            last += 1
            row.code = f"{last:05d}"
        changed = f", số hộ {was} → {row.code}" if row.code != was else ""
        record(by, _action(by), target=row, sentence=f"Hộ {was}{changed}: {sentence}")
    Household.objects.bulk_update(batch, ["commune", "code"])


def _action(by: Officer | None) -> Action:
    return Action.CHANGE if by else Action.SYSTEM


def _move_people(succession: Succession, *, after: int) -> tuple[int | None, Counter[str]]:
    """The next batch of those whom the old unit keeps or who live in it, lowest id first."""
    with transaction.atomic():
        rows = standing_in(succession.old).filter(pk__gt=after).order_by("pk")
        locked = rows.select_for_update(no_key=True, skip_locked=True)
        ids = list(locked.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return None, Counter()
        failed = work_around(ids, succession.move, what=WHAT)
        return ids[-1], Counter(residents=len(ids) - len(failed), failed=len(failed))


def standing_in(old: Unit) -> QuerySet[Resident]:
    lived = Residence.objects.filter(resident=OuterRef("pk"), unit=old).filter(reaching_past_its_unit())
    return Resident.objects.filter(Q(commune=old) | Exists(lived))


def move_people(
    ids: Iterable[int],
    old: Unit,
    new: Unit,
    *,
    by: Officer | None,
    why: str,
    reason: str = "",
    only: Q | None = None,
) -> int:
    """These people's open residences in `old` (of them `only` …) become residences in `new`, and so does the record
    where `old` keeps it. One line of the trail a person. The caller holds the people's rows. Five statements.

    What names the person's commune goes along (registry/models/own_commune.py). Clean-up and the search for duplicates
    look at them again, so rule L04 falls silent.
    """
    people = list(Resident.objects.filter(pk__in=list(ids)).order_by("pk"))
    rows = Residence.objects.filter(resident__in=people, unit=old).filter(reaching_past_its_unit())
    homes = list(rows.filter(only) if only is not None else rows)
    for row in homes:
        row.raw_text = row.raw_text or old_address(row, old)
        row.unit = new
    Residence.objects.bulk_update(homes, ["unit", "raw_text"])
    for person in people:
        if person.commune_id == old.pk:
            person.commune = new
            person.search_text = search_words.stored(
                full_name=person.full_name, other_name=person.other_name, given_name=person.given_name,
                birth_year=person.birth_year, commune=new.pk,
            )  # fmt: skip
        person.scan_due = person.matching_due = True
    Resident.objects.bulk_update(people, ["commune", "search_text", "scan_due", "matching_due"])
    for person in people:
        sentence = f"Địa chỉ theo đơn vị mới của {person.audit_label()}: {why}"
        record(by, _action(by), target=person, reason=reason, sentence=sentence)
    return len(homes)


def old_address(row: Residence, old: Unit) -> str:
    return ", ".join(filter(None, [row.street, row.hamlet, old.path]))[:RAW_LENGTH]
