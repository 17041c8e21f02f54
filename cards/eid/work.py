"""What is done to electronic identity accounts: `collect` takes one in, `move` makes every other step of the table.

The ministry's system grants accounts; what is written here is what the commune did and was told. Lock order: the
person, then the account; who comes with a card file holds the file before.
"""

from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from cards.applications.eligibility import person_fault
from cards.applications.rules import look_again
from cards.eid import entry
from cards.eid.moves import MOVES, RAISE, ROAD, TAKE_IN, EidRefused, Move
from cards.models import Application, EidAccount, EidLevel, EidState, EidStep
from registry.models import Resident, ResidentState

LONGEST_NOTE: Final = 300
LONGEST_REASON: Final = 200  # of a lock
PHONE_TAKEN: Final = (
    "Số điện thoại này đã gắn với một tài khoản định danh khác. Mỗi số chỉ gắn với một tài khoản "
    "(Nghị định 69/2024/NĐ-CP): đề nghị công dân dùng số khác."
)
GONE: Final = (ResidentState.DECEASED, ResidentState.MERGED)
STEP_DAYS: Final = ("approved", "granted", "activated")


@transaction.atomic
def collect(
    resident: Resident, *, level: int, phone: str, by: Officer, application: Application | None = None,
    representative: str = "", has_form: bool = True, note: str = "",
) -> EidAccount:  # fmt: skip
    """Take an account in, with the card file or alone, on the signed form TK01; of a person who has one of level 1
    already, take in its rise to level 2. Promises a day. Raises EidRefused.

    Under 6 only level 1; under 14 with the representative, who declares the child's data.
    """
    person = _person(resident, by)
    account = EidAccount.objects.select_for_update(no_key=True).filter(resident=person).first()
    chosen = None
    if account is not None:
        chosen = _may_rise(account, level, by=by, note=note)
        phone = phone or account.phone
    representative = representative or (application.representative_name if application else "")
    number = entry.check(person, level, phone, representative, has_form)
    came_from = account.state if account else ""
    account = account or EidAccount(resident=person)
    account.level, account.phone, account.application = level, number, application
    account.state, account.collected_at, account.collected_by = EidState.COLLECTED, timezone.now(), by
    account.promised_on = entry.promise(person, application)
    for step in STEP_DAYS:
        setattr(account, f"{step}_at", None)
        setattr(account, f"{step}_by", None)
    _save(account)
    told = _told(note, representative, application)
    if chosen is not None:
        return _written(account, chosen, came_from, by=by, note=told)
    _step(account, TAKE_IN, came_from, by=by, note=told)
    sentence = f"Thu nhận tài khoản định danh {account.get_level_display().lower()}"
    record(by, Action.CREATE, target=account, sentence=sentence)
    look_again(person.pk)
    return account


def _may_rise(account: EidAccount, level: int, *, by: Officer, note: str) -> Move:
    """The person has an account: it rises from level 1, or the refusal says how it stands."""
    chosen = MOVES[RAISE]
    if account.level != EidLevel.ONE or level != EidLevel.TWO:
        said = f"{account.get_level_display().lower()}, {account.get_state_display().lower()}"
        raise EidRefused(f"Công dân đã có tài khoản định danh {said}. Mỗi người một tài khoản.", field="level")
    _allow(chosen, account, by=by, note=note)
    return chosen


def _person(resident: Resident, by: Officer) -> Resident:
    """Locked: two officers taking in one person wait here, not at the constraint."""
    rows = Resident.objects.in_scope(by).select_for_update(of=("self",), no_key=True)
    person = rows.filter(pk=resident.pk).first()
    if person is None or not by.can(Right.APPLICATION_TAKE):
        raise EidRefused("Đồng chí không thu nhận định danh cho công dân của địa bàn này.")
    if fault := person_fault(person):
        raise EidRefused(fault.sentence)
    return person


def _told(note: str, representative: str, application: Application | None) -> str:
    """What the step says of the taking in."""
    parts = ["Phiếu TK01", f"hồ sơ {application.file_number}" if application else "thu nhận riêng"]
    if representative.strip():
        parts.append(f"người đại diện {representative.strip()}")
    return "; ".join([*parts, note.strip()] if note.strip() else parts)[:LONGEST_NOTE]


