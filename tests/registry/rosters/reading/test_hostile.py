"""Files with flipped bits, cut short, or of any bytes: a list comes out or FileRefused, within time and memory."""

import random
import resource
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rosters.reading import headings, workbook
from registry.rosters.reading.book import open_book
from registry.rosters.refusal import FileRefused
from tests.registry.rosters.reading import awkward

WHOLE = {
    "xlsx": awkward.xlsx(awkward.TABLE), "xls": awkward.xls(), "ods": awkward.ods(),
    "csv": awkward.csv(), "utf-16": awkward.csv(encoding="utf-16"), "html": awkward.html(),
    "tcvn3": awkward.csv(encoding="tcvn3"),
}  # fmt: skip
MEGABYTES = 250


def survives(content: bytes) -> None:
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        opened = open_book(content, "a.xlsx")
        for sheet in opened.sheets:
            headings.find(list(opened.rows(sheet.name))[:200])
    except FileRefused as refused:
        assert str(refused)
    assert time.monotonic() - began < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024


def mutated(content: bytes, seed: int) -> bytes:
    """Bits flipped, bytes overwritten, a piece doubled or taken out, or the end cut off."""
    chance = random.Random(seed)
    bad = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(bad))
        match chance.randrange(5):
            case 0 | 1:
                bad[at] ^= 1 << chance.randrange(8)
            case 2:
                bad[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"])
            case 3:
                bad[at:at] = bad[at : at + chance.randrange(64)]
            case _:
                del bad[at : at + chance.randrange(64)]
    return bytes(bad if chance.random() < 0.8 else bad[: chance.randrange(len(bad) + 1)])


@pytest.mark.parametrize("kind", WHOLE)
def test_a_damaged_file_is_read_or_refused(kind):
    for seed in range(8 if kind in ("xlsx", "xls", "ods") else 25):
        survives(mutated(WHOLE[kind], seed))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_damaged_part_of_a_sound_archive_is_read_or_refused(kind):
    """Behind the archive's own sums: the reader of XML gets the damage."""
    import io
    import zipfile

    name = {"xlsx": "xl/worksheets/sheet1.xml", "ods": "content.xml"}[kind]
    with zipfile.ZipFile(io.BytesIO(WHOLE[kind])) as packed:
        part = packed.read(name)
    for seed in range(8):
        survives(awkward.with_parts(WHOLE[kind], {name: mutated(part, seed)}))


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@settings(max_examples=30, deadline=None)
def test_any_bytes_are_read_or_refused(content):
    survives(content)


@pytest.mark.parametrize(
    "content",
    [
        b'"' * 200_000,
        b"a" * 2_000_000,
        b"," * 1_000_000 + b"\nx",
        b"<table>" + b"<tr>" * 50_000 + b"<td>x",
        b"<table><tr><td>" * 30_000,
        b"<table><tr><td colspan=999999999999>x",
        b"\xff\xfe" + b"a\0" * 200_000,
        b"PK\x03\x04" + b"\0" * 10_000,
        "Họ tên;Ngày sinh\n".encode() + b"\xe1\xba" * 50_000,
    ],
    ids=["quotes", "one long line", "commas", "rows without cells", "nested tables", "a wide span", "one utf-16 line",
         "no archive", "half letters"],
)  # fmt: skip
def test_files_made_to_hurt(content):
    survives(content)


def test_entities_that_multiply_are_not_followed():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9)
    )
    sheet = f'<?xml version="1.0"?>{bomb}]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'  # noqa: E501
    survives(awkward.with_parts(WHOLE["xlsx"], {"xl/worksheets/sheet1.xml": sheet.encode()}))


def test_a_crash_of_the_other_process_is_a_refusal(monkeypatch, tmp_path):
    for code in ("import os; os.abort()", "raise BaseException", "import os; os._exit(77)"):
        crashing = tmp_path / "crashing.py"
        crashing.write_text(code)
        monkeypatch.setattr(workbook.unpack, "__file__", str(crashing))
        with pytest.raises(FileRefused):
            open_book(WHOLE["xlsx"], "a.xlsx")
