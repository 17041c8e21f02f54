"""Each kind of fix: what it proposes, what it writes, and that taking it back leaves every row as it was."""

import datetime as dt

import pytest

from accounts.models import AuditEvent
from registry.cleanup.scan import scan
from registry.duplicates import index
from registry.models import (
    Finding,
    Household,
    Membership,
    Relation,
    RelationKind,
    Residence,
    Resident,
)
from registry.repairs import choice, kinds, undo, work
from registry.residents import family
from tests.factories import (
    MembershipFactory,
    RelationFactory,
    ResidenceFactory,
    ResidentFactory,
)
from tests.registry.duplicates.folding import database, differences
from tests.registry.repairs.conftest import (
    BASIS,
    MAKERS,
    TODAY,
    checked,
    chosen,
    done,
    found,
    garbled,
    lodger,
    renamed,
    represented,
)

pytestmark = pytest.mark.django_db
OURS = ("registry.RepairRun", "registry.RepairLine")


def everything() -> dict:
    """Every row but the run's own, and but closed findings: some come and go with what the line wrote."""
    found = {label: rows for label, rows in database().items() if label not in OURS}
    found["registry.Finding"] = {pk: row for pk, row in found["registry.Finding"].items() if row["state"] != "closed"}
    return found


def line_of(run):
    return run.lines.get()


@pytest.mark.parametrize("code", sorted(kinds.KINDS))
def test_what_a_kind_writes_closes_the_finding_and_taking_it_back_leaves_every_row_as_it_was(code, commune, officer):
    finding = found(code, commune)
    everybody = list(Resident.objects.values_list("pk", flat=True))
    index.refresh(everybody)
    scan(everybody)
    before = everything()
    run = done(code, [finding], officer)
    line = line_of(run)
    finding.refresh_from_db()
    assert (run.state, line.state, line.said, finding.state) == ("done", "done", "", "closed")
    assert any(not one.startswith("registry.Finding") for one in differences(before, everything()))
    undo.undo(run, by=officer, reason="Chọn nhầm danh sách")
    work.go_on(run.pk)
    line.refresh_from_db()
    assert (line.state, line.kept) == ("undone", [])
    assert differences(before, everything()) == []


def test_every_kind_is_tried_above():
    assert set(MAKERS) == set(kinds.KINDS)


@pytest.mark.parametrize("code", sorted(kinds.KINDS))
def test_one_line_of_the_trail_for_the_run_one_for_each_person_and_the_same_for_taking_it_back(code, commune, officer):
    run = done(code, [found(code, commune)], officer)
    people = len(line_of(run).steps["people"])
    assert AuditEvent.objects.filter(sentence__startswith="Chạy sửa hàng loạt").count() == 1
    assert AuditEvent.objects.filter(action="change", reason=run.basis).count() == people
    undo.undo(run, by=officer, reason="Chọn nhầm danh sách")
    work.go_on(run.pk)
    assert AuditEvent.objects.filter(action="decide", sentence__startswith="Hoàn tác sửa hàng loạt").count() == 1
    assert AuditEvent.objects.filter(action="change", sentence__startswith="Hoàn tác sửa hàng loạt").count() == people


# --- texts -----------------------------------------------------------------------------------------------------------


def test_a_garbled_name_becomes_the_proposal_and_is_found_and_sorted_by_it(commune, officer):
    person = garbled(commune)
    run = done("chu-viet", [checked(person, "S15")], officer)
    person.refresh_from_db()
    assert line_of(run).changes == [
        {"what": "Họ, chữ đệm và tên", "before": "NguyÔn V¨n §øc", "after": "Nguyễn Văn Đức"}
    ]
    assert (person.full_name, person.surname, person.middle_name, person.given_name, person.name_folded) == (
        "Nguyễn Văn Đức", "Nguyễn", "Văn", "Đức", "nguyen van duc"
    )  # fmt: skip
    assert person.match_profile.name == index.records_of([person.pk])[person.pk].name
    assert "duc" in person.search_text


def test_the_parts_that_an_officer_had_taken_apart_are_repaired_word_by_word(commune, officer):
    person = garbled(commune, "NguyÔn TrÇn V¨n §øc", surname="NguyÔn TrÇn", middle_name="V¨n", given_name="§øc",
                     split_confirmed=True)  # fmt: skip
    run = done("chu-viet", [checked(person, "S15")], officer)
    person.refresh_from_db()
    assert (person.surname, person.middle_name, person.given_name) == ("Nguyễn Trần", "Văn", "Đức")
    assert person.split_confirmed
    assert line_of(run).changes[1]["after"] == "Nguyễn Trần · Văn · Đức"


