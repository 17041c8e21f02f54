"""Scores: every number is its list, whoever looks and wherever."""

import datetime as dt
from itertools import product

import pytest
from django.utils import timezone

from registry.models import Hamlet, Resident, Severity
from registry.scores import places
from registry.scores.figures import (
    ALL,
    BY_COMMUNE,
    BY_HAMLET,
    BY_PROVINCE,
    CLEAN,
    DONE,
    EVERYBODY,
    GROUPS,
    HAD_TO,
    LEFT,
    Tally,
    findings,
    own_cases,
    people,
    tallies,
    waiting_by_severity,
)
from registry.scores.places import Place
from registry.scores.share import Share
from tests.factories import FindingFactory, HouseholdFactory, MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db
SINCE = timezone.localdate() - dt.timedelta(days=100)


def days_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def lives(commune, hamlet: str | None, **fields) -> Resident:
    person = ResidentFactory(commune=commune, **fields)
    if hamlet is not None:
        MembershipFactory(household=HouseholdFactory(commune=commune, hamlet=hamlet), resident=person)
    return person


def fault(person: Resident, **fields):
    group = fields.setdefault("rule", "E06")[0]
    return FindingFactory(resident=person, group=group, **({"opened_at": days_ago(40)} | fields))


@pytest.fixture
def hamlets(commune, officer) -> list[Hamlet]:
    return [
        Hamlet.objects.create(commune=commune, name="Thôn 2", officer=officer),
        Hamlet.objects.create(commune=commune, name="Tổ dân phố 5"),
    ]


@pytest.fixture
def cast(commune, other_commune, officer, hamlets) -> dict[str, Resident]:
    """One person of each kind; next door the bait."""
    found = {
        "never": lives(commune, "Thôn 2"),
        "fixed": lives(commune, "Thôn 2"),
        "half": lives(commune, "tổ 05"),
        "open": lives(commune, "Tổ dân phố 5"),
        "aside": lives(commune, "Xóm lạ"),
        "verified": lives(commune, None),
        "long ago": lives(commune, "Thôn 2"),
        "only warned": lives(commune, "Thôn 2"),
        "dead": lives(commune, "Thôn 2", state="deceased"),
        "next door": lives(other_commune, "Thôn 2"),
    }
    fault(found["fixed"], state="closed", closed_at=days_ago(3))
    fault(found["half"], state="closed", closed_at=days_ago(3))
    fault(found["half"], rule="D04", opened_at=days_ago(70))
    fault(found["half"], rule="D05", severity="block")
    fault(found["open"], rule="L13")
    fault(found["aside"], state="set_aside", set_aside_until=timezone.localdate() + dt.timedelta(days=9))
    fault(found["verified"], rule="S15", state="verified", decided_at=days_ago(2), decided_by=officer)
    fault(found["long ago"], opened_at=days_ago(300), state="closed", closed_at=days_ago(200))
    fault(found["only warned"], rule="E07", severity=Severity.WARNING)
    fault(found["dead"])
    fault(found["next door"], rule="S18")
    return found


def names(found: dict[str, Resident], rows) -> set[str]:
    called = {person.pk: name for name, person in found.items()}
    return {called[pk] for pk in rows.values_list("pk", flat=True)}


def test_each_figure_means_what_the_national_reports_mean(cast, officer, commune):
    here = Place(commune)
    assert names(cast, people(officer, EVERYBODY, here, since=SINCE)) == set(cast) - {"dead", "next door"}
    assert names(cast, people(officer, HAD_TO, here, since=SINCE)) == {"fixed", "half", "open", "aside", "verified"}
    assert names(cast, people(officer, DONE, here, since=SINCE)) == {"fixed", "verified"}
    assert names(cast, people(officer, LEFT, here, since=SINCE)) == {"half", "open", "aside"}
    assert names(cast, people(officer, CLEAN, here, since=SINCE)) == {
        "never", "fixed", "verified", "long ago", "only warned",
    }  # fmt: skip
    early = timezone.localdate() - dt.timedelta(days=250)
    assert "long ago" in names(cast, people(officer, DONE, here, since=early))


def test_a_group_is_done_when_nothing_of_it_is_left(cast, officer, commune):
    here = Place(commune)
    assert names(cast, people(officer, DONE, here, since=SINCE, group="E")) == {"fixed", "half"}
    assert names(cast, people(officer, LEFT, here, since=SINCE, group="D")) == {"half"}


