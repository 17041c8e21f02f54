"""The clean-up rules that need card files: E24, E30, L16, L17, S11. Registered from cards.registry_hooks."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Max, Q
from django.utils import timezone

from cards.applications.reasons import REASONS
from cards.components.parts import PARTS, Case
from cards.components.table import ANNOTATED, Held, Tick, held_of, lacking, weigh, with_parts
from cards.models import FINAL_STATES, Application, Channel, State, days_overdue
from registry.cleanup.examples import TODAY, card, child, person
from registry.cleanup.facts import Facts, register_facts
from registry.cleanup.right import DAY
from registry.cleanup.rules import Evidence, Rule, register
from registry.models import Resident

FACT = "applications"
CARD_AGE_YEARS = 14
COMPLETE_STATES = (State.RECEIVED, State.SENT_UP, State.PRINTING, State.ARRIVED)
"""From "Đã thu nhận" on every part must be there; a file that waits for data may have left the counter before."""
EVERYTHING: Final = Held({code: Tick(True) for code in PARTS})


@dataclass(frozen=True)
class CardFile:
    """One open file, as far as rules look at it. `arrived_on` is the day its card came back; `held` what stands on
    record of its parts."""

    number: str
    state: str
    promised_on: dt.date | None
    arrived_on: dt.date | None = None
    received_on: dt.date = dt.date.min
    reason: str = "from_14"
    channel: str = Channel.COUNTER
    exemption: str = ""
    has_number: bool = True
    representative_on_record: bool = False
    held: Held = EVERYTHING
    is_paused: bool = False


def load(resident_ids: list[int]) -> dict[int, list[CardFile]]:
    """The open files of each of these residents, the first one first. One query."""
    rows = with_parts(Application.objects.filter(resident__in=resident_ids).exclude(state__in=FINAL_STATES))
    rows = rows.annotate(arrived_at=Max("steps__at", filter=Q(steps__to_state=State.ARRIVED))).order_by("pk")
    files: dict[int, list[CardFile]] = defaultdict(list)
    for row in rows:
        files[row.resident_id].append(_file(row, {name: getattr(row, name) for name in ANNOTATED}))
    return files


def _file(row: Application, known: dict[str, Any]) -> CardFile:
    arrived_at = getattr(row, "arrived_at", None)
    return CardFile(
        number=row.file_number,
        state=row.state,
        promised_on=row.promised_on,
        arrived_on=timezone.localdate(arrived_at) if arrived_at else None,
        received_on=_day(row.received_at),
        reason=row.reason,
        channel=row.channel,
        exemption=row.exemption,
        has_number=known["has_number"],
        representative_on_record=bool(row.representative_name and known["representative_on_record"]),
        held=held_of(row, known),
        is_paused=row.is_paused,
    )


def _day(moment: dt.datetime | None) -> dt.date:
    return timezone.localdate(moment) if moment else dt.date.min


def files_of(facts: Facts) -> list[CardFile]:
    return facts.more.get(FACT) or []


def look_again(resident_id: int) -> None:
    """A file of this person was opened or moved: the next scan asks these rules again.

    Written even when it is marked already: a scan in progress would clear the mark it saw.
    """
    Resident.objects.filter(pk=resident_id).update(scan_due=True)


def ought_to_have_a_card(facts: Facts) -> Evidence | None:
    """Đ19: from 14 one must have a card. An expired one is rule L13's."""
    if not facts.is_at_least(CARD_AGE_YEARS) or facts.cards or files_of(facts) or facts.resident.nationality != "VN":
        return None
    born = facts.birth.display() if facts.birth else "chưa rõ"
    return Evidence("Đã đủ 14 tuổi nhưng chưa có thẻ và chưa có hồ sơ làm thẻ.", {"Ngày sinh": born})


def file_is_overdue(facts: Facts) -> Evidence | None:
    """Past the promised day (promise.py), once received and until the card is back; as every list and figure."""
    for file in files_of(facts):
        if file.promised_on and days_overdue(file.state, file.promised_on, on=facts.on, is_paused=file.is_paused):
            values = {"Hồ sơ": file.number, "Hẹn trả": file.promised_on.strftime(DAY)}
            return Evidence("Hồ sơ cấp thẻ đã quá ngày hẹn trả.", values)
    return None


def card_is_waiting_long(facts: Facts) -> Evidence | None:
    """Back for more days than the threshold; the same days as cards.models.waiting_long()."""
    limit = facts.on - dt.timedelta(days=facts.thresholds["card_waiting_days"])
    for file in files_of(facts):
        if file.state == State.ARRIVED and file.arrived_on is not None and file.arrived_on < limit:
            values = {"Hồ sơ": file.number, "Thẻ về": file.arrived_on.strftime(DAY)}
            return Evidence("Thẻ đã về xã lâu nhưng công dân chưa nhận.", values)
    return None


