"""The card's row: with every move, without one, and when two officers reach for the same card."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cards.applications import workflow
from cards.applications.workflow import MoveRefused
from cards.deliveries import doing, stock
from cards.deliveries.doing import Call
from cards.deliveries.stock import StockRefused
from cards.models import Application, Contact, State, Step, StockCard, StockState
from registry.models import IdentityDocument
from tests.cards.conftest import came_back
from tests.cards.deliveries.conftest import arrived, on_its_way, printed_card
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db


def card_of(file: Application) -> StockCard:
    return StockCard.objects.get(application=file)


# --- with the moves --------------------------------------------------------------------------------------------------


def test_a_card_that_arrives_lies_here(commune, officer):
    file = arrived(commune, officer, n=1)
    card = card_of(file)
    assert (card.state, card.commune, card.arrived_by) == (StockState.HERE, commune, officer)


def test_handing_over_says_into_whose_hand(here, officer):
    given = printed_card(here[0], receiver="authorised", receiver_name="trần  mẫu b", receiver_number="001090000009")
    workflow.move(here[0], "hand_over", by=officer, card=given)
    card = card_of(here[0])
    assert (card.state, card.handed_by, card.receiver) == (StockState.HANDED_OVER, officer, "authorised")
    assert (card.receiver_name, card.receiver_number) == ("trần mẫu b", "001090000009")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"receiver": "representative"}, "Ghi họ tên"),
        ({"receiver": "authorised", "receiver_name": "Trần Mẫu"}, "Ghi số định danh"),
        ({"receiver": "authorised", "receiver_name": "Trần Mẫu", "receiver_number": "12"}, "đủ 12 chữ số"),
        ({"receiver": "ai-do"}, "Chọn người nhận"),
    ],
)
def test_somebody_who_is_not_named_gets_no_card(here, officer, told, said):
    with pytest.raises(MoveRefused, match=said):
        workflow.move(here[0], "hand_over", by=officer, card=printed_card(here[0], **told))
    here[0].refresh_from_db()
    assert (here[0].state, card_of(here[0]).state) == (State.ARRIVED, StockState.HERE)
    assert not IdentityDocument.objects.filter(resident=here[0].resident).exists()


def test_a_misprinted_card_goes_back_and_its_file_waits_for_a_new_one(here, officer):
    doing.send_back(here[0], reason="Sai chữ đệm", by=officer)
    here[0].refresh_from_db()
    card = card_of(here[0])
    assert (here[0].state, card.state, card.sent_back_reason) == (
        State.PRINTING, StockState.SENT_BACK, "Sai chữ đệm",
    )  # fmt: skip
    workflow.move(here[0], "arrive", by=officer)
    card.refresh_from_db()
    assert (card.state, card.sent_back_at, card.sent_back_reason) == (StockState.HERE, None, "")


# --- before there were rows ------------------------------------------------------------------------------------------


def test_cards_from_before_get_their_rows_once(commune, officer, colleague, resident):
    file = ApplicationFactory(resident=resident, created_by=officer, state=State.ARRIVED)
    came_back(file, days_ago=40, by=colleague)
    assert stock.catch_up() == 1
    assert stock.catch_up(commune) == 0
    card = card_of(file)
    assert timezone.localdate(card.arrived_at) == timezone.localdate() - dt.timedelta(days=40)
    assert card.arrived_by == colleague


def test_a_card_from_before_is_handed_over_like_every_other(officer, resident):
    file = ApplicationFactory(resident=resident, created_by=officer, state=State.ARRIVED)
    came_back(file, days_ago=40, by=officer)
    workflow.move(file, "hand_over", by=officer, card=printed_card(file))
    assert card_of(file).state == StockState.HANDED_OVER
    assert timezone.localdate(card_of(file).arrived_at) == timezone.localdate() - dt.timedelta(days=40)


# --- without a move --------------------------------------------------------------------------------------------------


def test_boxes_are_noted_for_what_lies_here_and_for_nothing_else(here, next_door, officer):
    doing.post(here[2], code="EM123", by=officer)
    assert doing.move_to_box([*here, next_door], box=" hộp a1 ", by=officer) == 2
    assert [card_of(one).box for one in [*here, next_door]] == ["HỘP A1", "HỘP A1", "", ""]
    assert doing.move_to_box(here, box="HỘP A1", by=officer) == 0
    with pytest.raises(StockRefused, match="dài quá"):
        doing.move_to_box(here, box="x" * 21, by=officer)


def test_a_call_is_written_down_and_asks_again_tomorrow_when_nobody_answered(here, officer):
    doing.call(here[0], Call(via="phone", result="no_answer", note="Máy bận"), by=officer)
    doing.call(here[1], Call(via="visit", result="will_come"), by=officer)
    first, second = Contact.objects.order_by("pk")
    assert (first.application, first.resident, first.by) == (here[0], here[0].resident, officer)
    assert first.again_on == timezone.localdate() + dt.timedelta(days=1)
    assert second.again_on is None
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    with pytest.raises(StockRefused, match="đã qua"):
        doing.call(here[0], Call(via="phone", result="reached", again_on=yesterday), by=officer)


def test_a_card_by_post_is_delivered_later(here, officer):
    doing.post(here[0], code="em 123 vn", by=officer)
    assert (card_of(here[0]).state, card_of(here[0]).post_code) == (StockState.POSTED, "EM 123 VN")
    with pytest.raises(StockRefused, match="gửi bưu chính"):
        doing.call(here[0], Call(via="phone", result="reached"), by=officer)
    workflow.move(here[0], "hand_over", by=officer, card=printed_card(here[0], receiver="post"))
    card = card_of(here[0])
    assert (card.state, card.receiver, card.post_code) == (StockState.HANDED_OVER, "post", "EM 123 VN")


def test_a_card_that_the_post_brings_back_lies_here_and_is_called_about_today(here, officer):
    doing.post(here[0], code="EM1", by=officer)
    doing.post_returned(here[0], note="Sai địa chỉ", by=officer)
    assert (card_of(here[0]).state, card_of(here[0]).posted_at) == (StockState.HERE, None)
    contact = Contact.objects.get()
    assert contact.again_on == timezone.localdate()
    assert "EM1" in contact.note
    with pytest.raises(StockRefused, match="không gửi bưu chính"):
        doing.post_returned(here[0], note="", by=officer)


def test_nothing_is_done_with_a_card_of_the_neighbour_or_one_that_is_not_here(next_door, commune, officer):
    coming = on_its_way(commune, officer, n=5)
    for file in (next_door, coming):
        with pytest.raises(StockRefused):
            doing.post(file, code="EM1", by=officer)
    assert card_of(next_door).state == StockState.HERE
    assert not StockCard.objects.filter(application=coming).exists()


# --- at once ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_one_hands_the_card_over_and_the_other_cannot_post_it(
    commune, officer, colleague, catalogues
):  # fmt: skip
    file = arrived(commune, officer, n=1)
    said = []

    def post_it() -> None:
        try:
            doing.post(file, code="EM1", by=colleague)
            said.append("posted")
        except StockRefused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    second = threading.Thread(target=post_it)
    with transaction.atomic():
        workflow.move(file, "hand_over", by=officer, card=printed_card(file))
        second.start()
        second.join(0.5)
        assert not said  # it waits for the file
    second.join(20)
    assert said == ["Hồ sơ 26-00001 đang ở bước “đã trả”, không giữ thẻ."]
    card = card_of(file)
    assert (card.state, card.handed_by, card.post_code) == (StockState.HANDED_OVER, officer, "")
    assert Step.objects.filter(move="hand_over").count() == 1
