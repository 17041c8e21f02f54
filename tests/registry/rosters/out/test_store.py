"""A list is made by the worker: once, sealed, with who, when and why on it."""

import csv
import datetime as dt
import gc
import io
import os
import re
import tempfile
import uuid
import zipfile

import pytest
from django.http import QueryDict
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from accounts.vault import CannotOpen, unseal
from registry.models import ListExport
from registry.rosters import forgetting
from registry.rosters.out import asking, excel, kinds, making, store
from registry.rosters.out.refusal import ExportRefused
from registry.rosters.out.separated import neutral
from tests.conftest import settled
from tests.factories import ListExportFactory, ResidentFactory
from tests.registry.rosters.out.conftest import REASON, cells_of, content_of, table_of

pytestmark = pytest.mark.django_db

HOSTILE = ["=HYPERLINK(1)", "+84912", "-1+1", "@SUM(A1)", "\tx", "\rx", " =1", "＝1"]


@pytest.fixture
def waiting(officer, resident) -> ListExport:
    return ListExportFactory(asked_by=officer)


def test_an_excel_list_says_whose_it_is_and_keeps_its_zeros(taken_out, officer, resident, outsider):
    export = taken_out(officer, query="sex=2")
    rows = cells_of(export)
    assert rows[0][0] == "CÔNG AN XÃ MẪU SƠN"
    assert rows[1][0] == "DANH SÁCH CƯ DÂN"
    assert rows[2][0] == "Lọc theo: Giới tính: Nữ"
    when = r"\d\d:\d\d \d\d/\d\d/\d{4}"
    told = rf"Người xuất: {officer}, số hiệu MS-001 · {when} · Mục đích: {REASON} · Có dữ liệu cá nhân"
    assert re.fullmatch(told, rows[3][0])
    (row,) = table_of(export)
    assert row["Số định danh cá nhân"] == "001190000123"
    assert row["Họ, chữ đệm và tên khai sinh"] == resident.full_name
    assert row["Ngày, tháng, năm sinh"] == resident.birth_date.display()
    assert "Dân tộc" not in row
    assert (export.state, export.rows_count, export.rows_done) == ("ready", 1, 1)


def test_every_printed_page_bears_the_watermark_and_the_head_stays(taken_out, officer, resident):
    with zipfile.ZipFile(io.BytesIO(content_of(taken_out(officer)))) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        workbook = packed.read("xl/workbook.xml").decode()
    foot = re.search(r"<oddFooter>(.*?)</oddFooter>", sheet)[1]
    assert officer.full_name in foot and "MS-001" in foot and REASON in foot and len(foot) < 255
    assert 'state="frozen"' in sheet and "<autoFilter" in sheet and "<f>" not in sheet
    assert f"'Danh sách'!${excel.HEAD + 1}:${excel.HEAD + 1}" in workbook


def test_a_csv_opens_by_a_double_click_in_vietnamese_excel(taken_out, officer, resident):
    content = content_of(taken_out(officer, file_format="csv"))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert officer.full_name in rows[0][0] and REASON in rows[0][0] and len(rows[0]) == 1
    assert rows[1][:3] == ["TT", "Họ, chữ đệm và tên khai sinh", "Số định danh cá nhân"]
    assert rows[2][:3] == ["1", resident.full_name, "001190000123"]
    assert len(rows) == 3


