"""The page of one file in the browser, and its moves."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from cards.models import Application, State, Step
from registry.models import IdentityDocument
from tests.cards.conftest import form_url, move_url, queries

pytestmark = pytest.mark.django_db


def test_the_page_offers_the_moves_of_the_table_and_looking_is_audited(browser, taken):
    page = browser.get(reverse("cards:application", args=[taken.public_id])).content.decode()
    assert move_url(taken, "send_up") in page
    assert move_url(taken, "withdraw") in page
    assert move_url(taken, "hand_over") not in page
    assert AuditEvent.objects.filter(action="view", target_ref=str(taken.public_id)).count() == 1


def test_a_supervisor_sees_the_file_but_no_button(client_of, supervisor, taken):
    page = client_of(supervisor).get(reverse("cards:application", args=[taken.public_id])).content.decode()
    assert "Nội dung hồ sơ" in page
    assert "/buoc/" not in page


def typed(card) -> dict[str, str]:
    return {"issued_on": f"{card.issued_on:%d/%m/%Y}", "expires_on": f"{card.expires_on:%d/%m/%Y}"}


def test_a_file_walks_the_whole_road(browser, taken, printed):
    road = [("send_up", "sent_up"), ("printing", "printing"), ("arrive", "arrived"), ("hand_over", "handed_over")]
    for name, state in road:
        browser.post(move_url(taken, name), typed(printed))
        taken.refresh_from_db()
        assert taken.state == state
    assert taken.steps.count() == 5
    assert browser.get(reverse("cards:application", args=[taken.public_id])).status_code == 200


def test_handing_over_asks_for_what_is_printed_and_proposes_its_end(browser, taken, printed):
    Application.objects.update(state=State.ARRIVED)
    page = browser.get(reverse("cards:application", args=[taken.public_id])).content.decode()
    assert f'name="expires_on" value="{printed.expires_on:%d/%m/%Y}"' in page
    assert 'name="old_card_returned"' not in page  # it was taken at the counter
    assert 'name="as_printed"' not in page


def test_a_card_that_is_not_as_the_law_wants_it_is_asked_about_once_more(browser, taken, printed):
    Application.objects.update(state=State.ARRIVED)
    odd = typed(printed) | {"expires_on": "01/01/2031"}
    answer = browser.post(move_url(taken, "hand_over"), odd)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_as_printed_error"' in page
    assert f"thì thẻ có giá trị đến {printed.expires_on:%d/%m/%Y}" in page
    assert 'value="01/01/2031"' in page
    browser.post(move_url(taken, "hand_over"), odd | {"as_printed": "on"})
    taken.refresh_from_db()
    assert taken.state == State.HANDED_OVER
    assert "khác Điều 21" in taken.steps.get(move="hand_over").note


BAD_CARDS = [
    ({"issued_on": ""}, "issued_on", "Ghi ngày cấp in trên thẻ."),
    ({"issued_on": "31/02/2026"}, "issued_on", "ngày, tháng, năm"),
    ({"issued_on": "01/01/2090"}, "issued_on", "tương lai"),
    ({"issued_on": "01/01/2020"}, "issued_on", "Ngày cấp trước ngày thu nhận hồ sơ"),
    ({"expires_on": ""}, "expires_on", "Ghi ngày hết hạn, hoặc chỉ đánh dấu"),
    ({"no_expiry": "on"}, "expires_on", "Ghi ngày hết hạn, hoặc chỉ đánh dấu"),
    ({"expires_on": "2030"}, "expires_on", "Cần đủ ngày, tháng, năm."),
    ({"expires_on": "01/01/2021"}, "expires_on", "Ngày hết hạn phải sau ngày cấp."),
]


def test_a_badly_read_card_gets_a_sentence_beside_its_field_and_stays_here(browser, taken, printed, subtests):
    Application.objects.update(state=State.ARRIVED)
    for changes, field, sentence in BAD_CARDS:
        with subtests.test(changes=changes):
            answer = browser.post(move_url(taken, "hand_over"), typed(printed) | changes)
            assert answer.status_code == 422
            page = answer.content.decode()
            assert f'id="id_{field}_error"' in page
            assert sentence in page
            taken.refresh_from_db()
            assert taken.state == State.ARRIVED
            assert not IdentityDocument.objects.exists()


def test_a_second_press_on_hand_over_is_told_so_and_writes_no_second_card(browser, taken, printed):
    Application.objects.update(state=State.ARRIVED)
    browser.post(move_url(taken, "hand_over"), typed(printed))
    page = browser.post(move_url(taken, "hand_over"), typed(printed), follow=True).content.decode()
    assert "đang ở bước “đã trả”" in page
    assert IdentityDocument.objects.count() == 1


def test_the_page_says_when_the_slip_names_another_day(browser, taken, printable):
    page = reverse("cards:application", args=[taken.public_id])
    assert "hẹn mới là" not in browser.get(page).content.decode()
    Application.objects.update(promised_on="2031-01-02")
    assert 'hẹn mới là <b class="number">02/01/2031</b>' in browser.get(page).content.decode()


def test_a_refused_move_says_why_and_writes_nothing(browser, taken):
    page = browser.post(move_url(taken, "hand_over"), follow=True).content.decode()
    assert "không thực hiện được" in page
    page = browser.post(move_url(taken, "withdraw"), {"note": " "}, follow=True).content.decode()
    assert "Ghi lý do" in page
    page = browser.post(move_url(taken, "withdraw"), {"note": "x" * 301}, follow=True).content.decode()
    assert "300 ký tự" in page
    assert Step.objects.count() == 1


def test_the_page_draws_every_state(browser, taken, subtests):
    for state in State:
        with subtests.test(state=state):
            Application.objects.update(state=state)
            page = browser.get(reverse("cards:application", args=[taken.public_id])).content.decode()
            assert state.label in page


def test_only_one_step_of_the_road_is_the_present_one(browser, taken, subtests):
    """Also where the file left the road: what was passed is done."""
    for state, now, stopped in [
        ("sent_up", 1, 0),
        ("waiting_for_data", 1, 0),
        ("refused", 0, 1),
        ("handed_over", 0, 0),
    ]:
        with subtests.test(state=state):
            Application.objects.update(state=state)
            page = browser.get(reverse("cards:application", args=[taken.public_id])).content.decode()
            assert (page.count('aria-current="step"'), page.count('class="step-stopped"')) == (now, stopped)


def test_moving_by_get_is_not_possible(browser, taken):
    assert browser.get(move_url(taken, "send_up")).status_code == 405


def test_the_page_of_a_file_and_its_form_take_few_queries(browser, client_of, chief, resident, taken, printed):
    page, chiefs = reverse("cards:application", args=[taken.public_id]), client_of(chief)
    Application.objects.update(state=State.TAKING, received_at=None)
    assert queries(browser, reverse("cards:application_fill", args=[taken.public_id])) <= 12
    assert queries(chiefs, page) <= 12
    Application.objects.update(state=State.RECEIVED, received_at=taken.received_at)
    assert queries(chiefs, page) <= 12
    for name in ("send_up", "arrive"):
        browser.post(move_url(taken, name))
        assert queries(browser, page) <= 12
    browser.post(move_url(taken, "hand_over"), typed(printed))
    assert queries(browser, form_url(resident)) <= 12
