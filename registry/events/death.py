"""Khai tử: what a death closes, in one step, and how a wrong one is taken back.

Closed: every residence and absence, the memberships, the marriage (the other one is widowed), guardianships from both
ends, the open card file (through closing.py). Left open, and said: the head of household (rule L03, a link to the work
that names a new one), children without a representative (E26), relatives in other communes.

Cards: death is none of the grounds of Luật Căn cước Đ29 on which a card is taken in. So it becomes "Đã thu" only when
the family hands it in, "Đã mất" when they say so, and else stays as it is, with a sentence.
"""

import datetime as dt
from typing import Any

from registry.changes.kinds import Concerned
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.facts import birth_of
from registry.codes import MARRIED, WIDOWED
from registry.events import ties
from registry.events.closing import close_for
from registry.events.memory import Kept, Memory, kept_by
from registry.homes.people import say_head_is_gone
from registry.homes.rows import DAY, lasting, open_rows, strike_out
from registry.models import (
    DIED,
    HEAD,
    Change,
    ChangeState,
    DocumentState,
    Membership,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    ResidentState,
)

CODE = "khai-tu"
ENDING = (ties.SPOUSE, *ties.GUARDS)
CARD_STATES = {"thu": DocumentState.RETURNED, "mat": DocumentState.LOST}
RESIDENCE = ("to_on", "closed_at", "closed_reason")

concerned = ties.concerned_by(*ENDING)


def record_death(order: Order) -> None:
    """Raises ChangeRefused for a day that cannot be (rule D28)."""
    person, on = order.subject, order.values["effective_on"]
    born = birth_of(person)
    if born and on < born.earliest():
        raise ChangeRefused("effective_on", f"Trước ngày sinh ({born.display()}).")
    memory = Memory(order)
    memory.watch(person, "state", "died_on")
    person.state, person.died_on = ResidentState.DECEASED, on
    person.save(update_fields=["state", "died_on"])
    _close_homes(person, on, memory)
    _end_ties(order, person, on, memory)
    _close_documents(order, person, memory)
    for sentence in close_for(person, by=order.by, reason=f"Người nộp hồ sơ đã chết ngày {on:{DAY}}"):
        order.then(sentence)
    _leave_households(order, person, on, memory)
    memory.keep()


def _close_homes(person: Resident, on: dt.date, memory: Memory) -> None:
    for row in lasting(open_rows(person, *ResidenceKind), on):
        memory.watch(row, *RESIDENCE)
        strike_out(row, last_day=on, reason=DIED)


def _leave_households(order: Order, person: Resident, on: dt.date, memory: Memory) -> None:
    for row in person.memberships.filter(to_on=None).select_related("household", "role").order_by("pk"):
        memory.watch(row, "to_on")
        row.to_on = max(on, row.from_on) if row.from_on else on
        row.save()
        if row.role and row.role.code == HEAD:
            say_head_is_gone(order, person, row.household)


def _end_ties(order: Order, person: Resident, on: dt.date, memory: Memory) -> None:
    rows = ties.ties_of(person, *ENDING)
    for row in rows:
        _end(order, row, ties.end(order, row, on=on, reason=DIED, memory=memory), memory)
    for row in ties.named_by(person, order.people, *ENDING):
        ties.end(order, row, on=on, reason=DIED, memory=memory)
        _end(order, row, order.people[row.resident_id], memory, from_other_side=True)


def _end(order: Order, row: Any, other: Resident | None, memory: Memory, *, from_other_side: bool = False) -> None:
    if other is None:
        return
    ward = RelationKind.GUARDIAN if from_other_side else RelationKind.WARD
    if row.kind == ties.SPOUSE:
        _widow(order, other, memory)
    elif row.kind == ward:
        order.then(f"{other.full_name} không còn người đại diện này: ghi người đại diện khác.")


def _widow(order: Order, other: Resident, memory: Memory) -> None:
    if other.state == ResidentState.DECEASED:
        return
    if other.marital_status == MARRIED:
        ties.set_marital_status(other, WIDOWED, memory=memory)
    elif other.marital_status != WIDOWED:
        order.warn(f"{other.full_name} đang ghi “{other.marital_status_name}”: kiểm tra lại tình trạng hôn nhân.")


def _close_documents(order: Order, person: Resident, memory: Memory) -> None:
    rows = list(person.documents.filter(state=DocumentState.IN_USE).order_by("pk"))
    state = CARD_STATES.get(order.values.get("card", ""))
    for row in rows:
        if state:
            memory.watch(row, "state")
            row.state = state
            row.save()
    if rows and state is None:
        names = ", ".join(row.kind_name for row in rows)
        order.then(f"{names} còn ở gia đình: đề nghị nộp lại; thẻ của người chết không dùng được nữa.")


