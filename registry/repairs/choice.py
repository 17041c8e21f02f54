"""Choosing findings for one fix, and looking at what it would do to each: all of it kept as rows at once, so that a
lost line, another window or a session that ended loses nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer, Setting
from registry import leases
from registry.cleanup.queue import findings_for, is_chief
from registry.models import Finding, FindingState, LineState, RepairLine, RepairRun, ResidentState, RunState
from registry.models.finding import FindingQuerySet
from registry.models.repair import NOT_BEGUN
from registry.repairs import kinds
from registry.repairs.fix import Fix, Proposal
from registry.repairs.refusals import ChoiceMoved, RepairRefused

LIMIT = "repair_lines"
AT_ONCE = 100
SHORTEST_BASIS = 5
TOO_MANY = "Một đợt nhiều nhất {} dòng; chạy đợt này xong rồi chọn tiếp."


def candidates(officer: Officer, fix: Fix) -> FindingQuerySet:
    """The open findings that are this officer's to decide and that this fix can serve."""
    return findings_for(officer).filter(rule__in=fix.rules)


def open_choice(officer: Officer, fix: Fix) -> RepairRun | None:
    """The officer's own choice for this fix that has not run yet."""
    return RepairRun.objects.in_scope(officer).filter(created_by=officer, kind=fix.code, state__in=NOT_BEGUN).first()


def most_lines() -> int:
    """How many lines one run may have. One query."""
    return Setting.values_on()[LIMIT]


# --- choosing --------------------------------------------------------------------------------------------------------


@transaction.atomic
def tick(officer: Officer, fix: Fix, *, shown: Collection[UUID], ticked: Collection[UUID]) -> RepairRun:
    """What a page of the list says: of the `shown` findings exactly these are chosen; those of other pages stay.

    Only findings that are the officer's to decide: any other address is passed by, one of another commune is written
    down. Raises RepairRefused past most_lines().
    """
    run = _locked_choice(officer, fix)
    for one in Finding.objects.filter(public_id__in=set(ticked)).exclude(commune=run.commune_id):
        record(officer, Action.REFUSED, target=one, sentence="Chọn việc ngoài địa bàn để sửa hàng loạt")
    wanted = candidates(officer, fix).filter(public_id__in=set(ticked))
    dropped = run.lines.filter(finding__public_id__in=set(shown) - set(ticked))
    is_changed = dropped.delete()[0] > 0
    return _choose(run, wanted, is_changed=is_changed)


@transaction.atomic
def choose_all(officer: Officer, fix: Fix, rows: FindingQuerySet) -> RepairRun:
    """Everything that a filter finds, as far as a run may go: the rest is left for the next one."""
    run = _locked_choice(officer, fix)
    known = run.lines.values("finding")
    room = most_lines() - run.lines.count()
    wanted = rows.filter(pk__in=candidates(officer, fix).values("pk")).exclude(pk__in=known).order_by("opened_at", "pk")
    first = list(wanted.values_list("pk", flat=True)[: max(0, room)])
    return _choose(run, candidates(officer, fix).filter(pk__in=first))


@transaction.atomic
def clear(officer: Officer, fix: Fix) -> RepairRun:
    run = _locked_choice(officer, fix)
    run.lines.all().delete()
    return _choose(run, candidates(officer, fix).none(), is_changed=True)


@transaction.atomic
def drop(run: RepairRun, *, by: Officer) -> RepairRun:
    """Give up a choice that has not run. Raises RepairRefused."""
    locked = _own(run, by)
    locked.state = RunState.DROPPED
    locked.save()
    return locked


def _locked_choice(officer: Officer, fix: Fix) -> RepairRun:
    if officer.unit is None:
        raise RepairRefused("Đồng chí chưa thuộc đơn vị nào.")
    rows = RepairRun.objects.filter(state__in=NOT_BEGUN)
    run, _ = rows.get_or_create(created_by=officer, kind=fix.code, defaults={"commune": officer.unit})
    return RepairRun.objects.select_for_update(of=("self",)).get(pk=run.pk)


def _choose(run: RepairRun, wanted: Iterable[Finding], *, is_changed: bool = False) -> RepairRun:
    """Add lines; a choice that changed is to be looked at again before it runs."""
    known = set(run.lines.values_list("finding", flat=True))
    added = [RepairLine(run=run, finding=finding) for finding in wanted if finding.pk not in known]
    if added and len(known) + len(added) > (most := most_lines()):
        raise RepairRefused(TOO_MANY.format(most))
    RepairLine.objects.bulk_create(added)
    if added or is_changed:
        run.state, run.seal = RunState.CHOOSING, ""
        run.save()
    return run


# --- looking ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def look(run: RepairRun, *, by: Officer) -> RepairRun:
    """Work out what each line would change, and keep that with the lines; of the records nothing is written.

    About four queries for a hundred lines. Raises RepairRefused when nothing is chosen.
    """
    locked = _own(run, by)
    fix = kinds.KINDS[locked.kind]
    joined = ("finding__resident", "finding__claimed_by", "finding__handed_to")
    lines = list(locked.lines.select_related(*joined).order_by("pk"))
    if not lines:
        raise RepairRefused("Chưa chọn dòng nào.")
    for begin in range(0, len(lines), AT_ONCE):
        some = lines[begin : begin + AT_ONCE]
        proposals = fix.propose([line.finding for line in some])
        for line in some:
            _note(line, in_the_way(line.finding, run=locked, by=by), proposals[line.finding_id])
    RepairLine.objects.bulk_update(lines, ["state", "changes", "said", "steps"], batch_size=AT_ONCE)
    locked.state, locked.seal = RunState.PREVIEWED, _seal(lines)
    locked.save()
    return locked


