"""Ticking the parts of a file: there, not needed and why, or not there after all. The only writer of Component.

A part that the file keeps in a column of its own (parts.py) is written there too, so that everybody who reads the
column is told.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Right
from cards.applications.rules import look_again
from cards.components.parts import PARTS, Part
from cards.components.table import read
from cards.models import FINAL_STATES, Application, Component

LONGEST_NOTE = 300


class TickRefused(Exception):
    """Nothing was written; the message is the sentence the officer reads."""


@transaction.atomic
def tick(application: Application, code: str, *, by: Officer, is_there: bool, note: str = "") -> Application:
    """Say of one part that it is there, or not. Answers the file as it is now. Raises TickRefused.

    Not there with a note: not needed, for that reason, where the part may be spared. Of a file received already,
    taking a tick away needs a note. The same said twice is said once.
    """
    current = locked(application, by)
    part = _part(code)
    note = note.strip()
    _allow(current, part, is_there=is_there, note=note)
    if _write(current, part, by=by, is_there=is_there, note=note):
        look_again(current.resident_id)
        what = "có" if is_there else f"không cần ({note})" if part.may_be_spared and note else "chưa có"
        sentence = f"Hồ sơ {current.file_number}: {part.name}, {what}"
        record(by, Action.CHANGE, target=current, sentence=sentence, reason=note)
    return current


@transaction.atomic
def name_representative(application: Application, *, name: str, number: str, relation: str, by: Officer) -> Application:
    """Write who represents the citizen. An empty name takes the representative away. Raises TickRefused."""
    current = locked(application, by)
    if current.received_at and not name:
        raise TickRefused("Hồ sơ đã thu nhận: ghi người đại diện khác, không để trống.")
    current.representative_name, current.representative_number = name, number
    current.representative_relation = relation
    current.save(update_fields=["representative_name", "representative_number", "representative_relation"])
    _keep(current, PARTS["representative"], by=by, is_there=bool(name), note=relation)
    look_again(current.resident_id)
    sentence = f"Hồ sơ {current.file_number}: người đại diện {name or 'để trống'}"
    record(by, Action.CHANGE, target=current, sentence=sentence)
    return current


def note_parts(application: Application, codes: Iterable[str], *, by: Officer) -> None:
    """Parts that were there when the file was written, by the one who wrote it: inside that transaction, without an
    audit line of their own. Codes that no part has are left out."""
    now = timezone.now()
    Component.objects.bulk_create(
        [
            Component(application=application, code=code, is_there=True, checked_at=now, checked_by=by)
            for code in dict.fromkeys(codes)
            if code in PARTS
        ],
        ignore_conflicts=True,
    )


def locked(application: Application, by: Officer) -> Application:
    """The file, read again under lock. Raises TickRefused for somebody who may not, and for a file that is closed."""
    rows = Application.objects.in_scope(by).select_for_update(of=("self",), no_key=True).select_related("resident")
    current = rows.filter(pk=application.pk).first()
    if current is None or not by.can(Right.APPLICATION_TAKE):
        raise TickRefused("Đồng chí không ghi được thành phần của hồ sơ này.")
    if current.state in FINAL_STATES:
        state = current.get_state_display().lower()
        raise TickRefused(f"Hồ sơ {current.file_number} đã kết thúc ({state}), không ghi thêm được.")
    return current


def _part(code: str) -> Part:
    if code not in PARTS:
        raise TickRefused("Không có thành phần này trong danh mục. Tải lại trang.")
    return PARTS[code]


def _allow(current: Application, part: Part, *, is_there: bool, note: str) -> None:
    if part.column == "representative_name":
        raise TickRefused("Ghi họ tên người đại diện vào ô bên cạnh.")
    if len(note) > LONGEST_NOTE:
        raise TickRefused(f"Ghi chú dài quá {LONGEST_NOTE} ký tự; ghi ngắn lại.")
    case, held = read(current)
    if is_there and case and (refusal := part.barred(case)):
        raise TickRefused(refusal)
    stood = part.code in held.ticks and held.ticks[part.code].is_there
    if stood and not is_there and current.received_at and not note:
        raise TickRefused("Hồ sơ đã thu nhận: ghi lý do trước khi bỏ đánh dấu.")


def _write(current: Application, part: Part, *, by: Officer, is_there: bool, note: str) -> bool:
    """Whether anything changed."""
    changed = _keep(current, part, by=by, is_there=is_there, note=note)
    if part.column and getattr(current, part.column) != is_there:
        setattr(current, part.column, is_there)
        current.save(update_fields=[part.column])
        return True
    return changed


def _keep(current: Application, part: Part, *, by: Officer, is_there: bool, note: str) -> bool:
    row = Component.objects.filter(application=current, code=part.code).first()
    if row and (row.is_there, row.note) == (is_there, note):
        return False
    row = row or Component(application=current, code=part.code)
    row.is_there, row.note = is_there, note
    row.checked_at, row.checked_by = timezone.now(), by
    row.save()
    return True
