"""Reading one row, column by column: first what tells of the person (birth, sex), then the numbers that must agree."""

from collections.abc import Callable, Sequence
from typing import Final

from accounts.text import clean
from registry.codes import FEMALE, MALE
from registry.rosters.fields import FIELDS, Kind
from registry.rosters.reading import dates, fonts, numbers, words
from registry.rosters.reading.given import ABOVE_MARK, MERGED_MARK, Hints, RowTyped
from registry.rosters.reading.numbers import Known
from registry.values.personal_number import PersonalNumber

MUST_READ: Final = frozenset({"full_name", "given_name", "number", "any_number", "birth_date", "sex", "household_key"})
"""What stops a row when its cell cannot be read; elsewhere the cell is left out and told."""
SEX_OF_KIN: Final = {"father_number": MALE, "mother_number": FEMALE}
MAY_SAY_NO: Final = frozenset({Kind.CODE, Kind.ROLE, Kind.TICK})
WHY_EMPTY: Final = "“{was}” nghĩa là không có; để trống."
WHY_FONT: Final = "Chữ phông {name} đổi sang Unicode."
CELL_ERROR: Final = "Ô báo lỗi {text} của Excel; sửa công thức ở tệp gốc."
AS_ABOVE: Final = "“{text}” (như trên) không dùng được cho cột {label}; ghi rõ."
CARRIED_FROM: Final = {
    MERGED_MARK: ("Ô gộp nhiều dòng; lấy giá trị của ô gộp.", ""),
    ABOVE_MARK: ("“nt” là như trên; lấy giá trị của dòng trên.", "nt"),
}
Read = Callable[["RowReader", RowTyped, str, str, int], None]


