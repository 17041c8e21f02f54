"""A scanned card beside the record of its holder: what differs, and the writing of what the officer chose.

Nothing is decided here for the officer. The personal number, the cancelled number and the permanent residence are
shown and never written: each has its own procedure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.text import accent_key, fold
from registry import codes
from registry.models import (
    NAME_PARTS,
    CardScan,
    ConfirmedHow,
    DocumentState,
    IdentityDocument,
    NumberKind,
    RelationKind,
    ResidenceKind,
    Resident,
    ScanKind,
    Sex,
)
from registry.residents import freshness, scan
from registry.residents.current import Shown, shown
from registry.residents.documents import record_scanned_card
from registry.residents.register import PLAIN_FIELDS, correct
from registry.residents.scan import ScanRefused
from registry.residents.snapshot import Snapshot, snapshot
from registry.residents.sources import CARD as QR
from registry.values import partial_date
from registry.values.partial_date import DateRefused

RECORD, CARD = "ho-so", "the"  # the two answers to "which one is right"
LEAST_BASIS = 5  # letters
NAMES_OF_SNAPSHOT = {
    "number": "số định danh", "cmnd": "CMND", "full_name": "họ tên", "birth_date": "ngày sinh", "sex": "giới tính",
    "father_name": "cha", "mother_name": "mẹ",
}  # fmt: skip
NOT_ASKED = frozenset({"residence", "cancelled_number"})
NUMBER_IS_KEPT = (
    "Số định danh không đổi tại đây: việc hủy, xác lập lại số cần căn cứ và cán bộ thứ hai. "
    "Kiểm tra thẻ có đúng của người này không."
)


@dataclass(frozen=True)
class Row:
    """One field: what the record says and what the card says. `may_choose`: the card's value can be taken here."""

    name: str
    label: str
    ours: str
    theirs: str
    is_same: bool
    may_choose: bool = False
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the officer must say which one is right."""
        return self.may_choose and not self.is_same


@dataclass(frozen=True)
class Comparison:
    rows: list[Row]
    snapshot: Snapshot
    card_is_new: bool
    """The card itself is not yet among the papers of the record."""

    @property
    def open_rows(self) -> list[Row]:
        return [row for row in self.rows if row.is_open]

    @property
    def differs(self) -> bool:
        return any(not row.is_same for row in self.rows)

    @property
    def agrees(self) -> bool:
        """Whether the card says of the person what the record says: number, name and birth at least. The address on a
        card is that of its day of issue, a cancelled number is no longer the person's: neither is asked."""
        said = {row.name for row in self.rows if row.is_same}
        told_apart = {"number", "birth_date"} <= said and bool({"full_name", "name"} & said)
        return told_apart and all(row.is_same or row.name in NOT_ASKED for row in self.rows)


def compare(resident: Resident, card: CardScan) -> Comparison:
    """Field by field, what the card names and nothing else. Six queries at most."""
    rows = shown(resident)
    documents = list(resident.documents.all())
    fields = card.fields
    lines = [
        _number(rows, fields),
        _cancelled(resident, fields) if fields.get("cancelled_number") else None,
        _cmnd(rows, fields) if fields.get("cmnd") else None,
        _name(resident.full_name, fields),
        _birth(resident, fields),
        _sex(resident, fields),
        _line("father_name", "Họ tên cha", rows.relative(RelationKind.FATHER), fields.get("father_name", "")),
        _line("mother_name", "Họ tên mẹ", rows.relative(RelationKind.MOTHER), fields.get("mother_name", "")),
        _home(rows, card),
        _expiry(documents, fields),
    ]
    issued_on = scan.day_of(fields, "issued_on")
    return Comparison(
        rows=[line for line in lines if line is not None],
        snapshot=snapshot(resident, rows),
        card_is_new=issued_on is not None and not any(one.issued_on == issued_on for one in documents),
    )


# --- One line each ----------------------------------------------------------------------------------------------------


def _line(name: str, label: str, ours: str, theirs: str, *, is_same: bool | None = None) -> Row | None:
    if not theirs:
        return None
    same = ours == theirs if is_same is None else is_same
    return Row(name, label, ours, theirs, same, may_choose=True)


def _number(rows: Shown, fields: Mapping[str, str]) -> Row:
    ours, theirs = rows.number(NumberKind.PERSONAL), fields["number"]
    note = NUMBER_IS_KEPT if ours and ours != theirs else ""
    return Row("number", "Số định danh", ours, theirs, ours == theirs, may_choose=not ours, note=note)


def _cmnd(rows: Shown, fields: Mapping[str, str]) -> Row:
    """A first CMND may be taken from the card; changing a recorded one needs a second officer (registry/numbers/)."""
    ours, theirs = rows.number(NumberKind.CMND9), fields["cmnd"]
    note = "" if not ours or ours == theirs else "Số CMND đã ghi sửa bằng việc “Hủy, sửa số CMND”."
    return Row("cmnd", "Số CMND 9 số", ours, theirs, ours == theirs, may_choose=not ours, note=note)


