"""Letters: numbered without gaps, never twice for one reason and day, taken back with a reason, answered by coming."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from cards.invitations import inviting, must_come, papers, school
from cards.invitations.inviting import InvitationRefused
from cards.invitations.must_come import Horizon
from cards.models import Counter, Invitation, Why
from cards.papers import render
from registry.duplicates import unmerge
from registry.models import Resident
from tests.conftest import settled
from tests.factories import ApplicationFactory, IdentityDocumentFactory, InvitationFactory, ResidentFactory
from tests.registry.duplicates.folding import fold, twin_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ENDED = dt.date(2026, 1, 1)


def due(commune, name: str = "Lê Văn An", *, expires_on: dt.date = ENDED, **more) -> Resident:
    """Somebody whose card has expired."""
    row = ResidentFactory(commune=commune, full_name=name, **more)
    IdentityDocumentFactory(resident=row, expires_on=expires_on)
    return row


def ids(*rows) -> list[int]:
    return [row.pk for row in rows]


def test_letters_are_numbered_by_name_without_gaps(commune, officer):
    rows = [due(commune, name) for name in ("Lê Văn Chi", "Lê Văn An", "Lê Văn Bình")]
    done = inviting.invite(ids(*rows), by=officer, come_on=TODAY, group=" Trường THCS Mẫu ")
    told = [(row.resident.full_name, row.serial, row.why, row.due_on, row.group) for row in done.made]
    assert told == [(name, n, Why.EXPIRED, ENDED, "Trường THCS Mẫu")
                    for n, name in enumerate(["Lê Văn An", "Lê Văn Bình", "Lê Văn Chi"], start=1)]  # fmt: skip
    assert Counter.objects.get(series="invitation").last == 3
    assert AuditEvent.objects.filter(action="create", sentence__startswith="Lập giấy mời").count() == 3
    assert inviting.invite(ids(due(commune)), by=officer).made[0].serial == 4


def test_nobody_is_invited_twice_for_the_same_reason_and_day(commune, officer, colleague):
    first, second = due(commune), due(commune, "Lê Văn Bình")
    inviting.invite(ids(first), by=officer)
    done = inviting.invite(ids(first, second), by=colleague)
    assert ([row.resident for row in done.made], done.invited) == ([second], 1)
    assert done.left_out == "1 người đã có giấy mời vì lý do này"
    again = inviting.invite(ids(first, second), by=colleague)
    assert (again.made, again.invited) == ([], 2)
    first.documents.update(expires_on=dt.date(2026, 2, 2))
    assert [row.due_on for row in inviting.invite(ids(first), by=officer).made] == [dt.date(2026, 2, 2)]
    assert list(Invitation.objects.order_by("serial").values_list("serial", flat=True)) == [1, 2, 3]


def test_who_has_a_file_or_the_card_by_now_gets_none(commune, officer):
    with_file, with_card, free = due(commune), due(commune, "Lê Bình"), due(commune, "Lê Chi")
    ApplicationFactory(resident=with_file, created_by=officer)
    with_card.documents.update(expires_on=TODAY + dt.timedelta(days=900))
    done = inviting.invite(ids(with_file, with_card, free), by=officer)
    assert ([row.resident for row in done.made], done.with_file, done.done) == ([free], 1, 1)


def test_refusals_write_nothing_and_take_no_number(commune, officer, supervisor, outsider):
    row = due(commune)
    IdentityDocumentFactory(resident=outsider, expires_on=ENDED)
    yesterday = TODAY - dt.timedelta(days=1)
    for wanted, by, more in [([], officer, {}), (ids(row, outsider), officer, {}), (ids(row), supervisor, {}),
                             (ids(row), officer, {"come_on": yesterday}),
                             (ids(ResidentFactory(commune=commune, birth_year=2020)), officer, {})]:  # fmt: skip
        with pytest.raises(InvitationRefused):
            inviting.invite(wanted, by=by, **more)
    Setting.objects.create(code="card_letters_at_once", value=1, valid_from=TODAY)
    with pytest.raises(InvitationRefused, match="nhiều nhất 1 giấy mời"):
        inviting.invite(ids(row, due(commune)), by=officer)
    assert not Invitation.objects.exists()
    assert not Counter.objects.filter(series="invitation").exists()


def test_a_letter_taken_back_keeps_its_number_and_the_person_may_be_invited_anew(commune, officer, stranger):
    letter = inviting.invite(ids(due(commune)), by=officer).made[0]
    for by, reason in ((stranger, "Nhầm"), (officer, " ")):
        with pytest.raises(InvitationRefused):
            inviting.cancel(letter, by=by, reason=reason)
    inviting.cancel(letter, by=officer, reason="Sai địa chỉ")
    with pytest.raises(InvitationRefused, match="đã bỏ trước đó"):
        inviting.cancel(letter, by=officer, reason="Sai địa chỉ")
    letter.refresh_from_db()
    assert (letter.serial, letter.cancelled_by, letter.cancelled_reason) == (1, officer, "Sai địa chỉ")
    assert inviting.invite([letter.resident_id], by=officer).made[0].serial == 2


def test_came_means_a_file_opened_since(commune, officer):
    letters = [InvitationFactory(resident=due(commune), made_by=officer,
                                 made_at=timezone.now() - dt.timedelta(days=5)) for _ in range(3)]  # fmt: skip
    before, after = (timezone.now() - dt.timedelta(days=days) for days in (6, 4))
    ApplicationFactory(resident=letters[0].resident, created_by=officer, created_at=before, state="handed_over")
    file = ApplicationFactory(resident=letters[1].resident, created_by=officer, created_at=after)
    told = inviting.with_answers(Invitation.objects.order_by("pk"))
    assert [row.file_id for row in told] == [None, file.public_id, None]
    assert list(Invitation.objects.filter(inviting.came())) == [letters[1]]
    waits = must_come.people_of(officer).filter(must_come.is_invited()).order_by("pk")
    assert list(waits) == [letters[0].resident, letters[2].resident]


def test_the_paper_says_why_and_until_when_one_letter_a_page(commune, officer, tmp_path):
    born = must_come.years_before(TODAY + dt.timedelta(days=30), 14)
    child = settled(commune, number="001212000124", name="Trần Thị Mẫu Đào", birth_year=born.year,
                    birth_month=born.month, birth_day=born.day)  # fmt: skip
    made = inviting.invite(ids(due(commune), child), by=officer, group="Trường THCS Mẫu Sơn").made
    content = papers.letters_content(made, commune, by=officer)
    told = {one["name"]: one for one in content["letters"]}
    assert told["Lê Văn An"]["reason"] == "Thẻ đã cấp hết hạn sử dụng từ ngày 01/01/2026."
    turns = TODAY + dt.timedelta(days=30)
    assert told["Trần Thị Mẫu Đào"]["reason"] == f"Đủ 14 tuổi ngày {turns:%d/%m/%Y}: phải có thẻ căn cước."
    assert told["Trần Thị Mẫu Đào"]["address"] == "Số 5, Thôn 2"
    assert content["title"] == f"Giấy mời làm thẻ căn cước {made[0].number} đến {made[1].number}"
    pdf, pages = render.paper(papers.LETTERS, content)
    assert (pdf[:5], pages) == (b"%PDF-", 2)


def test_the_list_of_a_school_holds_the_year_or_whom_rule_L11_finds(commune, officer, other_commune):
    year = TODAY.year - 14
    told = {"commune": commune, "birth_year": year, "birth_month": 1, "birth_day": 15}
    turned = ResidentFactory(full_name="Đã Đủ Tuổi", **told)
    soon = ResidentFactory(**told | {"birth_month": 12, "birth_day": 20, "full_name": "Sắp Đủ Tuổi"})
    covered = ResidentFactory(**told | {"full_name": "Có Thẻ"})
    IdentityDocumentFactory(resident=covered, issued_on=dt.date(TODAY.year - 1, 6, 1))
    ResidentFactory(**told | {"commune": other_commune, "full_name": "Xã Khác"})
    ResidentFactory(**told | {"birth_year": year - 1, "full_name": "Năm Khác"})
    on = dt.date(TODAY.year, 11, 22)
    names = [row.full_name for row in school.pupils(officer, school.Wish(year), Horizon.read(on))]
    assert sorted(names) == sorted([turned.full_name, soon.full_name])
    assert [row.full_name for row in school.pupils(officer, school.Wish(), Horizon.read(on))] == ["Sắp Đủ Tuổi"]
    assert not school.pupils(officer, school.Wish(year, "Thôn 9"), Horizon.read(on)).exists()


def test_letters_and_calls_go_along_with_a_merge_and_come_back(commune, officer):
    survivor = settled(commune, number="001190000123")
    twin = twin_of(survivor, birth_day=21, birth_month=5, full_name="Nguyễn Thị Mẫu Lam", phone="")
    same, other = (InvitationFactory(resident=twin, made_by=officer, why=why, serial=serial)
                   for serial, why in enumerate(["expired", "cmnd"], start=1))  # fmt: skip
    InvitationFactory(resident=survivor, made_by=officer, why="expired", serial=9)
    done = fold(survivor, twin, officer)
    same.refresh_from_db(), other.refresh_from_db()
    assert (same.resident, other.resident) == (twin, survivor)  # invited once for one reason and day
    unmerge.unmerge(done, by=officer, reason="Hai chị em", pair=unmerge.WAITS)
    other.refresh_from_db()
    assert other.resident == twin


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_make_one_letter_a_person(commune, officer, colleague):
    """Only real transactions show whether the second waits for the first."""
    wanted = ids(*(due(commune, f"Lê Văn {n}") for n in "ABCDE"))
    start, made, faults = threading.Barrier(2), [], []

    def work(by, these):
        start.wait(20)
        try:
            made.extend(inviting.invite(these, by=by).made)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=one) for one in ((officer, wanted), (colleague, wanted[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert sorted(row.resident_id for row in made) == sorted(wanted)
    assert sorted(Invitation.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5]
