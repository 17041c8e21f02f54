"""How papers, work and findings of a record follow a merge. What each does is in its docstring."""

import json
from typing import Any

from django.db.models import Q

from registry.duplicates.deciding import LEFT, RIGHT, fingerprints
from registry.duplicates.moving import Mover, Work, register
from registry.events.memory import KEY
from registry.models import (
    CardScan,
    Change,
    DocumentImage,
    DocumentState,
    DuplicatePair,
    FieldLine,
    FindingState,
    IdentityDocument,
    MatchProfile,
    MoveKind,
    PairState,
)

CARD_KINDS = ("CAN_CUOC", "CCCD_CHIP", "CCCD_MAVACH")
PAPERS, SCANS, FINDINGS, CHANGES = "Thẻ, giấy tờ", "Lần quét thẻ", "Việc làm sạch", "Việc cư trú, hộ tịch"
PAIRS, PROFILE, VISITS = "Cặp nghi trùng", "Bản so trùng", "Phiếu phúc tra"

# --- papers ----------------------------------------------------------------------------------------------------------


def follow_documents(work: Work) -> None:
    """Cards and papers go along. One that the survivor has already stays; pictures that only it had go to the other."""
    ours = {_paper_key(row): row for row in work.survivor.documents.order_by("pk")}
    for row in work.folded.documents.order_by("pk"):
        twin = ours.get(_paper_key(row))
        if twin is None:
            work.ledger.change(row, MoveKind.MOVED, title=PAPERS, words=str(row), resident_id=work.survivor.pk)
            continue
        work.ledger.keep(title=PAPERS, words=str(row), why="hồ sơ giữ lại đã có giấy tờ này")
        known = set(twin.images.values_list("sha256", flat=True))
        for picture in DocumentImage.objects.filter(document=row).exclude(sha256__in=known).order_by("pk"):
            work.ledger.change(picture, MoveKind.MOVED, title=PAPERS, words=f"Ảnh của {row}", column="document",
                               document_id=twin.pk)  # fmt: skip
    cards = work.survivor.documents.filter(kind__in=CARD_KINDS, state=DocumentState.IN_USE)
    if cards.count() > 1:
        work.warn("Hồ sơ giữ lại sẽ có hơn một thẻ “Đang dùng”: kiểm tra và ghi thẻ cũ là đã đổi, đã thu.")


def _paper_key(row: IdentityDocument) -> tuple[str, str, Any]:
    return row.kind, row.number, row.issued_on


def follow_scans(work: Work) -> None:
    """Readings of cards go along."""
    for row in work.folded.card_scans.order_by("pk"):
        work.ledger.change(row, MoveKind.MOVED, title=SCANS, words=str(row), resident_id=work.survivor.pk)


# --- clean-up --------------------------------------------------------------------------------------------------------


def follow_findings(work: Work) -> None:
    """What an officer verified holds for the survivor too, unless it has a finding of that rule; the rest is closed:
    the scan asks again about the survivor. Closed ones stay."""
    standing = set(work.survivor.findings.exclude(state=FindingState.CLOSED).values_list("rule", flat=True))
    for row in work.folded.findings.exclude(state=FindingState.CLOSED).order_by("pk"):
        words = f"{row.rule}: {row.get_state_display().lower()}"
        if row.state == FindingState.VERIFIED and row.rule not in standing:
            work.ledger.change(row, MoveKind.MOVED, title=FINDINGS, words=words, sealed=False,
                               resident_id=work.survivor.pk, commune_id=work.survivor.commune_id)  # fmt: skip
        else:
            work.ledger.change(
                row, MoveKind.ENDED, title=FINDINGS, words=f"{words}: đóng, kiểm tra lại trên hồ sơ giữ lại",
                column="state", sealed=False, state=FindingState.CLOSED, closed_at=work.ledger.now,
                claimed_by_id=None, claimed_until=None,
            )  # fmt: skip


# --- what was done to the record -------------------------------------------------------------------------------------


def follow_changes(work: Work) -> None:
    """What was decided about the folded record is found at the survivor; what an event remembers of its rows, too, so
    that a wrong death can still be taken back. Changes that wait stop the merge."""
    for row in Change.objects.filter(resident=work.folded).order_by("pk"):
        work.ledger.change(row, MoveKind.MOVED, title=CHANGES, words=str(row), resident_id=work.survivor.pk)
    known = set(work.survivor.touched_by.values_list("change", flat=True))
    for one in work.folded.touched_by.select_related("change").order_by("pk"):
        if one.change_id in known:
            work.ledger.drop(one, title=CHANGES, words=f"{one.change}: đã có tên người giữ lại")
        else:
            work.ledger.change(one, MoveKind.MOVED, title=CHANGES, words=f"{one.change}: người trong việc",
                               resident_id=work.survivor.pk)  # fmt: skip
    about = Q(touched__resident=work.survivor) | Q(resident=work.survivor)
    for row in Change.objects.filter(about, fields__has_key=KEY).distinct().order_by("pk"):
        told = [_remembered(text, work) for text in row.fields[KEY]]
        work.ledger.change(row, MoveKind.CHANGED, title=CHANGES, words=f"{row}: phần nhớ để đính chính",
                           column="fields", fields={**row.fields, KEY: told})  # fmt: skip