@pytest.mark.parametrize("role", ["officer", "chief", "supervisor", "ministry", "auditor", "administrator"])
def test_every_figure_of_every_place_is_its_list(cast, role, request, commune, other_commune, province, hamlets):
    who = request.getfixturevalue(role)
    texts, listed = places.texts_of(commune), places.hamlets_of(commune)
    keys = {one.name_folded: one for one in hamlets}
    by_text = tallies(who, Place(commune), by=BY_HAMLET, since=SINCE)

    def sum_of(wanted) -> Tally:
        return Tally.sum(tally for text, tally in by_text.items() if wanted(keys.get(places.key_of(text))))

    below = tallies(who, Place(), by=BY_COMMUNE, since=SINCE)
    above = tallies(who, Place(), by=BY_PROVINCE, since=SINCE)
    counted = [
        (Place(commune), Tally.sum(by_text.values())),
        (Place(commune), below.get(commune.pk, Tally())),
        (Place(other_commune), below.get(other_commune.pk, Tally())),
        (Place(province, is_province=True), above.get(province.pk, Tally())),
        (Place(), Tally.sum(below.values())),
        *((places.in_hamlet(commune, one, texts), sum_of(lambda hit, one=one: hit == one)) for one in hamlets),
        (places.unlisted(commune, listed, texts), sum_of(lambda hit: hit is None)),
        (places.looked_after(commune, hamlets[0].officer, listed, texts), sum_of(lambda hit: hit == hamlets[0])),
        (places.unassigned(commune, listed, texts), sum_of(lambda hit: hit != hamlets[0])),
    ]
    seen = 0
    for (place, tally), group in product(counted, GROUPS):
        score = tally.score(group)
        shown = {EVERYBODY: score.people, HAD_TO: score.must, DONE: score.done, LEFT: score.left,
                 CLEAN: score.clean.part}  # fmt: skip
        for figure, number in shown.items():
            rows = list(people(who, figure, place, since=SINCE, group=group))
            assert number == len(rows) == len(set(rows)), (place.name, group, figure)
            seen += number
    assert (seen > 0) == (role not in ("auditor", "administrator"))


def test_people_of_two_households_count_once_and_where_they_came_first(officer, commune, hamlets):
    person = lives(commune, "Thôn 2")
    MembershipFactory(household=HouseholdFactory(commune=commune, hamlet="Tổ dân phố 5"), resident=person)
    fault(person)
    texts = places.texts_of(commune)
    first, second = (places.in_hamlet(commune, one, texts) for one in hamlets)
    assert list(people(officer, LEFT, first, since=SINCE)) == [person]
    assert list(people(officer, LEFT, second, since=SINCE)) == []
    assert tallies(officer, Place(commune), by=BY_HAMLET, since=SINCE)["Thôn 2"].people == 1


def test_the_oldest_case_that_is_left_has_an_age(cast, officer, commune):
    whole = Tally.sum(tallies(officer, Place(commune), by=BY_HAMLET, since=SINCE).values())
    assert (whole.score(ALL).oldest_days, whole.score("D").oldest_days) == (70, 70)
    assert (whole.score("L").oldest_days, whole.score("S").oldest_days) == (40, None)


def test_cases_of_a_severity_are_their_list(cast, officer, commune):
    counted = waiting_by_severity(officer, Place(commune))
    assert counted == {"block": 1, "error": 3, "warning": 1, "remind": 0, "self": 0}
    for severity, number in counted.items():
        rows = findings(officer, LEFT, Place(commune), since=SINCE, severity=severity)
        assert len(list(rows)) == number


def test_a_persons_own_score_counts_cases(cast, officer):
    place = Place(resident=cast["half"])
    groups, oldest = own_cases(officer, place, since=SINCE)
    assert [(one.group, one.done, one.must) for one in groups] == [("", 1, 3), ("D", 0, 2), ("E", 1, 1)]
    assert timezone.localdate(oldest) == timezone.localdate() - dt.timedelta(days=70)
    for one in groups:
        for figure, number in ((HAD_TO, one.must), (DONE, one.done), (LEFT, one.left)):
            rows = findings(officer, figure, place, since=SINCE, group=one.group)
            assert rows.count() == number


def test_a_share_is_rounded_down_and_written_as_the_reports_write_it():
    national = Share(85_157_192, 98_713_820)
    assert (str(national), national.percent_text) == ("85.157.192/98.713.820", "86,26 %")
    assert Share(99_999, 100_000).percent_text == "99,99 %"
    assert Share(3, 3).percent_text == "100,00 %"
    assert Share(0, 0).percent_text == "–"