def test_texts_of_family_and_residence_are_repaired_with_the_persons_own_and_keep_their_source(commune, officer):
    person = ResidentFactory(commune=commune, home_town="Xã Mẫu")
    father = RelationFactory(resident=person, name="NguyÔn V¨n §øc", source="GIAY_TO")
    home = ResidenceFactory(resident=person, street="§­êng Lª Lîi")
    done("chu-viet", [checked(person, "S15")], officer)
    father.refresh_from_db()
    home.refresh_from_db()
    assert (father.name, father.name_folded, father.source) == ("Nguyễn Văn Đức", "nguyen van duc", "GIAY_TO")
    assert home.street == "Đường Lê Lợi"


def test_two_findings_of_one_name_are_put_right_together(commune, officer):
    person = ResidentFactory(commune=commune, full_name="Hùynh thị Qúy")
    both = [checked(person, "S20"), checked(person, "S22")]
    run = done("chu-viet", both, officer)
    person.refresh_from_db()
    assert person.full_name == "Huỳnh Thị Quý"
    assert [(line.state, line.said) for line in run.lines.all()] == [("done", ""), ("done", work.WITH_ANOTHER)]
    undo.undo(run, by=officer, reason="Chọn nhầm danh sách")
    work.go_on(run.pk)
    person.refresh_from_db()
    assert person.full_name == "Hùynh thị Qúy"
    assert set(Finding.objects.filter(resident=person, state="open").values_list("rule", flat=True)) >= {"S20", "S22"}


def test_a_name_that_an_officer_verified_is_not_repaired_along_with_its_capitals(commune, officer):
    person = ResidentFactory(commune=commune, full_name="Hùynh thị Lan")
    tone = checked(person, "S20")
    Finding.objects.filter(pk=tone.pk).update(state="verified", decided_at=tone.opened_at, decided_by=officer)
    done("chu-viet", [checked(person, "S22")], officer)
    person.refresh_from_db()
    assert person.full_name == "Hùynh Thị Lan"


def test_what_cannot_be_told_is_said_in_the_preview(commune, officer):
    person = garbled(commune, "NguyÔn Zw¨qn §øc")
    Finding.objects.create(resident=person, commune=commune, rule="S15", group="S", severity="error")
    run = chosen("chu-viet", person.findings.filter(rule="S15"), officer)
    line = line_of(run)
    assert (line.state, line.said) == ("refused", "Không có bản sửa nào đề xuất được; mở hồ sơ sửa tay.")


# --- residences ------------------------------------------------------------------------------------------------------


def test_a_temporary_residence_keeps_its_last_day_and_says_why_it_was_struck_out(commune, officer):
    person = lodger(commune)
    done("tam-tru-het-han", [checked(person, "L05")], officer)
    row = person.residences.get()
    assert (row.to_on, row.closed_reason) == (TODAY - dt.timedelta(days=5), "Hết thời hạn tạm trú, không gia hạn")
    assert row.closed_at is not None


def test_the_earlier_terms_of_a_chain_of_renewals_are_struck_out_too(commune, officer):
    person = lodger(commune, ended=400, closed_reason="Gia hạn đến 17/11/2026")
    last = ResidenceFactory(resident=person, kind="temporary", from_on=TODAY - dt.timedelta(days=399),
                            to_on=TODAY - dt.timedelta(days=5))  # fmt: skip
    done("tam-tru-het-han", [checked(person, "L05")], officer)
    assert list(person.residences.order_by("from_on").values_list("closed_reason", flat=True)) == [
        "Gia hạn đến 17/11/2026", "Hết thời hạn tạm trú, không gia hạn"
    ]  # fmt: skip
    assert not Residence.objects.filter(closed_at=None).exists()
    assert last.pk


def test_a_temporary_residence_of_another_commune_is_that_communes_to_strike_out(commune, other_commune, officer):
    run = chosen("tam-tru-het-han", [checked(lodger(commune, unit=other_commune), "L05")], officer)
    assert line_of(run).said == "Tạm trú tại Xã Mẫu Hạ: do nơi đó xóa."


def test_an_address_follows_to_the_one_successor_and_keeps_the_old_one_as_it_was_written(commune, officer):
    person = renamed(commune, commune)
    run = done("don-vi-moi", [checked(person, "L04")], officer)
    row = person.residences.get()
    assert (row.unit, row.raw_text) == (commune, "Số 5, Thôn 2, Xã Mẫu Cổ, Tỉnh Mẫu")
    assert line_of(run).changes == [
        {"what": "Thường trú", "before": "Số 5, Thôn 2, Xã Mẫu Cổ", "after": "Số 5, Thôn 2, Xã Mẫu Sơn"}
    ]


