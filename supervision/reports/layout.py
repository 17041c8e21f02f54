"""What stands in each report, part by part: the columns that Project 06 reports ask for (facts.md 9) and the cleaning
report "phải làm sạch / đã làm sạch / tỷ lệ" (facts.md 4.3). Codes are those of supervision/figures.py.
"""

from dataclasses import dataclass
from typing import Final

from supervision.models import PeriodKind, ReportKind


@dataclass(frozen=True)
class Line:
    """One figure: a line of a commune's report, one to four columns where a row is a unit.

    `up_to_now` shows beside the period what it comes to since the beginning (lũy kế), `against` the target.
    """

    code: str
    title: str
    short: str = ""
    group: str = ""
    up_to_now: bool = False
    against: bool = False

    @property
    def name(self) -> str:
        return self.short or self.title


@dataclass(frozen=True)
class Part:
    key: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Layout:
    heading: str
    parts: tuple[Part, ...]
    by_rule: bool = False
    bars: str = ""
    """The share that is drawn: a bar a unit, a line over the periods."""
    bars_title: str = ""


ARRIVAL: Final = "Thời gian đến khi thẻ về"
PEOPLE: Final = Part("nhan-khau", "Nhân khẩu, diện cấp thẻ", (
    Line("nhan-khau", "Tổng nhân khẩu", "Nhân khẩu"),
    Line("ho", "Tổng số hộ", "Hộ"),
    Line("tu-14", "Công dân từ đủ 14 tuổi", "Từ đủ 14 tuổi"),
    Line("phu-the-tu-14", "Tỷ lệ có thẻ, từ đủ 14 tuổi", "Từ đủ 14 tuổi", "Tỷ lệ có thẻ", against=True),
    Line("phu-the-6-14", "Tỷ lệ có thẻ, từ 6 đến dưới 14 tuổi", "6 đến dưới 14", "Tỷ lệ có thẻ"),
    Line("phu-the-duoi-6", "Tỷ lệ có thẻ, dưới 6 tuổi", "Dưới 6", "Tỷ lệ có thẻ"),
    Line("chua-co-the-tu-14", "Còn phải thu nhận (từ đủ 14 tuổi chưa có thẻ)", "Còn phải thu nhận"),
))  # fmt: skip
INTAKE: Final = Part("thu-nhan", "Thu nhận hồ sơ căn cước", (
    Line("thu-nhan", "Hồ sơ thu nhận", "Thu nhận", up_to_now=True, against=True),
    Line("cap-moi-tu-14", "Cấp mới, từ đủ 14 tuổi", "Cấp mới từ 14", "Chia ra trong kỳ"),
    Line("cap-moi-6-14", "Cấp mới, từ 6 đến dưới 14 tuổi", "Cấp mới 6–14", "Chia ra trong kỳ"),
    Line("cap-moi-duoi-6", "Cấp mới, dưới 6 tuổi", "Cấp mới dưới 6", "Chia ra trong kỳ"),
    Line("cap-doi", "Cấp đổi", "", "Chia ra trong kỳ"),
    Line("cap-lai", "Cấp lại", "", "Chia ra trong kỳ"),
))  # fmt: skip
CARDS: Final = Part("tra-the", "Trả thẻ, tiến độ giải quyết", (
    Line("the-ve", "Thẻ về", up_to_now=True),
    Line("the-tra", "Thẻ đã trả", up_to_now=True),
    Line("the-cho-tra", "Thẻ chờ trả", "Chờ trả", "Thẻ tồn"),
    Line("the-ton-lau", "Thẻ về lâu chưa trả", "Về lâu", "Thẻ tồn"),
    Line("ho-so-dang-giai-quyet", "Hồ sơ đang giải quyết", "Đang giải quyết", "Hồ sơ"),
    Line("ho-so-qua-han", "Hồ sơ quá hạn", "Quá hạn", "Hồ sơ"),
    Line("ho-so-vuong-mac", "Hồ sơ vướng mắc", "Vướng mắc", "Hồ sơ"),
    Line("ngay-lam-viec", "Thời gian đến khi thẻ về, trung vị", "Trung vị (ngày)", ARRIVAL),
    Line("ngay-lam-viec-p90", "Thời gian đến khi thẻ về, 90 % số thẻ không quá", "90 % không quá", ARRIVAL),
    Line("so-huy", "Hủy, xác lập lại số định danh", "Hủy, lập lại số", up_to_now=True),
))  # fmt: skip
IDENTITY: Final = Part("dinh-danh", "Định danh điện tử", (
    Line("dd2-thu-nhan", "Thu nhận mức 2", up_to_now=True),
    Line("dd2-cap", "Đã cấp mức 2", "Cấp mức 2", up_to_now=True),
    Line("dd2-kich-hoat", "Kích hoạt mức 2", up_to_now=True),
    Line("dd2-kich-hoat-ty-le", "Tỷ lệ kích hoạt trên đã cấp, mức 2", "Tỷ lệ kích hoạt", against=True),
    Line("dd1-kich-hoat", "Kích hoạt mức 1", up_to_now=True),
))  # fmt: skip
CLEAN: Final = Part("lam-sach", "Làm sạch dữ liệu dân cư", (
    Line("phai-lam-sach", "Nhân khẩu phải làm sạch", "Phải làm sạch"),
    Line("da-lam-sach", "Đã làm sạch"),
    Line("chua-sach", "Còn lại chưa sạch", "Còn lại"),
    Line("ty-le-lam-sach", "Tỷ lệ làm sạch", against=True),
    Line("lam-sach-trung", "Còn lại: trùng người, trùng số", "Trùng", "Còn lại, chia ra"),
    Line("lam-sach-da-chet", "Còn lại: đã chết", "Đã chết", "Còn lại, chia ra"),
    Line("lam-sach-thieu", "Còn lại: thiếu thông tin", "Thiếu thông tin", "Còn lại, chia ra"),
    Line("lam-sach-sai-so", "Còn lại: sai số định danh", "Sai số định danh", "Còn lại, chia ra"),
    Line("lam-sach-chua-co-ho", "Còn lại: chưa có hộ", "Chưa có hộ", "Còn lại, chia ra"),
))  # fmt: skip
RESIDENCE: Final = Part("cu-tru", "Đăng ký, quản lý cư trú", (
    Line("thuong-tru", "Đăng ký thường trú", "Thường trú", up_to_now=True),
    Line("tam-tru", "Đăng ký tạm trú", "Tạm trú", up_to_now=True),
    Line("xoa", "Xóa đăng ký thường trú, tạm trú", "Xóa đăng ký", up_to_now=True),
    Line("tam-vang", "Khai báo tạm vắng", "Tạm vắng", up_to_now=True),
    Line("luu-tru", "Thông báo lưu trú", "Lưu trú", up_to_now=True),
))  # fmt: skip

