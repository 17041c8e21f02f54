"""The page of the administrator, his buttons, and what a monitor reads."""

import json

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Action, AuditEvent
from cards.models import PrintJob
from cards.papers.store import GAVE_UP
from registry.models import Job
from supervision.models import FailedTask
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db
PAGE, JSON = "/may/", "/may/tinh-trang.json"
TOKEN = "only-for-tests-" + "x" * 40
NAME = "Nguyễn Thị Mẫu Lan"


def failed_paper(officer) -> PrintJob:
    """With bait: a name in the title, in the content and in the error of a job beside it."""
    Job.objects.get_or_create(kind="scan", commune=officer.unit, defaults={
        "state": "failed", "error": f"DataError: invalid ({NAME})", "finished_at": timezone.now()})  # fmt: skip
    return PrintJob.objects.create(commune=officer.unit, kind="slips", title=f"Giấy của {NAME}", asked_by=officer,
                                   content={"name": NAME}, state="failed", error=GAVE_UP, attempts=5)  # fmt: skip


def failed_task(task: str = "registry.tasks.scan_resident", **fields) -> FailedTask:
    return FailedTask.objects.create(task=task, reason="KeyError · registry/cleanup/scan.py:80", args=[7], **fields)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def sent(store) -> list[str]:
    """The tasks that lie in Redis, whichever queue."""
    names = ("celery", "bulk", "receipts")
    return [json.loads(one)["headers"]["task"] for name in names for one in store.lrange(name, 0, -1)]


def push(client, url: str, token: str = "t") -> str:
    """Press a button; what is said about it."""
    response = client.post(url, {"submit_token": token})
    assert (response.status_code, response["Location"]) == (302, PAGE)
    said = " ".join(map(str, get_messages(response.wsgi_request)))
    client.cookies.pop("messages", None)
    return said


def test_the_page_shows_everything_and_nobody(store, client_of, administrator, officer):
    failed_paper(officer)
    failed_task(times=1234)
    shown = text_of(client_of(administrator).get(PAGE))
    for part in ("Tiến trình làm việc", "Hàng đợi", "Giấy in của bàn căn cước", GAVE_UP, "1.234", "chưa khai báo",
                 "Lỗi chương trình: DataError", "Kiểm tra một hồ sơ", "KeyError · registry/cleanup/scan.py:80",
                 "Cơ sở dữ liệu"):  # fmt: skip
        assert part in shown
    assert "Mẫu Lan" not in shown


def test_the_page_costs_the_same_with_one_failure_and_with_three(store, client_of, administrator, officer):
    client, counts = client_of(administrator), []
    for many in (1, 2):
        for _ in range(many):
            failed_paper(officer)
            failed_task()
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_a_redis_that_hangs_does_not_hang_the_page(client_of, administrator, settings, silent_port):
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}/0"
    shown = text_of(client_of(administrator).get(PAGE))
    assert "Redis không trả lời trong 1 giây" in shown
    assert "Giấy in của bàn căn cước" in shown


def test_a_failed_order_goes_again_with_one_message_however_many_ask(store, client_of, administrator, officer):
    job = failed_paper(officer)
    url = reverse("supervision:machine_requeue", args=["giay-in", job.public_id])
    second = OfficerFactory(role="administrator")
    assert "Đã cho chạy lại 1 việc" in push(client_of(administrator), url)
    assert "có thể đồng chí khác vừa cho chạy lại" in push(client_of(second), url, "u")
    push(client_of(administrator), url)  # a double click
    assert sent(store) == ["cards.tasks.prints_due"]
    assert PrintJob.objects.get(pk=job.pk).state == "waiting"


def test_all_failed_orders_of_a_kind_go_again_with_one_message(store, client_of, administrator, officer):
    for _ in range(3):
        failed_paper(officer)
    said = push(client_of(administrator), reverse("supervision:machine_requeue_all", args=["giay-in"]))
    assert "Đã cho chạy lại 3 việc" in said
    assert sent(store) == ["cards.tasks.prints_due"]


def test_a_failed_task_is_sent_once_as_the_sweep_of_its_kind(store, client_of, administrator):
    row = failed_task()
    url = reverse("supervision:machine_requeue", args=["viec-nen", row.public_id])
    assert "Đã gửi việc này chạy lại" in push(client_of(administrator), url)
    assert "vừa được cho chạy lại" in push(client_of(OfficerFactory(role="administrator")), url, "u")
    assert sent(store) == ["registry.tasks.scan_due"]
    row.refresh_from_db()
    assert row.sent_again_by == administrator
    line = AuditEvent.objects.get(action=Action.ADMIN)
    assert line.sentence == "Cho chạy lại việc nền: Kiểm tra một hồ sơ"


