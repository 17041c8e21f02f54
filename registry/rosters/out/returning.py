"""A list that went out to be edited and comes back: only cells that were edited become changes.

The file says which list it is by a signed mark, and every row whose it is by two locked cells: the record's id and a
version, which signs this id to this place of this list. What each cell said is kept sealed (originals.py). A row is
refused when its id is missing, foreign or changed, when the record is no longer this commune's, and when a field that
was edited has been changed in the register since. An emptied cell is told and changes nothing: what is wrong in a
record is emptied on its own page, where the ground is asked for.
"""

import hmac
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core import signing
from django.utils.crypto import salted_hmac

from accounts.models import Officer
from accounts.text import clean
from accounts.vault import CannotOpen, unseal
from registry.models import ListExport, Resident, ResidentState, Roster
from registry.rosters.fields import FIELDS
from registry.rosters.out.originals import Original, Originals
from registry.rosters.problems import Problem
from registry.rosters.refusal import FileRefused

SALT: Final = "list-for-return"
MARK: Final = "dan-cu:"
MARK_ROWS: Final = 8
"""The mark stands within so many rows from the top of a sheet."""
ID, VERSION = "record_id", "record_version"
NO_TYPING_OVER: Final = frozenset({
    "number", "cmnd", "card_issued_on", "card_issued_by", "card_expires_on", "father_number", "mother_number",
    "spouse_name", "spouse_number", "temporary_line", "temporary_from", "temporary_to", "permanent_from",
    "household_key", "household_role", "head_name", "head_number",
})  # fmt: skip
"""Locked in a list for return: work of its own changes them (registry/changes, registry/numbers), not a cell."""
GONE: Final = "Danh sách đã xuất này quá hạn giữ, tệp gốc đã xóa. Xuất lại danh sách rồi sửa trên tệp mới."
FOREIGN: Final = "Tệp là danh sách đã xuất của xã khác; không nhận ở đây."
FORGED: Final = "Dấu nhận biết của danh sách đã xuất không còn nguyên. Tải lại danh sách rồi sửa trên tệp đó."


@dataclass(frozen=True)
class Edited:
    """What became of one row: whose it is, field -> (text when it left, text now) of what was edited, and what stands
    against it. A problem that blocks refuses the row."""

    resident: Resident | None = None
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


# --- the file ---------------------------------------------------------------------------------------------------------


def mark_of(export: ListExport) -> str:
    return MARK + signing.dumps({"export": export.public_id.hex}, salt=SALT)


def recognise(book: Any, *, by: Officer | None = None) -> ListExport | None:
    """The list that this file once was; None for any other file. `book` as reading.book.open_book answers it.

    Raises FileRefused for a mark that is not ours, a list whose days are over and, with `by`, one of another commune.
    """
    mark = next(_marks(book), None)
    if mark is None:
        return None
    try:
        told = signing.loads(mark.removeprefix(MARK), salt=SALT)
    except signing.BadSignature:
        raise FileRefused(FORGED) from None
    rows = ListExport.objects.filter(public_id=uuid.UUID(told["export"]), for_return=True)
    export = rows.select_related("commune").defer("content", "originals").first()
    if export is None:
        raise FileRefused(FORGED)
    if by is not None and export.commune_id != by.unit_id:
        raise FileRefused(FOREIGN)
    if not ListExport.objects.filter(pk=export.pk, originals__isnull=False).exists():
        raise FileRefused(GONE)
    return export


def _marks(book: Any) -> Iterator[str]:
    for sheet in book.sheets:
        for place, (_, cells) in enumerate(book.rows(sheet.name)):
            if place >= MARK_ROWS:
                break
            yield from (cell.strip() for cell in cells if isinstance(cell, str) and cell.strip().startswith(MARK))


# --- its rows ---------------------------------------------------------------------------------------------------------


def version_of(export: ListExport, place: int, original: Original) -> str:
    """ "1c.9f3ad…": the place in the list, and a signature that binds list, place, person and record as it was."""
    told = f"{export.public_id.hex}:{place}:{original.record_id}:{original.digest}"
    return f"{place:x}.{salted_hmac(SALT, told, algorithm='sha256').hexdigest()[:20]}"


def edited_of(roster: Roster, typed_by_row: Mapping[int, Mapping[str, str]]) -> dict[int, Edited]:
    """What was edited in each of these rows (row number -> field -> text as it was read). A fixed number of queries.

    `typed` carries record_id and record_version besides the fields. Cells that nobody touched are in no `fields`.
    """
    export, kept = _kept(roster)
    if export is None or kept is None or export.commune_id != roster.commune_id:
        said = GONE if export is not None and export.commune_id == roster.commune_id else FOREIGN
        return {number: _refused("", "unknown_record", said) for number in typed_by_row}
    places = {number: place_of(typed.get(VERSION, "")) for number, typed in typed_by_row.items()}
    originals = kept.at(place for place in places.values() if place is not None)
    known = {
        number: original
        for number, place in places.items()
        if place is not None and (original := originals.get(place)) is not None
        and _is_whole(export, place, original, typed_by_row[number])
    }  # fmt: skip
    people = _people_of(roster, known.values())
    standing = _texts_of(people.values())
    found: dict[int, Edited] = {}
    for number, typed in typed_by_row.items():
        if number not in known:
            found[number] = _refused(ID, "unknown_record", _why_unknown(typed))
            continue
        person = people.get(known[number].record_id)
        if person is None or not person.is_current:
            found[number] = _refused(ID, "unknown_record", _why_gone(person))
            continue
        found[number] = _compared(kept.columns, known[number], typed, person, standing.get(person.pk, {}))
    return found


