"""Every figure of the desk once: the people it counts are the people its list shows.

A page counts all places with two grouped statements; test_figures.py holds them to the lists, one by one.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import communes_of
from registry.models import LIVING_STATES, Finding, Resident, RuleGroup, Severity
from registry.models.finding import FindingQuerySet
from registry.scores.places import Place, hamlet_text
from registry.scores.share import Share
from registry.scores.standing import SERIOUS, has, left, was_open

ALL = ""
GROUPS = [ALL, *RuleGroup.values]
EVERYBODY, HAD_TO, DONE, LEFT, CLEAN = "nhan-khau", "phai-lam", "da-lam", "con-lai", "sach"
TITLES = {
    EVERYBODY: "Nhân khẩu",
    HAD_TO: "Phải làm sạch",
    DONE: "Đã làm sạch",
    LEFT: "Còn phải làm sạch",
    CLEAN: "Hồ sơ sạch",
}


def people(officer: Officer, figure: str, place: Place, *, since: dt.date, group: str = ALL) -> QuerySet[Resident]:
    """The people behind a figure."""
    rows = place.people(officer)
    if figure == HAD_TO:
        return rows.filter(has(was_open(since), group))
    if figure == DONE:
        return rows.filter(has(was_open(since), group), ~has(left(), group))
    if figure == LEFT:
        return rows.filter(has(left(), group))
    return rows.filter(~has(left(), group)) if figure == CLEAN else rows


def findings(
    officer: Officer, figure: str, place: Place, *, since: dt.date, group: str = ALL, severity: str = ""
) -> FindingQuerySet:
    """The single cases behind a figure: serious ones, or of one severity whatever it is."""
    rows = Finding.objects.filter(resident__in=place.people(officer).order_by().values("pk"))
    rows = rows.filter(severity=severity) if severity else rows.filter(SERIOUS)
    if group:
        rows = rows.filter(group=group)
    if figure == DONE:
        return rows.filter(was_open(since)).exclude(left())
    return rows.filter(left() if figure == LEFT else was_open(since))


@dataclass
class Tally:
    """People of one place. `must`, `left` and `oldest` by group; "" is all together. Adds up."""

    people: int = 0
    must: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    oldest: dict[str, dt.datetime] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        self.people += other.people
        self.must.update(other.must)
        self.left.update(other.left)
        for group, at in other.oldest.items():
            self.oldest[group] = min(at, self.oldest.get(group, at))

    def score(self, group: str = ALL) -> "Score":
        return Score(self.people, self.must[group], self.left[group], self.oldest.get(group))

    @classmethod
    def sum(cls, tallies: Iterable["Tally"]) -> "Tally":
        whole = cls()
        for one in tallies:
            whole.add(one)
        return whole


@dataclass(frozen=True)
class Score:
    """Of one place and one group."""

    people: int
    must: int
    left: int
    oldest: dt.datetime | None = None

    @property
    def done(self) -> int:
        return self.must - self.left

    @property
    def share(self) -> Share:
        """Done of what had to be done."""
        return Share(self.done, self.must)

    @property
    def clean(self) -> Share:
        """Clean records of all people."""
        return Share(self.people - self.left, self.people)

    @property
    def oldest_days(self) -> int | None:
        """Age of the oldest case that is left."""
        return None if self.oldest is None else (timezone.localdate() - timezone.localdate(self.oldest)).days


BY_HAMLET, BY_COMMUNE, BY_PROVINCE = "hamlet", "commune", "province"


def tallies(officer: Officer, place: Place, *, by: str, since: dt.date) -> dict[Any, Tally]:
    """text of the hamlet, or id of the commune or province -> its tally. Two queries."""
    found: dict[Any, Tally] = defaultdict(Tally)
    living = place.people(officer).order_by().values(place_key=_key(by, "pk", "commune"))
    for row in living.annotate(how_many=Count("pk")):
        found[row["place_key"]].people = row["how_many"]
    cases = Finding.objects.filter(communes_of(officer, "resident__commune"), place.of("resident__commune"))
    cases = cases.filter(SERIOUS, was_open(since), resident__state__in=LIVING_STATES).order_by()
    grouped = cases.values(place_key=_key(by, "resident", "resident__commune")).annotate(**_columns())
    for counted in grouped:
        _fill(found[counted["place_key"]], counted)
    return dict(found)


def _key(by: str, person: str, commune: str) -> Any:
    return hamlet_text(person) if by == BY_HAMLET else F(f"{commune}__parent" if by == BY_PROVINCE else commune)


def _columns() -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for number, group in enumerate(GROUPS):
        own = Q(group=group) if group else Q()
        columns[f"must_{number}"] = Count("resident", distinct=True, filter=own or None)
        columns[f"left_{number}"] = Count("resident", distinct=True, filter=own & left())
        columns[f"oldest_{number}"] = Min("opened_at", filter=own & left())
    return columns


def _fill(tally: Tally, row: Mapping[str, Any]) -> None:
    for number, group in enumerate(GROUPS):
        tally.must[group], tally.left[group] = row[f"must_{number}"], row[f"left_{number}"]
        if row[f"oldest_{number}"]:
            tally.oldest[group] = row[f"oldest_{number}"]


def waiting_by_severity(officer: Officer, place: Place, *, group: str = ALL) -> dict[str, int]:
    """Open cases by severity; the list of each is findings(…, LEFT, severity=…). One query."""
    rows = Finding.objects.filter(left(), resident__in=place.people(officer).order_by().values("pk"))
    if group:
        rows = rows.filter(group=group)
    counted = rows.order_by().values_list("severity").annotate(how_many=Count("pk"))
    found = dict.fromkeys(Severity.values, 0) | dict(counted)
    return {severity: found[severity] for severity in Severity.values}


# --- one person, one household: cases, not people ------------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """Serious cases of a few people in one group."""

    group: str
    must: int
    left: int

    @property
    def title(self) -> str:
        return RuleGroup(self.group).label if self.group else "Tất cả"

    @property
    def done(self) -> int:
        return self.must - self.left

    @property
    def share(self) -> Share:
        return Share(self.done, self.must)


def own_cases(officer: Officer, place: Place, *, since: dt.date) -> tuple[list[Own], dt.datetime | None]:
    """(all together and each group that has any, when the oldest that is left began). One query."""
    rows = findings(officer, HAD_TO, place, since=since).order_by().values("group")
    columns = {"must": Count("pk"), "left": Count("pk", filter=left()), "oldest": Min("opened_at", filter=left())}
    counted: dict[str, Mapping[str, Any]] = {row["group"]: row for row in rows.annotate(**columns)}
    groups = [Own(one, counted[one]["must"], counted[one]["left"]) for one in RuleGroup.values if one in counted]
    whole = Own(ALL, sum(one.must for one in groups), sum(one.left for one in groups))
    began = [row["oldest"] for row in counted.values() if row["oldest"]]
    return [whole, *groups], min(began, default=None)
