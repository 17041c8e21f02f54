"""What reading a row found: what was repaired because it was certain, and what somebody must look at."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Repair:
    """`was` is the cell as it came, `now` what is taken instead, `why` the sentence the officer reads."""

    field: str
    was: str
    now: str
    why: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is a rule of the catalogue (D01) or one of our own; a row with a problem that `blocks` is not written."""

    field: str
    code: str
    said: str
    blocks: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
