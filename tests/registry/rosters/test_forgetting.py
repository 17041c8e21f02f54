"""Files and rows past their days: gone; what taking back needs stays without what the file said."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from registry.models import ListExport, Roster, RosterHousehold, RosterRow, RosterState, RowState
from registry.models.list_export import ExportState
from registry.rosters import forgetting, intake, work
from registry.rosters.refusal import RosterRefused
from tests.registry.rosters.reading import awkward


def days_ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def list_of(
    officer, *, state: str = RosterState.READ, purge_on: dt.date, applied_days_ago: int | None = None
) -> Roster:
    roster = intake.take_in("a.csv", awkward.csv(), by=officer, source_code="TANG_THU", source_on=dt.date(2026, 11, 1),
                            token=uuid.uuid4())  # fmt: skip
    work.go_on(roster.pk, seconds=60)
    applied_at = None if applied_days_ago is None else timezone.now() - dt.timedelta(days=applied_days_ago)
    Roster.objects.filter(pk=roster.pk).update(state=state, purge_on=purge_on, applied_at=applied_at)
    RosterHousehold.objects.create(roster=roster, key="H1")
    return Roster.objects.get(pk=roster.pk)


def test_a_file_is_kept_to_its_day_and_not_longer(officer):
    kept, over = list_of(officer, purge_on=days_ago(0)), list_of(officer, purge_on=days_ago(1))
    assert forgetting.forget() == 1
    kept.refresh_from_db()
    over.refresh_from_db()
    assert (bool(kept.content), kept.purged_at, kept.rows.count()) == (True, None, 4)
    assert (over.content, over.purged_at is None, over.rows.count(), over.households.count()) == (None, False, 0, 0)
    assert over.told["counts"]["state"] == {"read": 4}
    assert ("samples" in over.told, "left_out" in over.told, over.told["headings"]) == (False, False, awkward.HEADINGS)
    line = AuditEvent.objects.filter(target_ref=str(over.public_id)).latest("at")
    assert (line.action, line.sentence) == ("system", f"Xóa tệp và 4 dòng của {over.audit_label()} theo hạn giữ")
    with pytest.raises(RosterRefused, match="đã xóa theo hạn giữ"):
        intake.content_of(over)


def test_forgetting_twice_does_nothing_more(officer):
    list_of(officer, purge_on=days_ago(1))
    assert (forgetting.forget(), forgetting.forget()) == (1, 0)
    assert AuditEvent.objects.filter(action="system").count() == 1


def test_a_list_at_work_is_left_alone(officer):
    roster = list_of(officer, state=RosterState.CHECKING, purge_on=days_ago(1))
    assert forgetting.forget() == 0
    assert roster.rows.count() == 4


def test_rows_that_taking_back_needs_stay_without_the_file(officer, resident):
    roster = list_of(officer, state=RosterState.APPLIED, purge_on=days_ago(1), applied_days_ago=10)
    written = {"kind": "new", "ids": [1]}
    roster.rows.filter(number=2).update(state=RowState.APPLIED, resident=resident, written=written, name="Lê Mẫu")
    assert forgetting.forget() == 1
    row = RosterRow.objects.get(roster=roster)
    assert (row.written, row.resident, row.raw, row.typed, row.repairs) == (written, resident, [], {}, [])
    assert roster.households.count() == 1
    line = AuditEvent.objects.filter(action="system").latest("at")
    assert line.sentence.endswith("; giữ 1 dòng không kèm nội dung tệp để còn hoàn tác được")


def test_they_go_when_it_cannot_be_taken_back_any_more(officer, resident):
    roster = list_of(officer, state=RosterState.APPLIED, purge_on=days_ago(1), applied_days_ago=10)
    roster.rows.filter(number=2).update(state=RowState.APPLIED, resident=resident)
    forgetting.forget()
    Roster.objects.filter(pk=roster.pk).update(applied_at=timezone.now() - dt.timedelta(days=32))
    forgetting.forget()
    roster.refresh_from_db()
    assert (roster.rows.count(), roster.households.count()) == (0, 0)
    assert roster.told["counts"]["state"] == {"applied": 1, "read": 3}
    assert type(resident).objects.filter(pk=resident.pk).exists()


def test_a_list_that_was_taken_back_keeps_nothing(officer):
    roster = list_of(officer, state=RosterState.TAKEN_BACK, purge_on=days_ago(1), applied_days_ago=5)
    roster.rows.update(state=RowState.TAKEN_BACK)
    forgetting.forget()
    assert roster.rows.count() == 0


def test_files_that_went_out_are_forgotten_as_well(officer, commune):
    def export(purge_on: dt.date) -> ListExport:
        return ListExport.objects.create(commune=commune, kind="residents", title="Cư dân", reason="Kiểm tra",
                                         rows_count=3, state=ExportState.READY, content=b"x", originals=b"y",
                                         asked_by=officer, purge_on=purge_on)  # fmt: skip

    kept, over = export(days_ago(0)), export(days_ago(1))
    assert (forgetting.forget(), forgetting.forget()) == (1, 0)
    kept.refresh_from_db()
    over.refresh_from_db()
    assert (kept.state, bytes(kept.content)) == (ExportState.READY, b"x")
    assert (over.state, over.content, over.originals, over.rows_count) == (ExportState.PURGED, None, None, 3)
    line = AuditEvent.objects.get(target_ref=str(over.public_id))
    assert line.sentence == f"Xóa tệp của {over.audit_label()} theo hạn giữ"
