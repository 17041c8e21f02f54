"""The score of a day, kept: equal to what the page counted, and made up again for nights that were missed."""

import datetime as dt

import pytest
from django.utils import timezone

from registry.jobs import work
from registry.models import Job, Resident, ScoreDay
from registry.scores import history
from registry.scores.figures import BY_HAMLET, GROUPS, Tally, tallies, waiting_by_severity
from registry.scores.places import Place
from registry.scores.share import Share
from registry.scores.standing import year_began
from registry.tasks import scores_all
from tests.registry.scores.test_figures import cast, days_ago, fault, hamlets, lives  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def kept(commune, day: dt.date, group: str = "") -> dict[str, tuple[int, ...]]:
    rows = ScoreDay.objects.filter(commune=commune, day=day, group=group).select_related("hamlet")
    return {
        row.hamlet.name if row.hamlet else "": (row.people, row.must, row.done, row.error) for row in rows
    }  # fmt: skip


def test_todays_score_is_kept_hamlet_by_hamlet_as_the_page_counts_it(cast, officer, commune):  # noqa: F811
    history.keep(commune, TODAY)
    whole = Tally.sum(tallies(officer, Place(commune), by=BY_HAMLET, since=year_began(TODAY)).values())
    for group in GROUPS:
        rows = ScoreDay.objects.filter(commune=commune, day=TODAY, group=group)
        score = whole.score(group)
        assert [sum(getattr(row, name) for row in rows) for name in ("people", "must", "done")] == [
            score.people, score.must, score.done,
        ]  # fmt: skip
        waits = waiting_by_severity(officer, Place(commune), group=group)
        assert [sum(getattr(row, name) for row in rows) for name in history.SEVERITIES] == [
            waits[severity] for severity in history.SEVERITIES.values()
        ]
    assert kept(commune, TODAY)["Tổ dân phố 5"] == (2, 2, 0, 2)
    assert not ScoreDay.objects.exclude(commune=commune).exists()


def test_a_day_is_written_once_however_often(cast, commune):  # noqa: F811
    history.keep(commune, TODAY)
    once = kept(commune, TODAY)
    history.keep(commune, TODAY)
    assert kept(commune, TODAY) == once
    assert ScoreDay.objects.filter(commune=commune, day=TODAY).count() == 3 * 5


def test_a_day_gone_by_is_made_up_from_the_findings(hamlets, officer, commune):  # noqa: F811
    day = TODAY - dt.timedelta(days=10)
    long_here = {"created_at": days_ago(400)}
    fixed, later, newcomer = (lives(commune, "Thôn 2", **long_here) for _ in range(3))
    fault(fixed, opened_at=days_ago(40), state="closed", closed_at=days_ago(20))
    fault(later, opened_at=days_ago(40), state="closed", closed_at=days_ago(5))
    fault(later, rule="D04", opened_at=days_ago(3))
    verified = lives(commune, "Thôn 2", **long_here)
    fault(verified, opened_at=days_ago(30), state="verified", decided_at=days_ago(2), decided_by=officer)
    Resident.objects.filter(pk=newcomer.pk).update(created_at=days_ago(4))
    history.keep(commune, day)
    assert kept(commune, day)["Thôn 2"] == (3, 3, 1, 2)
    assert kept(commune, day, "D")["Thôn 2"] == (3, 0, 0, 0)


def test_the_night_writes_today_and_the_nights_that_were_missed(cast, commune, other_commune):  # noqa: F811
    scores_all()
    days = set(ScoreDay.objects.filter(commune=commune).values_list("day", flat=True))
    assert len(days) == history.DAYS_BACK
    assert {min(days), max(days)} == {TODAY - dt.timedelta(days=history.DAYS_BACK - 1), TODAY}
    assert ScoreDay.objects.filter(commune=other_commune, day=TODAY).count() == 5
    before = ScoreDay.objects.count()
    scores_all()
    assert ScoreDay.objects.count() == before
    assert set(Job.objects.values_list("kind", "state")) == {("scores", "done")}


def test_a_worker_that_died_in_the_middle_leaves_the_rest_to_the_next(hamlets, commune):  # noqa: F811
    fault(lives(commune, "Thôn 2"))
    work.plan_everywhere(history.JOB_KIND)
    piece = work.next_piece([history.JOB_KIND])
    assert piece is not None and not piece.is_last
    assert len(set(ScoreDay.objects.values_list("day", flat=True))) == history.DAYS_AT_ONCE
    work.work_on([history.JOB_KIND], seconds=60)
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert len(set(ScoreDay.objects.values_list("day", flat=True))) == history.DAYS_BACK
    assert ScoreDay.objects.count() == history.DAYS_BACK * 3 * 5


def test_a_line_goes_up_when_it_gets_better():
    days = [(TODAY - dt.timedelta(days=back), Share(part, 10)) for back, part in ((20, 5), (10, 6), (0, 8))]
    line = history.line_of(days)
    assert line is not None
    heights = [float(point.split(",")[1]) for point in line.points.split()]
    assert heights == sorted(heights, reverse=True)
    assert (line.lowest, line.highest) == ("50,00 %", "80,00 %")
    assert history.line_of(days[:1]) is None
