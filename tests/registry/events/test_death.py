"""A death closes what it must close, says what is left, and can be taken back."""

import datetime as dt

import pytest

from cards.models import Application
from registry.changes.refusal import ChangeRefused
from registry.cleanup.scan import scan
from registry.models import Change, Finding, IdentityDocument, Membership, Residence, Resident
from registry.residents import family
from tests.at_work import do, errors, lines, look
from tests.factories import (
    ApplicationFactory,
    IdentityDocumentFactory,
    RelationFactory,
    ResidenceFactory,
    ResidentFactory,
)
from tests.registry.events.conftest import PAPER, tied

DEATH = PAPER | {"effective_on": "18/11/2026", "paper_kind": "Trích lục khai tử"}
LIVED = "Số 5, Thôn 2, Xã Mẫu Sơn (từ 01/01/2010)"


def test_the_preview_of_the_death_of_a_head(couple, officer):
    preview = look("khai-tu", couple.wife, officer, **DEATH)
    code = couple.home.code
    assert lines(preview) == [
        ("Trần Mẫu Chồng", "hôn nhân", "Đang có vợ/chồng", "Góa vợ/chồng"),
        ("Trần Mẫu Chồng", "vợ, chồng", "Nguyễn Thị Mẫu Lan (đã liên kết)", ""),
        ("Nguyễn Thị Mẫu Lan", "tình trạng", "Đang cư trú", "Đã chết"),
        ("Nguyễn Thị Mẫu Lan", "ngày chết", "", "18/11/2026"),
        ("Nguyễn Thị Mẫu Lan", "vợ, chồng", "Trần Mẫu Chồng (đã liên kết)", ""),
        ("Nguyễn Thị Mẫu Lan", "thường trú", LIVED, ""),
        ("Nguyễn Thị Mẫu Lan", "nơi ở hiện tại", LIVED, ""),
        ("Nguyễn Thị Mẫu Lan", "hộ", f"{code} (Chủ hộ)", ""),
        (f"Hộ {code}", "chủ hộ", "Nguyễn Thị Mẫu Lan", ""),
        (f"Hộ {code}", "số người", "3", "2"),
    ]
    assert preview.next_steps == [
        f"Nguyễn Thị Mẫu Lan là chủ hộ của hộ {code}. "
        f'<a href="/ho-gia-dinh/{couple.home.public_id}/lam/doi-chu-ho/">Làm tiếp: Đổi chủ hộ</a>'
    ]


def test_what_is_written(couple, officer):
    ResidenceFactory(resident=couple.wife, kind="absence", from_on=dt.date(2026, 10, 1), to_on=dt.date(2027, 1, 1))
    change = do("khai-tu", couple.wife, officer, **DEATH)
    assert (couple.wife.state, f"{couple.wife.died_on}") == ("deceased", "2026-11-18")
    rows = Residence.objects.filter(resident=couple.wife).order_by("kind")
    assert [(row.kind, f"{row.to_on}", row.closed_reason, row.closed_at is not None) for row in rows] == [
        ("absence", "2026-11-18", "Chết", True),
        ("permanent", "2026-11-18", "Chết", True),
        ("present", "2026-11-18", "Chết", True),
    ]
    assert f"{Membership.objects.get(resident=couple.wife).to_on}" == "2026-11-18"
    couple.husband.refresh_from_db()
    assert couple.husband.marital_status == "3b"
    assert tied(couple.wife)[1] == ("spouse", "Trần Mẫu Chồng", False, "2026-11-18")
    assert tied(couple.husband)[1] == ("spouse", "Nguyễn Thị Mẫu Lan", False, "2026-11-18")
    assert tied(couple.daughter) == [("father", "Trần Mẫu Chồng", True, ""), ("mother", "Nguyễn Thị Mẫu Lan", True, "")]
    assert change.paper == "Trích lục khai tử số 12/2026, ngày 20/11/2026, UBND xã Mẫu Sơn"
    assert set(change.people.all()) == {couple.wife, couple.husband}


def test_the_scan_finds_the_household_without_a_head_and_nothing_of_the_dead(couple, officer):
    do("khai-tu", couple.wife, officer, **DEATH)
    everybody = [couple.wife.pk, couple.husband.pk, couple.daughter.pk]
    assert set(Resident.objects.filter(pk__in=everybody, scan_due=True).values_list("pk", flat=True)) == set(everybody)
    scan(everybody)
    found = set(Finding.objects.exclude(state="closed").values_list("resident", "rule"))
    assert (couple.husband.pk, "L03") in found
    assert {rule for who, rule in found if who == couple.wife.pk} & {"L01", "D18", "D36"} == set()
    assert (couple.husband.pk, "D18") not in found


