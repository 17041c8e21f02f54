"""The pages of electronic identity: list, page, taking in, calls, panels."""

import datetime as dt
import uuid

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Setting
from cards.eid.listing import accounts_of, not_activated
from cards.eid.tables import AccountFilter, listed
from cards.models import Contact, EidAccount
from registry.cleanup.scan import scan
from registry.models import Finding, Resident
from tests.cards.conftest import queries
from tests.factories import ApplicationFactory, ContactFactory, EidAccountFactory, ResidentFactory

pytestmark = pytest.mark.django_db
LIST = "cards:eid"
TODAY = timezone.localdate()


def ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def people(commune, names):
    return [ResidentFactory(commune=commune, full_name=name) for name in names]


def shown(browser, query: str) -> list[str]:
    page = browser.get(f"{reverse(LIST)}?{query}")
    return sorted(row.record.resident.full_name for row in page.context["table"].page.object_list)


@pytest.fixture
def four(commune, officer, other_commune, stranger) -> list[EidAccount]:
    """Taken in and late; granted long ago, called; granted today; activated. And the bait next door."""
    an, binh, chi, dung = people(commune, ["Lê Văn An", "Lê Văn Bình", "Lê Văn Chi", "Lê Văn Dung"])
    rows = [
        EidAccountFactory(resident=an, state="collected", granted_at=None, collected_at=ago(9), collected_by=officer,
                          promised_on=TODAY - dt.timedelta(days=1)),
        EidAccountFactory(resident=binh, granted_at=ago(16), granted_by=officer, phone="0987654321"),
        EidAccountFactory(resident=chi, granted_by=officer, level=1),
        EidAccountFactory(resident=dung, state="activated", granted_at=ago(30), granted_by=officer,
                          activated_at=ago(20), activated_by=officer),
    ]  # fmt: skip
    ContactFactory(resident=binh, by=officer, at=ago(3), again_on=TODAY)
    bait = ResidentFactory(commune=other_commune, full_name="Lê Văn Lạ")
    EidAccountFactory(resident=bait, granted_at=ago(16), granted_by=stranger)
    return rows


LISTS = {
    "": ["Lê Văn An", "Lê Văn Bình", "Lê Văn Chi", "Lê Văn Dung"], "trang_thai=activated": ["Lê Văn Dung"],
    "muc=1": ["Lê Văn Chi"], "cho=qua-han": ["Lê Văn An"], "cho=chua-kich-hoat": ["Lê Văn Bình"],
    "cho=goi-lai": ["Lê Văn Bình"], "cho=chua-goi": ["Lê Văn Chi"], "q=le+van+binh": ["Lê Văn Bình"],
    "q=0987+654+321": ["Lê Văn Bình"], "q=le+van+la": [], "so=cap-9-ky&tu=1/1/2026&den=1/2/2026&muc=1": ["Lê Văn Chi"],
}  # fmt: skip


def test_the_list_is_searched_and_filtered_within_the_commune(four, officer):
    def names(query: str) -> list[str]:
        request = RequestFactory().get(f"/?{query}")
        request.user = officer
        rows = AccountFilter(request.GET, listed(accounts_of(officer)), request=request).qs
        return sorted(rows.values_list("resident__full_name", flat=True))

    assert {query: names(query) for query in LISTS} == LISTS


def test_the_list_hides_most_of_the_number_and_what_a_merge_left_behind(browser, four):
    page = browser.get(reverse(LIST)).content.decode()
    assert "0987 ••• 321" in page
    assert "0987654321" not in page
    Resident.objects.filter(full_name="Lê Văn Chi").update(state="merged")
    assert "Lê Văn Chi" not in shown(browser, "")


@pytest.mark.parametrize("days", [15, 3])
def test_not_activated_for_long_are_exactly_whom_rule_L23_finds(commune, officer, days):
    Setting.objects.create(code="eid_activation_days", value=days, valid_from=TODAY)
    start = timezone.make_aware(dt.datetime.combine(TODAY, dt.time()))
    for back in (0, 3, 4, 15, 16, 40):
        for moment in (start, start + dt.timedelta(hours=23, minutes=59)):
            EidAccountFactory(resident=ResidentFactory(commune=commune), granted_by=officer,
                              granted_at=moment - dt.timedelta(days=back))  # fmt: skip
    EidAccountFactory(resident=ResidentFactory(commune=commune), granted_by=officer, granted_at=ago(40), level=1)
    EidAccountFactory(resident=ResidentFactory(commune=commune, state="moved"), granted_by=officer, granted_at=ago(40))
    scan(list(Resident.objects.values_list("pk", flat=True)))
    found = set(Finding.objects.filter(rule="L23").values_list("resident", flat=True))
    assert found
    assert set(accounts_of(officer).filter(not_activated()).values_list("resident", flat=True)) == found


