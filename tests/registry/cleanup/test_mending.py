"""No rule leaves an officer without a next step, and what the table names is really there."""

import pytest

from registry.changes import kinds
from registry.cleanup import mending
from registry.cleanup.mending import MENDINGS, mending_of, proposals_of
from registry.cleanup.rules import catalogue
from registry.codes import RULE_TEXTS
from registry.models import Finding
from registry.residents.forms import ResidentForm

OURS = {mending.RECORD, mending.CONFIRM, mending.DUPLICATES, mending.CARD, mending.SCAN, mending.HAMLETS}


def test_every_rule_says_how_it_is_mended():
    assert set(MENDINGS) == set(RULE_TEXTS) >= set(catalogue())
    for code, one in MENDINGS.items():
        assert one.fields or one.works, code


def test_fields_and_works_exist():
    fields = {name for one in MENDINGS.values() for name in one.fields} - {mending.BY_EVIDENCE}
    works = {code for one in MENDINGS.values() for code in one.works} - OURS
    assert (fields - set(ResidentForm.base_fields), works - set(kinds.every())) == (set(), set())


def finding(rule: str, **values: str) -> Finding:
    return Finding(rule=rule, evidence={"values": [[label.replace("_", " "), text] for label, text in values.items()]})


def test_the_fields_of_a_text_are_those_the_finding_saw():
    seen = {"Nơi sinh": "Không rõ", "Số điện thoại": "000000000", "Thôn, tổ dân phố (thường trú)": "xxx"}
    assert mending_of(finding("S24", **seen)).fields == ("birth_place", "phone")
    assert mending_of(finding("S24")).fields == ()


@pytest.mark.parametrize(
    ("rule", "values", "proposed"),
    [
        ("S20", {"Họ và tên": "Hùynh Thị Hoa", "Gợi ý": "Huỳnh Thị Hoa"},
         [("Họ, chữ đệm và tên", "Hùynh Thị Hoa", "Huỳnh Thị Hoa")]),
        ("S15", {"Họ tên cha": "NguyÔn", "Họ tên cha (gợi ý)": "Nguyễn", "Quê quán": "?"},
         [("Họ tên cha", "NguyÔn", "Nguyễn")]),
        ("S18", {"Họ và tên": "Hoa 2"}, []),
        ("E06", {}, []),
    ],
)  # fmt: skip
def test_what_a_finding_proposes(rule, values, proposed):
    assert [(one.label, one.old, one.new) for one in proposals_of(finding(rule, **values))] == proposed
