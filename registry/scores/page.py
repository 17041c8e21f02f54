"""What the page of scores shows: the groups of one place, the places below it, the days behind it."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer, Unit
from accounts.roles import Role
from registry.models import RuleGroup, Severity
from registry.scores import history, places
from registry.scores.asked import Asked
from registry.scores.figures import (
    BY_COMMUNE,
    BY_HAMLET,
    BY_PROVINCE,
    CLEAN,
    DONE,
    EVERYBODY,
    GROUPS,
    HAD_TO,
    LEFT,
    Score,
    Tally,
    tallies,
    waiting_by_severity,
)
from registry.scores.places import UNASSIGNED, UNLISTED, Place, key_of
from registry.scores.share import Share

FIGURES = {"people": EVERYBODY, "must": HAD_TO, "done": DONE, "left": LEFT, "clean": CLEAN}


def group_name(group: str) -> str:
    return RuleGroup(group).label if group else "Cả bốn nhóm"


def in_words(group: str) -> str:
    """Within a sentence: "nhóm Đủ"."""
    return f"nhóm {group_name(group)}" if group else "cả bốn nhóm"


@dataclass(frozen=True)
class Line:
    """One score with the address of the list behind each of its figures."""

    name: str
    score: Score
    urls: dict[str, str]
    url: str = ""
    note: str = ""
    change: str = ""
    is_open: bool = False


def line(name: str, score: Score, asked: Asked, place: Place, *, group: str, **more: Any) -> Line:
    urls = {
        key: reverse("registry:scores_people", args=[figure]) + asked.address(place, nhom=group.lower())
        for key, figure in FIGURES.items()
    }
    return Line(name, score, urls, **more)


def everything(officer: Officer, asked: Asked) -> dict[str, Any]:
    """At most seven queries."""
    place = asked.place
    commune = place.unit if place.unit is not None and not place.is_province else None
    by = BY_HAMLET if commune else _below(officer, place)
    found = tallies(officer, place, by=by, since=asked.since)
    whole = Tally.sum(found.values())
    nights = history.nights(officer, place, group=asked.group, every=1 if commune else 7)
    score = whole.score(asked.group)
    context = {
        "asked": asked,
        "place": place,
        "now": timezone.localtime(),
        "groups": [_group_line(group, whole, asked) for group in GROUPS],
        "group_name": in_words(asked.group),
        "score": score,
        "back_days": _back(score, nights),
        "spark": _spark(nights, score),
        "waiting": _waiting(officer, asked),
    }
    return context | (_hamlets(found, asked, commune) if commune else _units(officer, found, asked, by))


def _below(officer: Officer, place: Place) -> str:
    return BY_PROVINCE if officer.role == Role.MINISTRY_SUPERVISOR and place.unit is None else BY_COMMUNE


def _group_line(group: str, whole: Tally, asked: Asked) -> Line:
    return line(
        group_name(group), whole.score(group), asked, asked.place, group=group,
        url=reverse("registry:scores") + asked.address(nhom=group.lower()), is_open=group == asked.group,
    )  # fmt: skip


# --- days gone by ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Back:
    """A day gone by beside today; `change` of the share of clean records in points, "" where it is not known."""

    title: str
    clean: Share | None
    share: Share | None
    change: str


def _back(score: Score, nights: list[history.Night]) -> list[Back]:
    rows = [Back("Hiện nay", score.clean, score.share, "")]
    for title, days in (("Tuần trước", history.WEEK), ("Tháng trước", history.MONTH)):
        night = history.night_of(nights, days)
        if night is not None:
            title = f"{title} ({night.day:%d/%m})"
        rows.append(
            Back(title, night.clean if night else None, night.share if night else None,
                 points(score.clean, night.clean if night else None))
        )  # fmt: skip
    return rows


def points(now: Share, then: Share | None) -> str:
    """ "+1,25": how many points more of a hundred; "" where one of the two is not known."""
    if then is None or now.percent is None or then.percent is None:
        return ""
    change = now.percent - then.percent
    return f"{change:+.2f}".replace(".", ",").replace("-", "−") if change else "0,00"


def _spark(nights: list[history.Night], score: Score) -> history.Line | None:
    return history.line_of([*((one.day, one.clean) for one in nights), (timezone.localdate(), score.clean)])


def _waiting(officer: Officer, asked: Asked) -> list[dict[str, Any]]:
    counted = waiting_by_severity(officer, asked.place, group=asked.group)
    url = reverse("registry:scores_cases", args=[LEFT])
    return [
        {"title": Severity(code).label, "count": number, "url": url + asked.address(muc=code)}
        for code, number in counted.items()
        if number or code in (Severity.BLOCK, Severity.ERROR)
    ]


# --- below a commune -------------------------------------------------------------------------------------------------


def _hamlets(found: dict[str, Tally], asked: Asked, commune: Unit) -> dict[str, Any]:
    """Hamlets of the list, and who looks after them. Two queries."""
    listed = places.hamlets_of(commune)
    known = {one.name_folded: one for one in listed}
    by_hamlet: dict[Any, Tally] = defaultdict(Tally)
    by_officer: dict[Any, Tally] = defaultdict(Tally)
    for text, tally in found.items():
        hamlet = known.get(key_of(text))
        by_hamlet[hamlet].add(tally)
        by_officer[hamlet.officer if hamlet else None].add(tally)
    week_ago = timezone.localdate() - history.WEEK
    before = history.by_hamlet(commune, week_ago, group=asked.group)

    def place(**query: str) -> Place:
        return Place(commune, query=asked.place.query | query)

    hamlets = [
        line(
            one.name, (score := by_hamlet[one].score(asked.group)), asked, place(thon=str(one.public_id)),
            group=asked.group, note=one.officer.full_name if one.officer else "",
            change=points(score.clean, before.get(one.pk)),
        )
        for one in listed
    ]  # fmt: skip
    outside = by_hamlet[None].score(asked.group)
    if outside.people:
        hamlets.append(
            line("Ngoài danh sách thôn, tổ", outside, asked, place(thon=UNLISTED), group=asked.group,
                 change=points(outside.clean, before.get(None)))
        )  # fmt: skip
    officers = sorted((one for one in by_officer if one is not None), key=str)
    shown = [
        line(str(one), by_officer[one].score(asked.group), asked, place(can_bo=str(one.public_id)), group=asked.group,
             note=", ".join(hamlet.name for hamlet in listed if hamlet.officer_id == one.pk))
        for one in officers
    ]  # fmt: skip
    free = by_officer[None].score(asked.group)
    if free.people:
        shown.append(line("Chưa phân công", free, asked, place(can_bo=UNASSIGNED), group=asked.group))
    return {"hamlets": hamlets, "officers": shown}


# --- units below -----------------------------------------------------------------------------------------------------


def _units(officer: Officer, found: dict[int, Tally], asked: Asked, by: str) -> dict[str, Any]:
    """Today's communes or provinces, and former ones that still keep records. One query."""
    units = Unit.objects.in_scope(officer)
    units = units.provinces() if by == BY_PROVINCE else units.communes()
    if asked.place.unit is not None:
        units = units.filter(parent=asked.place.unit)
    shown = [one for one in units if one.pk in found or _exists(one)]
    return {"units": [_unit_line(one, found.get(one.pk, Tally()), asked, by) for one in shown], "by": by}


def _exists(unit: Unit) -> bool:
    today: dt.date = timezone.localdate()
    return unit.valid_from <= today and (unit.valid_to is None or unit.valid_to >= today)


def _unit_line(unit: Unit, tally: Tally, asked: Asked, by: str) -> Line:
    name = "tinh" if by == BY_PROVINCE else "xa"
    place = Place(unit, is_province=by == BY_PROVINCE, query={name: unit.code})
    url = reverse("registry:scores") + asked.address(place)
    return line(unit.name, tally.score(asked.group), asked, place, group=asked.group, url=url)
