"""Taking a file in, and saying what its columns are."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, Final

import psycopg
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import vault
from accounts.audit import record
from accounts.models import Action, Officer, Setting
from registry.models import Roster, RosterSource, RosterState
from registry.rosters import stages
from registry.rosters.fields import FIELDS, Kind
from registry.rosters.reading import columnwise, headings
from registry.rosters.refusal import FileRefused, RosterRefused

LARGEST_BYTES: Final = 50 * 1024 * 1024
TOO_LARGE: Final = "Tệp lớn hơn 50 MB. Chia danh sách thành nhiều tệp rồi nộp từng tệp."
EMPTY: Final = "Tệp rỗng; không có gì để nhập."
LOOK_ROWS: Final = 3000
READY: Final = (RosterState.APPLIED, RosterState.WEIGHING, RosterState.APPLYING)


def sealed_to(roster: Roster) -> str:
    """What the sealed file of this list is bound to."""
    return f"roster {roster.public_id}"


def content_of(roster: Roster) -> bytes:
    """The file as it came. Raises RosterRefused when it was deleted, vault.CannotOpen when it is not whole."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        row = cursor.execute("SELECT content FROM registry_roster WHERE id = %s", [roster.pk], binary=True).fetchone()
    if row is None or row[0] is None:
        raise RosterRefused("Tệp này đã xóa theo hạn giữ; nộp lại tệp nếu cần.")
    return vault.unseal(row[0], to=sealed_to(roster))


def _store(roster: Roster, content: bytes) -> None:
    """As bytes beside the statement: written into it as digits, 50 MB would stand in memory six times."""
    with psycopg.Cursor(connection.connection) as cursor:
        sealed = vault.seal(content, to=sealed_to(roster))
        cursor.execute("UPDATE registry_roster SET content = %b WHERE id = %s", [sealed, roster.pk])


@transaction.atomic
def take_in(
    file_name: str,
    content: bytes,
    *,
    by: Officer,
    source_name: str = "",
    source_code: str,
    source_on: dt.date,
    token: uuid.UUID | str,
    parent: Roster | None = None,
) -> Roster:
    """Seal and store a file as a list that waits to be read. The same token answers the list it made the first time.

    The same file, written in this commune before, is said in `said` and does not stop it. Raises FileRefused.
    """
    if by.unit is None:
        raise FileRefused("Chỉ cán bộ của một xã nộp được danh sách.")
    if (before := _sent_before(by, token)) is not None:
        return before
    _refuse_size(content)
    sha256 = hashlib.sha256(content).hexdigest()
    roster = Roster(
        submit_token=token, commune=by.unit, source=_source(by, source_name, parent), parent=parent,
        file_name=_short(file_name), size_bytes=len(content), sha256=sha256,
        purge_on=timezone.localdate() + dt.timedelta(days=Setting.values_on()["roster_keep_days"]),
        source_code=source_code, source_on=source_on, uploaded_by=by, said=_written_before(by, sha256),
    )  # fmt: skip
    try:
        with transaction.atomic():
            roster.save(force_insert=True)
            _store(roster, content)
    except IntegrityError:  # a double click, which waited here until the first was written
        if (before := _sent_before(by, token)) is None:
            raise
        return before
    told = f"Nộp danh sách “{roster.file_name}” ({_size(len(content))}), nguồn {source_code}"
    record(by, Action.CREATE, target=roster, sentence=told, data={"sha256": sha256})
    return roster


def _sent_before(by: Officer, token: uuid.UUID | str) -> Roster | None:
    before = Roster.objects.filter(submit_token=token).defer("content").first()
    if before is not None and before.commune_id != by.unit_id:
        raise FileRefused("Phiếu nộp này không còn dùng được; mở lại trang rồi nộp tệp.")
    return before


def _refuse_size(content: bytes) -> None:
    if not content[:4096].strip(b"\0 \r\n\t") and not content.strip(b"\0 \r\n\t"):
        raise FileRefused(EMPTY)
    if len(content) > LARGEST_BYTES:
        raise FileRefused(TOO_LARGE)


def _source(by: Officer, name: str, parent: Roster | None) -> RosterSource | None:
    name = " ".join(name.split())[:100]
    if not name:
        return parent.source if parent else None
    source, is_new = RosterSource.objects.get_or_create(commune=by.unit, name=name)
    if not is_new:
        RosterSource.objects.filter(pk=source.pk).update(used_at=timezone.now())
    return source


def _written_before(by: Officer, sha256: str) -> str:
    rows = Roster.objects.filter(commune=by.unit, sha256=sha256, state__in=READY).defer("content")
    before = rows.order_by("-uploaded_at").first()
    if before is None:
        return ""
    when = timezone.localtime(before.uploaded_at)
    return f"Đúng tệp này đã ghi ở danh sách nộp ngày {when:%d/%m/%Y} (“{before.file_name}”)."[:500]


