"""Sheets: who goes onto one, its number without gaps, what it asks."""

import datetime as dt
import threading

import pytest
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from registry.cleanup.scan import scan
from registry.fieldwork import choosing, making
from registry.fieldwork.choosing import Wish
from registry.fieldwork.refusal import SheetRefused
from registry.models import FieldLine, FieldSheet, Household, Membership, Resident
from tests.factories import FindingFactory, HouseholdFactory
from tests.registry.fieldwork.conftest import SENTENCE, lives, today

pytestmark = pytest.mark.django_db


def confirmed(home: Household, days_ago: int, by) -> None:
    rows = Resident.objects.filter(memberships__household=home)
    rows.update(confirmed_at=timezone.now() - dt.timedelta(days=days_ago), confirmed_by=by)


def names(homes: list[Household]) -> list[str]:
    return [home.code for home in homes]


def test_the_lines_stand_in_the_order_of_the_paper(sheet):
    lines = sheet.lines.order_by("position")
    told = [line.told.get("name") or line.told["household"] for line in lines]
    assert told == ["Hộ 00217", "Nguyễn Văn Mẫu An", "Lê Thị Mẫu Bình", "Nguyễn Mẫu Cường", "Nguyễn Thị Mẫu Dung",
                    "Hộ 00231", "Trần Mẫu Em", "Phạm Thị Mẫu Gấm"]  # fmt: skip
    assert [line.position for line in lines] == list(range(1, 9))


def test_what_is_open_is_asked_with_numbers_masked(sheet, finding):
    line = sheet.lines.get(resident=finding.resident)
    assert [(one["rule"], one["may_stand"]) for one in line.asked] == [("D31", True)]
    assert "0912345678" not in line.asked[0]["sentence"]
    assert line.asked[0]["sentence"] != SENTENCE


def test_what_concerns_the_household_is_asked_once_of_the_household(home, officer, people):
    evidence = {"sentence": "Hộ không có chủ hộ.", "values": [], "key": f"household {home.pk}"}
    for person in people[:2]:
        FindingFactory(resident=person, rule="L03", group="L", evidence=evidence)
    sheet = making.make(home.commune, [home], by=officer)
    assert [one["sentence"] for one in sheet.lines.get(resident=None).asked] == ["Hộ không có chủ hộ."]
    assert [line.asked for line in sheet.lines.of_people()] == [[], [], [], []]


def test_that_a_visit_is_due_is_not_asked_at_the_door(home, officer, people):
    FindingFactory(resident=people[0], rule="L22", group="L", severity="remind")
    sheet = making.make(home.commune, [home], by=officer)
    assert sheet.lines.get(resident=people[0]).asked == []


def test_nobody_who_left_or_died_is_on_it(home, officer, people):
    Resident.objects.filter(pk=people[2].pk).update(state="moved")
    Membership.objects.filter(resident=people[3]).update(to_on=today())
    sheet = making.make(home.commune, [home], by=officer)
    assert sheet.lines.of_people().count() == 2


def test_numbers_are_the_communes_of_the_year_without_gaps(home, officer, stranger, other_commune):
    theirs = HouseholdFactory(commune=other_commune)
    lives(theirs, "Người Mẫu Lạ", role="CHU_HO")
    first = making.make(home.commune, [home], by=officer)
    with pytest.raises(SheetRefused, match="Không có hộ nào"):
        making.make(home.commune, [], by=officer)
    with pytest.raises(RuntimeError), transaction.atomic():
        making.make(home.commune, [home], by=officer)
        raise RuntimeError
    second = making.make(home.commune, [home], by=officer)
    other = making.make(other_commune, [theirs], by=stranger)
    assert [one.serial for one in (first, second, other)] == [1, 2, 1]
    assert first.number == f"{today().year % 100}-0001"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers(catalogues, home, officer):
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            making.make(home.commune, [home], by=officer)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(FieldSheet.objects.values_list("serial", flat=True)) == [1, 2]


