"""Make a field sheet: its number under lock, what the paper will say, a line for every household and person."""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.paper import words
from registry.cleanup.queue import URGENCY
from registry.cleanup.rules import catalogue
from registry.fieldwork.choosing import MOST_HOUSEHOLDS, MOST_PEOPLE
from registry.fieldwork.refusal import SheetRefused
from registry.models import (
    HEAD,
    FieldLine,
    FieldSheet,
    Finding,
    Household,
    IdentityNumber,
    Membership,
    NumberKind,
    Resident,
    Severity,
    SheetState,
    Which,
)
from registry.residents.masking import masked_text
from registry.values import personal_number

NOT_FOR_THE_DOOR = frozenset({"L16", "L18", "L19", "L22"})
"""Terms of the office itself; and that a visit is due, which the visit answers."""
NOBODY = "Không có hộ nào để lập phiếu: chọn thôn, tổ khác, hoặc cách chọn hộ khác."
LAST_ROLE = 999


@transaction.atomic
def make(
    commune: Unit,
    homes: Sequence[Household],
    *,
    by: Officer,
    which: str = Which.ALL,
    assigned_to: Officer | None = None,
    planned_on: dt.date | None = None,
) -> FieldSheet:
    """A sheet for these households, in this order. About eight queries whatever its size.

    The number is the commune's next of the year, taken under lock: two at once wait, one that fails leaves no gap.
    Raises SheetRefused when nobody lives there, or for more than one sheet holds.
    """
    if not homes:
        raise SheetRefused(NOBODY)
    if len(homes) > MOST_HOUSEHOLDS:
        raise SheetRefused(f"Một phiếu nhiều nhất {MOST_HOUSEHOLDS} hộ.")
    Unit.objects.select_for_update(no_key=True).get(pk=commune.pk)
    sheet = FieldSheet(
        commune=commune, year=timezone.localdate().year, which=which, assigned_to=assigned_to, planned_on=planned_on,
        hamlets=list(dict.fromkeys(home.hamlet for home in homes)), created_by=by,
    )  # fmt: skip
    sheet.serial = next_serial(commune, sheet.year)
    sheet.content = _head(sheet, by)
    lines = _lines(sheet, homes)
    if len(lines) - len(homes) > MOST_PEOPLE:
        raise SheetRefused(f"Các hộ này có quá {MOST_PEOPLE} người; chọn ít hộ hơn.")
    sheet.save()
    FieldLine.objects.bulk_create(lines)
    told = f"Lập {sheet}: {len(homes)} hộ, {len(lines) - len(homes)} người, {', '.join(sheet.hamlets)}"
    record(by, Action.CREATE, target=sheet, sentence=told[:500])
    return sheet


def next_serial(commune: Unit, year: int) -> int:
    rows = FieldSheet.objects.filter(commune=commune, year=year)
    return (rows.aggregate(last=Max("serial"))["last"] or 0) + 1


@transaction.atomic
def cancel(sheet: FieldSheet, *, by: Officer, reason: str) -> None:
    """The sheet is not wanted; its number stays taken. Raises SheetRefused when something was typed back already, or
    it is closed."""
    locked = FieldSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if not locked.is_open:
        raise SheetRefused(f"Phiếu này không còn mở: {locked.get_state_display().lower()}.")
    if not reason.strip():
        raise SheetRefused("Ghi lý do hủy.", "reason")
    if locked.lines.filter(entered_at__isnull=False).exists():
        raise SheetRefused("Phiếu đã nhập một phần, không hủy được; bấm “Kết thúc phiếu”.")
    _close(locked, SheetState.CANCELLED, by=by, reason=reason.strip()[:300])
    record(by, Action.DECIDE, target=locked, sentence=f"Hủy {locked}", reason=reason)


@transaction.atomic
def finish(sheet: FieldSheet, *, by: Officer) -> None:
    """Nobody will go again: what is not typed back stays open in the plan. Nothing to do when it is closed."""
    locked = FieldSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if locked.is_open:
        left = locked.lines.of_people().filter(entered_at=None).count()
        _close(locked, SheetState.DONE, by=by)
        record(by, Action.DECIDE, target=locked, sentence=f"Kết thúc {locked}, còn {left} người chưa có kết quả")


def _close(sheet: FieldSheet, state: SheetState, *, by: Officer, reason: str = "") -> None:
    sheet.state, sheet.closed_at, sheet.closed_by, sheet.closed_reason = state, timezone.now(), by, reason
    sheet.save(update_fields=["state", "closed_at", "closed_by", "closed_reason"])