class RowReader:
    """Knows the columns of one list; reads its rows."""

    def __init__(self, columns: Sequence[tuple[int, str]], hints: Hints) -> None:
        self.hints, self.fonts = hints, dict(hints.fonts)
        self.sex_codes = dict(hints.sex_codes)
        wanted = [(column, name, FIELDS[name].kind) for column, name in columns if name in FIELDS]
        wanted = [one for one in wanted if one[2] != Kind.IGNORED]
        order = {Kind.DAY_PART: 1, Kind.BIRTH: 1, Kind.SEX: 0, Kind.TICK: 0, Kind.NUMBER: 2, Kind.CMND: 3}
        self.plan = sorted(wanted, key=lambda one: (order.get(one[2], 1), one[0]))
        self.own_number = [column for column, name, _ in wanted if name in ("number", "any_number")]
        self.names = frozenset(name for _, name, _ in wanted)

    def read(self, raw: Sequence[str]) -> RowTyped:
        out = RowTyped()
        out.own = self._own_number(raw)
        for column, name, kind in self.plan:
            text = raw[column] if column < len(raw) else ""
            if not text and kind != Kind.TICK:
                continue
            text = self._plain(out, name, kind, text, column)
            if text:
                READERS[kind](self, out, name, text, column)
        _put_together(out, self.names)
        out.typed = {name: text for name, text in out.typed.items() if text}
        return out

    def _own_number(self, raw: Sequence[str]) -> PersonalNumber | None:
        for column in self.own_number:
            if column < len(raw) and (found := numbers.decoded(raw[column])):
                return found
        return None

    def _plain(self, out: RowTyped, name: str, kind: Kind, text: str, column: int) -> str:
        """The text without an old font; "" for a cell that says nothing or cannot be read."""
        if text[-1:] in CARRIED_FROM:
            why, was = CARRIED_FROM[text[-1]]
            text = text[:-1]
            out.repair(name, was, text, why)
        if column in self.fonts and (mended := fonts.repaired(text, self.fonts[column])) != text:
            out.repair(name, text, mended, WHY_FONT.format(name=fonts.NAMES[self.fonts[column]]))
            text = mended
        if kind == Kind.TICK or len(text) > 20:
            return text
        if words.is_error(text):
            out.problem(name, "cell_error", CELL_ERROR.format(text=text), blocks=name in MUST_READ)
            return ""
        if (kind == Kind.SEX or name in ("birth_male", "birth_female")) and text.lower() in words.TICKS:
            return text
        if words.says_nothing(text) and kind not in MAY_SAY_NO and name not in ("full_name", "given_name"):
            if not set(text) <= set("-–—./…_ "):
                out.repair(name, text, "", WHY_EMPTY.format(was=text))
            return ""
        if words.says_as_above(text):
            said = AS_ABOVE.format(text=text, label=f"“{FIELDS[name].label}”")
            out.problem(name, "as_above", said, blocks=name in MUST_READ)
            return ""
        return text

    # --- one kind of cell each ---------------------------------------------------------------------------------------

    def name(self, out: RowTyped, name: str, text: str, column: int) -> None:
        tidy = clean(text)
        bare = words.without_ordinal(tidy)
        if bare != tidy:
            out.repair(name, tidy, bare, "Bỏ số thứ tự, dấu đầu dòng trước tên.")
        if name in ("full_name", "given_name") and (unmarked := words.without_head_mark(bare)) != bare:
            out.repair(name, bare, unmarked, "Bỏ dấu chủ hộ trong ô tên; ghi quan hệ là Chủ hộ.")
            out.typed.setdefault("household_role", "Chủ hộ")
            bare = unmarked
        if column in self.hints.capitals and words.is_capitals(bare):
            titled = words.in_title_case(bare)
            out.repair(name, bare, titled, "Cả cột viết chữ hoa; đổi sang chữ hoa đầu mỗi từ.")
            bare = titled
        headed = words.with_capital_heads(bare)
        if headed != bare:
            out.repair(name, bare, headed, "Viết hoa chữ đầu của từng từ trong tên.")
            bare = headed
        if any(char.isdigit() for char in bare):
            said = f"{FIELDS[name].label} có chữ số (“{bare}”); ghi lại tên."
            out.problem(name, "name_digits", said, blocks=name in MUST_READ)
            if name in MUST_READ:
                return
        out.typed[name] = bare

    def text(self, out: RowTyped, name: str, text: str, column: int) -> None:
        out.typed[name] = clean(text)

    def key(self, out: RowTyped, name: str, text: str, column: int) -> None:
        tidy = clean(text)
        out.typed[name] = tidy[:-2] if tidy.endswith(".0") and tidy[:-2].isdigit() else tidy

    def code(self, out: RowTyped, name: str, text: str, column: int) -> None:
        tidy = clean(text)
        if name == "religion" and words.says_nothing(tidy) and tidy[:1].lower() == "k":
            if tidy.lower() != "không":
                out.repair(name, text, "Không", "“K” là không theo tôn giáo nào.")
            tidy = "Không"
        elif words.says_nothing(tidy):
            return
        out.typed[name] = tidy

    def day(self, out: RowTyped, name: str, text: str, column: int) -> None:
        is_birth = FIELDS[name].kind == Kind.BIRTH
        year = out.own.birth_year if out.own and is_birth else None
        month_first = column in self.hints.month_first
        read = dates.read_day(text, year=year, month_first=month_first, is_1904=self.hints.is_1904)
        if read.code:
            out.problem(name, read.code, read.said, blocks=read.blocks and is_birth)
            if read.blocks:
                return
        if read.why:
            out.repair(name, text, read.text, read.why)
        out.typed[name] = read.text

    def part(self, out: RowTyped, name: str, text: str, column: int) -> None:
        tidy = clean(text).removesuffix(".0")
        if name == "birth_year" and len(tidy) == 2 and tidy.isdigit():
            known = out.own.birth_year if out.own else None
            if known is None or known % 100 != int(tidy):
                out.problem(name, "date_short_year", dates.SHORT_YEAR.format(text=tidy))
                return
            out.repair(name, text, str(known), dates.WHY_CENTURY)
            tidy = str(known)
        out.typed[name] = tidy

    def sex(self, out: RowTyped, name: str, text: str, column: int) -> None:
        found = words.sex_of(text)
        if not found and (found := self.sex_codes.get(text, "")):
            out.repair(name, text, found, "Mã giới tính, đối chiếu được với số định danh của cả cột.")
        elif not found and text in ("0", "1", "2"):
            said = f"Giới tính ghi “{text}”: chưa rõ là nam hay nữ; ghi Nam hoặc Nữ."
            out.problem(name, "sex_code", said)
            return
        out.typed[name] = found or clean(text)

    def tick(self, out: RowTyped, name: str, text: str, column: int) -> None:
        ticked = words.tick_of(text)
        if ticked is None and words.sex_of(text) == ("Nữ" if name == "is_female" else "Nam"):
            ticked = True
        if ticked is None:
            out.problem(name, "tick", f"Ô đánh dấu giới tính ghi “{text}”; ghi x hoặc để trống.", blocks=False)
        elif ticked:
            out.typed[name] = "x"

    def number(self, out: RowTyped, name: str, text: str, column: int) -> None:
        own = name in ("number", "any_number")
        if own and (both := numbers.both_of(text)):
            out.repair(name, text, both[0], f"Ô có hai số: lấy số định danh, chuyển {both[1]} sang số CMND.")
            out.typed["number"] = both[0]
            out.typed.setdefault("cmnd", both[1])
            return
        known = Known(_year(out), _sex(out)) if own else Known(sex=SEX_OF_KIN.get(name, ""))
        read = numbers.read_personal(text, known)
        if read.code:
            out.problem(name, read.code, read.said, blocks=name in MUST_READ)
        elif own and _is_cmnd(read.text):
            self._cmnd_among_numbers(out, name, text, read.text, column)
        else:
            if read.why:
                out.repair(name, text, read.text, read.why)
            out.typed["number" if own else name] = read.text

    def _cmnd_among_numbers(self, out: RowTyped, name: str, text: str, digits: str, column: int) -> None:
        read = numbers.read_cmnd(digits, is_numeric=column in self.hints.numeric)
        if read.code:
            out.problem(name, read.code, read.said)
            return
        if read.why or name == "number":
            out.repair("cmnd", text, read.text, read.why or "Số 9 chữ số là số CMND; chuyển sang ô Số CMND.")
        out.typed.setdefault("cmnd", read.text)

    def cmnd(self, out: RowTyped, name: str, text: str, column: int) -> None:
        read = numbers.read_cmnd(text, is_numeric=column in self.hints.numeric)
        if read.code:
            out.problem(name, read.code, read.said, blocks=False)
        elif numbers.decoded(read.text):
            self._number_among_cmnds(out, text, read.text)
        else:
            if read.why:
                out.repair(name, text, read.text, read.why)
            out.typed[name] = read.text

    def _number_among_cmnds(self, out: RowTyped, text: str, digits: str) -> None:
        has = out.typed.get("number")
        if has and has != digits:
            said = f"Ô CMND có số định danh {digits}, khác số định danh {has} của dòng; đối chiếu giấy tờ."
            out.problem("cmnd", "two_numbers", said)
            return
        if has == digits:
            out.repair("cmnd", text, "", "Ô CMND ghi lại đúng số định danh; để trống số CMND.")
            return
        out.typed["number"] = digits
        out.repair("number", text, digits, "Ô CMND ghi số 12 chữ số là số định danh; chuyển sang ô Số định danh.")

    def phone(self, out: RowTyped, name: str, text: str, column: int) -> None:
        read = numbers.read_phone(text)
        if read.code:
            out.problem(name, read.code, read.said, blocks=False)
            return
        if read.others:
            left = ", ".join(read.others)
            said = f"Ô có nhiều số điện thoại; lấy {read.text}, chưa nhập {left}."
            out.problem(name, "many_phones", said, blocks=False)
        if read.why:
            out.repair(name, text, read.text, read.why)
        out.typed[name] = read.text