# --- a mistake -------------------------------------------------------------------------------------------------------


def last_death(subject: Resident) -> Change | None:
    rows = Change.objects.filter(resident=subject, kind=CODE, state=ChangeState.APPLIED)
    return rows.order_by("-decided_at", "-pk").first()


def concerned_by_undo(subject: Resident, values: dict[str, Any]) -> Concerned:
    change = last_death(subject)
    ids = {one.of for one in kept_by(change)} if change else set()
    ours = Resident.objects.filter(pk__in=ids, commune=subject.commune_id).values_list("pk", flat=True)
    homes = {one.id for one in kept_by(change) if one.called == "membership"} if change else set()
    households = Membership.objects.filter(pk__in=homes).values_list("household", flat=True)
    return Concerned(frozenset({subject.pk, *ours}), frozenset(households))


def take_back(order: Order) -> None:
    """ "Đính chính: người còn sống": rows go back to what they were before the death, unless changed since."""
    person = order.subject
    change = last_death(person)
    left = []
    if change is None:
        _reopen_by_their_reason(order, person)
    else:
        for one in kept_by(change):
            if one.called != "resident" or one.of != person.pk:
                left += _put_back(order, one)
    person.state = _state_before(change, person)
    person.died_on = person.death_reported_on = None
    person.save(update_fields=["state", "died_on", "death_reported_on"])
    for sentence in left:
        order.then(sentence)
    order.then("Hồ sơ căn cước đã đóng khi khai tử không mở lại được: thu nhận hồ sơ mới nếu cần.")


def _state_before(change: Change | None, person: Resident) -> ResidentState:
    for one in kept_by(change) if change else ():
        if one.called == "resident" and one.of == person.pk:
            return ResidentState(one.was["state"])
    return ResidentState.LIVING


def _put_back(order: Order, one: Kept) -> list[str]:
    """Sentences on what cannot be put back."""
    row = one.row()
    if row is None or (one.of not in order.people):
        return [f"Một dòng {WORDS[one.called]} không còn: kiểm tra và ghi lại bằng tay."]
    name = order.people[one.of].full_name
    if isinstance(row, Membership) and _has_another_head(row):
        row.role = None
        row.to_on = None
        row.save()
        return [f"Hộ {row.household.code} đã có chủ hộ khác: {name} trở lại hộ, chọn lại quan hệ với chủ hộ."]
    if isinstance(row, Membership) and row.household.closed_on:
        return [f"Hộ {row.household.code} đã đóng: ghép {name} vào hộ khác."]
    if not one.put_back(row):
        return [f"{name}: {WORDS[one.called]} đã đổi sau khi khai tử, giữ như hiện nay; kiểm tra lại."]
    if isinstance(row, Resident):
        order.people[row.pk] = row
    if one.called == "document":
        return [f"{name}: giấy tờ đã thu hoặc báo mất trở lại “Đang dùng”; trả lại thẻ, hoặc làm cấp lại."]
    return []


WORDS = {
    "resident": "tình trạng hôn nhân",
    "residence": "nơi cư trú",
    "membership": "quan hệ trong hộ",
    "relation": "quan hệ nhân thân",
    "document": "giấy tờ",
}


def _has_another_head(row: Membership) -> bool:
    if not row.role or row.role.code != HEAD:
        return False
    others = row.household.memberships.filter(role__code=HEAD, to_on=None).exclude(resident=row.resident_id)
    return others.exists()


def _reopen_by_their_reason(order: Order, person: Resident) -> None:
    """A death that was not recorded by this desk (import, sample): what says "Chết" is reopened, no more is known."""
    order.warn(
        "Việc khai tử không lập trên phần mềm này: chỉ mở lại nơi cư trú và hộ đã đóng vì chết; kiểm tra phần khác."
    )
    for row in Residence.objects.filter(resident=person, closed_reason=DIED).order_by("pk"):
        row.to_on = None if row.kind not in (ResidenceKind.TEMPORARY, ResidenceKind.STAY) else row.to_on
        row.closed_at, row.closed_reason = None, ""
        row.save()
    if person.died_on is None:
        return
    for membership in person.memberships.filter(to_on=person.died_on).select_related("household", "role"):
        if membership.household.closed_on is None and not _has_another_head(membership):
            membership.to_on = None
            membership.save()
