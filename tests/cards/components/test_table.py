"""What a file needs: by reason, channel and age, against what stands on record."""

import datetime as dt

import pytest

from cards.applications.reasons import REASONS
from cards.components import ticking
from cards.components.parts import PARTS, Case
from cards.components.table import Held, Tick, lacking, missing, needed, weigh
from cards.models import Application, Component, State
from tests.factories import ApplicationFactory, RelationFactory

ALL = Held({code: Tick(True) for code in PARTS})


def asked(reason: str, **more) -> set[str]:
    """The codes a file needs, of which nothing is there."""
    return {need.part.code for need in weigh(Case(REASONS[reason], **more), Held()) if need.is_needed}


AT_COUNTER = {"dc02", "biometrics", "cc01"}
NEEDS = [
    ("from_14", {"age_years": 14}, AT_COUNTER),
    ("from_14", {"age_years": 30, "has_number": False}, AT_COUNTER | {"dc01"}),
    ("from_6", {"age_years": 13}, AT_COUNTER | {"representative", "representative_paper"}),
    ("from_6", {"age_years": 6, "representative_on_record": True}, AT_COUNTER | {"representative"}),
    ("under_6", {"age_years": 5}, {"dc02", "cc01", "representative", "representative_paper"}),
    ("a", {"age_years": 25}, AT_COUNTER | {"old_card"}),
    ("b", {"age_years": 30}, AT_COUNTER | {"old_card", "change_paper"}),
    ("c", {"age_years": 30}, AT_COUNTER | {"old_card", "identity_paper"}),
    ("d", {"age_years": 30}, AT_COUNTER | {"old_card"}),
    ("dd", {"age_years": 30}, AT_COUNTER | {"old_card"}),
    ("dd", {"age_years": 30, "channel": "online"}, {"old_card"}),
    ("e", {"age_years": 30}, AT_COUNTER | {"old_card", "number_paper"}),
    ("g", {"age_years": 30, "channel": "online"}, {"biometrics", "cc01", "old_card"}),
    ("cccd", {"age_years": 60}, AT_COUNTER | {"old_card"}),
    ("lost", {"age_years": 30}, {"dc02", "cc01"}),
    ("lost", {"age_years": 30, "channel": "online"}, set()),
    ("lost", {"age_years": 30, "exemption": "HO_NGHEO"}, {"dc02", "cc01", "exemption_paper"}),
    ("lost", {"age_years": 60, "exemption": "NGUOI_CAO_TUOI"}, {"dc02", "cc01"}),
    ("damaged", {"age_years": 30}, {"dc02", "cc01", "old_card"}),
    ("nationality", {"age_years": 30}, AT_COUNTER | {"nationality_paper"}),
    ("g", {"age_years": None}, AT_COUNTER | {"old_card"}),
]


@pytest.mark.parametrize(("reason", "more", "parts"), NEEDS)
def test_the_parts_of_a_file_follow_reason_channel_and_age(reason, more, parts):
    assert asked(reason, **more) == parts


def test_every_reason_has_a_row_in_the_table_of_this_test():
    assert {reason for reason, _, _ in NEEDS} == set(REASONS)


def test_with_everything_there_nothing_is_missing():
    for reason, more, _ in NEEDS:
        assert lacking(weigh(Case(REASONS[reason], **more), ALL)) == []


def test_the_old_card_is_asked_for_but_may_come_when_the_card_is_handed_over():
    needs = {need.part.code: need for need in weigh(Case(REASONS["a"], age_years=25), Held())}
    assert needs["old_card"].is_needed
    assert not needs["old_card"].is_missing
    assert lacking(needs.values()) == ["phiếu DC02", "sinh trắc", "phiếu CC01 đã ký"]


def test_a_part_is_let_go_with_a_reason_only_where_the_table_allows_it():
    said = Held({code: Tick(False, "đã có trong dữ liệu hộ tịch") for code in PARTS})
    assert lacking(weigh(Case(REASONS["b"], age_years=30), said)) == ["phiếu DC02", "sinh trắc", "phiếu CC01 đã ký"]


