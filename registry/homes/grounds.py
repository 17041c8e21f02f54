"""On which grounds a registration is struck out: Luật Cư trú 2020 Đ24 k1 (permanent) and Đ29 k1 (temporary)."""

from typing import Final

DIED: Final = "chet"
MISSING: Final = "mat-tich"
ABROAD: Final = "nuoc-ngoai"

PERMANENT_GROUNDS: Final[dict[str, str]] = {
    DIED: "a) Chết",
    MISSING: "a) Tòa án tuyên bố mất tích hoặc đã chết",
    ABROAD: "b) Ra nước ngoài để định cư",
    "huy": "c) Đã có quyết định hủy bỏ đăng ký thường trú",
    "vang-12-thang": "d) Vắng mặt liên tục từ 12 tháng, không tạm trú nơi khác, không khai báo tạm vắng",
    "quoc-tich": "đ) Thôi, bị tước quốc tịch, bị hủy quyết định cho nhập quốc tịch Việt Nam",
    "het-thue": "e) Hết thuê, mượn, ở nhờ quá 12 tháng chưa đăng ký nơi mới",
    "da-ban": "g) Đã chuyển quyền sở hữu chỗ ở quá 12 tháng chưa đăng ký nơi mới",
    "khong-dong-y": "h) Hết thuê, mượn, ở nhờ hoặc đã bán mà chủ chỗ ở không đồng ý cho giữ đăng ký",
    "pha-do": "i) Chỗ ở bị phá dỡ, tịch thu; phương tiện bị xóa đăng ký",
}

TEMPORARY_GROUNDS: Final[dict[str, str]] = {
    DIED: "a) Chết",
    MISSING: "a) Tòa án tuyên bố mất tích hoặc đã chết",
    "huy": "b) Đã có quyết định hủy bỏ đăng ký tạm trú",
    "vang-6-thang": "c) Vắng mặt liên tục từ 06 tháng, không đăng ký tạm trú nơi khác",
    "quoc-tich": "d) Thôi, bị tước quốc tịch, bị hủy quyết định cho nhập quốc tịch Việt Nam",
    "thuong-tru": "đ) Đã đăng ký thường trú tại chính nơi tạm trú",
    "het-thue": "e) Hết thuê, mượn, ở nhờ mà không đăng ký tạm trú chỗ khác",
    "da-ban": "g) Chỗ ở đã chuyển chủ, chủ mới không đồng ý cho tạm trú",
    "pha-do": "h) Chỗ ở bị phá dỡ, tịch thu; phương tiện bị xóa đăng ký",
}


def reason(grounds: dict[str, str], code: str, law: str) -> str:
    """ "Chết (Luật Cư trú Điều 24 khoản 1 a)": what a struck-out row keeps."""
    letter, _, words = grounds[code].partition(") ")
    return f"{words} (Luật Cư trú Điều {law} khoản 1 {letter})"
