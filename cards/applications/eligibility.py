"""What must be so before a file is taken in: one sentence a fault, each beside the field where it is mended.

Source: Luật Căn cước Đ23–25, rule E30 (facts 2.5, 4.2); for what may be settled wholly online: NĐ 70/2024/NĐ-CP as
amended by NĐ 58/2026/NĐ-CP (facts 2.1).
"""

from dataclasses import dataclass
from typing import Final

from cards.applications.fees import age_contradicts
from cards.applications.reasons import Reason
from cards.models import Channel, Delivery, Kind
from registry.models import Resident, ResidentState

REPRESENTED_BELOW: Final = 14
BIOMETRICS_FROM: Final = 6

NOT_SERVED: Final = {
    ResidentState.DECEASED: "Công dân đã chết theo hồ sơ, không thu nhận được. Nếu nhầm, sửa hồ sơ cư dân trước.",
    ResidentState.MERGED: "Hồ sơ cư dân này đã gộp vào hồ sơ khác. Mở hồ sơ còn giữ lại rồi thu nhận.",
    ResidentState.MOVED: "Công dân đã chuyển đi theo hồ sơ. Đăng ký lại cư trú hoặc để công an nơi ở mới thu nhận.",
}


@dataclass(frozen=True)
class Entry:
    """What the officer entered, as values."""

    reason: Reason
    channel: str
    delivery: str
    delivery_address: str = ""
    representative_name: str = ""
    exemption: str = ""
    old_card_taken: bool = False
    biometrics_taken: bool = False
    cc01_signed: bool = False
    note: str = ""


@dataclass(frozen=True)
class Fault:
    """`field` is the name of the form's field, "" when none can mend it."""

    field: str
    sentence: str


def needs_representative(age_years: int | None) -> bool:
    return age_years is not None and age_years < REPRESENTED_BELOW


def is_wholly_online(reason: Reason, channel: str) -> bool:
    """Whether nobody comes to the counter: the newest stored biometrics serve, and no CC01 is signed there."""
    return reason.may_be_online and channel == Channel.ONLINE


def needs_biometrics(reason: Reason, channel: str, age_years: int | None) -> bool:
    """From 6 years, unless the newest stored ones may be used again (loss and damage; anything settled online)."""
    if reason.stored_biometrics or is_wholly_online(reason, channel):
        return False
    return age_years is None or age_years >= BIOMETRICS_FROM


def needs_signature(reason: Reason, channel: str) -> bool:
    return not is_wholly_online(reason, channel)


def person_fault(resident: Resident) -> Fault | None:
    """Why this person cannot be served at all."""
    sentence = NOT_SERVED.get(ResidentState(resident.state))
    return Fault("", sentence) if sentence else None


def faults(entry: Entry, *, age_years: int | None) -> list[Fault]:
    """Everything that is missing or contradictory in what was entered. No query."""
    found = [
        _age(entry, age_years),
        _representative(entry, age_years),
        _biometrics(entry, age_years),
        _signature(entry),
        _delivery(entry),
        _exemption(entry, age_years),
        _old_card(entry),
    ]
    return [fault for fault in found if fault]


def _age(entry: Entry, age_years: int | None) -> Fault | None:
    if entry.reason.suits_age(age_years):
        return None
    return Fault("reason", f"Công dân {age_years} tuổi; trường hợp này chỉ dành cho người {entry.reason.age_words()}.")


def _representative(entry: Entry, age_years: int | None) -> Fault | None:
    if needs_representative(age_years) and not entry.representative_name:
        return Fault("representative_name", f"Công dân {age_years} tuổi, dưới 14: ghi họ tên người đại diện hợp pháp.")
    return None


def _biometrics(entry: Entry, age_years: int | None) -> Fault | None:
    if age_years is not None and age_years < BIOMETRICS_FROM and entry.biometrics_taken:
        return Fault("biometrics_taken", "Người dưới 6 tuổi không thu nhận sinh trắc; bỏ đánh dấu.")
    if needs_biometrics(entry.reason, entry.channel, age_years) and not entry.biometrics_taken:
        return Fault("biometrics_taken", "Thu nhận ảnh, vân tay, mống mắt trên máy của Bộ trước, rồi đánh dấu vào đây.")
    return None


def _signature(entry: Entry) -> Fault | None:
    if entry.cc01_signed or not needs_signature(entry.reason, entry.channel):
        return None
    return Fault("cc01_signed", "In phiếu CC01 cho công dân hoặc người đại diện kiểm tra, ký; rồi đánh dấu vào đây.")


def _delivery(entry: Entry) -> Fault | None:
    if entry.delivery == Delivery.POST and not entry.delivery_address:
        return Fault("delivery_address", "Nhận qua bưu chính: ghi địa chỉ nhận.")
    return None


def _exemption(entry: Entry, age_years: int | None) -> Fault | None:
    if age_contradicts(entry.exemption, age_years):
        return Fault("exemption", f"Công dân {age_years} tuổi, không thuộc đối tượng miễn đã chọn.")
    return None


def may_have_old_card(reason: Reason) -> bool:
    return reason.kind != Kind.FIRST and reason.code != "lost"


def _old_card(entry: Entry) -> Fault | None:
    if entry.old_card_taken and not may_have_old_card(entry.reason):
        return Fault("old_card_taken", "Trường hợp này không có thẻ cũ để thu; bỏ đánh dấu.")
    return None
