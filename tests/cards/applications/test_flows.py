"""From the person's page to the card in the hand, or the refusal, through the real pages: one flow a kind of file."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cards.models import Application, Receipt, Step
from registry.models import IdentityDocument, Resident
from registry.residents.tables import years_before
from registry.values.card_terms import expiry
from tests.cards.conftest import move_url
from tests.conftest import settled
from tests.factories import IdentityDocumentFactory

pytestmark = pytest.mark.django_db

TICKS = {"biometrics_taken": "on", "cc01_signed": "on", "part_dc02": "on"}
PLAIN = {"channel": "counter", "delivery": "office"}


def born_years_ago(years: int, days: int = 30) -> dict:
    day = years_before(timezone.localdate(), years) - dt.timedelta(days=days)
    return {"birth_year": day.year, "birth_month": day.month, "birth_day": day.day}


def person(commune, years: int, **more) -> Resident:
    """Number, sex and birth agree with each other, so that no rule stops the file."""
    born = born_years_ago(years)
    century = 3 if born["birth_year"] >= 2000 else 1
    number = f"001{century}{born['birth_year'] % 100:02d}000321"
    return settled(commune, number=number, name="Nguyễn Thị Mẫu Hoa", scan_due=True, **born, **more)


def form_of(browser, resident) -> str:
    """Where the button on the person's page leads, and what is proposed there."""
    page = browser.get(reverse("registry:resident", args=[resident.public_id])).content.decode()
    start = reverse("cards:application_new", args=[resident.public_id])
    assert start in page
    return browser.get(start).url


def proposed(browser, url: str) -> str:
    found = re.search(r'value="(\w+)" checked', browser.get(url).content.decode())
    return found[1] if found else ""


def to_the_hand(browser, file: Application, **given) -> IdentityDocument:
    for name in ("send_up", "printing", "arrive"):
        assert browser.post(move_url(file, name)).status_code == 302
    today = timezone.localdate()
    ends = expiry(file.resident.birth_date, today)
    card = {"issued_on": f"{today:%d/%m/%Y}", "expires_on": f"{ends:%d/%m/%Y}", "receiver": "self"} | given
    answer = browser.post(move_url(file, "hand_over"), card)
    assert answer.status_code == 302, answer.content.decode()
    file.refresh_from_db()
    assert file.state == "handed_over"
    return IdentityDocument.objects.get(resident=file.resident, state="in_use")


def test_a_change_at_25_from_the_persons_page_to_the_hand(browser, commune):
    resident = person(commune, 25)
    old = IdentityDocumentFactory(resident=resident, kind="CAN_CUOC", number=resident.numbers.get().number,
                                  issued_on=dt.date(2024, 8, 1) - dt.timedelta(days=900),
                                  expires_on=timezone.localdate() - dt.timedelta(days=30))  # fmt: skip
    url = form_of(browser, resident)
    assert proposed(browser, url) == "a"
    assert "Điều 21 khoản 1" in browser.get(url).content.decode()
    browser.post(url, PLAIN | TICKS | {"reason": "a", "old_card_taken": "on"})
    file = Application.objects.get()
    assert (file.state, file.proposed_reason, file.kind) == ("received", "a", "change")
    assert file.components.get().code == "dc02"
    new = to_the_hand(browser, file)
    old.refresh_from_db()
    assert (old.state, new.issued_on) == ("replaced", timezone.localdate())
    assert file.stock.state == "handed_over"
    assert [step.move for step in file.steps.all()] == ["open", "send_up", "printing", "arrive", "hand_over"]


def test_a_lost_card_reuses_what_was_taken_and_choosing_otherwise_is_seen(browser, commune):
    resident = person(commune, 30)
    IdentityDocumentFactory(resident=resident, kind="CAN_CUOC", number=resident.numbers.get().number, state="lost",
                            issued_on=dt.date(2025, 8, 1), expires_on=dt.date(2036, 5, 1))  # fmt: skip
    url = form_of(browser, resident)
    assert proposed(browser, url) == "lost"
    browser.post(url, PLAIN | {"reason": "damaged", "cc01_signed": "on", "part_dc02": "on"})
    file = Application.objects.get()
    assert (file.proposed_reason, file.reason, file.biometrics_taken) == ("lost", "damaged", False)
    page = browser.get(reverse("cards:application", args=[file.public_id])).content.decode()
    assert "Chương trình đề xuất: Cấp lại: Bị mất thẻ" in page
    to_the_hand(browser, file)


def test_a_child_with_a_representative_who_takes_the_card(browser, commune):
    resident = person(commune, 9)
    url = form_of(browser, resident)
    assert proposed(browser, url) == "from_6"
    refused = browser.post(url, PLAIN | TICKS | {"reason": "from_6", "exemption": "TRE_EM"})
    page = refused.content.decode()
    assert refused.status_code == 422
    for field in ("representative_name", "representative_number", "representative_relation"):
        assert f'id="id_{field}_error"' in page
    mother = {"representative_name": "Lê Thị Mẫu", "representative_number": "001190000124",
              "representative_relation": "Mẹ"}  # fmt: skip
    browser.post(url, PLAIN | TICKS | mother | {"reason": "from_6", "exemption": "TRE_EM"})
    file = Application.objects.get()
    assert (file.representative_relation, file.fee_vnd) == ("Mẹ", 0)
    to_the_hand(browser, file, receiver="representative", receiver_name="Lê Thị Mẫu")
    assert (file.stock.receiver, file.stock.receiver_name) == ("representative", "Lê Thị Mẫu")


