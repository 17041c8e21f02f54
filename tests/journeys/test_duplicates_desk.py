"""The desk of duplicates is worked with the keyboard: ten cases, one key each, and two officers never meet."""

import pytest
from django.urls import reverse

from registry.duplicates.second_look import Sample, draw
from registry.models import DuplicatePair, Merge, PairState, SecondLook
from tests.factories import PairFactory, ResidentFactory

LIST = "/nghi-trung/"
NAMES = ("An", "Bình", "Cúc", "Dung", "Én", "Giang", "Hoa", "Khanh", "Lan", "Mai")


@pytest.fixture
def ten(commune) -> list[DuplicatePair]:
    """Ten cases, from the strongest to the weakest."""
    pairs = []
    for place, name in enumerate(NAMES):
        left = ResidentFactory(commune=commune, full_name=f"Nguyễn Thị Mẫu {name}")
        right = ResidentFactory(commune=commune, full_name=f"NGUYEN THI MAU {name.upper()}", birth_day=22)
        pairs.append(PairFactory(left=left, right=right, score=900 - place))
    return pairs


def press(page, key: str) -> str:
    """Press a key and answer which page it opened."""
    before = page.url
    page.keyboard.press(key)
    page.wait_for_url(lambda url: url != before)
    return page.url


def url_of(pair: DuplicatePair) -> str:
    return reverse("registry:duplicate_pair", args=[pair.public_id])


def test_an_officer_decides_ten_cases_with_keys(visit, officer, ten):
    page = visit(officer).open(LIST)
    assert press(page, "l").endswith(url_of(ten[0]))
    for place in range(4):
        assert press(page, "b").endswith(url_of(ten[place + 1]))
    assert press(page, "z").endswith(url_of(ten[3]))  # the last was a slip
    assert press(page, "s").endswith(url_of(ten[4]))  # and it can wait
    assert press(page, "c").endswith(url_of(ten[5]))
    assert press(page, "b").endswith(url_of(ten[6]))

    assert press(page, "a").endswith(reverse("registry:merge", args=[ten[6].public_id]))
    page.goto(page.url.split("/nghi-trung/")[0] + LIST)
    assert press(page, "l").endswith(url_of(ten[7]))
    page.get_by_label("Ghi chú").fill("Hai chị em")
    page.get_by_label("Ghi chú").press("Tab")
    assert press(page, "b").endswith(url_of(ten[8]))
    assert press(page, "b").endswith(url_of(ten[9]))
    assert press(page, "b").endswith(url_of(ten[3]))  # what was put aside comes last
    assert press(page, "b").endswith(LIST)

    states = {pair.pk: pair.state for pair in DuplicatePair.objects.all()}
    expected = [PairState.DIFFERENT] * 10
    expected[4], expected[6] = PairState.ASKED, PairState.SAME
    assert [states[pair.pk] for pair in ten] == expected
    assert DuplicatePair.objects.get(pk=ten[7].pk).note == "Hai chị em"


def test_two_officers_at_once_get_different_cases(visit, officer, colleague, ten):
    pages = [visit(one).open(LIST) for one in (officer, colleague)]
    assert [press(page, "l").rpartition("/nghi-trung")[2] for page in pages] == [
        url_of(pair).removeprefix("/nghi-trung") for pair in ten[:2]
    ]
    pages[1].goto(pages[0].url)
    pages[1].get_by_text("Đồng chí Đại úy Lê Mẫu Hải đang xử lý vụ này, đến").wait_for()
    assert pages[1].get_by_role("button", name="Một người").count() == 0


def test_many_plain_cases_are_concluded_together(visit, officer, ten):
    for pair in ten[:3]:
        DuplicatePair.objects.filter(pk=pair.pk).update(lines=[["name", "exact", 1200]], score=1200)
        type(pair.case).objects.filter(pk=pair.case_id).update(score=1200)
    page = visit(officer).open(LIST)
    page.get_by_role("link", name="Kết luận nhiều vụ (3)").click()
    page.wait_for_url("**/nhieu-vu/")
    page.keyboard.press("t")
    page.get_by_role("button", name="Xem lại các vụ đã chọn").click()
    page.get_by_role("button", name="Kết luận: một người, 3 vụ").click()
    page.get_by_role("heading", name="Đã kết luận 3 vụ").wait_for()
    assert DuplicatePair.objects.filter(state=PairState.SAME, decided_by=officer).count() == 3
    assert Merge.objects.filter(state="planned").count() == 3
    assert SecondLook.objects.count() == 1


def test_a_second_officer_answers_with_keys(visit, officer, colleague, ten):
    for pair in ten[:2]:
        DuplicatePair.objects.filter(pk=pair.pk).update(
            state=PairState.DIFFERENT, decided_by=officer, decided_at="2026-11-20T08:00+07:00"
        )
        draw(pair, "different", by=officer, sample=Sample.SURELY)
    page = visit(colleague).open(LIST)
    press(page, "h")
    press(page, "l")
    press(page, "b")
    assert press(page, "a").endswith("/xem-lan-hai/")
    assert list(SecondLook.objects.values_list("second_verdict", flat=True)) == ["different", "same"]
    assert DuplicatePair.objects.get(pk=ten[1].pk).returned_for.startswith("hai đồng chí kết luận khác nhau")
