"""Writing the new people of a list, many in one go: the rows that residents.register would write one by one.

The columns are set by register's own functions; only the saving is in bulk. What the form cannot say (numbers of
parents, husband or wife, the card) is written beside.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.audit import record, record_all
from accounts.models import Action, Officer
from registry.bulk import check_references_at_once, copy_in
from registry.cleanup.blocking import refuse_blocked
from registry.cleanup.scan import mark_household
from registry.duplicates import index
from registry.models import (
    Household,
    IdentityDocument,
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    Roster,
    RosterPart,
    RosterRow,
    RowState,
)
from registry.residents import homes as addresses
from registry.residents.numbers import CANCELLED, FIELDS, TWELVE_DIGITS, taken
from registry.residents.register import HOMES, fill
from registry.residents.sources import chosen
from registry.rosters import households
from registry.rosters.households import Homes, Wish
from registry.rosters.values import Context, RowValues
from registry.values.card_terms import issuer_on

FIRST_CARDS = ((dt.date(2024, 7, 1), "CAN_CUOC"), (dt.date(2021, 1, 1), "CCCD_CHIP"), (dt.date.min, "CCCD_MAVACH"))
"""Which card was issued from which day on (facts.md 2.3)."""
KIN = (
    (RelationKind.FATHER, "father_name", "father_number"),
    (RelationKind.MOTHER, "mother_name", "mother_number"),
    (RelationKind.SPOUSE, "spouse_name", "spouse_number"),
)
NEW = "new"
WRITTEN = (IdentityNumber, Relation, Residence, IdentityDocument, Membership)
"""Tables in the order in which they are written, after the people."""


@dataclass
class Draft:
    """One row on its way: the person and the rows that hang on the person, not saved."""

    row: RosterRow
    told: RowValues
    resident: Resident
    rows: list[models.Model] = field(default_factory=list)
    home: Household | None = None


def write_new(
    part: RosterPart, rows: Sequence[RosterRow], told: Sequence[RowValues], *, by: Officer, context: Context
) -> dict[int, str]:
    """Write these rows as new people; answers row id -> sentence for those that cannot be, of which nothing is written.

    Some 35 statements however many. In the caller's transaction; raises what register() raises (a rule of level CHẶN,
    a clash of the database), then nothing may be kept.
    """
    drafts = [draft_of(part.roster, row, one, by=by, context=context) for row, one in zip(rows, told, strict=True)]
    refused = _taken_numbers(drafts)
    drafts = [draft for draft in drafts if draft.row.pk not in refused]
    wishes = {draft.row.pk: wish for draft in drafts if (wish := _wish(draft)) is not None}
    homes = households.settle(part, list(wishes.values()))
    for draft in drafts:
        if (wish := wishes.get(draft.row.pk)) is not None:
            _join(draft, wish, homes, refused)
    drafts = [draft for draft in drafts if draft.row.pk not in refused]
    if drafts:
        _save(drafts)
        _look_after(drafts, homes, by=by)
        _note(drafts)
    return refused


# --- one row ---------------------------------------------------------------------------------------------------------


def draft_of(roster: Roster, row: RosterRow, told: RowValues, *, by: Officer, context: Context) -> Draft:
    """As register() sets them. The row's own id is the token: no row can make two people."""
    values = told.values
    person = Resident(submit_token=row.public_id, commune=roster.commune, created_by=by)
    fill(person, values, place=context.places.place)
    draft = Draft(row, told, person)
    source = chosen(values).columns
    for kind, name in FIELDS.items():
        if values.get(name):
            draft.rows.append(IdentityNumber(resident=person, kind=kind, number=values[name], **source))
    draft.rows += kin_rows(person, told, source)
    draft.rows += _residences(person, values, source)
    draft.rows += card_rows(person, told, source)
    return draft


def kin_rows(person: Resident, told: RowValues, source: dict[str, Any]) -> Iterable[Relation]:
    for kind, name, number in KIN:
        if called := told.values.get(name) or told.extra.get(name):
            yield Relation(resident=person, kind=kind, name=called, personal_number=told.extra.get(number, ""),
                           **source).derive()  # fmt: skip


def _residences(person: Resident, values: dict[str, Any], source: dict[str, Any]) -> Iterable[Residence]:
    """As residents.homes.set_residences() for somebody who lives nowhere yet."""
    if not HOMES & values.keys():
        return
    permanent = addresses.address(values, "permanent", values.get("permanent_unit"), dates=("from_on",))
    temporary = addresses.address(values, "temporary", person.commune if values.get("temporary_from") else None,
                                  dates=("from_on", "to_on"))  # fmt: skip
    for kind, wanted in (
        (ResidenceKind.PERMANENT, permanent),
        (ResidenceKind.TEMPORARY, temporary),
        (ResidenceKind.PRESENT, addresses.present(values, permanent, temporary)),
    ):
        if wanted is not None:
            yield Residence(resident=person, kind=kind, **wanted, **source).derive()