def test_a_sheet_that_is_not_wanted_is_cancelled_and_keeps_its_number(sheet, officer):
    with pytest.raises(SheetRefused, match="Ghi lý do"):
        making.cancel(sheet, by=officer, reason=" ")
    making.cancel(sheet, by=officer, reason="In nhầm thôn")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.closed_reason, sheet.closed_by) == ("cancelled", "In nhầm thôn", officer)
    with pytest.raises(SheetRefused, match="không còn mở"):
        making.cancel(sheet, by=officer, reason="Lần nữa")
    assert making.next_serial(sheet.commune, sheet.year) == sheet.serial + 1


def test_one_that_was_typed_back_in_part_can_only_be_ended(sheet, officer):
    line = sheet.lines.of_people().first()
    FieldLine.objects.filter(pk=line.pk).update(
        outcome="5", entered_at=timezone.now(), entered_by=officer, visited_on=today()
    )
    with pytest.raises(SheetRefused, match="Kết thúc phiếu"):
        making.cancel(sheet, by=officer, reason="In nhầm thôn")
    making.finish(sheet, by=officer)
    making.finish(sheet, by=officer)  # twice is once
    told = AuditEvent.objects.filter(sentence__startswith="Kết thúc Phiếu").values_list("sentence", flat=True)
    assert list(told) == [f"Kết thúc {sheet}, còn 5 người chưa có kết quả"]


def test_too_many_for_one_sheet_are_refused(commune, officer):
    homes = [HouseholdFactory(commune=commune) for _ in range(41)]
    with pytest.raises(SheetRefused, match="nhiều nhất 40 hộ"):
        making.make(commune, homes, by=officer)


# --- choosing --------------------------------------------------------------------------------------------------------


def test_due_are_those_with_somebody_past_due_by_the_end_of_the_month(home, other_home, officer):
    confirmed(home, 30, officer)
    confirmed(other_home, 200, officer)  # both are over 80: six months
    wish = Wish(("Thôn 2",), "due")
    assert names(choosing.chosen(home.commune, wish, today=today())) == ["00231"]
    confirmed(home, 400, officer)
    assert names(choosing.chosen(home.commune, wish, today=today())) == ["00217", "00231"]


def test_open_are_those_with_something_to_be_asked(home, other_home, finding):
    assert names(choosing.chosen(home.commune, Wish(("Thôn 2",), "open"), today=today())) == ["00217"]


def test_all_are_all_of_the_hamlets_chosen_longest_unconfirmed_first(home, other_home, officer):
    confirmed(home, 10, officer)
    confirmed(other_home, 90, officer)
    elsewhere = HouseholdFactory(commune=home.commune, hamlet="Thôn 9")
    lives(elsewhere, "Người Mẫu", role="CHU_HO")
    everybody = Wish(("Thôn 2",), "all")
    assert names(choosing.chosen(home.commune, everybody, today=today())) == ["00217", "00231"]  # as one walks
    assert names(choosing.chosen(home.commune, Wish(("Thôn 2",), "all", most=1), today=today())) == ["00231"]


def test_a_household_of_an_open_sheet_is_left_out_unless_it_is_named(sheet, home):
    assert choosing.chosen(home.commune, Wish(("Thôn 2",), "all"), today=today()) == []
    assert names(choosing.chosen(home.commune, Wish(codes=("00217",)), today=today())) == ["00217"]


def test_a_named_household_of_another_commune_is_not_found(home, other_commune):
    theirs = HouseholdFactory(commune=other_commune, code="00999")
    lives(theirs, "Người Mẫu Lạ", role="CHU_HO")
    assert choosing.chosen(home.commune, Wish(codes=("00999",)), today=today()) == []


def test_empty_and_closed_households_are_never_visited(commune):
    HouseholdFactory(commune=commune, hamlet="Thôn 2")
    gone = HouseholdFactory(commune=commune, hamlet="Thôn 2", closed_on=today())
    lives(gone, "Người Mẫu", role="CHU_HO")
    assert choosing.chosen(commune, Wish(("Thôn 2",), "all"), today=today()) == []


def test_making_costs_the_same_for_one_household_and_for_two(home, other_home, officer, django_assert_max_num_queries):
    scan(Resident.objects.values_list("pk", flat=True))
    for homes in ([home], [home, other_home]):
        with django_assert_max_num_queries(12):
            making.make(home.commune, homes, by=officer)
