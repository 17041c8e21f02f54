"""The work on numbers: four kinds of change. Whatever alters or ends a recorded number waits for a second officer."""

from registry.changes.kinds import Kind, here, register
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.facts import CARD_KINDS
from registry.models import DocumentState, NumberKind, Resident
from registry.numbers.forms import NOW, AddNumberForm, CancelNumberForm, CmndChangeForm, WrongNumberForm
from registry.residents import numbers
from registry.values import personal_number

RESET_DAYS = 15  # working days, form DC02 (facts 1.3)


def cancel_number(order: Order) -> None:
    """The number in use is cancelled for ever; the new one is written if it is there already."""
    old, new = numbers.personal(order.subject), order.values.get("new_number", "")
    if new == old.number:
        raise ChangeRefused("new_number", "Số mới giống số bị hủy.")
    numbers.cancel(order.subject, on=order.on)
    if new:
        _write_personal(order, new, source="CSDLQGDC")
    else:
        order.warn("Hồ sơ sẽ không có số định danh cho đến khi ghi số mới.")
    if order.subject.documents.filter(kind__in=CARD_KINDS, state=DocumentState.IN_USE, number=old.number).exists():
        order.then("Thẻ đang dùng mang số bị hủy: hướng dẫn công dân đổi thẻ (Luật Căn cước Điều 24).")


def correct_number(order: Order) -> None:
    """A slip of typing: the wrong number is no longer this person's, and may rightly be another's."""
    old, new = numbers.personal(order.subject), order.values["new_number"]
    if new == old.number:
        raise ChangeRefused("new_number", "Số đúng giống số đang ghi.")
    numbers.retire(old, on=order.on)
    _write_personal(order, new, source=order.values["source"])


def change_cmnd(order: Order) -> None:
    values, person = order.values, order.subject
    kinds = [NumberKind.CMND9, NumberKind.CMND12]
    row = person.numbers.filter(kind__in=kinds, number=values["line"], is_active=True).first()
    if row is None:
        raise ChangeRefused("line", "Số này không còn là số đang ghi trong hồ sơ.")
    numbers.retire(row, on=order.on)
    if new := values.get("new_number"):
        kind = NumberKind(row.kind)
        numbers.write(person, kind, new, field="new_number", source=values["source"], source_on=values["received_on"])
        _warn_of_others(order, kind, new)


def add_number(order: Order) -> None:
    """A number of before, of another paper, or a cancelled one that the card's QR names. Changes none that stands."""
    values, person = order.values, order.subject
    kind, number = NumberKind(values["number_kind"]), values["number"]
    _refuse_known(person, kind, number)
    numbers.write(
        person, kind, number, is_active=values["standing"] == NOW, valid_from=values.get("from_on"),
        valid_to=values.get("to_on"), source=values["source"], source_on=values["received_on"],
    )  # fmt: skip
    _warn_of_others(order, kind, number)


def _write_personal(order: Order, number: str, *, source: str) -> None:
    person = order.subject
    numbers.write(
        person, NumberKind.PERSONAL, number, field="new_number", valid_from=order.on, source=source,
        source_on=order.values["received_on"],
    )  # fmt: skip
    for one in personal_number.disagreements(
        number, sex=str(person.sex), birth_year=person.birth_year, birth_province=person.birth_registration_province
    ):
        order.warn(one.sentence)


def _refuse_known(person: Resident, kind: NumberKind, number: str) -> None:
    rows = list(person.numbers.filter(number=number))
    if any(row.kind == kind for row in rows):
        raise ChangeRefused("number", "Hồ sơ đã có số này.")
    if kind == NumberKind.CANCELLED and any(row.is_active for row in rows):
        raise ChangeRefused("number", "Đây là số hồ sơ đang dùng: hủy số thì làm việc “Hủy, xác lập lại số định danh”.")


def _warn_of_others(order: Order, kind: NumberKind, number: str) -> None:
    if kind == NumberKind.CMND9:
        for sentence in numbers.cmnd_elsewhere(number, order.by, but=order.subject.pk).sentences():
            order.warn(sentence)


CANCEL = Kind(
    "huy-so", "Hủy, xác lập lại số định danh", "resident", "number", CancelNumberForm, cancel_number,
    lead="Số bị hủy được giữ trong hồ sơ và không cấp lại cho ai (NĐ 70/2024 Điều 11 khoản 11).",
    offered=here, working_days=RESET_DAYS, deadline="NĐ 70/2024 Điều 11, mẫu DC02", second_officer=True,
)  # fmt: skip
CORRECT = Kind(
    "sua-so", "Sửa số định danh ghi sai", "resident", "number", WrongNumberForm, correct_number,
    lead="Chỉ dùng khi số đã ghi khác số trên thẻ, giấy khai sinh do nhập nhầm. Số ghi sai vẫn tìm ra hồ sơ này.",
    offered=here, second_officer=True,
)  # fmt: skip
CHANGE_CMND = Kind(
    "sua-cmnd", "Hủy, sửa số CMND", "resident", "number", CmndChangeForm, change_cmnd, offered=here,
    second_officer=True,
)  # fmt: skip
ADD = Kind(
    "them-so", "Ghi thêm số", "resident", "number", AddNumberForm, add_number, offered=here,
    lead="CMND từng được cấp, CMND 12 số, giấy chứng nhận căn cước, số định danh đã hủy có trong QR của thẻ.",
)  # fmt: skip


def sign_up() -> None:
    register(CANCEL, CORRECT, CHANGE_CMND, ADD)