ALL_CLEAN: Final = Part("chung", "Kết quả chung", (
    Line("nhan-khau", "Tổng nhân khẩu", "Nhân khẩu"),
    Line("chua-sach", "Nhân khẩu có hồ sơ chưa sạch", "Chưa sạch"),
    Line("ty-le-sach", "Tỷ lệ hồ sơ sạch", against=True),
    Line("phai-lam-sach", "Nhân khẩu phải làm sạch", "Phải làm sạch"),
    Line("da-lam-sach", "Đã làm sạch"),
    Line("ty-le-lam-sach", "Tỷ lệ làm sạch", against=True),
))  # fmt: skip
GROUPS: Final = Part("nhom", "Theo nhóm Đúng, Đủ, Sạch, Sống", tuple(
    line
    for letter, name in (("d", "Đúng"), ("e", "Đủ"), ("s", "Sạch"), ("l", "Sống"))
    for line in (
        Line(f"phai-lam-sach-{letter}", f"{name}: phải làm sạch", "Phải làm", name),
        Line(f"da-lam-sach-{letter}", f"{name}: đã làm sạch", "Đã làm", name),
        Line(f"ty-le-lam-sach-{letter}", f"{name}: tỷ lệ", "Tỷ lệ", name),
    )
))  # fmt: skip
REASONS: Final = Part("noi-dung", "Còn phải làm sạch theo nội dung; phúc tra", (
    Line("lam-sach-trung", "Trùng người, trùng số", "Trùng"),
    Line("lam-sach-da-chet", "Đã chết"),
    Line("lam-sach-thieu", "Thiếu thông tin"),
    Line("lam-sach-sai-so", "Sai số định danh"),
    Line("lam-sach-chua-co-ho", "Chưa có hộ"),
    Line("phuc-tra-moi", "Nhân khẩu đã phúc tra còn trong hạn", "Còn trong hạn", "Phúc tra"),
    Line("phuc-tra-cu", "Nhân khẩu quá hạn phúc tra", "Quá hạn", "Phúc tra"),
    Line("song-moi", "Tỷ lệ phúc tra còn trong hạn", "Tỷ lệ", "Phúc tra"),
))  # fmt: skip
DOUBLES: Final = Part("trung", "Xử lý hồ sơ nghi trùng", (
    Line("nghi-trung", "Cặp nghi trùng chờ kết luận", "Chờ kết luận"),
    Line("trung-phat-hien", "Phát hiện", up_to_now=True),
    Line("trung-ket-luan", "Kết luận", up_to_now=True),
    Line("trung-gop", "Gộp hồ sơ", "Gộp", up_to_now=True),
    Line("trung-hoan-tac", "Hoàn tác việc gộp", "Hoàn tác", up_to_now=True),
    Line("trung-thong-nhat", "Tỷ lệ thống nhất khi xem lại", "Thống nhất"),
))  # fmt: skip

LAYOUTS: Final[dict[str, Layout]] = {
    ReportKind.PROJECT_06: Layout(
        "Kết quả thực hiện Đề án 06", (PEOPLE, INTAKE, CARDS, IDENTITY, CLEAN, RESIDENCE),
        bars="phu-the-tu-14", bars_title="Tỷ lệ có thẻ căn cước, từ đủ 14 tuổi",
    ),
    ReportKind.CLEANING: Layout(
        "Kết quả làm sạch dữ liệu dân cư", (ALL_CLEAN, GROUPS, REASONS, DOUBLES), by_rule=True,
        bars="ty-le-sach", bars_title="Tỷ lệ hồ sơ sạch",
    ),
}  # fmt: skip
SCHEDULED: Final[dict[str, tuple[str, ...]]] = {
    ReportKind.PROJECT_06: (PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR),
    ReportKind.CLEANING: (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR),
}
"""Which reports are made by themselves when a period closes. A weekly cleaning report is made when somebody asks."""
ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def lines_of(layout: Layout) -> list[Line]:
    return [line for part in layout.parts for line in part.lines]


def codes_of(layout: Layout) -> list[str]:
    """Each once, in reading order."""
    return list(dict.fromkeys(line.code for line in lines_of(layout)))