def test_a_refusal_ends_the_file_with_its_reason_and_makes_room_for_another(browser, commune):
    resident = person(commune, 30)
    browser.post(form_of(browser, resident), PLAIN | TICKS | {"reason": "from_14"})
    file = Application.objects.get()
    browser.post(move_url(file, "refuse"), {"note": "Không đúng thẩm quyền", "submit_token": "t"})
    browser.post(move_url(file, "refuse"), {"note": "Không đúng thẩm quyền", "submit_token": "t"})
    file.refresh_from_db()
    assert file.state == "refused"
    assert Step.objects.filter(move="refuse").get().note == "Không đúng thẩm quyền"
    page = browser.get(reverse("cards:application", args=[file.public_id])).content.decode()
    assert "Hoàn tất" not in page
    assert form_of(browser, resident).startswith(reverse("cards:application_new", args=[resident.public_id]))


def test_a_file_is_begun_with_little_and_filled_later_by_a_colleague(browser, commune, client_of, colleague):
    resident = person(commune, 14)
    url = form_of(browser, resident)
    little = PLAIN | {"reason": "from_14", "note": "Hẹn thứ Hai", "de-sau": "1"}
    answers = [browser.post(url, little), browser.post(url, little)]
    file = Application.objects.get()
    assert [answer.url for answer in answers] == [reverse("cards:application", args=[file.public_id])] * 2
    assert (file.state, file.serial, file.promised_on, file.received_at) == ("draft", 1, None, None)
    assert not Receipt.objects.exists()
    for page in (reverse("cards:applications"), reverse("cards:queues"), reverse("accounts:home"), answers[0].url,
                 reverse("registry:resident", args=[resident.public_id])):  # fmt: skip
        assert browser.get(page).status_code == 200
    fill = reverse("cards:application_fill", args=[file.public_id])
    assert form_of(browser, resident) == fill
    theirs = client_of(colleague)
    page = theirs.get(fill).content.decode()
    assert "Hẹn thứ Hai" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    browser.post(fill, little | {"note": "Hẹn thứ Ba", "seen": seen})
    late = theirs.post(fill, PLAIN | TICKS | {"reason": "from_14", "seen": seen})
    assert late.status_code == 422
    assert "vừa được sửa ở nơi khác" in late.content.decode()
    lacking = theirs.post(fill, PLAIN | {"reason": "from_14"})
    assert (lacking.status_code, 'id="id_cc01_signed_error"' in lacking.content.decode()) == (422, True)
    theirs.post(fill, PLAIN | TICKS | {"reason": "from_14", "note": "Hẹn thứ Ba"})
    file.refresh_from_db()
    assert (file.state, file.fee_text != "", file.receipt.state) == ("received", True, "waiting")
    assert [step.move for step in file.steps.all()] == ["begin", "start", "receive"]
    assert browser.get(fill).url == reverse("cards:application", args=[file.public_id])


def test_data_come_first_and_the_page_leads_to_the_record_and_back(browser, commune):
    resident = person(commune, 30, birth_registration_place="", birth_registration_province="")
    url = form_of(browser, resident)
    assert "E06" in browser.get(url).content.decode()
    sent = browser.post(url, PLAIN | TICKS | {"reason": "from_14"})
    file = Application.objects.get()
    assert (file.state, file.receipt) == ("waiting_for_data", None)
    page = browser.get(sent.url).content.decode()
    edit = reverse("registry:resident_edit", args=[resident.public_id])
    assert f"{edit}?ve={sent.url}".replace("/", "%2F").split("%3F")[0] in page.replace("/", "%2F")
    assert "phải điều chỉnh trước" in browser.post(move_url(file, "data_corrected"), follow=True).content.decode()
    Resident.objects.filter(pk=resident.pk).update(birth_registration_place="Xã Mẫu Sơn, tỉnh Mẫu", scan_due=True)
    page = browser.get(sent.url).content.decode()
    assert "Không còn việc nào chặn." in page
    browser.post(move_url(file, "data_corrected"))
    browser.post(move_url(file, "receive"))
    file.refresh_from_db()
    assert (file.state, file.data_due_on, file.receipt is not None) == ("received", None, True)


def test_a_strangers_file_cannot_be_filled(client_of, stranger, browser, commune):
    browser.post(form_of(browser, person(commune, 14)), PLAIN | {"reason": "from_14", "de-sau": "1"})
    fill = reverse("cards:application_fill", args=[Application.objects.get().public_id])
    assert client_of(stranger).get(fill).status_code == 404