def file_lacks_a_part(facts: Facts) -> Evidence | None:
    """What receiving asks for (cards/components/parts.py), of files that were received; the age is that of the day of
    receipt."""
    for file in files_of(facts):
        if file.state not in COMPLETE_STATES:
            continue
        missing = _missing(file, facts.birth.age_on(file.received_on) if facts.birth else None)
        if missing:
            what = ", ".join(missing)
            return Evidence(f"Hồ sơ {file.number} thiếu {what}.", {"Hồ sơ": file.number, "Thiếu": what})
    return None


def _missing(file: CardFile, age_years: int | None) -> list[str]:
    """What the table of cards/components finds lacking. A reason that no catalogue knows lacks nothing."""
    reason = REASONS.get(file.reason)
    if reason is None:
        return []
    case = Case(
        reason=reason,
        channel=file.channel,
        age_years=age_years,
        exemption=file.exemption,
        has_number=file.has_number,
        representative_on_record=file.representative_on_record,
    )
    return lacking(weigh(case, file.held))


def two_files_are_open(facts: Facts) -> Evidence | None:
    files = files_of(facts)
    if len(files) < 2:
        return None
    return Evidence("Có hai hồ sơ cấp thẻ đang mở.", {f"Hồ sơ {n}": one.number for n, one in enumerate(files, start=1)})


def _filed(*files: CardFile, **more: Any) -> Facts:
    return person(more={FACT: list(files)}, **more)


def _received(*, without: Iterable[str] = (), **more: Any) -> CardFile:
    """A file received today that has every part but these."""
    held = Held({code: Tick(code not in without) for code in PARTS})
    return CardFile("26-00418", State.RECEIVED, TODAY, received_on=TODAY, held=held, **more)


def _with(state: State, *, promised_in: int, arrived_ago: int | None = None) -> Facts:
    """The sound person of the examples with one file."""
    arrived = TODAY - dt.timedelta(days=arrived_ago) if arrived_ago is not None else None
    file = CardFile("26-00418", state, TODAY + dt.timedelta(days=promised_in), arrived)
    return person(more={FACT: [file]})


RULES = [
    Rule(
        "E24",
        ought_to_have_a_card,
        fires=lambda: person(documents=[]),
        quiet=lambda: person(documents=[card()]),
        spared=lambda: child(),
        exception="Chưa đủ 14 tuổi, hoặc đã có hồ sơ đang xử lý.",
    ),
    Rule(
        "E30",
        file_lacks_a_part,
        fires=lambda: _filed(_received(without=["cc01"])),
        quiet=lambda: _filed(_received()),
        spared=lambda: _filed(_received(reason="lost", channel=Channel.ONLINE,
                                        without=["biometrics", "cc01", "dc02"])),
        exception="Cấp lại do mất, hỏng và hồ sơ trực tuyến toàn trình dùng sinh trắc đã có, không ký tại trụ sở; dưới "
        "6 tuổi không thu sinh trắc; giấy tờ mà cán bộ ghi lý do không cần; hồ sơ thu nhận khi chưa ghi từng giấy tờ; "
        "hồ sơ nháp, đặt lịch, đang thu nhận, chờ điều chỉnh dữ liệu chưa phải đủ.",
    ),
    Rule(
        "L16",
        file_is_overdue,
        fires=lambda: _with(State.SENT_UP, promised_in=-1),
        quiet=lambda: _with(State.SENT_UP, promised_in=0),
        spared=lambda: _with(State.TAKING, promised_in=-1),
        exception="Hồ sơ chưa tiếp nhận xong (nháp, đặt lịch, đang thu nhận), hoặc thẻ đã về xã.",
    ),
    Rule(
        "L17",
        card_is_waiting_long,
        fires=lambda: _with(State.ARRIVED, promised_in=-40, arrived_ago=31),
        quiet=lambda: _with(State.ARRIVED, promised_in=-40, arrived_ago=30),
        thresholds=("card_waiting_days",),
    ),
    Rule(
        "S11",
        two_files_are_open,
        fires=lambda: _filed(_received(), _received()),
        quiet=lambda: _filed(_received()),
        spared=lambda: person(more={FACT: []}),
        exception="Hồ sơ đã trả thẻ, từ chối, rút hoặc hủy.",
        limits="Cơ sở dữ liệu không nhận hồ sơ thứ hai khi còn hồ sơ đang mở; quy tắc chỉ còn gặp ở dữ liệu nhập cũ.",
    ),
]  # fmt: skip


def sign_up() -> None:
    register_facts(FACT, load)
    for rule in RULES:
        register(rule)
