"""The official lists are whole, and a code nobody knows is shown as itself."""

from registry import codes
from registry.codes import (
    BIRTH_PROVINCES,
    COUNTRIES,
    DOCUMENT_KINDS,
    ETHNIC_GROUPS,
    HEAD_RELATIONS,
    MARITAL_STATUSES,
    RELIGIONS,
    RULE_TEXTS,
    SEXES,
)


def test_the_lists_have_their_official_size() -> None:
    assert len(ETHNIC_GROUPS) == 54 + 2
    assert len(RELIGIONS) == 14 + 1
    assert len(BIRTH_PROVINCES) == 63
    assert len({place.new_code for place in BIRTH_PROVINCES.values()}) == 34
    assert len(HEAD_RELATIONS) == 50
    assert len(COUNTRIES) == 249
    assert len(RULE_TEXTS) == 122
    assert list(MARITAL_STATUSES) == ["0", "1", "2", "3a", "3b"]


def test_the_two_numberings_of_ethnic_groups_differ_in_37_of_54() -> None:
    groups = [group for group in ETHNIC_GROUPS.values() if group.code not in ("55", "99")]
    assert len({group.gso_code for group in groups}) == 54
    assert sum(group.code != group.gso_code for group in groups) == 37
    found = codes.ethnic_group_by_gso_code("04")
    assert found is not None
    assert (found.code, found.name) == ("06", "Mường")


def test_an_unknown_code_is_shown_as_itself() -> None:
    assert ETHNIC_GROUPS.name("77") == "77"
    assert BIRTH_PROVINCES.name("003") == "003"
    assert SEXES.name("3") == "3"
    assert COUNTRIES.name(None) == ""
    assert ETHNIC_GROUPS.get("77") is None


def test_choices_are_pairs_for_a_form() -> None:
    assert SEXES.choices(leave_out=("0",)) == [("1", "Nam"), ("2", "Nữ")]
    assert codes.choices(SEXES, blank="Chọn")[0] == ("", "Chọn")
    assert codes.country_choices()[0] == ("VN", "Việt Nam")
    assert len(codes.country_choices(blank="—")) == 250


def test_a_name_finds_its_code() -> None:
    kinh = ETHNIC_GROUPS.find("kinh")
    assert kinh is not None
    assert kinh.code == "01"
    assert ETHNIC_GROUPS.find("Sao Hỏa") is None


def test_the_prefix_of_tay_ninh_is_not_the_new_province_code() -> None:
    assert (BIRTH_PROVINCES["072"].name, BIRTH_PROVINCES["072"].new_code) == ("Tây Ninh", "80")
    assert BIRTH_PROVINCES["080"].name == "Long An"


def test_relations_with_a_fixed_sex() -> None:
    assert HEAD_RELATIONS["VO"].sex == "2"
    assert HEAD_RELATIONS["CON_DE"].generation == 1
    assert HEAD_RELATIONS["GIAM_HO"].generation is None


def test_divorced_and_widowed_are_one_code_outside() -> None:
    assert [codes.national_marital_code(code) for code in MARITAL_STATUSES] == ["0", "1", "2", "3", "3"]


def test_every_rule_has_its_words() -> None:
    for rule in RULE_TEXTS.values():
        assert rule.title and rule.severity and rule.fix
    assert {rule.group for rule in RULE_TEXTS.values()} == {"Đúng", "Đủ", "Sạch", "Sống"}
    assert "CMND12" in DOCUMENT_KINDS
