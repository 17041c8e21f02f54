"""Slips of invented people, drawn three ways: ours, the naive one, and by hand with ReportLab."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from random import Random

from django.conf import settings

NAMES = ["NGUYỄN THỊ MẪU LAN", "TRẦN VĂN ĐỨC", "LÊ HOÀNG PHƯƠNG THẢO", "H'NHUNG NIÊ KĐĂM", "PHẠM QUỐC BẢO KHÁNH"]
STREETS = ["Số 5", "Số 123/45B ngõ 67 đường Nguyễn Thị Minh Khai", "Tổ 3", "Số 18 đường Trần Phú"]
WHOLE_FONTS = Path(settings.BASE_DIR) / "static" / "vendor" / "tinos"
NAIVE = Path(settings.BASE_DIR) / "benchmarks" / "naive_slip"
FONTS_CSS = Path(settings.BASE_DIR) / "static" / "print" / "fonts.css"


def content(number: int) -> dict:
    """What slip `number` says: names, addresses and codes differ, as they do at a counter."""
    from cards.receipts import payload

    random = Random(number)
    code = payload.Code("k1", "06001", (2026, number), (2026, number), dt.date(2026, 12, 2), 17, random.randbytes(8))
    return {
        "version": 2,
        "agency_above": "CÔNG AN TỈNH LẠNG SƠN",
        "agency": "CÔNG AN XÃ MẪU SƠN",
        "agency_in_text": "Công an xã Mẫu Sơn",
        "commune_code": "06001",
        "slip_number": code.slip_number,
        "replaces": "",
        "file_number": code.file_number,
        "qr": str(int.from_bytes(code.body() + random.randbytes(64), "big")),
        "person": {
            "name": random.choice(NAMES),
            "number": f"001190{number:06d}",
            "birth": "21/05/1990",
            "sex": "Nữ",
            "address": f"{random.choice(STREETS)}, Thôn {number % 9 + 1}, xã Mẫu Sơn, tỉnh Lạng Sơn",
        },
        "representative": "",
        "procedure": "Cấp đổi thẻ căn cước",
        "reason": "Đến tuổi phải đổi thẻ (14, 25, 40, 60)",
        "article": "Luật Căn cước Điều 24 khoản 1 điểm a",
        "received": "09:12 21/11/2026",
        "promised_weekday": "thứ Tư",
        "promised_date": "02/12/2026",
        "promised_hours": "08:00 đến 09:00",
        "where": "Trụ sở Công an xã Mẫu Sơn, tỉnh Lạng Sơn, trong giờ làm việc",
        "fee": "25.000 đồng",
        "fee_words": "Hai mươi lăm nghìn đồng",
        "fee_text": "Thông tư 73/2024/TT-BTC; giảm 50 % theo Thông tư 64/2025/TT-BTC đến hết 31/12/2026",
        "old_card_taken": False,
        "place_date": "Mẫu Sơn, ngày 21 tháng 11 năm 2026",
        "officer": "Đại úy Lê Mẫu Hải",
        "bring": "Công dân mang theo phiếu này, Giấy hẹn CC02 và thẻ cũ (chưa thu).",
    }


def ours(number: int) -> bytes:
    from cards.models import Paper
    from cards.receipts import render

    return render.slip(content(number), Paper.A5)


def ours_together(numbers: range) -> bytes:
    from cards.models import Paper
    from cards.receipts import render

    pdf, _ = render.slips(((content(number), None) for number in numbers), Paper.A5, title="Phiếu hẹn")
    return pdf


def naive(number: int) -> bytes:
    """The same slip in HTML, as WeasyPrint's first page shows it: template, sheets and whole fonts read anew, the code
    as the library gives it."""
    import segno
    import weasyprint
    from django.template import Context, Engine

    said = content(number)
    engine = Engine(dirs=[NAIVE])
    qr = segno.make(said["qr"], error="m").svg_data_uri(border=4, light="#fff", xmldecl=False, omitsize=False)
    html = engine.get_template("slip.html").render(Context({"slip": said, "qr": qr, "stamp": None, "fit": 0}))
    fonts = FONTS_CSS.read_text().replace("../vendor/paper/", f"{WHOLE_FONTS.as_uri()}/")
    sheets = [fonts, *((NAIVE / name).read_text() for name in ("slip.css", "slip-a5.css"))]
    styled = html.replace("</head>", f"<style>{''.join(sheets)}</style></head>")
    return weasyprint.HTML(string=styled).write_pdf(pdf_variant="pdf/ua-1")


def register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in [("T", "400Regular"), ("TI", "400Regular_Italic"), ("TB", "700Bold")]:
        pdfmetrics.registerFont(TTFont(name, str(WHOLE_FONTS / f"Tinos_{file}.ttf")))


def by_hand(*numbers: int) -> bytes:
    """The same words at the same places with ReportLab: no tags, no reading order, every width counted by us."""
    from reportlab.lib.pagesizes import A5, landscape
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    canvas = Canvas(out, pagesize=landscape(A5))
    for number in numbers:
        _draw(canvas, content(number))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas, said: dict) -> None:
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.units import mm
    from reportlab.lib.utils import simpleSplit

    def line(x: float, y: float, text: str, font: str = "T", size: float = 10.5, *, centred: bool = False) -> None:
        canvas.setFont(font, size)
        (canvas.drawCentredString if centred else canvas.drawString)(x * mm, (148 - y) * mm, text)

    person = said["person"]
    heads = [(52, 12, said["agency_above"], "T"), (52, 16, said["agency"], "TB"),
             (52, 22, f"Số phiếu: {said['slip_number']}", "T"), (52, 26, f"Số hồ sơ: {said['file_number']}", "T"),
             (146, 12, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TB"), (146, 17, "Độc lập - Tự do - Hạnh phúc", "TB"),
             (146, 22, said["place_date"], "TI"), (105, 34, "PHIẾU TIẾP NHẬN VÀ HẸN TRẢ THẺ CĂN CƯỚC", "TB"),
             (105, 39, f"{said['agency_in_text']} đã tiếp nhận hồ sơ của công dân:", "TI")]  # fmt: skip
    for x, y, text, font in heads:
        line(x, y, text, font, centred=True)
    rows = [("Họ, chữ đệm và tên:", person["name"]), ("Số định danh cá nhân:", person["number"]),
            ("Ngày sinh:", f"{person['birth']}   Giới tính: {person['sex']}"), ("Nơi cư trú:", person["address"]),
            ("Thủ tục:", f"{said['procedure']}: {said['reason']} ({said['article']})"),
            ("Lệ phí:", f"{said['fee']} ({said['fee_words']}) {said['fee_text']}")]  # fmt: skip
    y = 46.0
    for label, text in rows:
        line(12, y, label)
        for part in simpleSplit(text, "T", 10.5, 92 * mm):
            line(48, y, part)
            y += 4.6
    canvas.rect(144 * mm, 44 * mm, 56 * mm, 62 * mm)
    for place, text in enumerate([said["promised_hours"], said["promised_weekday"], f"ngày {said['promised_date']}"]):
        line(172, 50 + 5 * place, text, "TB", 13, centred=True)
    code = QrCodeWidget(said["qr"], barLevel="M", barWidth=31 * mm, barHeight=31 * mm, barBorder=4)
    drawing = Drawing(31 * mm, 31 * mm)
    drawing.add(code)
    renderPDF.draw(drawing, canvas, 156 * mm, 50 * mm)
    line(12, 112, "Khi nhận thẻ:", "TB")
    line(12, 117, said["bring"])
    line(165, 112, "NGƯỜI LẬP PHIẾU", "TB", centred=True)
    line(165, 135, said["officer"], "TB", centred=True)
    line(
        105,
        143,
        f"Phiếu của {said['agency_in_text']}, kèm theo Giấy hẹn CC02 do hệ thống của Bộ in.",
        "TI",
        8,
        centred=True,
    )
