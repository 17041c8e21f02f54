"""What the pages of a merge show: two records to choose from, what would be written, what was written."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import Officer
from accounts.roles import Right
from accounts.scope import OfficerRequest
from registry.duplicates import masks, merge_checks, unmerge
from registry.duplicates.choosing import FIELDS, LEFT, RIGHT, Choice, Option, choices_between, proposed_survivor
from registry.duplicates.comparison import Side, sides
from registry.duplicates.kin_mover import KIN
from registry.duplicates.ledger import read_back
from registry.duplicates.merge import RECORD, SOURCES, Preview
from registry.duplicates.merge_refusals import MergeRefused
from registry.duplicates.movers import HOMES, HOUSEHOLDS, NUMBERS
from registry.duplicates.record_movers import CHANGES, FINDINGS, PAIRS, PAPERS, PROFILE, SCANS
from registry.models import DuplicatePair, Merge, MergeMove, MergeState, MoveKind, PairState, Resident, ResidentState
from registry.residents.masking import masked_text

PREFIX = "chon_"
TAKEN, GOES_BACK = "Giá trị lấy sang", "Trả lại"
FIRST = (RECORD, TAKEN, NUMBERS, HOMES, HOUSEHOLDS, KIN, PAPERS, CHANGES)
OF_THE_SYSTEM = (SOURCES, SCANS, FINDINGS, PAIRS, PROFILE)
TYPED = ("reason", "basis", "decision_note", "undone_reason")
STATE_PILLS = {
    MergeState.WAITING: "warn",
    MergeState.PLANNED: "info",
    MergeState.DONE: "ok",
    MergeState.UNDONE: "quiet",
    MergeState.WITHDRAWN: "quiet",
    MergeState.REFUSED: "block",
    MergeState.RETURNED: "warn",
}
KIND_PILLS = {
    MoveKind.CHOSEN: "info",
    MoveKind.MOVED: "ok",
    MoveKind.ENDED: "warn",
    MoveKind.CHANGED: "info",
    MoveKind.DROPPED: "quiet",
}


@dataclass(frozen=True)
class Cell:
    """One side of a line of the form. `reveal_url` is for a sensitive value of a record that the officer may open."""

    side: str
    text: str
    source: str
    is_proposed: bool
    is_checked: bool
    reveal_url: str = ""


@dataclass(frozen=True)
class Line:
    name: str
    label: str
    cells: tuple[Cell, Cell]
    is_open: bool


def is_masked(left: Side, right: Side) -> bool:
    return left.is_masked or right.is_masked


def both_sides(request: OfficerRequest, pair: DuplicatePair) -> tuple[Side, Side]:
    """Masked unless the officer has said on the pair's page why he needs the numbers of the person outside."""
    unmasked = masks.open_until(request, pair.case) is not None
    return sides(pair.left, pair.right, officer=request.user, unmasked=unmasked)


def choose_page(request: OfficerRequest, pair: DuplicatePair, typed: Mapping[str, str]) -> dict[str, Any]:
    """The form: what differs to be chosen, what is equal folded away. Six queries."""
    left, right = both_sides(request, pair)
    choices = choices_between(pair.left, pair.right)
    lines = [_line(one, typed, (left, right)) for one in choices if one.differs]
    return {
        "pair": pair,
        "left": left,
        "right": right,
        "both": (left, right),
        "lines": [line for line in lines if line.is_open],
        "filled": [line for line in lines if not line.is_open],
        "same": [_line(one, typed, (left, right)) for one in choices if not one.differs and one.left.text],
        "survivor": typed.get("giu") or proposed_survivor(pair.left, pair.right),
        "token": typed.get("submit_token") or str(uuid.uuid4()),
        "is_cross": pair.left.commune_id != pair.right.commune_id,
        "why_not": why_not(pair),
    }


def why_not(pair: DuplicatePair) -> str:
    """What is known without asking further: the rest is said by the preview."""
    if ResidentState.MERGED in (pair.left.state, pair.right.state):
        return "Một trong hai hồ sơ đã được gộp."
    if pair.state == PairState.DIFFERENT:
        return "Cặp này đã kết luận là hai người khác nhau; xem lại kết luận trước khi gộp."
    return ""


def _line(one: Choice, typed: Mapping[str, str], both: tuple[Side, Side]) -> Line:
    chosen = typed.get(PREFIX + one.name) or one.proposed
    cells = (
        _cell(one, LEFT, one.left, both[0], chosen),
        _cell(one, RIGHT, one.right, both[1], chosen),
    )
    return Line(one.name, one.label, cells, one.is_open)


