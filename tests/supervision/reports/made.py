"""Contents as a province and a commune would have them, by hand: what is drawn is looked at without any records."""

from supervision.reports.shape import Cell, Contents, Row, Table, change_cell, number_cell, text_cell

HEAD = {
    "agency_above": "BỘ CÔNG AN", "agency": "CÔNG AN TỈNH LẠNG SƠN", "agency_in_text": "Công an tỉnh Lạng Sơn",
    "place_date": "Lạng Sơn, ngày 24 tháng 11 năm 2026", "number": "            /BC",
    "title": "Báo cáo Đề án 06 tuần 13/11–19/11/2026", "heading": "BÁO CÁO",
    "under_heading": "Kết quả thực hiện Đề án 06 tuần 13/11–19/11/2026", "send_to": "Bộ Công an",
    "receivers": ["Như trên", "Lưu: VT"], "sign_head": "GIÁM ĐỐC", "sign_name": "",
}  # fmt: skip
POINTS = [("Xã Mẫu Hạ", 86_27), ("Xã Mẫu Sơn", 92_90), ("Phường Tam Thanh", 100_00)]
COLUMNS = [("Nhân khẩu", ""), ("Trong kỳ", "Thu nhận"), ("Lũy kế", "Thu nhận"), ("Chỉ tiêu", "Thu nhận"),
           ("Đạt", "Thu nhận"), ("Trung vị (ngày)", "Thời gian"), ("90% không quá", "Thời gian")]  # fmt: skip


def cells(place: int) -> list[Cell]:
    """Numbers that stand nowhere else, one unit without any."""
    if place == 3:
        return [number_cell(None, "count")] * 3 + [text_cell("")] * 2 + [number_cell(None, "days")] * 2
    return [
        number_cell((31_000_417 + place) * 100, "count"),
        number_cell((1_203 + place) * 100, "count"),
        number_cell((85_157 + place) * 100, "count"),
        number_cell(1_500 * 100, "count"),
        number_cell(80_20 + place, "percent"),
        number_cell((5 + place) * 100, "days"),
        number_cell((11 + place) * 100, "days"),
    ]


def figures(*, rows: int = 3) -> Table:
    total: Row = {"place": "", "name": "Toàn tỉnh", "kind": "total", "cells": cells(0)}
    below: list[Row] = [
        {"place": str(place), "name": f"Xã Mẫu {place}", "kind": "", "cells": cells(place)}
        for place in range(1, rows + 1)
    ]
    columns = [{"title": title, "group": group} for title, group in COLUMNS]
    return {"key": "thu-nhan", "title": "II. Thu nhận hồ sơ căn cước", "names": "Xã, phường, đặc khu", "note": "",
            "columns": columns, "rows": [total, *below]}  # fmt: skip


def corrections() -> Table:
    row: Row = {"place": "1", "name": "Hồ sơ thu nhận", "kind": "", "cells": [
        text_cell("Tuần 06/11–12/11/2026"), number_cell(1_118 * 100, "count"), number_cell(1_097 * 100, "count"),
        change_cell(-21 * 100, "count"), text_cell("=ghi nhầm ngày"),
    ]}  # fmt: skip
    columns = [{"title": one, "group": ""} for one in ("Kỳ", "Đã báo cáo", "Nay là", "Tăng, giảm", "Lý do")]
    return {"key": "corrections", "title": "Đính chính số liệu đã báo cáo", "names": "Nội dung", "rows": [row],
            "note": "Số liệu kỳ đã chốt giữ nguyên.", "columns": columns}  # fmt: skip


def contents(*, rows: int = 3, is_preliminary: bool = True) -> Contents:
    points = [{"label": label, "text": number_cell(number, "percent")["text"], "number": number}
              for label, number in POINTS]  # fmt: skip
    definition: Row = {"place": "1", "name": "Nhân khẩu", "kind": "", "cells": [
        text_cell("người"), text_cell("Đang cư trú hoặc vắng mặt"), text_cell("Luật Căn cước Đ9"),
    ]}  # fmt: skip
    return {
        "version": 1, "head": HEAD, "unit": "Tỉnh Lạng Sơn",
        "period": "tuần 13/11–19/11/2026 (từ 13/11/2026 đến hết 19/11/2026)",
        "as_of": "Số liệu sơ bộ lúc 08:00 20/11/2026, kỳ chưa chốt", "is_preliminary": is_preliminary, "is_wide": True,
        "tables": [figures(rows=rows)], "corrections": corrections(),
        "charts": [
            {"key": "cot", "title": "Tỷ lệ hồ sơ sạch", "note": "Thấp nhất trước.", "kind": "bars", "points": points},
            {"key": "duong", "title": "Tỷ lệ hồ sơ sạch qua các kỳ", "note": "", "kind": "line", "points": points},
        ],
        "remarks": {"difficulties": "Máy in hỏng 2 ngày.\n=Thiếu mực", "proposals": "Cấp thêm máy in."},
        "notes": ["Tỷ lệ làm tròn xuống hai chữ số thập phân."],
        "definitions": {"key": "definitions", "title": "Cách tính", "names": "Chỉ số", "note": "", "rows": [definition],
                        "columns": [{"title": one, "group": ""} for one in ("Đơn vị tính", "Cách tính", "Nguồn")]},
    }  # fmt: skip
