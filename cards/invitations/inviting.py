"""Letters of invitation: written for whoever was chosen, once for one reason and day; taken back; answered by coming.

Lock order: the people by their ids, then the counter. Whoever comes second with the same people waits, and finds the
letters written.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.audit import record, record_all
from accounts.models import Action, Officer, Setting, Unit
from accounts.roles import Right
from cards.applications import numbering
from cards.invitations import must_come
from cards.invitations.must_come import Horizon
from cards.models import Application, Invitation
from registry.models import Resident

SERIES: Final = "invitation"
LONGEST_REASON: Final = 300


class InvitationRefused(Exception):
    """Nothing was written; the message is the sentence the officer reads. `field` is the form's field to mend."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Outcome:
    """The letters made, and how many people got none: they have a file already, a letter for this, or the card."""

    made: list[Invitation]
    with_file: int = 0
    invited: int = 0
    done: int = 0

    @property
    def left_out(self) -> str:
        parts = [(self.with_file, "đang có hồ sơ làm thẻ"), (self.invited, "đã có giấy mời vì lý do này"),
                 (self.done, "không còn phải làm thẻ")]  # fmt: skip
        return "; ".join(f"{many} người {words}" for many, words in parts if many)


@transaction.atomic
def invite(
    ids: Iterable[int], *, by: Officer, come_on: dt.date | None = None, group: str = "", on: dt.date | None = None
) -> Outcome:
    """A letter for each of these residents who must come, numbered without gaps in the order of their names. Who has an
    open file, or a standing letter for the same reason and day, gets none.

    Raises InvitationRefused when there are too many, or nobody must come. Two queries a letter, seven besides.
    """
    wanted, today = set(ids), on or timezone.localdate()
    values = Setting.values_on(today)
    _allow(wanted, by=by, come_on=come_on, most=values["card_letters_at_once"])
    people = _locked(wanted, by, Horizon.read(today, values=values))
    standing = set(
        Invitation.objects.filter(resident__in=[one.pk for one in people], cancelled_at=None)
        .values_list("resident", "why", "due_on")
    )  # fmt: skip
    with_file = [one for one in people if one.file_id]
    free = [one for one in people if not one.file_id]
    fresh = [one for one in free if (one.pk, one.why, must_come.due_on(one, one.why)) not in standing]
    commune = by.unit
    assert commune is not None  # whoever may take files has a commune
    made = [_letter(one, commune, by=by, come_on=come_on, group=group, today=today) for one in fresh]
    Invitation.objects.bulk_create(made)
    record_all(by, Action.CREATE, [(row, f"Lập giấy mời {row.number}: {row.get_why_display().lower()}")
                                   for row in made])  # fmt: skip
    return Outcome(made, with_file=len(with_file), invited=len(free) - len(fresh), done=len(wanted) - len(people))


def _allow(wanted: set[int], *, by: Officer, come_on: dt.date | None, most: int) -> None:
    if not by.can(Right.APPLICATION_TAKE) or by.unit is None:
        raise InvitationRefused("Đồng chí không có quyền lập giấy mời.")
    if not wanted:
        raise InvitationRefused("Chọn ít nhất một người.")
    if len(wanted) > most:
        raise InvitationRefused(f"Mỗi đợt nhiều nhất {most} giấy mời; đang chọn {len(wanted)}. Lọc theo thôn, tổ.")
    if come_on is not None and come_on < timezone.localdate():
        raise InvitationRefused("Ngày mời đã qua; ghi từ hôm nay trở đi.", field="come_on")


def _locked(wanted: set[int], by: Officer, horizon: Horizon) -> list[Any]:
    """Those of them in the officer's commune who must come, locked, then read with their reasons; by name."""
    rows = must_come.people_of(by).filter(pk__in=wanted)
    held = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    if len(held) != len(wanted):
        raise InvitationRefused("Có người không còn thuộc địa bàn của đồng chí. Mở lại danh sách.")
    found = must_come.with_reasons(Resident.objects.filter(pk__in=held), horizon).order_by("sort_key", "pk")
    people = [one for one in found if one.why]
    if not people:
        raise InvitationRefused("Những người đã chọn không còn phải làm thẻ. Mở lại danh sách.")
    return people


def _letter(
    person: Any, commune: Unit, *, by: Officer, come_on: dt.date | None, group: str, today: dt.date
) -> Invitation:
    return Invitation(
        commune=commune, resident=person, why=person.why, due_on=must_come.due_on(person, person.why),
        year=today.year, serial=numbering.take(commune, year=today.year, series=SERIES), group=group.strip()[:100],
        come_on=come_on, made_by=by,
    )  # fmt: skip


@transaction.atomic
def cancel(letter: Invitation, *, by: Officer, reason: str) -> Invitation:
    """The letter counts no more and keeps its number; the person may be invited anew. Raises InvitationRefused."""
    rows = Invitation.objects.in_scope(by).select_for_update(of=("self",)).select_related("resident", "commune")
    current = rows.filter(pk=letter.pk).first()
    if current is None or not by.can(Right.APPLICATION_TAKE):
        raise InvitationRefused("Giấy mời này không thuộc địa bàn của đồng chí.")
    if current.cancelled_at is not None:
        raise InvitationRefused(f"Giấy mời {current.number} đã bỏ trước đó.")
    if not reason.strip():
        raise InvitationRefused("Ghi lý do bỏ giấy mời.", field="reason")
    current.cancelled_at, current.cancelled_by = timezone.now(), by
    current.cancelled_reason = reason.strip()[:LONGEST_REASON]
    current.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_reason"])
    record(by, Action.CHANGE, target=current, sentence=f"Bỏ giấy mời {current.number}", reason=reason)
    return current


def answered_by() -> QuerySet[Application]:
    """Of a letter (`OuterRef`): the card files opened since it was made, the first of them first."""
    return Application.objects.filter(resident=OuterRef("resident"), created_at__gte=OuterRef("made_at")).order_by("pk")


def with_answers(rows: QuerySet[Invitation]) -> QuerySet[Invitation]:
    return rows.annotate(
        file_id=answered_by().values("public_id")[:1],
        file_year=answered_by().values("year")[:1],
        file_serial=answered_by().values("serial")[:1],
    )


def came() -> Q:
    """A card file was opened since."""
    return Q(Exists(answered_by()))
