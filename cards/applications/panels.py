"""What the other desks of cards add to the page of a file: they register from cards.registry_hooks.sign_up()."""

from collections.abc import Callable
from typing import Any

from accounts.models import Officer
from cards.models import Application

Added = tuple[str, dict[str, Any]]
Build = Callable[[Application, Officer], Added | None]
_added: dict[str, Build] = {}


def register(name: str, build: Build) -> None:
    """`build(application, officer)` answers a template and its context, or None when there is nothing to show. One
    query at most: the page has twelve. The template reads its context as `panel` and the file as `application`."""
    _added[name] = build


def panels_for(application: Application, officer: Officer) -> list[Added]:
    built = (build(application, officer) for build in _added.values())
    return [added for added in built if added is not None]