def _cancelled(resident: Resident, fields: Mapping[str, str]) -> Row:
    theirs = fields["cancelled_number"]
    known = resident.numbers.filter(number=theirs).exists()
    note = "" if known else "Hồ sơ chưa có số đã hủy này: ghi theo thủ tục hủy, xác lập lại số."
    return Row("cancelled_number", "Số định danh đã hủy", theirs if known else "", theirs, known, note=note)


def _name(ours: str, fields: Mapping[str, str]) -> Row | None:
    """Hòa and hoà are one name in two styles: equal, and never changed for that (facts 7.4). MRZ has no marks, cuts
    long names, and orders some otherwise.
    """
    if fields.get("full_name"):
        theirs = fields["full_name"]
        same = accent_key(ours) == accent_key(theirs)
        return _line("full_name", "Họ, chữ đệm và tên", ours, theirs, is_same=same)
    if plain := fields.get("name_without_marks", ""):
        same = set(fold(plain).split()) <= set(fold(ours).split())
        return Row("name", "Họ tên không dấu", ours, plain.upper(), same, note="" if same else "Kiểm tra lại tên.")
    return None


def _birth(resident: Resident, fields: Mapping[str, str]) -> Row | None:
    try:
        ours = resident.birth_date.display() if resident.birth_date else ""
    except DateRefused:
        ours = f"{resident.birth_day}/{resident.birth_month}/{resident.birth_year}"
    return _line("birth_date", "Ngày sinh", ours, fields.get("birth_date", ""))


def _sex(resident: Resident, fields: Mapping[str, str]) -> Row | None:
    theirs = codes.SEXES.name(fields.get("sex", ""))
    return _line("sex", "Giới tính", Sex(resident.sex).label if resident.sex else "", theirs)


def _home(rows: Shown, card: CardScan) -> Row | None:
    """The card keeps the address of the day of issue, with the units of that day: shown to compare by eye."""
    theirs = card.fields.get("residence", "")
    if not theirs:
        return None
    home = rows.residences.get(ResidenceKind.PERMANENT)
    words = set(fold(theirs).split())
    same = home is not None and set(fold(f"{home.street} {home.hamlet} {home.unit.name}").split()) <= words
    label = "Nơi thường trú" if card.kind == ScanKind.QR_2021 else "Nơi cư trú"
    note = "" if same else "Nơi cư trú chỉ đổi theo thủ tục cư trú, không lấy theo thẻ."
    return Row("residence", label, home.address if home else "", theirs, same, note=note)


def _expiry(documents: Iterable[IdentityDocument], fields: Mapping[str, str]) -> Row | None:
    """Of the one card in use that bears the number. Without one there is nothing to write it to."""
    theirs = fields.get("expires_on", "")
    current = card_in_use(documents, fields["number"])
    if not theirs or current is None:
        return None
    ours = "không thời hạn" if current.no_expiry else f"{current.expires_on:%d/%m/%Y}" if current.expires_on else ""
    return _line("expires_on", "Thẻ có giá trị đến", ours, theirs)


def card_in_use(documents: Iterable[IdentityDocument], number: str) -> IdentityDocument | None:
    held = [one for one in documents if one.state == DocumentState.IN_USE and one.number == number]
    return held[0] if len(held) == 1 else None


# --- Writing what was chosen ------------------------------------------------------------------------------------------


def values_of(resident: Resident, rows: Shown) -> dict[str, Any]:
    """The record as a correction takes it, field by field what it is now (registry.residents.register.correct)."""
    values: dict[str, Any] = {name: getattr(resident, name) for name in PLAIN_FIELDS if name != "birth_date"}
    try:
        values["birth_date"] = resident.birth_date
    except DateRefused:
        values["birth_date"] = None  # no calendar has it; apply() refuses to lose it unless the card's is taken
    values |= {"number": rows.number(NumberKind.PERSONAL), "cmnd": rows.number(NumberKind.CMND9)}
    values |= {"father_name": rows.relative(RelationKind.FATHER), "mother_name": rows.relative(RelationKind.MOTHER)}
    for kind, home in rows.residences.items():
        values |= {f"{kind}_unit": home.unit, f"{kind}_hamlet": home.hamlet, f"{kind}_street": home.street}
        values |= {f"{kind}_from": home.from_on, f"{kind}_to": home.to_on}
    values["present_same"] = False
    if resident.split_confirmed:
        values |= {name: getattr(resident, name) for name in NAME_PARTS}
    if rows.membership:
        values |= {
            "household_choice": "existing",
            "household_code": rows.membership.household,
            "household_role": rows.membership.role,
        }
    return values


