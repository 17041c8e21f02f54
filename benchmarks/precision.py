"""How far each clean-up rule can be trusted, on the sample whose faults are known because they were planted.

    make bench NAME=precision SIZE=1500        people in each of the two communes; prints the table of docs/cleanup.md

A finding is right when its fault was planted on that very person; when it follows from another planted fault, as
FOLLOWS says with the reason; or, for the few things that sound people have too (a birthday that comes), when SEEN finds
the fact in the record by a plain query that is not the rule's. Every other finding is counted false. Recall is the
share of planted faults that were found.
"""

import argparse
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import _people

COPIES = ("pair:name_birth", "pair:name_birth_across", "pair:other_writing")
"""A second record of somebody holds a name, a birth date and little else."""
REUSED, ACROSS = ("pair:number_reused",), ("pair:cmnd_across",)

FOLLOWS: dict[str, tuple[str, ...]] = {
    "D05": ("D08",),  # another birth date, the same number
    "D10": ("D08", "L10", "L11", "L12"),  # a birthday moved to so many days from today, which is 1 January once a year
    "D14": ("S27",),  # two men, each the other's father
    "D15": ("S27", "L12"),  # L12 moves a birthday
    "D20": ("D14", "D15", "D16", "S27", "S30"),  # another parent is linked, who does not name the child
    "D21": ("D15", "D16"),  # and bears another surname
    "D22": ("D16",),  # or is of another ethnic group
    "D24": ("D23",),  # another day of issue, the same issuer
    "D25": ("D10", "D23"),  # another birth date, another day of issue, the same card
    "D26": ("D08", "L10"),  # born later than the place of registration stood
    "D27": ("D06",),  # another province, the same commune
    "D36": ("D08",),  # registered before the new birth date
    "E01": COPIES,
    "E06": COPIES,
    "E09": COPIES,
    "E11": (*COPIES, "E26"),  # no parents, no representative
    "E12": COPIES,
    "E13": ("D17", "L21", "S08"),  # a husband, a guardian were added by name alone
    "E15": COPIES,
    "E16": (*COPIES, "E18", "L10"),  # no place at all; a child that is not registered
    "E17": ("E18",),
    "E24": (*COPIES, "L14"),  # a CMND is no card
    "E27": COPIES,
    "L22": ("D09",),  # from 80 years on every six months
    "S02": (*COPIES, *ACROSS),
    "S03": COPIES,
    "S04": (*COPIES, *REUSED),
    "S12": REUSED,
    "S15": COPIES,  # the name written otherwise: a letter lost at its end
    "S20": COPIES,  # or its tone on another letter
}
FOLLOWS_FROM_KIN: dict[str, tuple[str, ...]] = {
    "D15": ("L12",),
    "D19": ("E14",),  # the other one's wife was taken out
    "D20": ("D14", "D15", "D16", "E11", "E12", "E26", "S27", "S30"),  # the child's parents were taken out
    "E13": ("E01",),  # the relative has no number
    "S12": REUSED,
}
PAIR_RULES = ("S03", "S04")  # what they must find is planted as pairs, not as faults
SELF_MENDED = ("S13", "S14", "S17")  # mended in the scan: nothing stays open

Truth = Mapping[str, Iterable[str]]
Pairs = Mapping[str, Iterable[Iterable[str]]]


@dataclass(frozen=True)
class Row:
    """One rule: cases found, of these planted, following from another fault, seen in the record; faults planted."""

    rule: str
    found: int
    planted_found: int
    follows: int
    seen: int
    planted: int

    @property
    def false(self) -> int:
        return self.found - self.planted_found - self.follows - self.seen

    @property
    def precision(self) -> float | None:
        return 1 - self.false / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.planted_found / self.planted if self.planted else None


def measure(truth: Truth, pairs: Pairs) -> list[Row]:
    """Every rule that found something or should have, from the findings that stand."""
    from registry.cleanup.rules import catalogue
    from registry.models import Finding

    planted = {rule: set(people) for rule, people in truth.items()}
    faults: dict[str, set[str]] = defaultdict(set)
    for rule, people in planted.items():
        for one in people:
            faults[one].add(rule)
    for kind, rows in pairs.items():
        for one in (one for pair in rows for one in pair):
            faults[one].add(f"pair:{kind}")
    rows = Finding.objects.exclude(state="closed").values_list("rule", "resident__public_id")
    found: dict[str, set[str]] = defaultdict(set)
    for rule, person in rows:
        found[rule].add(str(person))
    near, seen = _near(faults), _seen()
    table = []
    for rule in catalogue():
        if rule in SELF_MENDED or not (found[rule] or planted.get(rule)):
            continue
        others = found[rule] - planted.get(rule, set())
        following = {
            one for one in others
            if faults[one] & set(FOLLOWS.get(rule, ())) or near[one] & set(FOLLOWS_FROM_KIN.get(rule, ()))
        }  # fmt: skip
        known = (others - following) & seen.get(rule, set())
        hits = len(found[rule]) - len(others)
        table.append(Row(rule, len(found[rule]), hits, len(following), len(known), len(planted.get(rule, ()))))
    return table


