"""The QR of a card, as scanners deliver it and as input methods spoil it. All people are invented."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.codes import BIRTH_PROVINCES, FEMALE, MALE
from registry.values.card_qr import LONGEST, TURN_OFF, CardRefused, looks_like_card, read
from registry.values.partial_date import PartialDate
from registry.values.personal_number import prefix_for

LAN = "001190000123|012345678|Nguyễn Thị Mẫu Lan|21051990|Nữ|Thôn 2, Xã Thử, Huyện Mẫu, Hà Nội|10052021"
CHILD = (
    "001320000456||Lê Mẫu An|03022020|Nữ|Thôn 2, Xã Mẫu Sơn, Lạng Sơn|05072024|001320000111|Lê Văn Mẫu|Trần Thị Mẫu|"
)
ENDINGS = ["", "\r", "\n", "\r\n", "\t", "\t\r\n", " ", "\x00"]


def with_part(place: int, value: str, *, card: str = LAN) -> str:
    parts = card.split("|")
    parts[place] = value
    return "|".join(parts)


def said(card, field: str) -> list[str]:
    return [doubt.sentence for doubt in card.doubts if doubt.field == field]


def test_the_card_of_2021_has_seven_parts():
    card = read(LAN)
    assert (card.layout, card.number, card.cmnd) == ("2021", "001190000123", "012345678")
    assert (card.full_name, card.birth, card.sex) == ("Nguyễn Thị Mẫu Lan", PartialDate(1990, 5, 21), FEMALE)
    assert (card.residence, card.issued_on) == ("Thôn 2, Xã Thử, Huyện Mẫu, Hà Nội", dt.date(2021, 5, 10))
    assert (card.garbled, card.hint, card.doubts, card.document_kind) == ("", "", (), "CCCD_CHIP")


def test_the_card_of_2024_has_eleven_parts():
    card = read(CHILD)
    assert (card.layout, card.document_kind, card.cmnd) == ("2024", "CAN_CUOC", "")
    assert (card.cancelled_number, card.father_name, card.mother_name) == (
        "001320000111",
        "Lê Văn Mẫu",
        "Trần Thị Mẫu",
    )
    assert card.doubts == ()


def test_an_adults_card_of_2024_ends_with_four_bars():
    card = read(LAN + "||||")
    assert (card.layout, card.cancelled_number, card.father_name, card.mother_name) == ("2024", "", "", "")
    assert "residence" in card.trusted and "father_name" not in card.trusted


@pytest.mark.parametrize("count", range(7, 13))
def test_seven_to_twelve_parts_are_a_card(count):
    assert read(LAN + "|" * (count - 7)).number == "001190000123"


@pytest.mark.parametrize(("count", "words"), [(6, "chỉ đọc được 6 phần"), (13, "hai lần quét")])
def test_fewer_and_more_parts_are_refused(count, words):
    text = "|".join((LAN.split("|") * 2)[:count])
    with pytest.raises(CardRefused, match=words):
        read(text)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("start", ["", "\ufeff", "]Q1", "\r\n", "  "])
def test_what_the_scanner_puts_around_the_text_does_not_matter(start, ending):
    assert read(start + LAN + ending) == read(LAN)
    assert read(start + CHILD + ending) == read(CHILD)


@pytest.mark.parametrize("separator", ["\t", "¦", "｜", "~", "#", "§", ";", "$"])
def test_a_scanner_may_type_another_separator(separator):
    text = LAN.replace("|", separator)
    assert looks_like_card(text)
    assert read(text + "\r\n") == read(LAN)
    assert read(CHILD.replace("|", separator) + "\t").mother_name == "Trần Thị Mẫu"


def test_text_in_pieces_of_unicode_is_put_together():
    import unicodedata

    assert read(unicodedata.normalize("NFD", LAN)) == read(LAN)


def test_a_name_in_capitals_is_written_as_names_are():
    assert read(with_part(2, "NGUYỄN THỊ MẪU LAN")).full_name == "Nguyễn Thị Mẫu Lan"


# --- Dates, sexes, numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "birth"),
    [
        ("", None),
        ("1990", PartialDate(1990)),
        ("00001990", PartialDate(1990)),
        ("00051990", PartialDate(1990, 5)),
        ("21051990", PartialDate(1990, 5, 21)),
        ("21/05/1990", None),
        ("31021990", None),
        ("hôm qua", None),
    ],
)
def test_a_birth_date_may_be_known_in_part_only(part, birth):
    card = read(with_part(3, part))
    assert card.birth == birth
    assert bool(said(card, "birth")) == (birth is None and part != "")


@pytest.mark.parametrize("word", ["Nữ", "NỮ", "nữ", "Nu\u031b\u0303"])
def test_the_word_for_the_sex_in_any_case(word):
    assert (read(with_part(4, word)).sex, read(with_part(4, word)).garbled) == (FEMALE, "")


@pytest.mark.parametrize("word", ["Nuwx", "N?", "Nu", "Nữx", "Nu74", "N7919", "Ná»¯"])
def test_a_broken_word_for_the_sex_is_told_by_the_number_and_gives_the_input_method_away(word):
    card = read(with_part(4, word))
    assert (card.sex, card.hint) == (FEMALE, TURN_OFF)


def test_without_a_word_the_number_tells_the_sex_and_nothing_is_garbled():
    assert (read(with_part(4, "")).sex, read(with_part(4, "")).garbled) == (FEMALE, "")


def test_a_lost_leading_zero_is_put_back_only_when_the_number_then_agrees():
    card = read(with_part(0, "01190000123"))
    assert card.number == "001190000123"
    assert said(card, "number") == ["Số định danh bị mất số 0 ở đầu, đã thêm lại; đối chiếu với thẻ."]
    for odd in (with_part(3, "21051991", card=with_part(0, "01190000123")), with_part(0, "99190000123")):
        with pytest.raises(CardRefused, match="số định danh"):
            read(odd)


def test_the_other_leading_zeros_are_put_back_and_told():
    card = read(with_part(1, "12345678"))
    assert (card.cmnd, len(said(card, "cmnd"))) == ("012345678", 1)
    card = read(with_part(3, "1051990"))
    assert (card.birth, len(said(card, "birth"))) == (PartialDate(1990, 5, 1), 1)
    assert read(with_part(6, "1052021")).issued_on == dt.date(2021, 5, 1)


@pytest.mark.parametrize("part", ["1234", "abc", "0123456789012"])
def test_a_cmnd_that_is_none_is_left_out_and_told(part):
    card = read(with_part(1, part))
    assert (card.cmnd, len(said(card, "cmnd"))) == ("", 1)


@pytest.mark.parametrize("part", ["", "00119000012", "0011900001234", "00119000012a", "Nguyễn"])
def test_without_a_whole_number_there_is_no_card(part):
    with pytest.raises(CardRefused):
        read(with_part(0, part))


def test_a_contradiction_between_number_and_card_is_told_and_nothing_is_changed():
    card = read(with_part(4, "Nam"))
    assert card.sex == MALE
    assert said(card, "number") == ["Số định danh là của nữ, thẻ ghi nam."]


def test_a_day_of_issue_before_birth_is_not_used():
    card = read(with_part(6, "10051980"))
    assert (card.issued_on, len(said(card, "issued_on"))) == (None, 1)


def test_the_cancelled_number_is_known_by_its_shape_and_misplaced_names_are_not_used():
    swapped = LAN + "|Lê Văn Mẫu|Trần Thị Mẫu|001190000999|"
    card = read(swapped)
    assert card.cancelled_number == "001190000999"
    assert (card.father_name, card.mother_name) == ("", "")
    assert said(card, "father_name")


# --- Letters rewritten by an input method ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Nguyeenx Thi Mau Lan",  # Telex keys left
        "Nguye64n Thi5 Ma64u Lan",  # VNI keys left
        "Nguyê~n Thi. Mâ~u Lan",  # marks beside their letters
        "Nguyeễn Thị Mẫu Lan",  # a letter typed twice
        "Nguyá»…n Thá»‹ Máº«u Lan",  # UTF-8 read as cp1252
        "NguyÔn ThÞ MÉu Lan",  # an old font
        "Nguy?n Th? M?u Lan",
        "Nguy\ufffdn Th\ufffd M\ufffdu Lan",
        "Nguy7877n Th7883 M7851u Lan",  # Alt codes that became digits
        "Nguyen Thi Mau Lan",  # no accents at all
        "Nguyễn Thị Mẫu Lan" + "n" * 100,
        "",
    ],
)
def test_a_garbled_name_spoils_every_text_part_and_no_number(name):
    card = read(with_part(2, name))
    safe = {"number", "cmnd", "birth", "sex", "issued_on"}
    if name:
        assert card.hint == TURN_OFF
        assert card.trusted == safe
    else:
        assert card.trusted == safe | {"residence"}


@pytest.mark.parametrize("home", ["Thoon 2, Xax Thuwr", "Thon 2, Xa Thu, Huyen Mau, Ha Noi", "Th?n 2, X? Th?"])
def test_a_garbled_address_spoils_the_name_too(home):
    assert read(with_part(5, home, card=with_part(2, "Mai Anh"))).hint == TURN_OFF


def test_the_parents_give_the_input_method_away_too():
    assert read(CHILD.replace("Trần Thị Mẫu", "Traanf Thij Maaux")).hint == TURN_OFF


@pytest.mark.parametrize(
    "name",
    ["Y Thuyên Niê", "H'Nhin Mlô", "K'Brêu", "Siu Thơng", "Kpă Klơng", "Rơ Châm H'Nhi", "Phan Thanh Nam", "A Nhiu",
     "Néang Sa Phia", "Chamaléa Thị Mẫu", "Cao Minh Anh"],
)  # fmt: skip
def test_names_of_every_ethnic_group_come_through(name):
    card = read(with_part(2, name))
    assert (card.garbled, card.full_name) == ("", name)


@pytest.mark.parametrize(
    "home",
    [
        "Buôn Ea M'Droh, Xã Ea Kiết, Cư M'gar, Đắk Lắk",
        "Số 12A/3 Đ. 30/4, P. 7, TP. Vũng Tàu",
        "Tổ 5, Phường 12, Gò Vấp",
    ],
)
def test_addresses_of_every_kind_come_through(home):
    card = read(with_part(5, home))
    assert (card.garbled, card.residence) == ("", home)


def test_the_digits_of_the_vietnamese_keyboard_are_told():
    with pytest.raises(CardRefused, match="Chuyển sang ENG"):
        read("đđăă\u0323đđđđăâê|đăâêô|Nguyễn")


# --- Never anything but the refusal ---------------------------------------------------------------------------------

anything = st.text(st.characters(codec=None, exclude_categories=[]), max_size=300)
parts_of_anything = st.lists(
    st.one_of(anything, st.sampled_from(LAN.split("|") + ["\ud800", "\x00", "٣٤", "0" * 12, "²²²²"])), max_size=14
).map("|".join)


@given(st.one_of(anything, parts_of_anything))
def test_any_text_is_read_or_refused(text):
    looks_like_card(text)
    try:
        card = read(text)
    except CardRefused as refused:
        assert str(refused)
    else:
        assert len(card.number) == 12 and card.number.isascii() and card.number.isdigit()


@pytest.mark.parametrize("text", ["|" * 100_000, "1" * 100_000, "ậ|" * 50_000, "\ud800" * 100_000, LAN + "x" * LONGEST])
def test_a_flood_of_text_is_refused_at_once(text):
    looks_like_card(text)
    with pytest.raises(CardRefused):
        read(text)


NAMES = ["Nguyễn Thị Mẫu Lan", "Lê Mẫu Đức", "Y Thuyên Niê", "H'Nhin Mlô", "Đặng Hữu Ước", "Trần Thị Quỳnh Hoa"]
HOMES = ["Thôn 2, Xã Thử, Huyện Mẫu, Hà Nội", "Số 5, Tổ dân phố 3, Phường Mẫu, Lạng Sơn", ""]


@st.composite
def cards(draw) -> tuple[str, dict]:
    born = draw(st.dates(dt.date(1920, 1, 1), dt.date(2024, 12, 31)))
    sex = draw(st.sampled_from([MALE, FEMALE]))
    place = draw(st.sampled_from(sorted(BIRTH_PROVINCES)))
    number = prefix_for(place_code=place, sex=sex, birth_year=born.year) + f"{draw(st.integers(0, 999_999)):06d}"
    issued = draw(st.dates(dt.date(2025, 1, 1), dt.date(2026, 9, 30)))
    values = {
        "number": number,
        "cmnd": draw(st.sampled_from(["", "012345678", "271450001"])),
        "full_name": draw(st.sampled_from(NAMES)),
        "birth": PartialDate.of(born),
        "sex": sex,
        "residence": draw(st.sampled_from(HOMES)),
        "issued_on": issued,
    }
    word = "Nam" if sex == MALE else "Nữ"
    parts = [number, values["cmnd"], values["full_name"], f"{born:%d%m%Y}", draw(st.sampled_from([word, word.upper()])),
             values["residence"], f"{issued:%d%m%Y}"]  # fmt: skip
    if draw(st.booleans()):
        more = {
            "cancelled_number": draw(st.sampled_from(["", "001320000111"])),
            "father_name": draw(st.sampled_from(["", "Lê Văn Mẫu"])),
            "mother_name": draw(st.sampled_from(["", "Trần Thị Mẫu"])),
        }
        values |= more
        parts += [*more.values(), ""]
    return draw(st.sampled_from(["", "\ufeff", "]Q1"])) + "|".join(parts) + draw(st.sampled_from(ENDINGS)), values


@given(cards())
def test_every_sound_card_is_read_whole(card):
    text, values = card
    found = read(text)
    assert looks_like_card(text)
    assert {name: getattr(found, name) for name in values} == values
    assert (found.garbled, found.doubts) == ("", ())
    assert found.trusted == {name for name, value in values.items() if value}