def _short(file_name: str) -> str:
    """The name without its folder and without control characters, its ending kept."""
    name = "".join(char for char in file_name.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip()
    if len(name) <= 200:
        return name or "danh-sach"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:190]}…{dot}{ending}"[:200] if dot and len(ending) < 8 else name[:200]


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024 / 1024:.1f} MB".replace(".", ",") if size_bytes > 1024 * 1024 else f"{size_bytes} byte"


# --- columns ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_columns(roster: Roster, columns: Mapping[Any, str], *, sheet: str = "", by: Officer) -> None:
    """What the officer says the columns are: remembered on the source, and the list goes on to be checked.

    Another sheet, or another household or place column (whose cells are carried down), is read anew first; then the
    list stands at UPLOADED, and with the same sheet goes on to CHECKING by itself. Raises RosterRefused.
    """
    held = Roster.objects.select_for_update(of=("self",)).defer("content").select_related("source").get(pk=roster.pk)
    if held.state not in (RosterState.READ, RosterState.CHECKED):
        raise RosterRefused("Danh sách này không ở bước xác nhận cột; mở lại trang để xem tình trạng hiện tại.")
    wanted = {str(column): name for column, name in columns.items() if name}
    sheet = sheet or held.sheet
    if sheet != held.sheet:
        _another_sheet(held, sheet)
        told = f"Chọn trang tính “{sheet}” của danh sách"
    else:
        _refuse_columns(held, wanted)
        _remember(held, wanted)
        carried_before, carried = headings.carried(held.columns), headings.carried(wanted)
        held.columns = wanted
        _find_sex_codes(held)
        if held.state == RosterState.CHECKED:
            stages.move(held, RosterState.READ)
        if carried != carried_before and held.told.get("carries"):
            held.told["confirmed"] = True
            _read_anew(held)
        else:
            stages.move(held, RosterState.CHECKING)
            held.total_rows = held.rows.count()
        told = f"Xác nhận {len(wanted)} cột của danh sách"
    held.save()
    record(by, Action.CHANGE, target=held, sentence=told)
    roster.refresh_from_db(fields=["state", "columns", "sheet", "told", "said", "done_rows", "total_rows"])


def _another_sheet(roster: Roster, sheet: str) -> None:
    if sheet not in [one["name"] for one in roster.told.get("sheets", [])]:
        raise RosterRefused(f"Tệp không có trang tính “{sheet}”.")
    if roster.state == RosterState.CHECKED:
        stages.move(roster, RosterState.READ)
    roster.sheet, roster.columns = sheet, {}
    roster.told.pop("confirmed", None)
    _read_anew(roster)


def _read_anew(roster: Roster) -> None:
    if roster.purged_at is not None:
        raise RosterRefused("Tệp này đã xóa theo hạn giữ; nộp lại tệp nếu cần.")
    if roster.rows.exclude(resident=None).exists():
        raise RosterRefused("Danh sách đã ghi một phần; không đọc lại tệp được nữa.")
    roster.rows.all().delete()
    stages.move(roster, RosterState.UPLOADED)


def _find_sex_codes(roster: Roster) -> None:
    """What 0 and 1 stand for hangs on which columns are the sex and the number."""
    texts = list(roster.rows.order_by("number").values_list("raw", flat=True)[:LOOK_ROWS])
    codes = columnwise.sex_codes_of(texts, roster.columns)
    roster.told = roster.told | {"hints": roster.told.get("hints", {}) | {"sex_codes": codes}}


def _refuse_columns(roster: Roster, columns: Mapping[str, str]) -> None:
    known = len(roster.told.get("headings", []))
    for column, name in columns.items():
        if name not in FIELDS or not column.isdecimal() or int(column) >= known:
            raise RosterRefused("Có cột không đọc được; mở lại trang và chọn lại.")
    many = [name for name in set(columns.values()) if list(columns.values()).count(name) > 1
            and FIELDS[name].kind != Kind.IGNORED]  # fmt: skip
    if many:
        labels = ", ".join(f"“{FIELDS[name].label}”" for name in sorted(many))
        raise RosterRefused(f"Hai cột cùng chọn {labels}; mỗi thông tin chỉ lấy từ một cột.")
    if not headings.names_a_person(columns.values()):
        raise RosterRefused("Chưa có cột họ tên; chọn cột chứa họ và tên của người trong danh sách.")


def _remember(roster: Roster, columns: Mapping[str, str]) -> None:
    """Folded heading -> field, "" for a column that is left out: the officer's word is taken the next time."""
    if roster.source is None:
        return
    for index, heading in enumerate(roster.told.get("headings", [])):
        if key := headings.key_of(heading):
            roster.source.columns[key] = columns.get(str(index), "")
    roster.source.used_at = timezone.now()
    roster.source.save()