READERS: Final[dict[Kind, Read]] = {
    Kind.NAME: RowReader.name, Kind.TEXT: RowReader.text, Kind.BIRTH: RowReader.day, Kind.DAY: RowReader.day,
    Kind.DAY_PART: RowReader.part, Kind.SEX: RowReader.sex, Kind.NUMBER: RowReader.number, Kind.CMND: RowReader.cmnd,
    Kind.PHONE: RowReader.phone, Kind.EMAIL: RowReader.text, Kind.CODE: RowReader.code, Kind.ROLE: RowReader.text,
    Kind.UNIT: RowReader.text, Kind.LINE: RowReader.text, Kind.TICK: RowReader.tick, Kind.KEY: RowReader.key,
}  # fmt: skip


def _is_cmnd(digits: str) -> bool:
    return len(digits) in (8, 9) and digits.isdigit()


def _year(out: RowTyped) -> int | None:
    for name in ("birth_date", "birth_male", "birth_female", "birth_year"):
        if name in out.typed and (found := dates.year_of(out.typed[name])):
            return found
    return None


def _sex(out: RowTyped) -> str:
    typed = out.typed
    if typed.get("sex") == "Nam" or "is_male" in typed or "birth_male" in typed:
        return MALE
    return FEMALE if typed.get("sex") == "Nữ" or "is_female" in typed or "birth_female" in typed else ""


