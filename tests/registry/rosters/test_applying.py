"""Writing what was decided: once each, whatever happens on the way; what cannot be written is parked and says why."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.models import AuditEvent
from registry.models import (
    HEAD,
    Household,
    IdentityDocument,
    MatchProfile,
    Membership,
    Residence,
    Resident,
    Roster,
)
from registry.residents import register
from registry.residents.refusal import RegisterRefused
from registry.residents.register import correct
from registry.rosters import applying, deciding, origin
from tests.factories import IdentityNumberFactory, ResidentFactory
from tests.registry.duplicates.folding import fold as merge
from tests.registry.duplicates.folding import twin_of
from tests.registry.rosters.listing import checked, person, row_of, write

pytestmark = pytest.mark.django_db
LAN = {"full_name": "Nguyễn Thị Mẫu Lan", "birth_date": "21/05/1990", "sex": "Nữ", "number": "001190000123"}


@pytest.fixture
def roles(db) -> None:
    from tests.factories import HouseholdRoleFactory

    HouseholdRoleFactory(code=HEAD, name="Chủ hộ")
    HouseholdRoleFactory(code="CON_DE", name="Con đẻ")


# --- new people ------------------------------------------------------------------------------------------------------


def test_an_applied_row_names_its_person_and_the_person_names_the_list(chief):
    roster = write(checked(chief, [person("Lò Văn Một"), person("Lò Văn Hai", birth_date="1990")]), chief)
    row = row_of(roster, 3)
    assert (row.state, row.resident.full_name, row.said) == ("applied", "Lò Văn Hai", "")
    assert [(one.roster, one.number) for one in origin.of_resident(row.resident)] == [(roster, 3)]
    assert roster.state == "applied"
    assert roster.said == "Đã ghi 2 dòng"
    assert "dòng 3 của danh sách" in AuditEvent.objects.get(target_ref=row.resident.public_id).sentence


def test_who_was_written_is_found_while_typing_and_is_checked_by_the_workers(chief):
    row = row_of(write(checked(chief, [person("Lò Văn Một")]), chief), 2)
    assert MatchProfile.objects.get(resident=row.resident).birth == "1980-03-02"
    assert (row.resident.scan_due, row.resident.matching_due) == (True, True)


def test_rows_left_out_and_rows_nobody_decided_are_not_written(chief):
    roster = checked(chief, [person("Lò Văn Một"), person("Lò Văn Hai"), person("Lò Văn Ba")])
    deciding.decide(roster, roster.rows.filter(number=2), "skip", by=chief)
    deciding.decide(roster, roster.rows.filter(number=3), "", by=chief)
    write(roster, chief)
    assert list(Resident.objects.values_list("full_name", flat=True)) == ["Lò Văn Ba"]
    deciding.decide(roster, roster.rows.filter(number=3), "write", by=chief)
    write(roster, chief)
    assert sorted(Resident.objects.values_list("full_name", flat=True)) == ["Lò Văn Ba", "Lò Văn Hai"]


def test_a_number_taken_meanwhile_parks_its_row_and_the_rest_goes_on(commune, chief):
    numbers = ["001080000011", "001080000012", "001080000013"]
    roster = checked(chief, [person(f"Lò Văn {at}", number=one) for at, one in zip("ABC", numbers, strict=True)])
    other = ResidentFactory(commune=commune, full_name="Người Khác Hẳn", birth_year=1955)
    IdentityNumberFactory(resident=other, number=numbers[1])
    write(roster, chief)
    row = row_of(roster, 3)
    assert (row.state, row.decision, row.resident) == ("parked", "", None)
    assert row.said.startswith("Số định danh này đã có ở một hồ sơ khác của xã.")
    assert roster.said == "Đã ghi 2 dòng, gác lại 1 dòng"
    assert Resident.objects.count() == 3


def test_a_number_of_another_commune_is_refused_without_a_name_and_the_question_is_audited(chief, other_commune):
    roster = checked(chief, [person("Lò Văn Một", number="001080000011")])
    theirs = ResidentFactory(commune=other_commune, full_name="Người Xã Khác")
    IdentityNumberFactory(resident=theirs, number="001080000011")
    write(roster, chief)
    said = row_of(roster, 2).said
    assert "Công an Xã Mẫu Hạ" in said
    assert "Người Xã Khác" not in said
    assert AuditEvent.objects.get(action="search_outside").actor_badge == chief.badge_number


def test_a_rule_of_level_block_broken_at_the_moment_of_writing_parks_that_row_alone(chief, monkeypatch):
    """The check let it pass: since then the world, or the rule, changed."""
    from registry.cleanup.blocking import WriteBlocked, blocking_rules
    from registry.cleanup.rules import Evidence
    from registry.rosters import writing

    real = writing.refuse_blocked

    def blocked(ids):
        found = Resident.objects.filter(pk__in=ids, full_name="Lò Văn B").first()
        if found:
            raise WriteBlocked(blocking_rules()[0], found, Evidence("Không được.", {}))
        real(ids)

    monkeypatch.setattr(writing, "refuse_blocked", blocked)
    roster = write(checked(chief, [person(f"Lò Văn {one}") for one in "ABCDE"]), chief)
    assert [row.number for row in roster.rows.filter(state="parked")] == [3]
    assert "Không được." in row_of(roster, 3).said
    assert Resident.objects.count() == 4


def test_somebody_recorded_at_the_counter_after_the_check_is_not_written_a_second_time(commune, chief):
    roster = checked(chief, [person("Lò Văn Một"), person("Lò Văn Hai")])
    ResidentFactory(commune=commune, full_name="Lò Văn Một", birth_year=1980, birth_month=3, birth_day=2)
    write(roster, chief)
    row = row_of(roster, 2)
    assert row.state == "parked"
    assert row.said == applying.MEANWHILE
    assert Resident.objects.filter(full_name="Lò Văn Một").count() == 1


# --- households ------------------------------------------------------------------------------------------------------


def family(key: str, size: int) -> list[dict[str, str]]:
    names = ["Một", "Hai", "Ba"] if key == "H7" else ["Tư", "Năm"]
    told = [person(f"Lò Văn {name}", household_key=key, household_role="Con đẻ", birth_date=f"{1990 + at}")
            for at, name in enumerate(names[:size])]  # fmt: skip
    told[0] |= {"household_role": "Chủ hộ", "birth_date": "1960"}
    return told


def test_a_household_is_founded_once_also_when_its_people_come_in_two_pieces(commune, chief, roles, monkeypatch):
    monkeypatch.setattr(applying, "PIECE", 2)
    roster = write(checked(chief, [*family("H7", 3), *family("H8", 2)]), chief)
    homes = Household.objects.order_by("code")
    assert [(one.code, one.memberships.count()) for one in homes] == [("00001", 3), ("00002", 2)]
    assert Membership.objects.filter(role__code=HEAD).count() == 2
    assert set(roster.households.values_list("key", "is_new")) == {("H7", True), ("H8", True)}


def test_newcomers_join_the_household_in_which_somebody_of_the_file_lives_today(commune, chief, resident, roles):
    home = resident.memberships.get().household
    child = person("Nguyễn Văn Con", birth_date="01/02/2015", household_key="9", household_role="Con đẻ")
    roster = write(checked(chief, [LAN | {"household_key": "9"}, child]), chief)
    assert row_of(roster, 3).resident.memberships.get().household == home
    assert Household.objects.count() == 1
    resident.refresh_from_db()
    assert resident.scan_due  # the housemate is looked at again


def test_a_household_never_gets_a_second_head(commune, chief, resident, roles):
    roster = checked(chief, [person("Lò Văn Một", household_key="9", household_role="Chủ hộ")])
    home = resident.memberships.get().household
    roster.households.create(key="9", household=home)
    write(roster, chief)
    assert row_of(roster, 2).said == f"Hộ {home.code} đã có chủ hộ; chọn quan hệ khác."
    assert home.memberships.count() == 1


# --- what the form cannot say ----------------------------------------------------------------------------------------


def test_numbers_of_parents_husband_or_wife_and_the_card_are_written_beside(chief):
    told = person("Lò Văn Một", number="001080000011", father_name="Lò Văn Cha", father_number="001055000012",
                  spouse_name="Hà Thị Vợ", card_issued_on="05/03/2022", card_expires_on="02/03/2040")  # fmt: skip
    made = row_of(write(checked(chief, [told]), chief), 2).resident
    kin = {one.kind: (one.name, one.personal_number) for one in made.relations.all()}
    assert kin == {"father": ("Lò Văn Cha", "001055000012"), "spouse": ("Hà Thị Vợ", "")}
    card = made.documents.get()
    assert (card.kind, card.number, card.issued_by) == ("CCCD_CHIP", "001080000011", "Cục Cảnh sát QLHC về TTXH")
    assert (card.issued_on, card.expires_on) == (dt.date(2022, 3, 5), dt.date(2040, 3, 2))


# --- people whom we have ---------------------------------------------------------------------------------------------


def changed(chief, **typed) -> tuple:
    roster = checked(chief, [LAN | typed])
    assert row_of(roster, 2).verdict == "changed"
    deciding.decide(roster, roster.rows.all(), "write", by=chief)
    return roster, row_of(roster, 2)


def test_only_the_taken_fields_are_written_and_an_empty_cell_empties_nothing(chief, resident):
    roster, row = changed(chief, phone="0987654321", home_town="Xã Khác", other_name="", email="a@b.vn")
    deciding.decide(roster, roster.rows.all(), "write", by=chief, takes=["phone", "email"])
    write(roster, chief)
    before = Resident.objects.get(pk=resident.pk)
    assert (before.phone, before.email, before.home_town) == ("0987654321", "a@b.vn", resident.home_town)
    assert before.sources["phone"] == {"source": "TANG_THU", "on": "2026-11-01"}
    row.refresh_from_db()
    assert (row.state, row.resident_id) == ("applied", resident.pk)
    assert origin.of_resident(resident)[0].number == 2


def test_a_new_address_leaves_the_other_places_alone(chief, resident):
    roster, _ = changed(chief, permanent_line="Số 9, Thôn 7, Xã Mẫu Sơn")
    write(roster, chief)
    lived = {one.kind: (one.street, one.hamlet, one.closed_at) for one in Residence.objects.filter(resident=resident)}
    assert lived == {"permanent": ("Số 9", "Thôn 7", None), "present": ("Số 5", "Thôn 2", None)}


def test_a_card_of_a_known_person_is_written_and_the_older_one_is_replaced(chief, resident):
    old = IdentityDocument.objects.create(resident=resident, kind="CCCD_CHIP", number="001190000123",
                                          issued_on=dt.date(2021, 5, 1))  # fmt: skip
    roster, _ = changed(chief, card_issued_on="10/01/2026", father_number="001055000012")
    write(roster, chief)
    old.refresh_from_db()
    card = resident.documents.exclude(pk=old.pk).get()
    assert (card.kind, card.number, card.state, old.state) == ("CAN_CUOC", "001190000123", "in_use", "replaced")
    assert resident.relations.get(kind="father").personal_number == "001055000012"


def test_a_record_edited_since_the_check_is_written_when_the_row_still_says_the_same(chief, officer, resident):
    roster, _ = changed(chief, phone="0987654321")
    correct(resident, {"other_name": "Lan Bé"}, by=officer)
    write(roster, chief)
    resident.refresh_from_db()
    assert (resident.phone, resident.other_name) == ("0987654321", "Lan Bé")


def test_a_record_edited_otherwise_since_the_check_sends_the_row_back(chief, officer, resident):
    roster, _ = changed(chief, phone="0987654321")
    correct(resident, {"phone": "0900000009"}, by=officer)
    write(roster, chief)
    row = row_of(roster, 2)
    assert (row.state, row.decision) == ("parked", "")
    assert "hồ sơ đã được sửa" in row.said
    assert row.changes[0]["before"] == "0900000009"
    resident.refresh_from_db()
    assert resident.phone == "0900000009"


def test_a_record_that_says_all_of_it_by_now_needs_no_writing(chief, officer, resident):
    roster, _ = changed(chief, phone="0987654321")
    correct(resident, {"phone": "0987654321"}, by=officer)
    write(roster, chief)
    row = row_of(roster, 2)
    assert (row.verdict, row.state, row.decision, row.said) == ("same", "checked", "skip", applying.SAYS_SO)


@pytest.mark.parametrize("state", ["deceased", "moved"])
def test_a_closed_record_parks_its_row_with_the_sentence(chief, resident, state):
    roster, _ = changed(chief, phone="0987654321")
    Resident.objects.filter(pk=resident.pk).update(state=state)
    write(roster, chief)
    assert row_of(roster, 2).said.startswith("Hồ sơ ở tình trạng")
    assert row_of(roster, 2).state == "parked"


def test_a_person_of_another_commune_by_now_parks_its_row(chief, resident, other_commune):
    roster, _ = changed(chief, phone="0987654321")
    Resident.objects.filter(pk=resident.pk).update(commune=other_commune)
    write(roster, chief)
    assert "xã khác quản lý" in row_of(roster, 2).said
    resident.refresh_from_db()
    assert resident.phone == "0912345678"


def test_a_person_merged_since_the_check_is_written_in_the_record_that_was_kept(commune, chief, officer, resident):
    roster, _ = changed(chief, phone="0987654321")
    kept = twin_of(resident, birth_year=1990, birth_month=5, birth_day=21, full_name=resident.full_name,
                   phone="0912345678")  # fmt: skip
    merge(kept, resident, officer)
    write(roster, chief)
    kept.refresh_from_db()
    assert kept.phone == "0987654321"
    assert row_of(roster, 2).resident == kept


def test_a_person_merged_since_into_a_record_that_says_otherwise_parks_the_row(chief, officer, resident):
    roster, _ = changed(chief, phone="0987654321")
    kept = twin_of(resident, phone="0911111111")
    merge(kept, resident, officer)
    write(roster, chief)
    assert "đã gộp vào hồ sơ khác" in row_of(roster, 2).said
    kept.refresh_from_db()
    assert kept.phone == "0911111111"


def test_a_row_that_breaks_in_an_unforeseen_way_is_parked_and_the_rest_goes_on(chief, resident, monkeypatch):
    roster, _ = changed(chief, phone="0987654321")
    monkeypatch.setattr("registry.rosters.writing_changes.correct", lambda *a, **k: 1 / 0)
    write(roster, chief)
    assert "báo quản trị" in row_of(roster, 2).said
    assert roster.state == "applied"


# --- many changes at once --------------------------------------------------------------------------------------------


def left_behind(roster) -> list:
    """What writing leaves of each row: the person's columns and profile, the row's memory, the line of the trail."""
    found = []
    for row in roster.rows.filter(state="applied").order_by("number"):
        columns = {name: value for name, value in vars(row.resident).items() if name not in ("_state", "updated_at")}
        profile = {name: value for name, value in vars(row.resident.match_profile).items() if name != "_state"}
        lines = AuditEvent.objects.filter(target_ref=row.resident.public_id, action="change")
        found.append((columns, profile, row.written, list(lines.values_list("sentence", "reason", "data"))))
    return found


def test_changes_written_together_leave_what_each_by_itself_leaves(commune, chief, monkeypatch):
    for at in range(3):
        one = ResidentFactory(commune=commune, full_name=f"Lò Văn Mẫu {'ABC'[at]}", phone="0912345678", birth_year=1980,
                              birth_month=3, birth_day=2, sex=1)  # fmt: skip
        IdentityNumberFactory(resident=one, number=f"00108000002{at}")
    said = [person(f"Lò Văn Mẫu {'ABC'[at]}", number=f"00108000002{at}", **more) for at, more in enumerate(
        [{"phone": "0987654321"}, {"home_town": "Xã Cũ, Tỉnh Mẫu", "religion": "Không"}, {"other_name": "Lò Tí"}]
    )]  # fmt: skip
    roster = checked(chief, said)
    deciding.decide(roster, roster.rows.all(), "write", by=chief)
    aside = transaction.savepoint()
    together = left_behind(write(roster, chief))
    transaction.savepoint_rollback(aside)
    monkeypatch.setattr(applying, "_write_together", lambda *given: [])
    alone = left_behind(write(Roster.objects.get(pk=roster.pk), chief))
    assert len(alone) == 3
    assert together == alone


def test_one_change_that_cannot_be_leaves_the_others_to_be_written(commune, chief, monkeypatch):
    for at in range(3):
        one = ResidentFactory(commune=commune, full_name=f"Lò Văn Mẫu {'ABC'[at]}", birth_year=1980, birth_month=3,
                              birth_day=2, sex=1)  # fmt: skip
        IdentityNumberFactory(resident=one, number=f"00108000002{at}")
    roster = checked(chief, [person(f"Lò Văn Mẫu {'ABC'[at]}", number=f"00108000002{at}", phone=f"098765432{at}")
                             for at in range(3)])  # fmt: skip
    deciding.decide(roster, roster.rows.all(), "write", by=chief)
    bad = row_of(roster, 3).person_id

    def blocked(ids):
        if bad in set(ids):
            raise RegisterRefused(None, "Không ghi được hồ sơ này.")

    monkeypatch.setattr(register, "refuse_blocked", blocked)
    write(roster, chief)
    assert [row.state for row in roster.rows.order_by("number")] == ["applied", "parked", "applied"]
    assert row_of(roster, 3).said == "Không ghi được hồ sơ này."
    assert sorted(Resident.objects.values_list("phone", flat=True)) == ["0912345678", "0987654320", "0987654322"]