def _remembered(text: str, work: Work) -> str:
    one = json.loads(text)
    if one["of"] == work.folded.pk:
        one["of"] = work.survivor.pk
        if one["row"] == "resident":
            one["id"] = work.survivor.pk
        return json.dumps(one)
    return text


def follow_visits(work: Work) -> None:
    """What field sheets asked and brought back goes along: what is still to be typed in, or to be done, finds the
    record that was kept."""
    for row in work.folded.field_lines.select_related("sheet").order_by("pk"):
        work.ledger.change(row, MoveKind.MOVED, title=VISITS, words=str(row), resident_id=work.survivor.pk)


# --- suspected pairs -------------------------------------------------------------------------------------------------


def follow_pairs(work: Work) -> None:
    """The pair of the two is "one person"; others of the folded record become the survivor's, "different" ones too:
    they stand on the survivor as it is now. Where the survivor has a pair with the same third already, that one stays
    and the other waits no longer."""
    survivor, folded = work.survivor.pk, work.folded.pk
    rows = DuplicatePair.objects.select_related("left", "right").order_by("pk").select_for_update(of=("self",))
    pairs = {frozenset((one.left_id, one.right_id)): one for one in rows.filter(_of(survivor) | _of(folded))}
    for ids, pair in pairs.items():
        if folded not in ids:
            continue
        if survivor in ids:
            _decide_same(pair, work)
            continue
        (third,) = ids - {folded}
        if frozenset((survivor, third)) in pairs:
            _wait_no_longer(pair, work)
            continue
        left, right = sorted((survivor, third))
        column = "left" if pair.left_id == folded else "right"
        work.ledger.change(pair, MoveKind.MOVED, title=PAIRS, words=_pair(pair, folded), column=column, sealed=False,
                           left_id=left, right_id=right, decided_on=_stands_on(pair, work))  # fmt: skip


def _stands_on(pair: DuplicatePair, work: Work) -> dict[str, Any]:
    """The third's side as it was; the survivor's as it is now: the merge itself is no change of a deciding field."""
    if not pair.decided_on:
        return pair.decided_on
    theirs = RIGHT if pair.left_id == work.folded.pk else LEFT
    third = pair.right_id if theirs == RIGHT else pair.left_id
    ours = fingerprints([work.survivor.pk])[work.survivor.pk]
    kept = pair.decided_on.get(theirs, {})
    return {LEFT: kept, RIGHT: ours} if third < work.survivor.pk else {LEFT: ours, RIGHT: kept}


def _of(pk: int) -> Q:
    return Q(left=pk) | Q(right=pk)


def _decide_same(pair: DuplicatePair, work: Work) -> None:
    if pair.state == PairState.SAME:
        return
    work.ledger.change(
        pair, MoveKind.CHANGED, title=PAIRS, words="Cặp này: kết luận một người", column="state", sealed=False,
        state=PairState.SAME, decided_at=work.ledger.now, decided_by_id=work.by.pk,
    )  # fmt: skip


def _wait_no_longer(pair: DuplicatePair, work: Work) -> None:
    if pair.state in (PairState.SUSPECTED, PairState.ASKED):
        work.ledger.change(pair, MoveKind.ENDED, title=PAIRS, words=f"{_pair(pair, work.folded.pk)}: đã có cặp như vậy",
                           column="state", sealed=False, state=PairState.GONE)  # fmt: skip


def _pair(pair: DuplicatePair, folded: int) -> str:
    other = pair.right if pair.left_id == folded else pair.left
    return f"Nghi trùng với {other.full_name}"


def follow_profile(work: Work) -> None:
    """A folded record is compared with nobody: its normal form goes, and comes back as it was."""
    for row in MatchProfile.objects.filter(resident=work.folded):
        work.ledger.drop(row, title=PROFILE, words="Dữ liệu so trùng của hồ sơ được gộp", sealed=False)


def sign_up() -> None:
    """Called by movers.sign_up()."""
    register(Mover(PAPERS, ("registry.IdentityDocument.resident",), follow_documents,
                   rows=lambda pk: IdentityDocument.objects.filter(resident=pk)))  # fmt: skip
    register(Mover(SCANS, ("registry.CardScan.resident",), follow_scans,
                   rows=lambda pk: CardScan.objects.filter(resident=pk)))  # fmt: skip
    register(Mover(FINDINGS, ("registry.Finding.resident",), follow_findings))
    register(Mover(CHANGES, ("registry.Change.resident", "registry.ChangedPerson.resident", "registry.Change.people"),
                   follow_changes, rows=lambda pk: Change.objects.filter(resident=pk)))  # fmt: skip
    register(Mover(VISITS, ("registry.FieldLine.resident",), follow_visits,
                   rows=lambda pk: FieldLine.objects.filter(resident=pk)))  # fmt: skip
    register(Mover(PAIRS, ("registry.DuplicatePair.left", "registry.DuplicatePair.right"), follow_pairs,
                   comes_last=True))  # fmt: skip
    register(Mover(PROFILE, ("registry.MatchProfile.resident",), follow_profile))
