"""The pages of the desk: what is offered, ticked, looked at, run and taken back, by officers of the commune only."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Setting
from registry.models import Finding, RepairRun, Resident
from registry.repairs import choice, views
from tests.registry.repairs.conftest import BASIS, checked, chosen, done, found, garbled, lodger

pytestmark = pytest.mark.django_db
OVERVIEW = "/lam-sach/sua-hang-loat/"
CHOOSE = f"{OVERVIEW}chu-viet/"
CHOOSE_TEMPORARY = f"{OVERVIEW}tam-tru-het-han/"


@pytest.fixture
def browser(client_of, officer):
    return client_of(officer)


@pytest.fixture
def three(commune) -> list[Finding]:
    return [checked(garbled(commune, name), "S15") for name in ("NguyÔn V¨n §øc", "TrÇn V¨n §øc", "§Æng V¨n §øc")]


def text(answer) -> str:
    return answer.content.decode()


def test_every_kind_is_offered_with_how_many_wait(browser, commune, stranger, three):
    found("tam-tru-het-han", commune)
    checked(garbled(stranger.unit), "S15")  # the bait: next door's is not counted
    answer = browser.get(OVERVIEW)
    counts = {one["fix"].code: one["count"] for one in answer.context["offered"]}
    assert {"chu-viet": 3, "tam-tru-het-han": 1}.items() <= counts.items()


def test_the_list_shows_each_change_and_never_the_neighbours(browser, stranger, three):
    bait = checked(garbled(stranger.unit, "Lª V¨n T¸m"), "S15")
    page = text(browser.get(CHOOSE))
    assert page.count('name="finding"') == 3
    assert "Nguyễn Văn Đức" in page
    assert str(bait.public_id) not in page and "Lê Văn Tám" not in page


def test_a_tick_is_kept_at_once_and_the_next_page_still_knows_it(browser, officer, three):
    ids = [str(one.public_id) for one in three]
    answer = browser.post(CHOOSE, {"shown": ids, "finding": ids[:2]}, headers={"HX-Request": "true"})
    assert "Đã chọn 2/500 dòng" in text(answer)
    page = text(browser.get(CHOOSE))
    assert page.count(" checked") == 2
    assert RepairRun.objects.get().lines.count() == 2


def test_without_script_the_buttons_do_it_all(browser, three):
    shown = [str(one.public_id) for one in three]
    answer = browser.post(f"{CHOOSE}?q=v", {"shown": shown[:1], "buoc": "trang"})
    assert answer.url == f"{CHOOSE}?q=v"
    assert RepairRun.objects.get().lines.count() == 1
    browser.post(CHOOSE, {"buoc": "tat-ca"})
    assert RepairRun.objects.get().lines.count() == 3
    browser.post(CHOOSE, {"buoc": "bo"})
    assert RepairRun.objects.get().lines.count() == 0
    browser.post(f"{CHOOSE}?q=tran", {"buoc": "tat-ca"})
    assert [line.finding for line in RepairRun.objects.get().lines.all()] == []  # a garbled name has no letters to find


def test_nothing_chosen_says_so(browser, three):
    answer = browser.post(CHOOSE, {"buoc": "xem"})
    assert answer.status_code == 422
    assert "Chưa chọn dòng nào." in text(answer)


def test_too_many_says_so_and_keeps_what_was_chosen(browser, three):
    Setting.objects.create(code="repair_lines", value=2, valid_from="2026-01-01")
    shown = [str(one.public_id) for one in three]
    browser.post(CHOOSE, {"shown": shown[:2], "finding": shown[:2]})
    answer = browser.post(CHOOSE, {"shown": shown[2:], "finding": shown[2:]}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Một đợt nhiều nhất" in text(answer)
    assert RepairRun.objects.get().lines.count() == 2


def test_from_the_choice_to_the_undo(browser, three):
    shown = [str(one.public_id) for one in three]
    looked = browser.post(CHOOSE, {"shown": shown, "finding": shown[:2], "buoc": "xem"})
    run = RepairRun.objects.get()
    assert looked.url == run.get_absolute_url()
    page = browser.get(looked.url)
    assert "Chưa ghi gì vào hồ sơ. Sửa được 2 dòng" in text(page)
    begun = browser.post(reverse("registry:repair_start", args=[run.public_id]), {"seen": run.seal})
    assert begun.url == run.get_absolute_url()
    assert "Đã sửa 2 dòng" in text(browser.get(begun.url))
    assert Resident.objects.filter(full_name="Nguyễn Văn Đức").exists()
    undone = browser.post(reverse("registry:repair_undo", args=[run.public_id]), {"reason": "Chọn nhầm"})
    assert "Đã trả lại 2 dòng" in text(browser.get(undone.url))
    assert not Resident.objects.filter(full_name="Nguyễn Văn Đức").exists()
    assert "Đã hoàn tác" in text(browser.get(OVERVIEW))


def test_many_lines_wait_for_the_worker_and_the_page_asks_how_far_it_is(browser, three, officer, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 2)
    run = chosen("chu-viet", three, officer)
    browser.post(reverse("registry:repair_start", args=[run.public_id]), {"seen": run.seal})
    page = text(browser.get(run.get_absolute_url()))
    assert 'hx-trigger="every 2s"' in page and "Đang chạy" in page
    from registry.tasks import repairs_left

    repairs_left()
    answer = browser.get(
        reverse("registry:repair_progress", args=[run.public_id]), headers={"HX-Request": "true"}
    )  # fmt: skip
    assert answer.headers["HX-Refresh"] == "true"


def test_what_the_form_lacks_stands_beside_the_field_and_what_was_typed_is_kept(browser, officer, commune):
    run = chosen("tam-tru-het-han", [found("tam-tru-het-han", commune)], officer)
    typed = {"seen": run.seal, "ground": "het-thue", "basis": "ok"}
    answer = browser.post(reverse("registry:repair_start", args=[run.public_id]), typed)
    assert answer.status_code == 422
    page = text(answer)
    assert 'id="basis-loi"' in page and 'value="ok"' in page and '<option value="het-thue" selected>' in page
    browser.post(reverse("registry:repair_start", args=[run.public_id]), typed | {"basis": BASIS})
    row = Resident.objects.get().residences.get()
    assert row.closed_reason == (
        "Hết thuê, mượn, ở nhờ mà không đăng ký tạm trú chỗ khác (Luật Cư trú Điều 29 khoản 1 e)"
    )


def test_a_choice_can_be_given_up(browser, officer, three):
    run = chosen("chu-viet", three, officer)
    browser.post(reverse("registry:repair_drop", args=[run.public_id]))
    run.refresh_from_db()
    assert run.state == "dropped"
    assert choice.open_choice(officer, choice.kinds.KINDS["chu-viet"]) is None
    late = browser.post(reverse("registry:repair_start", args=[run.public_id]), {"seen": run.seal})
    assert late.status_code == 422


def test_a_colleague_sees_the_run_and_may_take_it_back_but_not_begin_it(client_of, officer, colleague, three):
    run = chosen("chu-viet", three, officer)
    other = client_of(colleague)
    assert "Sửa 3 dòng" not in text(other.get(run.get_absolute_url()))
    assert other.post(reverse("registry:repair_start", args=[run.public_id]), {"seen": run.seal}).status_code == 422


def test_looking_at_names_leaves_a_line(browser, officer, three):
    run = done("chu-viet", three, officer)
    browser.get(CHOOSE)
    browser.get(run.get_absolute_url())
    told = AuditEvent.objects.filter(action="view").values_list("sentence", flat=True)
    assert any("để sửa hàng loạt “Chấp nhận bản sửa chữ viết”" in one for one in told)
    assert any(one.startswith("Xem Sửa hàng loạt “Chấp nhận bản sửa chữ viết”") for one in told)


@pytest.mark.parametrize("how_many", [1, 3])
def test_pages_cost_the_same_for_one_line_and_for_three(
    browser, officer, commune, three, how_many, django_assert_max_num_queries
):
    people = [lodger(commune, name=f"Trần Mẫu Khách {n}") for n in range(how_many)]
    chosen("tam-tru-het-han", [checked(one, "L05") for one in people], officer)
    run = done("chu-viet", three[:how_many], officer)
    Finding.objects.filter(pk__in=[one.pk for one in three[:how_many]]).update(state="open", closed_at=None)
    for address in (OVERVIEW, CHOOSE, CHOOSE_TEMPORARY, run.get_absolute_url()):
        with django_assert_max_num_queries(12):
            assert browser.get(address).status_code == 200


def test_a_kind_that_is_none_is_not_found(browser):
    assert browser.get(f"{OVERVIEW}khong-co/").status_code == 404


def test_the_overview_and_the_queue_of_a_rule_lead_here(browser, client_of, supervisor, three):
    assert f'href="{OVERVIEW}"' in text(browser.get("/lam-sach/"))
    assert f'href="{CHOOSE}?quy_tac=S15"' in text(browser.get("/lam-sach/s15/"))
    assert f'href="{CHOOSE_TEMPORARY}"' in text(browser.get("/lam-sach/l05/"))
    assert "Sửa hàng loạt" not in text(browser.get("/lam-sach/e06/"))
    assert "Sửa hàng loạt" not in text(client_of(supervisor).get("/lam-sach/"))  # looks, and does not work