def apply(
    resident: Resident, card: CardScan, *, taken: set[str], basis: str, opened_with: Snapshot | None, by: Officer
) -> list[str]:
    """Write the fields in `taken` as the card has them, their source, and the card itself when it is new.

    One transaction. Answers what changed, in Vietnamese; nothing twice. Raises ScanRefused, or RegisterRefused when
    the record was changed meanwhile, with nothing written.
    """
    with transaction.atomic():
        found = compare(resident, card)
        names = {row.name for row in found.open_rows} & taken
        changed = _correct(resident, card, names - {"expires_on"}, basis=basis, opened_with=opened_with, by=by)
        if "expires_on" in names and _write_expiry(resident, card, basis=basis, by=by):
            changed.append("hạn thẻ")
        if _write_card(resident, card, by=by):
            changed.append("thẻ mới trong mục Giấy tờ")
        confirm_where_it_agrees(Resident.objects.get(pk=resident.pk), card, by=by)
    return changed


def confirm_where_it_agrees(resident: Resident, card: CardScan, *, by: Officer) -> bool:
    """The person was here with a card that says what the record says: the record is confirmed (freshness.py).

    A reading with a wrong check digit confirms nothing. Six queries, a seventh where it agrees.
    """
    if card.faults or not compare(resident, card).agrees:
        return False
    return bool(freshness.confirm([resident.pk], ConfirmedHow.SCAN, by=by))


def _correct(
    resident: Resident, card: CardScan, names: set[str], *, basis: str, opened_with: Snapshot | None, by: Officer
) -> list[str]:
    if not names:
        return []
    values = values_of(resident, shown(resident)) | {name: _value(name, card.fields[name]) for name in names}
    if "full_name" in names:
        values |= dict.fromkeys(NAME_PARTS, "")  # another name: taken apart anew
    values |= {"source": source_of(card.kind), "source_on": timezone.localdate()}
    try:
        changed = correct(resident, values, by=by, basis=basis, opened_with=opened_with)
    except DateRefused as impossible:  # an imported date that no calendar has (rule D08)
        raise ScanRefused(
            f"Ngày sinh trong hồ sơ không có thật. {impossible} Bấm Sửa hồ sơ, sửa trước."
        ) from impossible
    if unasked := set(changed) - {NAMES_OF_SNAPSHOT[name] for name in names}:
        listed = ", ".join(sorted(unasked))
        raise ScanRefused(f"Hồ sơ có chỗ chưa hợp lệ ({listed}) nên chưa ghi được theo thẻ. Bấm Sửa hồ sơ, sửa trước.")
    return changed


def _value(name: str, text: str) -> Any:
    match name:
        case "birth_date":
            return partial_date.parse(text)
        case "sex":
            return int(text)
    return text


def source_of(kind: str) -> str:
    return "GIAY_TO" if kind == ScanKind.MRZ else QR


def _write_card(resident: Resident, card: CardScan, *, by: Officer) -> bool:
    issued_on = scan.day_of(card.fields, "issued_on")
    if issued_on is None or issued_on > timezone.localdate():
        return False
    written = record_scanned_card(
        resident, kind=card.fields["document_kind"], number=card.fields["number"], issued_on=issued_on,
        source=source_of(card.kind), on=timezone.localdate(), by=by,
    )  # fmt: skip
    return written is not None


def _write_expiry(resident: Resident, card: CardScan, *, basis: str, by: Officer) -> bool:
    current = card_in_use(resident.documents.select_for_update(), card.fields["number"])
    if current is None:
        return False
    current.expires_on = scan.day_of(card.fields, "expires_on")
    current.no_expiry = current.expires_on is None
    current.save()
    sentence = f"Ghi hạn {current.kind_name.lower()} của {resident.audit_label()}: {card.fields['expires_on']}"
    record(by, Action.CHANGE, target=resident, sentence=sentence, reason=basis)
    return True


def basis_of(card: CardScan) -> str:
    """The basis that the page proposes."""
    return f"Theo {scan.label_of(card.kind, card.fields)}"


# --- A person registered with a card ----------------------------------------------------------------------------------


def after_register(resident: Resident, values: Mapping[str, Any], *, by: Officer) -> None:
    """The card that filled the form goes with the new record: its scan, the text of its address, and the card itself.

    In the caller's transaction. Where each field comes from, register() has written down already (sources.py). A card
    whose number the officer changed is another person's: nothing of it is kept.
    """
    fields = dict(values.get("from_card") or {})
    kind = fields.pop("scan", "")
    if not kind or fields.get("number") != values.get("number"):
        return
    kept = scan.keep_scan(resident, scan.Reading(kind, fields), by=by)
    _keep_address(resident, fields.get("residence", ""))
    _write_card(resident, kept, by=by)
    confirm_where_it_agrees(resident, kept, by=by)


def _keep_address(resident: Resident, text: str) -> None:
    """The address as the card words it stays beside the units it became (facts 7.6)."""
    home = resident.residences.filter(kind=ResidenceKind.PERMANENT, closed_at=None).first()
    if home and text and not home.raw_text:
        home.raw_text = text[:300]
        home.save()
