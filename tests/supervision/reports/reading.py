"""Reading a report's page, Excel and PDF back as rows of texts and numbers, to hold against its contents."""

import io
import re
import subprocess
from html import unescape
from pathlib import Path

import python_calamine

from supervision.reports.shape import Cell, Contents, Table, every_table

TAG = re.compile(r"<[^>]+>")


def page_rows(html: str, title: str) -> list[list[str]]:
    """The body of the table with that caption: the texts of its cells, row by row."""
    table = html.split(f'<caption class="visually-hidden">{title}</caption>', 1)[1].split("</table>", 1)[0]
    body = table.split("<tbody>", 1)[1]
    return [
        [unescape(TAG.sub("", cell)).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
    ]


def wanted_rows(table: Table) -> list[list[str]]:
    return [[row["place"], row["name"], *(cell["text"] for cell in row["cells"])] for row in table["rows"]]


def excel(content: bytes) -> dict[str, list[list[object]]]:
    """Tab -> rows, as a reader that is not ours sees them."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def excel_says(content: bytes, contents: Contents) -> None:
    """Every table has its tab, and every cell of it what the contents say: a number as a number."""
    tabs = list(excel(content).values())
    for tab, table in zip(tabs, every_table(contents), strict=False):
        found = {(str(row[0]), row[1]): row[2:] for row in tab if row[1]}
        for row in table["rows"]:
            told = found[row["place"], row["name"]]
            assert len(told) >= len(row["cells"])
            for cell, stored in zip(row["cells"], told, strict=False):
                assert same(stored, cell), (row["name"], stored, cell)


def same(stored: object, cell: Cell) -> bool:
    if cell["number"] is None:
        return stored == cell["text"]
    assert isinstance(stored, float | int), stored
    return round(stored * (10_000 if cell["kind"] == "percent" else 100)) == cell["number"]


def pdf_text(content: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout


def pdf_rows(text: str, table: Table) -> None:
    """Every row stands on the paper with its numbers, in order and in one line after its name."""
    squeezed = re.sub(r"\s+", " ", text)
    for row in table["rows"]:
        numbers = [cell["text"] for cell in row["cells"] if cell["kind"] != "text"]
        if numbers:
            assert re.search(r"\D" + r"\s.*?\s?".join(map(re.escape, numbers)), squeezed), (row["name"], numbers)
