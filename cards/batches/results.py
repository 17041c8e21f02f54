"""What results of the level above do to the files: worked out line by line, shown, then done.

The same line twice, the same file twice and an older answer after a newer one change nothing. States that the level
above did not tell are passed by as far as the table of moves allows (sent up → arrived). A line that cannot be done
says why and does not hold the others, for the reason in sending.py.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.text import fold
from cards.applications import workflow
from cards.applications.workflow import MOVES, MoveRefused
from cards.batches import content
from cards.batches.refusal import BatchRefused
from cards.batches.result_lines import Line, ReadFile
from cards.batches.sending import lock_files
from cards.models import FINAL_STATES, Application, BatchLine, BatchState, Result, ResultFile, State, Step

DAY_FORMAT: Final = "%d/%m/%Y"
MOVE_OF: Final = {Result.RETURNED: "return_down", Result.PRINTED: "printing", Result.ARRIVED: "arrive"}
RANK: Final = [Result.ACCEPTED, Result.RETURNED, Result.PRINTED, Result.ARRIVED]
PASSED: Final = {
    Result.ACCEPTED: (State.PRINTING, State.ARRIVED, State.HANDED_OVER),
    Result.PRINTED: (State.PRINTING, State.ARRIVED, State.HANDED_OVER),
    Result.ARRIVED: (State.ARRIVED, State.HANDED_OVER),
}
"""States in which the answer is known already, or overtaken."""


class Does:
    MOVE = "move"  # the file moves
    NOTE = "note"  # kept with the batch, the file stays where it is
    SKIP = "skip"  # known already, or overtaken
    WRONG = "wrong"  # cannot be done: the line, or the file, is not as it should be


@dataclass(frozen=True)
class Planned:
    line: Line
    does: str
    said: str
    file: Application | None = None
    move: str = ""

    @property
    def will_write(self) -> bool:
        return self.does in (Does.MOVE, Does.NOTE)


@dataclass
class Standing:
    """One file as it stands, and as it will stand after the lines before."""

    file: Application
    state: str
    sent_on: dt.date | None = None
    latest_on: dt.date | None = None
    known: set[tuple[str, dt.date, str]] = field(default_factory=set)
    batch_line: BatchLine | None = None


def plan(lines: Iterable[Line], commune: Unit) -> list[Planned]:
    """What each line would do, in the order of the file. Nothing is written. Five queries.

    Lines of one file are weighed in the order of their days, whatever order they stand in.
    """
    rows = list(lines)
    standing, numbers = _standing(rows, commune)
    planned = {}
    for line in sorted(rows, key=_in_time):
        planned[line.row] = _one(line, standing.get(line.file_number), numbers)
    return [planned[line.row] for line in rows]


def _in_time(line: Line) -> tuple[dt.date, int, int]:
    place = RANK.index(Result(line.result)) if line.result else 0
    return line.on or dt.date.min, place, line.row


def _standing(rows: list[Line], commune: Unit) -> tuple[dict[str, Standing], dict[int, str]]:
    wanted = Q(pk__in=[])
    for year, serials in _by_year(rows).items():
        wanted |= Q(year=year, serial__in=serials)
    sent: QuerySet[Any] = (
        BatchLine.objects.filter(batch__state=BatchState.SENT).select_related("batch").order_by("batch__sent_at")
    )
    ups: QuerySet[Any] = Step.objects.filter(move="send_up").order_by("at", "pk")
    files: QuerySet[Any] = (
        Application.objects.filter(wanted, commune=commune)
        .select_related("resident")
        .prefetch_related(Prefetch("batch_lines", sent, to_attr="sent_lines"), Prefetch("steps", ups, to_attr="ups"))
    )
    found = {file.file_number: _standing_of(file) for file in files}
    return found, content.personal_numbers(one.file for one in found.values())


def _by_year(rows: list[Line]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for line in rows:
        if not line.flaw:
            year, serial = line.file_number.split("-")
            found.setdefault(2000 + int(year), set()).add(int(serial))
    return found


def _standing_of(file: Any) -> Standing:
    """`file` with `sent_lines` and `ups` read along."""
    one = Standing(file, file.state)
    one.sent_on = timezone.localdate(file.ups[-1].at) if file.ups else None
    for line in file.sent_lines:
        one.batch_line = line
        if line.result:
            one.known.add((line.result, line.result_on, line.result_note))
    if one.batch_line and one.batch_line.result:
        one.latest_on = one.batch_line.result_on
    return one


def _one(line: Line, one: Standing | None, numbers: dict[int, str]) -> Planned:
    if line.flaw:
        return Planned(line, Does.WRONG, line.flaw)
    assert line.on is not None
    if one is None:
        return Planned(line, Does.WRONG, "Xã không có hồ sơ số này.")
    if wrong := _is_other(line, one.file, numbers) or _too_early(line, one):
        return Planned(line, Does.WRONG, wrong, one.file)
    if known := _known(line, one):
        return Planned(line, Does.SKIP, known, one.file)
    return _weigh(line, one)


def _is_other(line: Line, file: Application, numbers: dict[int, str]) -> str:
    """Two marks must agree: the number of the file, and the person's number or, without one, the name."""
    number = numbers.get(file.resident_id, "")
    if line.personal_number:
        if number and number != line.personal_number:
            return f"Số định danh khác hồ sơ {file.file_number} của xã."
        if number:
            return ""
    if not line.full_name:
        return "Cần số định danh hoặc họ tên để đối chiếu với hồ sơ."
    if fold(line.full_name) != fold(file.resident.full_name):
        return f"Họ tên khác hồ sơ {file.file_number} của xã."
    return ""


