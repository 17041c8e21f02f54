"""The list of a commune as an Excel file, made from the invented families of the matching benchmark."""

from __future__ import annotations

from pathlib import Path
from random import Random

import polars as pl

from benchmarks.matching.generate import generate

HEADINGS = (
    "STT", "Số hộ", "Họ và tên", "Quan hệ với chủ hộ", "Ngày sinh", "Giới tính", "Số định danh cá nhân", "Số CMND",
    "Dân tộc", "Quốc tịch", "Quê quán", "Họ tên cha", "Họ tên mẹ", "Nơi thường trú", "Điện thoại",
)  # fmt: skip
SEXES = {"M": "Nam", "F": "Nữ"}


def people(size: int, *, seed: int, commune: str) -> pl.DataFrame:
    """`size` records of one commune, doubles and slips of the pen among them as the generator makes them; everybody has
    an address in `commune`, and who shares one is a household."""
    made, _ = generate(size, seed, "normal", a_commune=size)
    street = pl.col("address").fill_null("Thôn 1").str.replace(r",[^,]*$", "")
    made = made.with_columns(pl.all().fill_null("")).with_columns(address=street + f", {commune}")
    return made.with_columns(house=pl.col("address").rank("dense").cast(pl.String)).sort("house", "birth_date")


def write(rows: pl.DataFrame, path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet("Danh sách")
    sheet.write_row(0, 0, ["DANH SÁCH NHÂN KHẨU"])
    sheet.write_row(1, 0, HEADINGS)
    heads: set[str] = set()
    for at, row in enumerate(rows.iter_rows(named=True), start=1):
        role = "" if row["house"] in heads else "Chủ hộ"
        heads.add(row["house"])
        sheet.write_row(at + 1, 0, (
            at, row["house"], row["full_name"], role, day(row["birth_date"]), SEXES.get(row["sex"], ""),
            row["personal_number"], row["cmnd"], "Kinh", "Việt Nam", row["home_town"], row["father_name"],
            row["mother_name"], row["address"], row["phone"],
        ))  # fmt: skip
    book.close()


def day(iso: str) -> str:
    return "/".join(reversed(iso.split("-"))) if iso else ""


def next_years(known: pl.DataFrame, size: int, *, seed: int, commune: str) -> pl.DataFrame:
    """The list that comes next: a quarter of it are people of the first one, of whom every second has another
    telephone; the rest are new, with doubles among themselves."""
    random = Random(seed)
    again = known.sample(min(size // 4, known.height), seed=seed)
    phones = [f"09{random.randint(0, 99_999_999):08d}" if at % 2 else phone for at, phone in enumerate(again["phone"])]
    again = again.with_columns(phone=pl.Series(phones), house=pl.lit("C") + pl.col("house"))
    new = people(size - again.height, seed=seed, commune=commune)
    return pl.concat([new, again])
