"""Add, rename, close and merge hamlets, and bring the texts of records to the list: the only writer of Hamlet.

The records keep a hamlet as text, as the paper does, so a new name is written into them in the same transaction: into
open households of the commune and into addresses in it that still hold. What has ended keeps the name of its time.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.scope import ScopedQuerySet
from accounts.text import clean
from registry.cleanup.scan import mark_household
from registry.models import Hamlet, Household, Residence, Resident
from registry.values.address import fold_address


class HamletRefused(Exception):
    """Nothing was written. `field` is where the sentence belongs on the form."""

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Rewritten:
    """How many households and how many people's addresses got another text."""

    households: int = 0
    people: int = 0

    def __str__(self) -> str:
        return f"{self.households} hộ, {self.people} người"


@transaction.atomic
def add(commune: Unit, name: str, *, by: Officer, since: dt.date | None = None) -> Hamlet:
    """Raises HamletRefused when the list has a hamlet that is called so, in whatever spelling."""
    hamlet = Hamlet(commune=commune, name=_name(name), valid_from=since)
    _refuse_twin(hamlet.derive())
    try:
        with transaction.atomic():
            hamlet.save()
    except IntegrityError as clash:  # two clicks, two chiefs
        raise HamletRefused("name", f"“{hamlet.name}” vừa được thêm.") from clash
    record(by, Action.CREATE, target=hamlet, sentence=f"Thêm {hamlet.name} vào danh sách thôn, tổ của {commune.name}")
    return hamlet


@transaction.atomic
def rename(hamlet: Hamlet, name: str, *, by: Officer, basis: str = "") -> Rewritten:
    """The list and every open record of the commune bear the new name, or nothing does. Raises HamletRefused."""
    locked = _lock(hamlet)
    was, texts = locked.name, spellings_of(locked.commune, {locked.name_folded})
    locked.name = _name(name)
    if locked.name == was:
        return Rewritten()
    _refuse_twin(locked.derive())
    locked.save()
    done = rewrite(locked.commune, texts, locked.name, by=by, basis=basis)
    sentence = f"Đổi tên {was} thành {locked.name}: {done}"
    record(by, Action.CHANGE, target=locked, reason=basis, sentence=sentence, data={"tên": [was, locked.name]})
    return done


@transaction.atomic
def look_after(hamlet: Hamlet, officer: Officer | None, *, by: Officer) -> None:
    """From now on this officer looks after the hamlet; None: nobody does. Raises HamletRefused for somebody who does
    not work in the commune."""
    locked = _lock(hamlet)
    if officer is not None and (not officer.is_active or officer.unit_id != locked.commune_id):
        raise HamletRefused("officer", "Chọn một đồng chí đang công tác tại xã.")
    if locked.officer == officer:
        return
    was, locked.officer = locked.officer, officer
    locked.save()
    told = f"Giao đồng chí {officer} phụ trách {locked.name}" if officer else f"Thôi phân công phụ trách {locked.name}"
    data = {"cán bộ phụ trách": [str(was or ""), str(officer or "")]}
    record(by, Action.CHANGE, target=locked, sentence=told, data=data)


@transaction.atomic
def close(
    hamlet: Hamlet, *, by: Officer, on: dt.date | None = None, into: Hamlet | None = None, basis: str = ""
) -> Rewritten:
    """End a hamlet with this day. Raises HamletRefused while people live there and nothing takes it in (`into`)."""
    locked = _lock(hamlet)
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise HamletRefused("on", "Ngày này ở tương lai.")
    if locked.valid_from and on < locked.valid_from:
        raise HamletRefused("on", f"Trước ngày lập ({locked.valid_from:%d/%m/%Y}).")
    texts = spellings_of(locked.commune, {locked.name_folded})
    if into is None:
        _refuse_lived_in(locked, texts)
    else:
        into = _refuse_wrong_heir(locked, into)
    locked.valid_to = on
    locked.save()
    done = rewrite(locked.commune, texts, into.name, by=by, basis=basis) if into else Rewritten()
    heir = f", nhập vào {into.name}: {done}" if into else ""
    record(by, Action.CHANGE, target=locked, reason=basis, sentence=f"Đóng {locked.name} từ {on:%d/%m/%Y}{heir}")
    return done


@transaction.atomic
def call_it(commune: Unit, texts: Collection[str], hamlet: Hamlet, *, by: Officer) -> Rewritten:
    """ "là thôn …": these writings in the records mean that hamlet of the list (rule S28). Raises HamletRefused."""
    locked = _lock(hamlet)
    if locked.commune_id != commune.pk:
        raise HamletRefused("hamlet", "Thôn, tổ này không thuộc xã của đồng chí.")
    done = rewrite(commune, texts, locked.name, by=by)
    written = ", ".join(f"“{text}”" for text in texts)
    record(by, Action.CHANGE, target=locked, sentence=f"Ghi thống nhất {written} thành {locked.name}: {done}")
    return done


# --- the records ------------------------------------------------------------------------------------------------------