def _head(sheet: FieldSheet, by: Officer) -> dict[str, Any]:
    commune, today = sheet.commune, timezone.localdate()
    return {
        "agency_above": words.police_of(commune.parent) if commune.parent else "",
        "agency": words.police_of(commune),
        "place_date": f"{words.place_name(commune)}, {words.long_date(today)}",
        "number": sheet.number,
        "made_by": str(by),
        "goes": str(sheet.assigned_to) if sheet.assigned_to else "",
        "planned": f"{words.weekday(sheet.planned_on)}, {sheet.planned_on:%d/%m/%Y}" if sheet.planned_on else "",
        "hamlets": sheet.hamlets,
    }


# --- lines -----------------------------------------------------------------------------------------------------------


def _lines(sheet: FieldSheet, homes: Sequence[Household]) -> list[FieldLine]:
    """Each household and then its people, the head first. Three queries."""
    members = _members(homes)
    people = [row.resident for rows in members.values() for row in rows]
    numbers, asked = _numbers(people), _asked(people)
    lines: list[FieldLine] = []
    for place, home in enumerate(homes, start=1):
        rows = members.get(home.pk, [])
        shared = [one for row in rows for one in asked[row.resident_id] if one.pop("of_household", False)]
        head = next((row.resident.full_name for row in rows if row.role and row.role.code == HEAD), "")
        told = {"place": place, "household": str(home), "code": home.code, "address": home.address,
                "hamlet": home.hamlet, "head": head}  # fmt: skip
        lines.append(FieldLine(sheet=sheet, household=home, position=len(lines) + 1, told=told, asked=_once(shared)))
        for number, row in enumerate(rows, start=1):
            own = [one for one in asked[row.resident_id] if one not in shared]
            told = _told(row, numbers.get(row.resident_id, "")) | {"place": number}
            lines.append(
                FieldLine(sheet=sheet, household=home, resident=row.resident, position=len(lines) + 1, told=told,
                          asked=own)
            )  # fmt: skip
    return lines


def _members(homes: Sequence[Household]) -> dict[int, list[Membership]]:
    rows = Membership.objects.filter(household__in=homes, to_on=None, resident__in=Resident.objects.current())
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("resident", "role").order_by("pk"):
        found[row.household_id].append(row)
    for members in found.values():
        members.sort(key=_place)
    return found


def _place(row: Membership) -> tuple[bool, int, int]:
    is_head = row.role is not None and row.role.code == HEAD
    return not is_head, row.role.position if row.role else LAST_ROLE, row.resident.birth_year or 0


def _told(row: Membership, number: str) -> dict[str, Any]:
    person = row.resident
    born = person.known_birth
    return {
        "name": person.full_name,
        "birth": born.display() if born else "",
        "sex": person.get_sex_display() if person.sex else "",
        "relation": row.role.name if row.role else "",
        "number": number,
    }


def _numbers(people: Iterable[Resident]) -> dict[int, str]:
    """Masked, whoever prints it: a paper is carried through the street."""
    rows = IdentityNumber.objects.filter(resident__in=list(people), kind=NumberKind.PERSONAL, is_active=True)
    return {row.resident_id: _masked(row.number) for row in rows}


def _masked(number: str) -> str:
    return personal_number.decode(number).masked() if len(number) == 12 else f"{number[:3]}••••••"


def _asked(people: Iterable[Resident]) -> dict[int, list[dict[str, Any]]]:
    """What is open on each, the gravest first, in plain words, with the numbers in it masked."""
    rules = catalogue()
    rows = Finding.objects.open().filter(resident__in=list(people)).exclude(rule__in=NOT_FOR_THE_DOOR)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by(URGENCY, "opened_at", "pk"):
        rule = rules.get(row.rule)
        one: dict[str, Any] = {
            "id": str(row.public_id), "rule": row.rule, "seen": fingerprint(row.evidence),
            "sentence": masked_text(row.evidence.get("sentence") or (rule.title if rule else row.rule)),
            "may_stand": row.severity != Severity.BLOCK,
        }  # fmt: skip
        if rule is not None and rule.is_shared and str(row.evidence.get("key", "")).startswith("household"):
            one["of_household"] = True
        found[row.resident_id].append(one)
    return found


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({one["sentence"]: one for one in rows}.values())


def fingerprint(evidence: dict[str, Any]) -> str:
    """Of the values a finding saw: what was asked at the door is what is verified, or nothing is."""
    text = json.dumps([evidence.get("values"), evidence.get("key", "")], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