def test_the_open_card_file_is_withdrawn(couple, officer):
    file = ApplicationFactory(resident=couple.wife, created_by=officer)
    preview = look("khai-tu", couple.wife, officer, **DEATH)
    assert preview.next_steps[0] == (
        f"Hồ sơ căn cước {file.file_number} được đóng: người nộp hồ sơ đã chết ngày 18/11/2026."
    )
    file.refresh_from_db()
    assert file.state == "received"  # a preview only
    do("khai-tu", couple.wife, officer, **DEATH)
    file.refresh_from_db()
    assert file.state == "withdrawn"
    assert file.steps.get(move="withdraw").note == "Người nộp hồ sơ đã chết ngày 18/11/2026"


def test_a_card_that_is_printed_is_said(couple, officer):
    file = ApplicationFactory(resident=couple.wife, created_by=officer, state="arrived")
    said = look("khai-tu", couple.wife, officer, **DEATH).next_steps[0]
    assert said == f"Hồ sơ căn cước {file.file_number} đang ở bước “thẻ về xã”: không trả thẻ, báo cấp trên."
    assert Application.objects.get().state == "arrived"


@pytest.mark.parametrize("typed, state", [("thu", "returned"), ("mat", "lost"), ("", "in_use")])
def test_the_card_is_taken_in_only_when_it_is(couple, officer, typed, state):
    card = IdentityDocumentFactory(resident=couple.wife)
    said = look("khai-tu", couple.wife, officer, **DEATH, card=typed).next_steps
    do("khai-tu", couple.wife, officer, **DEATH, card=typed)
    card.refresh_from_db()
    assert card.state == state
    kept = "Thẻ căn cước (từ 01/7/2024) còn ở gia đình: đề nghị nộp lại; thẻ của người chết không dùng được nữa."
    assert (kept in said) == (typed == "")


def test_a_guardian_who_dies_leaves_a_ward(couple, officer):
    ward = ResidentFactory(commune=couple.wife.commune, full_name="Lê Mẫu Em", birth_year=2018)
    family.link(ward, "guardian", by=officer, person=couple.husband)
    preview = look("khai-tu", couple.husband, officer, **DEATH)
    assert "Lê Mẫu Em không còn người đại diện này: ghi người đại diện khác." in preview.next_steps
    do("khai-tu", couple.husband, officer, **DEATH)
    assert tied(ward) == [("guardian", "Trần Mẫu Chồng", False, "2026-11-18")]
    assert tied(couple.husband)[-1] == ("ward", "Lê Mẫu Em", False, "2026-11-18")


def test_a_marriage_known_from_the_other_side_only_ends_too(resident, officer):
    other = ResidentFactory(commune=resident.commune, full_name="Trần Mẫu Chồng", sex=1, marital_status="2")
    RelationFactory(resident=other, kind="spouse", name=resident.full_name, person=resident)
    do("khai-tu", resident, officer, **DEATH)
    other.refresh_from_db()
    assert other.marital_status == "3b"
    assert tied(other) == [("spouse", resident.full_name, False, "2026-11-18")]


def test_a_record_of_another_commune_is_not_written_and_not_shown(resident, outsider, officer, other_commune):
    """The bait: the husband's record is next door's, and says that he is married."""
    RelationFactory(resident=resident, kind="spouse", name=outsider.full_name, person=outsider)
    RelationFactory(resident=outsider, kind="spouse", name=resident.full_name, person=resident)
    Resident.objects.filter(pk=outsider.pk).update(marital_status="2", scan_due=False)
    preview = look("khai-tu", resident, officer, **DEATH)
    assert {line["ref"] for line in preview.lines if line["of"] == "resident"} == {str(resident.public_id)}
    do("khai-tu", resident, officer, **DEATH)
    outsider.refresh_from_db()
    assert (outsider.marital_status, outsider.scan_due) == ("2", True)
    assert tied(outsider)[-1] == ("spouse", resident.full_name, True, "")
    assert tied(resident)[-1] == ("spouse", outsider.full_name, False, "2026-11-18")
    assert f"{outsider.full_name} do Công an Xã Mẫu Hạ quản lý: báo nơi đó cập nhật." in preview.next_steps


