"""What the rules would find once rows are written. Level CHẶN makes a row wrong, the others are notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.cleanup.blocking import FIELDS, REFUSES
from registry.cleanup.rules import Evidence, Rule, catalogue, fired
from registry.models import Finding, FindingState, Household, Roster, Severity
from registry.rosters.problems import Problem
from registry.rosters.proposed import Item, facts
from registry.rosters.values import Context

_NO_LINK = "Danh sách ghi người thân bằng họ tên, chưa liên kết hồ sơ nào."
_NO_SCAN = "Người mới chưa có thẻ nào được quét."
_NOT_DEAD = "Người mới được ghi là đang cư trú."
_ONE = "Mỗi dòng chỉ ghi được một."
_CLEAN = "Mọi chữ của dòng đã qua ô chữ của phiếu: chuẩn hóa, hoặc không nhận."
_READ = "Ô của phiếu không nhận giá trị như vậy."
_NO_PAST = "Người mới chưa có gì trước đó."
NEVER_OF_THE_NEW = {
    **dict.fromkeys(("D14", "D15", "D16", "D19", "D20", "D21", "D22", "S27", "S30"), _NO_LINK),
    **dict.fromkeys(("D32", "D33", "S21"), _NO_SCAN),
    **dict.fromkeys(("D28", "L01", "L02"), _NOT_DEAD),
    **dict.fromkeys(("S05", "S06", "S08", "S09", "S10"), _ONE),
    **dict.fromkeys(("S13", "S14", "S17"), _CLEAN),
    **dict.fromkeys(("D01", "D07", "D11", "D31", "L04"), _READ),
    **dict.fromkeys(("E23", "L07", "L08", "L09", "L15", "L18", "L19", "L20", "L22", "L25", "S03", "S04"), _NO_PAST),
}  # fmt: skip
"""Rules that cannot find anything on somebody whom the list writes anew, and why: they are not asked of such rows."""


@dataclass
class Found:
    """`notes` as RosterRow keeps them: the gravest first."""

    notes: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, rule: Rule, seen: Evidence) -> None:
        if rule.severity_name == REFUSES:
            self.problems.append(Problem(FIELDS.get(rule.code, ""), rule.code, f"{seen.sentence} {rule.usual_fix}"))
            return
        self.notes.append(
            {"rule": rule.code, "title": rule.title, "sentence": seen.sentence, "severity": rule.severity}
        )


ORDER = {severity.value: place for place, severity in enumerate(Severity)}


def ask(roster: Roster, items: Sequence[Item], homes: Mapping[str, Household], context: Context) -> list[Found]:
    """In the order of the items. Of people we have, only what their findings do not say already today."""
    if not items:
        return []
    every = tuple(catalogue().values())
    of_the_new = tuple(rule for rule in every if rule.code not in NEVER_OF_THE_NEW)
    standing = _standing(item.record.resident.pk for item in items if item.record is not None)
    answers = []
    for item, one in zip(items, facts(roster, items, homes, context), strict=True):
        found = Found()
        for rule, seen in fired(one, of_the_new if item.record is None else every):
            if item.record is None or (item.record.resident.pk, rule.code) not in standing:
                found.add(rule, seen)
        found.notes.sort(key=lambda note: ORDER.get(note["severity"], len(ORDER)))
        answers.append(found)
    return answers


def _standing(ids: Any) -> set[tuple[int, str]]:
    rows = Finding.objects.filter(resident__in=list(ids)).exclude(state=FindingState.CLOSED)
    return set(rows.values_list("resident", "rule"))
