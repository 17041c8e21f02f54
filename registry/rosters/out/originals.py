"""What every cell of a list said when it left: kept sealed beside the list, to tell later what was edited.

The texts lie in blocks, each packed by itself, behind a table of where each begins: reading the rows of one piece of a
file unpacks their blocks and no others, and writing never holds more than a block of them as objects.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

BLOCK_ROWS: Final = 500
_HEAD: Final = struct.Struct(">II")  # length of the table of contents, rows in a block


@dataclass(frozen=True)
class Original:
    """One row: whose it is (public id as 32 digits), the digest of the record then, and the text of each column."""

    record_id: str
    digest: str
    texts: tuple[str, ...]


class Packer:
    """Takes rows one by one; `packed()` when all are in."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = list(columns)
        self.count = 0
        self._waiting: list[list[object]] = []
        self._blocks: list[bytes] = []

    def add(self, row: Original) -> int:
        """Answers the row's place, which finds it again."""
        self._waiting.append([row.record_id, row.digest, row.texts])
        self.count += 1
        if len(self._waiting) == BLOCK_ROWS:
            self._close_block()
        return self.count - 1

    def packed(self) -> bytes:
        if self._waiting:
            self._close_block()
        told = {"columns": self.columns, "count": self.count, "lengths": [len(one) for one in self._blocks]}
        head = json.dumps(told, ensure_ascii=False).encode()
        return _HEAD.pack(len(head), BLOCK_ROWS) + head + b"".join(self._blocks)

    def _close_block(self) -> None:
        self._blocks.append(zlib.compress(json.dumps(self._waiting, ensure_ascii=False).encode(), 6))
        self._waiting = []


class Originals:
    """Reads what a Packer packed."""

    def __init__(self, content: bytes) -> None:
        length, self._block_rows = _HEAD.unpack_from(content)
        head = json.loads(content[_HEAD.size : _HEAD.size + length])
        self.columns: list[str] = head["columns"]
        self.count: int = head["count"]
        self._content, self._ends = content, [_HEAD.size + length]
        for one in head["lengths"]:
            self._ends.append(self._ends[-1] + one)

    def at(self, places: Iterable[int]) -> dict[int, Original]:
        """The rows at these places; a place that is none is left out."""
        found: dict[int, Original] = {}
        blocks: dict[int, list[int]] = {}
        for place in places:
            if 0 <= place < self.count:
                blocks.setdefault(place // self._block_rows, []).append(place)
        for block, wanted in blocks.items():
            rows = json.loads(zlib.decompress(self._content[self._ends[block] : self._ends[block + 1]]))
            for place in wanted:
                record_id, digest, texts = rows[place % self._block_rows]
                found[place] = Original(record_id, digest, tuple(texts))
        return found
