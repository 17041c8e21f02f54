"""CHẶN at every door: what is never right is not saved; what was so before does not stop other work."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from cards.applications import intake, rules
from cards.applications.eligibility import Entry
from cards.applications.reasons import REASONS
from cards.models import Application, Channel, Delivery
from registry.cleanup.blocking import WriteBlocked, blocking_rules, refuse_blocked
from registry.cleanup.scan import scan
from registry.duplicates.merge_refusals import Impossible
from registry.models import Finding, Relation, Residence, Resident
from registry.residents.register import correct, register
from registry.values.partial_date import parse
from tests.at_work import PAPER, do
from tests.conftest import settled
from tests.factories import RelationFactory, ResidenceFactory, ResidentFactory, UnitFactory
from tests.registry.duplicates.folding import fold, twin_of

pytestmark = pytest.mark.django_db
LATER = dt.date(2099, 1, 1)
TYPED = {"received_on": "20/11/2026", "basis": "Đơn của công dân"}


def child_of(person: Resident) -> Resident:
    return ResidentFactory(commune=person.commune, full_name="Trần Mẫu Con", birth_year=2015)


def household(person: Resident):
    return person.memberships.get().household


Path = Callable[[Resident, object], object]
PATHS: dict[str, Path] = {
    "the record's form": lambda one, by: correct(one, {"email": "lan@vd.vn"}, by=by),
    "an event": lambda one, by: do("cai-chinh", one, by, **PAPER, **TYPED, birth_place="Xã Mẫu Hạ"),
    "a residence": lambda one, by: do(
        "vang-khong-khai-bao", one, by, **TYPED, effective_on="1/11/2026"
    ),
    "a family tie": lambda one, by: do(
        "them-quan-he", one, by, **TYPED, relation_kind="child", person_chon=child_of(one).public_id
    ),
    "a number": lambda one, by: do(
        "them-so", one, by, **TYPED, number_kind="CMND9", number="012345678", standing="nay", source="GIAY_TO"
    ),
    "a paper": lambda one, by: do(
        "ghi-giay-to", one, by, **TYPED, kind="CAN_CUOC", issued_on="2/9/2024", state="in_use", source="GIAY_TO"
    ),
    "a household": lambda one, by: do(
        "doi-dia-chi-ho", household(one), by, **TYPED, why="move", hamlet="Thôn 3", effective_on="20/11/2026"
    ),
    "a merge": lambda one, by: fold(one, twin_of(one), by),
}  # fmt: skip


def break_it(person: Resident) -> None:
    """As an import might: a death that is still to come (rule D28)."""
    Resident.objects.filter(pk=person.pk).update(died_on=LATER)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_no_way_of_writing_saves_what_is_never_right(path, resident, officer):
    break_it(resident)
    lines = AuditEvent.objects.count()
    with pytest.raises((WriteBlocked, Impossible), match="Ngày chết ở tương lai"):
        path(Resident.objects.get(pk=resident.pk), officer)
    assert AuditEvent.objects.count() == lines


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_what_was_wrong_before_does_not_stop_other_work(path, resident, officer):
    break_it(resident)
    scan([resident.pk])
    assert Finding.objects.filter(resident=resident, rule="D28", state="open").exists()
    path(Resident.objects.get(pk=resident.pk), officer)


def test_what_was_wrong_may_not_become_wrong_in_another_way(resident, officer):
    break_it(resident)
    scan([resident.pk])
    Resident.objects.filter(pk=resident.pk).update(died_on=dt.date(1980, 1, 1))
    with pytest.raises(WriteBlocked):
        refuse_blocked([resident.pk])


def test_one_of_two_wrong_rows_can_be_mended(resident, province):
    """The finding holds both; what is left is no worse."""
    gone = UnitFactory(code="09001", name="Xã Đã Hết", parent=province, valid_from=dt.date(1990, 1, 1),
                       valid_to=dt.date(2025, 6, 30))  # fmt: skip
    rows = [
        ResidenceFactory(resident=resident, kind="stay", unit=gone, from_on=dt.date(2026, month, 1),
                         to_on=dt.date(2026, month, 20))
        for month in (1, 2)
    ]  # fmt: skip
    with pytest.raises(WriteBlocked, match="hết hiệu lực"):
        refuse_blocked([resident.pk])
    scan([resident.pk])
    refuse_blocked([resident.pk])
    rows[0].delete()
    refuse_blocked([resident.pk])
    ResidenceFactory(resident=resident, kind="stay", unit=gone, from_on=dt.date(2026, 3, 1), to_on=dt.date(2026, 3, 9))
    with pytest.raises(WriteBlocked):
        refuse_blocked([resident.pk])


def test_registering_is_refused_with_the_rules_sentence_and_writes_nothing(officer, commune):
    values = {"full_name": "Lê Thị Mẫu", "birth_date": parse("1/1/2098"), "sex": 2}
    with pytest.raises(WriteBlocked) as refused:
        register(values, by=officer, token=uuid.uuid4())
    assert str(refused.value) == (
        "Lê Thị Mẫu: Ngày sinh ở tương lai. Gõ lại ngày sinh theo giấy khai sinh. (quy tắc D08, mức CHẶN)"
    )
    assert (refused.value.field, refused.value.rule.code) == ("birth_date", "D08")
    assert not Resident.objects.exists()


def test_the_page_says_the_sentence_and_keeps_what_was_typed(resident, officer, client_of):
    break_it(resident)
    url = reverse("registry:resident_change", args=[resident.public_id, "ghi-giay-to", uuid.uuid4()])
    typed = {"buoc": "xem", "kind": "CAN_CUOC", "issued_on": "2/9/2024", "state": "in_use", "source": "GIAY_TO"}
    answer = client_of(officer).post(url, typed | {"received_on": "20/11/2026"})
    assert answer.status_code == 422
    assert "Ngày chết ở tương lai" in answer.content.decode()
    assert answer.context["form"].data["issued_on"] == "2/9/2024"


def test_a_place_of_another_province_is_refused_beside_its_field(resident, officer, province):
    """The unit of today is made of communes of old Lạng Sơn (20): the form said Hà Nội (001)."""
    old_province = UnitFactory(code="20", name="Tỉnh Cũ", level="province", valid_to=dt.date(2025, 6, 30),
                               valid_from=dt.date(1990, 1, 1))  # fmt: skip
    old = UnitFactory(code="06999", name="Xã Cổ", parent=old_province, valid_to=dt.date(2025, 6, 30),
                      valid_from=dt.date(1990, 1, 1))  # fmt: skip
    with pytest.raises(WriteBlocked) as refused:
        correct(resident, {"birth_registration_place": "Xã Cổ, Tỉnh Cũ"}, by=officer)
    assert (refused.value.rule.code, refused.value.field) == ("D27", "birth_registration_province")
    resident.refresh_from_db()
    assert resident.birth_registration_unit is None
    correct(
        resident, {"birth_registration_place": "Xã Cổ, Tỉnh Cũ", "birth_registration_province": "020"}, by=officer
    )  # fmt: skip
    resident.refresh_from_db()
    assert resident.birth_registration_unit == old


def test_two_officers_closing_a_circle_are_stopped_at_the_second(commune):
    """Each link alone is sound (rule S27)."""
    one, other = (ResidentFactory(commune=commune, full_name=f"Nguyễn Văn {name}", sex=1) for name in ("A", "B"))
    RelationFactory(resident=one, kind="father", name=other.full_name, person=other)
    refuse_blocked([one.pk, other.pk])
    RelationFactory(resident=other, kind="father", name=one.full_name, person=one)
    with pytest.raises(WriteBlocked, match="tổ tiên của chính mình"):
        refuse_blocked([other.pk])


def test_half_a_number_and_a_shared_one(resident, commune):
    resident.numbers.update(number="00119000012")
    with pytest.raises(WriteBlocked, match="12 chữ số"):
        refuse_blocked([resident.pk])
    with pytest.raises(IntegrityError):
        settled(commune, number="00119000012")


def test_people_of_others_are_not_asked_about(resident, commune, officer):
    """A housemate's old fault is nobody's reason to refuse this person."""
    mate = ResidentFactory(commune=commune, full_name="Lê Văn Mẫu Cùng")
    break_it(mate)
    do("cai-chinh", resident, officer, **PAPER, **TYPED, birth_place="Xã Mẫu Hạ")


def test_it_costs_few_queries_however_many_people(commune):
    people = [settled(commune, number=f"00119000{n:04d}", name=f"Nguyễn Thị Mẫu {n}") for n in range(6)]
    counts = []
    for some in (people[:1], people[:3], people):
        with CaptureQueriesContext(connection) as queries:
            refuse_blocked([one.pk for one in some])
        counts.append(len(queries))
    assert counts == [counts[0]] * 3
    assert counts[0] <= 9


def test_nobody_asked_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        refuse_blocked([])


def test_a_card_file_is_refused_where_it_is_received_and_nowhere_else(resident, officer):
    """E30: what lacks a part for the rule is refused by the form's own check (cards/applications/eligibility.py)."""
    assert "E30" not in [rule.code for rule in blocking_rules()]
    whole = Entry(REASONS["from_14"], Channel.COUNTER, Delivery.OFFICE, biometrics_taken=True, cc01_signed=True)
    for lacking in ({"biometrics_taken": False}, {"cc01_signed": False}):
        entry = Entry(**(vars(whole) | lacking))
        with pytest.raises(intake.IntakeRefused):
            intake.open(resident, by=officer, entry=entry, submit_token=uuid.uuid4())
    assert not Application.objects.exists()
    file = intake.open(resident, by=officer, entry=whole, submit_token=uuid.uuid4())
    assert rules.load([resident.pk])[resident.pk][0].number == file.file_number
    Application.objects.update(cc01_signed=False)
    scan([resident.pk])
    assert Finding.objects.get(resident=resident, rule="E30").evidence["values"][1] == ["Thiếu", "phiếu CC01 đã ký"]
    correct(resident, {"email": "lan@vd.vn"}, by=officer)


def test_the_parts_named_are_there_to_load(resident):
    assert Relation.objects.exists() and Residence.objects.exists()
    refuse_blocked([resident.pk])
