"""Danh mục quy tắc: all rules as one reads them, with the thresholds in force and how many cases are open."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Officer, Setting
from accounts.roles import Right
from accounts.scope import OfficerRequest, desk
from accounts.thresholds import THRESHOLDS
from registry.cleanup.checklist import PILLS
from registry.cleanup.conditions import condition_of
from registry.cleanup.figures import GROUP_NOTES, rule_figures
from registry.cleanup.rules import Rule, catalogue, group_title
from registry.models import RuleGroup, Severity

BY_DEFAULT = "mặc định"


@dataclass(frozen=True)
class InForce:
    """One threshold as it stands: its value, since when ("" while nobody entered one), and what is to come."""

    title: str
    value: int
    unit: str
    since: dt.date | None
    basis: str
    to_come: tuple[tuple[int, dt.date], ...] = ()

    @property
    def told(self) -> str:
        return f"{self.value} {self.unit}"

    @property
    def since_told(self) -> str:
        since = f"từ {self.since:%d/%m/%Y}" if self.since else BY_DEFAULT
        later = "".join(f"; {value} {self.unit} từ {day:%d/%m/%Y}" for value, day in self.to_come)
        return since + later


@dataclass(frozen=True)
class Shown:
    """One rule as the page shows it. `open` is None for who may not see cases."""

    rule: Rule
    condition: str
    thresholds: tuple[InForce, ...]
    open: int | None

    @property
    def pill(self) -> str:
        return "quiet" if self.rule.is_silent else PILLS[Severity(self.rule.severity)]

    @property
    def url(self) -> str:
        return reverse("registry:cleanup_rule", args=[self.rule.code.lower()])

    @property
    def queue_url(self) -> str:
        return reverse("registry:cleanup_queue", args=[self.rule.code.lower()])


@require_GET
@desk(Right.WORK)
def rules(request: OfficerRequest) -> HttpResponse:
    shown = list(_shown(catalogue().values(), request.user))
    groups = [
        {"letter": group.value, "title": group.label, "note": GROUP_NOTES[group],
         "rules": [one for one in shown if one.rule.group == group.value]}
        for group in RuleGroup
    ]  # fmt: skip
    context = {"groups": groups, "sees_cases": request.user.can(Right.CLEANUP_VIEW)}
    return render(request, "registry/cleanup/rules.html", context)


@require_GET
@desk(Right.WORK)
def one_rule(request: OfficerRequest, code: str) -> HttpResponse:
    found = catalogue().get(code.upper())
    if found is None:
        raise Http404
    shown = next(_shown([found], request.user))
    seen = found.check(found.fires())
    context = {
        "shown": shown,
        "rule": found,
        "group": group_title(found.group),
        "example": seen.sentence if seen else "",
        "example_values": list(seen.values.items()) if seen else [],
        "edits": request.user.can(Right.ACCOUNTS_MANAGE),
    }
    return render(request, "registry/cleanup/rules_one.html", context)


def _shown(rules: Iterable[Rule], officer: Officer) -> Iterator[Shown]:
    """Two queries: thresholds, and how many of each rule are open."""
    limits = in_force()
    values = {code: one.value for code, one in limits.items()}
    counts = {one.code: one.count for one in rule_figures(officer)} if officer.can(Right.CLEANUP_VIEW) else None
    for rule in rules:
        yield Shown(
            rule,
            condition_of(rule.code, values),
            tuple(limits[code] for code in rule.thresholds),
            None if counts is None else counts.get(rule.code, 0),
        )


def in_force(*, on: dt.date | None = None) -> Mapping[str, InForce]:
    """Every threshold as it stands on a day (today). One query."""
    day = on or timezone.localdate()
    rows: dict[str, list[Setting]] = {code: [] for code in THRESHOLDS}
    for row in Setting.objects.filter(code__in=THRESHOLDS).order_by("valid_from"):
        rows[row.code].append(row)
    return {code: _in_force(code, found, day) for code, found in rows.items()}


def _in_force(code: str, rows: list[Setting], day: dt.date) -> InForce:
    known = THRESHOLDS[code]
    now = [row for row in rows if row.valid_from <= day]
    later = tuple((row.value, row.valid_from) for row in rows if row.valid_from > day)
    if not now:
        return InForce(known.title, known.default, known.unit, None, known.basis, later)
    last = now[-1]
    return InForce(known.title, last.value, known.unit, last.valid_from, last.basis or known.basis, later)
