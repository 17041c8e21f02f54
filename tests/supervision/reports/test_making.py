"""Asking for a report, its versions, its files, and those that are made by themselves when a period closes."""

import datetime as dt
import hashlib
import uuid

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.periods import ONE_DAY, Period, moment, of_kind, previous, week_starts
from registry.models import Resident
from supervision import closing, snapshots, tasks
from supervision.models import FrozenPeriod, Report
from supervision.reports import asking, excel, making, paper
from supervision.reports.contents import Wanted
from supervision.reports.refusal import ReportRefused
from supervision.reports.shape import read
from tests.factories import ReportFactory, UnitFactory
from tests.supervision.reports import reading
from tests.supervision.reports.test_contents import SAID, WEEK, freeze, keep


def wanted(unit, *, kind="project_06", period=WEEK, period_kind="week") -> Wanted:
    return Wanted(kind, unit, period_kind, period)


def ask(unit, by, *, reason="", remarks=SAID, token=None, **which) -> Report:
    return asking.ask(wanted(unit, **which), by=by, remarks=remarks, reason=reason, token=token or uuid.uuid4())


def test_a_report_waits_with_everything_frozen_and_is_written_down(commune, chief):
    freeze(commune)
    made = ask(commune, chief)
    FrozenPeriod.objects.filter(unit=commune).update(checked_at=timezone.now())
    stored = Report.objects.get()
    assert (stored.state, stored.version, stored.is_preliminary, stored.asked_by) == ("waiting", 1, False, chief)
    assert read(stored.contents) == made.contents
    assert AuditEvent.objects.get(action="create").sentence.startswith("Lập Báo cáo Đề án 06 tuần 13/11/2026")


def test_a_double_click_makes_one_report_and_other_words_another(commune, chief):
    freeze(commune)
    token = uuid.uuid4()
    first = ask(commune, chief, token=token)
    assert ask(commune, chief, token=token) == first
    second = ask(commune, chief, token=token, remarks=SAID | {"proposals": "Cấp máy in."}, reason="Bổ sung kiến nghị")
    assert (second.version, Report.objects.count()) == (2, 2)


def test_made_again_it_is_the_next_version_with_a_reason_and_the_first_stays(commune, chief):
    freeze(commune)
    first = ask(commune, chief)
    with pytest.raises(ReportRefused, match=r"đã lập \(lần 1\)") as refused:
        ask(commune, chief)
    assert refused.value.field == "reason"
    second = ask(commune, chief, reason="Bổ sung vướng mắc", remarks=SAID | {"difficulties": "Khác"})
    assert (second.version, second.reason) == (2, "Bổ sung vướng mắc")
    first.refresh_from_db()
    assert first.contents["remarks"]["difficulties"] == "Máy in hỏng."


def test_what_cannot_be_told_is_refused(commune, chief):
    with pytest.raises(ReportRefused, match="Chưa có số liệu"):
        ask(commune, chief)
    ahead = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(ReportRefused, match="chưa bắt đầu"):
        ask(commune, chief, period=Period(ahead, ahead + dt.timedelta(days=6)))
    assert not Report.objects.exists()


def test_the_files_are_drawn_from_the_frozen_contents_and_kept(commune, chief, tmp_path):
    freeze(commune)
    made = ask(commune, chief)
    assert making.make_and_store(made.pk) is True
    assert making.make_and_store(made.pk) is False
    stored = Report.objects.get()
    pdf, xlsx = bytes(stored.pdf), bytes(stored.xlsx)
    assert (stored.state, stored.pdf_sha256) == ("ready", hashlib.sha256(pdf).hexdigest())
    assert stored.xlsx_sha256 == hashlib.sha256(xlsx).hexdigest()
    contents = read(stored.contents)
    reading.excel_says(xlsx, contents)
    text = reading.pdf_text(pdf, tmp_path)
    for table in contents["tables"]:
        reading.pdf_rows(text, table)
    assert "TRƯỞNG CÔNG AN XÃ" in text
    assert "Trung tá Phạm Mẫu Quang" in text


def test_contents_that_cannot_be_drawn_are_tried_again_and_then_given_up(commune, chief):
    broken = ReportFactory(unit=commune, state="waiting", contents={"version": 9})
    for _ in range(6):
        Report.objects.filter(pk=broken.pk).update(claimed_until=None)
        try:
            making.make_and_store(broken.pk)
        except ValueError:
            continue
    broken.refresh_from_db()
    assert (broken.state, broken.error) == ("failed", making.GAVE_UP)
    assert making.retry(broken, by=chief) is True
    assert making.retry(broken, by=chief) is False
    assert Report.objects.get().state == "waiting"


def test_a_stranger_cannot_send_a_failed_report_again(commune, stranger):
    failed = ReportFactory(unit=commune, state="failed", pdf=None, xlsx=None)
    assert making.retry(failed, by=stranger) is False


