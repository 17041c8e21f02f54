"""Data that must be right before a card is asked for: open findings about what is printed on the card.

Source: facts 2.5 step 2 (changed or wrong data are adjusted first, two working days: Luật Căn cước Đ26); what is
printed: TT 16/2024/TT-BCA (facts 2.7): số định danh, họ tên, ngày sinh, giới tính, quốc tịch, nơi cư trú, nơi đăng ký
khai sinh.
"""

from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from cards.applications.eligibility import DataFault, Fault
from cards.models import Application
from registry.cleanup.rules import UNCLEAN
from registry.cleanup.scan import scan
from registry.codes import RULE_TEXTS
from registry.models import Finding, Resident

ARTICLE: Final = "Luật Căn cước Điều 26; QĐ 5230/QĐ-BCA-C06: điều chỉnh trước, 02 ngày làm việc"
NAME, BIRTH, SEX, NUMBER = "họ, chữ đệm và tên", "ngày sinh", "giới tính", "số định danh"
NATION, HOME, REGISTERED = "quốc tịch", "nơi cư trú", "nơi đăng ký khai sinh"


@dataclass(frozen=True)
class Printed:
    """One rule that stops a file: which printed field it speaks of, and why it stops.

    `only_texts`: the rule looks at every text of the record and stops only where it saw one of PRINTED_TEXTS.
    `spared`: reasons of application for which the difference is the very cause of the visit.
    """

    field: str
    why: str
    only_texts: bool = False
    spared: tuple[str, ...] = ()


PRINTED: Final[dict[str, Printed]] = {
    "D01": Printed(NUMBER, "thẻ in số 12 chữ số"),
    "D02": Printed(NUMBER, "số sai mã nơi đăng ký khai sinh không tra được"),
    "D03": Printed(BIRTH, "số và năm sinh in cạnh nhau, một trong hai sai"),
    "D04": Printed(SEX, "số và giới tính in cạnh nhau, một trong hai sai"),
    "D05": Printed(BIRTH, "số và năm sinh in cạnh nhau, một trong hai sai"),
    "D08": Printed(BIRTH, "ngày sinh không có thật"),
    "D11": Printed(SEX, "giới tính in trên thẻ"),
    "D29": Printed(NATION, "thẻ căn cước chỉ cấp cho công dân Việt Nam"),
    "D32": Printed(NAME, "hồ sơ và thẻ đang dùng nói khác nhau", spared=("b", "c", "d", "e")),
    "E01": Printed(NUMBER, "không có số để in"),
    "E04": Printed(SEX, "không có giới tính để in"),
    "E06": Printed(REGISTERED, "không có nơi đăng ký khai sinh để in"),
    "E10": Printed(NATION, "không có quốc tịch để in"),
    "E18": Printed(HOME, "không có nơi cư trú nào để in"),
    "L04": Printed(HOME, "nơi cư trú in theo đơn vị hành chính hiện nay"),
    "S01": Printed(NUMBER, "hai người mang một số"),
    "S05": Printed(HOME, "hai nơi thường trú, không biết in nơi nào"),
    "S12": Printed(NUMBER, "số đã hủy còn dùng", spared=("e",)),
    "S15": Printed(NAME, "chữ lỗi phông sẽ in lên thẻ", only_texts=True),
    "S16": Printed(NAME, "chữ vỡ mã sẽ in lên thẻ", only_texts=True),
    "S18": Printed(NAME, "họ tên có ký hiệu lạ"),
    "S23": Printed(NAME, "họ tên viết tắt hoặc có danh xưng"),
    "S24": Printed(REGISTERED, "giá trị giữ chỗ sẽ in lên thẻ", only_texts=True),
    "S26": Printed(REGISTERED, "ngày hoặc số giấy tờ nằm ở ô địa danh", only_texts=True),
}
"""Not here although an error: what is not printed (parents, spouse, household, phone, ethnic group, home town), what
speaks of somebody else (D13–D16), and what the application itself mends (E24, L13, L14, L16)."""
PRINTED_TEXTS: Final = {
    "Họ, chữ đệm và tên": NAME,
    "Nơi đăng ký khai sinh": REGISTERED,
    "Thôn, tổ dân phố": HOME,
    "Số nhà, đường": HOME,
}


@dataclass(frozen=True)
class Stop:
    """One finding that stops the file."""

    finding: Finding
    field: str

    @property
    def title(self) -> str:
        return RULE_TEXTS[self.finding.rule].title

    @property
    def sentence(self) -> str:
        return str(self.finding.evidence.get("sentence", ""))

    @property
    def why(self) -> str:
        return PRINTED[self.finding.rule].why


def stops(resident: Resident, reason: str) -> list[Stop]:
    """What is wrong on record with the fields that the card prints, oldest first. One query. What was set aside is not
    put right: the card would be printed wrong. A verified exception is."""
    rows = Finding.objects.left().filter(resident=resident, rule__in=PRINTED, severity__in=UNCLEAN)
    found = (_stop(finding, reason) for finding in rows.order_by("opened_at", "pk"))
    return [one for one in found if one is not None]


def faults(application: Application) -> list[Fault]:
    """One sentence that names every field to be corrected, or nothing."""
    return as_faults(stops(application.resident, application.reason))


def as_faults(found: list[Stop]) -> list[Fault]:
    if not found:
        return []
    fields = ", ".join(dict.fromkeys(one.field for one in found))
    codes = ", ".join(one.finding.rule for one in found)
    return [DataFault("", f"Dữ liệu in trên thẻ phải điều chỉnh trước: {fields} ({codes}).")]


def look(resident: Resident) -> None:
    """Ask the rules now, when something about the person changed since they were asked last. About thirty queries."""
    if resident.scan_due:
        scan([resident.pk], on=timezone.localdate())
        resident.scan_due = False


def _stop(finding: Finding, reason: str) -> Stop | None:
    row = PRINTED[finding.rule]
    if reason in row.spared:
        return None
    if not row.only_texts:
        return Stop(finding, row.field)
    seen = [label for label, _ in finding.evidence.get("values", [])]
    field = next((PRINTED_TEXTS[label] for label in seen if label in PRINTED_TEXTS), "")
    return Stop(finding, field) if field else None