def card_rows(person: Resident, told: RowValues, source: dict[str, Any]) -> Iterable[IdentityDocument]:
    """The paper that the dates of the row speak of: the card of the personal number, or the CMND of an old list."""
    issued_on, number = told.extra.get("card_issued_on"), told.values.get("number", "")
    if issued_on is None or not (number or told.values.get("cmnd")):
        return
    kind = kind_of_card(issued_on) if number else NumberKind.CMND9.value
    issuer = told.extra.get("card_issued_by") or (issuer_on(issued_on) if number else "")
    yield IdentityDocument(
        resident=person, kind=kind, number=number or told.values["cmnd"], issued_on=issued_on, issued_by=issuer,
        expires_on=told.extra.get("card_expires_on"), **source,
    )  # fmt: skip


def kind_of_card(issued_on: dt.date) -> str:
    return next(kind for since, kind in FIRST_CARDS if issued_on >= since)


def _wish(draft: Draft) -> Wish | None:
    key = draft.row.household_key
    return Wish(key, draft.told.values, draft.told.extra) if key else None


def _join(draft: Draft, wish: Wish, homes: Homes, refused: dict[int, str]) -> None:
    if said := homes.refused(wish):
        refused[draft.row.pk] = said
        return
    draft.home = homes.by_key[wish.key]
    draft.rows.append(
        Membership(household=draft.home, resident=draft.resident, role=wish.extra.get("household_role"),
                   from_on=wish.values.get("permanent_from"), **chosen(wish.values).columns)
    )  # fmt: skip


def _taken_numbers(drafts: Collection[Draft]) -> dict[int, str]:
    """As numbers.refuse_taken(), for all of them: row id -> sentence. Two queries; a line of the trail for each number
    of elsewhere."""
    wanted = {draft.row.pk: draft.told.values["number"] for draft in drafts if draft.told.values.get("number")}
    numbers = set(wanted.values())
    cancelled = IdentityNumber.objects.filter(kind=NumberKind.CANCELLED, number__in=numbers)
    others = IdentityNumber.objects.filter(kind__in=TWELVE_DIGITS, number__in=numbers, is_active=True)
    gone = set(cancelled.values_list("number", flat=True))
    holders = {one.number: one.resident.commune for one in others.select_related("resident__commune")}
    refused, seen = {}, {}
    for draft in drafts:
        number = wanted.get(draft.row.pk)
        if number is None:
            continue
        ours = draft.resident.commune
        if number in gone:
            refused[draft.row.pk] = CANCELLED
        elif number in holders or number in seen:
            theirs = holders.get(number, ours)
            refused[draft.row.pk] = taken(theirs, ours)
            if theirs != ours:  # the answer told something about elsewhere
                told = f"Số {number} đã thuộc hồ sơ của xã khác: không ghi dòng {draft.row.number} của danh sách nhập"
                record(draft.resident.created_by, Action.SEARCH_OUTSIDE, sentence=told)
        seen[number] = draft
    return refused


# --- all of them -----------------------------------------------------------------------------------------------------


def _save(drafts: Sequence[Draft]) -> None:
    check_references_at_once()
    copy_in([draft.resident.derive() for draft in drafts])
    by_table: dict[Any, list[models.Model]] = {model: [] for model in WRITTEN}
    for row in chain.from_iterable(draft.rows for draft in drafts):
        by_table[type(row)].append(row)
    for rows in by_table.values():
        copy_in(rows)


def _look_after(drafts: Sequence[Draft], homes: Homes, *, by: Officer) -> None:
    """What register() does after the rows: the rules of level CHẶN, the profiles, the marks, the trail."""
    ids = [draft.resident.pk for draft in drafts]
    joined = [draft.resident.pk for draft in drafts if draft.home is not None and draft.home.pk not in homes.new]
    if joined:
        mark_household(joined)
    refuse_blocked(ids)
    index.write_first(ids)
    record_all(by, Action.CREATE, [(draft.resident, _sentence(draft)) for draft in drafts])


def _sentence(draft: Draft) -> str:
    return f"Ghi nhận cư dân {draft.resident.audit_label()}, từ dòng {draft.row.number} của danh sách nhập"


def _note(drafts: Sequence[Draft]) -> None:
    now = timezone.now()
    for draft in drafts:
        row = draft.row
        rows: dict[str, list[int]] = {}
        for one in draft.rows:
            rows.setdefault(one._meta.label, []).append(one.pk)
        row.state, row.resident, row.applied_at, row.said = RowState.APPLIED, draft.resident, now, ""
        row.written = {"kind": NEW, "rows": rows}
