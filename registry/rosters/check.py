"""What each row of a list is: new, the same person unchanged or changed, suspected, wrong; and why.

The same fields (values.py), the same matching (knowing.py) and the same rules (rules_of.py) as the form of a resident.
Nothing is written here. Each part reads what it needs once for all rows of a piece.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.codes import RULE_TEXTS
from registry.models import Household, Roster, RosterKind, RosterRow, RowDecision, RowState, RowVerdict
from registry.residents.register import CLOSED
from registry.rosters import household_keys, knowing, reasons, rules_of, values
from registry.rosters.current import CurrentRecord, records_of
from registry.rosters.differing import Differences, differences
from registry.rosters.knowing import Who
from registry.rosters.problems import Problem
from registry.rosters.proposed import Item
from registry.rosters.values import Context, RowValues

OF_READING = "of_reading"
CROWDS = "crowds"
"""In Roster.told: key -> its rows, of keys that too many rows of the list bear to be a household."""
"""Marks the problems and repairs of a row that turning its cells into text found: no later check finds them anew."""
NAME_LENGTH, KEY_LENGTH, REASON_LENGTH = 100, 60, 40
DEFAULTS = {RowVerdict.NEW: RowDecision.WRITE, RowVerdict.SAME: RowDecision.SKIP}
KNOWN = (RowVerdict.SAME, RowVerdict.CHANGED)


@dataclass
class Case:
    """One row on its way through the check."""

    row: RosterRow
    told: RowValues
    who: Who
    problems: list[Problem] = field(default_factory=list)
    of_reading: list[dict[str, Any]] = field(default_factory=list)
    record: CurrentRecord | None = None
    differs: Differences = field(default_factory=Differences)
    notes: list[dict[str, Any]] = field(default_factory=list)
    key: str = ""
    is_forced: bool = False

    @property
    def is_wrong(self) -> bool:
        return any(one.blocks for one in self.problems) or any(one["blocks"] for one in self.of_reading)

    @property
    def is_known(self) -> bool:
        return self.record is not None and (self.who.is_sure or self.is_forced)


@dataclass(frozen=True)
class Checked:
    """What the check found besides: the households of ours that keys of the file mean."""

    homes: Mapping[str, Household]


def check(roster: Roster, rows: Sequence[RosterRow]) -> None:
    """Set verdict, person, changes, candidates, problems, notes, reasons, seen, keys, name and household of these rows,
    and the decision where nobody made one. `typed` is there; what reading found (`problems` of kind reading) stays.

    A row that an officer said is a certain person's (AS_PERSON) is compared with that one; one that is another's
    (AS_NEW) is compared with nobody. Some 45 queries, however many rows. Writes nothing.
    """
    examine(roster, rows)


def examine(roster: Roster, rows: Sequence[RosterRow], *, context: Context | None = None) -> Checked:
    """As check(); answers what else was found."""
    if not rows:
        return Checked({})
    context = context or Context.of(roster.commune, roster.source_code, roster.source_on)
    cases = _returned(roster, rows, context) if roster.kind == RosterKind.RETURN else _read(roster, rows, context)
    _choose(cases)
    _find_records(roster, cases)
    homes = _find_homes(roster, cases)
    for case in cases:
        _compare(case, homes)
    _ask_rules(roster, cases, homes, context)
    for case in cases:
        _settle(case)
    return Checked(homes)


# --- reading, and whose it is -----------------------------------------------------------------------------------------


def _read(roster: Roster, rows: Sequence[RosterRow], context: Context) -> list[Case]:
    told = [values.read(row.typed, context) for row in rows]
    found = knowing.know(roster, told)
    cases = []
    for row, one, who in zip(rows, told, found, strict=True):
        read_before = [problem for problem in row.problems if problem.get(OF_READING)]
        refused = {problem["field"] for problem in read_before}
        own = [problem for problem in one.problems if problem.field not in refused]
        cases.append(Case(row, one, who, [*own, *who.problems], read_before, key=key_of(row)))
    return cases


def _returned(roster: Roster, rows: Sequence[RosterRow], context: Context) -> list[Case]:
    """A list that went out and came back: the edited cells alone, on the record they went out with."""
    from registry.rosters.out import returning

    edited = returning.edited_of(roster, {row.number: row.typed for row in rows})
    cases = []
    for row in rows:
        one = edited[row.number]
        told = values.read({name: now for name, (_, now) in one.fields.items()}, context, whole=False)
        who = Who(knowing.record_of(told, roster.commune.code))
        if one.resident is not None:
            who.person, who.is_sure = one.resident.pk, True
        who.reasons = [problem.code for problem in one.problems if problem.blocks]
        cases.append(Case(row, told, who, [*one.problems, *told.problems]))
    return cases


def key_of(row: RosterRow) -> str:
    """The household of the file: its number, else the number of its head."""
    return (row.typed.get("household_key") or row.typed.get("head_number") or "").strip()[:KEY_LENGTH]


def _choose(cases: Iterable[Case]) -> None:
    """An officer's word goes before the engine's."""
    for case in cases:
        row = case.row
        if row.decided_by_id is None:
            continue
        if row.decision == RowDecision.AS_PERSON and row.person_id:
            case.who.person, case.is_forced = row.person_id, True
        elif row.decision == RowDecision.AS_NEW:
            case.who.person, case.who.is_sure = None, False


def _find_records(roster: Roster, cases: Sequence[Case]) -> None:
    """The records as they stand. One that is closed is not written to; one of another commune is not even looked at."""
    found = records_of({case.who.person for case in cases if case.who.person})
    for case in cases:
        record = found.get(case.who.person or 0)
        if record is not None and record.resident.commune_id == roster.commune_id:
            case.record = record


# --- households -------------------------------------------------------------------------------------------------------


def _find_homes(roster: Roster, cases: Sequence[Case]) -> dict[str, Household]:
    sizes: dict[str, int] = {}
    for case in cases:
        sizes[case.key] = sizes.get(case.key, 0) + 1
    sizes |= roster.told.get(CROWDS, {})  # of the whole list, whatever rows of it are at hand
    for case in cases:
        if case.key and sizes[case.key] > household_keys.MOST:
            said = household_keys.TOO_MANY.format(sizes[case.key])
            case.problems.append(Problem("household_key", reasons.NO_HOUSEHOLD, said, blocks=False))
            case.key = ""
    told = [
        household_keys.Told(case.row.number, case.key, case.told, case.record if case.is_known else None)
        for case in cases
        if not case.is_wrong
    ]
    homes = household_keys.homes_of(roster, told)
    wrong = household_keys.problems_of(told, homes, household_keys.heads_of(homes.values()))
    for case in cases:
        if case.row.number in wrong:
            case.problems.append(wrong[case.row.number])
    return homes


# --- what differs, and what the rules say -----------------------------------------------------------------------------


def _compare(case: Case, homes: Mapping[str, Household]) -> None:
    if case.record is None or case.is_wrong:
        return
    case.differs = differences(case.record, case.told, homes.get(case.key), case.key)
    case.problems += case.differs.kept
    resident = case.record.resident
    if case.is_known and case.differs.changes and not resident.is_current:
        said = CLOSED.format(resident.get_state_display())
        case.problems.append(Problem("", reasons.CLOSED, said))
        case.who.reasons.append(reasons.CLOSED)


def _ask_rules(roster: Roster, cases: Sequence[Case], homes: Mapping[str, Household], context: Context) -> None:
    """Of whoever would be written: the new, the changed, and the suspected as if they were new."""
    asked = [case for case in cases if not case.is_wrong and not (case.is_known and not case.differs.changes)]
    items = [_item(case) for case in asked]
    for case, found in zip(asked, rules_of.ask(roster, items, homes, context), strict=True):
        case.notes = found.notes
        for problem in found.problems:
            case.problems.append(problem)


def _item(case: Case) -> Item:
    if not case.is_known:
        return Item(case.row, case.told, key=case.key)
    fields = frozenset(change["field"] for change in case.differs.changes)
    return Item(case.row, case.told, case.record, fields, case.key)


# --- the row ----------------------------------------------------------------------------------------------------------


def _settle(case: Case) -> None:
    row, who = case.row, case.who
    row.problems = [*case.of_reading, *(problem.as_json() for problem in case.problems)]
    row.notes, row.keys = case.notes, who.keys
    row.name = (case.told.values.get("full_name") or row.typed.get("full_name", "").strip())[:NAME_LENGTH]
    row.household_key = case.key
    row.verdict = verdict_of(case)
    row.person_id = case.record.resident.pk if case.record else None
    row.seen = case.record.digest if case.record else ""
    row.changes, row.candidates = case.differs.changes, who.candidates
    row.reasons = _reasons(case)
    row.repairs = [
        *(one for one in row.repairs if one.get(OF_READING)),
        *(one.as_json() for one in case.told.repairs),
    ]
    if row.state != RowState.APPLIED:
        row.state = RowState.CHECKED
    if row.decided_by_id is None:
        row.decision = DEFAULTS.get(RowVerdict(row.verdict), "")


def verdict_of(case: Case) -> RowVerdict:
    if case.is_wrong:
        return RowVerdict.WRONG
    is_double = any(one["code"] == reasons.TWICE for one in case.of_reading)
    if not case.is_forced and (is_double or (case.who.is_suspect and not case.is_known)):
        return RowVerdict.SUSPECT
    if case.is_known:
        return RowVerdict.CHANGED if case.differs.changes else RowVerdict.SAME
    return RowVerdict.NEW


def _reasons(case: Case) -> list[str]:
    found = [reason for reason in case.who.reasons if not (case.is_forced and reason in reasons.SUSPICIONS)]
    found += [_reason_of(one.code, one.field, blocks=one.blocks) for one in case.problems]
    found += [_reason_of(one["code"], one["field"], blocks=one["blocks"]) for one in case.of_reading]
    if case.row.verdict in KNOWN:
        found += case.differs.reasons
    return list(dict.fromkeys(code[:REASON_LENGTH] for code in found if code))


def _reason_of(code: str, name: str, *, blocks: bool) -> str:
    if code in reasons.TITLES:
        return code
    if code in RULE_TEXTS and blocks:
        return reasons.of_rule(code)
    return reasons.of_value(name)
