"""What the law says about this person today, in sentences with their article: read by the officer beside the form.

Sources: Luật Căn cước Đ19, Đ21, Đ23, Đ24, Đ46 (facts 2.3). Nothing here refuses; eligibility.py and data.py do.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cards.applications.eligibility import BIOMETRICS_FROM, REPRESENTED_BELOW, is_due, person_fault
from cards.applications.reasons import CITIZEN_CARD_KINDS, LAW, newest
from registry.cleanup.facts import CARD_KINDS, CMND_KINDS
from registry.models import DocumentState, IdentityDocument, Resident
from registry.values.card_terms import COVERED_YEARS, RENEWAL_AGES
from registry.values.partial_date import PartialDate

DAY: Final = "%d/%m/%Y"


@dataclass(frozen=True)
class Answer:
    """`kind` as in components/pill.html: ok, info, warn, block."""

    kind: str
    sentence: str
    article: str


def answers(resident: Resident, *, documents: Iterable[IdentityDocument], on: dt.date) -> list[Answer]:
    """By age, then by the cards on record. No query when the documents are read along."""
    if fault := person_fault(resident):
        return [Answer("block", fault.sentence, f"{LAW} Điều 19")]
    papers = list(documents)
    return [*_by_age(resident.age_years), *_by_cards(papers, resident.known_birth, on), *_by_cmnd(papers)]


def _by_age(age_years: int | None) -> list[Answer]:
    if age_years is None:
        return [Answer("warn", "Chưa biết ngày sinh nên chưa biết độ tuổi; xem giấy khai sinh.", f"{LAW} Điều 19")]
    if age_years >= REPRESENTED_BELOW:
        return [Answer("info", f"{age_years} tuổi: từ đủ 14 tuổi phải có thẻ căn cước.", f"{LAW} Điều 19")]
    if age_years >= BIOMETRICS_FROM:
        sentence = f"{age_years} tuổi: cấp theo nhu cầu; người đại diện cùng đến; thu ảnh, vân tay, mống mắt."
    else:
        sentence = (
            f"{age_years} tuổi: cấp theo nhu cầu; người đại diện làm thay, qua Cổng dịch vụ công, VNeID hoặc cùng "
            "lúc đăng ký khai sinh; không thu sinh trắc."
        )
    return [Answer("info", sentence, f"{LAW} Điều 19, Điều 23")]


def _by_cards(papers: list[IdentityDocument], born: PartialDate | None, on: dt.date) -> list[Answer]:
    cards = [paper for paper in papers if paper.kind in CARD_KINDS]
    in_use = [card for card in cards if card.state == DocumentState.IN_USE]
    if not in_use:
        lost = cards and newest(cards).state == DocumentState.LOST
        return [_lost(newest(cards), on)] if lost else []
    card = newest(in_use)
    found = [_term(card, born, on)]
    if card.kind in CITIZEN_CARD_KINDS:
        found.append(Answer("info", "Thẻ CCCD dùng đến hết hạn in trên thẻ; đổi sang thẻ căn cước khi công dân có "
                            "nhu cầu hoặc đến tuổi.", f"{LAW} Điều 46"))  # fmt: skip
    return found


def _term(card: IdentityDocument, born: PartialDate | None, on: dt.date) -> Answer:
    """Due, covered by the two years before an age, or good for ever."""
    if card.no_expiry:
        return Answer("ok", "Thẻ đang dùng không thời hạn: chỉ đổi theo yêu cầu hoặc khi có thay đổi.",
                      f"{LAW} Điều 21")  # fmt: skip
    if card.expires_on is None:
        return Answer("warn", "Hồ sơ chưa ghi hạn của thẻ đang dùng: xem trên thẻ.", f"{LAW} Điều 21")
    if is_due(card, on=on):
        said = "đã hết hạn" if card.expires_on < on else "sắp hết hạn"
        return Answer("warn", f"Thẻ {said} ngày {card.expires_on:{DAY}}: phải đổi thẻ.", f"{LAW} Điều 21 khoản 1")
    article, covered = f"{LAW} Điều 21 khoản 1", ""
    if age := _covered_age(card, born):
        article = f"{LAW} Điều 21 khoản 2"
        covered = f" Cấp trong {COVERED_YEARS} năm trước tuổi {age} nên không phải đổi ở tuổi {age}."
    return Answer(
        "ok", f"Thẻ đang dùng còn giá trị đến {card.expires_on:{DAY}}: chưa đến tuổi phải đổi.{covered}", article
    )


def _covered_age(card: IdentityDocument, born: PartialDate | None) -> int | None:
    """The age of renewal that the two-year rule lets this card pass over."""
    if born is None or card.issued_on is None or card.expires_on is None:
        return None
    for age in RENEWAL_AGES:
        turns = born.turns_on(age)
        if born.turns_on(age - COVERED_YEARS) <= card.issued_on < turns and card.expires_on > turns:
            return age
    return None


def _lost(card: IdentityDocument, on: dt.date) -> Answer:
    if not card.no_expiry and card.expires_on and is_due(card, on=on):
        return Answer("warn", "Thẻ đã mất cũng đến tuổi phải đổi: giải quyết là cấp đổi, không phải cấp lại.",
                      f"{LAW} Điều 24 khoản 1 điểm a, khoản 2 điểm a")  # fmt: skip
    return Answer("info", "Thẻ đã báo mất: cấp lại, dùng lại sinh trắc đã có.", f"{LAW} Điều 24 khoản 2 điểm a")


def _by_cmnd(papers: list[IdentityDocument]) -> list[Answer]:
    kinds = {paper.kind for paper in papers if paper.state == DocumentState.IN_USE}
    if not kinds & set(CMND_KINDS) or kinds & set(CARD_KINDS):
        return []
    return [Answer("warn", "Chỉ còn chứng minh nhân dân: hết giá trị sử dụng từ 01/01/2025, phải làm thẻ căn cước.",
                   f"{LAW} Điều 46 khoản 2")]  # fmt: skip
