"""What the law says about a person: a table of cases with the article each answer must name; and what it refuses."""

import datetime as dt

import pytest

from cards.applications.eligibility import card_faults, person_fault
from cards.applications.law import answers
from cards.applications.reasons import REASONS, propose
from registry.models import IdentityDocument, Resident

TODAY = dt.date(2026, 11, 24)


def card(
    kind: str = "CAN_CUOC", *, issued="2024-08-01", expires: str | None = "2030-05-21", **more
) -> IdentityDocument:
    return IdentityDocument(
        kind=kind, number="001190000123", issued_on=dt.date.fromisoformat(issued),
        expires_on=dt.date.fromisoformat(expires) if expires else None, **more,
    )  # fmt: skip


def person(born: str = "1990-05-21", **more) -> Resident:
    year, month, day = map(int, born.split("-"))
    return Resident(
        full_name="Nguyễn Thị Mẫu", birth_year=year, birth_month=month, birth_day=day,
        birth_latest_on=dt.date(year, month, day), nationality=more.pop("nationality", "VN"), **more,
    )  # fmt: skip


CASES = [
    ("an adult must have a card", person(), [], "phải có thẻ", "Điều 19"),
    ("the small need no biometrics", person("2022-05-21"), [], "không thu sinh trắc", "Điều 23"),
    ("children come with somebody", person("2016-05-21"), [], "người đại diện cùng đến", "Điều 23"),
    ("a card not due", person(), [card()], "chưa đến tuổi phải đổi", "Điều 21 khoản 1"),
    ("a card that ends soon", person("2002-01-05"), [card(issued="2022-01-05", expires="2027-01-05")],
     "sắp hết hạn ngày 05/01/2027", "Điều 21 khoản 1"),
    ("a card that ended", person(), [card(expires="2026-11-01")], "đã hết hạn", "Điều 21 khoản 1"),
    ("the two years before 25", person("2000-06-01"), [card(issued="2024-08-01", expires="2040-06-01")],
     "trong 2 năm trước tuổi 25", "Điều 21 khoản 2"),
    ("after 60 for ever", person("1960-01-01"), [card(expires=None, no_expiry=True)], "không thời hạn", "Điều 21"),
    ("a CCCD holds to its end", person(), [card("CCCD_CHIP", issued="2022-01-01")], "Thẻ CCCD dùng đến", "Điều 46"),
    ("a CMND is dead", person(), [card("CMND9", issued="2012-01-01", expires=None)], "hết giá trị sử dụng từ",
     "Điều 46 khoản 2"),
    ("a lost card is issued again", person(), [card(state="lost")], "cấp lại", "Điều 24 khoản 2 điểm a"),
    ("a lost card that was due is changed", person(), [card(state="lost", expires="2026-11-30")], "là cấp đổi",
     "Điều 24 khoản 1 điểm a"),
    ("a foreigner has no card", person(nationality="LA"), [], "công dân Việt Nam", "Điều 19"),
]  # fmt: skip


@pytest.mark.parametrize(("resident", "papers", "sentence", "article"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_the_answer_names_its_article(resident, papers, sentence, article):
    told = [answer for answer in answers(resident, documents=papers, on=TODAY) if sentence in answer.sentence]
    assert len(told) == 1
    assert article in told[0].article


REFUSED = [
    ("from_14", [card()], "reason"),
    ("from_14", [card("CMND9", expires=None)], ""),
    ("from_14", [], ""),
    ("a", [card()], "reason"),
    ("a", [card(expires="2027-02-22")], ""),
    ("a", [card(expires="2027-02-23")], "reason"),
    ("a", [card(expires=None)], ""),
    ("a", [card(expires=None, no_expiry=True)], "reason"),
    ("a", [], ""),
    ("g", [card()], ""),
    ("lost", [card()], ""),
]


@pytest.mark.parametrize(("reason", "papers", "field"), REFUSED)
def test_a_first_card_beside_one_in_use_and_a_change_that_is_not_due_are_refused(reason, papers, field):
    faults = card_faults(REASONS[reason], documents=papers, on=TODAY)
    assert [fault.field for fault in faults] == ([field] if field else [])


PROPOSED = [
    (36, [], "from_14"), (10, [], "from_6"), (3, [], "under_6"), (None, [], ""),
    (36, [card()], ""), (36, [card(expires="2026-12-01")], "a"), (36, [card("CCCD_CHIP")], "cccd"),
    (36, [card(state="lost")], "lost"), (36, [card(state="lost", expires="2026-12-01")], "a"),
    (13, [card(expires="2026-12-01")], ""), (36, [card("CMND9", expires=None)], "from_14"),
]  # fmt: skip


@pytest.mark.parametrize(("age", "papers", "code"), PROPOSED)
def test_the_page_proposes_what_age_and_papers_speak_for(age, papers, code):
    assert propose(age_years=age, documents=papers, on=TODAY) == code


def test_a_second_nationality_of_ours_is_enough():
    assert person_fault(person(nationality="LA", second_nationality="VN")) is None
    assert person_fault(person(nationality="")) is None
    assert person_fault(person(nationality="LA")) is not None