def test_a_worker_that_comes_back_too_late_stores_nothing(commune):
    made = ReportFactory(unit=commune, state="waiting", pdf=None, pdf_sha256="", xlsx=None)
    late = making.ORDERS.take(made.pk)
    Report.objects.filter(pk=made.pk).update(claimed_until=timezone.now() - dt.timedelta(seconds=1))
    assert making.make_and_store(made.pk) is True
    before = Report.objects.get().pdf_sha256
    assert making.store(late, b"%PDF", 1, b"PK") is False
    assert Report.objects.get().pdf_sha256 == before


# --- by the timetable -----------------------------------------------------------------------------------------------


def test_a_closed_period_has_its_reports_made_once(province, commune):
    freeze(commune)
    freeze(province)
    freeze(None)
    freeze(UnitFactory(parent=province), values={})  # nobody there to tell of
    assert len(asking.ask_scheduled(50)) == 3
    assert asking.ask_scheduled(50) == []
    assert {(one.unit, one.kind, one.version, one.asked_by) for one in Report.objects.all()} == {
        (unit, "project_06", 1, None) for unit in (commune, province, None)
    }


def test_from_the_records_to_the_paper_by_the_timetable_alone(resident, outsider, tmp_path):
    """Nothing by hand: days are counted, the week is closed, the reports make themselves; next door counts apart."""
    week = previous("week", of_kind("week", timezone.localdate(), starts=week_starts()))
    Resident.objects.update(created_at=moment(week.first))
    for unit in (resident.commune, outsider.commune):
        snapshots.back_fill(unit, [week.first - ONE_DAY, week.last])
    closing.close("week", week)
    asking.ask_scheduled(10)
    told = {}
    for report in Report.objects.all():
        first, people = read(report.contents)["tables"][0]["rows"][:2]
        cell = first["cells"][0] if first["kind"] == "total" else people["cells"][2]
        told[str(report.unit or "")] = cell["text"]
    assert told == {"Xã Mẫu Sơn": "1", "Xã Mẫu Hạ": "1", "Tỉnh Mẫu": "2", "": "2"}
    report = Report.objects.get(unit=resident.commune)
    assert making.make_and_store(report.pk) is True
    text = reading.pdf_text(bytes(Report.objects.get(pk=report.pk).pdf), tmp_path)
    reading.pdf_rows(text, report.contents["tables"][0])


def test_a_month_has_the_cleaning_report_too_and_an_old_period_nothing(commune):
    rows = {"unit": commune, "kind": "month", "values": {"nhan-khau": 1}}
    FrozenPeriod.objects.create(first=dt.date(2026, 10, 1), last=dt.date(2026, 10, 31), **rows)
    old = timezone.now() - asking.LOOKED_BACK - dt.timedelta(days=1)
    FrozenPeriod.objects.create(first=dt.date(2026, 9, 1), last=dt.date(2026, 9, 30), closed_at=old, **rows)
    asking.ask_scheduled(50)
    assert sorted(Report.objects.values_list("kind", "first")) == [
        ("cleaning", dt.date(2026, 10, 1)), ("project_06", dt.date(2026, 10, 1)),
    ]  # fmt: skip


def test_the_closed_report_follows_the_preliminary_one_and_keeps_what_the_chief_typed(commune, chief):
    today = timezone.localdate()
    week = Period(today - dt.timedelta(days=6), today)
    keep(commune, week.first - dt.timedelta(days=1), {"nhan-khau": 5})
    keep(commune, today, {"nhan-khau": 6})
    assert ask(commune, chief, period=week).is_preliminary is True
    freeze(commune, week, values={"nhan-khau": 7})
    asking.ask_scheduled(50)
    second = Report.objects.get(version=2)
    assert (second.is_preliminary, second.reason) == (False, asking.CLOSED)
    assert second.contents["remarks"] == SAID
    assert asking.ask_scheduled(50) == []


def test_no_more_are_asked_for_at_once_than_wanted(province):
    for _ in range(3):
        freeze(UnitFactory(parent=province))
    assert len(asking.ask_scheduled(2)) == 2
    assert len(asking.ask_scheduled(2)) == 1


def test_the_sweep_sends_out_what_waits(commune, monkeypatch):
    ReportFactory(unit=commune, state="waiting", asked_at=timezone.now() - dt.timedelta(minutes=1))
    sent = []
    monkeypatch.setattr(tasks.make_report, "apply_async", lambda args, **options: sent.append(args[0]))
    tasks.reports_due()
    assert sent == [Report.objects.get().pk]
    tasks.make_report(*sent)
    assert Report.objects.get().state == "ready"


def test_the_shape_of_the_factory_is_one_that_can_be_drawn(commune):
    contents = read(ReportFactory(unit=commune).contents)
    assert paper.pdf(contents)[1] == 1
    reading.excel_says(excel.book(contents), contents)