# --- parts put together ----------------------------------------------------------------------------------------------


def _put_together(out: RowTyped, names: frozenset[str]) -> None:
    typed = out.typed
    if "given_name" in names or "surname" in names or "surname_and_middle" in names:
        parts = [typed.pop(one, "") for one in ("surname", "surname_and_middle", "middle_name", "given_name")]
        if any(parts):
            typed.setdefault("full_name", " ".join(part for part in parts if part))
    if {"birth_male", "birth_female"} & names:
        _birth_by_sex(out)
    if "birth_year" in names:
        _birth_of_parts(out)
    if {"is_male", "is_female"} & names:
        _sex_of_ticks(out, names)


def _birth_by_sex(out: RowTyped) -> None:
    given = {"Nam": out.typed.pop("birth_male", ""), "Nữ": out.typed.pop("birth_female", "")}
    filled = {sex: text for sex, text in given.items() if text}
    if len(filled) == 2:
        out.problem("birth_date", "two_births", "Cả cột Nam và cột Nữ đều có ngày sinh; chưa rõ giới tính.")
    for sex, text in filled.items():
        if len(filled) == 1:
            if text.lower() not in words.TICKS:
                out.typed.setdefault("birth_date", text)
            out.typed.setdefault("sex", sex)


def _birth_of_parts(out: RowTyped) -> None:
    day, month, year = (out.typed.pop(one, "") for one in ("birth_day", "birth_month", "birth_year"))
    if not year:
        return
    parts = [part for part in (day, month) if part.strip("0") and not words.says_nothing(part)]
    if day and not month.strip("0"):
        parts = []
    read = dates.read_day("/".join([*parts, year]))
    if read.code:
        out.problem("birth_date", read.code, read.said)
    else:
        out.typed.setdefault("birth_date", read.text)


def _sex_of_ticks(out: RowTyped, names: frozenset[str]) -> None:
    is_male, is_female = bool(out.typed.pop("is_male", "")), bool(out.typed.pop("is_female", ""))
    if is_male and is_female:
        out.problem("sex", "two_sexes", "Cả ô Nam và ô Nữ đều đánh dấu; chưa rõ giới tính.")
        return
    found = "Nam" if is_male else "Nữ" if is_female else ""
    if not found and len({"is_male", "is_female"} & names) == 1 and "sex" not in names and out.own:
        other = "Nam" if "is_female" in names else "Nữ"
        if words.SEX_NAMES[out.own.sex] == other:
            found = other
            out.repair("sex", "", found, "Ô đánh dấu để trống và số định danh cũng cho thấy như vậy.")
    if found:
        out.typed.setdefault("sex", found)
