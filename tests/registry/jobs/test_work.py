"""Long work: piece by piece, resumed, stopped when it runs away, one heart at a time."""

import datetime as dt

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from registry.duplicates import search_job
from registry.jobs import work
from registry.jobs.work import JobRefused, Piece, RanAway, Work
from registry.models import DuplicatePair, Job, JobState, Resident
from tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    """A kind of work of the test's own: each piece is two people, and finds what the list says."""
    found: list[int] = []

    def step(job: Job) -> Piece:
        ids = list(Resident.objects.filter(commune=job.commune, pk__gt=job.last_id).order_by("pk")[:2])
        more = found.pop(0) if found else 0
        Resident.objects.filter(pk__in=[one.pk for one in ids]).update(other_name="Đã xem")
        return Piece(ids[-1].pk if ids else job.last_id, len(ids), more, is_last=len(ids) < 2)

    monkeypatch.setattr(work, "_works", {**work._works})
    work.register(Work("thu", "Việc thử", step=step, found_words="cặp", runaway="matching_runaway_pairs"))
    return found


def seen() -> int:
    return Resident.objects.filter(other_name="Đã xem").count()


def test_a_commune_on_demand_is_done_piece_by_piece_and_tells_how_far_it_is(kind, commune, chief):
    ResidentFactory.create_batch(5, commune=commune)
    job = work.start("thu", commune, by=chief)
    assert (job.total_count, job.percent, job.asked_by) == (5, 0, chief)
    work.next_piece(["thu"])
    job.refresh_from_db()
    assert (job.state, job.done_count, job.percent, seen()) == (JobState.RUNNING, 2, 40, 2)
    assert timezone.now() - job.heartbeat_at < dt.timedelta(seconds=30)
    assert work.work_on(["thu"], seconds=5)["people"] == 3
    job.refresh_from_db()
    assert (job.state, job.percent, seen()) == (JobState.DONE, 100, 5)
    assert AuditEvent.objects.filter(actor_badge=chief.badge_number, sentence__contains="Việc thử").count() == 1


def test_asking_again_begins_anew_and_asking_while_it_runs_is_refused(kind, commune, chief):
    ResidentFactory.create_batch(3, commune=commune)
    work.start("thu", commune, by=chief)
    work.next_piece(["thu"])
    with pytest.raises(JobRefused, match="đang chạy, 66 %"):
        work.start("thu", commune, by=chief)
    work.work_on(["thu"], seconds=5)
    again = work.start("thu", commune, by=chief)
    assert (again.done_count, again.last_id, Job.objects.filter(kind="thu").count()) == (0, 0, 1)


def test_what_somebody_asked_for_goes_before_the_night(kind, commune, other_commune, chief):
    ResidentFactory(commune=other_commune)
    ResidentFactory(commune=commune)
    work.plan_everywhere("thu")
    Job.objects.filter(commune=commune).delete()
    work.start("thu", commune, by=chief)
    work.next_piece(["thu"])
    assert Job.objects.get(commune=commune).state == JobState.DONE
    assert Job.objects.get(commune=other_commune).state == JobState.WAITING


def test_a_job_that_finds_too_much_parks_keeps_nothing_of_that_piece_and_tells(kind, commune, chief):
    Setting.objects.create(code="matching_runaway_pairs", value=10, valid_from=dt.date(2026, 1, 1))
    ResidentFactory.create_batch(5, commune=commune)
    kind += [10, 11]  # ten of the first thousand may be; twenty-one may not
    work.start("thu", commune, by=chief)
    assert work.work_on(["thu"], seconds=5)["people"] == 2
    job = Job.objects.get()
    assert (job.state, job.done_count, job.found_count, seen()) == (JobState.PARKED, 2, 10, 2)
    assert job.error.startswith("Tự dừng: 21 cặp trong 4 hồ sơ đầu, quá 10 trên 1.000.")
    assert AuditEvent.objects.filter(action="system", sentence__contains="tự dừng").count() == 1
    assert work.next_piece(["thu"]) is None

    kind.append(11)
    work.go_on(job, by=chief)
    work.work_on(["thu"], seconds=5)
    job.refresh_from_db()
    assert (job.state, job.done_count, job.found_count, job.error) == (JobState.DONE, 5, 21, "")


def test_only_what_stopped_is_let_go_on(kind, commune, chief):
    ResidentFactory(commune=commune)
    with pytest.raises(JobRefused, match="đang chờ"):
        work.go_on(work.start("thu", commune, by=chief), by=chief)


# --- the whole register ----------------------------------------------------------------------------------------------


@pytest.fixture
def whole(monkeypatch):
    """Calls of `run`, and what it does."""
    calls: list[int] = []
    does: dict[str, Exception] = {}

    def run(after: int, beat) -> int:
        calls.append(after)
        beat(40, 100, 40)
        if does:
            raise does.pop("raise")
        beat(100, 100, 100)
        return 7

    monkeypatch.setattr(work, "_works", {**work._works})
    work.register(Work("thu-ca-so", "Việc cả sổ", run=run))
    return calls, does


