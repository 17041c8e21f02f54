"""The thresholds and deadlines that the code knows, with the value each has until the administrator enters another."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Threshold:
    title: str
    default: int
    unit: str
    basis: str = ""


THRESHOLDS: dict[str, Threshold] = {
    "card_working_days": Threshold("Thời hạn giải quyết hồ sơ căn cước", 7, "ngày làm việc", "Luật Căn cước Đ26"),
    "unusual_age_years": Threshold("Tuổi cần phúc tra còn sống", 105, "tuổi"),
    "confirm_months": Threshold("Phúc tra lại sau", 12, "tháng"),
    "confirm_months_from_80": Threshold("Phúc tra lại sau, từ 80 tuổi", 6, "tháng"),
    "temporary_renewal_days": Threshold("Nhắc gia hạn tạm trú trước", 15, "ngày", "Luật Cư trú Đ28"),
    "coming_of_age_days": Threshold("Báo trước tuổi làm, đổi thẻ", 90, "ngày", "Luật Căn cước Đ21"),
    "phone_people": Threshold("Một số điện thoại gắn với quá", 5, "người", "Nghị định 69/2024/NĐ-CP"),
    "phone_households": Threshold("Một số điện thoại ở quá", 2, "hộ"),
    "draft_lease_minutes": Threshold("Giữ phiếu đang nhập cho người nhập, sau lần lưu cuối", 10, "phút"),
    "duplicate_lease_minutes": Threshold("Giữ vụ nghi trùng cho người đang xử lý", 15, "phút"),
    "matching_runaway_pairs": Threshold("Tìm trùng cả xã tự dừng khi tìm thấy quá", 300, "cặp mới trên 1.000 hồ sơ"),
    "second_look_percent": Threshold("Kết luận nghi trùng giao đồng chí thứ hai xem lại", 10, "%"),
    "card_waiting_days": Threshold("Thẻ về chưa trả quá", 30, "ngày"),
    "merge_cooling_hours": Threshold("Gộp hồ sơ có hẹn: chờ trước khi gộp", 24, "giờ"),
    "unmerge_days": Threshold("Cán bộ hoàn tác được việc gộp trong; sau đó do trưởng", 30, "ngày"),
    "merge_second_numbers": Threshold("Gộp hai hồ sơ có hai số định danh: cần cán bộ thứ hai", 1, "1 có, 0 không"),
    "merge_second_cards": Threshold("Gộp hồ sơ đang làm thẻ: cần cán bộ thứ hai", 1, "1 có, 0 không"),
    "merge_second_across": Threshold("Gộp hồ sơ của hai xã: cần trưởng công an xã kia", 1, "1 có, 0 không"),
}
