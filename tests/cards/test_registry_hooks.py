"""What other pages get from cards: the home page, the one box, the record page."""

import pytest
from django.urls import reverse

from cards.receipts import payload

pytestmark = pytest.mark.django_db


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
    code = payload.Code("k1", three[1].commune.code, (2026, 7), (three[1].year, three[1].serial),
                        three[1].promised_on, 6, b"digested")  # fmt: skip
    assert browser.get("/tim/", {"q": payload.sealed(code)}).url == reverse(
        "cards:application", args=[three[1].public_id]
    )
    answer = client_of(stranger).get(f"/tim/?q={number}")
    assert answer.status_code == 200
    assert str(three[1].public_id) not in answer.content.decode()


def test_the_record_page_lists_the_persons_files(browser, three, resident):
    page = browser.get(reverse("registry:resident", args=[resident.public_id])).content.decode()
    assert reverse("cards:application", args=[three[0].public_id]) in page
    assert str(three[1].public_id) not in page