def test_one_that_failed_again_may_be_sent_again(store, client_of, administrator):
    row = failed_task(sent_again_at=timezone.now(), sent_again_by=administrator)
    FailedTask.objects.filter(pk=row.pk).update(last_at=timezone.now(), times=2)
    push(client_of(administrator), reverse("supervision:machine_requeue", args=["viec-nen", row.public_id]))
    assert sent(store) == ["registry.tasks.scan_due"]


def test_a_task_nobody_knows_has_no_button_and_is_not_sent(store, client_of, administrator):
    row = failed_task("os.system")
    url = reverse("supervision:machine_requeue", args=["viec-nen", row.public_id])
    assert url not in text_of(client_of(administrator).get(PAGE))
    assert "Hệ thống không biết việc này" in push(client_of(administrator), url)
    assert sent(store) == []
    assert not AuditEvent.objects.filter(action=Action.ADMIN).exists()


def test_while_redis_is_gone_the_button_stays(client_of, administrator, monkeypatch):
    from supervision.machine import queues

    row = failed_task()
    monkeypatch.setattr(queues, "send", lambda task: False)
    url = reverse("supervision:machine_requeue", args=["viec-nen", row.public_id])
    assert "Redis không nhận việc" in push(client_of(administrator), url)
    row.refresh_from_db()
    assert (row.sent_again_at, row.sent_again_by) == (None, None)
    assert AuditEvent.objects.filter(action=Action.ADMIN).count() == 2


def test_a_failure_somebody_has_looked_at_is_put_away(store, client_of, administrator):
    row = failed_task()
    url = reverse("supervision:machine_close", args=[row.public_id])
    assert "Đã đóng lỗi này" in push(client_of(administrator), url)
    assert "Lỗi này đã được đóng" in push(client_of(administrator), url)
    assert FailedTask.objects.get(pk=row.pk).closed_at is not None


# --- the monitor -----------------------------------------------------------------------------------------------------


def ask(token: str = "", **more) -> tuple[int, dict]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = Client().get(JSON, headers=headers, **more)
    return response.status_code, response.json() if response["Content-Type"] == "application/json" else {}


def test_without_the_variable_there_is_no_such_address(settings):
    settings.MONITOR_TOKEN = ""
    assert ask()[0] == 404
    assert ask(TOKEN)[0] == 404
    assert Client().get(JSON, headers={"Authorization": "Bearer "}).status_code == 404


def test_only_who_bears_the_token_reads(settings, store):
    settings.MONITOR_TOKEN = TOKEN
    refusal = {"error": "a bearer token is needed"}
    for wrong in ("", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "mật-khẩu"):
        assert ask(wrong) == (401, refusal)
    assert Client().get(JSON, headers={"Authorization": TOKEN}).status_code == 401
    assert Client().get(JSON)["WWW-Authenticate"].startswith("Bearer")
    assert ask(TOKEN)[1]["status"] == "broken"  # no worker runs here


def test_a_signed_in_administrator_needs_the_token_too(settings, client_of, administrator):
    settings.MONITOR_TOKEN = TOKEN
    assert client_of(administrator).get(JSON).status_code == 401


def test_the_monitor_reads_numbers_and_nobody(settings, store, officer):
    settings.MONITOR_TOKEN = TOKEN
    failed_paper(officer)
    failed_task(times=3)
    failed_task(times=4)
    store.lpush("bulk", json.dumps({"headers": {"sent_at": 1.0, "task": NAME}}))
    status, told = ask(TOKEN)
    assert status == 503  # no worker serves the queues
    assert told["database"]["orders"]["giay-in"] == {"waiting": 0, "oldest_seconds": None, "failed": 1}
    assert told["database"]["failed_tasks"] == {"registry.tasks.scan_resident": 7}
    assert told["database"]["migrations"]["missing"] == []
    assert told["redis"]["queues"]["bulk"]["length"] == 1
    assert told["backup"] == {"declared": False, "standing": "not told", "age_seconds": None, "bytes": 0}
    assert {"code": "orders-failed:giay-in", "level": "attention"} in told["problems"]
    assert "Mẫu" not in json.dumps(told, ensure_ascii=False)


def test_the_monitor_has_no_session_and_is_kept_in_no_cache(settings, store):
    settings.MONITOR_TOKEN = TOKEN
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(JSON, headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.cookies == {}
    assert "no-store" in response["Cache-Control"]
    assert len(queries) <= 9
    assert Client().post(JSON).status_code == 405


def test_a_database_that_does_not_answer_is_told(settings, store, monkeypatch):
    """As one statement that takes too long: the limit is set within the transaction of the look."""
    from supervision.machine import database, state

    settings.MONITOR_TOKEN = TOKEN
    monkeypatch.setattr(state, "DATABASE_MILLISECONDS", 50)
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own connection stays

    def slow() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(2)")

    monkeypatch.setattr(database, "sizes", slow)
    status, told = ask(TOKEN)
    assert (status, told["database"]) == (503, {"answers": False})
    assert {"code": "database-silent", "level": "broken"} in told["problems"]
