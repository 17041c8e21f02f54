"""What other apps close when somebody dies: they sign up here in AppConfig.ready(), since registry knows none of them.

A closer runs in the transaction of the event, and in its preview too: what it writes, it writes to the database only.
"""

from collections.abc import Callable

from accounts.models import Officer
from registry.models import Resident

Closer = Callable[[Resident, Officer, str], list[str]]
"""(person, by, reason) -> sentences the officer reads: what was closed, and what could not be."""
_closers: dict[str, Closer] = {}


def register_closer(name: str, closer: Closer) -> None:
    _closers[name] = closer


def close_for(person: Resident, *, by: Officer, reason: str) -> list[str]:
    """In the order of names, so that a preview and what is written say the same."""
    return [sentence for _, closer in sorted(_closers.items()) for sentence in closer(person, by, reason)]
