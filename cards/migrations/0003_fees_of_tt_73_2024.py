"""This migration enters the fees and exemptions of TT 73/2024/TT-BTC, halved by TT 64/2025/TT-BTC until 31/12/2026.

The administrator edits the rows from then on. Source: facts 2.6; the window without fees online has one source only.
"""

import datetime as dt

from django.db import migrations

START = dt.date(2024, 10, 21)
HALF_FROM, HALF_TO = dt.date(2025, 7, 1), dt.date(2026, 12, 31)
FREE_FROM, FREE_TO = dt.date(2026, 8, 15), dt.date(2027, 2, 28)
ONE_DAY = dt.timedelta(days=1)

TT73 = "Thông tư 73/2024/TT-BTC"
HALF = f"{TT73}; giảm 50 % theo Thông tư 64/2025/TT-BTC đến hết 31/12/2026"
ONLINE = "Nộp trực tuyến với tài khoản định danh mức 02: miễn lệ phí từ 15/08/2026 đến hết 28/02/2027"

# (kind, reason, full amount)
HALVED = [("change", "", 50_000), ("change", "cccd", 30_000), ("reissue", "", 70_000)]
FREE = [
    ("first", "", f"Cấp thẻ căn cước lần đầu không thu lệ phí ({TT73})"),
    ("change", "dd", f"Đổi thẻ do sắp xếp đơn vị hành chính không thu lệ phí ({TT73})"),
]
EXEMPTIONS = [
    ("TRE_EM", "Trẻ em"),
    ("NGUOI_CAO_TUOI", "Người cao tuổi"),
    ("KHUYET_TAT", "Người khuyết tật"),
    ("NGUOI_CO_CONG", "Người có công với cách mạng và thân nhân"),
    ("DTTS", "Người dân tộc thiểu số ở xã đặc biệt khó khăn"),
    ("BIEN_GIOI", "Công dân thường trú ở xã biên giới"),
    ("HAI_DAO", "Công dân thường trú ở huyện đảo (cũ), đặc khu"),
    ("HO_NGHEO", "Công dân thuộc hộ nghèo"),
]


def enter(apps, schema_editor):
    Fee = apps.get_model("cards", "Fee")
    FeeExemption = apps.get_model("cards", "FeeExemption")
    rows = [
        Fee(kind=kind, reason=reason, amount_vnd=amount, legal_text=text, valid_from=first, valid_to=last)
        for kind, reason, full in HALVED
        for first, last, amount, text in [
            (START, HALF_FROM - ONE_DAY, full, TT73),
            (HALF_FROM, HALF_TO, full // 2, HALF),
            (HALF_TO + ONE_DAY, None, full, TT73),
        ]
    ]
    rows += [
        Fee(kind=kind, reason=reason, amount_vnd=0, legal_text=text, valid_from=START) for kind, reason, text in FREE
    ]
    rows += [
        Fee(kind=kind, channel="online", amount_vnd=0, legal_text=ONLINE, valid_from=FREE_FROM, valid_to=FREE_TO)
        for kind in ("change", "reissue")
    ]
    Fee.objects.bulk_create(rows, ignore_conflicts=True)
    FeeExemption.objects.bulk_create(
        [FeeExemption(code=code, name=name, legal_text=TT73, valid_from=START) for code, name in EXEMPTIONS],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("cards", "0002_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
