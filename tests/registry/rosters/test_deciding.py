"""Decisions on rows: in bulk and one by one, with who and when; and the chief's word on what he saw."""

import pytest

from accounts.models import AuditEvent
from registry.duplicates import index
from registry.models import Resident, RosterState
from registry.rosters import deciding
from registry.rosters.refusal import RosterRefused
from tests.factories import ResidentFactory
from tests.registry.rosters.listing import checked, person, row_of, write

pytestmark = pytest.mark.django_db
LAN = {"full_name": "Nguyễn Thị Mẫu Lan", "birth_date": "21/05/1990", "sex": "Nữ", "number": "001190000123"}


@pytest.fixture
def mixed(officer, resident):
    """Line 2 new, 3 changed, 4 suspected, 5 wrong, 6 the same."""
    index.refresh([resident.pk])
    suspected = {name: text for name, text in LAN.items() if name != "number"}
    rows = [person("Lò Văn Một"), LAN | {"email": "a@b.vn"}, suspected, person("Lò Văn Sai", birth_date="31/02/1980"),
            LAN]  # fmt: skip
    roster = checked(officer, rows)
    verdicts = list(roster.rows.values_list("verdict", flat=True))
    assert verdicts == ["new", "changed", "suspect", "wrong", "same"]
    return roster


def decisions(roster) -> list[str]:
    return list(roster.rows.values_list("decision", flat=True))


def test_a_decision_in_bulk_passes_by_the_rows_that_cannot_have_it(mixed, officer):
    assert deciding.decide(mixed, mixed.rows.all(), "write", by=officer) == 2
    assert decisions(mixed) == ["write", "write", "", "", "skip"]
    row = row_of(mixed, 3)
    assert (row.decided_by, row.decided_at is not None) == (officer, True)
    assert deciding.decide(mixed, mixed.rows.filter(number__gt=3), "as_new", by=officer) == 2
    assert deciding.decide(mixed, mixed.rows.all(), "skip", by=officer) == 5


def test_a_decision_is_taken_back(mixed, officer):
    deciding.decide(mixed, mixed.rows.filter(number=3), "write", by=officer)
    deciding.decide(mixed, mixed.rows.filter(number=3), "", by=officer)
    row = row_of(mixed, 3)
    assert (row.decision, row.decided_at, row.decided_by) == ("", None, None)


def test_the_fields_taken_are_kept_with_the_row(mixed, officer):
    deciding.decide(mixed, mixed.rows.filter(number=3), "write", by=officer, takes=[])
    assert [one["take"] for one in row_of(mixed, 3).changes] == [False]
    deciding.decide(mixed, mixed.rows.filter(number=3), "write", by=officer, takes=["email"])
    assert [one["take"] for one in row_of(mixed, 3).changes] == [True]


def test_rows_of_another_list_are_never_decided_by_mistake(mixed, officer):
    other = checked(officer, [person("Lò Văn Hai")])
    deciding.decide(mixed, other.rows.all(), "skip", by=officer)
    assert decisions(other) == ["write"]


def test_a_person_chosen_by_an_officer_is_compared_with_and_may_be_written(mixed, officer, resident):
    deciding.choose_person(row_of(mixed, 4), resident, by=officer)
    row = row_of(mixed, 4)
    assert (row.decision, row.decided_by, row.person) == ("as_person", officer, resident)
    assert row.verdict in ("same", "changed")


def test_a_person_of_another_commune_is_not_chosen(mixed, officer, outsider):
    with pytest.raises(RosterRefused, match="xã khác"):
        deciding.choose_person(row_of(mixed, 4), outsider, by=officer)
    assert row_of(mixed, 4).decision == ""


def test_a_closed_record_is_not_chosen(mixed, officer, commune):
    gone = ResidentFactory(commune=commune, full_name="Người Đã Đi", state="moved")
    with pytest.raises(RosterRefused, match="tình trạng"):
        deciding.choose_person(row_of(mixed, 4), gone, by=officer)
    assert row_of(mixed, 4).decision == ""


def test_a_row_is_checked_again_against_the_register_as_it_is_now(mixed, officer, resident):
    resident.numbers.all().delete()
    Resident.objects.filter(pk=resident.pk).update(full_name="Hoàng Văn Khác", birth_year=1950, sex=1)
    index.refresh([resident.pk])
    assert deciding.re_check(mixed, mixed.rows.filter(number=3), by=officer) == 1
    row = row_of(mixed, 3)
    assert (row.verdict, row.decision, row.person) == ("new", "write", None)


def test_too_many_rows_at_once_are_not_checked_again_while_somebody_waits(mixed, officer, monkeypatch):
    monkeypatch.setattr(deciding, "MOST_AT_ONCE", 2)
    with pytest.raises(RosterRefused, match="nhiều nhất 2 dòng"):
        deciding.re_check(mixed, mixed.rows.all(), by=officer)


def test_only_the_chief_lets_it_be_written_and_only_in_his_commune(mixed, officer, chief, stranger):
    for by in (officer, stranger):
        with pytest.raises(RosterRefused):
            deciding.approve(mixed, by=by)
    assert deciding.approve(mixed, by=chief) == 1
    mixed.refresh_from_db()
    assert (mixed.state, mixed.reviewed_by, mixed.total_rows) == (RosterState.APPLYING, chief, 1)
    assert AuditEvent.objects.filter(action="decide", sentence__startswith="Duyệt ghi 1 dòng").count() == 1


def test_decisions_that_changed_since_the_page_was_shown_stop_the_approval(mixed, officer, chief):
    seen = deciding.standing(mixed)
    assert seen.to_write == 1
    deciding.decide(mixed, mixed.rows.filter(number=3), "write", by=officer)
    with pytest.raises(RosterRefused, match="đã thay đổi"):
        deciding.approve(mixed, by=chief, seen=seen.seal)
    mixed.refresh_from_db()
    assert (mixed.state, mixed.reviewed_at) == (RosterState.CHECKED, None)
    assert deciding.approve(mixed, by=chief, seen=deciding.standing(mixed).seal) == 2


def test_another_choice_of_fields_changes_the_seal_too(mixed, officer):
    deciding.decide(mixed, mixed.rows.filter(number=3), "write", by=officer)
    seen = deciding.standing(mixed).seal
    deciding.decide(mixed, mixed.rows.filter(number=3), "write", by=officer, takes=[])
    assert deciding.standing(mixed).seal != seen


def test_nothing_to_write_is_nothing_to_approve(officer, chief):
    roster = checked(officer, [person("Lò Văn Một")])
    deciding.decide(roster, roster.rows.all(), "skip", by=officer)
    with pytest.raises(RosterRefused, match="Chưa có dòng nào"):
        deciding.approve(roster, by=chief)


def test_rows_that_are_written_are_not_decided_again_and_the_rest_may_follow(mixed, officer, chief):
    write(mixed, chief)
    assert deciding.decide(mixed, mixed.rows.filter(number=2), "skip", by=officer) == 0
    assert deciding.decide(mixed, mixed.rows.filter(number=4), "as_new", by=officer) == 1
    assert deciding.approve(mixed, by=chief) == 1


def test_nobody_decides_while_a_worker_writes(mixed, officer, chief):
    deciding.approve(mixed, by=chief)
    with pytest.raises(RosterRefused, match="đang ghi"):
        deciding.decide(mixed, mixed.rows.all(), "skip", by=officer)
