"""The life of an account: taken in as the decree wants it, moved by the table, locked and back, level 1 to 2."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Holiday, Setting
from accounts.working_days import add_working_days
from cards.eid import work
from cards.eid.moves import MOVES, RAISE, EidRefused, moves_for
from cards.models import EidAccount, EidState, EidStep
from registry.duplicates import unmerge
from registry.residents.tables import years_before
from tests.conftest import settled
from tests.factories import ApplicationFactory, EidAccountFactory, IdentityDocumentFactory, ResidentFactory
from tests.registry.duplicates.folding import fold, twin_of

pytestmark = pytest.mark.django_db
PHONE = "0912345678"
TODAY = timezone.localdate()


def born(years_ago: int, **more):
    day = years_before(TODAY, years_ago) - dt.timedelta(days=1)
    return {"birth_year": day.year, "birth_month": day.month, "birth_day": day.day} | more


@pytest.fixture
def account(resident, officer) -> EidAccount:
    return work.collect(resident, level=2, phone="+84 912 345 678", by=officer)


def forward(account, officer, *names):
    for name in names:
        account = work.move(account, name, by=officer)
    return account


# --- taking in -------------------------------------------------------------------------------------------------------


def test_taking_in_keeps_the_number_as_it_is_stored_with_its_step_and_its_line(account, officer):
    account.refresh_from_db()
    assert (account.level, account.state, account.phone, account.collected_by) == (2, "collected", PHONE, officer)
    step = account.steps.get()
    assert (step.move, step.from_state, step.to_state, step.by) == ("collect", "", "collected", officer)
    assert step.note == "Phiếu TK01; thu nhận riêng"
    assert "mức độ 2" in AuditEvent.objects.get(action="create").sentence
    assert account.resident.__class__.objects.get(pk=account.resident_id).scan_due


@pytest.mark.parametrize(
    ("has_card", "has_file", "days"), [(True, False, 3), (False, True, 3), (False, False, 7)],
    ids=["with a card", "with a card file", "alone"],
)  # fmt: skip
def test_the_promise_counts_working_days_by_whether_there_is_a_card(resident, officer, has_card, has_file, days):
    Holiday.objects.get_or_create(day=dt.date(2026, 11, 24), defaults={"name": "Ngày Văn hóa Việt Nam"})
    if has_card:
        IdentityDocumentFactory(resident=resident)
    file = ApplicationFactory(resident=resident, created_by=officer) if has_file else None
    made = work.collect(resident, level=2, phone=PHONE, by=officer, application=file)
    assert made.promised_on == add_working_days(TODAY, days)
    assert made.application == file


def test_the_days_of_the_promise_are_a_setting(resident, officer):
    Setting.objects.create(code="card_eid_days_alone", value=5, valid_from=TODAY)
    assert work.collect(resident, level=2, phone=PHONE, by=officer).promised_on == add_working_days(TODAY, 5)


@pytest.mark.parametrize(
    ("years", "level", "representative", "field"),
    [
        (5, 2, "Lê Thị Mẫu", "level"), (5, 1, "", "representative"), (5, 1, "Lê Thị Mẫu", None),
        (6, 2, "", "representative"), (6, 2, "Lê Thị Mẫu", None), (13, 1, "Lê Thị Mẫu", None),
        (13, 2, "", "representative"), (14, 2, "", None), (14, 3, "", "level"),
    ],
)  # fmt: skip
def test_level_and_representative_by_age(commune, officer, years, level, representative, field):
    child = ResidentFactory(commune=commune, **born(years))
    if field is None:
        made = work.collect(child, level=level, phone=PHONE, by=officer, representative=representative)
        assert (made.level, representative in made.steps.get().note) == (level, True)
        return
    with pytest.raises(EidRefused) as refused:
        work.collect(child, level=level, phone=PHONE, by=officer, representative=representative)
    assert refused.value.field == field
    assert not EidAccount.objects.exists()


def test_of_a_year_alone_the_careful_side_counts(commune, officer):
    child = ResidentFactory(commune=commune, birth_year=TODAY.year - 6, birth_month=None, birth_day=None)
    with pytest.raises(EidRefused, match="dưới 6 tuổi"):
        work.collect(child, level=2, phone=PHONE, by=officer, representative="Lê Thị Mẫu")
    unknown = ResidentFactory(commune=commune, birth_year=None, birth_month=None, birth_day=None)
    with pytest.raises(EidRefused, match="Chưa rõ năm sinh"):
        work.collect(unknown, level=1, phone=PHONE, by=officer)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"phone": ""}, "phone"), ({"phone": "024 3825 1234"}, "phone"), ({"phone": "0123"}, "phone"),
     ({"has_form": False}, "has_form")],
)  # fmt: skip
def test_what_is_missing_is_said_beside_its_field(resident, officer, given, field):
    with pytest.raises(EidRefused) as refused:
        work.collect(resident, **({"level": 2, "phone": PHONE, "by": officer} | given))
    assert refused.value.field == field


def test_a_number_belongs_to_one_account_and_the_refusal_names_nobody(resident, outsider, officer, stranger):
    work.collect(outsider, level=2, phone=PHONE, by=stranger)
    with pytest.raises(EidRefused) as refused:
        work.collect(resident, level=2, phone="0912.345.678", by=officer)
    sentence = str(refused.value)
    assert "đã gắn với một tài khoản định danh khác" in sentence
    assert not any(word in sentence for word in (outsider.full_name, "Mẫu Hạ", PHONE))
    assert EidAccount.objects.get().resident == outsider
    assert not EidStep.objects.filter(account__resident=resident).exists()


def test_nobody_has_two_accounts_and_nobody_is_taken_in_from_elsewhere(account, resident, outsider, officer):
    with pytest.raises(EidRefused, match="đã có tài khoản định danh mức độ 2, đã thu nhận"):
        work.collect(resident, level=2, phone="0987654321", by=officer)
    with pytest.raises(EidRefused, match="địa bàn"):
        work.collect(outsider, level=2, phone="0987654321", by=officer)
    assert EidAccount.objects.count() == 1


def test_the_dead_get_none_and_theirs_can_only_be_locked(account, resident, officer):
    type(resident).objects.filter(pk=resident.pk).update(state="deceased", died_on=TODAY)
    with pytest.raises(EidRefused, match="chỉ còn bước"):
        work.move(account, "approve", by=officer)
    assert work.move(account, "lock", by=officer, note="Đã khai tử").state == "locked"
    other = ResidentFactory(commune=resident.commune, state="deceased")
    with pytest.raises(EidRefused, match="đã chết"):
        work.collect(other, level=2, phone="0987654321", by=officer)


# --- moves -----------------------------------------------------------------------------------------------------------

DAYS = {"collected": 1, "approved": 2, "granted": 3, "activated": 4, "locked": 5}


def standing(state: str, resident, officer, *, level: int = 2) -> EidAccount:
    """An account as far as this state, with the days of the way there."""
    way = ["collected", "approved", "granted", "activated"]
    reached = way if state == "locked" else way[: way.index(state) + 1]
    days = {f"{step}_at": timezone.now() - dt.timedelta(days=9 - DAYS[step]) for step in [*reached, state]}
    officers = {f"{step}_by": officer for step in [*reached, state]}
    return EidAccountFactory(resident=resident, level=level, state=state, phone=PHONE,
                             **({"granted_at": None} | days | officers))  # fmt: skip


def allowed(name: str, state: str, level: int) -> bool:
    """The table of this test, written out by hand."""
    return (name, state) in {
        ("approve", "collected"), ("grant", "approved"), ("activate", "granted"), ("unlock", "locked"),
        *((one, state) for one in ("lock", "change_phone") for state in DAYS if state != "locked"),
    } or (name == RAISE and level == 1 and state in ("granted", "activated"))  # fmt: skip


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize("state", DAYS)
@pytest.mark.parametrize("who", ["officer", "stranger", "supervisor"])
def test_role_by_state_by_move(resident, officer, request, who, state, level):
    """Every move of the table is tried; what may not be changes nothing."""
    account = standing(state, resident, officer, level=level)
    by = request.getfixturevalue(who)
    may = who == "officer"
    for name in MOVES:
        EidAccount.objects.bulk_update(
            [account], [one.attname for one in account._meta.concrete_fields if one.name != "id"]
        )
        steps = EidStep.objects.count()
        try:
            work.move(account, name, by=by, note="Theo đề nghị", phone="0987654321")
            done = True
        except EidRefused:
            done = False
        assert done == (may and allowed(name, state, level)), name
        assert EidStep.objects.count() == steps + done
        if not done:
            assert EidAccount.objects.get().state == state
    assert {move.name for move in moves_for(account, by)} == {
        name for name in MOVES if by.can(MOVES[name].right) and allowed(name, state, level)
    }


def test_the_way_to_the_citizens_telephone(account, officer, chief):
    account = forward(account, officer, "approve", "grant")
    account = work.move(account, "activate", by=chief, note="Gọi lúc 9 giờ")
    account.refresh_from_db()
    assert (account.state, account.granted_by, account.activated_by) == ("activated", officer, chief)
    told = [(step.move, step.from_state, step.to_state, step.level) for step in account.steps.all()]
    assert told == [("collect", "", "collected", 2), ("approve", "collected", "approved", 2),
                    ("grant", "approved", "granted", 2), ("activate", "granted", "activated", 2)]  # fmt: skip
    assert account.steps.last().note == "Gọi lúc 9 giờ"


@pytest.mark.parametrize("before", ["collected", "approved", "granted", "activated"])
def test_unlocking_leads_back_to_the_state_before(resident, officer, before):
    account = standing(before, resident, officer)
    days = {step: getattr(account, f"{step}_at") for step in DAYS if step != "locked"}
    locked = work.move(account, "lock", by=officer, note="Mất điện thoại")
    assert (locked.state, locked.locked_by, locked.locked_reason) == ("locked", officer, "Mất điện thoại")
    back = work.move(locked, "unlock", by=officer, note="Đã tìm lại")
    back.refresh_from_db()
    assert (back.state, back.locked_at, back.locked_reason) == (before, None, "")
    assert {step: getattr(back, f"{step}_at") for step in days} == days
    assert [step.note for step in back.steps.all()] == ["Mất điện thoại", "Đã tìm lại"]


@pytest.mark.parametrize("name", ["lock", "unlock"])
def test_locking_and_unlocking_want_a_reason(resident, officer, name):
    account = standing("granted" if name == "lock" else "locked", resident, officer)
    with pytest.raises(EidRefused) as refused:
        work.move(account, name, by=officer, note="  ")
    assert refused.value.field == "note"


def test_level_one_rises_to_two_and_is_granted_and_activated_anew(resident, officer):
    account = standing("activated", resident, officer, level=1)
    account.steps.create(move="activate", from_state="granted", to_state="activated", level=1, by=officer)
    file = ApplicationFactory(resident=resident, created_by=officer)
    risen = work.collect(resident, level=2, phone="", by=officer, application=file)
    risen.refresh_from_db()
    assert (risen.pk, risen.level, risen.state, risen.phone) == (account.pk, 2, "collected", PHONE)
    assert (risen.granted_at, risen.activated_at, risen.application) == (None, None, file)
    assert risen.promised_on == add_working_days(TODAY, 3)
    assert [(step.move, step.level) for step in risen.steps.all()] == [("activate", 1), (RAISE, 2)]


def test_a_child_under_six_does_not_rise(commune, officer):
    account = standing("granted", ResidentFactory(commune=commune, **born(4)), officer, level=1)
    with pytest.raises(EidRefused, match="dưới 6 tuổi"):
        work.move(account, RAISE, by=officer)


def test_a_new_number_is_looked_at_like_the_first(account, resident, outsider, officer, stranger):
    work.collect(outsider, level=2, phone="0987654321", by=stranger)
    with pytest.raises(EidRefused, match="đã gắn"):
        work.move(account, "change_phone", by=officer, phone="0987 654 321")
    changed = work.move(account, "change_phone", by=officer, phone="0903 111 222")
    assert (changed.phone, changed.state) == ("0903111222", "collected")


def test_of_two_who_press_at_once_the_second_is_refused(account, officer, colleague):
    first = EidAccount.objects.get()
    work.move(account, "approve", by=officer)
    with pytest.raises(EidRefused, match="đang ở bước “đã phê duyệt”"):
        work.move(first, "approve", by=colleague)
    assert account.steps.filter(move="approve").count() == 1


def test_the_steps_go_along_with_a_merge_and_come_back(commune, officer):
    survivor = settled(commune, number="001190000123")
    twin = twin_of(survivor, birth_day=21, birth_month=5, full_name="Nguyễn Thị Mẫu Lam", phone="0987654321")
    account = work.collect(twin, level=2, phone="0987654321", by=officer)
    done = fold(survivor, twin, officer)
    assert [step.move for step in survivor.eid_accounts.get().steps.all()] == ["collect"]
    assert work.move(survivor.eid_accounts.get(), "approve", by=officer).state == EidState.APPROVED
    unmerge.unmerge(done, by=officer, reason="Hai chị em", pair=unmerge.WAITS)
    account.refresh_from_db()
    assert (account.resident, account.steps.count()) == (twin, 2)
