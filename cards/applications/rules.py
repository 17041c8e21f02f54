"""The clean-up rules that need card files: E24, L16, L17. Registered from cards.registry_hooks."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from cards.models import FINAL_STATES, Application, State, Step, days_overdue
from registry.cleanup.examples import TODAY, card, child, person
from registry.cleanup.facts import Facts, register_facts
from registry.cleanup.right import DAY
from registry.cleanup.rules import Evidence, Rule, register
from registry.models import Resident

FACT = "applications"
CARD_AGE_YEARS = 14


@dataclass(frozen=True)
class CardFile:
    """One open file, as far as rules look at it. `arrived_on` is the day its card came back."""

    number: str
    state: str
    promised_on: dt.date
    arrived_on: dt.date | None = None


def load(resident_ids: list[int]) -> dict[int, list[CardFile]]:
    """The open files of each of these residents. Two queries."""
    rows = list(Application.objects.filter(resident__in=resident_ids).exclude(state__in=FINAL_STATES))
    arrivals = Step.objects.filter(application__in=rows, to_state=State.ARRIVED).values_list("application", "at")
    arrived = {application: timezone.localdate(at) for application, at in arrivals}
    files: dict[int, list[CardFile]] = defaultdict(list)
    for row in rows:
        file = CardFile(row.file_number, row.state, row.promised_on, arrived.get(row.pk))
        files[row.resident_id].append(file)
    return files


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
        if days_overdue(file.state, file.promised_on, on=facts.on):
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
]


def sign_up() -> None:
    register_facts(FACT, load)
    for rule in RULES:
        register(rule)
