"""What another value of a threshold would do: the rules themselves are asked, with both values, and nothing is written.

SQL tells on whom a rule may fire, as in the nightly scan; the check decides. Where officers wrote “đã xác minh, đúng”
for the very values that are seen, the queue stays without that case, as it does in a scan.
"""

import datetime as dt
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils import timezone

from accounts.models import Officer, Setting
from accounts.roles import Role
from registry.cleanup import facts as facts_of
from registry.cleanup.facts import Facts
from registry.cleanup.rules import Rule, fired
from registry.cleanup.whole import suspects
from registry.models import Finding, FindingState, Resident, RuleGroup
from registry.models.resident import ResidentQuerySet
from registry.scores.limits import Limit

MOST_PEOPLE = 40_000
CHUNK = 3_000
EXAMPLES = 20
KEPT = 5_000  # of those that come or go; examples are spread over them

Case = tuple[int, str]
"""(resident, rule)"""


@dataclass(frozen=True)
class Example:
    """Somebody whose case would come or go. `sentence` says why; without names for whoever sees no residents."""

    rule: Rule
    resident: Resident
    sentence: str
    comes: bool


@dataclass
class Tried:
    """How many cases each rule would have now and then, counted over `people` of `of_people` in scope."""

    value: int
    communes: int
    of_communes: int
    people: int
    of_people: int
    now: Counter[str] = field(default_factory=Counter)
    then: Counter[str] = field(default_factory=Counter)
    coming: list[Case] = field(default_factory=list)
    going: list[Case] = field(default_factory=list)

    @property
    def is_part(self) -> bool:
        return self.people < self.of_people

    @property
    def queue_now(self) -> int:
        return self.now.total()

    @property
    def queue_then(self) -> int:
        return self.then.total()

    @property
    def verb(self) -> str:
        if self.queue_now == self.queue_then:
            return "giữ nguyên"
        return "tăng" if self.queue_then > self.queue_now else "giảm"


def people_for(officer: Officer) -> ResidentQuerySet:
    """The records a trial speaks of: the officer's scope; for the administrator, who sees nobody, all of them."""
    rows = Resident.objects.all()
    return rows if officer.role == Role.ADMINISTRATOR else rows.in_scope(officer)


def compare(officer: Officer, limit: Limit, value: int) -> Tried:
    """Count over whole communes, drawn so that the same are drawn again, until MOST_PEOPLE are reached.

    Each 3,000 people take two statements and the reading of those who are suspected.
    """
    on = timezone.localdate()
    sizes = dict(people_for(officer).order_by().values_list("commune").annotate(n=Count("pk")))
    chosen = _drawn(sizes)
    tried = Tried(value, len(chosen), len(sizes), sum(sizes[one] for one in chosen), sum(sizes.values()))
    now = Setting.values_on(on)
    for commune in chosen:
        for before, after in _chunks(commune, limit, now, now | {limit.code: value}, on):
            tried.now.update(rule for _, rule in before)
            tried.then.update(rule for _, rule in after)
            _remember(tried.coming, after - before)
            _remember(tried.going, before - after)
    return tried


def _drawn(sizes: Mapping[int, int]) -> list[int]:
    """At least one commune."""
    order = sorted(sizes)
    random.Random(1).shuffle(order)
    chosen: list[int] = []
    people = 0
    for commune in order:
        if chosen and people + sizes[commune] > MOST_PEOPLE:
            break
        chosen.append(commune)
        people += sizes[commune]
    return chosen


def _remember(kept: list[Case], cases: set[Case]) -> None:
    kept += sorted(cases)[: max(0, KEPT - len(kept))]