@pytest.mark.parametrize("page", ["list", "account", "figures", "collect", "record", "file"])
def test_a_page_asks_as_often_for_one_as_for_three(browser, commune, officer, resident, page):
    account = EidAccountFactory(resident=resident, granted_by=officer)
    file = ApplicationFactory(resident=resident, created_by=officer)
    url = {
        "list": reverse(LIST), "account": reverse("cards:eid_account", args=[account.public_id]),
        "figures": reverse("cards:eid_figures"), "collect": reverse("cards:eid_collect", args=[resident.public_id]),
        "record": reverse("registry:resident", args=[resident.public_id]),
        "file": reverse("cards:application", args=[file.public_id]),
    }[page]  # fmt: skip
    ContactFactory(resident=resident, by=officer)
    account.steps.create(move="grant", to_state="granted", by=officer)
    one = queries(browser, url)
    for person in people(commune, ["Lê An", "Lê Bình"]):
        EidAccountFactory(resident=person, granted_by=officer)
        ContactFactory(resident=resident, by=officer)
        account.steps.create(move="grant", to_state="granted", by=officer)
    assert queries(browser, url) == one
    assert page in ("record", "file") or one <= 12


def test_a_stranger_finds_nothing_and_each_try_is_audited(client_of, stranger, resident, officer):
    account = EidAccountFactory(resident=resident, granted_by=officer)
    browser = client_of(stranger)
    for name, args in (("eid_account", [account.public_id]), ("eid_collect", [resident.public_id])):
        assert browser.get(reverse(f"cards:{name}", args=args)).status_code == 404
    move = reverse("cards:eid_move", args=[account.public_id, "activate"])
    assert browser.post(move).status_code == 404
    assert AuditEvent.objects.filter(action="refused").count() == 3
    answer = browser.post(reverse("cards:eid_contacts"), {"chon": [account.public_id], "via": "phone",
                                                           "result": "reached"})  # fmt: skip
    assert (answer.status_code, Contact.objects.count()) == (422, 0)


def test_taking_in_by_the_form_once_however_often_it_is_sent(browser, resident):
    url = reverse("cards:eid_collect", args=[resident.public_id])
    assert browser.get(url).context["form"]["phone"].value() == resident.phone
    typed = {"level": "2", "phone": "0912 345 678", "has_form": "on", "submit_token": str(uuid.uuid4())}
    first, second = browser.post(url, typed), browser.post(url, typed)
    account = EidAccount.objects.get()
    assert first.url == second.url == reverse("cards:eid_account", args=[account.public_id])
    assert account.steps.count() == 1


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(browser, resident, outsider, stranger):
    EidAccountFactory(resident=outsider, granted_by=stranger, phone="0987654321")
    url = reverse("cards:eid_collect", args=[resident.public_id])
    answer = browser.post(url, {"level": "2", "phone": "0987 654 321", "has_form": "on", "note": "Đến lần hai"})
    assert answer.status_code == 422
    assert "đã gắn với một tài khoản" in answer.context["form"].errors["phone"][0]
    assert "Đến lần hai" in answer.content.decode()
    assert outsider.full_name not in answer.content.decode()
    assert not EidAccount.objects.filter(resident=resident).exists()


def test_the_file_and_the_record_lead_to_taking_in_with_the_file(browser, resident, officer):
    file = ApplicationFactory(resident=resident, created_by=officer)
    url = f"{reverse('cards:eid_collect', args=[resident.public_id])}?ho-so={file.public_id}"
    assert url in browser.get(reverse("cards:application", args=[file.public_id])).content.decode()
    record = browser.get(reverse("registry:resident", args=[resident.public_id])).content.decode()
    assert "Chưa có tài khoản định danh" in record
    browser.post(url, {"level": "2", "phone": "0912345678", "has_form": "on"})
    account = EidAccount.objects.get()
    assert account.application == file
    for page in ("cards:application", file), ("registry:resident", resident):
        shown_now = browser.get(reverse(page[0], args=[page[1].public_id])).content.decode()
        assert reverse("cards:eid_account", args=[account.public_id]) in shown_now


