"""Who may already be here: one question, asked by every path that writes a person, answered without workers or Redis.

It reads the same profiles and the same model as the search, and gives the same score. It never blocks: only the same
active personal number does, and that is the database's word.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import Officer
from registry.duplicates import index
from registry.duplicates.model_in_use import frequencies_of, in_use
from registry.matching import explain
from registry.matching.model import TWINS
from registry.matching.normalise import normalise
from registry.matching.record import Record
from registry.matching.score import FAMILY_LETTER, Score, is_worth_a_look, score
from registry.models import Resident

SHOWN = 3
TWIN_LEAST = -1500
"""Hundredths of a bit: how unlikely one person may be and the hint of a twin still of use."""


@dataclass(frozen=True)
class AlreadyHere:
    """Somebody on the books who may be the person being written. `is_twin`: born together, not the same."""

    resident: Resident
    score: Score
    is_certain: bool
    is_twin: bool = False

    @property
    def sentence(self) -> str:
        """ "Cùng họ tên, cùng ngày sinh; nhưng khác mẹ." """
        return explain.sentence(self.score)

    @property
    def said(self) -> str:
        """What an officer reads who has just written the person."""
        who = f"{self.resident.audit_label()}"
        return f"Có thể là sinh đôi với {who}." if self.is_twin else f"Có thể đã có hồ sơ: {who}. {self.sentence}"


ELSEWHERE = "Một hồ sơ ở xã khác gần như chắc chắn là người này; hệ thống đưa cặp này vào danh sách nghi trùng."


@dataclass(frozen=True)
class Answer:
    """`here` are in the officer's communes, strongest first; `elsewhere` says that a record of another commune is
    almost certainly this person, and nothing about whom."""

    here: list[AlreadyHere]
    elsewhere: bool = False

    def sentences(self) -> list[str]:
        return [*(one.said for one in self.here), *([ELSEWHERE] if self.elsewhere else [])]


def typed_in(sent: Mapping[str, str], officer: Officer) -> dict[str, str]:
    """What the form of a resident holds so far, by the engine's names."""
    home = [sent.get(f"permanent_{part}", "") for part in ("street", "hamlet")]
    return {
        "full_name": sent.get("full_name", ""),
        "birth_date": sent.get("birth_date", ""),
        "sex": sent.get("sex", ""),
        "personal_number": sent.get("number", ""),
        "cmnd": sent.get("cmnd", ""),
        "mother_name": sent.get("mother_name", ""),
        "father_name": sent.get("father_name", ""),
        "commune_code": officer.unit.code if officer.unit else "",
        "address": ", ".join(filter(None, home)),
        "home_town": sent.get("home_town", ""),
        "phone": sent.get("phone", ""),
    }


def already_here(typed: Mapping[str, str], *, officer: Officer, but: int | None = None) -> Answer:
    """Who on the books resembles what is typed (normalise.RAW_COLUMNS, any of them missing). At most five queries.

    `but` is the record being corrected: it is no copy of itself.
    """
    return _answer(normalise(typed), officer, but)


def like(resident: Resident, *, officer: Officer) -> Answer:
    """The same for a record that is written, or about to be (its rows must be there). At most ten queries."""
    records = index.records_of([resident.pk])
    return _answer(records[resident.pk], officer, resident.pk) if records else Answer([])


def _answer(asked: Record, officer: Officer, but: int | None) -> Answer:
    candidates = index.candidates_of(asked)
    candidates.pop(but or 0, None)
    if not candidates:
        return Answer([])
    using = in_use()
    frequencies = frequencies_of([asked, *candidates.values()], size=using.residents)
    found = [(pk, score(asked, other, using.model, frequencies)) for pk, other in candidates.items()]
    found.sort(key=lambda one: -one[1].bits)
    likely = [(pk, scored) for pk, scored in found if is_worth_a_look(scored, using.review_at)]
    chosen = dict(likely + [(pk, scored) for pk, scored in found if is_twin(scored)][:1])
    people = Resident.objects.on_the_books().in_scope(officer).in_bulk(chosen)
    here = [
        AlreadyHere(people[pk], scored, scored.bits >= using.certain_at, is_twin(scored))
        for pk, scored in chosen.items()
        if pk in people
    ]
    outside = any(pk not in people and scored.bits >= using.certain_at for pk, scored in likely)
    return Answer(here[:SHOWN], outside)


def is_twin(scored: Score) -> bool:
    """One family by a birth on one day."""
    born_together = ("birth", "exact") in {line[:2] for line in scored.lines}
    return scored.kind == FAMILY_LETTER and scored.rival == TWINS and born_together and scored.bits >= TWIN_LEAST
