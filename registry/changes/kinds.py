"""The table of kinds of change: what each is called, asks, needs and does. Desks sign up in AppConfig.ready()."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from registry.models import Household, Resident

if TYPE_CHECKING:
    from registry.changes.forms import ChangeForm
    from registry.changes.run import Order

Subject = Resident | Household
Group = Literal["event", "household", "residence", "number", "family"]
GROUPS: dict[str, str] = {
    "event": "Sự kiện hộ tịch",
    "residence": "Cư trú",
    "household": "Hộ gia đình",
    "family": "Nhân thân",
    "number": "Số định danh, thẻ, giấy tờ",
}


@dataclass(frozen=True)
class Concerned:
    """Whom a change may touch, before anything is written: they are locked, with everybody they live with.

    `residents` and `households` are database ids.
    """

    residents: frozenset[int] = frozenset()
    households: frozenset[int] = frozenset()


def the_subject(subject: Subject, values: dict[str, Any]) -> Concerned:
    if isinstance(subject, Household):
        return Concerned(households=frozenset({subject.pk}))
    return Concerned(residents=frozenset({subject.pk}))


def always(subject: Subject) -> bool:
    return True


def here(subject: Subject) -> bool:
    """A person the commune answers for today."""
    return isinstance(subject, Resident) and subject.is_current


@dataclass(frozen=True)
class Kind:
    """One kind of change.

    `apply(order)` does the writing inside the caller's transaction and raises ChangeRefused to stop it; people whom
    `concerned` names are locked by then. `working_days` is the law's term (0: there is none), from `deadline`, which
    names the text; `days_for(values)` where it depends. With `second_officer` whoever asked may not be who applies.
    `confirms`: whom it touches came with a paper about themselves, so their records are confirmed that day.
    `offered(subject)` says whether a page offers it.
    """

    code: str
    title: str
    subject: Literal["resident", "household"]
    group: Group
    form: "type[ChangeForm]"
    apply: "Callable[[Order], None]"
    lead: str = ""
    concerned: Callable[[Any, dict[str, Any]], Concerned] = the_subject
    offered: Callable[[Any], bool] = always
    working_days: int = 0
    deadline: str = ""
    days_for: Callable[[dict[str, Any]], int] | None = field(default=None)
    second_officer: bool = False
    confirms: bool = False
    template: str = "registry/changes/form.html"
    submit_label: str = "Ghi vào hồ sơ"

    def term_days(self, values: dict[str, Any]) -> int:
        return self.days_for(values) if self.days_for else self.working_days


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds; a code is taken once."""
    for kind in kinds:
        known = _kinds.get(kind.code)
        if known is not None and known.apply is not kind.apply:
            raise ValueError(f"{kind.code} is already a kind of change")
        _kinds[kind.code] = kind


def every() -> dict[str, Kind]:
    return dict(_kinds)


def named(code: str, subject: str) -> Kind | None:
    kind = _kinds.get(code)
    return kind if kind is not None and kind.subject == subject else None


def title_of(code: str) -> str:
    """Also of a kind that is no longer in the table: its rows stay."""
    return _kinds[code].title if code in _kinds else code


def offered_to(subject: Subject) -> Iterable[tuple[str, list[Kind]]]:
    """(title of the group, kinds) that a page of this person or household offers, in the order of GROUPS.

    Kinds that share a condition ask it once.
    """
    called = "household" if isinstance(subject, Household) else "resident"
    is_offered = cache(lambda condition: condition(subject))
    for group, title in GROUPS.items():
        kinds = [k for k in _kinds.values() if k.group == group and k.subject == called and is_offered(k.offered)]
        if kinds:
            yield title, kinds
