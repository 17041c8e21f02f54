"""What an account needs when it is taken in: level by age, representative, form TK01, phone; and its promised day.

Source: NĐ 69/2024/NĐ-CP; facts.md 2.3 and 9.
"""

import datetime as dt
from typing import Final

from django.utils import timezone

from accounts.models import Setting
from accounts.working_days import add_working_days
from cards.applications.eligibility import needs_representative
from cards.eid.moves import EidRefused
from cards.models import Application, EidLevel
from registry.cleanup.facts import CARD_KINDS
from registry.models import DocumentState, IdentityDocument, Resident
from registry.values import phone as phones

LEVEL_TWO_FROM: Final = 6


def check(person: Resident, level: int, phone: str, representative: str, has_form: bool) -> str:
    """The number as it is stored. Raises EidRefused for the first thing that is not as the decree wants it."""
    age = person.known_birth.age_on(timezone.localdate()) if person.known_birth else None
    if age is None:
        raise EidRefused("Chưa rõ năm sinh của công dân: bổ sung ngày sinh vào hồ sơ cư dân trước.")
    if level not in EidLevel.values:
        raise EidRefused("Chọn mức độ 1 hoặc mức độ 2.", field="level")
    if age < LEVEL_TWO_FROM and level == EidLevel.TWO:
        raise EidRefused("Trẻ dưới 6 tuổi chỉ được cấp tài khoản mức độ 1 (Nghị định 69/2024/NĐ-CP).", field="level")
    if needs_representative(age) and not representative.strip():
        raise EidRefused(
            "Công dân dưới 14 tuổi: cấp khi có nhu cầu, do người đại diện kê khai; ghi họ tên người đại diện.",
            field="representative",
        )
    if not has_form:
        raise EidRefused("Chưa có phiếu TK01 đã ký.", field="has_form")
    return read_phone(phone, is_needed=not needs_representative(age))


def read_phone(text: str, *, is_needed: bool) -> str:
    """A mobile number; under 14 it may be missing."""
    if not text.strip():
        if is_needed:
            raise EidRefused("Ghi số điện thoại di động chính chủ của công dân.", field="phone")
        return ""
    try:
        number = phones.normalise(text)
    except phones.PhoneRefused as refused:
        raise EidRefused(str(refused), field="phone") from refused
    if not phones.is_mobile(number):
        raise EidRefused("Tài khoản định danh gắn với số di động, không gắn với máy bàn.", field="phone")
    return number


def promise(person: Resident, application: Application | None) -> dt.date:
    """Three working days for who has a card or comes with a card file, seven alone (facts 2.3)."""
    has_card = application is not None or IdentityDocument.objects.filter(
        resident=person, kind__in=CARD_KINDS, state=DocumentState.IN_USE
    ).exists()  # fmt: skip
    today = timezone.localdate()
    values = Setting.values_on(today)
    return add_working_days(today, values["card_eid_days_with_card" if has_card else "card_eid_days_alone"])