def _too_early(line: Line, one: Standing) -> str:
    assert line.on is not None
    if line.on > timezone.localdate():
        return f"Ngày {line.on:{DAY_FORMAT}} ở tương lai."
    if one.sent_on is None and one.state not in (State.SENT_UP, State.PRINTING, State.ARRIVED, State.HANDED_OVER):
        return f"Hồ sơ chưa chuyển cấp trên, đang ở bước “{State(one.state).label.lower()}”."
    return ""


def _known(line: Line, one: Standing) -> str:
    """Why the line is passed by: read before, or older than what is known."""
    assert line.on is not None
    if (line.result, line.on, line.note) in one.known:
        return "Đã đọc kết quả này rồi."
    if one.sent_on and line.on < one.sent_on:
        return f"Kết quả cũ: hồ sơ được chuyển lại ngày {one.sent_on:{DAY_FORMAT}}, sau kết quả này."
    if one.latest_on and line.on < one.latest_on:
        return f"Kết quả cũ: đã có kết quả mới hơn, ngày {one.latest_on:{DAY_FORMAT}}."
    if line.result == Result.RETURNED and one.state == State.RECEIVED and one.file.returned_at:
        return "Hồ sơ đã trở về xã để bổ sung."
    if one.state in PASSED.get(Result(line.result), ()):
        return f"Không có gì mới: hồ sơ đang ở bước “{State(one.state).label.lower()}”."
    return ""


def _weigh(line: Line, one: Standing) -> Planned:
    """By the table of moves; `one` goes on to where the line leads."""
    assert line.on is not None
    result = Result(line.result)
    label = State(one.state).label.lower()
    if one.state in FINAL_STATES:
        return Planned(line, Does.WRONG, f"Hồ sơ đã kết thúc (“{label}”); báo cấp trên.", one.file)
    name = MOVE_OF.get(result, "")
    if not name:
        if one.state != State.SENT_UP:
            return Planned(line, Does.WRONG, f"Hồ sơ đang ở bước “{label}”, không chờ tiếp nhận.", one.file)
        _go_on(one, line, one.state)
        return Planned(line, Does.NOTE, "Ghi: cấp trên đã tiếp nhận.", one.file)
    row = MOVES[name]
    if one.state not in row.sources:
        return Planned(line, Does.WRONG, f"Hồ sơ đang ở bước “{label}”, không ghi được “{result.label}”.", one.file)
    assert row.target is not None
    _go_on(one, line, row.target)
    said = f"Trả lại: {line.note}" if result == Result.RETURNED else f"Chuyển sang “{row.target.label}”."
    return Planned(line, Does.MOVE, said, one.file, name)


