"""The desk of reports: who sees which, making one, the page as it was frozen, its files."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.periods import ONE_DAY, of_kind
from registry.residents.fields import NOT_LISTED
from supervision.models import Report
from supervision.reports import making
from supervision.reports.shape import every_table, read
from tests.factories import ReportFactory, UnitFactory
from tests.supervision.reports import reading
from tests.supervision.reports.made import contents
from tests.supervision.reports.test_contents import freeze

FRIDAY = 4
WEEK = of_kind("week", of_kind("week", timezone.localdate(), starts=FRIDAY).first - ONE_DAY, starts=FRIDAY)
FORM = {"kind": "project_06", "period": f"week:{WEEK.first}", "difficulties": "Máy in\nhỏng.", "proposals": "",
        "reason": ""}  # fmt: skip


def post(client, **typed):
    return client.post(reverse("supervision:report_new"), FORM | {"submit_token": str(uuid.uuid4())} | typed)


def of(name, report):
    return reverse(f"supervision:{name}", args=[report.public_id])


@pytest.fixture
def everywhere(province, commune, other_commune):
    """The bait: reports of the commune next door, of another province, of the country."""
    elsewhere = UnitFactory(code="22", name="Tỉnh Khác", level="province")
    units = {"own": commune, "next": other_commune, "province": province, "elsewhere": elsewhere, "country": None}
    return {name: ReportFactory(unit=unit) for name, unit in units.items()}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("officer", {"own"}), ("chief", {"own"}), ("stranger", {"next"}), ("supervisor", {"own", "next", "province"}),
        ("ministry", {"own", "next", "province", "elsewhere", "country"}),
    ],
)  # fmt: skip
def test_everybody_sees_the_reports_of_the_own_units(who, seen, everywhere, client_of, request):
    client = client_of(request.getfixturevalue(who))
    listed = client.get(reverse("supervision:reports")).content.decode()
    assert {name for name, one in everywhere.items() if str(one.public_id) in listed} == seen
    for page in ("report", "report_pdf", "report_xlsx"):
        assert {name for name, one in everywhere.items() if client.get(of(page, one)).status_code == 200} == seen


@pytest.mark.parametrize("who", ["officer", "supervisor"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_few_queries(who, rows, commune, client_of, request, django_assert_max_num_queries):
    for version in range(1, rows + 1):
        ReportFactory(unit=commune, version=version)
    client = client_of(request.getfixturevalue(who))
    with django_assert_max_num_queries(12):
        assert client.get(reverse("supervision:reports")).status_code == 200


def test_the_list_is_narrowed_by_unit_kind_and_whether_it_is_preliminary(supervisor, everywhere, client_of):
    client = client_of(supervisor)
    closed = ReportFactory(unit=everywhere["own"].unit, kind="cleaning", is_preliminary=True)

    def shown(**query) -> set[str]:
        html = client.get(reverse("supervision:reports"), query).content.decode()
        return {str(one.public_id) for one in (*everywhere.values(), closed) if str(one.public_id) in html}

    assert shown(cua="minh") == {str(everywhere["province"].public_id)}
    assert shown(cua="duoi") == {str(one.public_id) for one in (everywhere["own"], everywhere["next"], closed)}
    assert shown(q="mau ha") == {str(everywhere["next"].public_id)}
    assert shown(loai="cleaning") == shown(ban="so-bo") == {str(closed.public_id)}


def test_the_ministry_finds_the_countrys_own_reports(ministry, everywhere, client_of):
    html = client_of(ministry).get(reverse("supervision:reports"), {"cua": "minh"}).content.decode()
    assert {name for name, one in everywhere.items() if str(one.public_id) in html} == {"country"}
    html = client_of(ministry).get(reverse("supervision:reports"), {"cua": "duoi"}).content.decode()
    assert {name for name, one in everywhere.items() if str(one.public_id) in html} == set(everywhere) - {"country"}


# --- making ----------------------------------------------------------------------------------------------------------


def test_the_chief_makes_the_report_of_the_commune(client_of, chief, commune, other_commune):
    freeze(commune, WEEK)
    freeze(other_commune, WEEK)
    client = client_of(chief)
    answer = post(client)
    made = Report.objects.get()
    assert answer.url == of("report", made)
    assert (made.unit, made.asked_by, made.first, made.version) == (commune, chief, WEEK.first, 1)
    assert made.contents["remarks"]["difficulties"] == "Máy in\nhỏng."
    assert post(client).status_code == 422
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"period": "week:2001-01-01"}, NOT_LISTED),
        ({"kind": "thu"}, NOT_LISTED),
        ({"proposals": "x" * 3001}, "Dài quá 3000 ký tự."),
        ({"difficulties": "Nguyá»…n"}, "Chữ bị lỗi"),
        ({}, "Chưa có số liệu nào của kỳ này."),
    ],
)
def test_what_cannot_be_made_is_said_beside_the_field_and_the_text_stays(typed, sentence, client_of, chief):
    answer = post(client_of(chief), reason="Bổ sung số liệu", **typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert "Bổ sung số liệu" in html
    assert not Report.objects.exists()


def test_made_again_the_form_has_what_was_typed_before(client_of, chief, commune, other_commune):
    freeze(commune, WEEK)
    client = client_of(chief)
    post(client)
    again = client.get(reverse("supervision:report_new"), {"lai": Report.objects.get().public_id}).content.decode()
    assert f'value="week:{WEEK.first}" selected' in again
    assert "Máy in\nhỏng." in again
    assert post(client, reason="Bổ sung kiến nghị").status_code == 302
    theirs = ReportFactory(unit=other_commune)
    assert client.get(reverse("supervision:report_new"), {"lai": theirs.public_id}).status_code == 404


def test_a_supervisor_makes_the_provinces_and_the_ministry_the_countrys(client_of, supervisor, ministry, province):
    freeze(province, WEEK)
    freeze(None, WEEK)
    for who in (supervisor, ministry):
        assert post(client_of(who)).status_code == 302
    assert list(Report.objects.order_by("pk").values_list("unit", flat=True)) == [province.pk, None]


# --- the page and the files ------------------------------------------------------------------------------------------


@pytest.fixture
def a_report(commune):
    return ReportFactory(unit=commune, contents=contents(), is_preliminary=True)


def test_the_page_says_every_number_of_the_contents(client_of, officer, a_report, django_assert_max_num_queries):
    client = client_of(officer)
    with django_assert_max_num_queries(12):
        html = client.get(of("report", a_report)).content.decode()
    for table in every_table(read(a_report.contents)):
        assert reading.page_rows(html, table["title"]) == reading.wanted_rows(table)
    for chart in a_report.contents["charts"]:
        points = [[one["label"], one["text"]] for one in chart["points"]]
        assert reading.page_rows(html, chart["title"]) == points
    assert "Số liệu sơ bộ" in html
    assert "Cấp thêm máy in." in html


def test_a_report_is_opened_as_it_was_whatever_the_records_say_now(client_of, chief, commune):
    freeze(commune, WEEK)
    client = client_of(chief)
    post(client)
    report = Report.objects.get()
    before = client.get(of("report", report)).content.decode()
    commune.name = "Xã Tên Mới"
    commune.save()
    after = client.get(of("report", report)).content.decode()
    assert "12.176" in after
    assert reading.page_rows(after, "Số liệu") == reading.page_rows(before, "Số liệu")


def test_an_earlier_version_leads_to_the_last_and_only_that_is_made_again(client_of, chief, a_report):
    last = ReportFactory(unit=a_report.unit, version=2, reason="Bổ sung vướng mắc")
    client = client_of(chief)
    earlier = client.get(of("report", a_report)).content.decode()
    assert "Đã có bản lập sau" in earlier
    assert of("report", last) in earlier
    assert "Lập lại</a>" not in earlier
    assert f"?lai={last.public_id}" in client.get(of("report", last)).content.decode()


def test_the_files_are_the_stored_bytes_and_each_opening_is_written_down(client_of, officer, a_report):
    client = client_of(officer)
    pdf, xlsx = client.get(of("report_pdf", a_report)), client.get(of("report_xlsx", a_report))
    assert (pdf.content, pdf["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert pdf["Content-Disposition"] == 'inline; filename="bao-cao-de-an-06-06001-week-20261030-lan-1.pdf"'
    assert (xlsx.content, xlsx["Content-Disposition"].split(";")[0]) == (b"PK", "attachment")
    lines = AuditEvent.objects.filter(action="print").values_list("sentence", flat=True)
    assert [line.split(":")[0] for line in lines] == ["Mở tệp Excel", "Mở tệp PDF"]


def test_while_it_waits_the_page_asks_by_itself_and_there_is_no_file(client_of, officer, commune):
    waiting = ReportFactory(unit=commune, state="waiting", pdf=None, xlsx=None)
    client = client_of(officer)
    corner = of("report_progress", waiting)
    assert f'hx-get="{corner}"' in client.get(of("report", waiting)).content.decode()
    assert client.get(corner).status_code == 302  # without script: the page
    assert "Đang lập tệp" in client.get(corner, headers={"HX-Request": "true"}).content.decode()
    for name in ("report_pdf", "report_xlsx"):
        assert client.get(of(name, waiting)).status_code == 404
    assert making.make_and_store(waiting.pk) is True
    assert "Mở bản in PDF" in client.get(corner, headers={"HX-Request": "true"}).content.decode()


def test_a_failed_report_says_why_and_only_its_maker_may_send_it_again(client_of, officer, chief, commune):
    failed = ReportFactory(unit=commune, state="failed", pdf=None, xlsx=None, error=making.GAVE_UP)
    shown = client_of(officer).get(of("report", failed)).content.decode()
    assert making.GAVE_UP in shown
    assert of("report_retry", failed) not in shown
    client = client_of(chief)
    assert of("report_retry", failed) in client.get(of("report", failed)).content.decode()
    client.post(of("report_retry", failed))
    assert Report.objects.get().state == "waiting"