def test_a_part_that_is_not_needed_says_why():
    why = {need.part.code: need.why_not for need in weigh(Case(REASONS["lost"], channel="online"), Held())}
    assert why["biometrics"] == "không cần: nộp trực tuyến toàn trình, dùng lại lần thu gần nhất"
    assert why["dc02"] == "đã kê khai trực tuyến"


def test_every_part_names_its_article_and_who_is_asked():
    for part in PARTS.values():
        assert part.article
        assert part.asked_of in ("công dân", "người đại diện", "cán bộ thu nhận")
        assert part.column == "" or hasattr(Application, part.column)


@pytest.fixture
def file(resident, officer) -> Application:
    return ApplicationFactory(
        resident=resident, created_by=officer, state=State.TAKING, reason="b", kind="change", received_at=None,
        promised_on=None, cc01_signed=True, biometrics_taken=False,
    )  # fmt: skip


@pytest.mark.django_db
class TestAFile:
    def test_is_read_with_its_columns_and_its_rows_in_one_query(self, file, officer, django_assert_num_queries):
        ticking.tick(file, "dc02", by=officer, is_there=True)
        with django_assert_num_queries(1):
            assert missing(file) == ["sinh trắc", "giấy tờ làm căn cứ thay đổi"]

    def test_tells_who_saw_a_part_and_when(self, file, officer):
        ticking.tick(file, "dc02", by=officer, is_there=True, note="bản giấy")
        tick = next(need.tick for need in needed(file) if need.part.code == "dc02")
        row = Component.objects.get(application=file)
        assert (tick.by, tick.note, tick.at) == (officer.full_name, "bản giấy", row.checked_at)

    def test_whose_person_has_no_number_needs_the_form_that_collects_the_data(self, file):
        assert "phiếu DC01" not in missing(file)
        file.resident.numbers.all().delete()
        assert "phiếu DC01" in missing(file)

    def test_whose_representative_the_register_names_needs_no_proof(self, file):
        file.reason, file.kind = "from_6", "first"
        file.resident.birth_year = 2016
        file.representative_name = "Phạm Văn Bảo"
        Application.objects.update(representative_name=file.representative_name)
        assert "giấy tờ của người đại diện" in missing(file)
        RelationFactory(resident=file.resident, kind="guardian", name="phạm văn bảo")
        assert "giấy tờ của người đại diện" not in missing(file)

    def test_received_before_parts_were_kept_is_asked_for_its_columns_only(self, file, officer):
        file.received_at = dt.datetime(2026, 11, 2, 3, tzinfo=dt.UTC)
        assert missing(file) == ["sinh trắc"]
        ticking.tick(file, "cc01", by=officer, is_there=True, note="xem lại")  # a column: no paper
        assert missing(file) == ["sinh trắc"]
        ticking.tick(file, "dc02", by=officer, is_there=True)
        assert missing(file) == ["sinh trắc", "giấy tờ làm căn cứ thay đổi"]

    def test_is_judged_by_the_age_of_the_day_it_was_received(self, file):
        file.resident.birth_year, file.resident.birth_month, file.resident.birth_day = 2012, 11, 10
        file.received_at = dt.datetime(2026, 11, 9, 3, tzinfo=dt.UTC)
        assert "người đại diện" in missing(file)
        file.received_at = dt.datetime(2026, 11, 10, 3, tzinfo=dt.UTC)
        assert "người đại diện" not in missing(file)

    def test_that_is_not_written_yet_is_asked_all_the_same(self, file):
        draft = Application(resident=file.resident, reason="from_6", kind="first", channel="counter", cc01_signed=True)
        file.resident.birth_year = 2016
        assert missing(draft) == [
            "phiếu DC02", "người đại diện", "giấy tờ của người đại diện", "sinh trắc",
        ]  # fmt: skip
        draft.representative_name = "Lê Thị Mẫu"  # the mother whom the register names
        assert missing(draft, also=["dc02"]) == ["sinh trắc"]
