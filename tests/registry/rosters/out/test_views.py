"""The pages of lists that leave."""

import re
import uuid

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Setting
from registry import tasks
from registry.models import ListExport
from registry.rosters.out import store
from tests.factories import FindingFactory, ListExportFactory, ResidentFactory
from tests.registry.rosters.out.conftest import REASON, content_of

pytestmark = pytest.mark.django_db
NEW = "/danh-sach/xuat/moi/cu-dan/"


@pytest.fixture(autouse=True)
def made(monkeypatch, django_capture_on_commit_callbacks):
    """What was handed to the worker."""
    sent = []
    monkeypatch.setattr(tasks.make_export, "delay_on_commit", sent.append)
    return sent


def told(**fields):
    return {"columns": ["full_name", "number"], "format": "xlsx", "reason": REASON,
            "submit_token": str(uuid.uuid4())} | fields  # fmt: skip


def test_the_button_carries_what_the_page_is_narrowed_by(officer, resident, client_of):
    client = client_of(officer)
    page = client.get("/cu-dan/?sex=2&sort=-birth&page=abc").content.decode()
    assert f'href="{NEW}?sex=2&amp;sort=-birth"' in page
    FindingFactory(resident=resident)
    page = client.get("/lam-sach/d/?muc=error").content.decode()
    assert 'href="/danh-sach/xuat/moi/lam-sach/?muc=error&amp;hang=d"' in page


@pytest.mark.parametrize(
    "address", ["/ho-gia-dinh/", "/nghi-trung/", "/viec/", "/ho-so/", "/ho-so/hang-doi/", "/the/", "/phai-lam-the/",
                "/phieu/", "/dinh-danh/"],
)  # fmt: skip
def test_every_list_has_the_button_and_it_leads_on(address, officer, client_of):
    client = client_of(officer)
    url = re.search(r'href="(/danh-sach/xuat/moi/[^"]+)"', client.get(address).content.decode())[1]
    assert client.get(url).status_code == 200


def test_the_page_says_how_many_rows_and_offers_the_columns(officer, resident, outsider, client_of,
                                                            django_assert_max_num_queries):  # fmt: skip
    client = client_of(officer)
    with django_assert_max_num_queries(12):
        page = client.get(f"{NEW}?sex=2")
    assert page.context["count"].rows == 1 and page.context["filters"] == [("Giới tính", "Nữ")]
    groups = {group["title"]: group for group in page.context["form"].groups()}
    sensitive = groups["Nhạy cảm"]
    assert [one["label"] for one in sensitive["columns"]] == ["Dân tộc", "Tôn giáo", "Nhóm máu"]
    assert not any(one["is_ticked"] for one in sensitive["columns"])
    assert any(one["is_ticked"] for one in groups["Nhân thân"]["columns"])
    assert "NĐ 356/2025" in page.content.decode() or "Nghị định 356/2025" in page.content.decode()


def test_who_looks_from_above_is_offered_no_sensitive_column(supervisor, resident, client_of):
    page = client_of(supervisor).get(NEW)
    assert "Nhạy cảm" not in {group["title"] for group in page.context["form"].groups()}
    assert "for_return" not in page.context["form"].fields


def test_a_double_click_makes_one_list(officer, resident, client_of, made):
    client, sent = client_of(officer), told()
    first, second = client.post(f"{NEW}?sex=2", sent), client.post(f"{NEW}?sex=2", sent)
    export = ListExport.objects.get()
    assert first.url == second.url == export.get_absolute_url()
    assert (export.query, export.columns, export.asked_by) == ("sex=2", ["full_name", "number"], officer)
    assert set(made) == {export.pk}


def test_a_refusal_keeps_what_was_chosen_and_writes_nothing(officer, resident, client_of, made):
    page = client_of(officer).post(NEW, told(reason="xem", columns=["religion"]))
    assert page.status_code == 422 and not ListExport.objects.exists() and not made
    html = page.content.decode()
    assert "ít nhất ba từ" in html and 'value="xem"' in html
    assert re.search(r'value="religion" id="cot-religion" checked', html)
    assert not re.search(r'value="full_name" id="cot-full_name" checked', html)


def test_too_many_rows_are_told_before_anything_is_asked(officer, resident, commune, client_of):
    ResidentFactory(commune=commune)
    Setting.objects.create(code="export_rows", value=1, valid_from="2026-01-01")
    html = client_of(officer).get(NEW).content.decode()
    assert "Nhiều dòng quá" in html and "Lọc hẹp lại" in html


