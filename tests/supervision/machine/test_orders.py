"""Every kind of work order: how many wait, since when, what failed and why, and once more."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, AuditEvent
from cards.models import PrintJob, Receipt
from cards.papers.store import GAVE_UP
from registry.fieldwork.making import make
from registry.models import FieldPrint, Job, ListExport, RepairLine, RepairRun, Resident, Roster
from registry.repairs.work import FAILED as LINE_FAILED
from registry.rosters.work import BROKE
from supervision.machine import kinds as known
from supervision.machine import orders
from supervision.models import FigureDay, Report
from tests.factories import (
    ApplicationFactory,
    FindingFactory,
    ListExportFactory,
    MergeFactory,
    OfficerFactory,
    ResidentFactory,
    RosterFactory,
)

pytestmark = pytest.mark.django_db
NAME = "Nguyễn Thị Mẫu Lan"
HOUR_AGO = dt.timedelta(hours=1)


def standing(code: str) -> orders.Standing:
    return next(one for one in orders.standing() if one.kind.code == code)


def paper(officer, **fields) -> PrintJob:
    return PrintJob.objects.create(
        commune=officer.unit, kind="slips", title=f"Giấy của {NAME}", content={}, asked_by=officer, **fields
    )


def failed_paper(officer) -> PrintJob:
    return paper(officer, state="failed", error=GAVE_UP, attempts=5)


def waiting_and_failed(officer, resident) -> dict[str, tuple[int, int]]:
    """One that waits for an hour and one that failed of every kind; what is counted of it."""
    then, unit = timezone.now() - HOUR_AGO, officer.unit
    for number, state in enumerate(("waiting", "failed")):
        person = ResidentFactory(commune=unit, scan_due=False, matching_due=False)
        file = ApplicationFactory(resident=person, created_by=officer)
        Receipt.objects.create(application=file, commune=unit, year=2026, serial=number, content={}, state=state,
                               issued_at=then)  # fmt: skip
        paper(officer, state=state, asked_at=then)
        sheet = make(unit, [resident.memberships.get().household], by=officer)
        FieldPrint.objects.create(sheet=sheet, asked_by=officer, state=state, asked_at=then)
        ListExportFactory(asked_by=officer, state=state, asked_at=then)
        Report.objects.create(kind="cleaning", unit=unit, period="week", first=then.date(), last=then.date(),
                              version=number + 1, state=state, asked_at=then)  # fmt: skip
    RosterFactory(commune=unit, uploaded_by=officer, step_began_at=then)
    RosterFactory(commune=unit, uploaded_by=officer, state="checked", said=BROKE)
    run = RepairRun.objects.create(commune=unit, kind="chu-viet", state="running", started_at=then, created_by=officer)
    over = RepairRun.objects.create(commune=unit, kind="chu-viet", state="done", started_at=then, created_by=officer,
                                    finished_at=then)  # fmt: skip
    finding = FindingFactory(resident=resident)
    RepairLine.objects.create(run=run, finding=finding, state="ready")
    RepairLine.objects.create(run=over, finding=finding, state="refused", said=LINE_FAILED)
    FigureDay.objects.create(unit=unit, day=then.date(), is_due=True, taken_at=then)
    for kind in ("scan", "match", "match-all", "scores"):
        place = None if kind == "match-all" else unit
        for state, days_ago in (("failed", 0), ("running", 1)):
            day = timezone.localdate() - dt.timedelta(days=days_ago)
            Job.objects.create(kind=kind, commune=place, for_day=day, state=state, heartbeat_at=then, finished_at=then)
    return dict.fromkeys(known.kinds(), (1, 1)) | {"gop-ho-so": (0, 0), "so-lieu": (1, 0)}


def test_every_kind_is_counted_with_the_age_of_its_oldest(officer, resident, django_assert_num_queries):
    expected = waiting_and_failed(officer, resident)
    for what in ("Kiểm tra dữ liệu", "Tìm trùng"):
        record(None, Action.SYSTEM, target=resident,
               sentence=f"{what}: hệ thống không xử lý được hồ sơ này, tạm bỏ qua")  # fmt: skip
    Resident.objects.filter(pk=resident.pk).update(scan_due=True, matching_due=True)
    with django_assert_num_queries(1):
        found = orders.standing()
    assert {one.kind.code: (one.waiting, one.failed) for one in found} == expected
    unknown = {one.kind.code for one in found if one.waiting and one.age_seconds is None}
    assert unknown == {"kiem-tra", "tim-trung"}  # their marks keep no moment
    assert {int(one.age_seconds // 3600) for one in found if one.age_seconds is not None} == {1}


def test_merges_count_from_their_hour(officer, resident):
    failed = "Hệ thống không gộp được hai hồ sơ này; báo quản trị."
    for hours_ago, state, note in (
        (1, "planned", ""),
        (-1, "planned", ""),
        (2, "returned", failed),
        (2, "returned", "x"),
    ):
        then = timezone.now() - dt.timedelta(hours=hours_ago)
        survivor, folded = ResidentFactory(commune=officer.unit), ResidentFactory(commune=officer.unit)
        MergeFactory(survivor=survivor, folded=folded, created_by=officer, state=state, done_at=None, not_before=then,
                     decision_note=note)  # fmt: skip
    found = standing("gop-ho-so")
    assert (found.waiting, found.failed, int(found.age_seconds // 3600)) == (1, 1, 1)


def test_every_table_of_work_orders_is_in_the_list():
    """Whoever adds a table that workers claim adds it here. Cases and findings are claimed by officers."""
    by_officers = {"DuplicateCase", "Finding"}
    claimed = {
        model
        for model in apps.get_models()
        if {"claimed_until"} <= {field.name for field in model._meta.get_fields()}
        and model._meta.app_label in {"registry", "cards", "supervision"}
        and not model.__name__.endswith("Event")
    }
    covered = {kind.waiting().model for kind in known.kinds().values()}
    assert {model.__name__ for model in claimed - covered} - by_officers == set()


def test_the_list_of_failures_says_where_and_why_and_of_whom_nothing(officer, resident, django_assert_num_queries):
    waiting_and_failed(officer, resident)
    PrintJob.objects.filter(state="failed").update(error=GAVE_UP)
    Job.objects.filter(kind="scan", state="failed").update(
        error=f"IntegrityError: duplicate key\nDETAIL:  Key (full_name)=({NAME})"
    )
    Job.objects.filter(kind="scores", state="failed").update(error=f"{NAME} không đọc được")
    with django_assert_num_queries(1):
        found = orders.failures()
    reasons = {one.kind.code: (one.place, one.reason, one.may_again) for one in found}
    hidden = "Lý do không hiện ở đây; xem nhật ký máy chủ."
    assert reasons["giay-in"] == ("Xã Mẫu Sơn", GAVE_UP, True)
    assert reasons["viec-scan"] == ("Xã Mẫu Sơn", "Lỗi chương trình: IntegrityError", True)
    assert reasons["viec-scores"] == ("Xã Mẫu Sơn", hidden, True)
    assert reasons["viec-match-all"] == ("", hidden, True)
    assert len(reasons) == 9
    assert NAME not in str(found)


def test_a_job_of_a_later_day_takes_the_place_of_the_failed_one(commune):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    for kind, place in (("scan", commune), ("match-all", None)):
        Job.objects.create(kind=kind, commune=place, for_day=yesterday, state="failed", finished_at=timezone.now())
        assert standing(f"viec-{kind}").failed == 1
        Job.objects.create(kind=kind, commune=place, state="done", finished_at=timezone.now())
        assert standing(f"viec-{kind}").failed == 0


def test_a_failed_order_waits_again_as_its_desk_has_it_and_it_is_written_down(officer, administrator):
    job = failed_paper(officer)
    assert orders.again("giay-in", by=administrator, ref=job.public_id) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error, job.claimed_until) == ("waiting", 0, "", None)
    line = AuditEvent.objects.get(action=Action.ADMIN)
    assert (line.actor_badge, line.sentence) == (
        administrator.badge_number,
        "Cho chạy lại việc lỗi: Giấy in của bàn căn cước",
    )
    assert line.target_ref == str(job.public_id)


def test_who_comes_second_finds_nothing_failed(officer, administrator):
    job = failed_paper(officer)
    orders.again("giay-in", by=administrator, ref=job.public_id)
    with pytest.raises(orders.RequeueRefused):
        orders.again("giay-in", by=OfficerFactory(role="administrator"), ref=job.public_id)
    assert AuditEvent.objects.filter(action=Action.ADMIN).count() == 1


def test_all_of_a_kind_at_once_and_no_other(officer, administrator):
    jobs = [failed_paper(officer) for _ in range(3)]
    other = ListExportFactory(asked_by=officer, state="failed")
    assert orders.again("giay-in", by=administrator) == 3
    assert {job.state for job in PrintJob.objects.filter(pk__in=[job.pk for job in jobs])} == {"waiting"}
    assert ListExport.objects.get(pk=other.pk).state == "failed"


def test_a_list_that_was_asked_for_stays_its_askers(officer, administrator):
    export = ListExportFactory(asked_by=officer, state="failed", error="Danh sách có hơn 50.000 dòng")
    orders.again("danh-sach-xuat", by=administrator, ref=export.public_id)
    export.refresh_from_db()
    assert (export.state, export.asked_by) == ("waiting", officer)


def test_a_slip_that_was_withdrawn_and_a_sheet_that_was_cancelled_are_not_made_again(officer, resident, administrator):
    file = ApplicationFactory(resident=resident, created_by=officer)
    slip = Receipt.objects.create(application=file, commune=officer.unit, year=2026, serial=1, content={},
                                  state="failed", withdrawn_at=timezone.now(), withdrawn_by=officer)  # fmt: skip
    sheet = make(officer.unit, [resident.memberships.get().household], by=officer)
    FieldPrint.objects.create(sheet=sheet, asked_by=officer, state="failed")
    type(sheet).objects.filter(pk=sheet.pk).update(state="cancelled", closed_at=timezone.now(), closed_by=officer)
    for code, ref in (("phieu-hen", slip.public_id), ("phieu-phuc-tra", sheet.public_id)):
        with pytest.raises(orders.RequeueRefused):
            orders.again(code, by=administrator, ref=ref)
    assert (standing("phieu-hen").failed, standing("phieu-phuc-tra").failed) == (0, 0)


def test_a_failed_job_goes_on_where_it_was_and_one_that_parked_itself_does_not(commune, administrator):
    failed = Job.objects.create(kind="scan", commune=commune, state="failed", last_id=41, error="KeyError: x",
                                finished_at=timezone.now())  # fmt: skip
    assert orders.again("viec-scan", by=administrator, ref=failed.public_id) == 1
    failed.refresh_from_db()
    assert (failed.state, failed.last_id, failed.may_exceed, failed.error) == ("waiting", 41, False, "")
    parked = Job.objects.create(kind="match", commune=commune, state="parked", error="Tự dừng: 900 cặp mới",
                                finished_at=timezone.now())  # fmt: skip
    with pytest.raises(orders.RequeueRefused):
        orders.again("viec-match", by=administrator, ref=parked.public_id)
    parked.refresh_from_db()
    assert (parked.state, parked.may_exceed) == ("parked", False)
    (shown,) = orders.failures()
    assert (shown.reason, shown.may_again) == ("Tự dừng: 900 cặp mới", False)


@pytest.mark.parametrize("code", ["danh-sach-nhap", "sua-hang-loat", "gop-ho-so", "kiem-tra", "so-lieu", "khong-co"])
def test_what_an_officer_decides_about_and_what_nobody_knows_is_not_let_go_from_here(code, administrator, officer):
    roster = RosterFactory(commune=officer.unit, uploaded_by=officer, state="checked", said=BROKE)
    with pytest.raises(orders.RequeueRefused):
        orders.again(code, by=administrator)
    assert Roster.objects.get(pk=roster.pk).state == "checked"


def test_a_reason_of_a_person_is_never_ours():
    kind = SimpleNamespace(said=("Đã thử",))
    assert known.reason_of(kind, "Đã thử in 5 lần") == "Đã thử in 5 lần"
    assert known.reason_of(kind, f"Nguyễn: {NAME}") == "Lý do không hiện ở đây; xem nhật ký máy chủ."
    assert known.reason_of(kind, f"IntegrityError: {NAME}") == "Lỗi chương trình: IntegrityError"