def test_the_whole_register_is_planned_once_a_day_and_told(whole):
    calls, _ = whole
    job = work.plan_whole("thu-ca-so")
    assert work.plan_whole("thu-ca-so") == job
    assert (work.run_whole("thu-ca-so"), work.run_whole("thu-ca-so")) == (True, False)
    job.refresh_from_db()
    assert (calls, job.state, job.done_count, job.total_count, job.found_count) == ([0], JobState.DONE, 100, 100, 7)


def test_a_worker_that_fell_silent_is_followed_where_it_was_and_a_living_one_is_left_alone(whole):
    calls, _ = whole
    job = work.plan_whole("thu-ca-so")
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, last_id=40, heartbeat_at=now)
    assert work.run_whole("thu-ca-so") is False
    Job.objects.filter(pk=job.pk).update(heartbeat_at=now - work.SILENT_AFTER - dt.timedelta(seconds=1))
    assert work.run_whole("thu-ca-so") is True
    assert calls == [40]


@pytest.mark.parametrize(
    ("fault", "state", "error"),
    [
        (RanAway("900 cặp trên 10 hồ sơ"), JobState.PARKED, "900 cặp trên 10 hồ sơ"),
        (OperationalError("deadlock"), JobState.WAITING, ""),
    ],
)
def test_what_stops_the_whole_register_is_kept_and_it_goes_on_there(whole, chief, fault, state, error):
    calls, does = whole
    job = work.plan_whole("thu-ca-so")
    does["raise"] = fault
    work.run_whole("thu-ca-so")
    job.refresh_from_db()
    assert (job.state, job.error, job.done_count) == (state, error, 40)
    if state == JobState.PARKED:
        work.go_on(job, by=chief)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=None)
    work.run_whole("thu-ca-so")
    assert calls == [0, 40]


def test_a_fault_ends_the_whole_register_for_the_night_and_is_raised(whole):
    _, does = whole
    job = work.plan_whole("thu-ca-so")
    does["raise"] = RuntimeError("đĩa đầy")
    with pytest.raises(RuntimeError):
        work.run_whole("thu-ca-so")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Lỗi của hệ thống (RuntimeError), báo quản trị")
    assert work.run_whole("thu-ca-so") is False


def test_a_run_that_is_planned_anew_meanwhile_begins_at_its_beginning(whole, administrator, monkeypatch):
    """Lines drawn while everybody is compared: what the old run still tells is not the new one's."""
    calls, _ = whole

    def run(after: int, beat) -> int:
        calls.append(after)
        if len(calls) == 1:
            work.plan_whole("thu-ca-so", by=administrator)
        beat(40, 100, 40)
        return len(calls)

    work.register(Work("thu-ca-so", "Việc cả sổ", run=run))
    job = work.plan_whole("thu-ca-so")
    work.run_whole("thu-ca-so")
    job.refresh_from_db()
    assert (job.state, job.last_id, job.asked_by) == (JobState.WAITING, 0, administrator)
    work.run_whole("thu-ca-so")
    job.refresh_from_db()
    assert (calls, job.state, job.found_count) == ([0, 0], JobState.DONE, 2)


# --- the search ------------------------------------------------------------------------------------------------------


def twins_of_paper(commune) -> list[Resident]:
    """One person written twice."""
    same = {"full_name": "Nguyễn Thị Mẫu Khuyên", "birth_year": 1987, "birth_month": 3, "birth_day": 9, "sex": 2,
            "home_town": "Xã Thử, Huyện Mẫu, Hà Nội", "phone": "0987123456"}  # fmt: skip
    return [ResidentFactory(commune=commune, **same) for _ in range(2)]


def test_a_chief_has_the_commune_searched_again_and_a_second_time_finds_nothing_new(commune, other_commune, chief):
    twins_of_paper(commune)
    ResidentFactory.create_batch(3, commune=other_commune)
    job = work.start(search_job.COMMUNE, commune, by=chief)
    search_job.work_on_communes(seconds=20)
    job.refresh_from_db()
    assert (job.state, job.done_count, job.found_count, job.error) == (JobState.DONE, 2, 1, "")
    assert DuplicatePair.objects.count() == 1
    again = work.start(search_job.COMMUNE, commune, by=chief)
    search_job.work_on_communes(seconds=20)
    again.refresh_from_db()
    assert (again.state, again.found_count, DuplicatePair.objects.count()) == (JobState.DONE, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_the_night_compares_everybody(commune, other_commune):
    left, right = twins_of_paper(commune)
    Resident.objects.filter(pk=right.pk).update(commune=other_commune)
    job = search_job.plan_all()
    assert work.run_whole(search_job.EVERYBODY) is True
    job.refresh_from_db()
    assert (job.state, job.done_count, job.found_count) == (JobState.DONE, 2, 1)
    assert list(DuplicatePair.objects.values_list("left", "right")) == [(left.pk, right.pk)]
