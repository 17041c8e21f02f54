"""The pages of who must come: lists, calls, letters, lists for schools, and what leaves the office."""

import datetime as dt
import io
import re
import uuid
import zipfile

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import AuditEvent
from cards.invitations import views
from cards.invitations.must_come import Horizon
from cards.invitations.tables import LetterFilter
from cards.models import Contact, Invitation, PrintJob
from tests.cards.conftest import queries
from tests.factories import (
    ApplicationFactory,
    ContactFactory,
    HouseholdFactory,
    IdentityDocumentFactory,
    InvitationFactory,
    MembershipFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LIST = "cards:must_come"


def due(commune, name: str, *, hamlet: str = "", **more):
    """Somebody whose card has expired."""
    row = ResidentFactory(commune=commune, full_name=name, **more)
    IdentityDocumentFactory(resident=row, expires_on=dt.date(2026, 1, 1))
    if hamlet:
        MembershipFactory(resident=row, household=HouseholdFactory(commune=commune, hamlet=hamlet, street=""))
    return row


def cells(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def kinds(content: bytes) -> set[str]:
    """What kinds of cells with a value there are: "s" is text, "f" a formula, "n" a number."""
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    values = re.findall(r"<c ([^>]*[^/])>(.*?)</c>", xml)
    typed = (re.search(r't="(\w+)"', head) for head, _ in values)
    return {one[1] if one else "n" for one in typed} | {"f" for _, inner in values if "<f" in inner}


@pytest.fixture
def four(commune, officer, other_commune):
    """Free; invited and called; with a file; only a CMND. And the bait next door."""
    an, binh, chi = (due(commune, name, hamlet="Thôn 7" if name == "Lê An" else "Thôn 2")
                     for name in ("Lê An", "Lê Bình", "Lê Chi"))  # fmt: skip
    dung = ResidentFactory(commune=commune, full_name="Lê Dung", birth_year=1970)
    IdentityDocumentFactory(resident=dung, kind="CMND9", number="081234567", expires_on=None)
    InvitationFactory(resident=binh, made_by=officer)
    ContactFactory(resident=binh, by=officer, about="must_come", again_on=TODAY)
    ApplicationFactory(resident=chi, created_by=officer)
    due(other_commune, "Lê Lạ")
    return an, binh, chi, dung


def shown(browser, query: str) -> list[str]:
    page = browser.get(f"{reverse(LIST)}?{query}")
    return sorted(row.record.full_name for row in page.context["table"].page.object_list)


def asked(officer, query: str) -> HttpRequest:
    request = RequestFactory().get(f"/?{query}")
    request.user = officer
    return request


def found(officer, query: str) -> list[str]:
    rows = views._asked(asked(officer, query), Horizon.read()).qs
    return sorted(rows.values_list("full_name", flat=True))


LISTS = {
    "": ["Lê An", "Lê Bình", "Lê Chi", "Lê Dung"], "ly_do=expired": ["Lê An", "Lê Bình", "Lê Chi"],
    "ly_do=cmnd": ["Lê Dung"], "ly_do=no_card": ["Lê Dung"], "ly_do=age_14": [], "thon=Thôn+7": ["Lê An"],
    "nam_sinh=1970": ["Lê Dung"], "dau=chua-moi": ["Lê An", "Lê Dung"], "dau=da-moi": ["Lê Bình"],
    "dau=co-ho-so": ["Lê Chi"], "lien_he=goi-lai": ["Lê Bình"], "lien_he=chua-goi": ["Lê An", "Lê Chi", "Lê Dung"],
    "q=le+binh": ["Lê Bình"], "q=le+la": [],
}  # fmt: skip


def test_the_list_is_searched_and_filtered_within_the_commune(four, officer):
    assert {query: found(officer, query) for query in LISTS} == LISTS


def test_the_list_is_sorted_by_every_column_that_can_be(browser, four):
    assert shown(browser, "sort=-full_name&dau=chua-moi") == ["Lê An", "Lê Dung"]
    page = browser.get(f"{reverse(LIST)}?sort=-lives")
    names = [row.record.full_name for row in page.context["table"].page.object_list]
    assert (names[0], names[1], set(names[2:])) == ("Lê Dung", "Lê An", {"Lê Bình", "Lê Chi"})  # no household first


def test_every_number_above_the_list_opens_exactly_its_list(browser, four):
    reasons = browser.get(reverse(LIST)).context["reasons"]
    assert {one["title"]: one["count"] for one in reasons if one["count"]} == {
        "Thẻ đã hết hạn": 3, "Chỉ còn CMND": 1, "Chưa có thẻ": 1,
    }  # fmt: skip
    for one in reasons:
        assert browser.get(one["url"]).context["table"].page.count == one["count"]


def test_who_has_a_file_or_a_letter_is_told(browser, four):
    page = browser.get(reverse(LIST)).content.decode()
    assert f"hồ sơ {four[2].applications.get().file_number}" in page
    assert reverse("cards:invitation", args=[four[1].invitations.get().public_id]) in page


@pytest.mark.parametrize("page", [LIST, "cards:invitations", "cards:school"])
def test_a_list_asks_as_often_for_one_as_for_three(browser, commune, officer, page):
    born = {"birth_year": TODAY.year - 14, "birth_month": 12, "birth_day": 30}
    url = f"{reverse(page)}?nam={TODAY.year - 14}"
    InvitationFactory(resident=due(commune, "Lê An", hamlet="Thôn 1", **born), made_by=officer)
    one = queries(browser, url)
    for name in ("Lê Bình", "Lê Chi"):
        InvitationFactory(resident=due(commune, name, hamlet="Thôn 1", **born), made_by=officer)
    assert queries(browser, url) == one
    assert one <= 12


def test_letters_for_who_was_ticked_once_however_often_it_is_sent(browser, four, officer):
    url, token = f"{reverse('cards:must_come_invite')}?dau=chua-moi", str(uuid.uuid4())
    typed = {"chon": [four[0].public_id], "come_on": "", "group": "Thôn 7", "submit_token": token}
    first = browser.post(url, typed)
    job = PrintJob.objects.get()
    assert first.url == reverse("cards:print", args=[job.public_id])
    assert browser.post(url, typed).url == reverse("cards:invitations")
    letter = four[0].invitations.get()
    assert (letter.printed, letter.group, letter.made_by) == (job, "Thôn 7", officer)
    assert job.content["letters"][0]["number"] == letter.number
    assert Invitation.objects.count() == 2


def test_letters_for_all_of_the_filter_leave_out_who_needs_none(browser, four):
    answer = browser.post(f"{reverse('cards:must_come_invite')}?ly_do=expired", {"tat_ca": "1"}, follow=True)
    said = " ".join(str(one) for one in answer.context["messages"])
    assert "Đã lập 1 giấy mời." in said
    assert "1 người đang có hồ sơ làm thẻ; 1 người đã có giấy mời" in said
    assert sorted(Invitation.objects.values_list("resident__full_name", flat=True)) == ["Lê An", "Lê Bình"]
    again = browser.post(f"{reverse('cards:must_come_invite')}?ly_do=expired", {"tat_ca": "1"})
    assert again.url == f"{reverse(LIST)}?ly_do=expired"
    assert PrintJob.objects.count() == 1


@pytest.mark.parametrize("typed", [{}, {"come_on": "1/1/2020"}, {"come_on": "32/1/2027"}, {"chon": ["x"]}])
def test_letters_that_cannot_be_made_are_refused_on_the_page(browser, four, typed):
    sent = {"chon": [four[0].public_id]} if "come_on" in typed else {}
    answer = browser.post(reverse("cards:must_come_invite"), sent | typed)
    assert answer.status_code == 422
    assert answer.context["inviting"].errors
    assert (Invitation.objects.count(), PrintJob.objects.count()) == (1, 0)


def test_somebody_next_door_can_neither_be_invited_nor_called(browser, four, other_commune):
    bait = other_commune.residents.get()
    assert browser.post(reverse("cards:must_come_invite"), {"chon": [bait.public_id]}).status_code == 422
    call = {"chon": [bait.public_id], "via": "phone", "result": "reached"}
    assert browser.post(reverse("cards:must_come_contact"), call).status_code == 422
    assert not bait.invitations.exists()
    assert not bait.contacts.exists()


def test_one_try_is_written_for_all_who_were_ticked(browser, four):
    typed = {"chon": [four[0].public_id, four[3].public_id], "via": "visit", "result": "will_come",
             "note": "Hẹn thứ Hai", "submit_token": str(uuid.uuid4())}  # fmt: skip
    for _ in range(2):
        assert browser.post(f"{reverse('cards:must_come_contact')}?dau=chua-moi", typed).status_code == 302
    rows = Contact.objects.filter(note="Hẹn thứ Hai").order_by("resident")
    assert [(row.resident, row.about, row.via) for row in rows] == [
        (four[0], "must_come", "visit"), (four[3], "must_come", "visit"),
    ]  # fmt: skip


def test_the_page_of_a_letter_takes_it_back_with_a_reason(browser, four):
    letter = four[1].invitations.get()
    page, back = (reverse(f"cards:{name}", args=[letter.public_id]) for name in ("invitation", "invitation_cancel"))
    assert "Thẻ đã cấp hết hạn sử dụng từ ngày 01/01/2026." in browser.get(page).content.decode()
    assert browser.post(back, {"reason": ""}).status_code == 422
    assert browser.post(back, {"reason": "Sai người"}, follow=True).status_code == 200
    letter.refresh_from_db()
    assert letter.cancelled_reason == "Sai người"
    assert shown(browser, "dau=da-moi") == []


LETTERS = {
    "": ["Lê Bình", "Lê Chi", "Lê Dung"], "ket_qua=da-den": ["Lê Chi"], "ket_qua=chua-den": ["Lê Bình"],
    "ket_qua=da-bo": ["Lê Dung"], "noi=mẫu+sơn": ["Lê Chi"], "q=le+chi": ["Lê Chi"], "ly_do=cmnd": [], "q=le+la": [],
}  # fmt: skip


def test_the_list_of_letters_is_searched_and_filtered_within_the_commune(
    browser, four, officer, other_commune, stranger
):
    yesterday = timezone.now() - dt.timedelta(days=1)
    InvitationFactory(resident=four[2], made_by=officer, made_at=yesterday, group="Trường THCS Mẫu Sơn")
    InvitationFactory(resident=four[3], made_by=officer, cancelled_at=yesterday, cancelled_by=officer)
    InvitationFactory(resident=other_commune.residents.get(), made_by=stranger)

    def names(query: str) -> list[str]:
        request = asked(officer, query)
        rows = LetterFilter(request.GET, Invitation.objects.in_scope(officer), request=request).qs
        return sorted(rows.values_list("resident__full_name", flat=True))

    assert {query: names(query) for query in LETTERS} == LETTERS
    page = browser.get(reverse("cards:invitations")).content.decode()
    assert f"đã đến, hồ sơ {four[2].applications.get().file_number}" in page
    assert "Lê Lạ" not in page


def test_a_school_gets_its_list_on_paper_and_as_excel_and_both_are_exports(browser, commune, other_commune):
    year = TODAY.year - 14
    born = {"birth_year": year, "birth_month": 12, "birth_day": 28}
    for name in ("Trần Bé", "Trần An"):
        ResidentFactory(commune=commune, full_name=name, **born)
    hostile = ResidentFactory(commune=commune, full_name="Trần =1+1", **born)
    home = HouseholdFactory(commune=commune, hamlet="=HYPERLINK(1)", street="")
    MembershipFactory(resident=hostile, household=home)
    ResidentFactory(commune=other_commune, full_name="Trần Lạ", **born)
    query = f"truong=THCS+M%E1%BA%ABu+S%C6%A1n&nam={year}"
    assert browser.get(f"{reverse('cards:school')}?{query}").context["total"] == 3
    assert not AuditEvent.objects.filter(action="print").exists()
    nobody = browser.get(f"{reverse('cards:school_list')}?nam={year}")  # to no school: it does not leave
    assert nobody.url == f"{reverse('cards:school')}?nam={year}"
    assert not AuditEvent.objects.filter(action="print").exists()
    excel = browser.get(f"{reverse('cards:school_list')}?{query}")
    rows = cells(excel.content)
    assert rows[0][0] == "Danh sách học sinh đến tuổi làm thẻ căn cước – THCS Mẫu Sơn"
    assert rows[3][-1] == "Ký nhận"
    assert [(row[1], row[4]) for row in rows[4:]] == [
        ("Trần =1+1", "=HYPERLINK(1)"), ("Trần An", ""), ("Trần Bé", ""),
    ]  # fmt: skip
    assert kinds(excel.content) == {"s"}
    token = {"submit_token": str(uuid.uuid4())}
    for _ in range(2):
        assert browser.post(f"{reverse('cards:school_print')}?{query}", token).status_code == 302
    job = PrintJob.objects.get()
    assert (job.kind, job.content["total"], job.content["school"]) == ("school_list", 3, "THCS Mẫu Sơn")
    people = AuditEvent.objects.filter(action="print", target_kind="cư dân")
    assert people.filter(sentence__startswith="Tải").count() == people.filter(sentence__startswith="In").count() == 3
    assert set(people.values_list("reason", flat=True)) == {"Giao THCS Mẫu Sơn"}


def test_an_empty_list_is_neither_printed_nor_taken_out(browser, resident):
    for answer in (browser.get(reverse("cards:school_list")), browser.post(reverse("cards:school_print"))):
        assert answer.url == reverse("cards:school")
    assert not PrintJob.objects.exists()
    assert browser.get(f"{reverse('cards:school')}?nam=1200").status_code == 422
