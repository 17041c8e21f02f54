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
    "visits_per_day": Threshold("Một cán bộ phúc tra được trong một ngày", 12, "hộ"),
    "temporary_renewal_days": Threshold("Nhắc gia hạn tạm trú trước", 15, "ngày", "Luật Cư trú Đ28"),
    "coming_of_age_days": Threshold("Báo trước tuổi làm, đổi thẻ", 90, "ngày", "Luật Căn cước Đ21"),
    "phone_people": Threshold("Một số điện thoại gắn với quá", 5, "người", "Nghị định 69/2024/NĐ-CP"),
    "phone_households": Threshold("Một số điện thoại ở quá", 2, "hộ"),
    "parent_gap_least_years": Threshold("Cha, mẹ hơn con ít nhất", 13, "tuổi"),
    "parent_gap_usual_years": Threshold("Cha, mẹ thường hơn con từ", 18, "tuổi"),
    "mother_oldest_years": Threshold("Mẹ hơn con nhiều nhất", 55, "tuổi"),
    "father_oldest_years": Threshold("Cha hơn con nhiều nhất", 75, "tuổi"),
    "grandparent_gap_years": Threshold("Ông, bà hơn cháu ít nhất", 26, "tuổi"),
    "stay_days": Threshold("Lưu trú nhiều nhất", 30, "ngày", "Luật Cư trú Đ27; Thông tư 116/2026/TT-BCA Đ14 k4"),
    "absence_grace_days": Threshold("Hỏi lại người tạm vắng chưa về, sau khi hết hạn", 7, "ngày", "Luật Cư trú Đ31"),
    "absence_months": Threshold("Vắng mặt liên tục, xét xóa thường trú sau", 12, "tháng", "Luật Cư trú Đ24 k1 d"),
    "death_report_days": Threshold("Khai tử trong", 15, "ngày", "Luật Hộ tịch Đ33"),
    "newborn_days": Threshold("Đăng ký cư trú cho trẻ mới sinh trong", 60, "ngày", "Luật Cư trú Đ20"),
    "eid_activation_days": Threshold("Nhắc kích hoạt định danh mức 2 sau khi cấp", 15, "ngày"),
    "address_people": Threshold("Một địa chỉ đầy đủ có quá", 20, "người"),
    "address_households": Threshold("Một địa chỉ đầy đủ có quá", 5, "hộ"),
    "adjustment_working_days": Threshold("Điều chỉnh thông tin dân cư trong", 2, "ngày làm việc", "Luật Căn cước Đ26"),
    "event_working_days": Threshold("Ghi sự kiện hộ tịch vào hồ sơ trong", 3, "ngày làm việc", "Luật Cư trú"),
    "draft_lease_minutes": Threshold("Giữ phiếu đang nhập cho người nhập, sau lần lưu cuối", 10, "phút"),
    "duplicate_lease_minutes": Threshold("Giữ vụ nghi trùng cho người đang xử lý", 15, "phút"),
    "matching_runaway_pairs": Threshold("Tìm trùng cả xã tự dừng khi tìm thấy quá", 300, "cặp mới trên 1.000 hồ sơ"),
    "repair_lines": Threshold("Sửa hàng loạt, mỗi đợt nhiều nhất", 500, "dòng"),
    "second_look_percent": Threshold("Kết luận nghi trùng giao đồng chí thứ hai xem lại", 10, "%"),
    "card_waiting_days": Threshold("Thẻ về chưa trả quá", 30, "ngày"),
    "card_booking_days": Threshold("Đặt lịch hẹn làm thẻ, trả thẻ trước nhiều nhất", 60, "ngày"),
    "card_scan_pages": Threshold("Bản quét PDF trong hồ sơ thẻ, mỗi tệp nhiều nhất", 20, "trang"),
    "merge_cooling_hours": Threshold("Gộp hồ sơ có hẹn: chờ trước khi gộp", 24, "giờ"),
    "unmerge_days": Threshold("Cán bộ hoàn tác được việc gộp trong; sau đó do trưởng", 30, "ngày"),
    "merge_second_numbers": Threshold("Gộp hai hồ sơ có hai số định danh: cần cán bộ thứ hai", 1, "1 có, 0 không"),
    "merge_second_cards": Threshold("Gộp hồ sơ đang làm thẻ: cần cán bộ thứ hai", 1, "1 có, 0 không"),
    "merge_second_across": Threshold("Gộp hồ sơ của hai xã: cần trưởng công an xã kia", 1, "1 có, 0 không"),
    "card_eid_days_with_card": Threshold(
        "Cấp tài khoản định danh: có thẻ hoặc làm cùng hồ sơ thẻ", 3, "ngày làm việc", "Nghị định 69/2024/NĐ-CP"
    ),
    "card_eid_days_alone": Threshold(
        "Cấp tài khoản định danh: chưa có thẻ", 7, "ngày làm việc", "Nghị định 69/2024/NĐ-CP"
    ),
    "card_report_week_starts": Threshold(
        "Kỳ báo cáo tuần bắt đầu từ (0 thứ Hai … 4 thứ Sáu … 6 Chủ nhật)", 4, "ngày trong tuần"
    ),
    "report_close_days": Threshold("Chốt số liệu sau khi kỳ báo cáo kết thúc", 2, "ngày làm việc"),
    "card_letters_at_once": Threshold("Lập giấy mời, mỗi đợt nhiều nhất", 500, "giấy"),
    "roster_keep_days": Threshold("Giữ tệp danh sách nhập, danh sách xuất", 30, "ngày"),
    "roster_take_back_days": Threshold("Hoàn tác được danh sách đã ghi trong", 30, "ngày"),
    "alert_behind_communes": Threshold("Cảnh báo so với xã khác: khi có số của ít nhất", 5, "xã trong tỉnh"),
    "alert_behind_points": Threshold("Cảnh báo xã có tỷ lệ kém mức giữa của tỉnh quá", 10, "điểm phần trăm"),
    "alert_worse_points": Threshold("Cảnh báo tỷ lệ kém đi trong một tuần quá", 2, "điểm phần trăm"),
    "alert_worse_percent": Threshold("Cảnh báo số lượng, số ngày xấu đi trong một tuần quá", 20, "%"),
    "alert_worse_least": Threshold("Cảnh báo số lượng xấu đi trong một tuần, ít nhất", 5, "đơn vị đếm"),
    "export_rows": Threshold("Xuất danh sách, mỗi tệp nhiều nhất", 50_000, "dòng"),
}
