"""One person on two rows of a file: by the person we have, by the number, or by the engine over the keys of the rows.

Only rows that share a key are compared, and a key that very many bear is not followed; a family in one household, twins
and namesakes of another birth are other people, as everywhere (docs: matching). The later row is put to an officer.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from registry.duplicates.model_in_use import frequencies_of, in_use
from registry.matching import explain
from registry.matching.keys import CAP
from registry.matching.record import Record
from registry.matching.score import is_worth_a_look, score
from registry.models import Roster, RosterRow, RowState, RowVerdict
from registry.rosters import reasons, values
from registry.rosters.check import KNOWN, OF_READING
from registry.rosters.knowing import record_of
from registry.rosters.problems import Problem
from registry.rosters.values import Context

Pair = tuple[int, int]
"""Two row numbers, the earlier first."""
SAME_PERSON, SAME_NUMBER = "cùng một hồ sơ đã có", "cùng số định danh"
SAID = "Trùng dòng {}: {}."
AT_A_TIME = 2_000
ROWS_AT_ONCE = 15_000
"""Rows whose earlier doubles are looked for together: memory, not time, is what it bounds."""
LEAST_KEYS = 2
"""Of 416 doubles among 6,000 made-up people 400 share as many; two thirds of all pairs share one by chance, and such
pairs grow with the square of the list. What is missed here the search for duplicates finds once it is written."""
COMPARED = (RowVerdict.NEW, RowVerdict.SAME, RowVerdict.CHANGED, RowVerdict.SUSPECT)


@dataclass(frozen=True)
class Double:
    """`number` is the later row, `first` the earliest that is the same person."""

    number: int
    first: int
    why: str


def mark(roster: Roster) -> list[RosterRow]:
    """The later rows of doubles, changed and not saved. A handful of queries for the groups, three for every 2,000 rows
    that have to be compared."""
    doubles = find(roster)
    rows = RosterRow.objects.filter(roster=roster, number__in=doubles).exclude(state=RowState.APPLIED)
    return [_marked(row, doubles[row.number]) for row in rows.order_by("number")]


def find(roster: Roster) -> dict[int, Double]:
    """Row number -> what it is the double of."""
    found: dict[int, Double] = {}
    for sql, why in ((_PERSONS, SAME_PERSON), (_NUMBERS, SAME_NUMBER)):
        for numbers in _groups(roster, sql):
            for number in numbers[1:]:
                found.setdefault(number, Double(number, numbers[0], why))
    groups = [array("i", numbers) for numbers in _groups(roster, _KEYS)]
    last = max((numbers[-1] for numbers in groups), default=-1)
    for begin in range(0, last + 1, ROWS_AT_ONCE):
        later = range(begin, begin + ROWS_AT_ONCE)
        shared = Counter(pair for numbers in groups for pair in _pairs(numbers, later) if pair[1] not in found)
        pairs = sorted(pair for pair, keys in shared.items() if keys >= LEAST_KEYS)
        for (first, number), why in _compared(roster, pairs):
            found.setdefault(number, Double(number, first, why))
    return found


def _marked(row: RosterRow, double: Double) -> RosterRow:
    said = SAID.format(double.first, double.why)
    problem = Problem("", reasons.TWICE, said, blocks=False).as_json() | {OF_READING: True}
    row.problems = [*(one for one in row.problems if one["code"] != reasons.TWICE), problem]
    row.reasons = list(dict.fromkeys([reasons.TWICE, *row.reasons]))
    row.verdict = RowVerdict.SUSPECT
    if row.decided_by_id is None:
        row.decision = ""
    return row


# --- who shares what --------------------------------------------------------------------------------------------------

_OF_LIST = f"""
    FROM {RosterRow._meta.db_table} WHERE roster_id = %(roster)s AND state <> '{RowState.APPLIED}'
        AND verdict IN ({", ".join(f"'{verdict}'" for verdict in COMPARED)})
"""
_PERSONS = f"""
    SELECT array_agg(number ORDER BY number) {_OF_LIST}
        AND person_id IS NOT NULL AND verdict IN ({", ".join(f"'{verdict}'" for verdict in KNOWN)})
    GROUP BY person_id HAVING count(*) > 1
"""
_NUMBERS = f"""
    SELECT array_agg(number ORDER BY number) {_OF_LIST} AND typed ? 'number'
    GROUP BY typed->>'number' HAVING count(*) > 1
"""
_KEYS = f"""
    SELECT array_agg(number ORDER BY number) FROM (SELECT number, unnest(keys) AS key {_OF_LIST}) AS borne
    GROUP BY key HAVING count(*) BETWEEN 2 AND {CAP}
"""  # noqa: S608 - only what stands above is put in


def _groups(roster: Roster, statement: str) -> Iterator[list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"roster": roster.pk})
        for (numbers,) in cursor:
            yield numbers


def _pairs(numbers: Sequence[int], later: range) -> Iterator[Pair]:
    """Those whose later row is one of these. `numbers` ascend."""
    for place in range(bisect_left(numbers, later.start), bisect_left(numbers, later.stop)):
        for first in numbers[:place]:
            yield first, numbers[place]


# --- comparing --------------------------------------------------------------------------------------------------------


def _compared(roster: Roster, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, str]]:
    """The pairs that are worth an officer's look, with the engine's sentence."""
    using = in_use()
    records = _records(roster, {number for pair in pairs for number in pair})
    for begin in range(0, len(pairs), AT_A_TIME):
        piece = [pair for pair in pairs[begin : begin + AT_A_TIME] if pair[0] in records and pair[1] in records]
        frequencies = frequencies_of([records[number] for pair in piece for number in pair], size=using.residents)
        for first, later in piece:
            found = score(records[first], records[later], using.model, frequencies)
            if is_worth_a_look(found, using.review_at):
                yield (first, later), _lowered(explain.sentence(found))


def _lowered(sentence: str) -> str:
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")


def _records(roster: Roster, numbers: Collection[int]) -> dict[int, Record]:
    context = Context.of(roster.commune, roster.source_code, roster.source_on)
    rows = RosterRow.objects.filter(roster=roster, number__in=numbers).values_list("number", "typed")
    return {
        number: record_of(values.read(typed, context), roster.commune.code)
        for number, typed in rows.order_by().iterator(chunk_size=AT_A_TIME)
    }
