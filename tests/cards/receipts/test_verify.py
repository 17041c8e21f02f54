"""Checking a slip by its code: every verdict, for officers of any commune; and what the public pages do not tell."""

import json

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import AuditEvent
from cards.applications import workflow
from cards.models import Receipt, SigningKey
from cards.receipts import issue, payload, signing, verify, verify_views
from cards.receipts.verify import Verdict

pytestmark = pytest.mark.django_db

NAME, NUMBER = "Nguyễn Thị Mẫu Lan", "001190000123"


@pytest.fixture(autouse=True)
def fresh_cache(db):
    cache.clear()
    verify_views.pace.seen.clear()


@pytest.fixture
def digits(taken) -> str:
    return taken.receipt.content["qr"]


def changed(digits: str, place: int = 20) -> str:
    """One byte of what was signed is another one."""
    raw = bytearray(int(digits).to_bytes(90, "big"))
    raw[place] ^= 1
    return str(int.from_bytes(raw, "big"))


def test_a_slip_is_genuine_and_tells_its_commune_numbers_and_day(digits, taken):
    answer = verify.check(digits)
    assert (answer.verdict, answer.commune) == (Verdict.GENUINE, "Xã Mẫu Sơn, Tỉnh Mẫu")
    assert (answer.code.slip_number, answer.code.file_number) == (taken.receipt.number, taken.file_number)
    assert answer.code.promised_on == taken.promised_on
    assert (answer.remark, answer.holder_fits) == ("", None)


@pytest.mark.parametrize("place", [4, 8, 12, 15, 20, 25, 26, 89])
def test_whatever_is_changed_is_altered_and_then_nothing_is_shown(digits, place):
    answer = verify.check(changed(digits, place))
    assert (answer.verdict, answer.code, answer.commune) == (Verdict.ALTERED, None, "")


def test_name_and_number_are_answered_with_yes_or_no(digits):
    assert verify.check(digits, name=NAME, number=NUMBER).holder_fits is True
    assert verify.check(digits, name=NAME, number="001190000124").holder_fits is False
    assert verify.check(digits, name=NAME).holder_fits is None


def test_a_slip_of_another_office_has_an_unknown_key(digits, settings):
    settings.SLIP_KEYS = [("k9", b"9" * 32)]
    SigningKey.objects.all().delete()
    assert verify.check(digits).verdict == Verdict.UNKNOWN_KEY


def test_a_forger_who_names_our_key_is_found_out(digits, settings):
    ours = settings.SLIP_KEYS
    code, _, _ = payload.opened(digits)
    settings.SLIP_KEYS = [("k1", b"f" * 32)]
    SigningKey.objects.all().delete()
    forged = payload.sealed(code)
    SigningKey.objects.all().delete()
    settings.SLIP_KEYS = ours
    assert verify.check(digits).verdict == Verdict.GENUINE
    assert verify.check(forged).verdict == Verdict.ALTERED


def test_slips_of_a_retired_key_stay_genuine(digits, settings):
    settings.SLIP_KEYS = [("k2", b"2" * 32)]
    signing.publish()
    assert verify.check(digits).verdict == Verdict.GENUINE
    assert {one["id"]: bool(one["to"]) for one in verify.public_data()["rows"]} == {"k1": True, "k2": False}


def test_a_replaced_and_a_withdrawn_slip_are_told_apart(digits, taken, officer, chief):
    new = issue.reissue(taken, by=officer, reason="Sai tên")
    replaced = verify.check(digits)
    assert (replaced.verdict, replaced.replaced_by) == (Verdict.REPLACED, new.number)
    issue.withdraw(new, by=chief, reason="Nhầm")
    assert verify.check(new.content["qr"]).verdict == Verdict.WITHDRAWN


@pytest.mark.parametrize("exit_", ["refuse", "withdraw", "cancel_duplicate"])
def test_the_slip_of_a_file_that_ended_without_a_card_is_withdrawn(digits, taken, officer, exit_):
    workflow.move(taken, exit_, by=officer, note="Công dân đổi ý")
    assert verify.check(digits).verdict == Verdict.WITHDRAWN
    assert "Công dân đổi ý" in Receipt.objects.get().withdrawn_reason


