"""A person as the engine sees one: normal forms of the fields it compares, nothing else."""

from __future__ import annotations

from typing import Final, NamedTuple


class Record(NamedTuple):
    """Normal forms (normalise.py). "" is "not known", and says nothing for or against.

    `name`, `mother`, `father`: syllables, the tone behind each as a sign ("nguyên~ van hung`"); `birth`: YYYY, YYYY-MM
    or YYYY-MM-DD; `sex`: "M" or "F"; `number`, `cmnd`: one or more numbers joined by spaces, the one in use first;
    `address`: the words of the line in alphabetical order; `hamlet`, `home_town`: see normalise.py.
    """

    id: str
    name: str = ""
    birth: str = ""
    sex: str = ""
    number: str = ""
    cmnd: str = ""
    mother: str = ""
    father: str = ""
    commune: str = ""
    address: str = ""
    hamlet: str = ""
    home_town: str = ""
    phone: str = ""


COLUMNS: Final = Record._fields
"""The columns of a normalised table, in this order."""
