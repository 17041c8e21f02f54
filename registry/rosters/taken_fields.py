"""The taken fields of a row, as the form of the record would send them; and beside them what the form cannot say."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from accounts.audit import record
from accounts.models import Action, Officer
from registry.cleanup.blocking import refuse_blocked
from registry.cleanup.facts import CARD_KINDS, CMND_KINDS
from registry.duplicates import index
from registry.models import (
    DocumentState,
    IdentityDocument,
    NumberKind,
    Relation,
    RelationKind,
    Resident,
    RosterPart,
    RosterRow,
)
from registry.models import ResidenceKind as Kind
from registry.residents.current import Shown
from registry.residents.register import PLAIN_FIELDS
from registry.residents.sources import chosen
from registry.rosters import households
from registry.rosters.current import CurrentRecord
from registry.rosters.differing import OTHER_HOME
from registry.rosters.fields import FIELDS
from registry.rosters.households import Wish
from registry.rosters.parked import Parked
from registry.rosters.values import RowValues
from registry.rosters.writing import KIN, card_rows

OF_THE_FORM: Final = frozenset({*PLAIN_FIELDS, "number", "cmnd", "father_name", "mother_name"})
WHERE: Final = {
    Kind.PERMANENT: {"permanent_line", "permanent_unit", "permanent_hamlet", "permanent_street"},
    Kind.TEMPORARY: {"temporary_line"},
    Kind.PRESENT: {"present_line"},
}
WHEN: Final[Mapping[Kind, tuple[str, ...]]] = {Kind.PERMANENT: ("from",), Kind.TEMPORARY: ("from", "to")}
PLACE: Final = ("unit", "hamlet", "street", "raw")
HOUSE: Final = frozenset({"household_key", "household_role"})
OF_A_CARD: Final = frozenset({"card_issued_on", "card_issued_by", "card_expires_on"})
NO_BEGINNING: Final = "Nơi tạm trú trên hồ sơ thiếu ngày bắt đầu; bổ sung trên hồ sơ rồi kiểm tra lại dòng."
OTHER_SPOUSE: Final = "Hồ sơ đã ghi vợ, chồng là {}; kết thúc quan hệ đó trước khi ghi người khác."


def form_values(
    part: RosterPart, row: RosterRow, told: RowValues, taken: Collection[str], record: CurrentRecord
) -> dict[str, Any]:
    """What correct() is given: the fields taken, and of an address or a household the rest as it stands. Raises
    Parked."""
    found = {name: told.values[name] for name in OF_THE_FORM & set(taken) if name in told.values}
    found |= {name: told.values[name] for name in ("source", "source_on")}
    found |= _homes(told, set(taken), record.shown)
    return found | _household(part, row, told, set(taken), record)


def _homes(told: RowValues, taken: set[str], shown: Shown) -> dict[str, Any]:
    """The form speaks of all three places at once: those that are not taken are said as they stand."""
    dates = {f"{kind}_{date}" for kind, names in WHEN.items() for date in names}
    if not taken & (dates | set().union(*WHERE.values())):
        return {}
    found: dict[str, Any] = {"present_same": False}
    for kind, row in shown.residences.items():
        if kind == Kind.TEMPORARY and row.from_on is None and "temporary_from" not in taken:
            raise Parked(NO_BEGINNING)
        found |= {f"{kind}_unit": row.unit, f"{kind}_hamlet": row.hamlet, f"{kind}_street": row.street}
        found |= {f"{kind}_from": row.from_on, f"{kind}_to": row.to_on}
    for kind, fields in WHERE.items():
        if fields & taken:
            parts = (f"{kind}_{name}" for name in PLACE)
            found |= {name: told.values[name] for name in parts if name in told.values}
    return found | {name: told.values[name] for name in dates & taken if name in told.values}


def _household(
    part: RosterPart, row: RosterRow, told: RowValues, taken: set[str], record: CurrentRecord
) -> dict[str, Any]:
    """Somebody without a household joins the one of the file; whoever has one keeps it, with the role that was taken.
    Raises Parked for another household."""
    if not taken & HOUSE:
        return {}
    standing, key = record.shown.membership, row.household_key
    role = told.extra.get("household_role")
    home = standing.household if standing else None
    if "household_key" in taken and key:
        wish = Wish(key, told.values, told.extra)
        homes = households.settle(part, [wish])
        if home is not None and homes.by_key[wish.key].pk != home.pk:
            raise Parked(OTHER_HOME.format(home.code))
        home = homes.by_key[wish.key]
    if home is None:
        return {}
    if "household_role" not in taken or role is None:
        role = standing.role if standing else role
    return {"household_choice": "existing", "household_code": home, "household_role": role}


# --- beside the form -------------------------------------------------------------------------------------------------


def write_beside(person: Resident, told: RowValues, taken: Collection[str], *, by: Officer, basis: str) -> None:
    """Numbers of parents, husband or wife, the card. In the caller's transaction, which holds the person. Raises
    Parked, WriteBlocked."""
    done = [*_kin(person, told, set(taken)), *_card(person, told, set(taken))]
    if not done:
        return
    Resident.objects.filter(pk=person.pk).update(scan_due=True, matching_due=True)
    refuse_blocked([person.pk])
    index.refresh([person.pk])
    names = ", ".join(FIELDS[name].label for name in done)
    record(by, Action.CHANGE, target=person, reason=basis, sentence=f"Sửa {person.audit_label()}: {names}")


def _kin(person: Resident, told: RowValues, taken: set[str]) -> list[str]:
    source = chosen(told.values).columns
    done = []
    for kind, name, number in KIN:
        wanted = {"name": told.extra.get(name, "")} if kind == RelationKind.SPOUSE and name in taken else {}
        wanted |= {"personal_number": told.extra.get(number, "")} if number in taken else {}
        wanted = {column: text for column, text in wanted.items() if text}
        if not wanted:
            continue
        line = person.relations.filter(kind=kind, is_current=True).order_by("is_adoptive", "pk").first()
        if line is None and "name" not in wanted:
            continue
        if line is not None and line.person_id and "name" in wanted and line.name != wanted["name"]:
            raise Parked(OTHER_SPOUSE.format(line.name))
        line = line or Relation(resident=person, kind=kind)
        for column, value in (wanted | source).items():
            setattr(line, column, value)
        line.save()
        done += [name if column == "name" else number for column in wanted]
    return done


def _card(person: Resident, told: RowValues, taken: set[str]) -> list[str]:
    """The card of the row. One of that day is completed; another takes the place of those before it."""
    if not taken & OF_A_CARD:
        return []
    number = person.numbers.filter(kind=NumberKind.PERSONAL, is_active=True).values_list("number", flat=True).first()
    cards = person.documents.filter(kind__in=(*CARD_KINDS, *CMND_KINDS))
    in_use = cards.filter(kind__in=CARD_KINDS, state=DocumentState.IN_USE).order_by("issued_on", "pk").last()
    issued_on = told.extra.get("card_issued_on") if "card_issued_on" in taken else in_use and in_use.issued_on
    same = cards.filter(kind__in=CARD_KINDS, issued_on=issued_on).order_by("pk").first() if issued_on else in_use
    if same is not None:
        columns = {"card_issued_by": "issued_by", "card_expires_on": "expires_on"}
        for name in taken & columns.keys():
            setattr(same, columns[name], told.extra.get(name) or getattr(same, columns[name]))
        same.save()
        return sorted(taken & OF_A_CARD)
    whole = RowValues({"number": number or "", **told.values}, {**told.extra, "card_issued_on": issued_on})
    for card in card_rows(person, whole, chosen(told.values).columns):
        _put(card, person)
        return sorted(taken & OF_A_CARD)
    return []


def _put(card: IdentityDocument, person: Resident) -> None:
    """As residents.documents.record_scanned_card(): a card older than one in use is itself "Đã đổi"."""
    cards = person.documents.filter(kind__in=(*CARD_KINDS, *CMND_KINDS), state=DocumentState.IN_USE)
    if cards.filter(issued_on__gt=card.issued_on).exists():
        card.state = DocumentState.REPLACED
    else:
        cards.update(state=DocumentState.REPLACED)
    card.save()