def place_of(version: str) -> int | None:
    place, dot, _ = version.strip().partition(".")
    try:
        return int(place, 16) if dot and len(place) < 8 else None
    except ValueError:
        return None


def _kept(roster: Roster) -> tuple[ListExport | None, Originals | None]:
    export = ListExport.objects.filter(returns=roster).defer("content").first()
    if export is None or export.originals is None:
        return export, None
    try:
        return export, Originals(unseal(bytes(export.originals), to=seal_name(export, "originals")))
    except CannotOpen:
        return export, None


def seal_name(export: ListExport, what: str = "content") -> str:
    return f"export {export.public_id} {what}"


def _is_whole(export: ListExport, place: int, original: Original, typed: Mapping[str, str]) -> bool:
    same_person = typed.get(ID, "").strip().replace("-", "").lower() == original.record_id
    return same_person and hmac.compare_digest(typed.get(VERSION, "").strip(), version_of(export, place, original))


def _people_of(roster: Roster, originals: Any) -> dict[str, Resident]:
    """By public id as 32 digits; only people of this list's commune."""
    wanted = [uuid.UUID(one.record_id) for one in originals]
    rows = Resident.objects.filter(commune=roster.commune_id, public_id__in=wanted)
    return {one.public_id.hex: one for one in rows}


def _texts_of(people: Any) -> dict[int, Mapping[str, str]]:
    from registry.rosters import current

    return {pk: record.texts for pk, record in current.records_of([one.pk for one in people]).items()}


def _compared(
    columns: list[str], original: Original, typed: Mapping[str, str], person: Resident, standing: Mapping[str, str]
) -> Edited:
    done = Edited(resident=person)
    then = dict(zip(columns, original.texts, strict=True))
    now = {name: _plain(typed.get(name, "")) for name in columns}
    for name, was in _as_read(then).items():
        if name not in now or now[name] == was:
            continue
        label = FIELDS[name].label if name in FIELDS else name
        if name in NO_TYPING_OVER:
            done.problems.append(
                Problem(name, "locked", f"Ô “{label}” đã khóa, không sửa trên tệp; sửa tại hồ sơ.", True)
            )
        elif not now[name]:
            said = f"Ô “{label}” bị xóa trắng (trước là “{was}”); không xóa thông tin qua tệp, giữ nguyên."
            done.problems.append(Problem(name, "emptied", said, False))
        elif _plain(standing.get(name, "")) == now[name]:
            continue  # somebody wrote the same meanwhile
        elif _plain(standing.get(name, "")) != _plain(then[name]):
            said = (
                f"“{label}” trên hồ sơ đã đổi từ khi xuất: lúc xuất “{then[name]}”, nay “{standing.get(name, '')}”. "
                "Xuất lại rồi sửa."
            )
            done.problems.append(Problem(name, "moved_on", said, True))
        else:
            done.fields[name] = (then[name], now[name])
    return done


def _as_read(then: Mapping[str, str]) -> dict[str, str]:
    """The texts as they would have been read from the file untouched."""
    from registry.rosters.reading import cells

    names = [name for name in then if name in FIELDS]
    read = cells.read_row([then[name] for name in names], dict(enumerate(names))).typed
    return {name: _plain(read.get(name, "")) for name in names}


def _plain(text: str) -> str:
    return clean(text or "")


def _refused(name: str, code: str, said: str) -> Edited:
    return Edited(problems=[Problem(name, code, said, True)])


def _why_unknown(typed: Mapping[str, str]) -> str:
    if not typed.get(ID, "").strip() and not typed.get(VERSION, "").strip():
        return "Dòng không có mã hồ sơ: danh sách sửa rồi nộp lại không thêm người mới; nhập người mới bằng tệp riêng."
    return "Mã hồ sơ, phiên bản của dòng không đúng như khi xuất; giữ nguyên hai cột này, tải lại danh sách nếu đã sửa."


def _why_gone(person: Resident | None) -> str:
    if person is None:
        return "Hồ sơ của dòng này không còn thuộc xã."
    if person.state == ResidentState.MERGED:
        return "Hồ sơ của dòng này đã gộp vào hồ sơ khác; sửa tại hồ sơ được giữ lại."
    return f"Hồ sơ của dòng này ở tình trạng “{person.get_state_display()}”, không sửa qua tệp."