def _cell(one: Choice, letter: str, option: Option, side: Side, chosen: str) -> Cell:
    text, url = option.text, ""
    if one.sensitive and text:
        text = "••••"
        url = reverse("registry:reveal", args=[side.resident.public_id, REVEALED[one.name]]) if side.is_open else ""
    elif one.secret and side.is_masked:
        text = masked_text(text)
    source = option.source if text and one.name != "state" else ""
    return Cell(letter, text, source, one.proposed == letter, chosen == letter, url)


REVEALED = {"ethnic_group": "dan-toc", "religion": "ton-giao", "blood_group": "nhom-mau"}


# --- what would be written, what was written -------------------------------------------------------------------------


def preview_page(seen: Preview, *, masked: bool) -> dict[str, Any]:
    kept = [{"title": one.title, "words": shown(one.words, masked), "why": one.why} for one in seen.kept]
    return {"seen": seen, "moved": grouped(seen.entries, masked=masked), "kept": kept, "warnings": seen.warnings}


def grouped(entries: Iterable[MergeMove], *, masked: bool, is_back: bool = False) -> dict[str, Any]:
    """The lines of a ledger by what they are: the records themselves first, then the rows that people read; what only
    the system keeps is folded away. `is_back`: as they go back."""
    groups: dict[str, dict[str, Any]] = {}
    for one in entries:
        is_source = one.column == "sources"
        title = TAKEN if one.kind == MoveKind.CHOSEN and not is_source else one.title
        label = f"{one.title}: " if title == TAKEN else ""
        line = {
            "words": label + shown(one.words, masked),
            "kind": GOES_BACK if is_back else MoveKind(one.kind).label,
            "pill": "ok" if is_back else KIND_PILLS[MoveKind(one.kind)],
        }
        groups.setdefault(title, {"title": title, "lines": []})["lines"].append(line)
    ranked = sorted(groups.values(), key=lambda group: FIRST.index(group["title"]) if group["title"] in FIRST else 99)
    system = [group for group in ranked if group["title"] in OF_THE_SYSTEM]
    return {
        "people": [group for group in ranked if group not in system],
        "system": system,
        "system_count": sum(len(group["lines"]) for group in system),
    }


def shown(words: str, masked: bool) -> str:
    return masked_text(words) if masked else words


def merge_context(merge: Merge, officer: Officer) -> dict[str, Any]:
    """The page of one merge: who asked and decided, what moved, what may be done now. Two queries."""
    left, right = sides(merge.survivor, merge.folded, officer=officer)
    masked = is_masked(left, right)
    may_write = officer.can(Right.RESIDENT_WRITE)
    waits = merge.state == MergeState.WAITING
    return {
        "merge": merge,
        "survivor": left,
        "folded": right,
        "pill": STATE_PILLS[MergeState(merge.state)],
        "moved": grouped(merge.moves.all(), masked=masked),
        "values": values_of(merge, masked=masked),
        "is_masked": masked,
        "may_agree": may_write and waits and merge_checks.may_agree(merge, officer),
        "is_own": waits and merge.created_by_id == officer.pk,
        "may_withdraw": may_write and merge.is_open,
        "told": {name: shown(getattr(merge, name), masked) for name in TYPED},
        "kept_edits": [shown(text, masked) for text in merge.kept_edits],
        "pair_url": reverse("registry:merge", args=[merge.pair.public_id]) if merge.pair else "",
        **_undoing(merge, officer),
    }


def _undoing(merge: Merge, officer: Officer) -> dict[str, Any]:
    """One query where it is done."""
    if not merge.is_done or not officer.can(Right.RESIDENT_WRITE):
        return {"may_undo": False, "undo_refused": ""}
    try:
        unmerge.refuse_officer(merge, officer)
    except MergeRefused as refused:
        return {"may_undo": False, "undo_refused": str(refused)}
    return {"may_undo": True, "undo_refused": ""}


def values_of(merge: Merge, *, masked: bool) -> list[dict[str, Any]]:
    """Where the two differed before: what the survivor said, what the folded one said, which of them stands. The value
    that was not taken is never lost: it is here. Sensitive ones say only that they differed."""
    if not (merge.survivor_before and merge.folded_before):
        return []
    ours, theirs = (_as_it_was(told) for told in (merge.survivor_before, merge.folded_before))
    found = []
    for field in FIELDS:
        one, other = field.shown(ours), field.shown(theirs)
        if one == other or field.name == "state":
            continue
        if field.sensitive:
            one, other = ("••••" if text else "" for text in (one, other))
        elif field.secret:
            one, other = shown(one, masked), shown(other, masked)
        taken = merge.chosen.get(field.name) == "folded" and bool(other)
        found.append({"label": field.label, "survivor": one, "folded": other, "taken": taken})
    return found


def _as_it_was(told: Mapping[str, Any]) -> Resident:
    return Resident(**read_back(Resident, told))