def _chunks(
    commune: int, limit: Limit, now: Mapping[str, int], then: Mapping[str, int], on: dt.date
) -> Iterator[tuple[set[Case], set[Case]]]:
    """(cases with the values of today, with the tried one) of CHUNK people after CHUNK people."""
    rules = {rule.code: rule for rule in limit.rules}
    codes, after = frozenset(rules), 0
    while True:
        both = [
            suspects.of_commune(commune, after=after, limit=CHUNK, on=on, thresholds=values, only=codes)
            for values in (now, then)
        ]
        ids = set(both[0].suspects) | set(both[1].suspects)
        verified = _verified(ids, codes)
        residents = list(Resident.objects.filter(pk__in=ids))
        before, later = (
            _cases(residents, chunk.suspects, rules, verified, values, on)
            for chunk, values in zip(both, (now, then), strict=True)
        )
        yield before, later
        if both[0].people < CHUNK:
            return
        after = both[0].last_id


def _verified(ids: set[int], codes: frozenset[str]) -> dict[Case, Any]:
    """Case -> the values for which an officer verified it."""
    rows = Finding.objects.filter(resident__in=ids, rule__in=codes, state=FindingState.VERIFIED)
    return {(row.resident_id, row.rule): row.evidence for row in rows}


def _cases(
    residents: Sequence[Resident],
    suspected: Mapping[int, set[str]],
    rules: Mapping[str, Rule],
    verified: Mapping[Case, Any],
    values: Mapping[str, int],
    on: dt.date,
) -> set[Case]:
    found = set()
    for facts in facts_of.load([one for one in residents if one.pk in suspected], on=on, thresholds=values):
        pk = facts.resident.pk
        for rule, evidence in fired(facts, [rules[code] for code in sorted(suspected[pk])]):
            if verified.get((pk, rule.code)) != evidence.as_json():
                found.add((pk, rule.code))
    return found


# --- examples --------------------------------------------------------------------------------------------------------


def examples(tried: Tried, limit: Limit, *, with_names: bool) -> list[Example]:
    """At most EXAMPLES, spread over all that come and go, with the sentence that the officer of the case would read.

    Only of people whom compare() counted, so only of the officer's scope. Some ten queries.
    """
    cases = [*((case, True) for case in tried.coming), *((case, False) for case in tried.going)]
    step = max(1, -(-len(cases) // EXAMPLES))
    chosen = cases[::step]
    on = timezone.localdate()
    now = Setting.values_on(on)
    people = Resident.objects.select_related("commune").in_bulk({pk for (pk, _), _ in chosen})
    rules = {rule.code: rule for rule in limit.rules}
    read = {
        comes: {one.resident.pk: one for one in facts_of.load(list(people.values()), on=on, thresholds=values)}
        for comes, values in ((True, now | {limit.code: tried.value}), (False, now))
    }
    shown = []
    for (pk, code), comes in chosen:
        facts = read[comes][pk]
        evidence = rules[code].check(facts)
        sentence = evidence.sentence if evidence else rules[code].title
        told = sentence if with_names else nameless(sentence, facts, rules[code])
        shown.append(Example(rules[code], people[pk], told, comes))
    return shown


_DATE = re.compile(r"\b(?:\d{1,2}/)?(\d{1,2}/)?(\d{4})\b")
_NUMBER = re.compile(r"\d{5,}")
HIDDEN = "•••"
OF_BIRTHS = {"L10", "L11", "L12"}  # their days are birthdays; other days of group Sống are those of a visit or a stay


def nameless(sentence: str, facts: Facts, rule: Rule) -> str:
    """The sentence so that it points at nobody: names of the person, kin and household, and long numbers are covered;
    of dates the year is left, of those that are no birthday also the month."""
    kin = [row.name for row in facts.relations] + [row.person.full_name for row in facts.relations if row.person]
    home = [row.resident.full_name for rows in facts.housemates.values() for row in rows]
    names = {facts.resident.full_name, facts.resident.other_name, *kin, *home} - {""}
    for name in sorted(names, key=len, reverse=True):
        sentence = sentence.replace(name, HIDDEN)
    months = rule.group == RuleGroup.LIVE and rule.code not in OF_BIRTHS
    sentence = _DATE.sub(lambda found: (found[1] or "") * months + found[2], sentence)
    return _NUMBER.sub(HIDDEN, sentence)