def test_an_address_that_is_no_list_is_not_found(officer, client_of):
    client = client_of(officer)
    assert client.get("/danh-sach/xuat/moi/zz/").status_code == 404
    assert client.get("/danh-sach/xuat/moi/lam-sach/?hang=zz").status_code == 404


def test_the_page_waits_and_then_has_the_file(officer, resident, client_of, django_assert_max_num_queries):
    export, client = ListExportFactory(asked_by=officer, rows_count=1), client_of(officer)
    corner = reverse("registry:export_progress", args=[export.public_id])
    assert corner in client.get(export.get_absolute_url()).content.decode()
    assert client.get(corner).url == export.get_absolute_url()  # without htmx
    store.make_and_store(export.pk)
    with django_assert_max_num_queries(12):
        shown = client.get(corner, headers={"HX-Request": "true"}).content.decode()
    assert reverse("registry:export_file", args=[export.public_id]) in shown and corner not in shown


def test_every_fetching_is_counted_and_written_down(officer, chief, resident, client_of):
    export = ListExportFactory(asked_by=officer)
    store.make_and_store(export.pk)
    export.refresh_from_db()
    address = reverse("registry:export_file", args=[export.public_id])
    for who in (officer, chief, chief):
        answer = client_of(who).get(address)
        assert answer.content == content_of(export)
        assert "no-store" in answer["Cache-Control"] and answer["Content-Disposition"].startswith("attachment")
    export.refresh_from_db()
    lines = AuditEvent.objects.filter(action="print", sentence__startswith="Tải ", reason=REASON)
    assert export.opened_count == 3
    assert sorted(lines.values_list("actor_badge", flat=True)) == ["MS-001", "MS-010", "MS-010"]


def test_a_colleagues_list_is_not_for_fetching(officer, colleague, supervisor, ministry, stranger, resident, client_of):
    export = ListExportFactory(asked_by=officer)
    store.make_and_store(export.pk)
    for name in ("export", "export_progress", "export_file"):
        address = reverse(f"registry:{name}", args=[export.public_id])
        answers = [client_of(who).get(address).status_code for who in (colleague, supervisor, ministry, stranger)]
        assert answers == [403, 403, 403, 404]
    export.refresh_from_db()
    assert export.opened_count == 0


def test_a_supervisors_own_list_is_the_supervisors_alone(supervisor, officer, chief, resident, client_of):
    export = ListExportFactory(asked_by=supervisor, commune=None)
    store.make_and_store(export.pk)
    address = reverse("registry:export_file", args=[export.public_id])
    assert client_of(supervisor).get(address).status_code == 200
    assert [client_of(who).get(address).status_code for who in (officer, chief)] == [404, 404]


def test_my_lists_and_for_the_chief_the_communes(officer, colleague, chief, stranger, client_of,
                                                 django_assert_max_num_queries):  # fmt: skip
    mine, theirs = ListExportFactory(asked_by=officer), ListExportFactory(asked_by=colleague)
    ListExportFactory(asked_by=stranger)
    shown = {}
    for who in (officer, chief):
        client = client_of(who)
        with django_assert_max_num_queries(12):
            page = client.get("/danh-sach/xuat/")
        shown[who] = {row.record for row in page.context["table"].page.object_list}
    assert shown == {officer: {mine}, chief: {mine, theirs}}


def test_a_list_that_could_not_be_made_says_why_and_is_made_again(officer, chief, resident, client_of, made):
    export = ListExportFactory(asked_by=officer, state="failed", error="Đĩa đầy.", attempts=5)
    client = client_of(officer)
    assert "Đĩa đầy." in client.get(export.get_absolute_url()).content.decode()
    address = reverse("registry:export_again", args=[export.public_id])
    assert client_of(chief).post(address).status_code == 403
    assert client.post(address).url == export.get_absolute_url()
    export.refresh_from_db()
    assert (export.state, export.attempts, export.error) == ("waiting", 0, "") and made == [export.pk]


def test_a_file_that_is_gone_is_not_fetched(officer, client_of):
    export = ListExportFactory(asked_by=officer, state="purged")
    answer = client_of(officer).get(reverse("registry:export_file", args=[export.public_id]))
    assert answer.url == export.get_absolute_url()
    assert not AuditEvent.objects.filter(action="print").exists()