def _note(line: RepairLine, hindrance: str, proposal: Proposal) -> None:
    line.said = (hindrance or proposal.refused)[:500]
    line.state = LineState.REFUSED if line.said else LineState.READY
    line.changes = [] if line.said else proposal.changes
    line.steps = {"also": sorted(proposal.also), "homes": sorted(proposal.homes)}


def _seal(lines: Iterable[RepairLine]) -> str:
    told = [[line.finding_id, line.state, line.changes] for line in lines]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def in_the_way(finding: Finding, *, run: RepairRun, by: Officer) -> str:
    """Why this finding is not to be worked on by this officer now, whatever the fix; "" when it may be."""
    person = finding.resident
    if person.state == ResidentState.MERGED:
        return "Hồ sơ vừa được gộp vào hồ sơ khác."
    if finding.commune_id != run.commune_id or person.commune_id != run.commune_id:
        return "Hồ sơ không còn thuộc địa bàn."
    until = finding.set_aside_until if finding.state == FindingState.SET_ASIDE else None
    if finding.state != FindingState.OPEN and (until is None or until > timezone.localdate()):
        return f"Việc này không còn mở: {finding.get_state_display().lower()}."
    return held_by_another(finding, by) or _given_to_another(finding, by)


def held_by_another(finding: Finding, by: Officer) -> str:
    if finding.claimed_by and leases.is_held_by_another(by, finding.claimed_by_id, finding.claimed_until):
        assert finding.claimed_until is not None
        return leases.sentence(finding.claimed_by, finding.claimed_until, "người này")
    return ""


def _given_to_another(finding: Finding, by: Officer) -> str:
    """As queue.given_to_others says it of rows."""
    if is_chief(by):
        return ""
    if finding.is_for_chief:
        return "Việc này đang chờ trưởng công an xã cho ý kiến."
    to = finding.handed_to
    if to is not None and to.pk != by.pk and to.is_active and to.unit_id == finding.commune_id:
        return f"Việc này đã giao đồng chí {to}."
    return ""


# --- letting it run --------------------------------------------------------------------------------------------------


@transaction.atomic
def start(run: RepairRun, *, by: Officer, seen: str, ground: str, basis: str) -> tuple[RepairRun, bool]:
    """Let the lines that can be done be done (work.py). Answers (run, was it begun now): a second click begins nothing.

    Raises ChoiceMoved when `seen` is not the seal of what stands there now, RepairRefused for what the form lacks.
    """
    locked = RepairRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.has_begun and locked.state != RunState.DROPPED:
        return locked, False
    locked = _own(run, by)
    fix, basis = kinds.KINDS[locked.kind], " ".join(basis.split())[:300]
    if locked.state != RunState.PREVIEWED or locked.seal != seen:
        raise ChoiceMoved
    ready = locked.lines.filter(state=LineState.READY).count()
    if not ready:
        raise RepairRefused("Không có dòng nào sửa được.")
    if fix.grounds and ground not in fix.grounds:
        raise RepairRefused("Chọn lý do.", "ground")
    if fix.needs_basis and len(basis) < SHORTEST_BASIS:
        raise RepairRefused("Ghi căn cứ, ví dụ: “Phúc tra thôn 2 ngày 20/11/2026”.", "basis")
    locked.ground, locked.basis = ground if fix.grounds else "", basis
    locked.state, locked.started_at = RunState.RUNNING, timezone.now()
    locked.save()
    record(by, Action.DECIDE, target=locked, reason=basis, sentence=f"Chạy sửa hàng loạt “{fix.title}”: {ready} dòng")
    return locked, True


def _own(run: RepairRun, by: Officer) -> RepairRun:
    """The choice as it stands now, locked. Raises RepairRefused when it is a colleague's, or no choice any more."""
    locked = RepairRun.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=run.pk)
    if locked.created_by_id != by.pk:
        raise RepairRefused(f"Đợt này do đồng chí {locked.created_by} chọn; đồng chí đó chạy hoặc bỏ.")
    if locked.state not in NOT_BEGUN:
        raise RepairRefused(f"Đợt này {locked.get_state_display().lower()}, không đổi được nữa.")
    return locked


def of_commune(officer: Officer) -> Q:
    """Runs that are listed: those that began, and one's own choices."""
    return ~Q(state__in=[*NOT_BEGUN, RunState.DROPPED]) | Q(state__in=NOT_BEGUN, created_by=officer)


def open_choices(officer: Officer) -> dict[str, int]:
    """How many lines the officer has chosen, by kind. One query."""
    rows = RepairRun.objects.in_scope(officer).filter(created_by=officer, state__in=NOT_BEGUN)
    return dict(rows.order_by().values_list("kind").annotate(chosen=Count("lines")))


def waiting_by_rule(officer: Officer, rules: Iterable[str]) -> Counter[str]:
    """How many findings of these rules are the officer's to decide. One query."""
    rows = findings_for(officer).filter(rule__in=list(rules)).order_by()
    return Counter(dict(rows.values_list("rule").annotate(waiting=Count("pk"))))
