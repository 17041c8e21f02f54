"""A report as Excel: a tab a table, each under the heading of the office. Numbers are numbers and no cell is a formula.

How a number looks is left to the Excel that opens it: with Vietnamese settings "#,##0" shows a dot between thousands.
"""

import io
import re
from typing import Any, Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from accounts.text import is_like_a_formula
from supervision.reports.charts import drawing
from supervision.reports.shape import Cell, Chart, Contents, Heading, Table, every_table, headings

OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                  "strings_to_numbers": False}  # fmt: skip
OFFICE, NATION, TITLE, ABOUT, AS_OF, TABLE, FIRST = 0, 1, 2, 3, 4, 6, 7
NAMES: Final = 2  # columns before the numbers: the row's place and its name
LONGEST_TAB: Final = 31
NAME_CHARACTERS: Final = 34  # so many fit into the first two columns
LINE_POINTS: Final = 16
FORMATS: Final = {"count": "#,##0", "percent": "0.00%", "days": "0", "text": "@"}
LEFT_OUT: Final = re.compile(r"[\[\]:*?/\\]")
FONT: Final = "Times New Roman"


def book(contents: Contents) -> bytes:
    """The .xlsx. No database; the same contents give the same cells."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as made:
        made.set_properties({"title": contents["head"]["title"], "author": contents["head"]["agency_in_text"]})
        style = _styles(made)
        for table in every_table(contents):
            _tab(made, style, contents, table)
        _charts(made, style, contents)
        _remarks(made, style, contents)
        _tab(made, style, contents, contents["definitions"])
    return buffer.getvalue()


def _tab(made: xlsxwriter.Workbook, style: dict[str, Any], contents: Contents, table: Table) -> None:
    tab = _begin(made, style, contents, table["title"], width=len(table["columns"]) + NAMES)
    tab.write_string(TABLE - 1, 0, table["title"], style["bold"])
    above = headings(table)
    _head(tab, style, table, above)
    row = TABLE + len(above)
    for line in table["rows"]:
        look = line["kind"]
        _write(tab, row, 0, line["place"], style, f"place{look}")
        _write(tab, row, 1, line["name"], style, f"name{look}")
        for column in range(len(table["columns"])):
            if line["cells"]:
                _cell(tab, row, column + NAMES, line["cells"][column], style, look)
            else:
                tab.write_blank(row, column + NAMES, None, style[f"name{look}"])
        row += 1
    for note in [table["note"], *contents["notes"]]:
        if note:
            row += 1
            tab.write_string(row, 0, note, style["note"])
    tab.freeze_panes(TABLE + len(above), NAMES)
    tab.repeat_rows(TABLE, TABLE + len(above) - 1)
    tab.set_column(0, 0, 5)
    tab.set_column(1, 1, 46 if not contents["is_wide"] else 30)
    widest = 40 if table["key"] == "definitions" else 18
    tab.set_column(NAMES, NAMES + len(table["columns"]) - 1, 13)
    for one in (one for titles in above for one in titles if one.is_text):
        tab.set_column(one.first + NAMES, one.first + NAMES, widest)


def _begin(made: xlsxwriter.Workbook, style: dict[str, Any], contents: Contents, name: str, *, width: int) -> Worksheet:
    """A tab with the heading of the office: who reports on the left, the nation on the right, what it is below."""
    tab: Worksheet = made.add_worksheet(tab_name(name, len(made.worksheets()) + 1))
    head = contents["head"]
    half = max(NAMES, width // 2)
    _across(tab, OFFICE, 0, NAMES - 1, head["agency_above"], style["office"])
    _across(tab, NATION, 0, NAMES - 1, head["agency"], style["office_own"])
    last = max(width - 1, half)
    if len(head["agency"]) > NAME_CHARACTERS:
        tab.set_row(NATION, 2 * LINE_POINTS)
    _across(tab, OFFICE, NAMES, last, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", style["office_own"])
    _across(tab, NATION, NAMES, last, "Độc lập - Tự do - Hạnh phúc", style["office_own"])
    _across(tab, TITLE, 0, last, f"{head['heading']}: {head['under_heading']}", style["title"])
    _across(tab, ABOUT, 0, last, contents["period"], style["middle"])
    _across(tab, AS_OF, 0, last, contents["as_of"], style["middle"])
    tab.set_paper(9)
    tab.set_landscape()
    tab.fit_to_pages(1, 0)
    mark = "SỐ LIỆU SƠ BỘ · " if contents["is_preliminary"] else ""
    tab.set_footer(f"&L&8{mark}{head['agency_in_text'].replace('&', '&&')}&R&8Trang &P/&N")
    return tab


def _across(tab: Worksheet, row: int, first: int, last: int, text: str, style: Any) -> None:
    if last > first:
        tab.merge_range(row, first, row, last, "", style)
    tab.write_string(row, first, text.replace("\N{NO-BREAK SPACE}", " "), style)


def _head(tab: Worksheet, style: dict[str, Any], table: Table, above: list[list[Heading]]) -> None:
    down = len(above) - 1
    for column, title in enumerate(("TT", table["names"])):
        if down:
            tab.merge_range(TABLE, column, TABLE + down, column, "", style["head"])
        tab.write_string(TABLE, column, title, style["head"])
    for row, titles in enumerate(above, start=TABLE):
        for one in titles:
            first = one.first + NAMES
            if one.columns > 1 or one.rows > 1:
                tab.merge_range(row, first, row + one.rows - 1, first + one.columns - 1, "", style["head"])
            tab.write_string(row, first, one.title, style["head"])
        tab.set_row(row, 32)


def _cell(tab: Worksheet, row: int, column: int, cell: Cell, style: dict[str, Any], look: str) -> None:
    if cell["number"] is None:
        _write(tab, row, column, cell["text"], style, f"text{look}" if cell["kind"] == "text" else f"none{look}")
        return
    tab.write_number(row, column, in_excel(cell), style[f"{cell['kind']}{look}"])


def in_excel(cell: Cell) -> float:
    """What stands in the cell: a percentage as a part of one, everything else as it is."""
    assert cell["number"] is not None
    return cell["number"] / (10_000 if cell["kind"] == "percent" else 100)


def _write(tab: Worksheet, row: int, column: int, text: str, style: dict[str, Any], key: str) -> None:
    """As text always. What begins like a formula bears Excel's own mark for text, so that it stays text when somebody
    edits the cell; the text itself is not changed."""
    quoted = is_like_a_formula(text) and f"quoted{key}" in style
    tab.write_string(row, column, text, style[f"quoted{key}" if quoted else key])


def _charts(made: xlsxwriter.Workbook, style: dict[str, Any], contents: Contents) -> None:
    """The points as a table, and Excel's own chart of them beside it."""
    charts = [chart for chart in contents["charts"] if drawing(chart) is not None]
    if not charts:
        return
    tab = _begin(made, style, contents, "Biểu đồ", width=8)
    name, row = tab.get_name(), TABLE
    for chart in charts:
        tab.write_string(row, 0, chart["title"], style["bold"])
        first = row + 1
        for place, point in enumerate(chart["points"], start=1):
            _write(tab, row + place, 1, point["label"], style, "name")
            is_percent = point["text"].endswith("%")
            cell: Cell = {"text": point["text"], "kind": "percent" if is_percent else "count",
                          "number": point["number"]}  # fmt: skip
            _cell(tab, row + place, 2, cell, style, "")
        last = row + len(chart["points"])
        _drawn(made, tab, chart, [name, first, 1, last, 1], [name, first, 2, last, 2], row)
        row = max(last, row + 18) + 2
    tab.set_column(0, 0, 5)
    tab.set_column(1, 1, 34)
    tab.set_column(2, 2, 13)


