"""Folding one record into another: what is written, what is refused, who must agree, what waits."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from accounts.roles import Role
from config.celery import app
from registry.duplicates import choosing, merge, merge_checks, planned
from registry.duplicates import merge_refusals as refusals
from registry.duplicates.deciding import fingerprints, returned_for
from registry.models import (
    Change,
    ChangeState,
    DuplicatePair,
    IdentityNumber,
    Merge,
    MergeMove,
    MergeState,
    PairState,
    Relation,
    Resident,
    ResidentState,
)
from registry.residents.register import confirm
from registry.residents.search import find
from tests.at_work import do
from tests.conftest import settled
from tests.factories import (
    ApplicationFactory,
    HouseholdFactory,
    HouseholdRoleFactory,
    IdentityDocumentFactory,
    IdentityNumberFactory,
    MembershipFactory,
    RelationFactory,
    ResidenceFactory,
    ResidentFactory,
)
from tests.registry.duplicates.folding import (
    FOLDED,
    SURVIVOR,
    chosen_of,
    fold,
    merged_by_two,
    order_of,
    pair_of,
    twin_of,
)

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.now() - dt.timedelta(days=1)


@pytest.fixture
def twin(resident):
    return twin_of(resident)


def fresh(person: Resident) -> Resident:
    return Resident.objects.get(pk=person.pk)


# --- what is proposed ------------------------------------------------------------------------------------------------


def choice(one, other, name):
    return next(line for line in choosing.choices_between(one, other) if line.name == name)


def test_what_a_paper_says_is_proposed_before_what_was_said(resident):
    other = twin_of(resident, full_name="Nguyễn Thị Mẫu Lam", source="GIAY_TO", source_on=dt.date(2001, 1, 1))
    assert choice(resident, other, "full_name").proposed == choosing.RIGHT
    assert choice(other, resident, "full_name").proposed == choosing.LEFT


def test_of_two_alike_sources_the_newer_is_proposed(resident):
    older = twin_of(resident, home_town="Xã Cũ", source_on=dt.date(2020, 1, 1))
    assert choice(older, resident, "home_town").proposed == choosing.RIGHT
    assert choice(resident, older, "home_town").proposed == choosing.LEFT


def test_the_source_of_the_single_field_counts_not_that_of_the_record(resident):
    other = twin_of(resident, phone="0987654321", source="GIAY_TO", source_on=dt.date(2020, 1, 1))
    other.sources = {"phone": {"source": "CONG_DAN_KHAI", "on": "2020-01-01"}}
    assert choice(resident, other, "phone").proposed == choosing.LEFT


def test_an_empty_value_never_wins_even_when_asked_for(resident, officer):
    other = twin_of(resident, source="GIAY_TO")
    assert choice(resident, other, "phone").proposed == choosing.LEFT
    done = fold(resident, other, officer, phone=FOLDED)
    assert fresh(resident).phone == "0912345678"
    assert done.chosen["phone"] == "survivor"


def test_who_has_a_personal_number_is_proposed_to_stay(resident, twin):
    assert choosing.proposed_survivor(resident, twin) == choosing.LEFT
    assert choosing.proposed_survivor(twin, resident) == choosing.RIGHT


# --- what is written -------------------------------------------------------------------------------------------------


def test_the_folded_record_stays_as_merged_and_the_chosen_values_come_over_with_their_source(resident, officer):
    other = twin_of(resident, full_name="Nguyễn Thị Mẫu Lam", source="GIAY_TO", source_on=dt.date(2001, 2, 3))
    done = fold(resident, other, officer)
    kept = fresh(resident)
    assert (kept.full_name, kept.given_name, kept.name_folded) == ("Nguyễn Thị Mẫu Lam", "Lam", "nguyen thi mau lam")
    assert kept.sources["full_name"] == {"source": "GIAY_TO", "on": "2001-02-03"}
    assert (kept.scan_due, kept.matching_due) == (True, True)
    assert fresh(other).state == ResidentState.MERGED
    assert fresh(other).full_name == "Nguyễn Thị Mẫu Lam"
    assert (done.survivor_before["full_name"], done.folded_before["full_name"]) == (
        "Nguyễn Thị Mẫu Lan", "Nguyễn Thị Mẫu Lam",
    )  # fmt: skip


def test_both_records_have_a_line_in_the_trail_with_the_reason(resident, twin, officer):
    fold(resident, twin, officer)
    lines = AuditEvent.objects.filter(action="change", sentence__startswith="Gộp hồ sơ")
    assert {line.target_ref for line in lines} == {str(resident.public_id), str(twin.public_id)}
    assert {line.reason for line in lines} == {"Cùng một người, đã xem giấy khai sinh"}


def test_the_trail_and_the_ledger_lines_name_no_sensitive_value(resident, officer):
    other = twin_of(resident, ethnic_group="02", religion="01", blood_group="A+", source="GIAY_TO")
    done = fold(resident, other, officer)
    assert fresh(resident).ethnic_group == "02"
    told = [*AuditEvent.objects.values_list("sentence", flat=True), *done.moves.values_list("words", flat=True)]
    assert not [text for text in told if "Tày" in text or "Phật" in text or "A+" in text]


def test_the_number_in_use_of_a_poorer_survivor_comes_over_and_stays_in_use(resident, twin, officer):
    fold(twin, resident, officer)
    assert twin.numbers.get().is_active


def test_of_two_numbers_in_use_the_one_not_chosen_is_retired_and_still_finds_the_person(resident, officer, chief):
    other = settled(resident.commune, number="001190000456")
    merged_by_two(resident, other, officer, chief)
    numbers = dict(resident.numbers.values_list("number", "is_active"))
    assert numbers == {"001190000123": True, "001190000456": False}
    assert find("001190000456", officer) == [resident]
    assert not other.numbers.exists()


def test_the_folded_records_number_is_kept_in_use_when_chosen(resident, officer, chief):
    other = settled(resident.commune, number="001190000456")
    merged_by_two(resident, other, officer, chief, number_SDDCN=FOLDED)
    assert dict(resident.numbers.values_list("number", "is_active")) == {
        "001190000123": False, "001190000456": True,
    }  # fmt: skip


def test_of_two_permanent_residences_the_chosen_one_stands_and_the_other_is_struck_out(resident, twin, officer):
    theirs = ResidenceFactory(resident=twin, street="Số 9", from_on=dt.date(2015, 1, 1))
    fold(resident, twin, officer, permanent=FOLDED)
    rows = resident.residences.filter(kind="permanent")
    assert {row.street: bool(row.closed_at) for row in rows} == {"Số 5": True, "Số 9": False}
    theirs.refresh_from_db()
    assert theirs.resident == resident


def test_an_earlier_residence_joins_the_life_line(resident, twin, officer):
    ResidenceFactory(resident=twin, street="Số 1", from_on=dt.date(1990, 5, 21), to_on=dt.date(2009, 12, 31))
    fold(resident, twin, officer)
    assert resident.residences.filter(kind="permanent", closed_at=None).count() == 2


def test_one_household_stays_and_nobody_is_counted_twice(resident, twin, officer):
    home = resident.memberships.get().household
    child = HouseholdRoleFactory()
    MembershipFactory(household=home, resident=twin, role=child)
    fold(resident, twin, officer)
    assert home.memberships.filter(to_on=None).count() == 1


def test_a_household_that_loses_its_head_is_told_in_the_preview(resident, twin, officer):
    home = resident.memberships.get().household
    MembershipFactory(household=home, resident=ResidentFactory(commune=resident.commune), role=HouseholdRoleFactory())
    MembershipFactory(resident=twin, household=HouseholdFactory(commune=resident.commune, code="00777"))
    seen = merge.preview(twin, resident, chosen_of(twin, resident, household=SURVIVOR), by=officer)
    assert seen.warnings == [f"{home} sẽ không có chủ hộ: gộp xong làm việc “Thay đổi chủ hộ”."]


def test_the_lines_of_relatives_follow_and_are_not_doubled(resident, twin, officer):
    child = ResidentFactory(commune=resident.commune, full_name="Trần Mẫu An")
    for mother in (resident, twin):
        Relation.objects.create(resident=child, kind="mother", person=mother, name=mother.full_name)
        Relation.objects.create(resident=mother, kind="child", person=child, name=child.full_name)
    fold(resident, twin, officer)
    assert [row.person for row in child.relations.all()] == [resident]
    assert resident.relations.filter(kind="child", is_current=True).count() == 1
    assert fresh(child).scan_due


def test_a_parent_known_by_record_completes_the_one_known_by_name(resident, twin, officer):
    mother = ResidentFactory(commune=resident.commune, full_name="Lê Thị Mẫu")
    RelationFactory(resident=twin, kind="mother", name="Lê Thị Mẫu", person=mother, birth_year=1960)
    fold(resident, twin, officer)
    line = resident.relations.get(kind="mother", is_current=True)
    assert (line.person, line.birth_year) == (mother, 1960)


def test_of_two_fathers_the_chosen_stands_and_the_others_half_ends(resident, twin, officer):
    father = ResidentFactory(commune=resident.commune, full_name="Phạm Văn Khác", sex=1)
    RelationFactory(resident=twin, kind="father", name=father.full_name, person=father)
    half = Relation.objects.create(resident=father, kind="child", person=twin, name=twin.full_name)
    fold(resident, twin, officer, father=SURVIVOR)
    half.refresh_from_db()
    assert (half.is_current, half.ended_reason) == (False, "Gộp hồ sơ: giữ theo hồ sơ kia")
    assert resident.relations.get(kind="father", is_current=True).name == "Nguyễn Văn Mẫu"


def test_pairs_with_thirds_become_the_survivors_and_different_stays_different(resident, twin, officer):
    third, fourth = (ResidentFactory(commune=resident.commune) for _ in range(2))
    told = {"state": PairState.DIFFERENT, "decided_at": timezone.now(), "decided_by": officer}
    pair_of(twin, third, decided_on={"left": {"name": "a"}, "right": {"name": "b"}}, **told)
    waiting = pair_of(twin, fourth)
    pair_of(resident, fourth)
    fold(resident, twin, officer)
    moved = DuplicatePair.objects.get(left=min(resident.pk, third.pk), right=max(resident.pk, third.pk))
    assert moved.state == PairState.DIFFERENT
    now = fingerprints([moved.left_id, moved.right_id])
    third_side = "left" if moved.left_id == third.pk else "right"
    now[third.pk] = moved.decided_on[third_side]
    assert returned_for(moved.decided_on, now[moved.left_id], now[moved.right_id]) == ""
    waiting.refresh_from_db()
    assert waiting.state == PairState.GONE


def test_the_pair_of_the_two_is_called_one_person(resident, twin, officer):
    pair = pair_of(resident, twin)
    fold(resident, twin, officer)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (PairState.SAME, officer)


def test_the_housemates_of_both_are_looked_at_again(resident, twin, officer):
    mates = [ResidentFactory(commune=resident.commune) for _ in range(2)]
    MembershipFactory(household=resident.memberships.get().household, resident=mates[0])
    theirs = HouseholdFactory(commune=resident.commune)
    MembershipFactory(household=theirs, resident=twin)
    MembershipFactory(household=theirs, resident=mates[1])
    fold(resident, twin, officer)
    assert [fresh(mate).scan_due for mate in mates] == [True, True]


# --- seen is what is written -----------------------------------------------------------------------------------------


def test_a_preview_writes_nothing(resident, twin, officer):
    pair_of(resident, twin)
    seen = merge.preview(resident, twin, chosen_of(resident, twin), by=officer)
    assert [line.title for line in seen.entries]
    assert (Merge.objects.count(), MergeMove.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)
    assert fresh(twin).state == ResidentState.LIVING


@pytest.mark.parametrize("what", ["phone", "number", "relative", "name of the other"])
def test_what_changed_since_it_was_seen_stops_the_merge(resident, twin, officer, what):
    order = order_of(resident, twin, officer)
    match what:
        case "phone":
            Resident.objects.filter(pk=resident.pk).update(phone="0900000000")
        case "number":
            IdentityNumberFactory(resident=twin, kind="CMND9", number="012345679")
        case "relative":
            Relation.objects.create(
                resident=ResidentFactory(commune=resident.commune), kind="mother", person=twin, name="X"
            )
        case _:
            Resident.objects.filter(pk=twin.pk).update(full_name="Nguyễn Thị Lan")
    with pytest.raises(refusals.MergeMoved):
        merge.apply(order)
    assert (Merge.objects.count(), fresh(twin).state) == (0, ResidentState.LIVING)


def test_what_the_workers_do_meanwhile_does_not_stop_it(resident, twin, officer):
    order = order_of(resident, twin, officer)
    pair_of(resident, twin)
    Resident.objects.update(scan_due=True, matching_due=True)
    assert merge.apply(order)[1]


def test_the_same_token_twice_is_one_merge(resident, twin, officer):
    order = order_of(resident, twin, officer)
    first, was_new = merge.apply(order)
    assert merge.apply(order) == (first, False)
    assert (was_new, Merge.objects.count()) == (True, 1)


# --- refusals --------------------------------------------------------------------------------------------------------


def refused(one, other, by, **chosen):
    with pytest.raises(refusals.MergeRefused) as info:
        merge.preview(one, other, chosen_of(one, other, **chosen), by=by)
    return info.value


def test_one_record_is_no_two(resident, officer):
    assert isinstance(refused(resident, resident, officer), refusals.SameRecord)


def test_a_stranger_and_a_supervisor_merge_nothing(resident, twin, stranger, supervisor):
    for by in (stranger, supervisor):
        assert isinstance(refused(resident, twin, by), refusals.NotYours)


def test_across_communes_an_officer_without_the_right_asks_his_chief(resident, outsider, officer):
    assert "trưởng công an xã" in str(refused(resident, outsider, officer))


def test_a_folded_record_is_folded_once(resident, twin, officer):
    fold(resident, twin, officer)
    third = twin_of(resident)
    for one, other in ((fresh(twin), third), (third, fresh(twin))):
        assert isinstance(refused(one, other, officer), refusals.AlreadyMerged)


def test_two_people_by_decision_stay_two(resident, twin, officer):
    pair_of(resident, twin, state=PairState.DIFFERENT, decided_at=timezone.now(), decided_by=officer)
    assert "hai người khác nhau (Đại úy Lê Mẫu Hải" in str(refused(resident, twin, officer))


def test_the_dead_do_not_become_the_living_who_show_life(resident, twin, officer):
    Resident.objects.filter(pk=twin.pk).update(state="deceased", died_on=dt.date(2024, 1, 1))
    IdentityDocumentFactory(resident=resident, issued_on=dt.date(2025, 1, 10))
    said = refused(resident, fresh(twin), officer)
    assert isinstance(said, refusals.DeadAndLiving)
    assert "khai tử ngày 01/01/2024, hồ sơ kia được cấp giấy tờ sau ngày đó" in str(said)


def test_the_dead_and_a_silent_record_are_one_and_dead(resident, twin, officer):
    Resident.objects.filter(pk=twin.pk).update(state="deceased", died_on=dt.date(2024, 1, 1))
    fold(resident, fresh(twin), officer)
    assert (fresh(resident).state, fresh(resident).died_on) == (ResidentState.DECEASED, dt.date(2024, 1, 1))


def test_a_wrong_death_of_the_folded_record_is_taken_back_on_the_survivor(resident, twin, officer):
    """What the death remembers of its rows follows them."""
    today = f"{timezone.localdate():%d/%m/%Y}"
    paper = {"paper_number": "12/2026", "paper_on": today, "paper_by": "UBND xã Mẫu Sơn", "received_on": today}
    died = {"effective_on": "18/11/2026", "paper_kind": "Trích lục khai tử"}
    do("khai-tu", resident, officer, **paper, **died)
    fold(twin, fresh(resident), officer)
    assert (fresh(twin).state, fresh(twin).died_on) == (ResidentState.DECEASED, dt.date(2026, 11, 18))
    do("dinh-chinh-con-song", fresh(twin), officer, **paper, basis="Khai tử nhầm người")
    assert fresh(twin).state == ResidentState.LIVING
    assert {row.closed_reason for row in twin.residences.all()} == {""}
    assert twin.memberships.get().to_on is None


def test_work_received_and_not_decided_is_decided_first(resident, twin, officer):
    change = Change.objects.create(kind="ket-hon", commune=twin.commune, resident=twin, created_by=officer)
    assert isinstance(refused(resident, twin, officer), refusals.ChangeWaiting)
    change.state, change.decided_at, change.decided_by = ChangeState.REFUSED, timezone.now(), officer
    change.save()
    fold(resident, twin, officer)
    change.refresh_from_db()
    assert change.resident == resident


def test_work_of_somebody_else_that_names_one_of_them_stops_it_too(resident, twin, officer):
    groom = ResidentFactory(commune=resident.commune)
    typed = {"person": [str(twin.public_id)]}
    Change.objects.create(kind="ket-hon", commune=twin.commune, resident=groom, created_by=officer, fields=typed)
    assert isinstance(refused(resident, twin, officer), refusals.ChangeWaiting)


def test_two_open_card_files_are_named_and_one_is_cancelled_first(resident, twin, officer):
    files = [ApplicationFactory(resident=person, created_by=officer) for person in (resident, twin)]
    said = str(refused(resident, twin, officer))
    assert all(file.file_number in said for file in files)
    assert "Hủy do trùng" in said


def test_mother_and_daughter_are_two(resident, twin, officer):
    Relation.objects.create(resident=twin, kind="mother", person=resident, name=resident.full_name)
    assert "là mẹ của nhau" in str(refused(resident, twin, officer))


def test_grandmother_and_grandchild_are_two(resident, twin, officer):
    mother = ResidentFactory(commune=resident.commune)
    Relation.objects.create(resident=twin, kind="mother", person=mother, name="M")
    Relation.objects.create(resident=mother, kind="mother", person=resident, name="G")
    assert isinstance(refused(resident, twin, officer), refusals.Held)


def test_nothing_is_merged_without_a_reason(resident, twin, officer):
    with pytest.raises(refusals.ReasonMissing):
        merge.apply(order_of(resident, twin, officer, reason="  "))


def test_a_birth_date_that_no_calendar_has_is_not_taken_over(resident, twin, officer):
    Resident.objects.filter(pk=twin.pk).update(birth_year=1990, birth_month=2, birth_day=31)
    said = refused(resident, fresh(twin), officer, birth=FOLDED)
    assert isinstance(said, refusals.Impossible)
    assert "31/2/1990" in str(said)


def test_a_folded_record_with_such_a_date_can_be_folded(resident, twin, officer):
    Resident.objects.filter(pk=twin.pk).update(birth_year=1990, birth_month=2, birth_day=31)
    fold(resident, fresh(twin), officer, birth=SURVIVOR)
    assert fresh(twin).state == ResidentState.MERGED


# --- the second officer ----------------------------------------------------------------------------------------------


@pytest.fixture
def two_numbers(resident):
    """(survivor, folded), each with a personal number in use."""
    return resident, settled(resident.commune, number="001190000456")


def test_two_numbers_a_card_on_its_way_and_two_communes_need_a_second_officer(
    resident, twin, outsider, officer, two_numbers
):
    assert merge_checks.second_reasons(resident, twin) == []
    assert "hai số định danh" in merge_checks.second_reasons(*two_numbers)[0]
    assert "hai xã" in merge_checks.second_reasons(resident, outsider)[0]
    file = ApplicationFactory(resident=twin, created_by=officer)
    assert file.file_number in merge_checks.second_reasons(resident, twin)[0]


def test_which_reasons_count_is_a_dated_setting(two_numbers, officer):
    Setting.objects.create(code="merge_second_numbers", value=0, valid_from=dt.date(2026, 1, 1))
    assert merge_checks.second_reasons(*two_numbers) == []
    assert fold(*two_numbers, officer).is_done


def test_what_needs_a_second_officer_is_not_done_by_one(two_numbers, officer):
    order = order_of(*two_numbers, officer)
    for work in (merge.apply, merge.plan):
        with pytest.raises(refusals.NeedsSecondOfficer):
            work(order)
    asked, _ = merge.ask(order)
    assert (asked.state, fresh(order.folded).state) == (MergeState.WAITING, ResidentState.LIVING)
    assert asked.second_reasons == ["Hai hồ sơ đang dùng hai số định danh khác nhau; một số sẽ thành số cũ."]


def test_the_chief_agrees_and_nobody_for_himself(two_numbers, officer, colleague, chief, stranger):
    order = order_of(*two_numbers, officer)
    asked, _ = merge.ask(order)
    for by in (officer, colleague, stranger):
        with pytest.raises(refusals.NotTheSecondOfficer):
            planned.agree(asked, by=by, seen=order.seen)
    done = planned.agree(asked, by=chief, seen=order.seen, note="Đã xem tàng thư")
    assert (done.state, done.decided_by, done.created_by) == (MergeState.DONE, chief, officer)
    with pytest.raises(refusals.NotWaiting):
        planned.agree(asked, by=chief, seen=order.seen)


def test_what_a_chief_asks_for_a_colleague_agrees_to(two_numbers, officer, chief):
    order = order_of(*two_numbers, chief)
    asked, _ = merge.ask(order)
    assert planned.agree(asked, by=officer, seen=order.seen).is_done


def test_across_communes_the_chief_of_the_other_commune_agrees(resident, outsider, chief, stranger, officer):
    order = order_of(resident, outsider, chief)
    asked, _ = merge.ask(order)
    for by in (officer, stranger):
        with pytest.raises(refusals.NotTheSecondOfficer):
            planned.agree(asked, by=by, seen=order.seen)
    stranger.role = Role.CHIEF
    stranger.save()
    done = planned.agree(asked, by=stranger, seen=order.seen)
    assert done.is_done
    assert fresh(outsider).commune != fresh(resident).commune


def test_the_second_officer_agrees_to_what_he_saw(two_numbers, officer, chief):
    order = order_of(*two_numbers, officer)
    asked, _ = merge.ask(order)
    Resident.objects.filter(pk=order.folded.pk).update(phone="0900000000")
    with pytest.raises(refusals.MergeMoved):
        planned.agree(asked, by=chief, seen=order.seen)


def test_what_is_turned_down_writes_nothing_and_the_pair_waits_again(two_numbers, officer, chief):
    pair = pair_of(*two_numbers)
    asked, _ = merge.ask(order_of(*two_numbers, officer, pair=pair))
    pair.refresh_from_db()
    assert pair.state == PairState.SAME
    with pytest.raises(refusals.ReasonMissing):
        planned.turn_down(asked, by=chief, note=" ")
    assert planned.turn_down(asked, by=chief, note="Hai chị em").state == MergeState.REFUSED
    pair.refresh_from_db()
    assert (pair.state, pair.returned_for) == (PairState.SUSPECTED, "Không đồng ý: Hai chị em")
    assert fresh(two_numbers[1]).state == ResidentState.LIVING


def test_while_one_merge_waits_no_other_is_begun_with_its_folded_record(two_numbers, twin, officer):
    merge.ask(order_of(*two_numbers, officer))
    assert isinstance(refused(twin, two_numbers[1], officer), refusals.OtherMergeOpen)
    assert isinstance(refused(two_numbers[1], twin, officer), refusals.OtherMergeOpen)
    assert fold(two_numbers[0], twin, officer).is_done


# --- cooling-off -----------------------------------------------------------------------------------------------------


def planned_merge(survivor, folded, by, **more) -> Merge:
    return merge.plan(order_of(survivor, folded, by, **more), not_before=YESTERDAY)[0]


def test_a_planned_merge_waits_for_its_hour(resident, twin, officer):
    one, _ = merge.plan(order_of(resident, twin, officer))
    assert one.not_before - timezone.now() > dt.timedelta(hours=23, minutes=59)
    assert (planned.run_planned(), fresh(twin).state) == (0, ResidentState.LIVING)


def test_a_planned_merge_is_done_when_its_hour_has_come_and_only_once(resident, twin, officer):
    one = planned_merge(resident, twin, officer)
    assert (planned.run_planned(), planned.run_planned()) == (1, 0)
    one.refresh_from_db()
    assert (one.state, fresh(twin).state) == (MergeState.DONE, ResidentState.MERGED)
    line = AuditEvent.objects.filter(sentence__startswith="Gộp hồ sơ").first()
    assert line.actor_badge == officer.badge_number


def test_the_timetable_does_them(resident, twin, officer):
    planned_merge(resident, twin, officer)
    name = app.conf.beat_schedule["merges whose hour has come"]["task"]
    app.loader.import_default_modules()
    app.tasks[name]()
    assert fresh(twin).state == ResidentState.MERGED


def test_its_day_is_no_change(resident, twin, officer, monkeypatch):
    """Seen yesterday, done today: what is written with "today" differs, what is seen does not."""
    IdentityNumberFactory(resident=twin, kind="CMND9", number="012345679")
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() - dt.timedelta(days=1, hours=1))
    one = merge.plan(order_of(resident, twin, officer))[0]
    monkeypatch.setattr(timezone, "now", real)
    planned.run_planned()
    one.refresh_from_db()
    assert one.state == MergeState.DONE
    assert IdentityNumber.objects.get(number="012345679").valid_to == timezone.localdate()


def test_a_withdrawn_one_is_never_done(resident, twin, officer, colleague, stranger):
    one = planned_merge(resident, twin, officer)
    with pytest.raises(refusals.NotYours):
        planned.withdraw(one, by=stranger, note="Của tôi")
    planned.withdraw(one, by=colleague, note="Gặp công dân đã")
    assert (planned.run_planned(), fresh(twin).state) == (0, ResidentState.LIVING)


def test_what_no_longer_holds_goes_back_to_the_officer_with_what_changed(resident, twin, officer):
    pair = pair_of(resident, twin)
    one = planned_merge(resident, twin, officer, pair=pair)
    Resident.objects.filter(pk=twin.pk).update(phone="0900000000")
    assert planned.run_planned() == 1
    one.refresh_from_db()
    pair.refresh_from_db()
    assert (one.state, pair.state) == (MergeState.RETURNED, PairState.SUSPECTED)
    assert "điện thoại của NGUYEN THI MAU LAN" in one.decision_note
    assert fresh(twin).state == ResidentState.LIVING


def test_what_is_refused_by_then_goes_back_with_the_refusal(resident, twin, officer):
    one = planned_merge(resident, twin, officer)
    Change.objects.create(kind="ket-hon", commune=twin.commune, resident=twin, created_by=officer)
    planned.run_planned()
    one.refresh_from_db()
    assert one.state == MergeState.RETURNED
    assert "chưa giải quyết xong" in one.decision_note


def test_a_confirmation_in_between_counts_as_a_change(resident, twin, officer):
    one = planned_merge(resident, twin, officer)
    confirm(twin, by=officer)
    planned.run_planned()
    one.refresh_from_db()
    assert one.state == MergeState.RETURNED


def test_a_decision_taken_back_in_between_stops_it(resident, twin, officer):
    pair = pair_of(resident, twin)
    one = planned_merge(resident, twin, officer, pair=pair)
    DuplicatePair.objects.filter(pk=pair.pk).update(state=PairState.SUSPECTED, decided_at=None, decided_by=None)
    planned.run_planned()
    one.refresh_from_db()
    assert (one.state, fresh(twin).state) == (MergeState.RETURNED, ResidentState.LIVING)
    assert "đã được xem lại" in one.decision_note


def test_one_that_fails_by_a_fault_of_ours_holds_up_nobody(resident, twin, officer, monkeypatch):
    broken = planned_merge(resident, twin, officer)
    other = planned_merge(settled(resident.commune, number="001190000789"), twin_of(resident), officer)
    real = planned.do

    def sometimes(survivor, *args, **more):
        if survivor.pk == resident.pk:
            raise ZeroDivisionError
        return real(survivor, *args, **more)

    monkeypatch.setattr(planned, "do", sometimes)
    assert planned.run_planned() == 2
    states = {one.pk: one.state for one in Merge.objects.all()}
    assert states == {broken.pk: MergeState.RETURNED, other.pk: MergeState.DONE}


def test_the_token_of_a_planned_merge_is_one_plan(resident, twin, officer):
    order = order_of(resident, twin, officer, token=uuid.uuid4())
    first, _ = merge.plan(order)
    assert merge.plan(order) == (first, False)
