"""A card in the citizen's hand: the text of its QR, or its MRZ lines, read and turned into the fields of the form.

The raw text is kept in one place only, the audit line of that scan. What travels on (a CardScan, a signed field of a
form) are the parsed fields that could be trusted.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db import transaction

from accounts.audit import record
from accounts.models import Action, Officer, Unit
from accounts.scope import OfficerRequest
from accounts.text import fold
from registry.addresses.line import read_line
from registry.models import CardScan, IdentityNumber, Resident, ScanKind
from registry.residents import sources
from registry.values import card_qr, mrz, partial_date, personal_number
from registry.values.partial_date import DateRefused

MOST_HOLDERS = 5
MOST_KEPT = 2_000  # characters of the raw text in the trail
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SALT = "card-scan"
ONLY_DIGITS = "Chỉ dùng số và ngày của lần quét này; họ tên, địa chỉ không dùng."
_AS_THEY_STAND = (
    "number", "cmnd", "full_name", "sex", "residence", "cancelled_number", "father_name", "mother_name",
)  # fmt: skip


class ScanRefused(Exception):
    """The scan says nothing that can be used, or the record was not written. The message is for the officer."""


@dataclass(frozen=True)
class Reading:
    """What one scan said. `fields`: name -> text, dates as dd/mm/yyyy, only what may be trusted; `told` is what the
    officer should know; `faults` the MRZ check digits that failed; `garbled` how an input method spoiled the letters.
    """

    kind: str
    fields: dict[str, str]
    told: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    garbled: str = ""

    @property
    def warnings(self) -> list[str]:
        first = [f"{self.garbled} {ONLY_DIGITS} {card_qr.TURN_OFF}"] if self.garbled else []
        return [*first, *self.told]

    @property
    def number(self) -> str:
        return self.fields["number"]

    @property
    def label(self) -> str:
        return label_of(self.kind, self.fields)


def label_of(kind: str, fields: Mapping[str, str]) -> str:
    """What a basis calls the card: "thẻ căn cước cấp ngày 05/07/2024"."""
    if kind == ScanKind.MRZ:
        return "dòng MRZ của thẻ"
    card = "thẻ CCCD gắn chip" if kind == ScanKind.QR_2021 else "thẻ căn cước"
    return f"{card} cấp ngày {fields['issued_on']}" if fields.get("issued_on") else f"mã QR của {card}"


def looks_like_scan(text: str) -> bool:
    return card_qr.looks_like_card(text) or mrz.looks_like_mrz(text)


def read(text: str) -> Reading:
    """Read a QR or MRZ text. Raises ScanRefused."""
    try:
        return _of_mrz(mrz.read(text)) if mrz.looks_like_mrz(text) else of_qr(card_qr.read(text))
    except (card_qr.CardRefused, mrz.MrzRefused) as refused:
        raise ScanRefused(str(refused)) from refused


def number_of(text: str) -> str:
    """The number of a card whose text came where it should not, such as an address; "" when there is none."""
    try:
        return read(text).number
    except ScanRefused:
        return ""


def of_qr(card: card_qr.CardQr) -> Reading:
    trusted = card.trusted
    fields = {name: str(getattr(card, name)) for name in _AS_THEY_STAND if name in trusted}
    if card.birth:
        fields["birth_date"] = card.birth.display()
    if card.issued_on:
        fields |= {"issued_on": f"{card.issued_on:%d/%m/%Y}", "document_kind": card.document_kind}
    told = [doubt.sentence for doubt in card.doubts]
    kind = ScanKind.QR_2021 if card.layout == card_qr.LAYOUT_2021 else ScanKind.QR_2024
    return Reading(kind, fields, told, garbled=card.garbled)


def _of_mrz(lines: mrz.Mrz) -> Reading:
    """Only the fields whose check digit agrees; the number always, for it is what the person is looked up by."""
    fields = {"number": lines.number, "name_without_marks": lines.full_name}
    if lines.birth and mrz.BIRTH not in lines.failed:
        fields["birth_date"] = lines.birth.display()
    if lines.sex and mrz.COMPOSITE not in lines.failed:
        fields["sex"] = lines.sex
    if mrz.EXPIRY not in lines.failed and (lines.no_expiry or lines.expires_on):
        fields["expires_on"] = "không thời hạn" if lines.no_expiry else f"{lines.expires_on:%d/%m/%Y}"
    told = [*lines.sentences, *(["Gõ hoặc quét lại ba dòng MRZ."] if lines.sentences else [])]
    return Reading(ScanKind.MRZ, fields, told, faults=list(lines.failed))


# --- Who holds this card ----------------------------------------------------------------------------------------------


def holders(reading: Reading, officer: Officer) -> list[Resident]:
    """Whose card it is, in the officer's scope: by the number, else the cancelled number, else the CMND together with
    the year of birth or the name (CMND numbers repeat). Three queries at most.
    """
    rows = Resident.objects.on_the_books().in_scope(officer).select_related("commune")
    for name in ("number", "cancelled_number", "cmnd"):
        number = reading.fields.get(name)
        if not number:
            continue
        ids = IdentityNumber.objects.filter(number=number).values("resident")
        found = list(rows.filter(pk__in=ids).order_by("pk")[:MOST_HOLDERS])
        if name == "cmnd":
            found = [person for person in found if _may_be(person, reading)]
        if found:
            return found
    return []


def _may_be(person: Resident, reading: Reading) -> bool:
    same_name = fold(reading.fields.get("full_name", "")) == person.name_folded
    return same_name or (person.birth_year is not None and person.birth_year == year_of(reading))


def year_of(reading: Reading) -> int | None:
    try:
        return partial_date.parse(reading.fields.get("birth_date", "")).year
    except DateRefused:
        return None


# --- What is kept -----------------------------------------------------------------------------------------------------


@transaction.atomic
def keep(
    request: OfficerRequest, reading: Reading, *, raw: str, found: list[Resident], writes: bool = True
) -> CardScan | None:
    """Write the one audit line that holds the raw text, and for one known person the CardScan. Two queries."""
    person = found[0] if len(found) == 1 else None
    masked = personal_number.decode(reading.number).masked()
    record(
        request,
        Action.VIEW,
        target=person,
        sentence=f"Quét {CardScan(kind=reading.kind).get_kind_display()} số {masked}: {len(found)} hồ sơ",
        data={"raw": storable(raw)} if raw else None,
    )
    return keep_scan(person, reading, by=request.user) if person and writes else None


def keep_scan(person: Resident, reading: Reading, *, by: Officer) -> CardScan:
    """What the card said, for the rules that compare the record with it (D32, D33): they are asked again."""
    Resident.objects.filter(pk=person.pk, scan_due=False).update(scan_due=True)
    return CardScan.objects.create(
        resident=person, kind=reading.kind, fields=reading.fields, faults=reading.faults, by=by
    )


def storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor half a character."""
    return _UNSTORABLE.sub("\ufffd", text)[:MOST_KEPT]