def _drawn(
    made: xlsxwriter.Workbook, tab: Worksheet, chart: Chart, labels: list[Any], values: list[Any], row: int
) -> None:
    drawn: Any = made.add_chart({"type": "bar" if chart["kind"] == "bars" else "line"})
    drawn.add_series({"categories": labels, "values": values, "data_labels": {"value": True},
                      "fill": {"color": "#1A6C46"}, "line": {"color": "#1A6C46"}})  # fmt: skip
    drawn.set_title({"name": chart["title"], "name_font": {"size": 11}})
    drawn.set_legend({"none": True})
    if chart["kind"] == "bars":
        drawn.set_y_axis({"reverse": True})
    tab.insert_chart(row + 1, 4, drawn, {"x_scale": 1.1})


def _remarks(made: xlsxwriter.Workbook, style: dict[str, Any], contents: Contents) -> None:
    tab = _begin(made, style, contents, "Vướng mắc, kiến nghị", width=8)
    row = TABLE
    for title, text in (("Khó khăn, vướng mắc", contents["remarks"]["difficulties"]),
                        ("Kiến nghị, đề xuất", contents["remarks"]["proposals"])):  # fmt: skip
        tab.write_string(row, 0, title, style["bold"])
        for line in text.splitlines() or ["(không ghi)"]:
            row += 1
            _across(tab, row, 0, 7, "", style["wrapped"])
            _write(tab, row, 0, line, style, "wrapped")
            tab.set_row(row, LINE_POINTS * (len(line) // 110 + 1))
        row += 2
    tab.set_column(0, 0, 5)
    tab.set_column(1, 1, 46)
    tab.set_column(2, 7, 13)


def tab_name(title: str, place: int) -> str:
    """Excel takes 31 characters, none of them of a path; the place in front keeps names apart."""
    words = LEFT_OUT.sub(" ", title.split(". ", 1)[-1])
    return f"{place} {words}"[:LONGEST_TAB].strip("' ")


def _styles(made: xlsxwriter.Workbook) -> dict[str, Any]:
    base: dict[str, Any] = {"font_name": FONT, "font_size": 11, "valign": "top", "text_wrap": True, "border": 1,
            "border_color": "#8A94A0"}  # fmt: skip
    plain = {"font_name": FONT, "font_size": 12}
    styles = {
        "office": made.add_format(plain | {"align": "center", "text_wrap": True}),
        "office_own": made.add_format(plain | {"align": "center", "bold": True, "text_wrap": True}),
        "title": made.add_format(plain | {"align": "center", "bold": True, "font_size": 14}),
        "middle": made.add_format(plain | {"align": "center", "italic": True}),
        "bold": made.add_format(plain | {"bold": True}),
        "note": made.add_format(plain | {"italic": True, "font_size": 10}),
        "wrapped": made.add_format(plain | {"text_wrap": True, "valign": "top"}),
        "quotedwrapped": made.add_format(plain | {"text_wrap": True, "valign": "top", "quote_prefix": True}),
        "head": made.add_format(base | {"bold": True, "align": "center", "valign": "vcenter", "bg_color": "#E4F1E9"}),
    }
    looks: dict[str, dict[str, Any]] = {"": {}, "section": {"bold": True, "bg_color": "#F1F8F4"},
                                        "total": {"bold": True}}  # fmt: skip
    for look, more in looks.items():
        styles[f"place{look}"] = made.add_format(base | more | {"align": "center"})
        styles[f"name{look}"] = made.add_format(base | more)
        styles[f"none{look}"] = made.add_format(base | more | {"align": "right"})
        for kind, form in FORMATS.items():
            styles[f"{kind}{look}"] = made.add_format(base | more | {"num_format": form})
        for text in ("name", "text"):
            styles[f"quoted{text}{look}"] = made.add_format(base | more | {"quote_prefix": True, "num_format": "@"})
    return styles
