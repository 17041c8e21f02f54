"""What tests of handing up share: complete files, a batch that went, and files of results."""

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Officer, Unit
from cards.batches import gathering, sending
from cards.batches.result_lines import EXCEL_MARK, JSON_FORMAT, TITLES
from cards.models import Application, Batch, State
from tests.conftest import settled
from tests.factories import ApplicationFactory

TODAY = timezone.localdate


def complete(commune: Unit, officer: Officer, *, n: int, **fields: Any) -> Application:
    """A file that can go up: number 001190000200 + n, person "Người Mẫu <letter>"."""
    person = settled(commune, number=f"001190000{200 + n}", name=f"Người Mẫu {chr(64 + n)}")
    defaults = {"biometrics_taken": True, "cc01_signed": True, "serial": n} | fields
    return ApplicationFactory(resident=person, created_by=officer, **defaults)


@pytest.fixture
def ready(commune, officer) -> list[Application]:
    """Three complete files, received today."""
    return [complete(commune, officer, n=n) for n in (1, 2, 3)]


@pytest.fixture
def neighbour(other_commune, stranger) -> Application:
    """The bait: a file next door that has gone up, number 1 there too."""
    return complete(other_commune, stranger, n=9, serial=1, state=State.SENT_UP)


def send_all(commune: Unit, officer: Officer) -> Batch:
    batch, _ = gathering.gather(commune, by=officer)
    return sending.send(batch, by=officer, seen=sending.seal(list(gathering.going(batch)))).batch


@pytest.fixture
def sent(commune, officer, ready) -> Batch:
    return send_all(commune, officer)


def number_of(file: Application) -> str:
    return file.resident.numbers.get().number


def line(file: Application, result: str, /, *, days: int = 0, **changes: Any) -> dict[str, Any]:
    """One result of a JSON file, of today or so many days later."""
    day = TODAY() + dt.timedelta(days=days)
    told = {"file_number": file.file_number, "personal_number": number_of(file), "result": result, "on": f"{day}"}
    return told | changes


def json_file(commune: Unit, /, *lines: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({"format": JSON_FORMAT, "commune": commune.code, "results": list(lines)} | changes).encode()


def excel_file(
    commune: Unit, rows: list[tuple], *, mark: str = EXCEL_MARK, titles: tuple[str, ...] = TITLES, formula: str = ""
) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        tab = book.add_worksheet()
        tab.write_row(0, 0, (mark, commune.code, commune.name))
        tab.write_row(2, 0, titles)
        for place, row in enumerate(rows, start=3):
            tab.write_row(place, 0, row)
        if formula:
            tab.write_formula(3, 5, formula)
    return buffer.getvalue()


@pytest.fixture
def upload() -> Callable[..., SimpleUploadedFile]:
    def make(content: bytes, name: str = "ket-qua.json") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, content)

    return make
