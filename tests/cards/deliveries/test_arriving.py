"""Cards that arrive, one number after the other, and the last one taken back."""

from dataclasses import replace

import pytest
from django.urls import reverse

from cards.applications import workflow
from cards.deliveries import arriving, doing
from cards.deliveries.doing import Call
from cards.deliveries.stock import StockRefused
from cards.models import Application, State, StockCard
from cards.receipts import payload, signing
from tests.cards.conftest import queries
from tests.cards.deliveries.conftest import on_its_way

pytestmark = pytest.mark.django_db
SCREEN, UNDO = reverse("cards:arrivals"), reverse("cards:arrival_undo")


@pytest.fixture
def coming(commune, officer) -> list[Application]:
    return [on_its_way(commune, officer, n=n) for n in (1, 2, 3)]


def state(file: Application) -> str:
    return Application.objects.values_list("state", flat=True).get(pk=file.pk)


@pytest.mark.parametrize("written", ["{year}-00001", "{year}-1", "hs:{year}-00001@06001", "001190000301"])
def test_a_card_is_found_by_what_is_at_hand(officer, coming, written):
    told = arriving.arrive(written.format(year=coming[0].file_number[:2]), by=officer, box="a1")
    assert (told.kind, told.file) == ("ok", coming[0])
    assert StockCard.objects.get().box == "A1"
    assert state(coming[0]) == State.ARRIVED


def test_the_code_of_a_slip_leads_to_its_file(officer, other_commune, coming):
    told = payload.Code(
        key_id=signing.signing_key_id(), commune_code="06001", slip=(2026, 7), cost=8, digest=b"12345678",
        file=(coming[1].year, coming[1].serial), promised_on=coming[1].promised_on,
    )  # fmt: skip
    assert arriving.arrive(payload.sealed(replace(told, commune_code=other_commune.code)), by=officer).kind == "block"
    assert arriving.arrive(payload.sealed(told), by=officer).file == coming[1]


def test_a_card_that_is_printed_already_may_come_without_a_word_from_above(commune, officer):
    file = on_its_way(commune, officer, n=1, state=State.SENT_UP)
    assert arriving.arrive(file.file_number, by=officer).kind == "ok"


def test_the_same_number_twice_says_so_and_changes_nothing(officer, coming):
    arriving.arrive(coming[0].file_number, by=officer)
    told = arriving.arrive(coming[0].file_number, by=officer)
    assert (told.kind, coming[0].steps.count()) == ("warn", 1)
    assert "không ghi thêm" in told.sentence


@pytest.mark.parametrize("text", ["26-99999", "xin chào", "9" * 220, "001190000999", "x\x00y"])
def test_what_is_no_file_of_ours_is_refused(officer, coming, text):
    assert arriving.arrive(text, by=officer).kind == "block"
    assert {state(file) for file in coming} == {State.PRINTING}


def test_a_file_of_the_neighbour_is_not_found(officer, other_commune, stranger):
    file = on_its_way(other_commune, stranger, n=9)
    assert arriving.arrive(file.file_number, by=officer).kind == "block"
    assert state(file) == State.PRINTING


def test_a_file_that_did_not_go_up_says_where_it_is(commune, officer):
    file = on_its_way(commune, officer, n=1, state=State.RECEIVED)
    told = arriving.arrive(file.file_number, by=officer)
    assert (told.kind, "đã thu nhận" in told.sentence) == ("block", True)


@pytest.mark.parametrize("before", [State.PRINTING, State.SENT_UP])
def test_the_last_entry_is_taken_back_to_where_the_file_was(commune, officer, coming, before):
    Application.objects.filter(pk=coming[1].pk).update(state=before)
    for file in coming[:2]:
        arriving.arrive(file.file_number, by=officer)
    arriving.undo(StockCard.objects.get(application=coming[1]), by=officer)
    assert [state(file) for file in coming[:2]] == [State.ARRIVED, before]
    assert StockCard.objects.get().application == coming[0]


def test_only_ones_own_last_entry_with_nothing_done_since_is_taken_back(officer, colleague, coming):
    for file in coming[:2]:
        arriving.arrive(file.file_number, by=officer)
    first, last = StockCard.objects.order_by("pk")
    for card, by in ((first, officer), (last, colleague)):
        with pytest.raises(StockRefused, match="gần nhất"):
            arriving.undo(card, by=by)
    doing.call(coming[1], Call(via="phone", result="reached"), by=officer)
    with pytest.raises(StockRefused, match="việc làm tiếp"):
        arriving.undo(last, by=officer)


def test_the_screen_takes_one_after_the_other_and_keeps_the_box(browser, coming):
    for file in coming[:2]:
        page = browser.post(SCREEN, {"ma": file.file_number, "hop": "A1"})
    assert page.context["told"].kind == "ok"
    assert (page.context["box"], page.context["text"]) == ("A1", "")
    assert [card.application for card in page.context["rows"]] == [coming[1], coming[0]]
    wrong = browser.post(SCREEN, {"ma": "26-9", "hop": "A1"})
    assert (wrong.context["told"].kind, wrong.context["text"]) == ("block", "26-9")


def test_htmx_gets_the_inner_part_alone(browser, coming):
    part = browser.post(SCREEN, {"ma": coming[0].file_number}, headers={"HX-Request": "true"}).content.decode()
    assert "thẻ đã về" in part
    assert "<html" not in part


def test_a_second_click_on_undo_takes_back_nothing_more(browser, coming):
    for file in coming[:2]:
        browser.post(SCREEN, {"ma": file.file_number})
    last = StockCard.objects.order_by("pk").last().public_id
    assert "Đã bỏ" in browser.post(UNDO, {"the": last}).content.decode()
    assert "đã bỏ rồi" in browser.post(UNDO, {"the": last}).content.decode()
    assert state(coming[0]) == State.ARRIVED


def test_the_stranger_cannot_take_our_entry_back(browser, client_of, stranger, coming):
    browser.post(SCREEN, {"ma": coming[0].file_number})
    answer = client_of(stranger).post(UNDO, {"the": StockCard.objects.get().public_id})
    assert answer.status_code == 404
    assert state(coming[0]) == State.ARRIVED


def test_the_screen_costs_the_same_with_one_row_and_with_three(browser, officer, coming):
    arriving.arrive(coming[0].file_number, by=officer)
    one = queries(browser, SCREEN)
    for file in coming[1:]:
        workflow.move(file, "arrive", by=officer)
    assert queries(browser, SCREEN) == one <= 12
