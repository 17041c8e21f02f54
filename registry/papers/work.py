"""The work on cards and papers: recorded, and their state changed. One card at most is in use (rule S10)."""

import datetime as dt

from registry.changes.kinds import Kind, Subject, register
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.facts import CARD_KINDS, CMND_KINDS, birth_of
from registry.models import DocumentState, IdentityDocument, NumberKind, Resident, ResidentState
from registry.papers.forms import DAY, PaperForm, PaperStateForm
from registry.values.card_terms import expiry, is_lawful, issuer_on
from registry.values.partial_date import PartialDate
from registry.values.periods import years_after

NEW_CARD = "CAN_CUOC"
CMND_YEARS = 15  # a CMND held for fifteen years (NĐ 05/1999/NĐ-CP Đ2)
NUMBER_KINDS = {"CMND9": NumberKind.CMND9, "CMND12": NumberKind.CMND12, "GCN_CAN_CUOC": NumberKind.CERTIFICATE}
ONE_IN_USE = (*CARD_KINDS, *CMND_KINDS)


def record_paper(order: Order) -> None:
    """Write the card or paper; in use, it takes the place of every other card. The same one is written once."""
    person, values = order.subject, order.values
    number = values["number"] or _personal_number(person)
    known = person.documents.filter(kind=values["kind"], number=number, issued_on=values["issued_on"]).first()
    row = known or IdentityDocument(resident=person, kind=values["kind"], number=number, issued_on=values["issued_on"])
    before = described(row) if known else ""
    row.issued_by = values["issued_by"] or _issuer(row)
    row.expires_on, row.no_expiry = _end(order, row)
    row.state, row.source, row.source_on = DocumentState(values["state"]), values["source"], values["received_on"]
    _check(order, row)
    row.save()
    _tell(order, row, before)
    _replace_others(order, row)


def change_state(order: Order) -> None:
    row = order.subject.documents.filter(pk=order.values["line"].pk).first()
    if row is None:
        raise ChangeRefused("line", "Giấy tờ này không còn trong hồ sơ.")
    if row.state == order.values["state"]:
        raise ChangeRefused("state", "Giấy tờ này đang ở tình trạng đó.")
    before = described(row)
    row.state = DocumentState(order.values["state"])
    row.save()
    _tell(order, row, before)
    _replace_others(order, row)


def described(row: IdentityDocument) -> str:
    ends = f"có giá trị đến {row.expires_on:{DAY}}" if row.expires_on else "không thời hạn" if row.no_expiry else ""
    issued = f"cấp {row.issued_on:{DAY}}" if row.issued_on else ""
    return ", ".join(filter(None, [f"số {row.number}", issued, row.issued_by, ends, row.get_state_display().lower()]))


def _tell(order: Order, row: IdentityDocument, before: str) -> None:
    if before != described(row):
        order.tell(order.subject, row.kind_name, before, described(row))


def _personal_number(person: Resident) -> str:
    row = person.numbers.filter(kind=NumberKind.PERSONAL, is_active=True).first()
    if row is None:
        raise ChangeRefused("number", "Hồ sơ chưa có số định danh: ghi số trên thẻ.")
    return row.number


def _issuer(row: IdentityDocument) -> str:
    return issuer_on(row.issued_on) if row.kind in CARD_KINDS and row.issued_on else ""


def _end(order: Order, row: IdentityDocument) -> tuple[dt.date | None, bool]:
    """What was typed; of a card the law's end where nothing was."""
    expires_on, no_expiry = order.values.get("expires_on"), order.values["no_expiry"]
    born, issued_on = birth_of(order.subject), row.issued_on
    if expires_on or no_expiry or issued_on is None:
        return expires_on, no_expiry
    if row.kind in CMND_KINDS:
        return years_after(issued_on, CMND_YEARS), False
    if row.kind not in CARD_KINDS or born is None:
        return None, False
    ends = expiry(born, issued_on)
    words = f"đến {ends:{DAY}}" if ends else "không thời hạn"
    order.warn(f"Thời hạn tính theo Điều 21 Luật Căn cước: {words}. Đối chiếu với thẻ trước khi ghi.")
    return ends, ends is None


def _check(order: Order, row: IdentityDocument) -> None:
    """What is unlikely is said (rules D24, D25, S12); what cannot be is refused."""
    person, born = order.subject, birth_of(order.subject)
    if born and row.issued_on and row.issued_on < born.earliest():
        raise ChangeRefused("issued_on", "Ngày cấp trước ngày sinh.")
    if row.kind == NEW_CARD and born and row.issued_on and (row.expires_on or row.no_expiry):
        _check_end(order, born, row.issued_on, row.expires_on)
    if row.kind in CARD_KINDS and row.issued_on and row.issued_by != issuer_on(row.issued_on):
        order.warn(f"Thẻ cấp ngày {row.issued_on:{DAY}} thường ghi nơi cấp “{issuer_on(row.issued_on)}”.")
    held = list(person.numbers.values_list("kind", "number", "is_active"))
    if row.kind in CARD_KINDS and (NumberKind.PERSONAL, row.number, True) not in held:
        order.warn("Số trên thẻ khác số định danh đang ghi trong hồ sơ.")
    kind = NUMBER_KINDS.get(row.kind)
    if kind and not any(one[:2] == (kind, row.number) for one in held):
        order.then(f"Số {row.number} chưa có trong các số của hồ sơ: làm việc “Ghi thêm số”.")


def _check_end(order: Order, born: PartialDate, issued_on: dt.date, expires_on: dt.date | None) -> None:
    if not is_lawful(born, issued_on=issued_on, expires_on=expires_on):
        ends = expiry(born, issued_on)
        words = f"{ends:{DAY}}" if ends else "không thời hạn"
        order.warn(f"Hạn thẻ khác Điều 21 Luật Căn cước ({words}); xem lại ngày cấp, ngày hết hạn và ngày sinh.")


def _replace_others(order: Order, row: IdentityDocument) -> None:
    if row.state != DocumentState.IN_USE or row.kind not in ONE_IN_USE:
        return
    others = order.subject.documents.filter(kind__in=ONE_IN_USE, state=DocumentState.IN_USE).exclude(pk=row.pk)
    for other in others.order_by("pk"):
        if other.issued_on and row.issued_on and other.issued_on > row.issued_on:
            raise ChangeRefused(
                "state", f"{other.kind_name} cấp sau ({other.issued_on:{DAY}}) đang dùng; chọn tình trạng khác."
            )
        before = described(other)
        other.state = DocumentState.REPLACED
        other.save()
        _tell(order, other, before)


def _not_merged(subject: Subject) -> bool:
    return isinstance(subject, Resident) and subject.state != ResidentState.MERGED


RECORD = Kind(
    "ghi-giay-to", "Ghi thẻ, giấy tờ", "resident", "number", PaperForm, record_paper, offered=_not_merged,
    lead="Mọi thẻ, CMND, giấy tờ đã cấp, cả thẻ đã đổi. Ghi thẻ đang dùng thì các thẻ trước chuyển sang “Đã đổi”.",
)  # fmt: skip
STATE = Kind(
    "tinh-trang-giay-to", "Đổi tình trạng thẻ, giấy tờ", "resident", "number", PaperStateForm, change_state,
    offered=_not_merged, lead="Đã đổi, đã thu, đã mất: giấy tờ vẫn còn trong hồ sơ.",
)  # fmt: skip


def sign_up() -> None:
    register(RECORD, STATE)
