"""Lines on the score: an administrator tries others, draws one; a chief has the commune searched again."""

from registry.duplicates.model_in_use import settle
from registry.models import DuplicatePair, Job, MatchModel
from tests.factories import PairFactory, ResidentFactory


def pairs(commune) -> None:
    for score in (120, 640, 1240):
        left, right = (ResidentFactory(commune=commune, full_name=f"Nguyễn Mẫu {score}") for _ in range(2))
        PairFactory(left=left, right=right, score=score)


def test_an_administrator_tries_other_lines_and_draws_them(visit, administrator, commune):
    settle()
    pairs(commune)
    page = visit(administrator).open("/nguong-trung/")
    page.get_by_label("Cần xem từ (bit)").fill("3")
    page.get_by_label("Gần chắc chắn từ (bit)").fill("13,5")
    page.get_by_role("button", name="Thử").click()
    page.get_by_text("Cặp đổi nhóm").wait_for()
    assert "Nguyễn Mẫu" not in page.content()
    page.get_by_label("Lý do").fill("Nhiều cặp khác người ở điểm thấp")
    page.get_by_role("button", name="Đặt ngưỡng").click()
    page.get_by_text("Đã đặt ngưỡng: cần xem từ 3,0 bit, gần như chắc chắn từ 13,5 bit.").wait_for()
    model = MatchModel.objects.get(is_current=True)
    assert (model.review_at, model.certain_at, model.set_by) == (300, 1350, administrator)


def test_a_chief_has_the_commune_searched_again_and_watches_it_finish(visit, chief, commune, worker):
    same = {"full_name": "Nguyễn Thị Mẫu Khuyên", "birth_year": 1987, "birth_month": 3, "birth_day": 9, "sex": 2,
            "home_town": "Xã Thử, Huyện Mẫu, Hà Nội", "phone": "0987123456"}  # fmt: skip
    for _ in range(2):
        ResidentFactory(commune=commune, matching_due=False, scan_due=False, **same)
    page = visit(chief).open("/viec-nen/")
    page.get_by_role("button", name="Tìm trùng cả xã ngay").click()
    page.get_by_text("2/2 hồ sơ · 1 cặp mới").wait_for()
    assert Job.objects.get(kind="match").state == "done"
    assert DuplicatePair.objects.count() == 1
