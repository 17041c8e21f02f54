"""Why somebody applies: the kinds and reasons of Luật Căn cước Đ19–24 as one table, and which of them fits whom.

The code of a reason names its kind too (each code occurs once). For a change the code is the point of Đ24 k1.
Source: facts 2.3.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cards.models import Kind
from registry.cleanup.facts import CARD_KINDS
from registry.models import DocumentState, IdentityDocument

LAW: Final = "Luật Căn cước"
CITIZEN_CARD_KINDS: Final = ("CCCD_CHIP", "CCCD_MAVACH")
SOON: Final = dt.timedelta(days=90)


@dataclass(frozen=True)
class Reason:
    """One reason. `from_age` and `below_age` are full years and bind; `hint` is what the officer checks."""

    code: str
    kind: Kind
    title: str
    article: str
    from_age: int = 0
    below_age: int | None = None
    hint: str = ""
    stored_biometrics: bool = False  # loss and damage may reuse the newest ones taken (facts 2.5, step 3)
    may_be_online: bool = False  # may be settled without coming to the counter (NĐ 58/2026/NĐ-CP, facts 2.1)

    def suits_age(self, age_years: int | None) -> bool:
        """Unknown ages suit everything: the officer sees the papers, the register does not."""
        if age_years is None:
            return True
        return self.from_age <= age_years and (self.below_age is None or age_years < self.below_age)

    def age_words(self) -> str:
        if self.below_age and self.from_age:
            return f"từ đủ {self.from_age} đến dưới {self.below_age} tuổi"
        return f"dưới {self.below_age} tuổi" if self.below_age else f"từ đủ {self.from_age} tuổi"


def _first(code: str, title: str, from_age: int, below_age: int | None, hint: str) -> Reason:
    return Reason(code, Kind.FIRST, title, f"{LAW} Điều 19, Điều 23", from_age, below_age, hint)


def _change(
    code: str, point: str, title: str, hint: str = "", *, from_age: int = 0, may_be_online: bool = False
) -> Reason:
    article = f"{LAW} Điều 24 khoản 1 điểm {point}"
    return Reason(code, Kind.CHANGE, title, article, from_age, hint=hint, may_be_online=may_be_online)


def _gone(code: str, title: str, hint: str) -> Reason:
    """Lost or damaged: what was taken last serves again."""
    article = f"{LAW} Điều 24 khoản 2 điểm a"
    return Reason(code, Kind.REISSUE, title, article, hint=hint, stored_biometrics=True, may_be_online=True)


REASONS: Final[dict[str, Reason]] = {
    reason.code: reason
    for reason in [
        _first("from_14", "Từ đủ 14 tuổi, chưa có thẻ", 14, None, "Chưa từng được cấp thẻ căn cước, thẻ CCCD."),
        _first("from_6", "Từ đủ 6 đến dưới 14 tuổi", 6, 14, "Theo nhu cầu; người đại diện cùng đến; có sinh trắc."),
        _first("under_6", "Dưới 6 tuổi", 0, 6, "Theo nhu cầu; người đại diện làm thay; không thu sinh trắc."),
        _change("a", "a", "Đến tuổi phải đổi thẻ (14, 25, 40, 60)", "Trừ thẻ cấp trong 2 năm trước đó.", from_age=14),
        _change("b", "b", "Thay đổi, cải chính họ, chữ đệm, tên; ngày sinh", "Điều chỉnh dữ liệu dân cư trước."),
        _change("c", "c", "Thay đổi nhân dạng; bổ sung ảnh, vân tay; xác định lại giới tính"),
        _change("d", "d", "Có sai sót thông tin in trên thẻ"),
        _change("dd", "đ", "Thông tin đổi do sắp xếp đơn vị hành chính",
                "Theo yêu cầu; không thu lệ phí; làm được trực tuyến.", may_be_online=True),
        _change("e", "e", "Xác lập lại số định danh cá nhân"),
        _change("g", "g", "Theo yêu cầu của công dân"),
        Reason("cccd", Kind.CHANGE, "Đổi thẻ căn cước công dân sang thẻ căn cước", f"{LAW} Điều 46"),
        _gone("lost", "Bị mất thẻ", "Dùng lại sinh trắc đã có khi phù hợp; làm được trực tuyến."),
        _gone("damaged", "Thẻ hư hỏng, không sử dụng được",
              "Thu thẻ hỏng; dùng lại sinh trắc; làm được trực tuyến."),
        Reason("nationality", Kind.REISSUE, "Được trở lại quốc tịch Việt Nam", f"{LAW} Điều 24 khoản 2 điểm b",
               hint="Xem quyết định kèm theo."),
    ]
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """A reason as the form shows it to this person: open or not, proposed or not, and why."""

    reason: Reason
    is_open: bool
    is_proposed: bool
    note: str


def of_kind(kind: str) -> list[Reason]:
    return [reason for reason in REASONS.values() if reason.kind == kind]


def offers(*, age_years: int | None, documents: Iterable[IdentityDocument], on: dt.date) -> list[Offer]:
    """Every reason for this person. What the age forbids is closed; the rest is for the officer to confirm."""
    proposed = propose(age_years=age_years, documents=documents, on=on)
    return [_offer(reason, age_years, proposed) for reason in REASONS.values()]


def _offer(reason: Reason, age_years: int | None, proposed: str) -> Offer:
    is_open = reason.suits_age(age_years)
    note = reason.hint if is_open else f"Chỉ dành cho người {reason.age_words()}."
    return Offer(reason, is_open, reason.code == proposed, note)


def propose(*, age_years: int | None, documents: Iterable[IdentityDocument], on: dt.date) -> str:
    """The reason that the papers on record speak for, or "" when they say nothing. The officer decides.

    A CCCD in hand is changed as a CCCD also when its age of renewal has come: the narrower row of TT 73/2024/TT-BTC,
    and the cheaper one for the citizen (docs/decisions.md).
    """
    cards = [paper for paper in documents if paper.kind in CARD_KINDS]
    if not cards:
        return _first_for(age_years)
    in_use = [card for card in cards if card.state == DocumentState.IN_USE]
    card = newest(in_use or cards)
    is_due = bool(card.expires_on and card.expires_on <= on + SOON) and REASONS["a"].suits_age(age_years)
    if not in_use:
        # Đ24 k2 a: a lost card whose age of renewal has come is changed, not issued again.
        return ("a" if is_due else "lost") if card.state == DocumentState.LOST else ""
    if card.kind in CITIZEN_CARD_KINDS:
        return "cccd"
    return "a" if is_due else ""


def newest(cards: list[IdentityDocument]) -> IdentityDocument:
    return max(cards, key=lambda card: card.issued_on or dt.date.min)


def _first_for(age_years: int | None) -> str:
    if age_years is None:
        return ""
    return next(reason.code for reason in of_kind(Kind.FIRST) if reason.suits_age(age_years))