def test_days_that_cannot_be(couple, officer):
    with pytest.raises(ChangeRefused) as refused:
        look("khai-tu", couple.wife, officer, **DEATH | {"effective_on": "1/1/1990"})
    assert (refused.value.field, str(refused.value)) == ("effective_on", "Trước ngày sinh (21/05/1990).")
    assert errors("khai-tu", couple.wife, officer, **DEATH | {"effective_on": "24/11/2026"}) == {
        "effective_on": ["Ngày này ở tương lai; kiểm tra lại năm."]
    }
    assert errors("khai-tu", couple.wife, officer, **DEATH | {"effective_on": "21/11/2026"}) == {
        "paper_on": ["Giấy tờ cấp trước ngày xảy ra sự kiện; kiểm tra lại hai ngày."]
    }
    assert errors("khai-tu", couple.wife, officer, **DEATH | {"paper_number": "", "paper_by": ""}) == {
        "paper_number": ["Ô này bắt buộc."], "paper_by": ["Ô này bắt buộc."],
    }  # fmt: skip


# --- taken back ------------------------------------------------------------------------------------------------------

ALIVE = {"basis": "Ghi nhầm người cùng tên, trưởng thôn xác nhận"}


def picture(couple) -> dict[str, tuple[str, str, str]]:
    """Everything a death touches, as the pictures show it."""
    from registry.changes.picture import pictures

    people = [couple.wife.pk, couple.husband.pk, couple.daughter.pk]
    return pictures(people, [couple.home.pk])


def test_taking_back_restores_exactly_what_was(couple, officer):
    IdentityDocumentFactory(resident=couple.wife)
    ResidenceFactory(resident=couple.wife, kind="absence", from_on=dt.date(2026, 10, 1), to_on=dt.date(2027, 1, 1))
    Resident.objects.filter(pk=couple.wife.pk).update(state="absent")
    couple.wife.refresh_from_db()
    before = picture(couple)
    do("khai-tu", couple.wife, officer, **DEATH, card="thu")
    assert picture(couple) != before
    do("dinh-chinh-con-song", couple.wife, officer, **ALIVE)
    assert picture(couple) == before
    assert IdentityDocument.objects.get().state == "in_use"
    assert not Residence.objects.filter(resident=couple.wife).exclude(closed_reason="").exists()


def test_what_changed_since_is_left_and_said(couple, officer):
    do("khai-tu", couple.wife, officer, **DEATH)
    Resident.objects.filter(pk=couple.husband.pk).update(marital_status="2")
    role = couple.wife.memberships.get().role
    Membership.objects.filter(resident=couple.husband).update(role=role)
    said = look("dinh-chinh-con-song", couple.wife, officer, **ALIVE).next_steps
    assert said == [
        "Trần Mẫu Chồng: tình trạng hôn nhân đã đổi sau khi khai tử, giữ như hiện nay; kiểm tra lại.",
        f"Hộ {couple.home.code} đã có chủ hộ khác: Nguyễn Thị Mẫu Lan trở lại hộ, chọn lại quan hệ với chủ hộ.",
        "Hồ sơ căn cước đã đóng khi khai tử không mở lại được: thu nhận hồ sơ mới nếu cần.",
    ]
    do("dinh-chinh-con-song", couple.wife, officer, **ALIVE)
    assert couple.wife.memberships.get().role is None


def test_a_death_of_an_import_reopens_what_says_so(resident, officer):
    Residence.objects.filter(resident=resident).update(
        to_on=dt.date(2026, 1, 2), closed_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC), closed_reason="Chết"
    )
    Membership.objects.filter(resident=resident).update(to_on=dt.date(2026, 1, 2))
    Resident.objects.filter(pk=resident.pk).update(state="deceased", died_on=dt.date(2026, 1, 2))
    resident.refresh_from_db()
    do("dinh-chinh-con-song", resident, officer, **ALIVE)
    assert (resident.state, resident.died_on) == ("living", None)
    assert resident.memberships.get().to_on is None
    assert set(Residence.objects.values_list("to_on", "closed_at", "closed_reason")) == {(None, None, "")}


def test_taking_back_needs_a_reason_and_is_for_the_dead(couple, officer, client_of):
    assert errors("dinh-chinh-con-song", couple.wife, officer) == {"basis": ["Ô này bắt buộc."]}
    answer = client_of(officer).get(f"/cu-dan/{couple.wife.public_id}/lam/dinh-chinh-con-song/", follow=True)
    assert "Không làm được việc" in answer.content.decode()
    assert not Change.objects.exists()
