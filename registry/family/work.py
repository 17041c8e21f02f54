"""The work on family ties: three kinds of change. What is unlikely is said in the preview by the rules themselves."""

from collections.abc import Iterable
from typing import Any

from registry.changes.kinds import Concerned, Kind, Subject, register
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup import facts
from registry.cleanup.rules import catalogue, fired
from registry.family.forms import AddRelationForm, EndRelationForm, LinkForm
from registry.models import Relation, Resident, ResidentState
from registry.residents import family

KIN_RULES = ("D14", "D15", "D16", "D17", "D18", "D21", "D22", "S08", "S09", "L21")


def add_relation(order: Order) -> None:
    values, person = order.values, _fresh(order, order.values.get("person"))
    seen = _findings(order, [order.subject, person])
    family.link(
        order.subject, values["relation_kind"], by=order.by, person=person, name=values["name"],
        birth_year=values["birth_year"], number=values["number"], cmnd=values["cmnd"],
        nationality=values["nationality"], is_adoptive=values["is_adoptive"], from_on=values.get("effective_on"),
        source=values["source"],
    )  # fmt: skip
    _warn(order, [order.subject, person], seen)


def link_relation(order: Order) -> None:
    line, person = _line(order), _fresh(order, order.values["person"])
    if line.person_id is not None:
        raise ChangeRefused("line", "Dòng này vừa được liên kết.")
    seen = _findings(order, [order.subject, person])
    family.link(
        order.subject, line.kind, by=order.by, person=person, is_adoptive=line.is_adoptive, from_on=line.from_on,
        source=line.source, line=line,
    )  # fmt: skip
    _warn(order, [order.subject, person], seen)


def end_relation(order: Order) -> None:
    line = _line(order)
    family.end(line, by=order.by, on=order.on, reason=order.values["reason"])


def _line(order: Order) -> Relation:
    """The line as it stands now that both records are locked. Raises ChangeRefused when somebody closed it."""
    rows = order.subject.relations.filter(pk=order.values["line"].pk, is_current=True)
    line = rows.select_related("resident", "person").first()
    if line is None:
        raise ChangeRefused("line", "Dòng này không còn là quan hệ hiện tại.")
    return line


def _fresh(order: Order, person: Resident | None) -> Resident | None:
    return order.people.get(person.pk, person) if person is not None else None


def _findings(order: Order, people: Iterable[Resident | None]) -> set[tuple[int, str]]:
    return {(pk, sentence) for pk, _, sentence in _fired(order, people)}


def _warn(order: Order, people: Iterable[Resident | None], seen: set[tuple[int, str]]) -> None:
    for pk, name, sentence in _fired(order, people):
        if (pk, sentence) not in seen:
            order.warn(f"{name}: {sentence}")


def _fired(order: Order, people: Iterable[Resident | None]) -> list[tuple[int, str, str]]:
    rules = [rule for code, rule in catalogue().items() if code in KIN_RULES]
    loaded = facts.load([one for one in people if one is not None], on=order.on)
    return [(one.resident.pk, one.resident.full_name, told.sentence) for one in loaded for _, told in fired(one, rules)]


def _with_the_other(subject: Subject, values: dict[str, Any]) -> Concerned:
    other = values.get("person") or getattr(values.get("line"), "person", None)
    return Concerned(residents=frozenset({subject.pk, *([other.pk] if other else [])}))


def _not_merged(subject: Subject) -> bool:
    return isinstance(subject, Resident) and subject.state != ResidentState.MERGED


ADD = Kind(
    "them-quan-he", "Thêm quan hệ nhân thân", "resident", "family", AddRelationForm, add_relation,
    lead="Ghi một lần, có ở cả hai hồ sơ. Người không có hồ sơ trong địa bàn thì ghi theo giấy tờ.",
    concerned=_with_the_other, offered=_not_merged,
)  # fmt: skip
LINK = Kind(
    "lien-ket", "Liên kết nhân thân", "resident", "family", LinkForm, link_relation,
    lead="Tên trên giấy tờ được nối với hồ sơ của đúng người đó; hai hồ sơ cùng ghi quan hệ này.",
    concerned=_with_the_other, offered=_not_merged, submit_label="Liên kết",
)  # fmt: skip
END = Kind(
    "ket-thuc-quan-he", "Kết thúc quan hệ nhân thân", "resident", "family", EndRelationForm, end_relation,
    lead="Quan hệ được giữ trong lịch sử của cả hai hồ sơ.",
    concerned=_with_the_other, offered=_not_merged,
)  # fmt: skip


def sign_up() -> None:
    register(ADD, LINK, END)
