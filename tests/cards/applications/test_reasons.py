"""Which reasons there are, whom they fit, and what the papers propose."""

import datetime as dt

import pytest

from cards.applications.reasons import REASONS, of_kind, offers, propose
from cards.models import Application
from registry.models import IdentityDocument

ON = dt.date(2026, 11, 21)


def card(
    kind: str = "CAN_CUOC", expires: dt.date | None = dt.date(2035, 1, 1), state: str = "in_use"
) -> IdentityDocument:
    return IdentityDocument(kind=kind, number="1", expires_on=expires, state=state, issued_on=dt.date(2022, 1, 1))


def test_every_kind_and_point_of_the_law_is_there():
    assert [reason.code for reason in of_kind("first")] == ["from_14", "from_6", "under_6"]
    assert [reason.code for reason in of_kind("change")] == ["a", "b", "c", "d", "dd", "e", "g", "cccd"]
    assert [reason.code for reason in of_kind("reissue")] == ["lost", "damaged", "nationality"]


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: reason.code)
def test_a_reason_names_its_article_and_fits_its_column(reason):
    assert reason.article.startswith("Luật Căn cước Điều ")
    assert len(reason.code) <= Application._meta.get_field("reason").max_length


@pytest.mark.parametrize(
    ("age", "code"), [(5, "under_6"), (6, "from_6"), (13, "from_6"), (14, "from_14"), (90, "from_14")]
)
def test_a_first_card_is_offered_by_age(age, code):
    open_first = [offer.reason.code for offer in offers(age_years=age, documents=[], on=ON)
                  if offer.reason.kind == "first" and offer.is_open]  # fmt: skip
    assert open_first == [code]
    assert propose(age_years=age, documents=[], on=ON) == code


PROPOSALS = [
    ([card(expires=dt.date(2027, 1, 1))], "a"),
    ([card("CCCD_CHIP", expires=dt.date(2026, 1, 1))], "cccd"),  # 15.000 đ, where "a" costs 25.000
    ([card("CCCD_MAVACH", expires=dt.date(2027, 1, 1))], "cccd"),
    ([card("CCCD_CHIP")], "cccd"),
    ([card(state="lost")], "lost"),
    ([card()], ""),
    ([card(state="returned")], ""),
    ([card("CMND9")], "from_14"),
]


@pytest.mark.parametrize(("papers", "code"), PROPOSALS)
def test_the_papers_propose_a_reason(papers, code):
    assert propose(age_years=40, documents=papers, on=ON) == code


def test_an_unknown_age_closes_nothing_and_proposes_nothing():
    shown = offers(age_years=None, documents=[], on=ON)
    assert all(offer.is_open for offer in shown)
    assert not any(offer.is_proposed for offer in shown)


def test_a_closed_reason_says_for_whom_it_is():
    closed = {offer.reason.code: offer.note for offer in offers(age_years=30, documents=[], on=ON) if not offer.is_open}
    assert closed == {
        "from_6": "Chỉ dành cho người từ đủ 6 đến dưới 14 tuổi.",
        "under_6": "Chỉ dành cho người dưới 6 tuổi.",
    }
