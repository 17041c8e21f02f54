"""What a report says: numbers of the closed period, of those kept so far while it is open, and what was corrected."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Level
from accounts.periods import Period, previous
from supervision.figures import FIGURES
from supervision.models import Correction, FigureDay, FrozenPeriod
from supervision.reports.contents import NothingKnown, Wanted, contents_of
from supervision.reports.layout import LAYOUTS, lines_of
from tests.factories import UnitFactory

WEEK = Period(dt.date(2026, 11, 13), dt.date(2026, 11, 19))
SAID = {"difficulties": "Máy in hỏng.", "proposals": ""}
VALUES = {"nhan-khau": 12_176, "tu-14": 9_000, "co-the-tu-14": 8_641, "thu-nhan": 42, "cap-doi": 30,
          "phai-lam-sach": 500, "da-lam-sach": 431, "chua-sach": 69, "sach": 12_107,
          "quy-tac-d04-phai": 7, "quy-tac-d04-da": 3}  # fmt: skip
TOTALS = {"thu-nhan": 2_310}


def freeze(unit, period=WEEK, *, values=VALUES, totals=TOTALS, **more) -> FrozenPeriod:
    return FrozenPeriod.objects.create(
        unit=unit, kind="week", first=period.first, last=period.last, values=values, totals=totals,
        spreads={"ngay-lam-viec": {"5": 3, "9": 1}}, **more,
    )  # fmt: skip


def keep(unit, day, values, *, spreads=None) -> FigureDay:
    return FigureDay.objects.create(unit=unit, day=day, values=values, spreads=spreads or {})


def made_of(unit, *, kind="project_06", period=WEEK, by=None):
    return contents_of(Wanted(kind, unit, "week", period), remarks=SAID, by=by)


def line(contents, name) -> list[str]:
    [row] = [row for table in contents["tables"] for row in table["rows"] if row["name"] == name]
    return [cell["text"] for cell in row["cells"]]


@pytest.mark.parametrize("kind", LAYOUTS)
def test_every_line_is_a_figure_and_only_what_happens_has_a_total(kind):
    for one in lines_of(LAYOUTS[kind]):
        assert one.code in FIGURES
        assert not one.up_to_now or FIGURES[one.code].kind == "happened", one.code


def test_a_commune_reads_its_closed_week_beside_the_one_before(commune, chief):
    before = previous("week", WEEK)
    freeze(commune, before, values=VALUES | {"thu-nhan": 50, "co-the-tu-14": 8_600}, totals={"thu-nhan": 2_268})
    freeze(commune, targets={"thu-nhan": 4_000, "phu-the-tu-14": 96_50, "chua-sach": 70_00})
    contents = made_of(commune, by=chief)
    assert contents["is_preliminary"] is False
    assert line(contents, "Hồ sơ thu nhận") == ["hồ sơ", "50", "42", "−8", "2.310", "40", "105,00 %"]
    share = line(contents, "Tỷ lệ có thẻ, từ đủ 14 tuổi")
    assert share == ["%", "95,55 %", "96,01 %", "+0,46", "", "96,50 %", "chưa đạt"]
    assert line(contents, "Thời gian đến khi thẻ về, trung vị")[1:4] == ["5", "5", "0"]
    assert line(contents, "Thẻ về")[2] == "0"
    assert contents["remarks"] == SAID
    assert contents["head"]["sign_name"] == "Trung tá Phạm Mẫu Quang"
    assert contents["head"]["sign_head"] == "TRƯỞNG CÔNG AN XÃ"
    assert contents["head"]["send_to"] == "Công an tỉnh Mẫu"


def test_what_nobody_knows_is_a_dash_and_never_nought(commune):
    freeze(commune, missing=["tam-tru", "co-the-tu-14"])
    contents = made_of(commune)
    assert line(contents, "Đăng ký tạm trú")[1:5] == ["–", "–", "–", "–"]
    assert line(contents, "Tỷ lệ có thẻ, từ đủ 14 tuổi")[2] == "–"
    assert line(contents, "Đăng ký thường trú")[1:5] == ["–", "0", "–", "0"]


def test_a_province_has_a_row_a_commune_and_its_own_sum_on_top(province, commune, other_commune):
    elsewhere = UnitFactory(name="Xã Ngoài", parent=UnitFactory(code="22", name="Tỉnh Khác", level=Level.PROVINCE))
    freeze(elsewhere, values={"nhan-khau": 999})
    freeze(province, values={"nhan-khau": 20_000, "thu-nhan": 45}, totals={"thu-nhan": 4_000})
    freeze(commune, targets={"thu-nhan": 40_00})
    contents = made_of(province)
    people, intake = contents["tables"][:2]
    assert [row["name"] for row in people["rows"]] == ["Toàn tỉnh", "Xã Mẫu Sơn"]
    assert [row["cells"][0]["text"] for row in people["rows"]] == ["20.000", "12.176"]
    assert "Chưa có số liệu của 1 đơn vị: Xã Mẫu Hạ." in contents["notes"]
    assert [(one["group"], one["title"]) for one in intake["columns"][:4]] == [
        ("Thu nhận", "Trong kỳ"), ("Thu nhận", "Lũy kế"), ("Thu nhận", "Chỉ tiêu"), ("Thu nhận", "Đạt"),
    ]  # fmt: skip
    assert [[cell["text"] for cell in row["cells"][:4]] for row in intake["rows"]] == [
        ["45", "4.000", "", ""], ["42", "2.310", "40", "105,00 %"],
    ]  # fmt: skip
    assert contents["head"]["sign_head"] == "GIÁM ĐỐC"
    assert "999" not in str(contents)


def test_the_country_has_a_row_a_province(province, commune):
    freeze(None, values={"nhan-khau": 20_000})
    freeze(province, values={"nhan-khau": 19_000})
    people = made_of(None)["tables"][0]
    assert [(row["name"], row["cells"][0]["text"]) for row in people["rows"]] == [
        ("Toàn quốc", "20.000"), ("Tỉnh Mẫu", "19.000"),
    ]  # fmt: skip


def test_the_cleaning_report_lists_the_rules_that_had_to_be_put_right(commune):
    freeze(commune)
    *_, rules = made_of(commune, kind="cleaning")["tables"]
    assert [(row["place"], [cell["text"] for cell in row["cells"]]) for row in rules["rows"]] == [
        ("D04", ["Đúng", "7", "3", "4", "42,85 %"]),
    ]  # fmt: skip
    assert line(made_of(commune, kind="cleaning"), "Tỷ lệ làm sạch")[2] == "86,20 %"


def test_an_open_period_says_what_was_kept_so_far_and_that_it_is_preliminary(commune):
    today = timezone.localdate()
    week = Period(today - dt.timedelta(days=2), today + dt.timedelta(days=4))
    keep(commune, week.first - dt.timedelta(days=1), {"nhan-khau": 12_000, "thu-nhan": 100})
    keep(commune, today, {"nhan-khau": 12_010, "thu-nhan": 107})
    contents = made_of(commune, period=week)
    assert contents["is_preliminary"] is True
    assert "sơ bộ" in contents["as_of"]
    assert line(contents, "Hồ sơ thu nhận")[2:5] == ["7", "–", "107"]
    assert line(contents, "Tổng nhân khẩu")[2] == "12.010"


def test_nothing_is_made_of_a_unit_that_nobody_counted(commune, other_commune):
    freeze(other_commune)
    with pytest.raises(NothingKnown):
        made_of(commune)


def test_what_was_corrected_stands_in_a_table_and_the_numbers_stay_as_they_were_told(commune):
    earlier = freeze(commune, previous("week", WEEK), closed_at=timezone.now() - dt.timedelta(days=7))
    this = freeze(commune)
    told_before = timezone.now() - dt.timedelta(days=9)
    Correction.objects.create(frozen=earlier, code="the-tra", was=0, now=1, found_at=told_before)
    Correction.objects.create(frozen=earlier, code="thu-nhan", was=42, now=45, found_at=told_before)
    Correction.objects.create(frozen=earlier, code="thu-nhan", was=42, now=40, note="Ghi nhầm ngày")
    Correction.objects.create(frozen=this, code="thu-nhan", is_total=True, was=2_310, now=2_308)
    Correction.objects.create(frozen=this, code="tra-cuu-ngoai", was=1, now=2)  # not on this report
    contents = made_of(commune)
    assert line(contents, "Hồ sơ thu nhận")[2] == "42"
    assert [[row["name"], *(cell["text"] for cell in row["cells"])] for row in contents["corrections"]["rows"]] == [
        ["Hồ sơ thu nhận", "Tuần 06/11–12/11/2026", "42", "40", "−2", "Ghi nhầm ngày"],
        ["Hồ sơ thu nhận (lũy kế)", "Tuần 13/11–19/11/2026", "2.310", "2.308", "−2", "chưa ghi"],
    ]  # fmt: skip


def test_charts_draw_the_shares_that_the_tables_tell(province, commune, other_commune):
    freeze(province, previous("week", WEEK), values={"tu-14": 100, "co-the-tu-14": 90})
    freeze(province, values={"tu-14": 100, "co-the-tu-14": 91})
    freeze(commune)
    freeze(other_commune, values={"tu-14": 10, "co-the-tu-14": 1})
    bars, over_periods = made_of(province)["charts"]
    assert [(one["label"], one["text"]) for one in bars["points"]] == [
        ("Xã Mẫu Hạ", "10,00 %"), ("Xã Mẫu Sơn", "96,01 %"),
    ]  # fmt: skip
    assert [(one["label"], one["text"]) for one in over_periods["points"]] == [
        ("12/11", "90,00 %"), ("19/11", "91,00 %"),
    ]  # fmt: skip


@pytest.mark.parametrize("communes", [1, 3])
def test_any_number_of_communes_takes_the_same_few_queries(province, communes, django_assert_max_num_queries):
    freeze(province)
    for _ in range(communes):
        freeze(UnitFactory(parent=province))
    with django_assert_max_num_queries(6):
        made_of(province)
