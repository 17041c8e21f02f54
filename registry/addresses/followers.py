"""What follows a commune into its successor, besides people, households and officers: one line a table.

Higher apps sign up in AppConfig.ready(); a house test walks every relation that points at Unit and fails when one is
neither here nor excused by name.
"""

from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef

from accounts.models import Draft, Unit
from registry.models import Change, FieldSheet, ListExport, RepairRun, Roster


@dataclass(frozen=True)
class Follower:
    """`numbered`: with the commune these make a row unique, such as the number of a file. Two offices that become one
    may both have given number 1; nobody renumbers what is printed on a citizen's slip, so then the move is refused."""

    model: type[Model]
    field: str = "commune"
    numbered: tuple[str, ...] = ()

    def clashes(self, old: Unit, new: Unit) -> bool:
        if not self.numbered:
            return False
        rows = self.model._default_manager
        same = rows.filter(**{self.field: new}, **{name: OuterRef(name) for name in self.numbered})
        return rows.filter(Exists(same), **{self.field: old}).exists()

    def waits(self, old: Unit) -> bool:
        return self.model._default_manager.filter(**{self.field: old}).exists()

    def move(self, old: Unit, new: Unit) -> int:
        return self.model._default_manager.filter(**{self.field: old}).update(**{self.field: new})


_followers: dict[str, Follower] = {}


def follow(
    model: type[Model], *, field: str = "commune", numbered: tuple[str, ...] = (), kind: type[Follower] = Follower
) -> None:
    """`kind` where the rows need more than to be renamed."""
    _followers[f"{model._meta.label}.{field}"] = kind(model, field, numbered)


def every() -> dict[str, Follower]:
    """ "registry.Change.commune" -> how it follows, in the order of signing up."""
    return dict(_followers)


def sign_up() -> None:
    """The tables of registry and accounts themselves; RegistryConfig.ready() calls it once."""
    follow(Change)
    follow(FieldSheet, numbered=("year", "serial"))
    follow(RepairRun)
    follow(Roster)
    follow(ListExport)
    follow(Draft, field="unit")
