"""What a batch says once it has gone: frozen, in one plain shape that the signed file, the Excel list and the printed
list all read, and the file of it that proves itself.

Of a person only what names them at the level above: no ethnic group, no religion, no blood group.
"""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone

from accounts.models import Officer
from cards.applications.reasons import REASONS
from cards.models import Application, Batch, BatchLine
from cards.receipts import signing
from registry.models import IdentityNumber, NumberKind

FORMAT: Final = "cong-dan-cu/dot-chuyen-ho-so/1"
DAY: Final = "%d/%m/%Y"
Content = dict[str, Any]


def of_batch(batch: Batch, lines: Iterable[BatchLine], *, by: Officer, at: dt.datetime) -> Content:
    """The whole list, as text. One query for the personal numbers."""
    rows = list(lines)
    numbers = personal_numbers(line.application for line in rows)
    moment = timezone.localtime(at)
    return {
        "format": FORMAT,
        "number": batch.number,
        "commune": {"code": batch.commune.code, "name": batch.commune.name},
        "day": batch.day.isoformat(),
        "sent_at": moment.isoformat(timespec="seconds"),
        "sent_by": {"badge": by.badge_number, "name": str(by)},
        "count": len(rows),
        "files": [_of_file(line, numbers.get(line.application.resident_id, "")) for line in rows],
    }


def _of_file(line: BatchLine, number: str) -> Content:
    file, person = line.application, line.application.resident
    reason = REASONS[file.reason]
    return {
        "position": line.position,
        "file_number": file.file_number,
        "personal_number": number,
        "full_name": person.full_name,
        "birth": person.known_birth.display() if person.known_birth else "",
        "sex": person.get_sex_display() if person.sex else "",
        "kind": file.get_kind_display(),
        "reason": reason.title,
        "article": reason.article,
        "received_on": f"{timezone.localtime(file.received_at):{DAY}}" if file.received_at else "",
        "promised_on": f"{file.promised_on:{DAY}}" if file.promised_on else "",
        "representative": file.representative_name,
        "again": bool(file.returned_at),
    }


def personal_numbers(files: Iterable[Application]) -> dict[int, str]:
    """Of each file's person, by the person's id. One query."""
    people = {file.resident_id for file in files}
    rows = IdentityNumber.objects.filter(resident__in=people, kind=NumberKind.PERSONAL, is_active=True)
    return dict(rows.values_list("resident", "number"))


# --- the file that proves itself -------------------------------------------------------------------------------------


def canonical(content: Content) -> bytes:
    """The very bytes that are signed: keys in order, no white space, UTF-8. Whoever verifies makes the same bytes from
    the content of the file, whatever order or spacing it came with."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signed_file(batch: Batch) -> bytes:
    """The batch as a file to hand up, readable by people too."""
    told = {"content": batch.content, "key_id": batch.key_id, "signature": batch.signature}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def is_genuine(told: Content) -> bool:
    """Whether a signed file (read from JSON) is exactly what one of our keys signed. One query at most."""
    content, key_id, signature = told.get("content"), told.get("key_id"), told.get("signature")
    if not (isinstance(content, dict) and isinstance(key_id, str) and isinstance(signature, str)):
        return False
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        return False
    return signing.verify(key_id, canonical(content), raw)
