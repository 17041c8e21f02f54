"""TỰ SỬA: repair characters that cannot change what a reader sees (rules S13, S14, S17), and write down old and new."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.audit import record
from accounts.models import Action
from accounts.text import clean, defects
from registry.cleanup.facts import RESIDENCE_TEXTS, Facts
from registry.cleanup.rules import Evidence, Rule
from registry.models import NAME_PARTS, Finding, FindingState, Relation, Residence, Resident


@dataclass
class Mended:
    """What was repaired about one person: by rule, the fields with their old and new text."""

    resident: Resident
    by_rule: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: list[Relation | Residence] = field(default_factory=list)


def mend(facts: Facts) -> Mended | None:
    """Repair the texts of one record in memory; the caller stores it. None when nothing was to repair.

    A record whose birth date is no date (rule D08) cannot be stored again before somebody corrected it.
    """
    if facts.birth is None and facts.resident.birth_year is not None:
        return None
    found = Mended(facts.resident)
    for text in facts.texts:
        old = text.value
        repaired = [defect for defect in defects(old) if defect.repaired]
        if not repaired:
            continue
        new = clean(old)
        setattr(text.row, text.attribute, new)
        if not isinstance(text.row, Resident):
            found.rows.append(text.row)
        for defect in repaired:
            found.by_rule.setdefault(defect.rule, {})[text.label] = f"{show(old)} → {new}"
    if not found.by_rule:
        return None
    for name in NAME_PARTS:
        setattr(facts.resident, name, clean(getattr(facts.resident, name)))
    for name in ("texts", "text_defects", "encoding_flaws", "words", "name_flaws"):
        vars(facts).pop(name, None)
    return found


def show(text: str) -> str:
    """The old text with its invisible characters written out, so that old and new do not look the same on the page."""
    odd = {char for char in text if not char.isprintable() or ord(char) in range(0x300, 0x370) or char == "\u00a0"}
    return "".join(f"[U+{ord(char):04X}]" if char in odd else char for char in text)


def store(mended: list[Mended], rules: dict[str, Rule]) -> list[Finding]:
    """Write the repairs: three updates for all, one line of the trail a person, one closed finding a rule (unsaved)."""
    if not mended:
        return []
    now = timezone.now()
    people = [one.resident.derive() for one in mended]
    for person in people:
        person.matching_due, person.updated_at = True, now
    texts = ["full_name", "other_name", "birth_place", "birth_registration_place", "home_town"]
    derived = [*NAME_PARTS, "name_folded", "search_text", "sort_key", "matching_due", "updated_at"]
    Resident.objects.bulk_update(people, [*texts, *derived])
    rows = [row.derive() for one in mended for row in one.rows]
    relations = [row for row in rows if isinstance(row, Relation)]
    residences = [row for row in rows if isinstance(row, Residence)]
    if relations:
        Relation.objects.bulk_update(relations, ["name", "name_folded"])
    if residences:
        Residence.objects.bulk_update(residences, [*RESIDENCE_TEXTS, "address_folded"])
    return [_note(one, rules[code], values, now) for one in mended for code, values in _logged(one)]


def _logged(one: Mended) -> list[tuple[str, dict[str, str]]]:
    codes = ", ".join(sorted(one.by_rule))
    record(
        None,
        Action.SYSTEM,
        target=one.resident,
        sentence=f"Hệ thống tự sửa ký tự theo quy tắc {codes}",
        data={label: text for values in one.by_rule.values() for label, text in values.items()},
    )
    return sorted(one.by_rule.items())


def _note(one: Mended, rule: Rule, values: dict[str, str], now: dt.datetime) -> Finding:
    evidence = Evidence("Hệ thống đã tự sửa.", values).as_json()
    return Finding(
        resident=one.resident,
        commune_id=one.resident.commune_id,
        rule=rule.code,
        group=rule.group,
        severity=rule.severity,
        state=FindingState.CLOSED,
        evidence=evidence,
        opened_at=now,
        closed_at=now,
    )
