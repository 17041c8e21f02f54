"""A list taken back as one: as if it had never come, except what people did since, which stays and is named."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from registry.cleanup.scan import scan
from registry.duplicates import moving, search
from registry.models import (
    DocumentImage,
    Finding,
    Household,
    IdentityNumber,
    Membership,
    Merge,
    Relation,
    Resident,
    RosterRow,
)
from registry.residents.register import confirm, correct
from registry.rosters import deciding, hanging, taking_back, weighing, work
from registry.rosters.refusal import RosterRefused
from tests.conftest import settled
from tests.factories import (
    ApplicationFactory,
    FindingFactory,
    ResidentFactory,
)
from tests.registry.duplicates.folding import database as whole_database
from tests.registry.duplicates.folding import differences, with_everything
from tests.registry.duplicates.folding import fold as merge
from tests.registry.rosters.listing import checked, finish, person, row_of, write

pytestmark = pytest.mark.django_db
LAN = {"full_name": "Nguyễn Thị Mẫu Lan", "birth_date": "21/05/1990", "sex": "Nữ", "number": "001190000123"}
REASON = "Nhầm danh sách của xã khác"
OF_LISTS = {"registry.Roster", "registry.RosterRow", "registry.RosterHousehold", "registry.RosterSource"}


def database() -> dict[str, Any]:
    """Every row of every table but history, the trail, and the lists themselves; cases of duplicates and merges too."""
    found = {label: rows for label, rows in whole_database().items() if label not in OF_LISTS}
    for name in ("DuplicateCase", "Merge", "MergeMove"):
        model = apps.get_model("registry", name)
        found[name] = {row["pk"]: row for row in model.objects.values("pk")}
    return found


def take_back(roster, chief, *, reason: str = REASON):
    taking_back.begin(roster, by=chief, reason=reason)
    roster.refresh_from_db()
    return finish(roster, taking_back.next_piece)


def test_new_people_changes_households_and_a_merge_go_back_and_the_database_is_as_before(
    commune, chief, officer, resident
):
    scan([resident.pk])
    Resident.objects.update(matching_due=True)
    search.search_due(100)
    before = database()
    rows = [
        person("Lò Văn Chủ", number="001080000011", household_key="H7", household_role="Chủ hộ", father_name="Lò Cha",
               permanent_line="Số 5, Thôn 2, Xã Mẫu Sơn", card_issued_on="05/03/2022"),
        person("Lò Thị Con", sex="Nữ", birth_date="1/2/2010", household_key="H7", household_role="Con đẻ"),
        LAN | {"phone": "0987654321", "cmnd": "012345678", "permanent_line": "Số 9, Thôn 7, Xã Mẫu Sơn",
               "permanent_from": "01/01/2020", "email": "a@b.vn", "card_issued_on": "10/01/2026"},
        person("Nguyễn Thị Mẫu Lan", birth_date="1990", sex="Nữ"),
    ]  # fmt: skip
    roster = checked(chief, rows)
    deciding.decide(roster, roster.rows.filter(number=4), "write", by=chief)
    deciding.decide(roster, roster.rows.filter(number=5), "as_new", by=chief)
    write(roster, chief)
    assert set(roster.rows.values_list("state", flat=True)) == {"applied"}
    scan(roster.rows.exclude(number=4).values_list("resident", flat=True))
    search.search_due(100)
    assert Finding.objects.filter(resident__roster_rows__number=5).exists()
    twin = row_of(roster, 5).resident
    merge(Resident.objects.get(pk=resident.pk), twin, officer)
    assert differences(before, database()) != []
    take_back(roster, chief)
    assert [row.kept for row in roster.rows.exclude(kept=[])] == []
    assert differences(before, database()) == []
    assert set(roster.rows.values_list("state", flat=True)) == {"taken_back"}
    assert (roster.state, roster.said) == ("taken_back", "Đã trả lại 4 dòng")
    assert "Đã hoàn tác việc gộp" in row_of(roster, 5).said
    assert AuditEvent.objects.filter(sentence__startswith="Bỏ hồ sơ do danh sách nhập").count() == 3


# --- what keeps a person ---------------------------------------------------------------------------------------------


@pytest.fixture
def one(chief):
    """A list of one new person."""
    told = person("Lò Văn Một", number="001080000011", father_name="Lò Cha", card_issued_on="05/03/2022",
                  permanent_line="Số 5, Thôn 2, Xã Mẫu Sơn", household_key="H7")  # fmt: skip
    return write(checked(chief, [told]), chief)


def kept_by(roster, chief) -> str:
    take_back(roster, chief)
    row = row_of(roster, 2)
    assert row.state == "kept"
    assert Resident.objects.filter(pk=row.resident_id).exists()
    assert Household.objects.filter(memberships__resident=row.resident_id).exists()
    return "; ".join(row.kept)


def test_an_edited_record_stays_and_says_what_was_edited(one, chief, officer):
    correct(row_of(one, 2).resident, {"phone": "0912345678"}, by=officer)
    assert kept_by(one, chief) == "Đã sửa điện thoại, nguồn từng trường sau khi ghi"


def test_a_confirmed_record_stays(one, chief, officer):
    confirm(row_of(one, 2).resident, by=officer)
    assert "phúc tra" in kept_by(one, chief)


def test_a_card_file_keeps_its_person(one, chief, officer):
    ApplicationFactory(resident=row_of(one, 2).resident, created_by=officer)
    assert "Hồ sơ" in kept_by(one, chief)


def test_a_finding_that_somebody_decided_keeps_its_person_and_one_of_the_scan_goes_along(one, chief, officer):
    lone = row_of(one, 2).resident
    scan([lone.pk])
    assert lone.findings.exists()
    FindingFactory(resident=lone, rule="S99", state="verified", decided_at=timezone.now(), decided_by=officer)
    assert "S99" in kept_by(one, chief)


def test_a_household_that_was_left_keeps_its_person(one, chief, officer):
    Membership.objects.filter(resident=row_of(one, 2).resident).update(to_on=dt.date(2026, 11, 20))
    assert "thành viên hộ" in kept_by(one, chief)


def test_a_line_that_an_officer_took_off_keeps_its_person(one, chief, officer):
    Relation.objects.filter(resident=row_of(one, 2).resident).delete()
    assert "đã bị bỏ" in kept_by(one, chief)


def test_a_picture_of_the_card_keeps_its_person(one, chief, officer):
    card = row_of(one, 2).resident.documents.get()
    DocumentImage.objects.create(document=card, jpeg=b"\xff\xd8", sha256="0" * 64, added_by=officer)
    assert "ảnh giấy tờ" in kept_by(one, chief)


def test_another_list_that_wrote_to_the_person_keeps_it_until_it_is_taken_back_too(one, chief):
    again = checked(chief, [person("Lò Văn Một", number="001080000011", email="a@b.vn")])
    deciding.decide(again, again.rows.all(), "write", by=chief)
    write(again, chief)
    assert row_of(again, 2).state == "applied"
    assert "Danh sách nhập khác" in "; ".join(weighing.preview(one)["kept"][0]["why"])
    take_back(again, chief)
    take_back(one, chief)
    assert not Resident.objects.filter(full_name="Lò Văn Một").exists()


def test_a_text_that_the_clean_up_mended_by_itself_keeps_nobody(commune, chief):
    made = ResidentFactory(commune=commune, full_name="Lò  Văn Một")
    roster = checked(chief, [person("Lò Văn Một")])
    written = {"kind": "new", "rows": {}}
    roster.rows.update(state="applied", resident=made, written=written, applied_at=timezone.now())
    roster.state, roster.applied_at = "applied", timezone.now()
    roster.save()
    scan([made.pk])
    made.refresh_from_db()
    assert made.full_name == "Lò Văn Một"
    take_back(roster, chief)
    assert not Resident.objects.filter(pk=made.pk).exists()


def test_every_table_that_hangs_on_a_person_keeps_it_or_is_of_the_workers(commune, chief, officer):
    """One of everything on an imported person: each table is named, but what workers made and nobody touched."""
    _, made = with_everything(commune, officer)
    roster = checked(chief, [person("Lò Văn Một")])
    RosterRow.objects.filter(roster=roster).update(state="applied", resident=made, written={"kind": "new", "rows": {}})
    kept = hanging.hindrances([made.pk], {}, roster=roster)[made.pk]
    workers = hanging.of_workers()
    silent = []
    for relation in sorted(moving.answered_for() - {"registry.Change.people"}):
        label, column = relation.rsplit(".", 1)
        rows = apps.get_model(label)._base_manager.filter(**{column: made})
        if relation in workers:
            rows = rows.exclude(pk__in=rows.filter(workers[relation]).values("pk"))
        assert rows.exists() or relation in workers, relation
        hook = hanging.Hook(apps.get_model(label), column)
        if rows.exists() and not any(one.startswith(hanging._title(hook)) for one in kept):
            silent.append(relation)
    assert silent == []


def test_with_everything_upon_it_a_person_stays_whole(commune, chief, officer):
    _, made = with_everything(commune, officer)
    roster = checked(chief, [person("Lò Văn Một")])
    RosterRow.objects.filter(roster=roster).update(state="applied", resident=made, applied_at=timezone.now(),
                                                   written={"kind": "new", "rows": {}})  # fmt: skip
    roster.state, roster.applied_at = "applied", timezone.now()
    roster.save()
    before = database()
    take_back(roster, chief)
    assert row_of(roster, 2).state == "kept"
    assert differences(before, database()) == []


# --- merged since ----------------------------------------------------------------------------------------------------


def test_where_a_merge_cannot_be_taken_back_the_person_stays_and_says_why(one, commune, chief, officer):
    made = row_of(one, 2).resident
    kept = ResidentFactory(commune=commune, full_name="Lò Văn Một", birth_year=1980, birth_month=3, birth_day=2, sex=1)
    last = ResidentFactory(commune=commune, full_name="Lò Văn Một", birth_year=1980, birth_month=3, birth_day=2, sex=1)
    merge(kept, made, officer)
    merge(last, Resident.objects.get(pk=kept.pk), officer)
    take_back(one, chief)
    row = row_of(one, 2)
    assert row.state == "kept"
    assert row.kept[0].startswith("Không hoàn tác được việc gộp với Lò Văn Một")
    assert Merge.objects.done().count() == 2


def test_an_edit_after_the_merge_keeps_the_merge_too(one, commune, chief, officer):
    """All or nothing: the person stays, so the merge stays as it is."""
    made = row_of(one, 2).resident
    other = ResidentFactory(commune=commune, full_name="Lò Văn Một", birth_year=1980, birth_month=3, birth_day=2, sex=1)
    merge(made, other, officer)
    correct(Resident.objects.get(pk=made.pk), {"email": "a@b.vn"}, by=officer)
    take_back(one, chief)
    assert row_of(one, 2).state == "kept"
    assert Merge.objects.done().count() == 1


# --- changed people --------------------------------------------------------------------------------------------------


@pytest.fixture
def changed(chief, resident):
    told = LAN | {"phone": "0987654321", "email": "a@b.vn", "home_town": "Xã Khác", "cmnd": "012345678"}
    roster = checked(chief, [told])
    deciding.decide(roster, roster.rows.all(), "write", by=chief)
    return write(roster, chief)


def test_what_somebody_edited_since_stays_and_is_named_and_the_rest_goes_back(changed, chief, officer, resident):
    correct(resident, {"phone": "0900000009", "source": "GIAY_TO"}, by=officer)
    take_back(changed, chief)
    now = Resident.objects.get(pk=resident.pk)
    assert (now.phone, now.email, now.home_town) == ("0900000009", "", resident.home_town)
    assert set(now.sources) == {"phone"}
    assert not now.numbers.filter(kind="CMND9").exists()
    row = row_of(changed, 2)
    assert row.kept == ["Cư dân, điện thoại: nay là “0900000009”, khi sửa xong là “0987654321”"]
    assert row.state == "kept"


def test_a_changed_person_who_was_folded_since_comes_out_of_the_merge_first(changed, commune, chief, officer, resident):
    other = settled(commune, number="001190000456", name="Nguyễn Thị Mẫu Lam")
    IdentityNumber.objects.filter(resident=other).delete()
    merge(other, Resident.objects.get(pk=resident.pk), officer)
    take_back(changed, chief)
    now = Resident.objects.get(pk=resident.pk)
    assert (now.state, now.phone) == ("living", "0912345678")
    assert row_of(changed, 2).state == "taken_back"


def test_a_worker_that_dies_leaves_the_rest_to_the_next_and_nothing_goes_twice(chief, monkeypatch):
    monkeypatch.setattr(taking_back, "PIECE", 2)
    roster = write(checked(chief, [person(f"Lò Văn {name}") for name in ("Một", "Hai", "Ba", "Tư", "Năm")]), chief)
    taking_back.begin(roster, by=chief, reason=REASON)
    work.go_on(roster.pk, seconds=0.0001)
    roster.refresh_from_db()
    assert (roster.state, roster.done_rows, roster.total_rows, Resident.objects.count()) == ("taking_back", 2, 5, 3)
    assert [row.number for row in roster.rows.filter(state="taken_back")] == [5, 6]  # the last written first
    assert work.go_on(roster.pk, seconds=60) is True
    assert not Resident.objects.exists()
    assert not RosterRow.objects.exclude(state="taken_back").exists()


# --- who and when ----------------------------------------------------------------------------------------------------


def test_only_the_chief_of_the_commune_takes_back_with_a_reason(one, chief, officer, stranger):
    for by, reason in ((officer, REASON), (stranger, REASON), (chief, "ừ")):
        with pytest.raises(RosterRefused):
            taking_back.begin(one, by=by, reason=reason)
    one.refresh_from_db()
    assert (one.state, one.undone_by) == ("applied", None)


def test_after_its_days_a_list_is_not_taken_back(one, chief):
    days = Setting.values_on()["roster_take_back_days"]
    one.applied_at = timezone.now() - dt.timedelta(days=days + 1)
    one.save()
    with pytest.raises(RosterRefused, match="quá hạn"):
        taking_back.begin(one, by=chief, reason=REASON)
    one.applied_at = timezone.now() - dt.timedelta(days=days)
    one.save()
    taking_back.begin(one, by=chief, reason=REASON)


def test_the_preview_counts_what_will_go_and_what_will_stay(chief, officer, resident, django_assert_max_num_queries):
    rows = [person("Lò Văn Một", household_key="H7"), person("Lò Văn Hai", birth_date="1990", household_key="H7"),
            LAN | {"email": "a@b.vn"}]  # fmt: skip
    roster = checked(chief, rows)
    deciding.decide(roster, roster.rows.filter(verdict="changed"), "write", by=chief)
    write(roster, chief)
    correct(row_of(roster, 3).resident, {"phone": "0912345678"}, by=officer)
    with django_assert_max_num_queries(90):
        told = weighing.preview(roster)
    assert {name: told[name] for name in ("go", "stay", "back", "stay_changed", "merges", "households")} == {
        "go": 1, "stay": 1, "back": 1, "stay_changed": 0, "merges": 0, "households": 1,
    }  # fmt: skip
    assert [(one["row"], one["name"]) for one in told["kept"]] == [(3, "Lò Văn Hai")]
    take_back(roster, chief)
    assert roster.said == "Đã trả lại 2 dòng, giữ lại 1 dòng (xem lý do từng dòng)"
    assert Household.objects.filter(memberships__resident=row_of(roster, 3).resident).exists()