def test_a_file_of_somebody_else_is_not_taken_for_the_persons_own(browser, resident, commune, officer):
    other = ApplicationFactory(resident=ResidentFactory(commune=commune), created_by=officer)
    url = f"{reverse('cards:eid_collect', args=[resident.public_id])}?ho-so={other.public_id}"
    browser.post(url, {"level": "2", "phone": "0912345678", "has_form": "on"})
    assert EidAccount.objects.get().application is None


def test_moves_by_the_page(browser, resident, officer):
    account = EidAccountFactory(resident=resident, granted_by=officer)

    def press(move: str, **typed):
        return browser.post(reverse("cards:eid_move", args=[account.public_id, move]), typed)

    assert press("lock").status_code == 422
    assert press("lock", note="Mất máy").status_code == 302
    assert press("activate").status_code == 422
    assert press("unlock", note="Tìm lại").status_code == 302
    assert press("activate").status_code == 302
    account.refresh_from_db()
    assert (account.state, account.steps.count()) == ("activated", 3)


def test_one_call_is_written_for_all_who_were_ticked_and_once(browser, commune, officer):
    rows = [EidAccountFactory(resident=one, granted_by=officer) for one in people(commune, ["Lê An", "Lê Bình"])]
    left = EidAccountFactory(resident=ResidentFactory(commune=commune), granted_by=officer)
    typed = {"chon": [row.public_id for row in rows], "via": "phone", "result": "no_answer",
             "again_on": f"{TODAY + dt.timedelta(days=2):%d/%m/%Y}", "submit_token": str(uuid.uuid4())}  # fmt: skip
    url = f"{reverse('cards:eid_contacts')}?trang_thai=granted"
    for _ in range(2):
        assert browser.post(url, typed).url == f"{reverse(LIST)}?trang_thai=granted"
    calls = Contact.objects.order_by("resident")
    assert [(one.resident, one.about, one.result) for one in calls] == [
        (row.resident, "eid", "no_answer") for row in rows
    ]
    assert {one.again_on for one in calls} == {TODAY + dt.timedelta(days=2)}
    assert AuditEvent.objects.filter(action="create").count() == 2
    assert not left.resident.contacts.exists()


@pytest.mark.parametrize(
    "typed", [{"result": ""}, {"result": "reached", "again_on": "1/1/2020"}, {"result": "reached", "chon": []}]
)
def test_a_call_that_cannot_be_written_keeps_the_ticks_and_writes_nothing(browser, resident, officer, typed):
    account = EidAccountFactory(resident=resident, granted_by=officer)
    answer = browser.post(reverse("cards:eid_contacts"), {"via": "phone", "chon": [account.public_id]} | typed)
    assert (answer.status_code, Contact.objects.count()) == (422, 0)
    ticked = [row.record.is_chosen for row in answer.context["table"].page.object_list]
    assert ticked == ["chon" not in typed]


def test_all_who_were_ticked_are_written_as_activated_and_the_others_named(browser, commune, officer):
    an, binh = people(commune, ["Lê An", "Lê Bình"])
    rows = [
        EidAccountFactory(resident=an, granted_by=officer),
        EidAccountFactory(resident=binh, state="activated", granted_by=officer, activated_at=ago(1),
                          activated_by=officer),
    ]  # fmt: skip
    answer = browser.post(reverse("cards:eid_activate"), {"chon": [row.public_id for row in rows]}, follow=True)
    said = [str(one) for one in answer.context["messages"]]
    assert any("Lê Bình: Tài khoản đang ở bước “đã kích hoạt”" in one for one in said)
    assert "Đã ghi kích hoạt 1 tài khoản." in said
    assert EidAccount.objects.filter(state="activated").count() == 2


def test_a_call_that_ended_the_matter_activates_the_account(browser, resident, officer):
    account = EidAccountFactory(resident=resident, granted_by=officer)
    url = reverse("cards:eid_contact", args=[account.public_id])
    typed = {"via": "visit", "result": "done", "submit_token": str(uuid.uuid4())}
    for _ in range(2):
        assert browser.post(url, typed).status_code == 302
    account.refresh_from_db()
    assert (account.state, Contact.objects.count(), account.steps.count()) == ("activated", 1, 1)