def test_a_cell_that_begins_like_a_formula_is_text(taken_out, officer, commune):
    for name in HOSTILE:
        ResidentFactory(commune=commune, full_name=name)
    asked = {"columns": ["full_name"], "query": "sort=-birth"}
    plain = content_of(taken_out(officer, file_format="csv", **asked)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(plain, newline=""), delimiter=";"))[2:]
    assert sorted(row[1] for row in rows) == sorted(neutral(name) for name in HOSTILE)
    assert {row[1][0] for row in rows} == {"'"}
    with zipfile.ZipFile(io.BytesIO(content_of(taken_out(officer, **asked)))) as packed:
        sheet, styles = (packed.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet1", "styles"))
    formats = re.findall(r"<xf [^>]*>", styles.partition("<cellXfs")[2])
    cells = re.findall(r'<c r="B(\d+)" s="(\d+)" t="(\w+)">', sheet)
    names = [(style, kind) for row, style, kind in cells if int(row) > excel.HEAD + 1]
    assert len(names) == len(HOSTILE) and "<f>" not in sheet
    assert all('quotePrefix="1"' in formats[int(style)] and kind == "inlineStr" for style, kind in names)


def test_what_is_kept_is_sealed_to_its_row(taken_out, officer, resident):
    export = taken_out(officer)
    assert resident.full_name.encode() not in bytes(export.content) and b"PK" not in bytes(export.content)[:4]
    with pytest.raises(CannotOpen):
        unseal(bytes(export.content), to=f"export {uuid.uuid4()} content")


def test_making_leaves_a_line_for_the_list_and_for_everybody_on_it(taken_out, officer, resident, outsider):
    taken_out(officer)
    told = AuditEvent.objects.filter(sentence__contains=REASON, action="print")
    assert list(told.values_list("target_ref", "actor_badge")) == [(str(resident.public_id), "MS-001")]
    asked = AuditEvent.objects.get(action="create", reason=REASON)
    assert (asked.data["kind"], asked.data["rows"]) == ("cu-dan", 1)
    assert AuditEvent.objects.filter(action="system", sentence__contains="1 dòng, 1 người").count() == 1


def test_who_looks_from_above_gets_numbers_masked(taken_out, supervisor, resident, outsider):
    export = taken_out(supervisor)
    assert export.commune is None
    assert {row["Số định danh cá nhân"] for row in table_of(export)} == {"001••••••123", "001••••••999"}


def test_the_rights_of_now_count_not_those_of_the_asking(waiting, officer, other_commune):
    officer.unit = other_commune
    officer.save()
    assert store.make_and_store(waiting.pk) is False
    waiting.refresh_from_db()
    assert waiting.state == "failed" and "không còn quyền" in waiting.error and waiting.content is None


def test_a_list_that_grew_over_the_cap_is_not_made(waiting, commune):
    Setting.objects.create(code="export_rows", value=2, valid_from=dt.date(2026, 1, 1))
    ResidentFactory.create_batch(2, commune=commune)
    assert store.make_and_store(waiting.pk) is False
    waiting.refresh_from_db()
    assert waiting.state == "failed" and "nhiều nhất 2" in waiting.error


def test_a_list_is_made_once_and_a_late_worker_stores_nothing(waiting):
    slow = store.Working(store.take(waiting.pk))
    assert store.take(waiting.pk) is None and store.make_and_store(waiting.pk) is False
    ListExport.objects.update(claimed_until=timezone.now() - dt.timedelta(seconds=1))
    assert store.make_and_store(waiting.pk) is True
    with pytest.raises(store.Overtaken):
        slow.beat(1)
    assert store.store(slow.claim, making.Made(b"late", None, 1)) is False
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == ("ready", 2)
    assert AuditEvent.objects.filter(action="print").count() == 1


def test_each_piece_is_a_heartbeat(waiting, commune, monkeypatch):
    monkeypatch.setattr(making, "PIECE", 2)
    ResidentFactory.create_batch(4, commune=commune)
    beats = []
    made = making.make(waiting, beat=beats.append)
    assert (beats, made.rows) == ([2, 4, 5], 5)
    working = store.Working(store.take(waiting.pk))
    until = working.claim.until
    working.beat(3)
    waiting.refresh_from_db()
    assert waiting.rows_done == 3 and waiting.claimed_until == working.claim.until > until


def test_an_attempt_begins_at_no_rows_done(waiting, monkeypatch):
    ListExport.objects.update(rows_done=700)
    monkeypatch.setattr(making, "pieces", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.make_and_store(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.rows_done == 0


def test_a_list_that_is_given_up_leaves_no_file_open(waiting, monkeypatch, recwarn):
    monkeypatch.setattr(making, "pieces", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.make_and_store(waiting.pk)
    gc.collect()
    assert [str(one.message) for one in recwarn if issubclass(one.category, ResourceWarning)] == []


def test_an_error_gives_the_list_back_and_the_fifth_gives_it_up(waiting, officer, colleague, monkeypatch):
    monkeypatch.setattr(making, "pieces", lambda rows: 1 / 0)
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            store.make_and_store(waiting.pk)
        ListExport.objects.update(claimed_until=None)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == ("failed", store.GAVE_UP)
    assert store.due(5) == [] and excel.leftovers() == []
    monkeypatch.undo()
    with pytest.raises(ExportRefused):
        store.ask_again(waiting, by=colleague)
    ListExport.objects.update(rows_done=700)
    store.ask_again(waiting, by=officer)
    again = ListExport.objects.get()
    assert (again.state, again.attempts, again.rows_done, again.error) == ("waiting", 0, 0, "")
    assert AuditEvent.objects.get(sentence=f"Lập lại {waiting}").reason == waiting.reason
    assert store.make_and_store(waiting.pk) is True
    with pytest.raises(ExportRefused):
        store.ask_again(waiting, by=officer)


def test_who_looks_from_above_asks_again_for_a_list_of_many_communes(supervisor):
    export = ListExportFactory(asked_by=supervisor, commune=None, state="failed", attempts=5, error=store.GAVE_UP)
    store.ask_again(export, by=supervisor)
    export.refresh_from_db()
    assert export.state == "waiting"


def test_the_sweep_finds_what_was_left_and_leaves_the_new_one_to_its_message(waiting):
    assert store.due(5) == []
    ListExport.objects.update(asked_at=timezone.now() - dt.timedelta(seconds=6))
    assert store.due(5) == [waiting.pk]
    store.take(waiting.pk)
    assert store.due(5) == []


def test_a_file_is_forgotten_when_its_days_are_over_and_who_took_it_stays(taken_out, officer, resident):
    export = taken_out(officer, for_return=True)
    assert export.purge_on == timezone.localdate() + dt.timedelta(days=30)
    assert store.forget(export.purge_on) == 0
    assert store.forget(export.purge_on + dt.timedelta(days=1)) == 1
    assert store.forget(export.purge_on + dt.timedelta(days=1)) == 0
    export.refresh_from_db()
    assert (export.state, export.content, export.originals) == ("purged", None, None)
    assert export.reason == REASON and export.sha256


def test_the_scratch_of_a_killed_worker_goes_and_that_of_one_at_work_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, at_work, foreign = (tmp_path / name for name in (f"{excel.SCRATCH}a", f"{excel.SCRATCH}b", "other"))
    for folder in (killed, at_work, foreign):
        folder.mkdir()
        (folder / "sheet1.xml").write_text("Lê Mẫu")
    for folder in (killed, foreign):
        os.utime(folder, (0, 0))
    forgetting.forget()
    assert (killed.exists(), at_work.exists(), foreign.exists()) == (False, True, True)


def test_a_household_list_names_whoever_lives_there_in_the_trail(taken_out, officer, resident, commune):
    settled(commune, number="001190000777", name="Trần Mẫu Hai")
    export = taken_out(officer, "nhan-khau")
    assert [row["Họ và tên"] for row in table_of(export)] == [resident.full_name, "Trần Mẫu Hai"]
    assert AuditEvent.objects.filter(action="print").count() == 2


def test_a_query_count_that_does_not_grow_with_the_rows(officer, commune, django_assert_max_num_queries):
    ResidentFactory.create_batch(30, commune=commune)
    kind = kinds.named("cu-dan")
    export = asking.ask(kind, QueryDict(""), columns=["full_name"], file_format="xlsx", reason=REASON, by=officer,
                        token=uuid.uuid4())  # fmt: skip
    with django_assert_max_num_queries(28):
        assert store.make_and_store(export.pk) is True