def rewrite(commune: Unit, texts: Collection[str], name: str, *, by: Officer, basis: str = "") -> Rewritten:
    """Put `name` for these texts into open households and addresses. One line of the trail a person and a household.

    People are locked, lowest id first; clean-up and the search for duplicates look at them again.
    """
    wrong = [text for text in texts if text != name]
    if not wrong:
        return Rewritten()
    homes = open_residences(commune).filter(hamlet__in=wrong)
    living = Resident.objects.filter(pk__in=homes.values("resident")).order_by("pk")
    people = {one.pk: one for one in living.select_for_update(no_key=True)}
    rows = list(homes.select_for_update(no_key=True).filter(resident__in=people).order_by("pk"))
    was = {row.resident_id: row.hamlet for row in rows}
    for row in rows:
        row.hamlet = name
        row.derive()
    Residence.objects.bulk_update(rows, ["hamlet", "address_folded"], batch_size=1000)
    Resident.objects.filter(pk__in=people).update(scan_due=True, matching_due=True)
    for pk, person in people.items():
        sentence = f"Thôn, tổ của {person.audit_label()}: {was[pk]} → {name}"
        record(by, Action.CHANGE, target=person, reason=basis, sentence=sentence)
    return Rewritten(_rewrite_households(commune, wrong, name, by=by, basis=basis), len(people))


def _rewrite_households(commune: Unit, wrong: list[str], name: str, *, by: Officer, basis: str) -> int:
    homes = Household.objects.filter(commune=commune, closed_on=None, hamlet__in=wrong)
    rows = list(homes.select_for_update(no_key=True).order_by("pk"))
    for row in rows:
        was, row.hamlet = row.hamlet, name
        record(by, Action.CHANGE, target=row, reason=basis, sentence=f"Thôn, tổ của hộ {row.code}: {was} → {name}")
    Household.objects.bulk_update(rows, ["hamlet"], batch_size=1000)
    members = Resident.objects.filter(memberships__household__in=rows, memberships__to_on=None)
    mark_household(members.values_list("pk", flat=True))
    return len(rows)


def open_residences(commune: Unit) -> ScopedQuerySet[Residence]:
    """Addresses in the commune that hold today or later."""
    lasting = Q(to_on=None) | Q(to_on__gte=timezone.localdate())
    rows = Residence.objects.filter(lasting, unit=commune, closed_at=None)
    return rows.exclude(resident__state="merged")


def texts_in_use(commune: Unit) -> set[str]:
    """Every writing of a hamlet in open records of the commune. Two queries."""
    homes = Household.objects.filter(commune=commune, closed_on=None).exclude(hamlet="")
    lived = open_residences(commune).exclude(hamlet="")
    return {*homes.values_list("hamlet", flat=True).distinct().order_by(),
            *lived.values_list("hamlet", flat=True).distinct().order_by()}  # fmt: skip


def spellings_of(commune: Unit, keys: Iterable[str]) -> list[str]:
    """The writings in use that mean one of these hamlets: "Tổ 5" and "TDP 05" have one key."""
    wanted = set(keys)
    return sorted(text for text in texts_in_use(commune) if fold_address(text)[:100] in wanted)


# --- refusals ---------------------------------------------------------------------------------------------------------


def _name(text: str) -> str:
    name = clean(text)
    if not fold_address(name):
        raise HamletRefused("name", "Ghi tên thôn, tổ dân phố.")
    return name[:1].upper() + name[1:]


def _lock(hamlet: Hamlet) -> Hamlet:
    locked = Hamlet.objects.select_related("commune").select_for_update(of=("self",), no_key=True).get(pk=hamlet.pk)
    if locked.valid_to is not None:
        raise HamletRefused(None, f"{locked.name} đã đóng từ {locked.valid_to:%d/%m/%Y}.")
    return locked


def _refuse_twin(hamlet: Hamlet) -> None:
    others = Hamlet.objects.filter(commune=hamlet.commune, valid_to=None, name_folded=hamlet.name_folded)
    twin = others.exclude(pk=hamlet.pk).first()
    if twin:
        raise HamletRefused("name", f"Danh sách đã có {twin.name}, là cùng một nơi.")


def _refuse_lived_in(hamlet: Hamlet, texts: Collection[str]) -> None:
    people = open_residences(hamlet.commune).filter(hamlet__in=texts).values("resident").distinct().count()
    homes = Household.objects.filter(commune=hamlet.commune, closed_on=None, hamlet__in=texts).count()
    if people or homes:
        raise HamletRefused("into", f"Còn {people} người và {homes} hộ ở {hamlet.name}; chọn thôn, tổ nhận.")


def _refuse_wrong_heir(hamlet: Hamlet, into: Hamlet) -> Hamlet:
    heir = Hamlet.objects.select_for_update(no_key=True).filter(pk=into.pk, valid_to=None).first()
    if heir is None or heir.commune_id != hamlet.commune_id or heir.pk == hamlet.pk:
        raise HamletRefused("into", "Chọn một thôn, tổ khác đang có của xã.")
    return heir
