"""Accepting the proposed repair of a text: broken fonts, broken UTF-8, tones and capitals of a name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from registry.cleanup.facts import RESIDENT_TEXTS, Facts, Text, birth_of
from registry.codes import HOME_COUNTRY
from registry.models import NAME_PARTS, Finding, FindingState, Relation, Residence, Resident
from registry.repairs.fix import Change, Doing, Fix, Proposal, change, refused
from registry.residents.spelling import FULL_NAME, repaired_parts, respell
from registry.values.names import flaws

ENCODINGS = ("S15", "S16")
NAMES = ("S20", "S22")
RULES = (*ENCODINGS, *NAMES)
Repair = tuple[Text, str]


def propose(findings: Sequence[Finding]) -> Mapping[int, Proposal]:
    """Three queries."""
    ids = {finding.resident_id for finding in findings}
    relations = _by_resident(Relation.objects.filter(resident__in=ids).order_by("pk"))
    residences = _by_resident(Residence.objects.filter(resident__in=ids).order_by("pk"))
    waiting = _waiting(ids)
    return {
        finding.pk: _proposed(
            Facts(
                finding.resident,
                timezone.localdate(),
                relations=relations[finding.resident_id],
                residences=residences[finding.resident_id],
            ),
            finding.rule,
            waiting[finding.resident_id],
        )
        for finding in findings
    }


def _by_resident(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.resident_id].append(row)
    return found


def _waiting(ids: set[int]) -> dict[int, set[str]]:
    """Which rules about the name are open: what an officer verified as right is not repaired along with another."""
    rows = Finding.objects.filter(resident__in=ids, rule__in=NAMES)
    rows = rows.exclude(state__in=[FindingState.CLOSED, FindingState.VERIFIED])
    found: dict[int, set[str]] = defaultdict(set)
    for resident, rule in rows.values_list("resident", "rule"):
        found[resident].add(rule)
    return found


def _proposed(facts: Facts, rule: str, waiting: set[str]) -> Proposal:
    person = facts.resident
    if birth_of(person) is None and person.birth_year is not None:
        return refused("Ngày sinh của hồ sơ không có trong lịch; sửa ngày sinh trước.")
    repairs = _broken(facts, rule) if rule in ENCODINGS else _name(facts, waiting | {rule})
    if not repairs:
        return refused("Không có bản sửa nào đề xuất được; mở hồ sơ sửa tay.")
    return Proposal([line for text, new in repairs for line in _changes(person, text, new)], todo=repairs)


def _broken(facts: Facts, rule: str) -> list[Repair]:
    return [(text, flaw.proposal) for text, flaw in facts.encoding_flaws if flaw.rule == rule and flaw.proposal]


def _name(facts: Facts, rules: set[str]) -> list[Repair]:
    """The name with everything repaired that these rules find, so that two findings of one name ask for one text."""
    person = facts.resident
    if person.nationality not in ("", HOME_COUNTRY):
        rules = rules - {"S20"}  # foreign names are spelt their own way
    name = person.full_name
    for rule in (one for one in NAMES if one in rules):
        found = flaws(name, ethnic_group=person.ethnic_group or None)
        name = next((flaw.proposal for flaw in found if flaw.rule == rule and flaw.proposal), name)
    return [] if name == person.full_name else [(Text(person, FULL_NAME, RESIDENT_TEXTS[FULL_NAME]), name)]


def _changes(person: Resident, text: Text, new: str) -> list[Change]:
    lines = [change(text.label, text.value, new)]
    parts = repaired_parts(person, new) if text.row is person and text.attribute == FULL_NAME else {}
    if parts:
        before = " · ".join(filter(None, (getattr(person, name) for name in NAME_PARTS)))
        lines.append(change("Họ · chữ đệm · tên", before, " · ".join(filter(None, parts.values()))))
    return lines


def apply(proposal: Proposal, doing: Doing) -> None:
    respell(doing.person, proposal.todo)


FIX = Fix(
    "chu-viet", "Chấp nhận bản sửa chữ viết", RULES,
    "Chữ lỗi phông, vỡ mã, dấu đặt sai, viết hoa sai: ghi đúng bản sửa hệ thống đề xuất. Nguồn của giá trị giữ nguyên.",
    propose, apply, together=False,
)  # fmt: skip
