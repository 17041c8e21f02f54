"""Taking an application in: one transaction, one number, one receipt; and every refusal writes nothing."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from cards.applications import intake, numbering
from cards.applications.eligibility import faults
from cards.applications.intake import IntakeRefused
from cards.applications.promise import promised_on
from cards.models import Application, Counter, Receipt, Step
from registry.models import ResidentState
from tests.conftest import settled
from tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def nothing_written() -> bool:
    return not (
        Application.objects.exists() or Receipt.objects.exists() or Step.objects.exists() or Counter.objects.exists()
    )


def refusal(resident, officer, entry, **changes) -> IntakeRefused:
    with pytest.raises(IntakeRefused) as caught:
        intake.open(resident, by=officer, entry=entry, submit_token=changes.get("token") or uuid.uuid4())
    return caught.value


def test_one_call_makes_file_step_receipt_and_audit_line(taken, officer, commune):
    today = timezone.localdate()
    assert taken.file_number == f"{today.year % 100:02d}-00001"
    assert (taken.kind, taken.reason, taken.state, taken.commune) == ("change", "g", "received", commune)
    assert taken.fee_vnd == 25_000 or today.year > 2026
    step = taken.steps.get()
    assert (step.move, step.from_state, step.to_state, step.by) == ("open", "", "received", officer)
    assert taken.receipt.state == "waiting"
    line = AuditEvent.objects.get(action="create")
    assert line.sentence == f"Thu nhận hồ sơ {taken.file_number}: cấp đổi, theo yêu cầu của công dân"
    assert line.actor_badge == officer.badge_number


def test_the_receipt_freezes_what_it_will_say(taken, resident):
    content = taken.receipt.content
    resident.full_name = "Tên Đã Sửa"
    resident.save()
    assert content["person"] == {
        "name": "NGUYỄN THỊ MẪU LAN",
        "number": "001190000123",
        "birth": "21/05/1990",
        "sex": "Nữ",
        "address": "Số 5, Thôn 2, xã Mẫu Sơn, tỉnh Mẫu",
    }
    assert (content["agency_above"], content["agency"]) == ("CÔNG AN TỈNH MẪU", "CÔNG AN XÃ MẪU SƠN")
    assert content["file_number"] == taken.file_number
    assert taken.receipt.content == Receipt.objects.get().content


PROMISES = [
    (dt.date(2026, 11, 20), dt.date(2026, 12, 2)),  # a Friday; Tuesday 24/11 is a day off
    (dt.date(2026, 11, 21), dt.date(2026, 12, 2)),  # a Saturday counts as the Friday before
    (dt.date(2026, 11, 24), dt.date(2026, 12, 3)),
    (dt.date(2027, 2, 1), dt.date(2027, 2, 17)),  # Tết: Friday 05/02 to Thursday 11/02
    (dt.date(2027, 2, 10), dt.date(2027, 2, 20)),  # the seventh day is a Saturday worked in exchange
    (dt.date(2026, 12, 1), dt.date(2026, 12, 10)),
]


@pytest.mark.parametrize(("received", "promised"), PROMISES)
def test_the_card_is_promised_seven_working_days_later(holidays, received, promised):
    assert promised_on(received) == promised


def test_the_administrators_row_changes_the_promise(holidays):
    Setting.objects.create(code="card_working_days", value=3, valid_from=dt.date(2026, 12, 1))
    assert promised_on(dt.date(2026, 11, 30)) == dt.date(2026, 12, 9)
    assert promised_on(dt.date(2026, 12, 1)) == dt.date(2026, 12, 4)


def test_the_same_token_answers_the_same_file(resident, officer, entry):
    token = uuid.uuid4()
    first = intake.open(resident, by=officer, entry=entry(), submit_token=token)
    again = intake.open(resident, by=officer, entry=entry("lost", old_card_taken=False), submit_token=token)
    assert first == again
    assert Application.objects.get().reason == "g"


def test_a_token_of_another_person_is_refused(taken, officer, commune, entry):
    other = settled(commune, number="001190000124", name="Nguyễn Văn Khác")
    refused = refusal(other, officer, entry(), token=taken.submit_token)
    assert "hồ sơ khác" in str(refused)
    assert Application.objects.count() == 1


def test_a_second_open_file_is_refused_and_names_the_first(taken, resident, officer, entry):
    refused = refusal(resident, officer, entry("lost", old_card_taken=False))
    assert str(refused) == (f"Công dân đang có hồ sơ {taken.file_number} (đã thu nhận); xử lý xong hồ sơ đó trước.")
    assert Application.objects.count() == 1


def test_a_finished_file_leaves_room_for_the_next(taken, resident, officer, entry):
    Application.objects.update(state="handed_over")
    again = intake.open(resident, by=officer, entry=entry("lost", old_card_taken=False), submit_token=uuid.uuid4())
    assert (again.serial, again.kind) == (2, "reissue")


@pytest.mark.parametrize("state", [ResidentState.DECEASED, ResidentState.MERGED, ResidentState.MOVED])
def test_the_dead_merged_and_moved_are_not_served(resident, officer, entry, state):
    resident.state = state
    resident.save()
    assert refusal(resident, officer, entry()).faults[0].field == ""
    assert nothing_written()


def test_a_stranger_and_a_supervisor_take_nothing_in(resident, stranger, supervisor, entry):
    for somebody in (stranger, supervisor):
        assert "địa bàn" in str(refusal(resident, somebody, entry()))
    assert nothing_written()


FOR_6 = {
    "reason": "from_6", "old_card_taken": False, "representative_name": "Lê Thị Mẫu",
    "representative_number": "001190000124", "representative_relation": "Mẹ",
}  # fmt: skip
FAULTS = [
    ({"reason": "from_6", "old_card_taken": False}, "reason", 36),
    ({"cc01_signed": False}, "cc01_signed", 36),
    ({"biometrics_taken": False}, "biometrics_taken", 36),
    ({"delivery": "post"}, "delivery_address", 36),
    ({"exemption": "TRE_EM"}, "exemption", 36),
    ({"exemption": "KHONG_CO"}, "exemption", 36),
    ({"reason": "lost"}, "old_card_taken", 36),
    (FOR_6 | {"representative_name": ""}, "representative_name", 10),
    (FOR_6 | {"representative_number": ""}, "representative_number", 10),
    (FOR_6 | {"representative_relation": ""}, "representative_relation", 10),
    (FOR_6 | {"reason": "under_6"}, "biometrics_taken", 3),
]


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_written(commune, officer, entry, subtests):
    for changes, field, age in FAULTS:
        with subtests.test(changes=changes, age=age):
            person = ResidentFactory(commune=commune, birth_year=timezone.localdate().year - age - 1)
            refused = refusal(person, officer, entry(**changes))
            assert [fault.field for fault in refused.faults] == [field]
            assert nothing_written()


def test_a_lost_card_may_reuse_stored_biometrics(resident, officer, entry):
    lost = entry("lost", biometrics_taken=False, old_card_taken=False)
    assert intake.open(resident, by=officer, entry=lost, submit_token=uuid.uuid4()).biometrics_taken is False


ONLINE = [
    ("lost", "online", []),
    ("damaged", "online", []),
    ("dd", "online", []),
    ("g", "online", ["biometrics_taken", "cc01_signed"]),
    ("cccd", "online", ["biometrics_taken", "cc01_signed"]),
    ("nationality", "online", ["biometrics_taken", "cc01_signed"]),
    ("lost", "counter", ["cc01_signed"]),
    ("damaged", "counter", ["cc01_signed"]),
    ("dd", "counter", ["biometrics_taken", "cc01_signed"]),
]


@pytest.mark.parametrize(("reason", "channel", "missing"), ONLINE)
def test_only_what_may_be_settled_online_needs_nobody_at_the_counter(entry, reason, channel, missing):
    """NĐ 58/2026/NĐ-CP (facts 2.1): loss, damage, units rearranged."""
    bare = entry(reason, channel=channel, biometrics_taken=False, cc01_signed=False, old_card_taken=False)
    assert [fault.field for fault in faults(bare, age_years=36)] == missing


def test_year_only_counts_from_the_end_of_the_year(commune, officer, entry):
    """Born some day in the year 14 years ago: not surely 14 before 31/12, so a representative is asked for."""
    today = timezone.localdate()
    person = ResidentFactory(commune=commune, birth_year=today.year - 14, birth_month=None, birth_day=None)
    refused = refusal(person, officer, entry("from_14", old_card_taken=False))
    assert {fault.field for fault in refused.faults} == {
        "reason", "representative_name", "representative_number", "representative_relation",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_leave_no_gap_and_no_twin(catalogues, commune, officer, entry):
    people = [settled(commune, number=f"00119000{n:04d}", name=f"Nguyễn Văn Mẫu {n}") for n in range(20)]
    start = threading.Barrier(20)

    def take(person) -> None:
        start.wait()
        try:
            intake.open(person, by=officer, entry=entry(), submit_token=uuid.uuid4())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Application.objects.values_list("serial", flat=True)) == list(range(1, 21))
    assert set(Counter.objects.values_list("series", "last")) == {("application", 20), ("receipt", 20)}


@pytest.mark.django_db(transaction=True)
def test_one_person_at_five_counters_gets_one_file(catalogues, resident, officer, entry):
    start, token, refused = threading.Barrier(5), uuid.uuid4(), []

    def take(number: int) -> None:
        start.wait()
        try:
            intake.open(resident, by=officer, entry=entry(), submit_token=token if number < 3 else uuid.uuid4())
        except IntakeRefused as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=[number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Application.objects.count() == 1
    assert Receipt.objects.count() == 1
    assert len(refused) in (2, 4)  # either the shared token came first, or one of the two others did


def test_a_rolled_back_intake_gives_its_number_back(commune, resident, officer, entry, monkeypatch):
    monkeypatch.setattr("cards.receipts.issue.freeze", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        intake.open(resident, by=officer, entry=entry(), submit_token=uuid.uuid4())
    monkeypatch.undo()
    assert nothing_written()
    assert intake.open(resident, by=officer, entry=entry(), submit_token=uuid.uuid4()).serial == 1


def test_numbers_run_apart_by_commune_and_year(commune, other_commune):
    assert [numbering.take(commune, year=2026) for _ in range(2)] == [1, 2]
    assert numbering.take(other_commune, year=2026) == 1
    assert numbering.take(commune, year=2027) == 1


def test_taking_one_in_stays_within_its_queries(resident, officer, entry, django_assert_max_num_queries):
    with django_assert_max_num_queries(36):
        intake.open(resident, by=officer, entry=entry(), submit_token=uuid.uuid4())
    assert connection.in_atomic_block
