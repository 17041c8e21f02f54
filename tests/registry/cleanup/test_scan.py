"""The scan against a real database: opens, closes, reopens, lapses, repairs; whole chunks or nothing."""

import datetime as dt
import os
import signal
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Action, AuditEvent
from registry.cleanup import scan as scanning
from registry.cleanup.scan import next_chunk, plan_all, scan, scan_due, work_on_jobs
from registry.models import (
    Finding,
    FindingState,
    Household,
    IdentityDocument,
    IdentityNumber,
    Job,
    JobState,
    Membership,
    Relation,
    Residence,
    Resident,
)
from tests.factories import (
    HouseholdFactory,
    HouseholdRoleFactory,
    IdentityDocumentFactory,
    IdentityNumberFactory,
    MembershipFactory,
    RelationFactory,
    ResidenceFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db


def open_rules(resident) -> list[str]:
    rows = Finding.objects.filter(resident=resident).exclude(state=FindingState.CLOSED)
    return sorted(rows.values_list("rule", flat=True))


def change(resident, **fields) -> None:
    Resident.objects.filter(pk=resident.pk).update(**fields)


def test_a_finding_opens_with_what_was_seen_and_closes_by_itself(resident):
    change(resident, sex=1)
    assert scan([resident.pk]).opened >= 1
    finding = Finding.objects.get(resident=resident, rule="D04")
    assert finding.evidence["sentence"] == "Số định danh là của nữ, hồ sơ ghi nam."
    assert ["Theo số", "nữ"] in finding.evidence["values"]
    assert (finding.group, finding.severity, finding.commune_id) == ("D", "error", resident.commune_id)

    change(resident, sex=2)
    scan([resident.pk])
    finding.refresh_from_db()
    assert finding.state == FindingState.CLOSED
    assert finding.closed_at is not None


def test_scanning_twice_changes_nothing(resident):
    change(resident, sex=1, phone="123")
    scan([resident.pk])
    before = list(Finding.objects.values())
    again = scan([resident.pk])
    assert (again.opened, again.closed, again.lapsed) == (0, 0, 0)
    assert list(Finding.objects.values()) == before


def test_what_comes_back_opens_as_a_new_row(resident):
    for sex in (1, 2, 1):
        change(resident, sex=sex)
        scan([resident.pk])
    states = Finding.objects.filter(resident=resident, rule="D04").order_by("pk").values_list("state", flat=True)
    assert list(states) == [FindingState.CLOSED, FindingState.OPEN]


def test_open_evidence_follows_the_values(resident):
    change(resident, phone="123")
    scan([resident.pk])
    change(resident, phone="0112345678")
    scan([resident.pk])
    finding = Finding.objects.get(resident=resident, rule="D31")
    assert ["Số điện thoại", "0112345678"] in finding.evidence["values"]
    assert Finding.objects.filter(resident=resident, rule="D31").count() == 1


def test_a_verified_exception_stays_until_its_value_changes(resident, officer):
    change(resident, phone="123")
    scan([resident.pk])
    verified = {"state": "verified", "decided_at": timezone.now(), "decided_by": officer, "basis": "đã hỏi"}
    Finding.objects.filter(resident=resident, rule="D31").update(**verified)
    scan([resident.pk])
    assert Finding.objects.get(resident=resident, rule="D31").state == FindingState.VERIFIED

    change(resident, phone="1234")
    assert scan([resident.pk]).lapsed == 1
    finding = Finding.objects.get(resident=resident, rule="D31")
    assert (finding.state, finding.decided_by, finding.basis) == (FindingState.OPEN, None, "")


def test_a_case_set_aside_stays_so_and_closes_when_fixed(resident, officer):
    change(resident, phone="123")
    scan([resident.pk])
    later = timezone.localdate() + dt.timedelta(days=7)
    Finding.objects.filter(rule="D31").update(
        state="set_aside", set_aside_until=later, decided_at=timezone.now(), decided_by=officer
    )
    scan([resident.pk])
    assert Finding.objects.get(rule="D31").state == FindingState.SET_ASIDE
    change(resident, phone="0912345678")
    scan([resident.pk])
    assert Finding.objects.get(rule="D31").state == FindingState.CLOSED


def test_characters_are_repaired_and_old_and_new_are_written_down(resident):
    change(resident, full_name="Nguyễn  Thị\u200b Ðào", surname="Nguyễn", middle_name="Thị", given_name="Ðào")
    assert scan([resident.pk]).mended == 1
    resident.refresh_from_db()
    assert (resident.full_name, resident.given_name, resident.name_folded) == (
        "Nguyễn Thị Đào",
        "Đào",
        "nguyen thi dao",
    )
    assert resident.matching_due
    trail = AuditEvent.objects.get(action=Action.SYSTEM, target_ref=str(resident.public_id))
    assert trail.sentence == "Hệ thống tự sửa ký tự theo quy tắc S14, S17"
    assert trail.data["Họ, chữ đệm và tên"] == "Nguyễn  Thị[U+200B] Ðào → Nguyễn Thị Đào"
    notes = Finding.objects.filter(resident=resident, rule__in=["S14", "S17"])
    assert {row.state for row in notes} == {FindingState.CLOSED}
    assert not {"S14", "S17"} & set(open_rules(resident))


def test_the_trail_keeps_the_old_text_of_each_residence(resident):
    permanent, present = resident.residences.order_by("pk")
    before = ResidenceFactory(resident=resident, hamlet="Thôn\u200b 1", from_on=dt.date(1995, 3, 1),
                              to_on=dt.date(1999, 1, 1))  # fmt: skip
    Residence.objects.filter(pk=permanent.pk).update(hamlet="Thôn  2")
    Residence.objects.filter(pk=present.pk).update(hamlet="Thôn  3", from_on=None)
    scan([resident.pk])
    trail = AuditEvent.objects.get(action=Action.SYSTEM, target_ref=str(resident.public_id))
    assert trail.data == {
        "Thôn, tổ dân phố (thường trú từ 01/01/2010)": "Thôn  2 → Thôn 2",
        "Thôn, tổ dân phố (thường trú từ 01/03/1995)": "Thôn[U+200B] 1 → Thôn 1",
        "Thôn, tổ dân phố (nơi ở hiện tại)": "Thôn  3 → Thôn 3",
    }
    before.refresh_from_db()
    assert before.hamlet == "Thôn 1"


def test_two_rows_of_one_name_are_told_apart(resident):
    for name in ("Lê Văn  Một", "Lê Văn  Hai"):
        RelationFactory(resident=resident, kind="guardian", name=name)
    scan([resident.pk])
    trail = AuditEvent.objects.get(action=Action.SYSTEM, target_ref=str(resident.public_id))
    assert sorted(trail.data.values()) == ["Lê Văn  Hai → Lê Văn Hai", "Lê Văn  Một → Lê Văn Một"]


def test_what_cannot_be_repaired_waits_for_a_hand(resident):
    change(resident, full_name="Nguyễn Thị Ho\u0301\u0302a")
    scan([resident.pk])
    assert "S13" in open_rules(resident)


def test_the_dead_keep_only_rules_that_concern_them(resident):
    change(resident, phone="123", sex=1)
    scan([resident.pk])
    assert "D31" in open_rules(resident)
    change(resident, state="deceased", died_on=timezone.localdate() - dt.timedelta(days=30))
    scan([resident.pk])
    assert open_rules(resident) == ["D04", "E23", "L01"]


def test_a_merged_record_has_no_findings(resident):
    change(resident, sex=1)
    scan([resident.pk])
    change(resident, state="merged")
    scan([resident.pk])
    assert open_rules(resident) == []


def test_household_problems_are_put_to_the_eldest_only(commune):
    home = HouseholdFactory(commune=commune)
    child_of = HouseholdRoleFactory(code="CON_DE", name="Con đẻ")
    people = [ResidentFactory(commune=commune, birth_year=year) for year in (1990, 1960, 2001)]
    for person in people:
        ResidenceFactory(resident=person)
        MembershipFactory(household=home, resident=person, role=child_of)
    scan([person.pk for person in people])
    assert list(Finding.objects.filter(rule="E20").values_list("resident", flat=True)) == [people[1].pk]


def test_the_other_holder_of_a_number_is_looked_at_again(commune):
    one, two = ResidentFactory.create_batch(2, commune=commune)
    for person in (one, two):
        IdentityNumberFactory(resident=person, kind="CMND9", number="081234567")
    scan([one.pk])
    two.refresh_from_db()
    assert two.scan_due
    scan_due()
    assert "S02" in open_rules(two)

    retire(two)
    scan([two.pk])
    assert "S02" not in open_rules(two)
    one.refresh_from_db()
    assert one.scan_due
    scan_due()
    assert "S02" not in open_rules(one)


def retire(resident) -> None:
    """What a correction does with a number: it stays, and is no longer in use (registry/residents/numbers.py)."""
    resident.numbers.filter(kind="CMND9").update(is_active=False, valid_to=timezone.localdate())


@pytest.mark.parametrize(("rule", "number"), [("D07", "08123"), ("S24", "000000000"), ("S26", "001190000123")])
def test_a_cmnd_that_was_corrected_is_no_longer_found(resident, rule, number):
    IdentityNumberFactory(resident=resident, kind="CMND9", number=number)
    scan([resident.pk])
    assert rule in open_rules(resident)
    retire(resident)
    IdentityNumberFactory(resident=resident, kind="CMND9", number="081234567")
    scan([resident.pk])
    assert rule not in open_rules(resident)


def test_a_retired_cmnd_is_no_cmnd_number(resident):
    IdentityNumberFactory(resident=resident, kind="CMND9", number="081234567")
    scan([resident.pk])
    assert "E28" not in open_rules(resident)
    retire(resident)
    scan([resident.pk])
    assert "E28" in open_rules(resident)


def test_the_day_of_a_confirmation_is_the_day_here(resident, officer):
    """18:30 by Greenwich is already the next day in Hanoi."""
    last_good = timezone.localdate() - dt.timedelta(days=365)  # L22: twelve months
    evening = dt.datetime.combine(last_good - dt.timedelta(days=1), dt.time(18, 30), tzinfo=dt.UTC)
    change(resident, confirmed_at=evening, confirmed_by=officer)
    scan([resident.pk])
    assert "L22" not in open_rules(resident)
    change(resident, confirmed_at=evening - dt.timedelta(days=1))
    scan([resident.pk])
    seen = Finding.objects.get(resident=resident, rule="L22").evidence["sentence"]
    assert seen == f"Phúc tra lần cuối: {last_good - dt.timedelta(days=1):%d/%m/%Y}."


def test_scan_due_takes_only_what_is_marked(commune):
    marked = ResidentFactory.create_batch(3, commune=commune, scan_due=True, sex=0)
    ResidentFactory(commune=commune, scan_due=False, sex=0)
    assert scan_due(limit=2) == 2
    assert scan_due(limit=2) == 1
    assert scan_due(limit=2) == 0
    assert Finding.objects.filter(rule="E04").count() == len(marked)


# 31/02 passes every constraint of the table; an import by SQL can bring it.
NO_SUCH_DAY = {"birth_month": 2, "birth_day": 31}


def test_a_birth_date_that_is_none_is_a_finding_and_stops_nobody(resident, commune):
    child = ResidentFactory(commune=commune, birth_year=2020)
    RelationFactory(resident=child, kind="mother", name=resident.full_name, person=resident)
    change(resident, full_name="Nguyễn  Thị Mẫu Lan", scan_due=True, **NO_SUCH_DAY)
    change(child, scan_due=True)
    assert scan_due() == 2
    assert {"D08", "S17"} <= set(open_rules(resident))
    assert not AuditEvent.objects.filter(action=Action.SYSTEM).exists()
    assert scan_due() == 0


def fail_on(culprit, monkeypatch) -> None:
    real = scanning._keep

    def keep(batch, *args):
        if culprit.pk in [facts.resident.pk for facts in batch]:
            raise ZeroDivisionError("một hồ sơ lạ")
        return real(batch, *args)

    monkeypatch.setattr(scanning, "_keep", keep)


def test_one_bad_record_does_not_stop_the_others(commune, monkeypatch, caplog):
    people = ResidentFactory.create_batch(7, commune=commune, scan_due=True, sex=0, phone="")
    culprit = people[3]
    change(culprit, **NO_SUCH_DAY)  # even its name cannot be written with a birth date
    fail_on(culprit, monkeypatch)
    assert (scan_due(), scan_due()) == (7, 0)
    found = set(Finding.objects.filter(rule="E04").values_list("resident", flat=True))
    assert found == {person.pk for person in people} - {culprit.pk}
    line = AuditEvent.objects.get(action=Action.SYSTEM)
    assert (line.target_ref, line.data) == (
        str(culprit.public_id),
        {"error": "Lỗi của hệ thống (ZeroDivisionError), báo quản trị"},
    )
    assert line.sentence == "Kiểm tra dữ liệu: hệ thống không xử lý được hồ sơ này, tạm bỏ qua"
    assert f"failed on resident {culprit.pk}" in caplog.text

    change(culprit, scan_due=True)
    scan_due()
    assert AuditEvent.objects.filter(action=Action.SYSTEM).count() == 1  # said once a day


def test_a_lock_error_is_nobodys_fault(commune, monkeypatch):
    person = ResidentFactory(commune=commune, scan_due=True)
    monkeypatch.setattr(scanning, "_keep", yields)
    with pytest.raises(OperationalError):
        scan_due()
    person.refresh_from_db()
    assert person.scan_due
    assert not AuditEvent.objects.filter(action=Action.SYSTEM).exists()


def yields(*args, **kwargs):
    raise OperationalError("deadlock detected")


def test_the_number_of_queries_does_not_grow_with_the_people(commune, django_assert_num_queries):
    few = ResidentFactory.create_batch(2, commune=commune, sex=0, phone="")
    many = ResidentFactory.create_batch(12, commune=commune, sex=0, phone="")
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        scan([person.pk for person in few])
    with CaptureQueriesContext(connection) as asked_of_many:
        scan([person.pk for person in many])
    assert len(asked_of_many) == len(asked)
    assert len(asked) <= 26


def a_commune_of(people: int, commune) -> list[int]:
    """Ordinary people, complete but for one in ten without a phone; in households of four."""
    residents = Resident.objects.bulk_create(
        ResidentFactory.build(
            commune=commune, phone=f"09{n:08d}" if n % 10 else "", home_town="Xã Mẫu, Lạng Sơn", never_had_cmnd=True
        ).derive()
        for n in range(people)
    )
    head, other = HouseholdRoleFactory(code="CHU_HO"), HouseholdRoleFactory(code="EM_RUOT")
    homes = Household.objects.bulk_create(HouseholdFactory.build(commune=commune) for _ in range(people // 4))
    rows: dict[type, list] = {IdentityNumber: [], Relation: [], Residence: [], Membership: [], IdentityDocument: []}
    for n, person in enumerate(residents):
        rows[IdentityNumber].append(IdentityNumber(resident=person, kind="SDDCN", number=f"001190{n:06d}"))
        rows[IdentityDocument].append(IdentityDocumentFactory.build(resident=person))
        rows[Relation] += [Relation(resident=person, kind=kind, name="Nguyễn Văn Mẫu") for kind in ("father", "mother")]
        rows[Residence] += [
            Residence(resident=person, kind=kind, unit=commune, hamlet="Thôn 2", from_on=dt.date(2010, 1, 1))
            for kind in ("permanent", "present")
        ]
        rows[Membership].append(Membership(household=homes[n // 4], resident=person, role=other if n % 4 else head))
    for model, wanted in rows.items():
        model.objects.bulk_create(wanted)
    return [person.pk for person in residents]


def test_a_scan_asks_the_same_however_many_people_there_are(commune):
    ids = a_commune_of(600, commune)
    asked = []
    for chunk in (ids[:100], ids[100:]):
        with CaptureQueriesContext(connection) as queries:
            scan(chunk)
        asked.append(len(queries))
    assert dict(Finding.objects.values_list("rule").annotate(n=Count("pk"))) == {"E27": 60}
    assert asked[1] <= asked[0] + 2 <= 50


# --- jobs ---------------------------------------------------------------------------------------------------


def test_a_night_is_planned_once_and_finished_chunk_by_chunk(commune, other_commune, monkeypatch):
    monkeypatch.setattr(scanning, "CHUNK", 2)
    ResidentFactory.create_batch(3, commune=commune, sex=0)
    ResidentFactory.create_batch(1, commune=other_commune, sex=0)
    assert (plan_all(), plan_all()) == (2, 0)
    assert [next_chunk() for _ in range(4)] == [2, 1, 1, None]
    assert Finding.objects.filter(rule="E04").count() == 4
    assert {job.state for job in Job.objects.all()} == {JobState.DONE}
    assert sorted(Job.objects.values_list("done_count", flat=True)) == [1, 3]


def test_a_failed_chunk_is_written_on_its_job(commune, monkeypatch):
    ResidentFactory(commune=commune)
    plan_all()

    def breaks(*args, **kwargs):
        raise RuntimeError("đĩa đầy")

    monkeypatch.setattr(scanning, "scan_suspects", breaks)
    with pytest.raises(RuntimeError):
        next_chunk()
    job = Job.objects.get()
    assert (job.state, job.error) == (JobState.FAILED, "Lỗi của hệ thống (RuntimeError), báo quản trị")
    assert next_chunk() is None


def test_a_bad_record_is_passed_by_at_night_and_written_on_the_job(commune, monkeypatch):
    people = ResidentFactory.create_batch(4, commune=commune, sex=0)
    fail_on(people[0], monkeypatch)
    plan_all()
    assert next_chunk() == 4
    job = Job.objects.get()
    assert (job.state, job.done_count, job.error) == (
        JobState.DONE,
        4,
        "Lỗi của hệ thống (ZeroDivisionError), báo quản trị",
    )
    assert Finding.objects.filter(rule="E04").count() == 3


def test_a_chunk_that_must_yield_is_taken_up_again(commune, monkeypatch):
    ResidentFactory(commune=commune, sex=0)
    plan_all()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(scanning, "_keep", yields)
        assert work_on_jobs(seconds=5)["chunks"] == 0
    assert (Job.objects.get().state, Job.objects.get().error) == (JobState.WAITING, "")
    assert work_on_jobs(seconds=5)["people"] == 1
    assert Job.objects.get().state == JobState.DONE


WORKER = """
import django, time
django.setup()
from registry.cleanup import scan as scanning
scanning.CHUNK = 20
keep = scanning._keep
def slow(*args):
    kept = keep(*args)
    print("wrote", flush=True)
    time.sleep(60)
    return kept
if {slow}:
    scanning._keep = slow
while scanning.next_chunk() is not None:
    pass
"""


def worker(*, slow: bool) -> subprocess.Popen:
    """A real process on the test database."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    code = WORKER.format(slow=slow)
    return subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True)


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_nothing_doubled_and_nothing_missing(commune):
    ResidentFactory.create_batch(50, commune=commune, sex=0)
    plan_all()
    doomed = worker(slow=True)
    assert doomed.stdout.readline() == "wrote\n"  # its first chunk stands in an open transaction
    doomed.send_signal(signal.SIGKILL)
    doomed.wait()
    assert Finding.objects.count() == 0

    heir = worker(slow=False)
    assert heir.wait(timeout=60) == 0
    per_person = Finding.objects.filter(rule="E04").values_list("resident", flat=True)
    assert sorted(per_person) == sorted(Resident.objects.values_list("pk", flat=True))
    job = Job.objects.get()
    assert (job.state, job.done_count) == (JobState.DONE, 50)
