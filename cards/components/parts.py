"""What a file consists of, as one table: which part is asked for when, of whom, and by which article.

Nothing here reads the database: the counter, the page of a file and clean-up rule E30 ask the same rows. What the
state holds already is not asked for again (Luật Căn cước Đ20 k3). Source: facts 2.3–2.6, 4.2 E30.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cards.applications.eligibility import (
    BIOMETRICS_FROM,
    is_wholly_online,
    may_have_old_card,
    needs_biometrics,
    needs_representative,
    needs_signature,
)
from cards.applications.reasons import REASONS, Reason
from cards.models import Channel

LAW: Final = "Luật Căn cước"
FORMS: Final = "Thông tư 17/2024/TT-BCA"
PROVEN_BY_AGE: Final = ("TRE_EM", "NGUOI_CAO_TUOI")
ONLINE: Final = "không cần: nộp trực tuyến toàn trình"
CITIZEN: Final = "công dân"
REPRESENTATIVE: Final = "người đại diện"
OFFICER: Final = "cán bộ thu nhận"


@dataclass(frozen=True)
class Case:
    """What the table looks at, of one file. The age is that of the day of receipt; None: not known."""

    reason: Reason
    channel: str = Channel.COUNTER
    age_years: int | None = None
    exemption: str = ""
    has_number: bool = True  # stands in the national register: the person has a personal number
    representative_on_record: bool = False  # a parent or guardian whom the register names already

    @property
    def is_online(self) -> bool:
        return is_wholly_online(self.reason, self.channel)


Asked = Callable[[Case], tuple[bool, str]]
"""Whether this file needs the part, and if not, why not ("" where it was never a question)."""


@dataclass(frozen=True)
class Part:
    """One row. `name` is what a sentence says is lacking, `column` the field of the file that is the truth, where
    there is one. A part with `may_be_spared` may be let go by an officer who writes why."""

    code: str
    title: str
    name: str
    article: str
    asked_of: str
    asked: Asked
    column: str = ""
    barred: Callable[[Case], str] = lambda case: ""  # why it may not be ticked at all
    at_handover: bool = False  # asked for at the counter, but good until the card is handed over
    may_be_spared: bool = False
    takes_scans: bool = True
    hint: str = ""


def _dc02(case: Case) -> tuple[bool, str]:
    return case.channel == Channel.COUNTER, "đã kê khai trực tuyến"


def _dc01(case: Case) -> tuple[bool, str]:
    return not case.has_number, ""


def _biometrics(case: Case) -> tuple[bool, str]:
    if case.is_online:
        return False, ONLINE + ", dùng lại lần thu gần nhất"
    if case.reason.stored_biometrics:
        return False, "dùng lại sinh trắc thu gần nhất"
    if not needs_biometrics(case.reason, case.channel, case.age_years):
        return False, f"dưới {BIOMETRICS_FROM} tuổi không thu"
    return True, ""


def _signature(case: Case) -> tuple[bool, str]:
    return needs_signature(case.reason, case.channel), ONLINE


def _old_card(case: Case) -> tuple[bool, str]:
    return may_have_old_card(case.reason) and case.reason.code != "nationality", "không có thẻ cũ để thu"


def _no_biometrics(case: Case) -> str:
    if case.age_years is not None and case.age_years < BIOMETRICS_FROM:
        return f"Người dưới {BIOMETRICS_FROM} tuổi không thu nhận sinh trắc."
    return ""


def _no_old_card(case: Case) -> str:
    return "" if may_have_old_card(case.reason) else "Trường hợp này không có thẻ cũ để thu."


def _representative(case: Case) -> tuple[bool, str]:
    return needs_representative(case.age_years), ""


def _representative_paper(case: Case) -> tuple[bool, str]:
    if not needs_representative(case.age_years):
        return False, ""
    return not case.representative_on_record, "quan hệ đã có trong dữ liệu dân cư"


def _for_reason(*codes: str) -> Asked:
    return lambda case: (case.reason.code in codes, "")


def _exemption(case: Case) -> tuple[bool, str]:
    if not case.exemption:
        return False, ""
    return case.exemption not in PROVEN_BY_AGE, "miễn theo tuổi, dữ liệu dân cư đã có"


PARTS: Final[dict[str, Part]] = {
    part.code: part
    for part in [
        Part("dc02", "Phiếu đề nghị giải quyết thủ tục về căn cước (DC02)", "phiếu DC02", f"{FORMS}, mẫu DC02",
             CITIZEN, _dc02, hint="Nộp tại trụ sở: công dân hoặc người đại diện ghi và ký."),
        Part("dc01", "Phiếu thu thập thông tin dân cư (DC01)", "phiếu DC01", f"{FORMS}, mẫu DC01 (Thông tư "
             "53/2025/TT-BCA)", CITIZEN, _dc01, hint="Công dân chưa có số định danh: thu thập thông tin dân cư trước."),
        Part("representative", "Người đại diện hợp pháp", "người đại diện", f"{LAW} Điều 23", REPRESENTATIVE,
             _representative, column="representative_name", takes_scans=False,
             hint="Dưới 14 tuổi: ghi họ tên người đại diện vào hồ sơ."),
        Part("representative_paper", "Giấy tờ chứng minh người đại diện", "giấy tờ của người đại diện",
             f"{LAW} Điều 23", REPRESENTATIVE, _representative_paper, may_be_spared=True,
             hint="Giấy khai sinh, quyết định công nhận giám hộ. Cha, mẹ, người giám hộ đã ghi trong dữ liệu dân cư "
             "thì không cần."),
        Part("biometrics", "Ảnh khuôn mặt, vân tay, mống mắt", "sinh trắc", f"{LAW} Điều 23", CITIZEN,
             _biometrics, column="biometrics_taken", barred=_no_biometrics, takes_scans=False,
             hint="Thu bằng bộ thiết bị riêng của Bộ; ở đây chỉ đánh dấu."),
        Part("cc01", "Phiếu thu nhận thông tin căn cước (CC01) đã ký", "phiếu CC01 đã ký",
             f"{LAW} Điều 23; {FORMS}, mẫu CC01", CITIZEN, _signature, column="cc01_signed",
             hint="In từ hệ thống của Bộ; công dân hoặc người đại diện kiểm tra và ký."),
        Part("change_paper", "Giấy tờ làm căn cứ thay đổi, cải chính", "giấy tờ làm căn cứ thay đổi",
             f"{LAW} Điều 24 khoản 1 điểm b", CITIZEN, _for_reason("b"), may_be_spared=True,
             hint="Trích lục cải chính hộ tịch, quyết định thay đổi họ tên, ngày sinh."),
        Part("identity_paper", "Giấy tờ về xác định lại giới tính, thay đổi nhân dạng",
             "giấy tờ về thay đổi nhân dạng, giới tính", f"{LAW} Điều 24 khoản 1 điểm c", CITIZEN, _for_reason("c"),
             may_be_spared=True,
             hint="Giấy chứng nhận y tế hoặc trích lục hộ tịch. Chỉ bổ sung ảnh, vân tay thì ghi lý do không cần."),
        Part("number_paper", "Văn bản hủy, xác lập lại số định danh cá nhân", "văn bản xác lập lại số định danh",
             f"{LAW} Điều 24 khoản 1 điểm e", OFFICER, _for_reason("e"), may_be_spared=True,
             hint="Văn bản của cơ quan quản lý căn cước, gắn với việc hủy, xác lập lại số."),
        Part("nationality_paper", "Quyết định cho trở lại quốc tịch Việt Nam", "quyết định trở lại quốc tịch",
             f"{LAW} Điều 24 khoản 2 điểm b", CITIZEN, _for_reason("nationality")),
        Part("exemption_paper", "Giấy tờ chứng minh được miễn lệ phí", "giấy tờ chứng minh miễn lệ phí",
             "Thông tư 73/2024/TT-BTC", CITIZEN, _exemption, may_be_spared=True,
             hint="Giấy xác nhận khuyết tật, hộ nghèo, người có công … Tra cứu được trong dữ liệu thì ghi vào lý do."),
        Part("old_card", "Thẻ cũ đã thu", "thẻ cũ", f"{LAW} Điều 24", CITIZEN, _old_card, column="old_card_taken",
             barred=_no_old_card, at_handover=True, takes_scans=False,
             hint="Chưa thu lúc thu nhận thì thu khi trả thẻ."),
    ]
}  # fmt: skip
COLUMNS: Final = {part.column: part.code for part in PARTS.values() if part.column}


def reason_of(code: str) -> Reason | None:
    return REASONS.get(code)
