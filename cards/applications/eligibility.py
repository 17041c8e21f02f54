"""What must be so before a file is taken in: one sentence a fault, each beside the field where it is mended.

Source: Luật Căn cước Đ23–25, rule E30 (facts 2.5, 4.2); for what may be settled wholly online: NĐ 70/2024/NĐ-CP as
amended by NĐ 58/2026/NĐ-CP (facts 2.1).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cards.applications.fees import age_contradicts
from cards.applications.reasons import SOON, Reason
from cards.models import Channel, Delivery, Kind
from registry.cleanup.facts import CARD_KINDS
from registry.codes import HOME_COUNTRY
from registry.models import DocumentState, IdentityDocument, Resident, ResidentState

REPRESENTED_BELOW: Final = 14
BIOMETRICS_FROM: Final = 6

NOT_SERVED: Final = {
    ResidentState.DECEASED: "Công dân đã chết theo hồ sơ, không thu nhận được. Nếu nhầm, sửa hồ sơ cư dân trước.",
    ResidentState.MERGED: "Hồ sơ cư dân này đã gộp vào hồ sơ khác. Mở hồ sơ còn giữ lại rồi thu nhận.",
    ResidentState.MOVED: "Công dân đã chuyển đi theo hồ sơ. Đăng ký lại cư trú hoặc để công an nơi ở mới thu nhận.",
}

FOREIGN: Final = (
    "Thẻ căn cước cấp cho công dân Việt Nam (Luật Căn cước Điều 19). Người gốc Việt Nam chưa xác định được quốc tịch "
    "làm giấy chứng nhận căn cước (Điều 30). Nếu quốc tịch ghi nhầm, sửa hồ sơ cư dân trước."
)


@dataclass(frozen=True)
class Entry:
    """What the officer entered, as values. `parts`: codes of the papers that were seen (cards/components); None where
    nobody was asked about them."""

    reason: Reason
    channel: str
    delivery: str
    delivery_address: str = ""
    representative_name: str = ""
    representative_number: str = ""
    representative_relation: str = ""
    exemption: str = ""
    old_card_taken: bool = False
    biometrics_taken: bool = False
    cc01_signed: bool = False
    note: str = ""
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Fault:
    """`field` is the name of the form's field, "" when none can mend it."""

    field: str
    sentence: str


class DataFault(Fault):
    """Nothing of the form: the record itself must be corrected first (data.py). The file may wait for that."""


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
    nationalities = {resident.nationality, resident.second_nationality} - {""}
    if sentence is None and nationalities and HOME_COUNTRY not in nationalities:
        sentence = FOREIGN
    return Fault("", sentence) if sentence else None


def faults(entry: Entry, *, age_years: int | None) -> list[Fault]:
    """Everything that is missing or contradictory in what was entered. No query."""
    found = [
        _age(entry, age_years),
        *_representative(entry, age_years),
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


def _representative(entry: Entry, age_years: int | None) -> list[Fault]:
    """Luật Căn cước Đ23: under 14 the representative acts; the file says who, by which number and in which relation."""
    if not needs_representative(age_years):
        return []
    found = []
    if not entry.representative_name:
        sentence = f"Công dân {age_years} tuổi, dưới 14: ghi họ tên người đại diện hợp pháp."
        found.append(Fault("representative_name", sentence))
    if not entry.representative_relation:
        found.append(Fault("representative_relation", "Ghi quan hệ của người đại diện với công dân."))
    if not entry.representative_number and not entry.note:
        sentence = "Ghi số định danh của người đại diện; chưa có số thì ghi giấy tờ của họ vào ô Ghi chú."
        found.append(Fault("representative_number", sentence))
    return found


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


def card_faults(reason: Reason, *, documents: Iterable[IdentityDocument], on: dt.date) -> list[Fault]:
    """What the cards on record say against this reason: a first card beside one in use, a change that is not due.

    Luật Căn cước Đ21 (ages, and the two years before them), Đ24. What the register does not know speaks against
    nothing: the officer sees the papers.
    """
    in_use = [paper for paper in documents if paper.kind in CARD_KINDS and paper.state == DocumentState.IN_USE]
    if not in_use:
        return []
    card = max(in_use, key=lambda paper: paper.issued_on or dt.date.min)
    if reason.kind == Kind.FIRST:
        sentence = f"Hồ sơ cư dân đã có thẻ {card.number} đang dùng: chọn cấp đổi hoặc cấp lại, không cấp lần đầu."
        return [Fault("reason", sentence)]
    if reason.code == "a" and not is_due(card, on=on):
        ends = f"dùng được đến {card.expires_on:%d/%m/%Y}" if card.expires_on else "không thời hạn"
        sentence = (
            f"Thẻ đang dùng {ends}, chưa đến tuổi phải đổi (Luật Căn cước Điều 21). Công dân muốn đổi sớm thì chọn "
            "“Theo yêu cầu của công dân” (điểm g)."
        )
        return [Fault("reason", sentence)]
    return []


def is_due(card: IdentityDocument, *, on: dt.date) -> bool:
    """Whether the card ends within the days in which people are asked to come (rules L11, L12). Unknown ends are due:
    only the printed card tells."""
    if card.no_expiry:
        return False
    return card.expires_on is None or card.expires_on <= on + SOON


def may_have_old_card(reason: Reason) -> bool:
    return reason.kind != Kind.FIRST and reason.code != "lost"


def _old_card(entry: Entry) -> Fault | None:
    if entry.old_card_taken and not may_have_old_card(entry.reason):
        return Fault("old_card_taken", "Trường hợp này không có thẻ cũ để thu; bỏ đánh dấu.")
    return None
