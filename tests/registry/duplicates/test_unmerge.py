"""Taking a merge back: two records as they were, and what people wrote since left alone and named."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from registry.duplicates import merge_refusals as refusals
from registry.duplicates import unmerge
from registry.models import (
    DuplicatePair,
    IdentityNumber,
    MatchProfile,
    Merge,
    MergeState,
    PairState,
    Relation,
    Resident,
    ResidentState,
)
from registry.residents import register
from tests.conftest import settled
from tests.factories import (
    ApplicationFactory,
    HouseholdFactory,
    IdentityDocumentFactory,
    IdentityNumberFactory,
    MembershipFactory,
    ResidenceFactory,
    ResidentFactory,
)
from tests.registry.duplicates.folding import (
    FOLDED,
    database,
    differences,
    fold,
    merged_by_two,
    pair_of,
    twin_of,
)

pytestmark = pytest.mark.django_db
WHY = "Là hai chị em"


@pytest.fixture
def twin(resident):
    return twin_of(resident)


def fresh(person: Resident) -> Resident:
    return Resident.objects.get(pk=person.pk)


def back(merge: Merge, by, pair: str = unmerge.WAITS) -> Merge:
    return unmerge.unmerge(merge, by=by, reason=WHY, pair=pair)


def today() -> str:
    return f"{timezone.localdate():%d/%m/%Y}"


def test_both_live_again_with_a_line_each_and_their_marks_set(resident, twin, officer):
    done = fold(resident, twin, officer)
    Resident.objects.update(scan_due=False, matching_due=False)
    undone = back(done, officer)
    assert (undone.state, undone.undone_by, undone.undone_reason) == (MergeState.UNDONE, officer, WHY)
    assert fresh(twin).state == ResidentState.LIVING
    assert all((fresh(one).scan_due, fresh(one).matching_due) == (True, True) for one in (resident, twin))
    lines = AuditEvent.objects.filter(sentence__startswith="Hoàn tác việc gộp")
    assert {line.target_ref for line in lines} == {str(resident.public_id), str(twin.public_id)}
    assert {line.reason for line in lines} == {WHY}


def test_a_retired_number_is_in_use_again(resident, officer, chief):
    other = settled(resident.commune, number="001190000456")
    done = merged_by_two(resident, other, officer, chief)
    back(done, officer)
    assert other.numbers.get(number="001190000456").is_active
    assert resident.numbers.get(number="001190000123").is_active


def test_a_preview_says_what_goes_back_and_writes_nothing(resident, twin, officer):
    ResidenceFactory(resident=twin, street="Số 1", from_on=dt.date(1990, 1, 1), to_on=dt.date(2000, 1, 1))
    done = fold(resident, twin, officer)
    before = database()
    seen = unmerge.preview(done, by=officer)
    assert "Nơi cư trú" in {line.title for line in seen.entries}
    assert differences(before, database()) == []


# --- what people wrote since -----------------------------------------------------------------------------------------


def test_a_field_edited_since_stays_and_is_named_with_its_day(resident, twin, officer):
    done = fold(resident, twin, officer)
    Resident.objects.filter(pk=resident.pk).update(phone="0999999999")
    assert back(done, officer).kept_edits == [f"Giữ điện thoại đã sửa ngày {today()}."]
    assert fresh(resident).phone == "0999999999"


def test_a_chosen_value_edited_since_stays_and_the_others_go_back(resident, officer):
    other = twin_of(resident, full_name="Nguyễn Thị Mẫu Lam", home_town="Xã Cũ", source="GIAY_TO")
    done = fold(resident, other, officer)
    person = fresh(resident)
    person.full_name, person.given_name = "Nguyễn Thị Mẫu Lâm", "Lâm"
    person.save()
    undone = back(done, officer)
    assert (fresh(resident).full_name, fresh(resident).given_name) == ("Nguyễn Thị Mẫu Lâm", "Lâm")
    assert fresh(resident).home_town == "Xã Thử, Huyện Mẫu, Hà Nội"
    assert f"Giữ họ và tên đã sửa ngày {today()}." in undone.kept_edits
    assert "home_town" not in fresh(resident).sources


def test_rows_added_since_stay_with_the_survivor_and_are_named(resident, twin, officer):
    done = fold(resident, twin, officer)
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    assert back(done, officer).kept_edits == ["Giữ ở hồ sơ giữ lại: số giấy tờ thêm sau khi gộp (CMND 9 số 012345678)."]
    assert resident.numbers.filter(number="012345678").exists()


def test_a_moved_row_edited_since_goes_back_with_what_was_written(resident, twin, officer):
    home = ResidenceFactory(resident=twin, street="Số 1", from_on=dt.date(1990, 1, 1), to_on=dt.date(2000, 1, 1))
    done = fold(resident, twin, officer)
    home.refresh_from_db()
    home.street = "Số 1A"
    home.save()
    undone = back(done, officer)
    home.refresh_from_db()
    assert (home.resident, home.street) == (twin, "Số 1A")
    assert [text for text in undone.kept_edits if "trả về cùng nội dung đã sửa" in text]


def test_an_open_file_that_moved_on_goes_back_as_it_stands(resident, twin, officer, chief):
    file = ApplicationFactory(resident=twin, created_by=officer)
    done = merged_by_two(resident, twin, officer, chief)
    file.refresh_from_db()
    file.state = "sent_up"
    file.save()
    back(done, officer)
    file.refresh_from_db()
    assert (file.resident, file.state) == (twin, "sent_up")


def test_a_number_given_to_somebody_else_since_is_said_and_not_doubled(resident, officer, chief):
    other = settled(resident.commune, number="001190000456")
    done = merged_by_two(resident, other, officer, chief)
    IdentityNumberFactory(resident=ResidentFactory(commune=resident.commune), number="001190000456")
    undone = back(done, officer)
    assert [text for text in undone.kept_edits if "nay trùng với dữ liệu khác" in text]
    assert IdentityNumber.objects.filter(number="001190000456", is_active=True).count() == 1


def test_nobody_is_put_back_into_a_closed_household(resident, twin, officer):
    home = HouseholdFactory(commune=resident.commune, code="00777")
    theirs = MembershipFactory(household=home, resident=twin)
    done = fold(resident, twin, officer)
    home.closed_on = timezone.localdate()
    home.save()
    undone = back(done, officer)
    theirs.refresh_from_db()
    assert theirs.to_on is not None
    assert "Hộ 00777 đã đóng: không trả người này về hộ; ghép vào hộ khác." in undone.kept_edits


def test_a_dropped_line_comes_back_under_its_own_id(resident, twin, officer):
    child = ResidentFactory(commune=resident.commune)
    lines = [Relation.objects.create(resident=child, kind="mother", person=one, name="M") for one in (resident, twin)]
    done = fold(resident, twin, officer)
    assert child.relations.count() == 1
    back(done, officer)
    assert set(child.relations.values_list("pk", "person", "public_id")) == {
        (line.pk, line.person_id, line.public_id) for line in lines
    }


def test_a_profile_that_the_worker_made_anew_is_no_obstacle(resident, twin, officer):
    MatchProfile.objects.get_or_create(resident=twin)
    done = fold(resident, twin, officer)
    MatchProfile.objects.create(resident=twin, name="moi")
    assert back(done, officer).kept_edits == []
    assert MatchProfile.objects.get(resident=twin).name == "moi"


def test_an_import_s_impossible_date_comes_back_as_it_was(resident, twin, officer):
    Resident.objects.filter(pk=resident.pk).update(birth_year=1990, birth_month=2, birth_day=31)
    twin.birth_year, twin.birth_month, twin.birth_day = 1990, 5, 21
    twin.save()
    done = fold(fresh(resident), twin, officer, birth=FOLDED)
    assert fresh(resident).birth_month == 5
    back(done, officer)
    now = fresh(resident)
    assert (now.birth_day, now.birth_month, now.birth_year) == (31, 2, 1990)


# --- the pair afterwards ---------------------------------------------------------------------------------------------


def test_the_pair_waits_again_or_is_two_people_as_the_officer_says(resident, twin, officer):
    pair = pair_of(resident, twin)
    back(fold(resident, twin, officer), officer)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.returned_for) == (PairState.SUSPECTED, None, f"Hoàn tác gộp: {WHY}")
    back(fold(fresh(resident), fresh(twin), officer), officer, unmerge.DIFFERENT)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.note) == (PairState.DIFFERENT, officer, WHY)
    assert pair.decided_on.keys() == {"left", "right"}


def test_two_people_by_undoing_stay_two_even_where_no_pair_was_known(resident, twin, officer):
    back(fold(resident, twin, officer), officer, unmerge.DIFFERENT)
    assert DuplicatePair.objects.get().state == PairState.DIFFERENT


# --- who, when, in which order ---------------------------------------------------------------------------------------


def long_ago(merge: Merge, days: int) -> Merge:
    Merge.objects.filter(pk=merge.pk).update(done_at=timezone.now() - dt.timedelta(days=days, minutes=1))
    merge.refresh_from_db()
    return merge


def test_thirty_days_the_officer_and_then_the_chief(resident, twin, officer, chief):
    done = long_ago(fold(resident, twin, officer), 29)
    unmerge.refuse_officer(done, officer)
    done = long_ago(done, 30)
    with pytest.raises(refusals.TooLate, match="quá 30 ngày"):
        back(done, officer)
    assert back(done, chief).state == MergeState.UNDONE


def test_a_stranger_takes_nothing_back(resident, twin, officer, stranger, supervisor):
    done = fold(resident, twin, officer)
    for by in (stranger, supervisor):
        with pytest.raises(refusals.NotYours):
            back(done, by)


def test_a_reason_is_needed(resident, twin, officer):
    done = fold(resident, twin, officer)
    with pytest.raises(refusals.ReasonMissing):
        unmerge.unmerge(done, by=officer, reason="  ", pair=unmerge.WAITS)


def test_what_is_undone_is_undone_once(resident, twin, officer):
    done = fold(resident, twin, officer)
    back(done, officer)
    with pytest.raises(refusals.NotDone):
        back(done, officer)


def test_of_a_chain_the_last_merge_is_taken_back_first(resident, twin, officer):
    third = twin_of(resident, home_town="Xã Cũ", source="GIAY_TO")
    before = database()
    first = fold(twin, third, officer)
    second = fold(resident, fresh(twin), officer)
    with pytest.raises(refusals.LaterMergeFirst):
        back(first, officer)
    back(second, officer)
    back(first, officer)
    assert differences(before, database()) == []


def test_of_two_folded_into_one_either_can_be_taken_back(resident, twin, officer):
    third = twin_of(resident)
    IdentityDocumentFactory(resident=twin, number="T1")
    IdentityDocumentFactory(resident=third, number="T2")
    before = database()
    first = fold(resident, twin, officer)
    second = fold(fresh(resident), third, officer)
    back(first, officer)
    assert set(resident.documents.values_list("number", flat=True)) == {"T2"}
    back(second, officer)
    assert differences(before, database()) == []


def test_who_was_taken_apart_can_be_merged_again(resident, twin, officer):
    back(fold(resident, twin, officer), officer)
    assert fold(fresh(resident), fresh(twin), officer).is_done


def test_a_correction_by_the_form_after_the_merge_is_named(resident, twin, officer):
    done = fold(resident, twin, officer)
    values = {"full_name": "Nguyễn Thị Mẫu Lan", "home_town": "Xã Mới", "father_name": "Nguyễn Văn Mẫu",
              "mother_name": "Lê Thị Mẫu"}  # fmt: skip
    register.correct(fresh(resident), values, by=officer, basis="Giấy khai sinh")
    assert f"Giữ quê quán đã sửa ngày {today()}." in back(done, officer).kept_edits
    assert fresh(resident).home_town == "Xã Mới"
