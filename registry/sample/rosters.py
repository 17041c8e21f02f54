"""A list of a hamlet that was handed in and checked, and waits for its decisions: everybody on it is invented."""

import datetime as dt
import io
from random import Random
from typing import Final

import xlsxwriter

from accounts.models import Officer
from registry.models import Resident, Roster, RosterState, Sex
from registry.rosters import intake, work
from registry.rosters.current import CurrentRecord, records_of
from registry.sample.names import NameMaker
from registry.values.personal_number import prefix_for
from registry.values.phone import display

NEW_HOMES, KNOWN, CHANGED = 6, 9, 7
HEADINGS: Final = (
    "STT", "Số hộ", "Họ và tên", "QH với chủ hộ", "Ngày sinh", "GT", "Số CCCD", "Dân tộc", "Nơi thường trú", "SĐT"
)  # fmt: skip
Row = tuple[str, ...]


def plant(officer: Officer, *, seed: int, token: str) -> Roster:
    """One list through reading and checking, as far as an officer's first decision. The same token, the same list."""
    assert officer.unit is not None
    random = Random(seed)
    roster = intake.take_in(
        "Nhân khẩu thôn rà soát 2026.xlsx", _book(_rows(officer, random), officer.unit.name), by=officer,
        source_name="Sổ theo dõi nhân khẩu của thôn", source_code="TANG_THU", source_on=dt.date(2026, 11, 16),
        token=token,
    )  # fmt: skip
    work.go_on(roster.pk, seconds=60)
    roster.refresh_from_db()
    if roster.state == RosterState.READ:
        intake.set_columns(roster, roster.columns, sheet=roster.sheet, by=officer)
        work.go_on(roster.pk, seconds=60)
        roster.refresh_from_db()
    return roster


def _rows(officer: Officer, random: Random) -> list[Row]:
    """People of the register as they stand, some with another telephone; new households; slips of the pen."""
    living = Resident.objects.current().in_scope(officer).filter(numbers__kind="SDDCN", numbers__is_active=True)
    ids = list(living.order_by("pk").values_list("pk", flat=True)[: 40 * (KNOWN + CHANGED) : 40])
    records = [one for one in records_of(ids).values() if one.texts.get("number")]
    rows = [_known(one) for one in records[:KNOWN]]
    rows += [(*_known(one)[:-1], _phone(random)) for one in records[KNOWN:]]
    names, where = NameMaker(random, region="north"), _place(records)
    for home in range(NEW_HOMES):
        rows += _family(names, random, f"M{home + 1:02d}", where)
    return [*rows, *_slips(rows)]


def _known(record: CurrentRecord) -> Row:
    told = record.texts.get
    return ("", "", told("full_name", ""), "", told("birth_date", ""), told("sex", ""), told("number", ""),
            told("ethnic_group", ""), told("permanent_line", ""), told("phone", ""))  # fmt: skip


def _family(names: NameMaker, random: Random, key: str, where: str) -> list[Row]:
    """A head, a spouse and two children, with numbers that fit them."""
    rows: list[Row] = []
    street = f"Số {random.randint(80, 99)}, {where}"
    for role, sex, born in (("Chủ hộ", Sex.MALE, random.randint(1970, 1985)), ("Vợ", Sex.FEMALE, 1986),
                            ("Con đẻ", Sex.MALE, 2011), ("Con đẻ", Sex.FEMALE, 2015)):  # fmt: skip
        day = dt.date(born, random.randint(1, 12), random.randint(1, 28))
        number = prefix_for(place_code="020", sex=str(sex.value), birth_year=born) + f"{random.randint(0, 999_999):06d}"
        name = names.full_name(sex=str(sex.value), birth_year=born)
        rows.append(("", key, name, role, f"{day:%d/%m/%Y}", sex.label, number, "Kinh", street, _phone(random)))
    return rows


def _slips(rows: list[Row]) -> list[Row]:
    """A day that no month has, a number with a digit missing, somebody twice, somebody without a name."""
    wrong = list(rows[-1]), list(rows[-2]), list(rows[-3]), list(rows[-4])
    wrong[0][4], wrong[1][6], wrong[3][2] = "31/02/2015", rows[-2][6][:11], ""
    wrong[0][2], wrong[1][2] = f"{rows[-1][2]} Em", f"{rows[-2][2]} Em"
    wrong[0][6] = ""
    return [tuple(one) for one in wrong]


def _place(records: list[CurrentRecord]) -> str:
    """The place of somebody who lives here, without the house."""
    line = next((one.texts["permanent_line"] for one in records if one.texts.get("permanent_line")), "Thôn 1")
    return line.partition(", ")[2] or line


def _phone(random: Random) -> str:
    return display(f"09{random.randint(0, 99_999_999):08d}")


def _book(rows: list[Row], commune: str) -> bytes:
    """As a hamlet writes it: titles above, signatures below."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Nhân khẩu")
    sheet.write(0, 0, f"UBND {commune.upper()}")
    sheet.write(1, 2, "DANH SÁCH NHÂN KHẨU RÀ SOÁT NĂM 2026")
    sheet.write_row(3, 0, HEADINGS)
    for at, row in enumerate(rows, start=1):
        sheet.write_row(at + 3, 0, (at, *row[1:]))
    sheet.write(len(rows) + 5, 8, "Người lập danh sách")
    book.close()
    return out.getvalue()
