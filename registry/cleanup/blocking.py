"""CHẶN: what may never be saved. Asked at the end of every write path, inside its transaction and after its rows.

Only the rules of level CHẶN are asked, so only what they look at is read: about eight queries, however many people. E30
is not among them: it refuses where a card file is received (cards/applications/intake.py).
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.utils import timezone

from registry.cleanup import facts as facts_of
from registry.cleanup.rules import Evidence, Rule, catalogue, fired
from registry.models import Finding, FindingState, Resident
from registry.residents.refusal import RegisterRefused

REFUSES = "CHẶN"
FIELDS = {"D01": "number", "D08": "birth_date", "D11": "sex", "D27": "birth_registration_province", "S01": "number"}
"""The field of the record's form that a rule speaks of; the others are said above the form."""


class WriteBlocked(RegisterRefused):
    """Nothing was written: it would leave a record with something that is never right. `rule` says which."""

    def __init__(self, rule: Rule, person: Resident, seen: Evidence) -> None:
        said = f"{person.full_name or 'Hồ sơ này'}: {seen.sentence} {rule.usual_fix} (quy tắc {rule.code}, mức CHẶN)"
        super().__init__(FIELDS.get(rule.code), said)
        self.rule, self.person = rule, person


def refuse_blocked(resident_ids: Iterable[int]) -> None:
    """Raise WriteBlocked when one of these records now breaks a rule of level CHẶN and did not before.

    What was broken before and is not worse now is let through, or nothing else on such a record could ever be mended:
    a finding of the rule stands, and no value is seen that it did not hold. So a record that was never scanned counts
    as sound.
    """
    people = list(Resident.objects.filter(pk__in=ids).order_by("pk")) if (ids := set(resident_ids)) else []
    batch = facts_of.load(people, on=timezone.localdate())
    broken = [(facts.resident, rule, seen) for facts in batch for rule, seen in fired(facts, blocking_rules())]
    if not broken:
        return
    standing = _standing([person.pk for person, _, _ in broken])
    for person, rule, seen in broken:
        if not _values(seen.as_json()) <= standing.get((person.pk, rule.code), frozenset()):
            raise WriteBlocked(rule, person, seen)


@cache
def blocking_rules() -> tuple[Rule, ...]:
    return tuple(rule for rule in catalogue().values() if rule.severity_name == REFUSES)


def _standing(ids: list[int]) -> dict[tuple[int, str], frozenset[tuple[str, str]]]:
    """The values that standing findings of these people hold, by person and rule. One query."""
    rows = Finding.objects.filter(resident__in=ids).exclude(state=FindingState.CLOSED)
    found = rows.values_list("resident", "rule", "evidence")
    return {(resident, rule): _values(evidence) for resident, rule, evidence in found}


def _values(evidence: dict[str, Any]) -> frozenset[tuple[str, str]]:
    pairs = {(str(label), str(value)) for label, value in evidence.get("values", [])}
    return frozenset(pairs or {("", evidence.get("sentence", ""))})