def for_form(reading: Reading) -> str:
    """What the register form carries in `from_card` (registry.residents.sources): the fields, signed."""
    return sources.sealed(reading.fields | {"scan": reading.kind})


def sealed(reading: Reading) -> str:
    """The parsed fields, signed, to travel with a form; never the raw text."""
    told = {"kind": reading.kind, "fields": reading.fields, "told": reading.told, "faults": reading.faults}
    return signing.dumps(told | {"garbled": reading.garbled}, salt=_SALT, compress=True)


def unsealed(text: str) -> Reading | None:
    """None for anything that sealed() did not make."""
    try:
        return Reading(**signing.loads(text, salt=_SALT))
    except signing.BadSignature:
        return None


# --- Into the register form -------------------------------------------------------------------------------------------

OF_THE_FORM = ("number", "cmnd", "full_name", "birth_date", "sex", "father_name", "mother_name")


def form_values(reading: Reading, commune: Unit | None) -> tuple[dict[str, str], str]:
    """The register form's fields as the card fills them, and a sentence about its address."""
    values = {name: reading.fields[name] for name in OF_THE_FORM if name in reading.fields}
    place, sentence = place_of(reading.fields.get("residence", ""), commune)
    return values | place, sentence


def place_of(text: str, commune: Unit | None) -> tuple[dict[str, str], str]:
    """The fields of the permanent residence as the card's address fills them, and what the officer should know of it.

    No fields when the commune of today is not certain: the officer then reads the text of the card and types.
    """
    if not text:
        return {}, ""
    line = read_line(text, near=commune)
    unit = line.place.unit
    if unit is None:
        return {}, f"Nơi cư trú trên thẻ: {text}. {line.place.sentence}".strip()
    name = unit.name if commune and unit.pk == commune.pk else unit.path
    values = {"permanent_unit": name, "permanent_hamlet": line.hamlet, "permanent_street": line.street}
    return values, line.place.sentence


def day_of(fields: Mapping[str, Any], name: str) -> dt.date | None:
    """A full date of the fields, None when there is none."""
    try:
        return partial_date.parse(fields.get(name, "")).as_date()
    except DateRefused:
        return None