def test_a_genuine_slip_that_is_not_in_this_database_says_so(digits):
    Receipt.objects.all().delete()
    answer = verify.check(digits)
    assert (answer.verdict, answer.remark) == (Verdict.GENUINE, verify.OF_NOBODY)


def test_a_slip_of_a_commune_that_was_joined_to_another_is_found_there(digits, taken, other_commune):
    taken.commune.successors.create(new=other_commune, kind="whole")
    Receipt.objects.update(commune=other_commune)
    assert verify.check(digits).remark == ""


@pytest.mark.parametrize("text", ["", "26-00012", "x" * 217, "9" * 217])
def test_anything_else_is_unreadable(text):
    assert verify.check(text).verdict == Verdict.UNREADABLE


# --- The officers' page ----------------------------------------------------------------------------------------------


def test_an_officer_next_door_checks_it_and_sees_no_person(client_of, stranger, taken, digits):
    answer = client_of(stranger).post(reverse("cards:verify"), {"code": digits, "name": NAME, "number": NUMBER})
    shown = answer.content.decode()
    assert "Phiếu thật" in shown
    assert "khớp với phiếu" in shown
    assert taken.receipt.number in shown
    assert "21/05/1990" not in shown  # what the row knows and the slip's code does not
    assert str(taken.public_id) not in shown
    line = AuditEvent.objects.get(actor_badge=stranger.badge_number)
    assert line.sentence == f"Kiểm tra phiếu hẹn {taken.receipt.number} của xã mã 06001: phiếu thật"
    assert NUMBER not in line.sentence


def test_the_page_says_altered_and_asks_for_a_code(browser, digits):
    page = reverse("cards:verify")
    assert "Phiếu bị sửa hoặc giả" in browser.post(page, {"code": changed(digits)}).content.decode()
    empty = browser.post(page, {"code": " "})
    assert (empty.status_code, "Quét hoặc dán mã QR" in empty.content.decode()) == (422, True)


def test_the_page_takes_few_queries(browser, digits, django_assert_max_num_queries):
    page = reverse("cards:verify")
    browser.get(page)
    with django_assert_max_num_queries(12):
        browser.post(page, {"code": digits, "name": NAME, "number": NUMBER})


# --- Anybody ---------------------------------------------------------------------------------------------------------

PUBLIC = ["cards:verify_public", "cards:verify_keys", "cards:verify_data", "cards:verify_worker"]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_needs_no_sign_in_sets_no_cookie_and_names_nobody(client, taken, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert not answer.cookies
    assert "no-store" not in answer["Cache-Control"]
    shown = answer.content.decode()
    for personal in (NAME, NAME.upper(), NUMBER, taken.file_number, "Lê Mẫu Hải"):
        assert personal not in shown
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", PUBLIC[:2])
def test_a_public_page_loads_only_our_own_files(client, name):
    answer = client.get(reverse(name))
    shown = answer.content.decode()
    assert "<script>" not in shown and "style=" not in shown and "//" not in shown.replace("https://.", "")
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_the_data_are_the_keys_and_a_signed_list_of_withdrawn_numbers(client, taken, officer):
    old = taken.receipt
    issue.reissue(taken, by=officer, reason="Sai")
    data = client.get(reverse("cards:verify_data")).json()
    (key,) = data["keys"]
    listed = data["withdrawn"]
    assert json.loads(listed["signed"])["slips"] == [f"06001/{old.number}"]
    assert set(json.loads(listed["signed"])) == {"kind", "made_at", "slips"}
    public, signature = bytes.fromhex(key["key"]), bytes.fromhex(listed["signature"])
    assert signing.signed_by(public, listed["signed"].encode(), signature)
    assert not signing.signed_by(public, listed["signed"].replace("06001", "06002").encode(), signature)


def test_the_data_are_made_once_for_many(client, taken, django_assert_max_num_queries):
    client.get(reverse("cards:verify_data"))
    with django_assert_max_num_queries(1):  # the shared cache is a table
        client.get(reverse("cards:verify_data"))


def test_who_asks_too_often_waits(client, monkeypatch):
    monkeypatch.setattr(verify_views.pace, "most", 3)
    page = reverse("cards:verify_public")
    assert [client.get(page).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get(page, REMOTE_ADDR="10.0.0.9").status_code == 200
