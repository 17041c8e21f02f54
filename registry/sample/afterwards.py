"""What higher apps add to the sample once people, files and lists are there: AppConfig.ready() signs up."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    name: str
    order: int
    run: Callable[[], object]


_steps: dict[str, Step] = {}


def register(step: Step) -> None:
    _steps[step.name] = step


def run() -> None:
    """All of them, in order."""
    for step in sorted(_steps.values(), key=lambda one: one.order):
        step.run()
