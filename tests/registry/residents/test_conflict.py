"""Two officers at one record: merged line by line, asked where both wrote, written once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Draft, WrittenForm
from registry.models import Hamlet, Household, Resident
from registry.residents import edit_sheet
from registry.residents.forms import ResidentForm
from registry.residents.merging_edits import NOT_OF_THE_RECORD, Opened, lines_of
from tests.conftest import settled
from tests.factories import HouseholdFactory
from tests.registry.residents.test_pages import queries_of
from tests.registry.residents.test_register import edit, edit_fields

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(
    r'<input type="hidden" name="(\w+)" (?:id="\w+" )?value="([^"]*)"|name="opened_with" value="([^"]*)"'
)


def address_of(resident) -> str:
    return reverse("registry:resident_edit", args=[resident.public_id])


def opened(client, resident) -> dict:
    """The whole form as a browser would send it, with its one-time token."""
    sent = edit_fields(client, resident)
    page = client.get(address_of(resident))
    return sent | {"submit_token": page.context["sheet"].submit_token}


def shown_again(answer) -> dict:
    """What a browser would send of a form that was answered again, untouched."""
    form = answer.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    hidden = {"submit_token": answer.context["sheet"].submit_token, "seen_with": answer.context["sheet"].seen_with}
    return {name: value for name, value in sent.items() if value not in (None, False)} | hidden


def lines() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="change").order_by("pk"))


@pytest.fixture
def two(client_of, officer, colleague) -> tuple[Client, Client]:
    return client_of(officer), client_of(colleague)


def test_every_field_of_the_record_is_in_exactly_one_line():
    names = [name for line in lines_of(ResidentForm.base_fields) for name in line.fields]
    assert sorted(names) == sorted(set(ResidentForm.base_fields) - NOT_OF_THE_RECORD)


# --- What needs no question ----------------------------------------------------------------------------------------


def test_what_only_the_colleague_changed_stays_and_is_said(two, resident):
    mine, theirs = two
    sent = opened(mine, resident)
    edit(theirs, resident, phone="0987654321")
    answer = mine.post(address_of(resident), sent | {"other_name": "Bé Lan"}, follow=True)
    resident.refresh_from_db()
    assert (resident.phone, resident.other_name) == ("0987654321", "Bé Lan")
    said = [str(one) for one in answer.context["messages"]]
    assert "Đã sửa: tên gọi khác." in said
    [kept] = [one for one in said if one.startswith("Giữ theo hồ sơ")]
    assert re.fullmatch(r"Giữ theo hồ sơ .* Đ/c Trung úy Trần Mẫu Vân đã ghi \(\d\d:\d\d\): điện thoại\.", kept)
    assert [one.data for one in lines()] == [
        {"điện thoại": ["0912345678", "0987654321"]},
        {"tên gọi khác": ["", "Bé Lan"]},
    ]


def test_both_wrote_the_same(two, resident):
    mine, theirs = two
    sent = opened(mine, resident)
    edit(theirs, resident, phone="0987654321")
    assert mine.post(address_of(resident), sent | {"phone": "0987.654.321"}).status_code == 302
    assert len(lines()) == 1


def test_a_box_that_the_colleague_ticked_stays_ticked_and_one_unticked_stays_so(two, resident):
    mine, theirs = two
    resident.never_had_cmnd = True
    resident.save()
    sent = opened(mine, resident)
    others = edit_fields(theirs, resident)
    del others["never_had_cmnd"]
    theirs.post(address_of(resident), others | {"birth_date_confirmed": "on"})
    mine.post(address_of(resident), sent | {"other_name": "Bé Lan"})
    resident.refresh_from_db()
    assert (resident.never_had_cmnd, resident.birth_date_confirmed) == (False, True)
    assert resident.other_name == "Bé Lan"


def test_a_move_that_the_colleague_wrote_is_not_undone(two, resident):
    mine, theirs = two
    sent = opened(mine, resident)
    edit(theirs, resident, permanent_hamlet="Thôn 9", permanent_from="1/6/2026")
    mine.post(address_of(resident), sent | {"phone": "0987654321"})
    homes = resident.residences.filter(kind="permanent").order_by("from_on")
    assert [home.hamlet for home in homes] == ["Thôn 2", "Thôn 9"]


def test_a_household_that_the_colleague_chose_stays(two, resident, commune):
    mine, theirs = two
    household = HouseholdFactory(commune=commune, code="90077")
    sent = opened(mine, resident)
    edit(theirs, resident, household_code="90077")
    mine.post(address_of(resident), sent | {"phone": "0987654321"})
    assert [one.household for one in resident.memberships.filter(to_on=None)] == [household]


# --- What the officer is asked ------------------------------------------------------------------------------------


@pytest.fixture
def dispute(two, resident):
    """Both wrote another phone and another hamlet; the colleague was first. The answer to the second."""
    mine, theirs = two
    sent = opened(mine, resident)
    edit(theirs, resident, phone="0987654321", permanent_hamlet="Thôn 8", mother_name="Lê Thị Mận")
    typed = {"phone": "0911111111", "permanent_hamlet": "Thôn 7", "other_name": "Bé Lan", "note": "công dân khai"}
    return mine.post(address_of(resident), sent | typed)


def disputes(answer) -> dict[str, tuple[str, str, str]]:
    return {one.line.name: (one.opened, one.theirs, one.mine) for one in answer.context["sheet"].merged.disputes}


def test_both_wrote_differently_nothing_is_written_and_the_three_texts_are_shown(dispute, resident):
    assert dispute.status_code == 422
    assert disputes(dispute) == {
        "Điện thoại": ("0912345678", "0987654321", "0911111111"),
        "Thường trú": tuple(f"Xã Mẫu Sơn, Tỉnh Mẫu, {home}, Số 5, từ 01/01/2010" for home in
                            ("Thôn 2", "Thôn 8", "Thôn 7")),
    }  # fmt: skip
    page = dispute.content.decode()
    assert re.search(r"Đ/c Trung úy Trần Mẫu Vân đã ghi \(\d\d:\d\d\): <b>0987654321</b>", page)
    assert "Lúc mở: 0912345678" in page and "Đồng chí nhập: <b>0911111111</b>" in page
    assert not re.search(r'name="chon_\w+"[^>]*checked', page)
    assert len(lines()) == 1
    form = dispute.context["form"]
    assert (form["other_name"].value(), form["note"].value()) == ("Bé Lan", "công dân khai")
    assert form["mother_name"].value() == "Lê Thị Mận"  # only the colleague changed it


@pytest.mark.parametrize(
    ("phone", "home", "expected"),
    [
        ("theirs", "theirs", ("0987654321", "Thôn 8")),
        ("theirs", "mine", ("0987654321", "Thôn 7")),
        ("mine", "theirs", ("0911111111", "Thôn 8")),
        ("mine", "mine", ("0911111111", "Thôn 7")),
    ],
)
def test_each_line_is_written_as_it_was_chosen(phone, home, expected, dispute, two, resident):
    chosen = {"chon_phone": phone, "chon_permanent_unit": home}
    answer = two[0].post(address_of(resident), shown_again(dispute) | chosen)
    assert answer.status_code == 302
    resident.refresh_from_db()
    assert (resident.phone, resident.residences.get(kind="permanent").hamlet) == expected
    assert resident.other_name == "Bé Lan"
    assert resident.relations.get(kind="mother", is_current=True).name == "Lê Thị Mận"


def test_one_choice_too_few_asks_again_and_keeps_the_other(dispute, two, resident):
    again = two[0].post(address_of(resident), shown_again(dispute) | {"chon_phone": "mine"})
    assert again.status_code == 422
    assert len(lines()) == 1
    page = again.content.decode()
    assert re.search(r'id="chon_phone-mine" value="mine" checked', page)
    done = two[0].post(
        address_of(resident), shown_again(again) | {"chon_phone": "mine", "chon_permanent_unit": "theirs"}
    )
    assert done.status_code == 302


@pytest.mark.parametrize("choice", ["", "both", "theirs'--"])
def test_a_choice_that_is_none_writes_nothing(choice, dispute, two, resident):
    sent = shown_again(dispute) | {"chon_phone": choice, "chon_permanent_unit": choice}
    assert two[0].post(address_of(resident), sent).status_code == 422
    assert len(lines()) == 1


def test_a_choice_counts_only_for_what_the_officer_saw(dispute, two, resident):
    """A third change between the question and the answer is asked about again."""
    edit(two[1], resident, phone="0933333333")
    chosen = {"chon_phone": "mine", "chon_permanent_unit": "mine"}
    again = two[0].post(address_of(resident), shown_again(dispute) | chosen)
    assert again.status_code == 422
    assert disputes(again)["Điện thoại"] == ("0912345678", "0933333333", "0911111111")
    resident.refresh_from_db()
    assert resident.phone == "0933333333"
    assert two[0].post(address_of(resident), shown_again(again) | chosen).status_code == 302


def test_what_was_taken_in_from_the_colleague_can_be_taken_back_afterwards(dispute, two, resident):
    chosen = {"chon_phone": "mine", "chon_permanent_unit": "mine", "mother_name": "Lê Thị Mẫu"}
    assert two[0].post(address_of(resident), shown_again(dispute) | chosen).status_code == 302
    assert resident.relations.get(kind="mother", is_current=True).name == "Lê Thị Mẫu"


def test_another_fault_is_shown_with_the_question(two, resident):
    mine, theirs = two
    sent = opened(mine, resident)
    edit(theirs, resident, phone="0987654321")
    answer = mine.post(address_of(resident), sent | {"phone": "0911111111", "full_name": "Nguyễn 1"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"full_name", "phone"}


def test_a_form_that_does_not_say_what_it_was_opened_with_overwrites_nothing_unasked(two, resident):
    mine, theirs = two
    sent = opened(mine, resident) | {"opened_with": "giả mạo"}
    edit(theirs, resident, phone="0987654321")
    answer = mine.post(address_of(resident), sent)
    assert disputes(answer) == {"Điện thoại": ("không rõ", "0987654321", "0912345678")}
    assert mine.post(address_of(resident), shown_again(answer) | {"chon_phone": "theirs"}).status_code == 302
    resident.refresh_from_db()
    assert resident.phone == "0987654321"


def test_ones_own_other_window_is_named_as_such(two, resident):
    mine = two[0]
    sent = opened(mine, resident)
    edit(mine, resident, phone="0987654321")
    page = mine.post(address_of(resident), sent | {"phone": "0911111111"}).content.decode()
    assert "Đồng chí đã ghi ở lần trước" in page


def test_the_question_is_asked_at_once_when_a_draft_is_opened(two, resident):
    mine, theirs = two
    sent = opened(mine, resident) | {"phone": "0911111111"}
    mine.post(reverse("accounts:draft"), sent, query_params={"path": address_of(resident)})
    edit(theirs, resident, phone="0987654321", mother_name="Lê Thị Mận")
    page = mine.get(address_of(resident))
    assert disputes(page) == {"Điện thoại": ("0912345678", "0987654321", "0911111111")}
    assert "Đã đưa vào phiếu: Đ/c Trung úy Trần Mẫu Vân" in page.content.decode()
    answer = mine.post(address_of(resident), shown_again(page) | {"chon_phone": "mine"})
    assert answer.status_code == 302
    resident.refresh_from_db()
    assert resident.phone == "0911111111"
    assert resident.relations.get(kind="mother", is_current=True).name == "Lê Thị Mận"


def test_a_session_that_ends_on_the_question_leads_back_to_it(two, client_of, officer, resident, dispute):
    from tests.accounts.test_sign_in import idle, sign_in

    idle(two[0], 16 * 60)
    late = two[0].post(address_of(resident), shown_again(dispute) | {"chon_phone": "mine"})
    assert late.url.startswith(reverse("account_login"))
    sign_in(two[0], officer.badge_number, next=address_of(resident))
    page = two[0].get(address_of(resident))
    assert disputes(page)["Điện thoại"] == ("0912345678", "0987654321", "0911111111")
    assert re.search(r'id="chon_phone-mine" value="mine" checked', page.content.decode())
    assert page.context["form"]["other_name"].value() == "Bé Lan"


def test_a_record_that_moves_in_the_very_moment_is_compared_anew(two, resident, monkeypatch):
    """Between comparing and locking: the change is found under the lock, and the form is compared once more."""
    mine, theirs = two
    sent = opened(mine, resident)
    really = edit_sheet.sent

    def slow(*args, **kwargs):
        sheet = really(*args, **kwargs)
        monkeypatch.setattr(edit_sheet, "sent", really)
        Resident.objects.filter(pk=resident.pk).update(phone="0987654321")
        return sheet

    monkeypatch.setattr(edit_sheet, "sent", slow)
    assert mine.post(address_of(resident), sent | {"other_name": "Bé Lan"}).status_code == 302
    resident.refresh_from_db()
    assert (resident.phone, resident.other_name) == ("0987654321", "Bé Lan")


def test_what_the_form_was_opened_with_cannot_be_made_up(officer):
    assert Opened.read("") is None
    assert Opened.read("x:y:z") is None


# --- Written once --------------------------------------------------------------------------------------------------


def test_a_double_click_writes_one_change_and_one_line_and_says_so(two, resident):
    sent = opened(two[0], resident) | {"household_choice": "new", "household_code": "", "phone": "0987654321"}
    first = two[0].post(address_of(resident), sent)
    second = two[0].post(address_of(resident), sent, follow=True)
    assert first.status_code == 302
    assert "Thay đổi này đã ghi, không ghi thêm lần nữa." in second.content.decode()
    assert len(lines()) == 1
    assert Household.objects.count() == 2


def test_other_content_from_the_same_page_is_not_swallowed(two, resident):
    sent = opened(two[0], resident)
    two[0].post(address_of(resident), sent | {"phone": "0987654321"})
    two[0].post(address_of(resident), sent | {"phone": "0987654321", "other_name": "Bé Lan"})
    resident.refresh_from_db()
    assert (resident.phone, resident.other_name) == ("0987654321", "Bé Lan")


def test_a_refused_sending_may_be_sent_again(two, resident, outsider):
    sent = opened(two[0], resident) | {"full_name": "Nguyễn 1"}
    for _ in range(2):
        assert two[0].post(address_of(resident), sent).status_code == 422
    assert not WrittenForm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_write_one_change(client_of, officer, resident):
    client = client_of(officer)
    sent = opened(client, resident) | {"household_choice": "new", "household_code": ""}
    browsers = [Client() for _ in range(4)]
    for one in browsers:
        one.cookies = client.cookies

    def send(one):
        try:
            return one.post(address_of(resident), sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, browsers)) == {302}
    assert len(lines()) == 1
    assert Household.objects.count() == 2


def test_confirming_twice_by_a_double_click_is_one_confirmation(client_of, officer, resident):
    client = client_of(officer)
    page = client.get(reverse("registry:resident", args=[resident.public_id]))
    sent = {"submit_token": page.context["submit_token"]}
    address = reverse("registry:resident_confirm", args=[resident.public_id])
    client.post(address, sent)
    assert "đã ghi, không ghi thêm" in client.post(address, sent, follow=True).content.decode()
    assert len(lines()) == 1
    client.post(address, {"submit_token": "another page"})
    assert len(lines()) == 2


# --- Who else is at it -------------------------------------------------------------------------------------------


def test_the_edit_form_says_who_is_typing_at_the_same_person(two, resident, officer, colleague, stranger):
    mine, theirs = two
    Draft.objects.create(officer=stranger, path=address_of(resident), fields={"phone": ["0900000000"]})
    assert "đang nhập" not in mine.get(address_of(resident)).content.decode()
    theirs.post(
        reverse("accounts:draft"), opened(theirs, resident) | {"phone": "0911111111"},
        query_params={"path": address_of(resident)},
    )  # fmt: skip
    page = mine.get(address_of(resident)).content.decode()
    assert re.search(r"Đ/c Trung úy Trần Mẫu Vân đang nhập phiếu này từ \d\d:\d\d, lưu lúc \d\d:\d\d\.", page)
    assert "0911111111" not in page  # a look at the draft is a page of its own, and leaves a line


def test_the_edit_form_is_cheap_whatever_waits_at_it(two, officer, colleague, chief, resident, commune):
    """Also with a draft of one's own, drafts of two colleagues, and a question for each of two lines."""
    mine, theirs = two
    path = address_of(resident)
    assert queries_of(mine, path) <= 12
    Hamlet.objects.create(commune=commune, name="Thôn 2")  # a commune without its list costs one more
    HouseholdFactory(commune=commune, code="90077")
    HouseholdFactory(commune=commune, code="90078")
    sent = opened(mine, resident) | {"phone": "0911111111", "household_code": "90078"}
    mine.post(reverse("accounts:draft"), sent, query_params={"path": path})
    edit(theirs, resident, phone="0987654321", household_code="90077")
    for one in (colleague, chief):
        Draft.objects.create(officer=one, path=path, fields={"full_name": ["Nguyễn"]})
    assert set(disputes(mine.get(path))) == {"Điện thoại", "Hộ"}
    assert queries_of(mine, path) <= 12


def test_work_on_a_record_that_was_closed_meanwhile_is_not_lost(two, resident, officer):
    sent = opened(two[0], resident) | {"other_name": "Bé Lan"}
    resident.state = "deceased"
    resident.save()
    page = two[0].post(address_of(resident), sent, follow=True).content.decode()
    assert "không sửa tại đây" in page and "xem bản cất riêng" in page
    assert Draft.objects.get().fields["other_name"] == ["Bé Lan"]


def test_a_stranger_sees_no_question_of_another_commune(client_of, stranger, resident, two):
    sent = opened(two[0], resident)
    assert client_of(stranger).post(address_of(resident), sent).status_code == 404
    assert settled(stranger.unit, number="001190000555").commune == stranger.unit
