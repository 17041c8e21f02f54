"""The page of long work: what one's own communes do, and what the whole register does."""

import uuid

import pytest
from django.urls import reverse

from registry.jobs.views import PARTS
from registry.matching.keys import PARTS as PARTS_OF_KEYS
from registry.models import Job, JobState, MatchBusyKey
from tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def page(client) -> str:
    return client.get(reverse("registry:jobs")).content.decode()


def start(client, token: str | None = None):
    sent = {"submit_token": token or str(uuid.uuid4())}
    return client.post(reverse("registry:job_start", args=["match"]), sent, follow=True)


def test_the_chief_has_the_commune_searched_and_sees_how_far_it_is(chief, client_of, commune):
    ResidentFactory.create_batch(4, commune=commune)
    client = client_of(chief)
    assert "Tìm trùng cả xã ngay" in page(client)
    told = start(client).content.decode()
    assert "Đã xếp “Tìm trùng cả xã”" in told and "0/4 hồ sơ" in told
    assert 'hx-trigger="every 4s"' in told
    Job.objects.update(state=JobState.RUNNING, done_count=3, found_count=2)
    told = client.get(reverse("registry:jobs_progress")).content.decode()
    assert "3/4 hồ sơ · 2 cặp mới" in told and 'value="75"' in told
    Job.objects.update(state=JobState.DONE)
    assert "every 4s" not in page(client)


def test_a_double_click_and_a_running_job_start_nothing_twice(chief, client_of, commune):
    ResidentFactory(commune=commune)
    client, token = client_of(chief), str(uuid.uuid4())
    start(client, token)
    assert "Đã xếp" in start(client, token).content.decode()
    assert "đang chạy, 0 %" in start(client).content.decode()
    assert Job.objects.count() == 1


def test_what_parked_itself_is_told_and_let_go_on(chief, client_of, commune):
    job = Job.objects.create(
        kind="match",
        commune=commune,
        state=JobState.PARKED,
        done_count=2000,
        total_count=9000,
        error="Tự dừng: 900 cặp",
    )
    client = client_of(chief)
    assert "Tự dừng: 900 cặp" in page(client) and "Cho chạy tiếp" in page(client)
    sent = {"submit_token": str(uuid.uuid4())}
    client.post(reverse("registry:job_go_on", args=[job.public_id]), sent)
    job.refresh_from_db()
    assert (job.state, job.may_exceed, job.done_count, job.asked_by) == (JobState.WAITING, True, 2000, chief)


def test_next_doors_jobs_are_not_shown_and_the_whole_registers_are(
    chief, supervisor, client_of, commune, other_commune
):
    Job.objects.create(kind="match", commune=other_commune, error="Lỗi của xã bên")
    Job.objects.create(kind="match-all", done_count=5, total_count=77)
    told = page(client_of(chief))
    assert "Lỗi của xã bên" not in told
    assert "5/77 hồ sơ" in told
    told = page(client_of(supervisor))
    assert "Lỗi của xã bên" in told and "Cho chạy tiếp" not in told and "cả xã ngay" not in told


def test_every_part_of_a_key_has_a_word():
    assert set(PARTS_OF_KEYS) <= set(PARTS)


def test_keys_that_too_many_share_are_counted_aloud(chief, client_of):
    MatchBusyKey.objects.create(key=7, kind="given + date", holders=412)
    told = page(client_of(chief))
    assert "Tên + ngày sinh" in told and "412 hồ sơ" in told


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_page_costs_the_same_with_one_job_and_with_three(
    jobs, chief, client_of, commune, django_assert_max_num_queries
):
    client = client_of(chief)
    for kind in ("match", "scan", "match-all")[:jobs]:
        Job.objects.create(kind=kind, commune=None if kind == "match-all" else commune, asked_by=chief)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("registry:jobs")).status_code == 200
    with django_assert_max_num_queries(6):
        assert client.get(reverse("registry:jobs_progress")).status_code == 200
