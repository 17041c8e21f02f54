"""The card desk in the browser: who gets in, what is answered, what bad input says, how few queries it takes."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Draft
from accounts.roles import Right
from cards.models import Application, Receipt, RenderState, State, Step
from cards.receipts import store
from registry.models import ResidentState
from tests.conftest import settled
from tests.factories import ApplicationFactory

pytestmark = pytest.mark.django_db

GOOD = {"reason": "g", "channel": "counter", "delivery": "office", "biometrics_taken": "on", "cc01_signed": "on"}


def form_url(resident, token=None) -> str:
    return reverse("cards:application_form", args=[resident.public_id, token or uuid.uuid4()])


@pytest.fixture
def browser(client_of, officer):
    return client_of(officer)


# --- taking in ------------------------------------------------------------------------------------


def test_a_new_form_gets_an_address_of_its_own(browser, resident):
    url = reverse("cards:application_new", args=[resident.public_id])
    first, second = browser.get(url).url, browser.get(url).url
    assert first.startswith("/ho-so/thu-nhan/")
    assert first != second
    assert browser.get(first).status_code == 200


def test_the_form_proposes_and_shows_the_price(browser, resident):
    page = browser.get(form_url(resident)).content.decode()
    assert 'value="from_14" checked' in page
    assert "Không thu lệ phí" in page
    assert "Chỉ dành cho người dưới 6 tuổi." in page


def test_a_good_form_opens_a_file_and_forgets_its_draft(browser, resident, officer):
    url = form_url(resident)
    Draft.objects.create(officer=officer, path=url, fields={"note": ["dở dang"]})
    assert "dở dang" in browser.get(url).content.decode()
    answer = browser.post(url, GOOD | {"note": "  Gọi   trước "})
    application = Application.objects.get()
    assert answer.url == reverse("cards:application", args=[application.public_id])
    assert application.note == "Gọi trước"
    assert not Draft.objects.exists()


def test_a_double_submit_makes_one_file(browser, resident):
    url = form_url(resident)
    first, second = browser.post(url, GOOD), browser.post(url, GOOD)
    assert first.url == second.url
    assert Application.objects.count() == 1
    assert Receipt.objects.count() == 1


BAD = [
    ({"reason": ""}, "Chọn thủ tục và lý do."),
    ({"reason": "x'; DROP"}, "Lý do này không có trong danh mục. Chọn lại."),
    ({"reason": "under_6"}, "trường hợp này chỉ dành cho người dưới 6 tuổi."),
    ({"channel": ""}, "Chọn hình thức nộp."),
    ({"channel": "pigeon"}, "Chọn lại hình thức nộp."),
    ({"exemption": "VIP"}, "Đối tượng này không có trong danh mục đang áp dụng. Chọn lại."),
    ({"exemption": "TRE_EM"}, "không thuộc đối tượng miễn đã chọn."),
    ({"delivery": ""}, "Chọn nơi nhận thẻ."),
    ({"delivery": "drone"}, "Chọn lại nơi nhận thẻ."),
    ({"delivery": "post"}, "Nhận qua bưu chính: ghi địa chỉ nhận."),
    ({"delivery_address": "x" * 251}, "Địa chỉ dài quá 250 ký tự; ghi ngắn lại."),
    ({"representative_name": "x" * 101}, "Họ tên dài quá 100 ký tự."),
    ({"representative_name": "Lê 2"}, "Họ tên chỉ gồm chữ cái; bỏ chữ số và ký hiệu."),
    ({"biometrics_taken": ""}, "Thu nhận ảnh, vân tay, mống mắt trên máy của Bộ trước, rồi đánh dấu vào đây."),
    ({"cc01_signed": ""}, "kiểm tra, ký; rồi đánh dấu vào đây."),
    ({"reason": "lost", "old_card_taken": "on"}, "Trường hợp này không có thẻ cũ để thu; bỏ đánh dấu."),
    ({"note": "x" * 301}, "Ghi chú dài quá 300 ký tự; ghi ngắn lại."),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD, ids=[f"{next(iter(one))}-{n}" for n, (one, _) in enumerate(BAD)])
def test_bad_input_gets_a_sentence_beside_its_field_and_writes_nothing(browser, resident, changes, sentence):
    answer = browser.post(form_url(resident), GOOD | {"note": "giữ lại dòng này"} | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    field = {"Nhận qua bưu chính": "delivery_address", "Trường hợp này không có thẻ cũ": "old_card_taken"}
    beside = next((name for start, name in field.items() if sentence.startswith(start)), next(iter(changes)))
    assert f'id="id_{beside}_error"' in page
    if "note" not in changes:
        assert "giữ lại dòng này" in page
    assert not Application.objects.exists()


def test_hidden_characters_are_dropped_and_letters_composed(browser, resident):
    browser.post(form_url(resident), GOOD | {"note": "a\x00b \u200bHo\u0300a  "})
    assert Application.objects.get().note == "ab Hòa"


def test_a_person_with_an_open_file_sees_it_and_a_late_submit_is_refused(browser, resident, taken):
    url = form_url(resident)
    assert taken.file_number in browser.get(url).content.decode()
    answer = browser.post(url, GOOD)
    assert answer.status_code == 422
    assert f"Công dân đang có hồ sơ {taken.file_number}" in answer.content.decode()
    assert Application.objects.count() == 1


def test_the_dead_are_shown_no_form(browser, resident):
    resident.state = ResidentState.DECEASED
    resident.save()
    page = browser.get(form_url(resident)).content.decode()
    assert "Công dân đã chết theo hồ sơ" in page
    assert 'name="reason"' not in page
    assert browser.post(form_url(resident), GOOD).status_code == 422
    assert not Application.objects.exists()


def test_a_choice_is_priced_without_writing_by_htmx_and_without_script(browser, resident):
    typed = {"reason": "lost", "channel": "counter", "preview": "1", "note": "giữ lại"}
    fragment = browser.post(form_url(resident), typed, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Điều 24 khoản 2 điểm a" in fragment
    page = browser.post(form_url(resident), typed).content.decode()
    assert "<html" in page
    assert "Điều 24 khoản 2 điểm a" in page
    assert "giữ lại" in page
    assert not Application.objects.exists()


def test_a_broken_choice_is_priced_as_nothing(browser, resident):
    typed = {"reason": "nonsense", "channel": "x", "exemption": "y", "preview": "1"}
    assert browser.post(form_url(resident), typed, headers={"HX-Request": "true"}).status_code == 200


# --- the page and its moves -----------------------------------------------------------------------


def move_url(application, move) -> str:
    return reverse("cards:application_move", args=[application.public_id, move])


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


def test_a_file_walks_the_whole_road(browser, taken):
    for name, state in [
        ("send_up", "sent_up"),
        ("printing", "printing"),
        ("arrive", "arrived"),
        ("hand_over", "handed_over"),
    ]:
        browser.post(move_url(taken, name))
        taken.refresh_from_db()
        assert taken.state == state
    assert taken.steps.count() == 5
    assert browser.get(reverse("cards:application", args=[taken.public_id])).status_code == 200


def test_a_refused_move_says_why_and_writes_nothing(browser, taken):
    page = browser.post(move_url(taken, "hand_over"), follow=True).content.decode()
    assert "không thực hiện được" in page
    page = browser.post(move_url(taken, "withdraw"), {"note": " "}, follow=True).content.decode()
    assert "Ghi lý do" in page
    page = browser.post(move_url(taken, "withdraw"), {"note": "x" * 301}, follow=True).content.decode()
    assert "300 ký tự" in page
    assert Step.objects.count() == 1


@pytest.mark.parametrize("state", State.values)
def test_the_page_draws_every_state(browser, taken, state):
    Application.objects.update(state=state)
    assert State(state).label in browser.get(reverse("cards:application", args=[taken.public_id])).content.decode()


def test_moving_by_get_is_not_possible(browser, taken):
    assert browser.get(move_url(taken, "send_up")).status_code == 405


# --- the receipt ----------------------------------------------------------------------------------


def corner(browser, taken) -> str:
    url = reverse("cards:receipt_corner", args=[taken.public_id])
    return browser.get(url, headers={"HX-Request": "true"}).content.decode()


def test_the_corner_asks_until_the_pdf_is_there(browser, taken):
    assert 'hx-trigger="every 1s"' in corner(browser, taken)
    store.render_and_store(taken.receipt.pk)
    ready = corner(browser, taken)
    assert "hx-trigger" not in ready
    assert reverse("cards:receipt_pdf", args=[taken.receipt.public_id, "A5"]) in ready


def test_a_failed_receipt_has_a_sentence_and_a_button(browser, taken):
    Receipt.objects.update(state=RenderState.FAILED, error=store.GAVE_UP, attempts=5)
    retry = reverse("cards:receipt_retry", args=[taken.receipt.public_id])
    shown = corner(browser, taken)
    assert store.GAVE_UP.replace("“", "").split("Bấm")[0] in shown
    assert retry in shown
    assert browser.post(retry).status_code == 302
    assert Receipt.objects.get().state == RenderState.WAITING


@pytest.mark.parametrize("paper", ["A5", "A4"])
def test_the_pdf_is_served_inline_uncached_counted_and_audited(browser, taken, paper):
    store.render_and_store(taken.receipt.pk)
    answer = browser.get(reverse("cards:receipt_pdf", args=[taken.receipt.public_id, paper]))
    assert answer.content == bytes(taken.receipt.files.get(paper=paper).pdf)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="phieu-hen-{taken.file_number}-{paper}.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'; object-src 'self'" in answer["Content-Security-Policy"]
    assert Receipt.objects.get().print_count == 1
    line = AuditEvent.objects.get(action="print")
    assert line.sentence == f"In, tải phiếu hẹn {taken.file_number}, khổ {paper}"


def test_an_unknown_paper_and_an_unrendered_receipt_are_404(browser, taken):
    assert browser.get(reverse("cards:receipt_pdf", args=[taken.receipt.public_id, "A5"])).status_code == 404
    store.render_and_store(taken.receipt.pk)
    assert browser.get(reverse("cards:receipt_pdf", args=[taken.receipt.public_id, "A3"])).status_code == 404
    assert Receipt.objects.get().print_count == 0


# --- who may --------------------------------------------------------------------------------------


def addresses(resident, application) -> list[tuple[str, str, Right]]:
    receipt = application.receipt
    look, take = Right.APPLICATION_VIEW, Right.APPLICATION_TAKE
    return [
        ("get", reverse("cards:application_new", args=[resident.public_id]), take),
        ("get", form_url(resident), take),
        ("post", form_url(resident), take),
        ("get", reverse("cards:application", args=[application.public_id]), look),
        ("post", move_url(application, "send_up"), take),
        ("get", reverse("cards:receipt_corner", args=[application.public_id]), look),
        ("get", reverse("cards:receipt_pdf", args=[receipt.public_id, "A5"]), look),
        ("post", reverse("cards:receipt_retry", args=[receipt.public_id]), take),
    ]


def test_a_stranger_gets_404_everywhere_and_each_attempt_is_audited(client_of, stranger, resident, taken):
    store.render_and_store(taken.receipt.pk)
    browser = client_of(stranger)
    for number, (method, url, _) in enumerate(addresses(resident, taken), start=1):
        assert getattr(browser, method)(url).status_code == 404, url
        assert AuditEvent.objects.filter(action="refused").count() == number, url
    assert taken.file_number not in browser.get(reverse("cards:applications")).content.decode()
    taken.refresh_from_db()
    assert taken.state == State.RECEIVED
    assert Receipt.objects.get().print_count == 0


def test_each_role_gets_in_where_its_rights_say(
    client_of, officer, chief, supervisor, ministry, auditor, administrator, resident, taken
):
    store.render_and_store(taken.receipt.pk)
    for somebody in (officer, chief, supervisor, ministry, auditor, administrator):
        browser = client_of(somebody)
        rows = [*addresses(resident, taken), ("get", reverse("cards:applications"), Right.APPLICATION_VIEW)]
        for method, url, right in rows:
            allowed = getattr(browser, method)(url).status_code != 403
            assert allowed is somebody.can(right), f"{somebody.role} {url}"


# --- the list -------------------------------------------------------------------------------------


def listed(browser, query: str = "") -> str:
    return browser.get(reverse("cards:applications") + query).content.decode()


@pytest.fixture
def three(commune, officer, resident):
    """Three files: promised yesterday, today, and long ago but arrived."""
    today = timezone.localdate()
    people = [resident, settled(commune, number="001190000124", name="Trần Văn Đức"),
              settled(commune, number="001190000125", name="Lê Thị Mai")]  # fmt: skip
    days = [today - dt.timedelta(days=1), today, today - dt.timedelta(days=60)]
    states = [State.SENT_UP, State.RECEIVED, State.ARRIVED]
    rows = [
        ApplicationFactory(resident=person, created_by=officer, promised_on=day, state=state, serial=number)
        for number, (person, day, state) in enumerate(zip(people, days, states, strict=True), start=1)
    ]
    Step.objects.create(
        application=rows[2], move="arrive", to_state=State.ARRIVED, by=officer,
        at=timezone.now() - dt.timedelta(days=45),
    )  # fmt: skip
    return rows


FILTERS = [
    ("", {0, 1, 2}),
    ("?q={number0}", {0}),
    ("?q=HS:{number1}@06001", {1}),
    ("?q=HS:{number1}@06002", set()),
    ("?q=tran van duc", {1}),
    ("?q=001190000125", {2}),
    ("?state=arrived", {2}),
    ("?state=dang-mo", {0, 1, 2}),
    ("?due=hom-nay", {0, 1}),
    ("?due=qua-han", {0}),
    ("?due=cho-lau", {2}),
    ("?promised_on={today}", {1}),
    ("?kind=first", set()),
]


@pytest.mark.parametrize(("query", "shown"), FILTERS)
def test_the_list_is_filtered(browser, three, query, shown):
    values = {f"number{n}": row.file_number for n, row in enumerate(three)}
    page = listed(browser, query.format(today=f"{timezone.localdate():%d/%m/%Y}", **values))
    assert {n for n, row in enumerate(three) if str(row.public_id) in page} == shown


@pytest.mark.parametrize("query", ["?promised_on=31/02/2026", "?state=x", "?sort=nonsense", "?page=999", "?q=%00"])
def test_a_nonsense_filter_is_no_error(browser, three, query):
    assert browser.get(reverse("cards:applications") + query).status_code == 200


@pytest.mark.parametrize("sort", ["number", "-number", "resident", "kind", "state", "received_at", "-promised_on"])
def test_the_list_is_sorted_by_each_column(browser, three, sort):
    assert three[0].file_number in listed(browser, f"?sort={sort}")


def queries(browser, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert browser.get(url).status_code == 200
    return len(caught)


def test_the_list_takes_as_few_queries_for_three_as_for_one(browser, three):
    all_of_them = queries(browser, reverse("cards:applications"))
    one = queries(browser, reverse("cards:applications") + f"?q={three[0].file_number}")
    assert one == all_of_them
    assert all_of_them <= 12


def test_the_page_of_a_file_and_its_form_take_few_queries(browser, resident, taken):
    few = queries(browser, reverse("cards:application", args=[taken.public_id]))
    browser.post(move_url(taken, "send_up"))
    browser.post(move_url(taken, "arrive"))
    assert queries(browser, reverse("cards:application", args=[taken.public_id])) == few
    assert few <= 12
    browser.post(move_url(taken, "hand_over"))
    assert queries(browser, form_url(resident)) <= 12


# --- what other pages get from cards --------------------------------------------------------------


def test_the_home_page_counts_and_every_figure_opens_its_list(browser, three):
    page = browser.get("/").content.decode()
    assert "Hôm nay phải xong" in page
    assert three[0].file_number in page
    assert three[2].file_number not in page
    for link in ["state=arrived", "due=cho-lau", "due=qua-han", "due=hom-nay"]:
        assert link in page


def test_the_one_box_finds_a_file_by_its_number(browser, three, stranger, client_of):
    number = three[1].file_number
    assert browser.get(f"/tim/?q={number}").url == reverse("cards:application", args=[three[1].public_id])
    scanned = f"HS:{number}@{three[1].commune.code}"
    assert browser.get("/tim/", {"q": scanned}).url == reverse("cards:application", args=[three[1].public_id])
    answer = client_of(stranger).get(f"/tim/?q={number}")
    assert answer.status_code == 200
    assert str(three[1].public_id) not in answer.content.decode()


def test_the_record_page_lists_the_persons_files(browser, three, resident):
    page = browser.get(reverse("registry:resident", args=[resident.public_id])).content.decode()
    assert reverse("cards:application", args=[three[0].public_id]) in page
    assert str(three[1].public_id) not in page
