"""This migration enters the days off of 2025 to 2027 (facts.md section 11; Bộ luật Lao động 2019 Đ112).

Where the yearly announcement has not been read, the basis begins with "Dự kiến": the administrator confirms or corrects it.
A Saturday or Sunday worked in exchange is a row too.
"""

import datetime as dt

from django.db import migrations

LAW = "Bộ luật Lao động 2019 Điều 112"
YEAR_2025 = "Thông báo nghỉ lễ, Tết năm 2025"
YEAR_2026 = "Thông báo nghỉ lễ, Tết năm 2026"
CULTURE = "Nghị quyết 80 của Bộ Chính trị"
EXPECTED = "Dự kiến, chờ thông báo năm 2027"
EXPECTED_2026 = "Dự kiến, cần đối chiếu thông báo năm 2026"

NEW_YEAR, TET, KINGS = "Tết Dương lịch", "Tết Nguyên đán", "Giỗ Tổ Hùng Vương"
VICTORY, LABOUR, NATIONAL, CULTURE_DAY = (
    "Ngày Chiến thắng", "Ngày Quốc tế lao động", "Quốc khánh", "Ngày Văn hóa Việt Nam",
)

# day, name, worked in exchange, basis
DAYS = [
    ("2025-01-01", NEW_YEAR, False, LAW),
    *((f"2025-01-{day}", TET, False, YEAR_2025) for day in (27, 28, 29, 30, 31)),
    ("2025-04-07", KINGS, False, LAW),
    ("2025-04-26", "Làm bù cho 02/5/2025", True, YEAR_2025),
    ("2025-04-30", VICTORY, False, LAW),
    ("2025-05-01", LABOUR, False, LAW),
    ("2025-05-02", "Nghỉ hoán đổi với 26/4/2025", False, YEAR_2025),
    ("2025-09-01", NATIONAL, False, YEAR_2025),
    ("2025-09-02", NATIONAL, False, LAW),
    ("2026-01-01", NEW_YEAR, False, LAW),
    ("2026-01-02", "Nghỉ hoán đổi với 10/01/2026", False, EXPECTED_2026),
    ("2026-01-10", "Làm bù cho 02/01/2026", True, EXPECTED_2026),
    *((f"2026-02-{day}", TET, False, YEAR_2026) for day in (16, 17, 18, 19, 20)),
    ("2026-04-26", KINGS, False, LAW),
    ("2026-04-27", "Nghỉ bù Giỗ Tổ Hùng Vương", False, LAW),
    ("2026-04-30", VICTORY, False, LAW),
    ("2026-05-01", LABOUR, False, LAW),
    ("2026-08-22", "Làm bù cho 31/8/2026", True, EXPECTED_2026),
    ("2026-08-31", "Nghỉ hoán đổi với 22/8/2026", False, EXPECTED_2026),
    ("2026-09-01", NATIONAL, False, YEAR_2026),
    ("2026-09-02", NATIONAL, False, LAW),
    ("2026-11-24", CULTURE_DAY, False, CULTURE),
    ("2027-01-01", NEW_YEAR, False, LAW),
    *((f"2027-02-{day:02d}", TET, False, EXPECTED) for day in (5, 6, 7, 8, 9)),
    *((f"2027-02-{day:02d}", "Nghỉ bù Tết Nguyên đán", False, EXPECTED) for day in (10, 11)),
    ("2027-04-16", KINGS, False, EXPECTED),
    ("2027-04-30", VICTORY, False, LAW),
    ("2027-05-01", LABOUR, False, LAW),
    ("2027-05-03", "Nghỉ bù Ngày Quốc tế lao động", False, LAW),
    ("2027-09-02", NATIONAL, False, LAW),
    ("2027-09-03", NATIONAL, False, EXPECTED),
    ("2027-11-24", CULTURE_DAY, False, EXPECTED),
]


def enter(apps, schema_editor):
    Holiday = apps.get_model("accounts", "Holiday")
    Holiday.objects.bulk_create(
        [
            Holiday(day=dt.date.fromisoformat(day), name=name, is_working=working, basis=basis)
            for day, name, working, basis in DAYS
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_trail_is_written_once")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