def test_a_divided_unit_is_no_work_for_many(commune, other_commune, officer):
    run = chosen("don-vi-moi", [checked(renamed(commune, commune, other_commune), "L04")], officer)
    assert line_of(run).said.startswith("Xã Mẫu Cổ đã chia về ")


def test_a_unit_that_nothing_took_over_is_said(commune, officer):
    run = chosen("don-vi-moi", [checked(renamed(commune), "L04")], officer)
    assert line_of(run).said == "Chưa biết đơn vị nào thay Xã Mẫu Cổ; báo quản trị danh mục."


# --- family ----------------------------------------------------------------------------------------------------------


def test_both_halves_of_a_guardianship_end_on_the_day_of_age(commune, officer):
    person = represented(commune)
    done("het-dai-dien", [checked(person, "L21")], officer)
    assert set(Relation.objects.values_list("kind", "is_current", "to_on", "ended_reason")) == {
        ("guardian", False, dt.date(2008, 5, 21), "Đủ 18 tuổi (Bộ luật Dân sự 2015 Điều 20)"),
        ("ward", False, dt.date(2008, 5, 21), "Đủ 18 tuổi (Bộ luật Dân sự 2015 Điều 20)"),
    }


def test_a_guardian_of_somebody_already_of_age_is_for_another_reason(commune, officer):
    person = represented(commune, from_on=dt.date(2015, 3, 1))
    run = chosen("het-dai-dien", [checked(person, "L21")], officer)
    assert line_of(run).said.startswith("Ghi người đại diện từ 01/03/2015, sau ngày đủ 18 tuổi")


def test_the_other_half_is_written_with_the_same_source_and_goes_away_again(commune, officer):
    finding = found("hai-phia", commune)
    run = done("hai-phia", [finding], officer)
    half = Relation.objects.get(kind=RelationKind.CHILD)
    assert (half.name, half.person_id, half.source) == ("Nguyễn Thị Mẫu Lan", finding.resident_id, "CONG_DAN_KHAI")
    assert line_of(run).changes[0]["what"] == "Con trên hồ sơ của Nguyễn Văn Mẫu"
    undo.undo(run, by=officer, reason="Chọn nhầm danh sách")
    work.go_on(run.pk)
    assert not Relation.objects.filter(kind=RelationKind.CHILD).exists()


def test_a_child_who_has_another_father_is_not_given_a_second(commune, officer):
    man = ResidentFactory(commune=commune, full_name="Lê Văn Hai", sex=1, birth_year=1980)
    child = ResidentFactory(commune=commune, birth_year=2010)
    RelationFactory(resident=child, name="Nguyễn Văn Mẫu")
    RelationFactory(resident=man, kind="child", name=child.full_name, person=child)
    run = chosen("hai-phia", [checked(man, "D20")], officer)
    said = "Hồ sơ của Nguyễn Thị Mẫu Lan đã ghi cha là Nguyễn Văn Mẫu; kiểm tra hai hồ sơ."
    assert line_of(run).said == said


def test_a_line_that_names_the_parent_without_a_link_is_completed(commune, officer):
    man = ResidentFactory(commune=commune, full_name="Nguyễn Văn Mẫu", sex=1, birth_year=1980)
    child = ResidentFactory(commune=commune, birth_year=2010)
    named = RelationFactory(resident=child, name="Nguyễn Văn Mẫu")
    RelationFactory(resident=man, kind="child", name=child.full_name, person=child)
    run = done("hai-phia", [checked(man, "D20")], officer)
    named.refresh_from_db()
    assert (named.person, line_of(run).changes[0]["before"]) == (man, "Nguyễn Văn Mẫu, chưa liên kết")
    assert family.other_halves(named)


# --- households ------------------------------------------------------------------------------------------------------


def test_the_dead_take_leave_of_the_household_that_is_closed(commune, officer):
    finding = found("ho-trong", commune)
    run = done("ho-trong", [finding], officer)
    home, row = Household.objects.get(), Membership.objects.get()
    assert (home.closed_on, row.to_on) == (TODAY, finding.resident.died_on)
    assert line_of(run).changes[0]["before"] == "đang mở, còn tên Nguyễn Thị Mẫu Lan"


def test_a_household_into_which_somebody_moved_since_is_not_closed(commune, officer):
    finding = found("ho-trong", commune)
    run = chosen("ho-trong", [finding], officer)
    MembershipFactory(household=Household.objects.get(), resident=ResidentFactory(commune=commune))
    choice.start(run, by=officer, seen=run.seal, ground="", basis=BASIS)
    work.go_on(run.pk)
    assert line_of(run).state == "refused"
    assert Household.objects.get().closed_on is None
