"""How clean the data are: figures of the four groups. A number and its list are the same rows (queue.findings_open)."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Officer
from registry.cleanup import queues
from registry.cleanup.queue import findings_open
from registry.cleanup.rules import UNCLEAN, severity_of
from registry.codes import RULE_TEXTS
from registry.models import Finding, Resident, RuleGroup, Severity
from registry.models.finding import waits

GROUP_NOTES = {
    RuleGroup.RIGHT: "Sai so với giấy tờ",
    RuleGroup.COMPLETE: "Thiếu thông tin bắt buộc",
    RuleGroup.CLEAN: "Trùng, lỗi chữ, sai ô",
    RuleGroup.LIVE: "Quá hạn, lâu chưa phúc tra",
}


@dataclass(frozen=True)
class GroupFigures:
    """One group: cases open by severity, people with something serious open, and the share of records without.

    `for_me`: handed to the officer who looks; `for_chief`: asked of the chief.
    """

    group: RuleGroup
    by_severity: dict[str, int]
    unclean_people: int
    people: int
    for_me: int = 0
    for_chief: int = 0

    @property
    def letter(self) -> str:
        return self.group.value.lower()

    @property
    def title(self) -> str:
        return str(self.group.label)

    @property
    def note(self) -> str:
        return GROUP_NOTES[self.group]

    @property
    def count(self) -> int:
        return sum(self.by_severity.values())

    @property
    def severities(self) -> list[tuple[str, str, int]]:
        """(code, label, count) of those that occur, the gravest first."""
        return [
            (code, Severity(code).label, self.by_severity[code])
            for code in Severity.values
            if self.by_severity.get(code)
        ]

    @property
    def percent_clean(self) -> Decimal | None:
        """Two decimals, rounded down: 100 only when nothing is left (facts.md 4.3). None when there is nobody."""
        if not self.people:
            return None
        share = Decimal(100) * (self.people - self.unclean_people) / self.people
        return share.quantize(Decimal("0.01"), rounding=ROUND_DOWN)

    @property
    def url(self) -> str:
        return reverse("registry:cleanup_queue", args=[self.letter])


def unclean_residents(officer: Officer, group: str | None = None) -> QuerySet[Resident]:
    """People of today in the officer's communes with something of level CHẶN or LỖI left, set aside or not: what was
    put off is not clean. The desk of scores counts the same (registry/scores/standing.py)."""
    serious = Finding.objects.left().filter(resident=OuterRef("pk"), severity__in=UNCLEAN)
    if group:
        serious = serious.filter(group=group)
    return Resident.objects.in_scope(officer).current().filter(Exists(serious))


def group_figures(officer: Officer) -> list[GroupFigures]:
    """The four groups. Two queries."""
    people = Resident.objects.in_scope(officer).current().count()
    serious = Q(severity__in=UNCLEAN, resident__state__in=["living", "absent"])
    rows = Finding.objects.in_scope(officer).left().order_by().values("group")
    counted = rows.annotate(
        unclean=Count("resident", filter=serious, distinct=True),
        for_me=Count("pk", filter=waits() & Q(handed_to=officer)),
        for_chief=Count("pk", filter=waits() & Q(is_for_chief=True)),
        **{f"n_{severity}": Count("pk", filter=waits() & Q(severity=severity)) for severity in Severity.values},
    )
    found: dict[str, dict[str, Any]] = {row["group"]: dict(row) for row in counted}
    return [_figures(group, found.get(group.value, {}), people) for group in RuleGroup]


def _figures(group: RuleGroup, row: dict[str, Any], people: int) -> GroupFigures:
    by_severity = {severity: row.get(f"n_{severity}", 0) for severity in Severity.values}
    waiting = (row.get("for_me", 0), row.get("for_chief", 0))
    return GroupFigures(group, by_severity, row.get("unclean", 0), people, *waiting)


@dataclass(frozen=True)
class RuleFigures:
    code: str
    count: int

    @property
    def title(self) -> str:
        return RULE_TEXTS[self.code].title

    @property
    def severity(self) -> str:
        return severity_of(self.code)

    @property
    def slug(self) -> str:
        return queues.of_rule(self.code).slug

    @property
    def url(self) -> str:
        return reverse("registry:cleanup_queue", args=[self.slug])


def rule_figures(officer: Officer) -> list[RuleFigures]:
    """How many cases of each rule are open, most first. One query."""
    rows = findings_open(officer).order_by().values_list("rule").annotate(count=Count("pk"))
    return [RuleFigures(code, count) for code, count in rows.order_by("-count", "rule")]
