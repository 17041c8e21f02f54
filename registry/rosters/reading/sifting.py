"""Row by row: which lines of a sheet are people, and what cells carry down from above."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from registry.rosters.reading import layout, words
from registry.rosters.reading.given import ABOVE_MARK, MERGED_MARK
from registry.rosters.reading.headings import CARRIED, PLACES, Found

MOST_TOLD: Final = 50
LONGEST_TOLD: Final = 80
KINDS: Final = {
    "heading": "dòng tiêu đề lặp lại", "numbering": "dòng đánh số cột", "total": "dòng cộng",
    "signature": "dòng ký tên, xác nhận", "group": "dòng nhóm (thôn, hộ)",
}  # fmt: skip


class Sifter:
    """Knows the heading and the columns; keeps what it saw last in the columns that carry down. Its state goes into
    JSON between two pieces."""

    def __init__(self, told: Mapping[str, Any], merged: Sequence[Sequence[int]] = ()) -> None:
        self.headings: list[str] = list(told["headings"])
        self.first_row, self.usual, self.name_at = told["first_row"], told["usual"], told["name_at"]
        self.filled_down: list[int] = list(told["filled_down"])
        self.repeated: list[int] = list(told["repeated"])
        self.last: dict[str, str] = dict(told.get("last", {}))
        self.counts: Counter[str] = Counter(told.get("counts", {}))
        self.left_out: list[dict[str, Any]] = list(told.get("left_out", []))
        self.carries: int = told.get("carries", 0)
        self.is_ended: bool = told.get("is_ended", False)
        self.merged = _merged_rows(merged, set(self.filled_down))

    @classmethod
    def of(cls, found: Found, body: Sequence[Sequence[str]], columns: Mapping[str, str]) -> "Sifter":
        fields = {int(column): name for column, name in columns.items()}
        names = [at for wanted in ("full_name", "given_name", "surname_and_middle") for at, name in fields.items()
                 if name == wanted]  # fmt: skip
        sizes = sorted(sum(bool(cell) for cell in row) for row in body[:500])
        return cls({
            "headings": found.headings, "first_row": found.first_row,
            "usual": sizes[len(sizes) * 3 // 4] if sizes else 0, "name_at": names[0] if names else None,
            "filled_down": sorted(at for at, name in fields.items() if name in CARRIED),
            "repeated": sorted(at for at, name in fields.items() if name in CARRIED | PLACES),
        })  # fmt: skip

    @classmethod
    def from_json(cls, told: Mapping[str, Any], merged: Sequence[Sequence[int]]) -> "Sifter":
        return cls(told, merged)

    def as_json(self) -> dict[str, Any]:
        return {
            "headings": self.headings, "first_row": self.first_row, "usual": self.usual, "name_at": self.name_at,
            "filled_down": self.filled_down, "repeated": self.repeated, "last": self.last,
            "counts": dict(self.counts), "left_out": self.left_out, "carries": self.carries,
            "is_ended": self.is_ended,
        }  # fmt: skip

    def is_person(self, number: int, cells: Sequence[str]) -> bool:
        return number >= self.first_row and not self._kind(cells)

    def take(self, number: int, cells: list[str]) -> list[str] | None:
        """The row with what it carries from above, None for a line that is no person."""
        if number < self.first_row or not any(cells):
            return None
        if kind := self._kind(cells):
            self._leave_out(number, cells, kind)
            return None
        self._carry(number, cells)
        return cells

    def _kind(self, cells: Sequence[str]) -> str:
        kind = layout.kind_of_line(cells, self.headings, usual=self.usual, name_at=self.name_at)
        if not kind and self.is_ended and sum(map(bool, cells)) <= 2 and self.usual >= 4:
            return "signature"
        return kind

    def _leave_out(self, number: int, cells: Sequence[str], kind: str) -> None:
        self.is_ended = self.is_ended or kind == "signature"
        self.counts[kind] += 1
        if kind == "group":
            self.last.clear()  # a new household, or a new hamlet: nothing is carried over the line
        if len(self.left_out) < MOST_TOLD:
            text = " · ".join(cell for cell in cells if cell)[:LONGEST_TOLD]
            self.left_out.append({"row": number, "kind": kind, "text": text})

    def _carry(self, number: int, cells: list[str]) -> None:
        for at in self.repeated:
            text = cells[at] if at < len(cells) else ""
            last = self.last.get(str(at), "")
            mark = ""
            if not text and at in self.filled_down and (number, at) in self.merged:
                mark = MERGED_MARK
            elif text and words.says_as_above(text):
                mark = ABOVE_MARK
            if mark and last:
                cells.extend([""] * (at + 1 - len(cells)))
                cells[at] = last + mark
                self.carries += 1
                self.counts[mark] += 1
            elif text and not mark:
                self.last[str(at)] = text

    def notes(self) -> list[str]:
        """Sentences on what was left out and what was carried down."""
        told = [f"{self.counts[kind]} {label}" for kind, label in KINDS.items() if self.counts[kind]]
        notes = []
        if told:
            shown = "; ".join(f"dòng {one['row']} “{one['text'][:40]}”" for one in self.left_out[:5])
            notes.append(f"Không tính là người: {', '.join(told)} ({shown}).")
        if self.counts[MERGED_MARK]:
            notes.append(f"{self.counts[MERGED_MARK]} ô của ô gộp (số hộ, chủ hộ) được điền xuống cho từng người.")
        if self.counts[ABOVE_MARK]:
            notes.append(f"{self.counts[ABOVE_MARK]} ô ghi “nt” (như trên) được điền theo dòng trên.")
        return notes


def _merged_rows(merged: Sequence[Sequence[int]], columns: set[int]) -> set[tuple[int, int]]:
    """(row, column) of the cells below the first of a merged range, in the columns that carry down."""
    return {
        (row, column)
        for top, bottom, left, right in merged
        if bottom > top and bottom - top < 200
        for column in range(left, right + 1)
        if column in columns
        for row in range(top + 1, bottom + 1)
    }
