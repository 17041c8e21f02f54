"""The levels of the full name."""

import pytest

from tests.registry.matching.compare import NOT_KNOWN, Pair, level_of

PAIRS = [
    Pair("exact", "Nguyễn Văn Hùng", "NGUYỄN VĂN HÙNG", "capitals say nothing"),
    Pair("exact", "Trần Thị Hòa", "Trần Thị Hoà", "old and new place of the tone"),
    Pair("exact", "Nguyễn Thị Thu Hà", "Ng. Thị Thu Hà", "Ng. stands for one surname only"),
    Pair("exact", "H'Nhung Niê", "H’ Nhung Niê", "an apostrophe of another font"),
    Pair("without_accents", "Nguyen Van Hung", "Nguyễn Văn Hưng", "no accent typed anywhere", misses="exact"),
    Pair("without_accents", "Nguyễn Văn Hùng", "Nguyen Van Hung", "one side was typed without accents"),
    Pair("without_accents", "Tran Thi Lan", "tran thi lan", "both were: nobody knows the accents"),
    Pair("other_given_accents", "Lê Văn Hùng", "Lê Van Hung", "Lê bears one", misses="without_accents"),
    Pair("same_given_accents", "Đặng Văn Hùng", "Đăng Văn Hùng", "the surname is written two ways"),
    Pair("same_given_accents", "Nguyễn Văn Hùng", "Nguyển Văn Hùng", "hỏi for ngã, but not in the given name"),
    Pair("hoi_for_nga", "Lê Văn Dũng", "Lê Văn Dủng", "in the given name", misses="same_given_accents"),
    Pair("hoi_for_nga", "Nguyễn Thị Mỹ", "Nguyễn Thị Mỷ", "half of the country hears one tone"),
    Pair("other_given_accents", "Lê Văn Dũng", "Lê Văn Dung", "ngã against no tone", misses="hoi_for_nga"),
    Pair("other_given_accents", "Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "two brothers more often than one man"),
    Pair("other_given_accents", "Trần Minh Anh", "Trần Minh Ánh", "as twins are named"),
    Pair("slip_in_given", "Nguyễn Văn Hùng", "Nguyễn Văn Cưng", "a letter is another", misses="other_given_accents"),
    Pair("contained", "Nguyễn Thị Thu Hà", "Nguyễn Thị Hà", "a middle word left out"),
    Pair("contained", "Nguyễn Thị Thu Hà", "Nguyễn T. Thu Hà", "a middle word cut short"),
    Pair("contained", "Trần Nguyễn Bảo Ngọc", "Trần Ngọc", "only the first and the last word kept"),
    Pair("surname_and_given", "Nguyễn Thị Thu Hà", "Nguyễn Thanh Hà", "Thanh stands nowhere", misses="contained"),
    Pair("other_order", "Nguyễn Thị Lan", "Lan Nguyễn Thị", "the given name was put first"),
    Pair("other_order", "Y Thuyên Niê", "Niê Y Thuyên", "Ê Đê order taken for Vietnamese"),
    Pair("none", "Nguyễn Thị Lan", "Lan Nguyễn Văn", "other words, not only another order", misses="other_order"),
    Pair("north_south", "Hoàng Văn Nam", "Huỳnh Văn Nam", "one character, two readings"),
    Pair("north_south", "Vũ Thị Lan", "Võ Thị Lan", "one character, two readings"),
    Pair("north_south", "Trần Văn Phúc", "Trần Văn Phước", "also in the given name"),
    Pair("slip", "Võ Thị Lan", "Vi Thị Lan", "Vi is no reading of Võ", misses="north_south"),
    Pair("sounds_alike", "Nguyễn Thị Trang", "Nguyễn Thị Chang", "tr and ch sound alike in the north"),
    Pair("sounds_alike", "Lê Văn Thắng", "Lê Văn Thắn", "ng and n sound alike in the south"),
    Pair("other_given", "Nguyễn Thị Trang", "Nguyễn Thị Thanh", "th is heard apart from tr", misses="sounds_alike"),
    Pair("slip", "Phạm Thị Hồng Nhung", "Phạm Thị Hồg Nhung", "a letter missing in a middle word"),
    Pair("slip", "Đỗ Minh Tuấn", "Đỗ Mnih Tuấn", "two letters changed places"),
    Pair("two_slips", "Phạm Thị Hồng Nhung", "Phạm Thị Hoàn Nhung", "two letters, not one", misses="slip"),
    Pair("slip_to_no_word", "Trần Thị Liên", "Trần Thị Lmên", "Lmên is nobody's sister"),
    Pair("slip_to_no_word", "Lê Văn Tuấn", "Lê Văn Tuấnb", "a key too many"),
    Pair("slip_in_given", "Trần Thị Hoa", "Trần Thị Hoan", "Hoan is a name too", misses="slip_to_no_word"),
    Pair("slip_in_given", "Trần Thị Hoa", "Trần Thị Hoe", "one letter: a slip, or a sister"),
    Pair("other_given", "Trần Thị Hoa", "Trần Thị Hương", "more than one letter", misses="slip_in_given"),
    Pair("two_slips", "Đỗ Mih Tuấn", "Đỗ Mạnh Tuấn", "two letters of one name"),
    Pair("given", "Lê An", "Lâu An", "so short a name with two slips is another", misses="two_slips"),
    Pair("other_given", "Trần Thị Lan", "Trần Thị Hương", "as sisters are named"),
    Pair("surname", "Trần Lan", "Trần Hương", "two words: the surname alone is no middle name", misses="other_given"),
    Pair("surname_and_given", "Trần Thị Lan", "Trần Ngọc Lan", "the middle word differs"),
    Pair("given", "Trần Thị Lan", "Phạm Ngọc Lan", "the surname differs too", misses="surname_and_given"),
    Pair("given", "Trần Thị Lan", "Phạm Thu Lan", "after a change of surname, or by chance"),
    Pair("none", "Trần Thị Lan", "Phạm Thu Lệ", "the given name differs too", misses="given"),
    Pair("surname", "Trần Thị Lan", "Trần Văn Hùng", "a tenth of the country"),
    Pair("none", "Trần Thị Lan", "Trịnh Văn Hùng", "Trịnh is another surname", misses="surname"),
    Pair("none", "Trần Thị Lan", "Phạm Văn Hùng", "nothing in common"),
    Pair("given", "Trần Thị Lan", "Phạm Văn Làn", "the letters of the given name, if not its tone", misses="none"),
    Pair(NOT_KNOWN, "không rõ", "Phạm Văn Hùng", "a stand-in is no name", misses="none"),
    Pair(NOT_KNOWN, "", "", "two unknown names are not the same name", misses="exact"),
]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.one}-{pair.other}")
def test_two_names_stand_on_their_level(pair):
    assert level_of("name", pair.one, pair.other) == pair.level, pair.why