def _save(account: EidAccount) -> None:
    """Whoever comes second with a number meets the constraint: two officers may type one number at the same time."""
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as clash:
        if "one_eid_account_a_phone" not in str(clash):
            raise
        raise EidRefused(PHONE_TAKEN, field="phone") from clash


# --- the other steps -------------------------------------------------------------------------------------------------


@transaction.atomic
def move(account: EidAccount, name: str, *, by: Officer, note: str = "", phone: str = "") -> EidAccount:
    """Make one move: new state, its day and officer, its step and its audit line, in one transaction. Answers the
    account as it is now. Raises EidRefused.

    Read again under lock: of two officers who press at once, the second is refused.
    """
    chosen = MOVES.get(name)
    if chosen is None:
        raise EidRefused("Không có bước này.")
    if name == RAISE:
        return collect(account.resident, level=EidLevel.TWO, phone=phone, by=by, note=note)
    current, note = _locked(account, by), note.strip()
    _allow(chosen, current, by=by, note=note)
    came_from = current.state
    if chosen.needs_phone:
        current.phone = entry.read_phone(phone, is_needed=True)
    _set(current, chosen, by=by, note=note)
    _save(current)
    return _written(current, chosen, came_from, by=by, note=note)


def _set(current: EidAccount, chosen: Move, *, by: Officer, note: str) -> None:
    if chosen.stays:
        return
    target = chosen.target or state_before(current)
    if chosen.target is None:
        current.locked_at, current.locked_by, current.locked_reason = None, None, ""
    else:
        setattr(current, f"{target}_at", timezone.now())
        setattr(current, f"{target}_by", by)
    if target == EidState.LOCKED:
        current.locked_reason = note[:LONGEST_REASON]
    current.state = target


def state_before(account: EidAccount) -> EidState:
    """Where a locked account was: the furthest step that has its day. Raises EidRefused when none has."""
    for state in reversed(ROAD):
        if getattr(account, f"{state}_at") is not None:
            return state
    raise EidRefused("Tài khoản này chưa có bước nào trước khi khóa; không mở khóa được.")


def _written(current: EidAccount, chosen: Move, came_from: str, *, by: Officer, note: str) -> EidAccount:
    _step(current, chosen.name, came_from, by=by, note=note)
    record(by, Action.MOVE, target=current, sentence=chosen.sentence, reason=note)
    look_again(current.resident_id)
    return current


def _step(account: EidAccount, name: str, came_from: str, *, by: Officer, note: str) -> None:
    EidStep.objects.create(
        account=account, move=name, from_state=came_from, to_state=account.state, level=account.level, by=by, note=note
    )


def _locked(account: EidAccount, by: Officer) -> EidAccount:
    """The person, then the account: a merge of the person comes the same way."""
    list(Resident.objects.select_for_update(no_key=True).filter(pk=account.resident_id).values_list("pk"))
    rows = EidAccount.objects.in_scope(by).select_for_update(of=("self",), no_key=True).select_related("resident")
    current = rows.filter(pk=account.pk).first()
    if current is None:
        raise EidRefused("Tài khoản này không thuộc địa bàn của đồng chí.")
    if current.resident_id != account.resident_id:
        raise EidRefused("Hồ sơ của công dân vừa được gộp. Mở lại trang rồi thực hiện.")
    return current


def _allow(chosen: Move, current: EidAccount, *, by: Officer, note: str) -> None:
    if not by.can(chosen.right):
        raise EidRefused("Đồng chí không có quyền thực hiện bước này.")
    if chosen.target != EidState.LOCKED and current.resident.state in GONE:
        raise EidRefused("Công dân đã chết hoặc hồ sơ đã gộp: tài khoản này chỉ còn bước “Khóa tài khoản”.")
    if current.state not in chosen.sources:
        state = current.get_state_display().lower()
        raise EidRefused(f"Tài khoản đang ở bước “{state}”, không thực hiện được “{chosen.label}”.")
    if refusal := chosen.guard(current):
        raise EidRefused(f"Chưa thực hiện được “{chosen.label}”: {refusal}")
    if chosen.needs_note and not note.strip():
        raise EidRefused(f"Ghi lý do trước khi thực hiện “{chosen.label}”.", field="note")
    longest = LONGEST_REASON if chosen.target == EidState.LOCKED else LONGEST_NOTE
    if len(note) > longest:
        raise EidRefused(f"Lý do dài quá {longest} ký tự; ghi ngắn lại.", field="note")