def pairs_missed(pairs: Pairs) -> list[list[str]]:
    """Planted pairs of one person of whom no record has S03 or S04."""
    from registry.models import Finding

    rows = Finding.objects.filter(rule__in=PAIR_RULES).values_list("resident__public_id", flat=True)
    asked = set(map(str, rows))
    kinds = [kind for kind in pairs if f"pair:{kind}" not in ACROSS]
    return [list(pair) for kind in kinds for pair in pairs[kind] if not asked & set(pair)]


def _near(faults: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Person -> what was planted on housemates and on people whom a relation links."""
    from registry.models import Membership, Relation

    homes: dict[int, set[str]] = defaultdict(set)
    for home, person in Membership.objects.values_list("household", "resident__public_id"):
        homes[home].add(str(person))
    near: dict[str, set[str]] = defaultdict(set)
    for people in homes.values():
        together = set().union(*(faults.get(one, set()) for one in people))
        for one in people:
            near[one] |= together
    linked = Relation.objects.filter(person__isnull=False)
    for one, other in linked.values_list("resident__public_id", "person__public_id"):
        near[str(one)] |= faults.get(str(other), set())
        near[str(other)] |= faults.get(str(one), set())
    return near


def _seen() -> dict[str, set[str]]:
    """Rule -> who has the fact in the record, for what sound people of the sample have too."""
    from django.utils import timezone

    from cards.models import Application
    from registry.models import Resident
    from registry.residents.tables import years_before

    today = timezone.localdate()
    soon = today + dt.timedelta(days=90)

    def turning(years: int) -> Any:
        return Resident.objects.filter(
            birth_latest_on__gt=years_before(today, years) - dt.timedelta(days=1),
            birth_latest_on__lte=years_before(soon, years) + dt.timedelta(days=1),
        )

    def ids(rows: Any, path: str = "public_id") -> set[str]:
        return set(map(str, rows.values_list(path, flat=True)))

    return {
        "E03": ids(Resident.objects.filter(birth_day=None)),
        "E27": ids(Resident.objects.filter(phone="", birth_latest_on__lte=years_before(today, 14))),
        "L11": ids(turning(14)),
        "L12": set().union(*(ids(turning(years)) for years in (25, 40, 60))),
        "L16": ids(Application.objects.filter(promised_on__lt=today), "resident__public_id"),
    }


# --- the table -------------------------------------------------------------------------------------------------------


def table_of(rows: Iterable[Row]) -> str:
    """Markdown."""
    from registry.codes import RULE_TEXTS

    lines = [
        "| Rule | Title | Found | Planted | Follows | Seen | False | Precision | Recall |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]  # fmt: skip
    for row in rows:
        lines.append(
            f"| {row.rule} | {RULE_TEXTS[row.rule].title} | {row.found} | {row.planted_found} | {row.follows} "
            f"| {row.seen} | {row.false} | {_percent(row.precision)} | {_percent(row.recall)} |"
        )
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def one_size(size: int) -> tuple[str, dict[str, Any]]:
    from django.core.management import call_command

    from accounts.units.load import load_units
    from cards.management.commands import fill_sample
    from registry.cleanup.scan import scan_due
    from registry.duplicates.search import search_due

    call_command("migrate", verbosity=0)
    load_units()
    _, filled, filed = fill_sample.write(residents=size, seed=7)
    for work in (scan_due, search_due, scan_due):  # rules S03 and S04 say what the search found
        _work_off(work)
    rows = measure(filled.truth | filed.truth, filled.pairs)
    counted = {
        "name": "precision",
        "residents": filled.residents,
        "rules": len(rows),
        "found": sum(row.found for row in rows),
        "false": sum(row.false for row in rows),
        "missed": sum(row.planted - row.planted_found for row in rows),
        "pairs missed": len(pairs_missed(filled.pairs)),
    }
    return table_of(rows), counted


def _work_off(work: Callable[[int], int]) -> None:
    for _ in range(200):
        if not work(1_000):
            return
    raise AssertionError(f"{work.__module__} never comes to an end")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_500, help="people in each commune")
    table, counted = _people.in_a_database_of_its_own(one_size, parser.parse_args().size)
    print(table)
    print(json.dumps(counted))


if __name__ == "__main__":
    main()