def _go_on(one: Standing, line: Line, state: str) -> None:
    assert line.on is not None
    one.state, one.latest_on = state, line.on
    one.known.add((line.result, line.on, line.note))


# --- doing it --------------------------------------------------------------------------------------------------------


@transaction.atomic
def apply(read: ReadFile, commune: Unit, *, by: Officer) -> ResultFile:
    """Do what the plan says now, whatever it said when it was shown: a colleague may have moved a file meanwhile, and
    then the line says so. One transaction; about a dozen queries a line that moves.

    The same bytes again are the same row: nothing happens twice, and lines that could not be done before get another
    try. Raises BatchRefused when no line would write anything.
    """
    kept, is_new = _kept(read, commune, by)
    files = [one.file.pk for one in plan(read.lines, commune) if one.file is not None]
    lock_files(files)
    planned = plan(read.lines, commune)
    if not any(one.will_write for one in planned):
        raise BatchRefused("Không có dòng nào để ghi." if is_new else "Tệp này đã đọc rồi, không có gì mới.")
    done = {one.line.row: _do(one, by) for one in sorted(planned, key=lambda one: _in_time(one.line))}
    told = [done[one.line.row] for one in planned]
    kept.summary = {"lines": told, "counts": counts(told), "is_signed": read.is_signed}
    kept.read_at, kept.read_by = timezone.now(), by
    kept.save()
    said = f"Đọc tệp kết quả {kept.name}: ghi {kept.summary['counts']['done']} dòng"
    record(by, Action.CHANGE, target=kept, sentence=said, data={"sha256": read.sha256})
    return kept


def _kept(read: ReadFile, commune: Unit, by: Officer) -> tuple[ResultFile, bool]:
    """The row of these bytes, locked: of two officers with the same file the second waits here."""
    fresh = ResultFile(commune=commune, sha256=read.sha256, name=read.name, read_by=by)
    rows = ResultFile.objects.filter(commune=commune, sha256=read.sha256)
    is_new = not rows.exists()
    ResultFile.objects.bulk_create([fresh], ignore_conflicts=True)
    return rows.select_for_update(of=("self",)).get(), is_new


def _do(one: Planned, by: Officer) -> dict[str, Any]:
    """What the line did, as it is kept: no more of the person than the number of the file."""
    does, said = one.does, one.said
    if one.will_write:
        assert one.file is not None
        try:
            if one.move:
                workflow.move(one.file, one.move, by=by, note=_note(one))
            _write_down(one.file, one.line)
        except MoveRefused as refused:
            does, said = Does.WRONG, str(refused)
    label = str(Result(one.line.result).label) if one.line.result else ""
    on = f"{one.line.on:{DAY_FORMAT}}" if one.line.on else ""
    told = {"row": one.line.row, "file_number": one.line.file_number, "result": label, "on": on, "does": does}
    return told | {"said": said, "file": str(one.file.public_id) if one.file else ""}


def _note(one: Planned) -> str:
    if one.line.result == Result.RETURNED:
        return one.line.note
    return f"Theo tệp kết quả ngày {one.line.on:{DAY_FORMAT}}" + (f": {one.line.note}" if one.line.note else "")


def _write_down(file: Application, line: Line) -> None:
    """The answer, beside the file in the batch that it last went up with."""
    rows = BatchLine.objects.filter(application=file, batch__state=BatchState.SENT)
    last = rows.order_by("-batch__sent_at").first()
    if last is not None:
        last.result, last.result_on, last.result_note = line.result, line.on, line.note
        last.save()


def counts(lines: list[dict[str, Any]]) -> dict[str, int]:
    """`done`, `skipped`, `wrong`: of lines as they are kept."""
    kinds = [line["does"] for line in lines]
    return {
        "done": kinds.count(Does.MOVE) + kinds.count(Does.NOTE),
        "skipped": kinds.count(Does.SKIP),
        "wrong": kinds.count(Does.WRONG),
    }
