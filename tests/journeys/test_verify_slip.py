"""A phone checks slips: with the network, without it, in an old browser, and it knows what was withdrawn."""

import uuid

from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from cards.applications import intake
from cards.receipts import issue, payload, verify_views
from tests.cards.conftest import ENTRY
from tests.journeys.conftest import PHONE

OLD_BROWSER = """
const real = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (kind, key, how, ...more) =>
  (how.name || how) === "Ed25519" ? Promise.reject(new Error("unknown algorithm")) : real(kind, key, how, ...more);
"""


def changed(digits: str) -> str:
    raw = bytearray(int(digits).to_bytes(90, "big"))
    raw[12] ^= 1  # another file
    return str(int.from_bytes(raw, "big"))


def checked(page: Page, digits: str, verdict: str, **holder: str) -> Locator:
    """What is said of a slip. Typing checks and so does the button: the answer is the one that stays in the end."""
    page.get_by_label("Dãy số của mã QR").fill("")
    for label, text in holder.items():
        page.locator(f"[name={label}]").evaluate("(field, text) => { field.value = text; }", text)
    page.evaluate("() => { delete document.querySelector('[data-answer]').dataset.verdict; }")
    page.get_by_label("Dãy số của mã QR").fill(digits)
    page.get_by_role("button", name="Kiểm tra").click()
    answer = page.locator("[data-answer]")
    expect(answer).to_have_attribute("data-verdict", verdict)
    return answer


def test_a_phone_checks_slips_with_and_without_a_network(visit, officer, resident):
    cache.clear()
    verify_views.pace.seen.clear()
    file = intake.open(resident, by=officer, entry=ENTRY, submit_token=uuid.uuid4())
    old = file.receipt
    new = issue.reissue(file, by=officer, reason="Sai tên")
    good, withdrawn = new.content["qr"], old.content["qr"]

    window = visit()
    window.page.set_viewport_size(PHONE)
    page = window.open(reverse("cards:verify_public"))
    page.locator("[data-kept]").wait_for()  # the service worker has kept what it needs

    def checks() -> None:
        expect(checked(page, good, "genuine")).to_contain_text(new.number)
        checked(page, withdrawn, "withdrawn")
        checked(page, changed(good), "altered")
        checked(page, good[:-9], "unreadable")
        for number, words in (("001190000123", "khớp với phiếu"), ("001190000124", "KHÔNG khớp")):
            answer = checked(page, good, "genuine", name=resident.full_name, number=number)
            expect(answer).to_contain_text(words)

    checks()
    window.context.set_offline(True)
    page.reload()
    checks()
    window.context.set_offline(False)

    window.context.add_init_script(OLD_BROWSER)
    page.reload()
    checks()
    assert payload.opened(good)[0].slip_number == new.number
