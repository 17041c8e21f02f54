"""The pages of cards in stock: lists, many at once, one card, and the list that citizens sign."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from cards.applications import workflow
from cards.applications.handover import expiry
from cards.deliveries import doing, papers, typing_back
from cards.deliveries.doing import Call
from cards.deliveries.typing_back import LinesRefused, Taken
from cards.models import Application, Contact, PrintJob, State, StockCard
from registry.models import IdentityDocument
from tests.cards.conftest import queries
from tests.cards.deliveries.conftest import arrived, printed_card

pytestmark = pytest.mark.django_db
STOCK, MANY = reverse("cards:stock"), reverse("cards:stock_many")


def card_url(file: Application) -> str:
    return reverse("cards:stock_card", args=[file.public_id])


def act_url(file: Application, act: str) -> str:
    return reverse("cards:stock_act", args=[file.public_id, act])


def shown(response) -> list[Application]:
    return [row.record for row in response.context["table"].page.object_list]


def said(response) -> str:
    return response.content.decode()


# --- the lists -------------------------------------------------------------------------------------------------------


def test_a_card_is_found_by_name_number_or_file(browser, here):
    for question in ("cong dan b", "001190000302", here[1].file_number):
        assert shown(browser.get(STOCK, {"q": question})) == [here[1]], question


def test_the_list_is_filtered_by_hamlet_and_box_and_sorted(browser, officer, here):
    home = here[2].resident.memberships.get().household
    home.hamlet = "Thôn 9"
    home.save()
    doing.move_to_box(here[:2], box="A1", by=officer)
    assert shown(browser.get(STOCK, {"thon": "Thôn 9"})) == [here[2]]
    assert shown(browser.get(STOCK, {"hop": "A1"})) == here[:2]
    assert shown(browser.get(STOCK, {"hop": "chua-ghi"})) == [here[2]]
    assert shown(browser.get(STOCK, {"sort": "-person"})) == here[::-1]


def test_every_figure_opens_a_list_as_long(browser, commune, officer, here):
    doing.post(here[0], code="EM1", by=officer)
    doing.call(here[1], Call(via="phone", result="reached"), by=officer)
    for one in browser.get(STOCK).context["sections"]:
        page = browser.get(STOCK, {"muc": one["section"].slug})
        assert page.context["table"].page.count == one["count"], one["section"].slug


def test_a_list_nobody_knows_shows_what_lies_here(browser, here):
    assert shown(browser.get(STOCK, {"muc": "khac"})) == here


def test_lists_cost_the_same_with_one_row_and_with_three(browser, commune, officer):
    arrived(commune, officer, n=1)
    one = queries(browser, STOCK), queries(browser, f"{STOCK}?muc=can-goi")
    for n in (2, 3):
        arrived(commune, officer, n=n)
    assert (queries(browser, STOCK), queries(browser, f"{STOCK}?muc=can-goi")) == one
    assert max(one) <= 12


def test_a_neighbour_and_a_supervisor_see_what_is_theirs(client_of, stranger, supervisor, here, next_door):
    assert shown(client_of(stranger).get(STOCK)) == [next_door]
    assert client_of(stranger).get(card_url(here[0])).status_code == 404
    page = client_of(supervisor).get(STOCK)
    assert set(shown(page)) == {*here, next_door}
    assert MANY not in said(page)
    assert "0912345678" not in said(page).replace(" ", "")


# --- many at once ----------------------------------------------------------------------------------------------------


def test_what_is_ticked_gets_its_box(browser, here):
    browser.post(MANY, {"file": [here[0].public_id, here[2].public_id], "buoc": "hop", "box": "b2"})
    boxes = StockCard.objects.order_by("pk").values_list("box", flat=True)
    assert list(boxes) == ["B2", "", "B2"]


def test_what_is_ticked_is_printed_to_be_signed_once(browser, here, next_door, officer):
    token = browser.get(STOCK).context["token"]
    ticked = [here[1].public_id, here[0].public_id, next_door.public_id, "khong-phai"]
    for _ in range(2):
        answer = browser.post(MANY, {"file": ticked, "buoc": "in", "submit_token": token})
    job = PrintJob.objects.get()
    assert answer.url == reverse("cards:hand_over_list", args=[job.public_id])
    rows = job.content["rows"]
    assert [(row["place"], row["name"], row["number"], row["birth"], row["old_card"]) for row in rows] == [
        (1, "Công Dân A", "001190000301", "21/05/1990", "phải thu"),
        (2, "Công Dân B", "001190000302", "21/05/1990", "phải thu"),
    ]
    assert AuditEvent.objects.filter(action="refused", target_label__contains=next_door.file_number).exists()


def test_nothing_ticked_and_nothing_here_is_said(browser, officer, here):
    assert browser.post(MANY, {"buoc": "in"}).status_code == 422
    doing.post(here[0], code="EM1", by=officer)
    assert browser.post(MANY, {"file": [here[0].public_id], "buoc": "in"}).status_code == 422
    assert not PrintJob.objects.exists()


def test_everything_that_the_filter_finds_is_printed(browser, here):
    browser.post(f"{MANY}?q=cong+dan+b", {"buoc": "in-loc"})
    assert [row["file"] for row in PrintJob.objects.get().content["rows"]] == [str(here[1].public_id)]


# --- one card --------------------------------------------------------------------------------------------------------


def test_one_card_is_called_about_boxed_posted_and_sent_back_from_its_page(browser, here):
    first, second = here[:2]
    browser.post(act_url(first, "goi"), {"via": "phone", "result": "reached", "note": "Chiều đến"})
    page = browser.post(act_url(first, "hop"), {"box": "a9"}, follow=True)
    assert "A9" in said(page)
    assert "Chiều đến" in said(page)
    browser.post(act_url(first, "gui"), {"code": "EM7"})
    assert "Bưu chính chuyển hoàn" in said(browser.get(card_url(first)))
    browser.post(act_url(first, "chuyen-hoan"), {"note": "Không gặp"})
    assert StockCard.objects.get(application=first).state == "here"
    browser.post(act_url(second, "tra-lai"), {"reason": "Sai ảnh"})
    second.refresh_from_db()
    assert second.state == State.PRINTING
    assert "Sai ảnh" in said(browser.get(card_url(second)))


def test_what_is_missing_is_said_and_nothing_is_written(browser, here, subtests):
    for act, typed, says in [
        ("goi", {"via": "phone", "note": "giữ lại chữ này"}, "giữ lại chữ này"),
        ("goi", {"via": "phone", "result": "reached", "again_on": "1/1/2020"}, "đã qua"),
        ("gui", {"code": ""}, "Ghi mã bưu gửi"),
        ("tra-lai", {"reason": " "}, "Ghi thẻ sai chỗ nào"),
        ("hop", {"box": "x" * 21}, "Dài quá 20"),
        ("chuyen-hoan", {"note": ""}, "không gửi bưu chính"),
    ]:
        with subtests.test(case=act):
            page = browser.post(act_url(here[0], act), typed)
            assert page.status_code == 422
            assert says in said(page)
            assert not Contact.objects.exists()
            assert StockCard.objects.get(application=here[0]).state == "here"


def test_a_double_click_writes_one_call(browser, here):
    typed = {
        "via": "phone",
        "result": "reached",
        "submit_token": browser.get(card_url(here[0])).context["submit_token"],
    }
    for _ in range(2):
        browser.post(act_url(here[0], "goi"), typed)
    assert Contact.objects.count() == 1


def test_the_page_of_the_file_says_where_its_card_lies(browser, officer, here):
    doing.move_to_box(here[:1], box="A1", by=officer)
    page = said(browser.get(reverse("cards:application", args=[here[0].public_id])))
    assert "Hộp <b>A1</b>" in page
    assert card_url(here[0]) in page


def test_a_page_of_one_card_stays_within_its_queries(browser, officer, here):
    for _ in range(3):
        doing.call(here[0], Call(via="phone", result="reached"), by=officer)
    assert queries(browser, card_url(here[0])) == queries(browser, card_url(here[1])) <= 12


def test_a_card_from_before_there_were_rows_has_its_page(browser, here):
    StockCard.objects.all().delete()
    assert "Đang giữ" in said(browser.get(card_url(here[0])))
    browser.post(act_url(here[0], "hop"), {"box": "C1"})
    assert StockCard.objects.get().box == "C1"


# --- the list that comes back ----------------------------------------------------------------------------------------


@pytest.fixture
def job(commune, officer, here) -> PrintJob:
    content = papers.content_of(commune, here, by=officer)
    return PrintJob.objects.create(commune=commune, kind=papers.KIND, title="Danh sách", content=content,
                                   asked_by=officer)  # fmt: skip


def list_url(job: PrintJob) -> str:
    return reverse("cards:hand_over_list", args=[job.public_id])


def today() -> str:
    return f"{timezone.localdate():%d/%m/%Y}"


def test_whoever_came_is_ticked_and_the_rest_is_as_the_law_says(browser, here, job):
    """One common day of issue, no other date typed: the end is that of Điều 21."""
    page = browser.post(list_url(job), {"issued_on": today(), "d1-came": "on", "d3-came": "on",
                                        "d3-old_card_returned": "on"}, follow=True)  # fmt: skip
    assert "Đã trả 2 thẻ" in said(page)
    states = Application.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.HANDED_OVER, State.ARRIVED, State.HANDED_OVER]
    card = IdentityDocument.objects.get(resident=here[0].resident)
    assert card.expires_on == expiry(here[0].resident.birth_date, timezone.localdate())
    here[2].refresh_from_db()
    assert here[2].old_card_taken
    assert page.context["open_count"] == 1


def test_a_line_may_differ_and_somebody_else_may_come(browser, here, job):
    typed = {
        "d2-came": "on", "d2-issued_on": today(), "d2-expires_on": "21/05/2031", "d2-as_printed": "on",
        "d2-receiver": "authorised", "d2-receiver_name": "Trần Mẫu", "d2-receiver_number": "001090000009",
    }  # fmt: skip
    browser.post(list_url(job), typed)
    assert IdentityDocument.objects.get(resident=here[1].resident).expires_on == dt.date(2031, 5, 21)
    assert StockCard.objects.get(application=here[1]).receiver_name == "Trần Mẫu"


def test_one_line_to_mend_says_so_beside_it_and_nothing_is_written(browser, here, job, subtests):
    for typed, says in [
        ({}, "Ghi ngày cấp in trên thẻ"),
        ({"d1-issued_on": "1/1/2099"}, "tương lai"),
        ({"d1-issued_on": "today", "d1-expires_on": "1/1/2031", "d1-no_expiry": "on"}, "chỉ đánh dấu"),
        ({"d1-issued_on": "today", "d1-expires_on": "1/1/2031"}, "Điều 21 Luật Căn cước"),
        ({"d1-issued_on": "today", "d1-receiver": "authorised"}, "Ghi họ tên người nhận thay"),
        ({"d1-issued_on": "1/1/2020"}, "trước ngày thu nhận"),
    ]:
        with subtests.test(case=typed):
            typed = {name: today() if value == "today" else value for name, value in typed.items()}
            page = browser.post(list_url(job), {"d1-came": "on", "d2-came": "on", "d2-issued_on": today(), **typed})
            assert page.status_code == 422
            line = said(page).split('id="dong-1"')[1].split('id="dong-2"')[0]
            assert says in line
            assert "checked" in line
            assert not Application.objects.filter(state=State.HANDED_OVER).exists()
            assert not IdentityDocument.objects.filter(resident__in=[file.resident for file in here]).exists()


def test_nobody_ticked_is_said(browser, job):
    page = browser.post(list_url(job), {"issued_on": today()})
    assert (page.status_code, "Chưa đánh dấu ai" in said(page)) == (422, True)


def test_the_same_sending_twice_hands_over_once(browser, job):
    token = browser.get(list_url(job)).context["submit_token"]
    for _ in range(2):
        answer = browser.post(list_url(job), {"issued_on": today(), "d1-came": "on", "submit_token": token})
        assert answer.status_code == 302 or "vừa được ghi ở nơi khác" in said(answer)
    assert Application.objects.filter(state=State.HANDED_OVER).count() == 1


def test_a_line_that_a_colleague_wrote_meanwhile_stops_the_list_and_says_so(browser, colleague, here, job):
    workflow.move(here[0], "hand_over", by=colleague, card=printed_card(here[0]))
    page = browser.post(list_url(job), {"issued_on": today(), "d1-came": "on", "d2-came": "on"})
    assert page.status_code == 422
    assert "vừa được ghi ở nơi khác" in said(page).split('id="dong-1"')[1].split('id="dong-2"')[0]
    here[1].refresh_from_db()
    assert here[1].state == State.ARRIVED


def test_lists_cost_the_same_however_long_they_are(browser, commune, officer, here, job):
    rows = job.content["rows"]
    job.content["rows"] = rows[:1]
    job.save()
    one = queries(browser, list_url(job))
    job.content["rows"] = rows
    job.save()
    assert queries(browser, list_url(job)) == one <= 12
    assert queries(browser, reverse("cards:hand_over_lists")) <= 12


def test_another_paper_is_no_list_to_type_back(browser, commune, officer):
    other = PrintJob.objects.create(commune=commune, kind="handed_up", title="Khác", asked_by=officer)
    assert browser.get(list_url(other)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_with_the_same_card_on_two_lists_one_hands_it_over(
    commune, officer, colleague, catalogues
):  # fmt: skip
    files = [arrived(commune, officer, n=n) for n in (1, 2)]
    job = PrintJob.objects.create(commune=commune, kind=papers.KIND, title="Danh sách", asked_by=officer)
    said = []

    def lines(order) -> list[Taken]:
        day = timezone.localdate()
        return [Taken(files[place], day, None, True, False, False, "self") for place in order]

    def type_back(by, order) -> None:
        try:
            said.append(typing_back.hand_over(job, lines(order), by=by))
        except LinesRefused as refused:
            said.append(sorted(refused.errors))
        finally:
            connection.close()

    both = [threading.Thread(target=type_back, args=args) for args in ((officer, (0, 1)), (colleague, (1, 0)))]
    with transaction.atomic():
        list(Application.objects.select_for_update())  # both wait, then both want both, in opposite orders
        for one in both:
            one.start()
    for one in both:
        one.join(20)
    assert sorted(said, key=str) == sorted([2, sorted(str(file.public_id) for file in files)], key=str)
    assert IdentityDocument.objects.count() == 2
